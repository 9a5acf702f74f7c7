"""Azure: answers of Resource Graph, and lists of resources as `az` and Resource Manager give them.

An answer of Resource Graph is an object with `data`: a list of objects, or a table with columns and
rows. Lists are bare arrays or stand under `value`. Azure compares ids and types without case, so
both are given in lower case, and the resource group (the namespace here) is too. Tags that are null
are none; where no row has a member `tags`, the query did not ask for them and they are unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from tagguard.catalog import Catalog
from tagguard.errors import InputError
from tagguard.model import Problem, Rows, TagSet
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.json_parts import members, part, parts
from tagguard.sources.inventories.patterns import COMPLETE, Patterns
from tagguard.sources.inventories.row_chunks import Row, in_chunks
from tagguard.sources.inventories.row_faults import RowFaults

KIND = "azure-resource-graph"
ANSWER = re.compile(rb'"(?:resultTruncated|result_truncated|\$skipToken|skip_token)"\s*:')
"""Members that only an answer of Resource Graph has."""
RESOURCE = re.compile(rb'"id"\s*:\s*"/subscriptions/', re.IGNORECASE)
ROOT = "/subscriptions/"
TYPE = re.compile(r".*/providers/([^/]+)((?:/[^/]+/[^/]+)+)/?$")
"""The type in an id; of an extension's, that of the last provider."""
PROVIDER = re.compile(r"/providers/([^/]+)/[^/]+/[^/]+/?$")
NOT_ASKED = TagSet(complete=False, reason="the query did not ask for tags")

GROUP = "microsoft.resources/subscriptions/resourcegroups"
GROUP_ALIAS = "microsoft.resources/resourcegroups"
SUBSCRIPTION = "microsoft.resources/subscriptions"
MAKERS = {
    "microsoft.app": "containerapps",
    "microsoft.containerservice": "aks",
    "microsoft.redhatopenshift": "openshift",
    "microsoft.solutions": "managedapplications",
}
"""Namespaces whose service goes by another name; of others, what follows `microsoft.`."""
GROUP_NAMES = (
    (re.compile(r"mc_[^/]+_[^/]+_[a-z0-9]+"), "aks"),
    (re.compile(r"me_[^/]+_[^/]+_[a-z0-9]+"), "containerapps"),
    (re.compile(r"databricks-rg-[^/]+"), "databricks"),
    (re.compile(r"synapseworkspace-managedrg-[^/]+"), "synapse"),
    (re.compile(r"azurebackuprg_[^/]+"), "recoveryservices"),
    (re.compile(r"networkwatcherrg"), "networkwatcher"),
)
"""Names that services give the resource groups which they make for themselves, when nobody gives
them another (https://learn.microsoft.com/azure/aks/faq, .../container-apps/networking,
.../databricks/admin/workspace, .../synapse-analytics/security/synapse-workspace-managed-virtual-
network, .../backup/backup-during-vm-creation, .../network-watcher/network-watcher-create)."""
SYSTEM_DATABASE = re.compile(r".*/providers/microsoft\.sql/servers/[^/]+/databases/master")


def _after(word: str, id_: str) -> str:
    """Give the part of an id that follows a word, whatever its case; empty if there is none."""
    return id_[at + len(word) :].partition("/")[0] if (at := id_.lower().find(word)) >= 0 else ""


class Entry(Struct):
    """The part of a resource that is read."""

    id: str = ""
    type: str | None = None
    location: str | None = None
    subscription: str | None = field(default=None, name="subscriptionId")
    group: str | None = field(default=None, name="resourceGroup")
    manager: str | None = field(default=None, name="managedBy")
    tags: dict[str, str | None] | str | UnsetType | None = UNSET

    @property
    def kind(self) -> str:
        """Its type in lower case, from its id if need be."""
        if self.type:
            return self.type.lower()
        if found := TYPE.search(self.id.lower()):
            return "/".join([found[1], *found[2].split("/")[1::2]])
        return GROUP if self.namespace else SUBSCRIPTION

    @property
    def account(self) -> str | None:
        """Its subscription."""
        return (self.subscription or _after("/subscriptions/", self.id)).lower() or None

    @property
    def namespace(self) -> str | None:
        """Its resource group, in lower case."""
        return (self.group or _after("/resourcegroups/", self.id)).lower() or None


class Column(Struct):
    """The head of a column."""

    name: str


class Table(Struct):
    """An answer in the form of a table."""

    columns: list[Column]
    rows: list[list[Raw]]


COLUMNS = frozenset(one.encode_name for one in msgspec.structs.fields(Entry))


class Answer(Struct):
    """What an answer says of itself; Resource Graph, `az` and the SDKs spell it differently."""

    total: int | None = field(default=None, name="totalRecords")
    snake_total: int | None = field(default=None, name="total_records")
    truncated: bool | str | None = field(default=None, name="resultTruncated")
    snake_truncated: bool | str | None = field(default=None, name="result_truncated")
    token: str | None = field(default=None, name="$skipToken")
    snake_token: str | None = field(default=None, name="skip_token")
    link: str | None = field(default=None, name="nextLink")

    @property
    def names_more(self) -> bool:
        """It says that there is a further page."""
        cut = {str(self.truncated).lower(), str(self.snake_truncated).lower()}
        return bool(self.token or self.snake_token or self.link or "true" in cut)


