"""Which accounts a scan goes through, and how it enters each.

Accounts are named by the caller (profiles, roles) or listed by their organisation. Whoever cannot
be scanned is named: nothing that was asked for is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from msgspec import Struct

from tagguard.aws.api import Cloud
from tagguard.aws.collectors import Api, Call, CollectorOptions, MissingError, Target
from tagguard.aws.credentials import ASSUME, FALLBACK_REGION, IDENTITY, Access, Caller
from tagguard.aws.regions import DESCRIBE_REGIONS
from tagguard.errors import UsageError
from tagguard.model import Account
from tagguard.report import Shortfall

LIST_ACCOUNTS = Call("organizations", "ListAccounts", "organizations:ListAccounts")
LIST_ROOTS = Call("organizations", "ListRoots", "organizations:ListRoots")
LIST_UNITS = Call(
    "organizations",
    "ListOrganizationalUnitsForParent",
    "organizations:ListOrganizationalUnitsForParent",
)
LIST_MEMBERS = Call("organizations", "ListAccountsForParent", "organizations:ListAccountsForParent")
LIST_TAGS = Call("organizations", "ListTagsForResource", "organizations:ListTagsForResource")

ACCOUNT_CALLS: Sequence[Call] = (IDENTITY, DESCRIBE_REGIONS)
"""What is asked in each account; GetCallerIdentity needs no permission."""
ROLE_CALLS: Sequence[Call] = (ASSUME,)
"""What enters an account by a role, asked where the calls come from."""
ORGANIZATION_CALLS: Sequence[Call] = (
    LIST_ACCOUNTS,
    LIST_ROOTS,
    LIST_UNITS,
    LIST_MEMBERS,
    LIST_TAGS,
)
"""What lists an organisation, asked in its management account."""

ROLE_ARN = re.compile(r"arn:(aws[\w-]*):iam::(\d{12}):role/[\w+=,.@/-]+")
UNIT_ID = re.compile(r"(ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})")
ACTIVE = "ACTIVE"
ORGANIZATION = "organizations"
"""Stands for a collector in what is told of reading the organisation."""
READERS = 8
"""Threads that read account tags."""


class Asked(Struct, frozen=True, kw_only=True):
    """What the caller wants to be scanned. A scan that is taken up again must want the same."""

    profiles: tuple[str, ...] = ()
    """Empty: the default of the environment. Roles and organisations are reached from the one."""
    role_arns: tuple[str, ...] = ()
    organization: bool = False
    units: tuple[str, ...] = ()
    """Ids of organisational units; what is nested in them is in them. Empty: all."""
    role_name: str = "OrganizationAccountAccessRole"
    """Role to assume in each account of the organisation, with its path."""
    regions: tuple[str, ...] = ()
    """Names or globs; empty: all that each account has enabled."""
    collectors: tuple[str, ...] = ()
    options: CollectorOptions = CollectorOptions()


class Planned(Struct, frozen=True):
    """An account to scan, and the way into it."""

    account: Account
    access: Access


class Plan(Struct, frozen=True, kw_only=True):
    """Who is scanned."""

    asked: Asked
    partition: str
    accounts: tuple[Planned, ...]
    suspended: tuple[Account, ...] = ()
    """Accounts of the organisation that are suspended, closed or on their way there."""
    shortfalls: tuple[Shortfall, ...] = ()
    """What finding them has missed."""


def plan(asked: Asked, cloud: Cloud) -> Plan:
    """Find the accounts, in the order of their ids.

    Raises UsageError where the asking makes no sense, and where nobody can be scanned at all.
    """
    _check(asked)
    if asked.organization:
        return _of_organization(asked, cloud)
    if asked.role_arns:
        return _of_roles(asked, cloud)
    return _of_profiles(asked, cloud)


def _check(asked: Asked) -> None:
    if asked.units and not asked.organization:
        raise UsageError("`--ou` chooses among the accounts of an organisation", hint="add `--org`")
    if asked.organization and asked.role_arns:
        raise UsageError("`--org` and `--role-arn` are two ways to name accounts: give one")
    if len(asked.profiles) > 1 and (asked.organization or asked.role_arns):
        raise UsageError("roles are assumed from one profile: give `--profile` once")
    for arn in asked.role_arns:
        if ROLE_ARN.fullmatch(arn) is None:
            raise UsageError(
                f"`{arn}` is not the ARN of a role",
                hint="it looks like arn:aws:iam::123456789012:role/name",
            )
    for unit in asked.units:
        if UNIT_ID.fullmatch(unit) is None:
            raise UsageError(
                f"`{unit}` is not the id of an organisational unit",
                hint="it looks like ou-ab12-c3d4e5f6",
            )


def _of_profiles(asked: Asked, cloud: Cloud) -> Plan:
    found: dict[str, tuple[Planned, str]] = {}
    shortfalls = []
    for profile in asked.profiles or ("",):
        try:
            caller = cloud.caller(profile)
        except MissingError as exc:
            shortfalls.append(
                Shortfall(account=f"profile {profile}", state=exc.state, message=exc.message)
            )
        else:
            planned = Planned(Account(id=caller.account), Access(profile))
            found.setdefault(caller.account, (planned, caller.partition))
    if not found:
        raise _nobody(shortfalls[0].message)
    return Plan(
        asked=asked,
        partition=_only_partition(partition for _, partition in found.values()),
        accounts=_sorted(planned for planned, _ in found.values()),
        shortfalls=tuple(shortfalls),
    )


def _of_roles(asked: Asked, cloud: Cloud) -> Plan:
    profile = _caller(asked, cloud)[0]
    found: dict[str, Planned] = {}
    for arn in asked.role_arns:
        id_ = arn.split(":")[4]
        planned = found.setdefault(id_, Planned(Account(id=id_), Access(profile, arn)))
        if planned.access.role_arn != arn:
            raise UsageError(f"two roles are given for the account {id_}: give one")
    return Plan(
        asked=asked,
        partition=_only_partition(arn.split(":")[1] for arn in asked.role_arns),
        accounts=_sorted(found.values()),
    )


def _of_organization(asked: Asked, cloud: Cloud) -> Plan:
    profile, caller = _caller(asked, cloud)
    region = cloud.clients.home(profile) or FALLBACK_REGION
    api = cloud.api(Target(caller.account, region, caller.partition), Access(profile))
    paths: Mapping[str, str] = {}
    shortfalls = []
    try:
        units = _Units(api)
        accounts = units.members(asked.units) if asked.units else _accounts(api)
        paths = units.paths
    except MissingError as exc:
        if asked.units:
            raise _unlisted(exc) from exc
        shortfalls.append(_partly(caller, exc, "the organisational units of the accounts"))
        accounts = _accounts(api)
    active = [one for one in accounts if _state(one) == ACTIVE]
    tags, untold = _tags([one["Id"] for one in active], api)
    shortfalls += [_partly(caller, untold, "the tags of the accounts")] if untold else []
    suspended = [_account(one, paths) for one in accounts if _state(one) != ACTIVE]
    shortfalls += [_suspended(one) for one in accounts if _state(one) != ACTIVE]
    own = Access(profile)
    return Plan(
        asked=asked,
        partition=caller.partition,
        accounts=_sorted(
            Planned(
                _account(one, paths, tags.get(one["Id"])),
                own if one["Id"] == caller.account else _role(one["Id"], asked, caller, profile),
            )
            for one in active
        ),
        suspended=tuple(sorted(suspended, key=lambda one: one.id)),
        shortfalls=tuple(sorted(shortfalls, key=lambda one: (one.account, one.message))),
    )


def _caller(asked: Asked, cloud: Cloud) -> tuple[str, Caller]:
    profile = asked.profiles[0] if asked.profiles else ""
    try:
        return profile, cloud.caller(profile)
    except MissingError as exc:
        raise _nobody(exc.message) from exc


def _nobody(message: str) -> UsageError:
    return UsageError(
        f"AWS does not know who is calling: {message}",
        hint="sign in (`aws sso login`, `aws login`), or name a profile with `--profile`; "
        "`aws sts get-caller-identity` tells who is calling",
    )


def _only_partition(partitions: Iterable[str]) -> str:
    found = sorted(set(partitions))
    if len(found) > 1:
        raise UsageError(f"one scan stays in one partition; these are {' and '.join(found)}")
    return found[0]


def _sorted(planned: Iterable[Planned]) -> tuple[Planned, ...]:
    return tuple(sorted(planned, key=lambda one: one.account.id))


def _role(id_: str, asked: Asked, caller: Caller, profile: str) -> Access:
    return Access(profile, f"arn:{caller.partition}:iam::{id_}:role/{asked.role_name.lstrip('/')}")


class _Units:
    """The tree of organisational units, walked once from its roots."""

    def __init__(self, api: Api) -> None:
        self.paths: dict[str, str] = {}
        """Account id -> path of its unit."""
        self._members: dict[str, list[dict[str, Any]]] = {}
        self._parents: dict[str, str] = {}
        self._api = api
        for root in _listed(api, LIST_ROOTS, "Roots"):
            self._walk(root["Id"], root["Name"])

    def _walk(self, unit: str, path: str) -> None:
        members = list(_listed(self._api, LIST_MEMBERS, "Accounts", ParentId=unit))
        self._members[unit] = members
        self.paths.update((one["Id"], path) for one in members)
        for child in _listed(self._api, LIST_UNITS, "OrganizationalUnits", ParentId=unit):
            self._parents[child["Id"]] = unit
            self._walk(child["Id"], f"{path}/{child['Name']}")

    def members(self, asked: Sequence[str]) -> list[dict[str, Any]]:
        """Give the accounts of these units and of those nested in them, each once."""
        for unit in asked:
            if unit not in self._members:
                raise UsageError(f"the organisation has no unit `{unit}`")
        return [
            one
            for unit, members in self._members.items()
            if any(ancestor in asked for ancestor in self._line(unit))
            for one in members
        ]

    def _line(self, unit: str) -> Iterator[str]:
        while unit:
            yield unit
            unit = self._parents.get(unit, "")


def _listed(api: Api, call: Call, key: str, **parameters: str) -> Iterator[dict[str, Any]]:
    """Go through all pages; empty ones with a token happen."""
    for page in api.pages(call, token="NextToken", **parameters):  # noqa: S106 - a field's name
        yield from page.get(key, ())


def _accounts(api: Api) -> list[dict[str, Any]]:
    try:
        return list(_listed(api, LIST_ACCOUNTS, "Accounts"))
    except MissingError as exc:
        raise _unlisted(exc) from exc


def _unlisted(exc: MissingError) -> UsageError:
    return UsageError(
        f"the organisation cannot be read: {exc.message}",
        hint="call from its management account or a delegated administrator; "
        "`tagguard scan aws --org --print-policy` shows what must be allowed",
    )


def _state(account: Mapping[str, Any]) -> str:
    """Give the account's state: `State`, where the API is older `Status`."""
    return str(account.get("State") or account.get("Status") or ACTIVE)


