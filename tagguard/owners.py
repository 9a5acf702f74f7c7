"""Owners: which team answers for a resource.

Several ways are asked in a configurable order, and the first that knows decides: the teams file
(selectors), a tag's value, CODEOWNERS, the Kubernetes namespace, the account with its name, tags
and units. What nobody owns is `unowned`, and is counted like a team.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from tagguard.errors import ConfigError, did_you_mean
from tagguard.globs import Test, compile_globs
from tagguard.model import UNOWNED, Account, Resource
from tagguard.records import load_record
from tagguard.selectors import (
    Matcher,
    Rebase,
    Selectors,
    ValueOf,
    account_name,
    account_tag,
    account_unit,
    as_is,
)

Step = Callable[[Resource, ValueOf], str | None]


class Team(Struct, frozen=True, forbid_unknown_fields=True):
    """One team and what it answers for."""

    name: str
    match: Annotated[Selectors, Meta(description="the resources that it owns")]
    contacts: Annotated[list[str], Meta(description="how to reach it")] = field(
        default_factory=list
    )


class TeamsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The teams file: the first team whose selector matches owns the resource."""

    teams: list[Team]


class AccountsFile(Struct, frozen=True, forbid_unknown_fields=True):
    """The accounts file: what the organisation knows of its accounts, for exported inventories."""

    accounts: list[Account]


def load_accounts(file: Path, *, where: str) -> dict[str, Account]:
    """Read the accounts file: account id -> account; raises ConfigError."""
    record = load_record(file, AccountsFile, noun="accounts file", where=where)
    accounts = {one.id: one for one in record.accounts}
    if len(accounts) < len(record.accounts):
        twice = next(one.id for one in record.accounts if accounts[one.id] is not one)
        raise ConfigError(f"{where}: the account `{twice}` stands there twice")
    return accounts


class Owners:
    """Asks each way in turn."""

    def __init__(self, steps: Sequence[Step], names: Sequence[str], *, closed: bool) -> None:
        self._steps = tuple(steps)
        self.names = tuple(names)
        """Teams known by name before anything is read."""
        self.closed = closed
        """No other names can come up."""

    def team(self, resource: Resource, value_of: ValueOf) -> str:
        """Name the team that answers for the resource."""
        for step in self._steps:
            if name := step(resource, value_of):
                return name
        return UNOWNED


def load_owners(
    ways: Sequence[str],
    *,
    teams: Path | None,
    teams_where: str,
    codeowners: Path | None,
    rebase: Rebase = as_is,
    codeowners_rebase: Rebase = as_is,
) -> Owners:
    """Build the ways that the configuration names: `teams`, `codeowners`, `tag:KEY` and others.

    `rebase` and `codeowners_rebase` name a path as seen from the folder that each file's paths are
    relative to. Raises ConfigError for a way that is unknown or lacks its file.
    """
    steps: list[Step] = []
    names: list[str] = []
    for way in ways:
        if way == "teams" and teams is not None:
            record = load_record(teams, TeamsFile, noun="teams file", where=teams_where)
            names += _team_names(record, teams_where)
            steps.append(_by_selector(record.teams, rebase))
        elif way == "codeowners" and codeowners is not None:
            steps.append(_by_path(codeowners, codeowners_rebase))
        elif way.startswith("tag:") and len(way) > len("tag:"):
            steps.append(_by_tag(way.removeprefix("tag:")))
        elif way.startswith("account-tag:") and len(way) > len("account-tag:"):
            steps.append(_by_account_tag(way.removeprefix("account-tag:")))
        elif re.fullmatch(r"unit:[1-9]\d?", way):
            steps.append(_by_unit(int(way.removeprefix("unit:"))))
        elif way in _FIELDS:
            steps.append(_FIELDS[way])
        elif way in {"teams", "codeowners"}:
            raise ConfigError(
                f"owners are to be found by `{way}`, but there is no such file",
                hint=f"name the file with `{way}: FILE` in tagguard.yaml",
            )
        else:
            known = ["teams", "codeowners", "tag:KEY", "account-tag:KEY", "unit:LEVEL", *_FIELDS]
            raise ConfigError(
                f"`{way}` is no way to find owners{did_you_mean(way, known)}",
                hint=f"choose from: {', '.join(known)}",
            )
    return Owners(steps, names, closed=set(ways) <= {"teams"})


