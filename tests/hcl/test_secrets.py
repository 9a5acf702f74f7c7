"""What Terraform does not show is in no message either."""

from __future__ import annotations

import pytest

from tests.hcl.trees import faults, inputs, root_of

SECRET = "hush"
DECLARED = f"""
variable "secret" {{
  default   = "{SECRET}"
  sensitive = true
}}
"""


def said(tmp_path, text):
    """Give all that is told of a resource with `text` in its body."""
    root = root_of(
        tmp_path, {"main.tf": f'{DECLARED}resource "terraform_data" "one" {{\n{text}\n}}\n'}
    )
    return f"{inputs(root)} {faults(root)}"


@pytest.mark.parametrize(
    "expression",
    [
        "{ a = 1 }[var.secret]",
        "{ for k in [var.secret, var.secret] : k => 1 }",
        "lookup({}, var.secret)",
        'parseint("${var.secret}", 10)',
        'regex("${var.secret}(", "a")',
        "file(var.secret)",
        'timeadd(var.secret, "1h")',
        'textencodebase64("a", var.secret)',
        "cidrhost(var.secret, 1)",
        'yamldecode("a: !${var.secret} x")',
        'jsondecode("{${var.secret}")',
        'templatefile("none", { (var.secret) = 1 })',
    ],
)
@pytest.mark.parametrize("argument", ["count", "for_each"])
def test_no_message_quotes_a_secret(argument, expression, tmp_path):
    told = said(tmp_path, f"  {argument} = {expression}")
    assert SECRET not in told
    assert "[*]" in told


def test_no_address_holds_a_secret(tmp_path):
    told = said(tmp_path, "  for_each = toset([var.secret])")
    assert SECRET not in told
    assert "it is sensitive" in told


def test_what_is_not_secret_is_quoted(tmp_path):
    assert "`loud`" in said(tmp_path, '  count = { a = 1 }["loud"]')