class Placed(NamedTuple):
    """One resource and where it stands in the document."""

    place: str
    entry: Entry


Groups = Mapping[tuple[str | None, str | None], str]
"""Subscription and name of a resource group -> the service that manages it."""


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether Azure resources stand in the document, or stood in it before it was damaged."""
    data = document.data
    if document.opener is not None or data.lstrip()[:1] not in {b"[", b"{"}:
        return False
    try:
        if data.lstrip()[:1] == b"[":
            first = parts(data)[:1]
            return bool(first) and part(first[0], Entry).id.lower().startswith(ROOT)
        answer = members(data)
    except msgspec.DecodeError:
        return RESOURCE.search(data) is not None
    if "data" in answer:
        return ANSWER.search(data) is not None or RESOURCE.search(data) is not None
    return "value" in answer and RESOURCE.search(data) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield the resources in their order."""
    return in_chunks(_rows(document, options))


def _rows(document: Document, options: ReadOptions) -> Iterator[Row | Problem]:
    faults = RowFaults(document.path)
    found: list[Placed] = []
    count = 0
    for place, value in _listed(document):
        count += 1
        try:
            found.append(Placed(place, part(value, Entry)))
        except msgspec.DecodeError as exc:
            yield from faults.add(place, f"is no resource: {exc}")
    if found and not any(one.entry.id for one in found):
        raise InputError(
            "the resources have no ids",
            hint="add `id, type, location, subscriptionId, resourceGroup, tags` to the query",
        )
    patterns = Patterns(
        kind=KIND,
        path=document.path,
        scope=document.scope,
        catalog=Catalog(options.catalog),
        accounts=options.accounts,
    )
    asked = any(one.entry.tags is not UNSET for one in found)
    groups = _managed_groups(one.entry for one in found)
    for place, entry in found:
        if entry.id:
            yield _row(entry, patterns, groups, COMPLETE if asked else NOT_ASKED)
        else:
            yield from faults.add(place, "is no resource: it has no id")
    yield from faults.rest()
    yield from _truncated(document, count)


def _row(entry: Entry, patterns: Patterns, groups: Groups, known: TagSet) -> Row:
    pattern = patterns.pattern(
        "azure",
        entry.kind,
        entry.account,
        (entry.location or "").lower().replace(" ", "") or None,
        namespace=entry.namespace,
        managed_by=_managed_by(entry, groups),
        tags=known,
    )
    tags = entry.tags if isinstance(entry.tags, dict) else {}
    return Row(pattern, entry.id.lower(), {key: value or "" for key, value in tags.items()})


def _managed_groups(entries: Iterable[Entry]) -> Groups:
    """Find the resource groups that say which service manages them."""
    return {
        (entry.account, entry.namespace): _service(entry.manager.lower())
        for entry in entries
        if entry.manager and entry.kind in {GROUP, GROUP_ALIAS}
    }


def _managed_by(entry: Entry, groups: Groups) -> str:
    """Say who makes a resource. `managedBy` counts for groups alone: a disk's is its machine."""
    if service := groups.get((entry.account, entry.namespace)):
        return service
    for name, service in GROUP_NAMES:
        if name.fullmatch(entry.namespace or ""):
            return service
    return "sql" if SYSTEM_DATABASE.fullmatch(entry.id.lower()) else "user"


def _service(manager: str) -> str:
    found = PROVIDER.search(manager)
    namespace = found[1] if found else "azure"
    return MAKERS.get(namespace, namespace.removeprefix("microsoft."))


def _listed(document: Document) -> Iterator[tuple[str, object]]:
    """Yield each resource and where it stands; raises InputError where there is no list."""
    try:
        if document.data.lstrip()[:1] == b"[":
            name, values = "", parts(document.data)
        else:
            answer = members(document.data)
            name = "data" if "data" in answer else "value"
            if bytes(cast("Raw", answer[name]))[:1] == b"{":
                yield from _table(answer[name])
                return
            values = parts(answer[name])
    except msgspec.DecodeError as exc:
        raise InputError(f"no list of resources: {exc}") from exc
    for index, value in enumerate(values):
        yield f"{name}[{index}]", value


def _table(data: object) -> Iterator[tuple[str, object]]:
    """Yield the rows of a table as objects with the members that are read."""
    table = part(data, Table)
    names = [column.name for column in table.columns]
    for index, row in enumerate(table.rows):
        cells = zip(names, row, strict=False)
        yield (
            f"data.rows[{index}]",
            {name: part(cell, object) for name, cell in cells if name in COLUMNS},
        )


def _truncated(document: Document, count: int) -> Iterator[Problem]:
    try:
        told = part(document.data, Answer)
    except msgspec.DecodeError:  # a bare list, which says nothing of itself
        return
    total = max(told.total or 0, told.snake_total or 0)
    if told.names_more or total > count:
        of = f"{count:,} of {total:,} resources" if total > count else "one page of several"
        yield Problem(
            stage="read",
            where=document.path,
            message=f"the answer is cut off: it holds {of}",
            hint="ask for the further pages with the skip token, ordered by id, or split the query",
        )