def _team_names(record: TeamsFile, where: str) -> list[str]:
    names = [team.name for team in record.teams]
    for name in names:
        if name == UNOWNED:
            raise ConfigError(f"{where}: no team can be called `{UNOWNED}`: it is what nobody owns")
        if names.count(name) > 1:
            raise ConfigError(
                f"{where}: two teams are called `{name}`",
                hint="give one team several selectors: `match` takes a list",
            )
    return names


_FIELDS: dict[str, Step] = {
    "namespace": lambda resource, _: resource.namespace,
    "account": lambda resource, _: resource.account,
    "account-name": lambda resource, _: account_name(resource),
    "unit": lambda resource, _: account_unit(resource),
}


def _by_selector(teams: Sequence[Team], rebase: Rebase) -> Step:
    matchers = [(team.name, Matcher(team.match, rebase=rebase)) for team in teams]

    def step(resource: Resource, value_of: ValueOf) -> str | None:
        return next((name for name, matches in matchers if matches(resource, value_of)), None)

    return step


def _by_tag(key: str) -> Step:
    def step(_: Resource, value_of: ValueOf) -> str | None:
        value = value_of(key)
        return value.strip() if isinstance(value, str) else None

    return step


def _by_account_tag(key: str) -> Step:
    def step(resource: Resource, _: ValueOf) -> str | None:
        value = account_tag(resource, key)
        return value.strip() if isinstance(value, str) else None

    return step


def _by_unit(level: int) -> Step:
    """Name the unit at a level below the root, which is level 0."""

    def step(resource: Resource, _: ValueOf) -> str | None:
        units = (account_unit(resource) or "").split("/")
        return units[level] if level < len(units) else None

    return step


def _by_path(codeowners: Path, rebase: Rebase) -> Step:
    try:
        rules = codeowners_rules(codeowners.read_text("utf-8-sig", "replace"))
    except OSError as exc:
        raise ConfigError(f"{codeowners.name} cannot be read: {exc.strerror}") from exc
    remembered: dict[str, str | None] = {}

    def step(resource: Resource, _: ValueOf) -> str | None:
        path = rebase(resource.location.path)
        if path not in remembered:
            remembered[path] = next((team for test, team in rules if test(path)), None)
        return remembered[path]

    return step


def codeowners_rules(text: str) -> list[tuple[Test, str | None]]:
    """Read a CODEOWNERS file: (path test, team), strongest first.

    The last matching line decides, a line without owners un-owns (GitHub's rules). The first owner
    names the team: `@acme/payments` is `payments`. Section headings (GitLab) are passed over.
    """
    rules: list[tuple[Test, str | None]] = []
    for line in text.splitlines():
        content = re.sub(r"(^|\s)#.*", "", line).strip()
        if not content or content.startswith(("[", "^[")):
            continue
        pattern, *owners = re.split(r"(?<!\\)\s+", content)
        team = owners[0].rpartition("/")[2].lstrip("@") if owners else None
        rules.append((compile_globs(_path_globs(pattern.replace("\\ ", " ")), paths=True), team))
    rules.reverse()
    return rules


def _path_globs(pattern: str) -> list[str]:
    """Write a gitignore-like pattern as globs over whole relative paths."""
    anchored = "/" in pattern.rstrip("/")
    folder = pattern.endswith("/")
    bare = pattern.strip("/")
    start = bare if anchored else f"**/{bare}"
    if folder:
        return [f"{start}/**"]
    # `docs/*` means the folder's own files; any other pattern may name a folder as well.
    return [start] if anchored and bare.endswith("/*") else [start, f"{start}/**"]
