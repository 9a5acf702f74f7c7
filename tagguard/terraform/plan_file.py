"""Opens a plan file: tells what the bytes are and finds the JSON in a CI wrapper's noise.

What people pass for a plan is often something near it: the binary plan, a state, the log that
``terraform plan -json`` prints. Each gets its own message; nothing is ever read as an empty plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tagguard.errors import InputError
from tagguard.terraform.plan_model import TRAILING, Envelope, decode, is_present

SHOW = "write it as JSON: terraform show -json FILE > plan.json"
PLAN = "make a plan: terraform plan -out=plan.bin && terraform show -json plan.bin > plan.json"

_PLAN_KEYS = (b'"resource_changes"', b'"planned_values"')
_STATE_KEYS = (b'"lineage"', b'"values"')
_LOG = re.compile(rb'\s*\{[^\n]{0,4096}"@module"\s*:\s*"(?:terraform|tofu)\.ui"')
_VISIBLE = re.compile(rb"\S")
_NOISE = re.compile(rb"\[command\]|::|##\[|\+ ")
"""How lines of CI wrappers begin: setup-terraform, Azure Pipelines, a shell's trace.

See https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
"""


def is_plan(data: bytes) -> bool:
    """Say whether the bytes are a plan, or were meant to be one and are broken.

    Raises InputError for what belongs to Terraform but is no plan.
    """
    if data.startswith(b"PK\x03\x04"):
        if b"tfplan" in data and b"tfstate" in data:
            raise InputError("this is a binary Terraform plan", hint=SHOW)
        return False
    if _LOG.match(data):
        raise InputError(
            "this is the log of `terraform plan -json`, not a plan",
            hint="save the plan and show it: terraform plan -out FILE, then "
            "terraform show -json FILE > plan.json",
        )
    promising = any(key in data for key in _PLAN_KEYS)
    if not promising and not any(key in data for key in _STATE_KEYS):
        return False
    if (start := _start(data)) is None:
        return False
    try:
        envelope = _decode(data, start)
    except InputError:
        return promising
    if is_present(envelope.resource_changes) or is_present(envelope.planned_values):
        return True
    if _is_state(envelope):
        raise InputError("this is a Terraform state, not a plan", hint=PLAN)
    return False


def open_plan(data: bytes) -> Envelope:
    """Decode the top level of a plan; raises InputError for what cannot be read."""
    start = _start(data)
    if start is None:
        raise InputError("no JSON object was found", hint=SHOW)
    envelope = _decode(data, start)
    version: Any = envelope.format_version
    major = str(version).partition(".")[0]
    if version is not None and major not in {"0", "1"}:
        raise InputError(
            f"plan format {str(version)[:20]} is not supported",
            hint="tagguard reads the formats 0.x and 1.x; look for a newer tagguard",
        )
    return envelope


def _is_state(envelope: Envelope) -> bool:
    raw = is_present(envelope.serial) and is_present(envelope.lineage)
    shown = is_present(envelope.values) and envelope.terraform_version is not None
    return raw or shown


def _start(data: bytes) -> int | None:
    """Find where the JSON begins: at once, or after lines that are recognised noise."""
    for at in _lines(data, 0):
        if data.startswith(b"{", at):
            return at
        if not _NOISE.match(data, at):
            return None
    return None


def _lines(data: bytes, at: int) -> Iterator[int]:
    """Give the first visible byte of each line that is not blank."""
    while found := _VISIBLE.search(data, at):
        yield found.start()
        at = data.find(b"\n", found.start()) + 1 or len(data)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _decode(data: bytes, start: int) -> Envelope:
    view = memoryview(data)[start:]
    try:
        return decode(view, Envelope)
    except InputError as exc:
        trailing = TRAILING.search(str(exc.__cause__))
        if trailing is None and start == 0:
            raise
        if trailing is None:
            where = f"in the JSON that begins at line {_line(data, start)}"
            raise InputError(f"{where}: {exc.message}", hint=exc.hint) from exc
    end = start + int(trailing[1]) - 1  # the message counts bytes from 1
    for at in _lines(data, end):
        if not _NOISE.match(data, at):
            raise InputError(
                f"trailing data at line {_line(data, at)}, after the plan's JSON",
                hint="give one plan per file, without other output",
                line=_line(data, at),
            )
    return decode(view[: end - start], Envelope)
