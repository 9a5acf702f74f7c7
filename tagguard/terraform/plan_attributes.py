"""Decodes attributes of one planned resource: the few that tags need, or all for a policy.

A plan spreads an attribute over three parallel trees: `after` (known values), `after_unknown`
(`true` where a value is only known after apply) and `after_sensitive`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from tagguard.catalog import Entry
from tagguard.model import SENSITIVE
from tagguard.terraform.plan_model import Change, decode, decode_with, follow, is_present

Json = Any
"""Whatever JSON may hold."""

MORE = "\0more"
"""In the tree of what is unknown, a member of a map that may have further keys; no plan has it. It
holds a list of these keys, or `True` where they can be any."""

SHORTEST_SECRET = 4
"""Characters; a shorter text that equals a sensitive one does so by chance."""


class Cell(Struct, gc=False):
    """One attribute in the three parallel trees."""

    known: Json = None
    unknown: Json = None
    sensitive: Json = None

    @property
    def is_hidden(self) -> bool:
        """Nothing of the attribute is known before apply."""
        return self.unknown is True

    @property
    def may_gain(self) -> bool:
        """There may be keys beside those that are known of, whose values are settled."""
        return isinstance(self.unknown, dict) and MORE in self.unknown

    @property
    def open_keys(self) -> str:
        """The keys that there may be beside, as `TagSet.open_keys`."""
        more = self.unknown.get(MORE) if isinstance(self.unknown, dict) else None
        return "|".join(map(re.escape, more)) if isinstance(more, list) else ""

    @property
    def is_map(self) -> bool:
        """The attribute is a map whose keys are all known."""
        return isinstance(self.known, dict) and not self.is_hidden

    @property
    def secret_keys(self) -> frozenset[str]:
        """Keys of a map whose values are sensitive."""
        if not self.sensitive:
            return frozenset()
        if self.sensitive is True:
            return frozenset(self.known) if isinstance(self.known, dict) else frozenset()
        flags = self.sensitive.items() if isinstance(self.sensitive, dict) else ()
        return frozenset(key for key, flag in flags if flag is True)

    @property
    def text(self) -> str | None:
        """The value, where it is a text that may be told."""
        told = isinstance(self.known, str) and self.sensitive is not True
        return self.known or None if told else None


class View:
    """Decodes just the attributes that the tags of one resource type need, and some `others`."""

    def __init__(self, entry: Entry | None, *others: str) -> None:
        self.entry = entry
        self._paths = {path: tuple(path.split(".")) for path in (*_attributes(entry), *others)}
        roots = dict.fromkeys(path[0] for path in self._paths.values())
        self._field = {root: f"attribute_{at}" for at, root in enumerate(roots)}
        narrow = msgspec.defstruct(
            "Attributes",
            [
                (field, Any, msgspec.field(name=root, default=None))
                for root, field in self._field.items()
            ],
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(narrow | bool | None)

    def cells(self, change: Change) -> dict[str, Cell]:
        """Decode the attributes by path; raises InputError for what does not fit."""
        trees = (
            decode_with(self._decoder, change.after, "after"),
            decode_with(self._decoder, change.after_unknown, "after_unknown"),
            decode_with(self._decoder, change.after_sensitive, "after_sensitive"),
        )
        cells = {}
        for name, (root, *rest) in self._paths.items():
            known, unknown, sensitive = (self._start(tree, root) for tree in trees)
            if rest:
                known, unknown, sensitive = step_in(known, unknown, sensitive, tuple(rest))
            cells[name] = Cell(known, unknown, sensitive)
        return cells

    def cells_before(self, change: Change) -> dict[str, Cell]:
        """Decode the attributes as they are before the change, when all of them are known."""
        return self.cells(Change(after=change.before))

    def _start(self, tree: Json, root: str) -> Json:
        return tree if tree is None or tree is True else getattr(tree, self._field[root], None)


def _attributes(entry: Entry | None) -> tuple[str, ...]:
    if entry is None:
        return ("tags_all", "tags", "labels", "effective_labels", "terraform_labels")
    system = ("system_tags",) if entry.beside else ()
    return (*own_attributes(entry), *system, *entry.computed)


def own_attributes(entry: Entry) -> tuple[str, ...]:
    """Name the attributes that hold a resource's own tags.

    Older versions of `aws_autoscaling_group` have a list called `tags` beside their blocks.
    """
    older = ("tags",) if entry.shape == "blocks" else ()
    return (entry.attribute, *entry.beside, *older)


def step_in(
    known: Json, unknown: Json, sensitive: Json, path: tuple[str, ...]
) -> tuple[Json, Json, Json]:
    """Follow a path below the attribute; where it passes a list of several, take all of them."""
    if not isinstance(known, list) or len(known) <= 1:
        return follow(known, path), follow(unknown, path), follow(sensitive, path)
    inner = [follow(item, path) for item in known]
    items = [tag for tags in inner if isinstance(tags, list) for tag in tags]
    # which item it was is lost between the lists
    return items, is_flagged(_below(unknown, path)), is_flagged(_below(sensitive, path))


def _below(flags: Json, path: tuple[str, ...]) -> Json:
    return [follow(item, path) for item in flags] if isinstance(flags, list) else flags


def is_flagged(flags: Json) -> bool:
    """Tell whether anything is flagged, as unknown or as sensitive."""
    pending = [flags]
    while pending:
        flag = pending.pop()
        if flag is True:
            return True
        if isinstance(flag, dict | list):
            pending.extend(flag.values() if isinstance(flag, dict) else flag)
    return False


def secret_tags(cells: Mapping[str, Cell], entry: Entry) -> frozenset[str]:
    """Give the keys that are sensitive in any attribute that shows the resource's tags.

    Terraform does not mark what a provider copies, as `tags` into `tags_all`:
    https://github.com/hashicorp/terraform-provider-aws/issues/30278.
    """
    secret = cells[entry.attribute].secret_keys
    for name in entry.computed:
        secret |= cells[name].secret_keys
    return secret


def masked_attributes(change: Change, entry: Entry | None) -> dict[str, Any]:
    """Decode all attributes for a policy, sensitive ones masked, and what equals one.

    `entry` says which attributes show the same tags. Raises InputError when some attribute that
    tags do not need is malformed.
    """
    if not is_present(change.after):
        return {}
    after = decode(change.after, dict[str, Any], "after")
    sensitive: Json = decode(change.after_sensitive, object, "after_sensitive")
    secrets: set[str] = set()
    masked = _mask(after, sensitive, secrets)
    if not isinstance(masked, dict):
        return {}
    if entry is not None and sensitive:
        _mask_tags(masked, after, sensitive, entry)
    return {key: _mask_copies(value, secrets) for key, value in masked.items()}


def _mask(value: Json, sensitive: Json, secrets: set[str]) -> Json:
    """Mask what is flagged; the texts found there are added to `secrets`."""
    match value, sensitive:
        case _, True:
            secrets.update(_texts(value))
            return None if value is None else SENSITIVE
        case dict(), dict():
            return {key: _mask(item, sensitive.get(key), secrets) for key, item in value.items()}
        case list(), list():
            flags = [*sensitive, *[None] * (len(value) - len(sensitive))]
            return [_mask(item, flag, secrets) for item, flag in zip(value, flags, strict=False)]
    return value


def _texts(value: Json) -> Iterator[str]:
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text if len(text) >= SHORTEST_SECRET:
                yield text
            case dict() as nested:
                pending.extend(nested.values())
            case list() as nested:
                pending.extend(nested)


def _mask_copies(value: Json, secrets: set[str]) -> Json:
    if not secrets:
        return value
    match value:
        case str() if value in secrets:
            return SENSITIVE
        case dict():
            return {key: _mask_copies(item, secrets) for key, item in value.items()}
        case list():
            return [_mask_copies(item, secrets) for item in value]
    return value


def _mask_tags(masked: dict[str, Any], after: Json, sensitive: Json, entry: Entry) -> None:
    """Mask a tag that is sensitive in one attribute in all that show it."""
    paths = {name: name.split(".") for name in (entry.attribute, *entry.computed)}
    cells = {
        name: Cell(follow(after, path), None, follow(sensitive, path))
        for name, path in paths.items()
    }
    secret = secret_tags(cells, entry)
    for path in paths.values():
        tags = follow(masked, path)
        if isinstance(tags, dict):
            tags.update((key, SENSITIVE) for key in secret & tags.keys() if tags[key] is not None)
