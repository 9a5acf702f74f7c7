"""The shape of a conformance case, and how the case files are read.

A case says what an outcome rests on (`fact`) and what it is (`expect`). It describes its resources
in the abstract (`resource`), and then holds for every source, or as a piece of a plan, as the text
of a template, as Terraform source. What these records do not know is an error.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import Struct
from msgspec.structs import replace

from tagguard.report import Bucket

FOLDER = Path(__file__).parent
TAXONOMIES = "taxonomies.yaml"
HCL = "hcl"
"""The form that is Terraform source."""
THIS = "this"
"""Name of the resource in a case that has only one."""


class _Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mapping of a case file."""


class Unknown:
    """What stands for an unknown value: `!unknown` in a case file."""

    def __repr__(self) -> str:
        return "!unknown"


UNKNOWN = Unknown()


class Abstract(_Record, frozen=True):
    """One AWS resource as no tool writes it: every source renders it in its own way."""

    type: str = "aws:s3/bucket"
    """A name in `rendering.PAIRS`."""
    tags: Any = {}
    """Key -> text, null or `!unknown`; or `!unknown` for all of them."""
    defaults: dict[str, str] = {}
    """The provider's default tags, or the stack's own."""


class Planned(_Record, frozen=True):
    """One resource of a plan; what is left out is as Terraform most often has it."""

    after: Any = {}
    unknown: Any = {}
    sensitive: Any = {}
    before: Any = None
    actions: tuple[str, ...] = ("create",)
    provider: str = ""
    """Empty: the type's first word."""
    key: str = ""
    """`provider_config_key`; empty: the provider's name."""
    mode: str = "managed"
    expressions: dict[str, Any] = {}
    importing: Any = None


class Plan(_Record, frozen=True):
    """A piece of a plan."""

    resources: dict[str, Planned]
    """Address -> resource; one of a module has its block in `calls`."""
    providers: dict[str, Any] = {}
    """Key -> expressions."""
    calls: dict[str, Any] = {}
    """`module_calls` of the root, as Terraform writes them."""
    configured: bool = True
    """False: the plan has no `configuration`."""
    more: dict[str, Any] = {}
    """Other fields of the top level."""


class Expected(_Record, frozen=True):
    """What becomes of one resource; but for the first three, nothing is asked that is left out.

    Source does not show what changes, so of `change` and `changes_tags` nothing is asked of it.
    """

    bucket: Bucket
    findings: list[str] = []
    """`rule:key`, with ` warning` or ` info` behind it where it is no error."""
    undetermined: list[str] = []
    """Keys; `-` is the resource as such."""
    tags: dict[str, Any] | None = None
    """All effective tags: text or `!unknown`."""
    complete: bool | None = None
    provenance: dict[str, str] = {}
    """Key -> where it comes from; `defaults` is the source's own word for them."""
    overrides: dict[str, str] = {}
    """Key -> whose value it replaces; empty: nobody's."""
    reasons: dict[str, str] = {}
    """Undetermined key -> part of the reason."""
    type: str | None = None
    change: str | None = None
    changes_tags: bool | None = None
    platform: list[str] | None = None
    """Keys that the platform sets."""
    at: str | None = None
    """`path:line` of its block; the path alone where no line is known."""
    lines: dict[str, str] = {}
    """Key -> `path:line` where it is written; empty: nowhere that is known of."""


class Root(_Record, frozen=True):
    """A root of Terraform source."""

    files: dict[str, str] = {}
    """Path -> text, beside the files that the case has anyway, which may be all."""
    fact: str = ""
    """Why a source decides more or less here than the other forms; empty: as much."""
    expect: Expected | None = None
    """Of the only resource, where it is not what the case expects."""
    resources: dict[str, Expected] = {}
    """Of each resource, likewise."""


class Case(_Record, frozen=True):
    """One case: a fact, a taxonomy, resources and what becomes of them."""

    id: str
    fact: str
    taxonomy: str | dict[str, Any] = "standard"
    """A name in `taxonomies.yaml`, or the document without its head."""
    today: str = "2026-11-23"
    resource: Abstract | None = None
    plan: Plan | None = None
    template: str | None = None
    hcl: str | Root | None = None
    """The same as Terraform source: `main.tf`, or a root of several files."""
    no_hcl: str = ""
    """Why a source cannot say what the plan says."""
    parameters: dict[str, str] = {}
    stack_tags: dict[str, str] = {}
    catalog: dict[str, dict[str, Any]] = {}
    files: dict[str, str] = {}
    """Files that the input may name, beside it: the source of a plan, for one."""
    source: str | None = None
    """The folder that `--source` names."""
    changed_only: bool = False
    """Judge only what the input creates, replaces or whose tags it changes."""
    expect: Expected | None = None
    """Of the only resource."""
    resources: dict[str, Expected] = {}
    """Of each resource, by address or by name: `this`, `this#task`."""
    problems: list[str] = []
    """A part of each message."""
    exemptions: dict[str, str] = {}
    """Id of each waiver in the input -> what became of it."""

    @property
    def expected(self) -> dict[str, Expected]:
        """What becomes of every resource, by name."""
        return {THIS: self.expect} if self.expect else self.resources

    def in_form(self, form: str) -> Case:
        """Give the case as it holds for one form."""
        own = self.hcl if form == HCL else None
        if not isinstance(own, Root) or not (own.expect or own.resources):
            return self
        shared = replace(own, fact="", expect=None, resources={})
        return replace(self, expect=own.expect, resources=own.resources, hcl=shared)


class _Loader(yaml.CSafeLoader):
    """YAML with `!unknown`, where a scalar that looks like a date stays text."""


_Loader.add_constructor("!unknown", lambda *_: UNKNOWN)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)  # noqa: ARG005 - the signature is PyYAML's


def read_yaml(text: str) -> Any:
    """Read a case file's YAML."""
    return yaml.load(text, _Loader)


def read_cases(text: str) -> list[Case]:
    """Read the cases of one file; raises msgspec.ValidationError for one that is no case."""
    return msgspec.convert(read_yaml(text), list[Case])


@cache
def cases() -> tuple[Case, ...]:
    """Give every case of the suite."""
    files = sorted(file for file in FOLDER.glob("*.yaml") if file.name != TAXONOMIES)
    return tuple(case for file in files for case in read_cases(file.read_text("utf-8")))
