"""The one configuration file, `tagguard.yaml`: finding it and reading it.

It is looked for from the working directory upwards, never from a scanned path: a repository that is
scanned must not configure its own judge. Paths in it are relative to its folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from tagguard.catalog import overrides
from tagguard.documents import parse
from tagguard.errors import ConfigError
from tagguard.records import load_record
from tagguard.validation import positioned

FailOn = Literal["error", "warning", "info", "never"]
UndeterminedMode = Literal["fail", "warn", "ignore"]
FILE_NAMES = ("tagguard.yaml", "tagguard.yml")


class Columns(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which column of an inventory says what; in JSON lines and Parquet `a.b` is a nested field."""

    address: Annotated[str, Meta(description="the resource's ARN, id or name")]
    type: str | None = None
    account: Annotated[
        str | None, Meta(description="account, subscription or project; else the address tells")
    ] = None
    region: str | None = None
    namespace: str | None = None
    tags: Annotated[
        str | None,
        Meta(description="one column with all tags, or with `tag:*` one column for each key"),
    ] = None


class InventoryFormat(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to read exports of an organisation's own make: CSV, JSON lines or Parquet."""

    match: Annotated[str, Meta(description="glob of paths, relative to this file: `exports/*.csv`")]
    provider: Annotated[
        Literal["aws", "azure", "google", "kubernetes"] | None,
        Meta(description="null: each address tells"),
    ] = None
    columns: Columns


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Settings of a project; those that a run may change have an option that wins."""

    taxonomy: Annotated[str | None, Meta(description="the tag standard")] = None
    policies: Annotated[
        list[str],
        Meta(description="folders or files with Rego and Python policies, or `tagguard:NAME`"),
    ] = field(default_factory=list)
    data: Annotated[dict[str, str], Meta(description="name -> file, for policies")] = field(
        default_factory=dict
    )
    teams: Annotated[str | None, Meta(description="the teams file")] = None
    codeowners: Annotated[
        str, Meta(description="`true` to look in the usual places, or the file's path")
    ] = ""
    owners: Annotated[
        list[str],
        Meta(description="ways to find the team, in order: teams, tag:KEY, codeowners, …"),
    ] = field(default_factory=list)
    accounts: Annotated[
        str | None, Meta(description="file that tells accounts' names, units and tags")
    ] = None
    exemptions: Annotated[str | None, Meta(description="the exemptions file")] = None
    baseline: Annotated[str | None, Meta(description="accepted old findings")] = None
    fail_on: FailOn = "error"
    undetermined: UndeterminedMode = "warn"
    changed_only: Annotated[
        bool, Meta(description="judge only what a plan creates, replaces or changes the tags of")
    ] = False
    parameters: Annotated[dict[str, str], Meta(description="CloudFormation parameter values")] = (
        field(default_factory=dict)
    )
    stack_tags: Annotated[dict[str, str], Meta(description="tags that stacks are created with")] = (
        field(default_factory=dict)
    )
    var_files: Annotated[
        list[str],
        Meta(description="files with values of Terraform variables; of two the last counts"),
    ] = field(default_factory=list)
    inventories: Annotated[
        list[InventoryFormat],
        Meta(description="exports whose columns are not understood; the first match counts"),
    ] = field(default_factory=list)
    catalog: Annotated[
        dict[str, dict[str, Any]],
        Meta(description="type -> what is known better of it: taggable, attribute, shape …"),
    ] = field(default_factory=dict)


def find_config(start: Path) -> Path | None:
    """Look for the configuration from a folder upwards."""
    for folder in (start, *start.parents):
        for name in FILE_NAMES:
            if (folder / name).is_file():
                return folder / name
    return None


def load_config(file: Path, *, where: str) -> Config:
    """Read the configuration; raises ConfigError that lists every fault with its position."""
    config = load_record(file, Config, noun="configuration", where=where)
    if wrong := list(overrides.faults(config.catalog)):
        node = parse(file.read_text("utf-8-sig"))
        raise ConfigError(
            f"the configuration {where} is wrong",
            hint=overrides.HINT,
            faults=positioned(wrong, node, where),
        )
    return config
