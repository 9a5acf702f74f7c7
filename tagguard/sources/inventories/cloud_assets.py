"""Google Cloud's asset inventory: what its lists, searches and exports say of assets.

An array, JSON lines, or an answer with `assets` or `results`. A search shows labels at the top of
each result; a list or an export shows the resource's own data, where each type has a place of its
own for them. An asset that was listed for something else (its access policy, say) tells nothing of
its labels: they are unknown, not absent.

A project is called by its id wherever the document tells it, else by its number. Types are the
inventory's own, `compute.googleapis.com/Instance`; objects of a cluster are spelt as `kubectl`
has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec import UNSET, Struct, field

from tagguard.catalog import Catalog, live
from tagguard.errors import InputError
from tagguard.model import Problem, Rows, TagSet
from tagguard.sources import Document, ReadOptions
from tagguard.sources.inventories import kubectl
from tagguard.sources.inventories.asset import (
    ANY_PLACE,
    CONVERTED,
    GOING,
    Asset,
    labels_at,
    managed_by,
    plain,
)
from tagguard.sources.inventories.json_parts import members, part, parts
from tagguard.sources.inventories.patterns import COMPLETE, Patterns
from tagguard.sources.inventories.row_chunks import Row, in_chunks
from tagguard.sources.inventories.row_faults import RowFaults

KIND = "google-cloud-assets"
ASSET = re.compile(rb'"asset_?[tT]ype"\s*:\s*"[\w.-]+\.(?:com|io)/[A-Z]\w*"')
"""What tells an asset: the name of its type."""
LISTS = ("assets", "results")
"""Members that hold the assets of an answer: of a list, of a search."""

LOOKED_AT = 20
"""Entries among which one must be an asset."""

NO_RESOURCE = TagSet(complete=False, reason="the asset was listed without its resource")
NOT_ASKED = TagSet(complete=False, reason="the search did not ask for labels")
LEAVING = "its deletion has been requested"

CLUSTER = re.compile(r"\bk8s\.io/")
NAMESPACE = re.compile(r"/k8s/namespaces/([^/]+)/")
BARE_GROUPS = frozenset({"apps", "autoscaling", "batch", "extensions", "policy"})
"""Groups of Kubernetes that have no domain; the inventory gives them one."""


class Entry(NamedTuple):
    """One asset's text and where it stands."""

    place: str | int
    text: object
    line: int | None


class Answer(Struct):
    """What an answer says of itself."""

    token: str | None = field(default=None, name="nextPageToken")


class Labelled(NamedTuple):
    """What an asset says of its labels."""

    labels: Mapping[str, str]
    known: TagSet


def recognises(document: Document, _options: ReadOptions) -> bool:
    """Tell whether assets stand in the document, or stood in it before it was damaged."""
    if document.data.lstrip()[:1] not in {b"{", b"["} or not ASSET.search(document.data):
        return False
    try:
        return any(map(_is_asset, islice(_entries(document), LOOKED_AT)))
    except InputError:
        return True


def _is_asset(entry: Entry) -> bool:
    try:
        return bool(part(entry.text, Asset).type)
    except msgspec.DecodeError:
        return False


def read(document: Document, options: ReadOptions) -> Iterator[Rows | Problem]:
    """Yield the assets in their order, and behind them those whose resource is not shown."""
    return in_chunks(_Reading(document, options).rows())


