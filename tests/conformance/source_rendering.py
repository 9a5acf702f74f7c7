"""Writes a case as Terraform source.

As in `rendering`, how providers shape tags stands here by hand, apart from what is judged.
"""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.case import HCL, THIS, UNKNOWN, Abstract, Case, Root
from tests.conformance.rendering import PAIRS, UNTAGGABLE, renderings, speaks_awscc

AWSCC = "awscc-hcl"
MAIN = "main.tf"
ENDINGS = (".tf", ".tf.json", ".tofu", ".tofu.json")


def forms(case: Case) -> list[str]:
    """Name every form in which the case can be written."""
    return [*renderings(case), *roots(case)]


def roots(case: Case) -> dict[str, dict[str, str]]:
    """Give every form that is Terraform source: name -> path -> text."""
    found: dict[str, dict[str, str]] = {}
    if case.resource is not None:
        found[HCL] = {MAIN: to_source(case.resource)}
        if speaks_awscc(case.resource):
            found[AWSCC] = {MAIN: to_awscc_source(case.resource)}
    elif isinstance(case.hcl, Root):
        found[HCL] = {**case.files, **case.hcl.files}
    elif case.hcl is not None:
        found[HCL] = {**case.files, MAIN: case.hcl}
    return found


def to_source(abstract: Abstract) -> str:
    """Write it for the aws provider; an unknown value is a variable that nobody gave."""
    provider = ""
    if abstract.defaults:
        defaults = written(abstract.defaults)
        provider = f'provider "aws" {{\n  default_tags {{\n    tags = {defaults}\n  }}\n}}\n'
    tags = {} if abstract.type in UNTAGGABLE else abstract.tags
    return provider + _resource(PAIRS[abstract.type].terraform, tags, tags)


def to_awscc_source(abstract: Abstract) -> str:
    """Write it for the awscc provider: a list of `key` and `value`."""
    tags = abstract.tags
    if tags is not UNKNOWN:
        tags = [{"key": key, "value": value} for key, value in tags.items()]
    return _resource(PAIRS[abstract.type].awscc, tags, abstract.tags)


def _resource(type_: str, tags: Any, given: Any) -> str:
    argument = f"  tags = {written(tags)}\n" if given else ""
    return f'variable "later" {{}}\nresource "{type_}" "{THIS}" {{\n{argument}}}\n'


def written(value: Any) -> str:
    """Write a value as an expression."""
    if value is UNKNOWN:
        return "var.later"
    if isinstance(value, dict):
        inner = (f"{written(key)} = {written(each)}" for key, each in value.items())
        return f"{{ {', '.join(inner)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if value is None:
        return "null"
    text = json.dumps(value, ensure_ascii=False)
    return text.replace("${", "$${").replace("%{", "%%{")