def _account(
    told: Mapping[str, Any], paths: Mapping[str, str], tags: Mapping[str, str] | None = None
) -> Account:
    return Account(
        id=told["Id"], name=told.get("Name", ""), unit=paths.get(told["Id"], ""), tags=tags
    )


def _suspended(told: Mapping[str, Any]) -> Shortfall:
    state = _state(told).lower().replace("_", " ")
    return Shortfall(
        account=told["Id"],
        state="suspended",
        message=f"the account {told.get('Name', '')} is skipped: its state is {state}",
        allowed=True,
    )


def _partly(caller: Caller, exc: MissingError, unseen: str) -> Shortfall:
    """Tell what is not known of the accounts; that nobody may read it is the caller's choice."""
    return Shortfall(
        account=caller.account,
        collector=ORGANIZATION,
        state=exc.state,
        message=exc.message,
        allowed=exc.state == "denied",
        unseen=unseen,
    )


def _tags(
    ids: Sequence[str], api: Api
) -> tuple[Mapping[str, Mapping[str, str]], MissingError | None]:
    """Read the accounts' tags; the first that cannot be read ends it."""

    def of(id_: str) -> tuple[str, dict[str, str]]:
        pairs = _listed(api, LIST_TAGS, "Tags", ResourceId=id_)
        return id_, {one["Key"]: one["Value"] for one in pairs}

    try:
        first = dict(map(of, ids[:1]))
        with ThreadPoolExecutor(READERS) as readers:
            return first | dict(readers.map(of, ids[1:])), None
    except MissingError as exc:
        return {}, exc