class _Reading:
    """One document on its way to rows. It is gone through twice, as projects have two names."""

    def __init__(self, document: Document, options: ReadOptions) -> None:
        self._document = document
        self._catalog = Catalog(options.catalog)
        self._faults = RowFaults(document.path)
        self._patterns = Patterns(
            kind=KIND,
            path=document.path,
            scope=document.scope,
            catalog=self._catalog,
            accounts=options.accounts,
        )
        self._asked_for_labels = b'"labels"' in document.data
        self._ids: dict[str, str] = {}
        """Number of a project -> its id."""
        self._bare: dict[tuple[str, str], tuple[Asset, int | None]] = {}
        """Assets, with their line, that are shown without their resource."""
        self._known_places: dict[str, tuple[str, ...]] = {}

    def rows(self) -> Iterator[Row | Problem]:
        for entry in _entries(self._document):
            self._learn(entry)
        for entry in _entries(self._document):
            try:
                asset = part(entry.text, Asset)
                if not (asset.name and asset.type):
                    yield from self._faults.add(entry.place, "is no asset: no name or no type")
                elif not _is_bare(asset):
                    self._bare.pop((asset.name, asset.type), None)
                    yield self._row(asset, entry.line)
            except msgspec.DecodeError as exc:
                yield from self._faults.add(entry.place, f"is no asset: {exc}")
        for asset, line in self._bare.values():
            yield self._row(asset, line)
        yield from self._faults.rest()
        yield from _truncated(self._document)

    def _learn(self, entry: Entry) -> None:
        try:
            asset = part(entry.text, Asset)
            number = asset.project_told
            if number and number.isdecimal() and (project := asset.project_id):
                self._ids[number] = project
        except msgspec.DecodeError:  # told in the second round
            return
        if asset.name and asset.type and _is_bare(asset):
            self._bare.setdefault((asset.name, asset.type), (asset, entry.line))

    def _row(self, asset: Asset, line: int | None) -> Row:
        """Make an asset a row; raises `msgspec.DecodeError` for data that is no resource's."""
        if CLUSTER.search(asset.type):
            return self._cluster_row(asset, line)
        labels, known = self._labels(asset)
        pattern = self._patterns.pattern(
            "google",
            asset.type,
            self._account(asset),
            asset.region,
            managed_by=managed_by(asset.type, labels),
            excluded=LEAVING if asset.state == GOING else "",
            tags=known,
        )
        return Row(pattern, asset.name, labels, line)

    def _cluster_row(self, asset: Asset, line: int | None) -> Row:
        group, _, kind = asset.type.partition("/")
        group = group.removesuffix("k8s.io").removesuffix(".")
        if group and group not in BARE_GROUPS:
            group += ".k8s.io"
        namespace = NAMESPACE.search(asset.name)
        known, labels, maker = NO_RESOURCE, {}, "user"
        if asset.data is not None:
            one = part(plain(asset.data), kubectl.Object)
            one.kind = kind
            known, labels, maker = COMPLETE, one.metadata.labels or {}, kubectl.managed_by(one)
        pattern = self._patterns.pattern(
            "kubernetes",
            f"{group}/{kind}" if group else kind,
            self._account(asset),
            asset.region,
            namespace=namespace[1] if namespace else None,
            managed_by=maker,
            tags=known,
        )
        return Row(pattern, asset.name, labels, line)

    def _labels(self, asset: Asset) -> Labelled:
        if asset.data is not None:
            return Labelled(labels_at(asset.data, self._places(asset.type)), COMPLETE)
        if asset.labels is not UNSET:
            return Labelled(asset.labels or {}, COMPLETE)
        if not asset.is_search_result:
            return Labelled({}, NO_RESOURCE)
        # the parent is among what every search shows that did not choose its fields
        told = asset.parent or self._asked_for_labels
        return Labelled({}, COMPLETE if told else NOT_ASKED)

    def _places(self, type_: str) -> tuple[str, ...]:
        if type_ not in self._known_places:
            own, known = self._catalog.lookup("google", type_), live.places("google", type_)
            if own is not None:
                places: tuple[str, ...] = (own.attribute,)
            elif known is None:
                places = ANY_PLACE
            else:
                places = (*known, *CONVERTED.get(type_, ()))
            self._known_places[type_] = places
        return self._known_places[type_]

    def _account(self, asset: Asset) -> str | None:
        told = asset.project_told
        return None if told is None else self._ids.get(told, told)


def _is_bare(asset: Asset) -> bool:
    return asset.data is None and not asset.is_search_result


def _entries(document: Document) -> Iterator[Entry]:
    """Go through the assets; raises InputError where there is no list of them."""
    if _is_lines(document):
        with document.open() as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield Entry(number, line, number)
        return
    name, listed = _listed(document)
    for index, text in enumerate(listed):
        yield Entry(f"{name}[{index}]", text, None)


def _is_lines(document: Document) -> bool:
    """Tell whether each line is an asset: the first one is whole, and no answer with a list."""
    first = document.data.lstrip().partition(b"\n")[0]
    if first[:1] != b"{":
        return False
    if document.opener is not None:
        return True
    try:
        return not any(name in members(first) for name in LISTS)
    except msgspec.DecodeError:
        return False


def _listed(document: Document) -> tuple[str, list[object]]:
    try:
        if document.data.lstrip()[:1] == b"[":
            return "", parts(document.data)
        answer = members(document.data)
        for name in LISTS:
            if name in answer:
                return name, parts(answer[name])
    except msgspec.DecodeError as exc:
        raise InputError(f"no list of assets: {exc}") from exc
    return "", [document.data]


def _truncated(document: Document) -> Iterator[Problem]:
    if _is_lines(document):
        return
    try:
        told = part(document.data, Answer)
    except msgspec.DecodeError:  # a bare array, which says nothing of itself
        return
    if told.token:
        yield Problem(
            stage="read",
            where=document.path,
            message="the list is cut off: it names a next page",
            hint="ask for the further pages, or use `gcloud`, which does so by itself",
        )
