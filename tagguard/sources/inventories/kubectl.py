"""What `kubectl get … -o json` or `-o yaml` says of a cluster: the objects that are there.

A manifest in a repository looks alike but says what should be; it is no inventory. What is really
there has a `uid` (or a time of creation and a version), which only a cluster gives. Types are
spelt with their group, `apps/Deployment`, those of the core group without: `Pod`. The cluster does
not tell its own name, so there is no account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct, field

from tagguard.catalog import Catalog
from tagguard.documents import parse, to_text_data
from tagguard.errors import DocumentError, InputError
from tagguard.model import Problem, Rows
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories.json_parts import members, part, parts
from tagguard.sources.inventories.patterns import Patterns
from tagguard.sources.inventories.row_chunks import Row, in_chunks
from tagguard.sources.inventories.row_faults import RowFaults

KIND = "kubectl"
LIVE = re.compile(rb"""\b(?:uid"?\s*: ?"?[0-9a-f]{8}-|resourceVersion"?\s*: ?")""")
"""What a cluster writes into all objects and lists, and people hardly ever."""
LISTED = re.compile(rb'"items"\s*:\s*\[')
TOP = re.compile(rb"^(?:items|metadata):", re.MULTILINE)
"""How a YAML document with objects goes on somewhere."""

SYSTEM_NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces
"""
GIVEN = frozenset(
    {
        ("ConfigMap", "kube-root-ca.crt"),
        ("Endpoints", "kubernetes"),
        ("EndpointSlice", "kubernetes"),
        ("Namespace", "default"),
        ("Service", "kubernetes"),
        ("ServiceAccount", "default"),
    }
)
"""Objects that a cluster makes by itself, in each namespace or once."""
PASSING = frozenset({"Event", "Lease"})
"""Kinds whose objects come and go with the cluster's own work."""
BOOTSTRAPPED = "kubernetes.io/bootstrapping"
"""Label of the roles and bindings that a cluster is born with
(https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings)."""
PROVISIONED = "pv.kubernetes.io/provisioned-by"
"""Annotation of a volume that was made for a claim, which is the team's."""
TOKEN = "kubernetes.io/service-account-token"  # noqa: S105 - the type of a secret, not one
"""Type of the secrets that older clusters make for every service account."""


class Owner(Struct):
    """An object that another one belongs to and goes with."""

    kind: str = ""


class Metadata(Struct):
    """The part of an object's metadata that is read."""

    name: str = ""
    namespace: str | None = None
    uid: str | None = None
    created: str | None = field(default=None, name="creationTimestamp")
    version: str | None = field(default=None, name="resourceVersion")
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    owners: list[Owner] | None = field(default=None, name="ownerReferences")

    @property
    def is_live(self) -> bool:
        """Only a cluster can have written it."""
        return bool(self.uid or (self.created and self.version))


class Object(Struct):
    """One object; those of a list may lack kind and version."""

    metadata: Metadata
    kind: str = ""
    api: str = field(default="", name="apiVersion")
    type: object = None


class ListMetadata(Struct):
    """What a list says of itself."""

    resume: str | None = field(default=None, name="continue")
    remaining: int | str | None = field(default=None, name="remainingItemCount")


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether a cluster wrote the document, be it damaged or not."""
    if not LIVE.search(document.data):
        return False
    if not _is_json(document):
        return TOP.search(document.data) is not None
    try:
        answer = members(document.data)
        if "items" in answer:
            return "kind" in answer and "apiVersion" in answer
        return part(document.data, Object).metadata.is_live
    except msgspec.DecodeError:
        return LISTED.search(document.data) is not None


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield the objects in their order."""
    return in_chunks(_rows(document, options))


def managed_by(one: Object) -> str:
    """Say who keeps an object: `user`, `kubernetes` itself, or the kind that it belongs to."""
    metadata = one.metadata
    if metadata.owners:
        return metadata.owners[0].kind or "kubernetes"
    if PROVISIONED in (metadata.annotations or {}):
        return "PersistentVolumeClaim"
    namespaces = {metadata.namespace, metadata.name if one.kind == "Namespace" else None}
    given = (
        namespaces & SYSTEM_NAMESPACES
        or (one.kind, metadata.name) in GIVEN
        or one.kind in PASSING
        or one.type == TOKEN
        or metadata.name.startswith("system:")
        or BOOTSTRAPPED in (metadata.labels or {})
    )
    return "kubernetes" if given else "user"


def _rows(document: Document, options: ReadOptions) -> Iterator[Row | Problem]:
    answer = _answer(document)
    faults = RowFaults(document.path)
    patterns = Patterns(
        kind=KIND,
        path=document.path,
        scope=document.scope,
        catalog=Catalog(options.catalog),
        accounts=options.accounts,
    )
    kind, api = (_text(answer.get(name)) for name in ("kind", "apiVersion"))
    listed = "items" in answer
    single = document.data if _is_json(document) else answer
    for index, item in enumerate(_items(answer) if listed else [single]):
        place = f"items[{index}]" if listed else "metadata"
        try:
            one = part(item, Object)
        except msgspec.DecodeError as exc:
            yield from faults.add(place, f"is no object of a cluster: {exc}")
            continue
        one.kind = one.kind or kind.removesuffix("List")
        one.api = one.api or api
        if one.kind and one.metadata.name:
            yield _row(one, patterns)
        else:
            yield from faults.add(place, "has no kind or no name")
    yield from faults.rest()
    if listed:
        yield from _truncated(document.path, answer.get("metadata"))


def _row(one: Object, patterns: Patterns) -> Row:
    group = one.api.rpartition("/")[0]
    type_ = f"{group}/{one.kind}" if group else one.kind
    metadata = one.metadata
    pattern = patterns.pattern(
        "kubernetes",
        type_,
        None,
        None,
        namespace=metadata.namespace,
        managed_by=managed_by(one),
    )
    path = [type_, metadata.namespace, metadata.name]
    return Row(pattern, "/".join(filter(None, path)), metadata.labels or {})


def _truncated(path: str, metadata: object) -> Iterator[Problem]:
    try:
        told = part(metadata, ListMetadata)
    except msgspec.DecodeError:  # it says nothing of a rest
        return
    if told.resume or told.remaining:
        count = f"{told.remaining} more objects" if told.remaining else "more objects"
        yield Problem(
            stage="read",
            where=path,
            message=f"the list is cut off: the cluster holds {count}",
            hint="`kubectl get` gives the whole list; the interface's own answers come in pages",
        )


def _answer(document: Document) -> dict[str, object]:
    """Give the top of the document; raises InputError."""
    try:
        if _is_json(document):
            return members(document.data)
        return members(to_text_data(parse(document.text())))
    except msgspec.DecodeError as exc:
        raise InputError(f"holds no objects of a cluster: {exc}") from exc
    except DocumentError as exc:
        raise InputError(exc.message, line=exc.line) from exc


def _items(answer: dict[str, object]) -> list[object]:
    try:
        return parts(answer["items"])
    except msgspec.DecodeError as exc:
        raise InputError(f"`items` is no list: {exc}") from exc


def _is_json(document: Document) -> bool:
    return document.data.lstrip()[:1] == b"{"


def _text(value: object) -> str:
    try:
        return part(value, str)
    except msgspec.DecodeError:
        return ""
