"""Selectors: the one small language that picks resources, wherever something must be picked.

Conditions of a taxonomy, its scope, teams and exemptions all use it: keys of one mapping must all
hold, items of a list need one, `not` turns the answer around. An answer has three values, because
a tag's value may be unknown, and so may be an account, a Region or a namespace that the input does
not show.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from functools import cache
from typing import Annotated

from msgspec import Meta, Struct, field

from tagguard.catalog import types as type_names
from tagguard.globs import Test, compile_globs
from tagguard.model import Resource

Globs = Annotated[list[str], Meta(description="globs, one of which must match the whole text")]


class Selector(Struct, frozen=True, forbid_unknown_fields=True, rename={"not_": "not"}):
    """Which resources are meant: all given fields must hold."""

    types: Globs = field(default_factory=list)
    providers: Globs = field(default_factory=list)
    sources: Globs = field(default_factory=list)
    accounts: Globs = field(default_factory=list)
    account_names: Globs = field(default_factory=list)
    units: Annotated[
        list[str],
        Meta(description="globs over the account's path of units: `Root/Products/*`"),
    ] = field(default_factory=list)
    regions: Globs = field(default_factory=list)
    namespaces: Globs = field(default_factory=list)
    paths: Annotated[
        list[str],
        Meta(description="globs over the file's path; `*` stays in a folder, `**` does not"),
    ] = field(default_factory=list)
    addresses: Globs = field(default_factory=list)
    tags: Annotated[
        dict[str, str | list[str]],
        Meta(description="tag key -> glob or globs that its value must match"),
    ] = field(default_factory=dict)
    account_tags: Annotated[
        dict[str, str | list[str]],
        Meta(description="key of the account's own tags -> glob or globs for its value"),
    ] = field(default_factory=dict)
    not_: Annotated[
        Selector | list[Selector] | None, Meta(description="what must not be selected")
    ] = None


Selectors = Selector | list[Selector]
UNKNOWN = object()
"""What `ValueOf` gives for a tag that is there, or may be, with a value nobody knows."""
ValueOf = Callable[[str], object]
"""Tag key -> its value, None where absent, a tuple of all values that it may have, or `UNKNOWN`."""

Rebase = Callable[[str], str]
"""Turns a path relative to the working directory into one relative to another folder."""


def as_is(path: str) -> str:
    """Leave a path as it is: the folder is the working directory."""
    return path


def account_name(resource: Resource) -> str | None:
    """Give the name of the resource's account; None where it is not known."""
    return None if resource.holder is None else resource.holder.name or None


def account_unit(resource: Resource) -> str | None:
    """Give the path of units that the resource's account stands in; None: not known."""
    return None if resource.holder is None else resource.holder.unit or None


_FIELDS: dict[str, Callable[[Resource], str | None]] = {
    "types": lambda resource: resource.type,
    "providers": lambda resource: resource.provider,
    "sources": lambda resource: resource.source,
    "accounts": lambda resource: resource.account,
    "account_names": account_name,
    "units": account_unit,
    "regions": lambda resource: resource.region,
    "namespaces": lambda resource: resource.namespace,
    "addresses": lambda resource: resource.address,
}


class Matcher:
    """A compiled selector, or a list of them."""

    def __init__(self, selectors: Selectors, *, rebase: Rebase = as_is) -> None:
        """Compile; `rebase` names a location's path as seen from the configuration's folder.

        Locations are relative to the working directory, `paths` to the configuration's folder.
        """
        listed = [selectors] if isinstance(selectors, Selector) else selectors
        self._alternatives = tuple(_Conjunction(selector, rebase) for selector in listed)

    def __call__(self, resource: Resource, value_of: ValueOf) -> bool | None:
        """Tell whether the resource is selected; None when something unknown decides."""
        answer: bool | None = False
        for alternative in self._alternatives:
            one = alternative(resource, value_of)
            if one:
                return True
            if one is None:
                answer = None
        return answer


class _Conjunction:
    """One mapping: every field must hold."""

    def __init__(self, selector: Selector, rebase: Rebase) -> None:
        self._fields: list[tuple[Callable[[Resource], str | None], Test]] = [
            (read, compile_globs(_natively(globs) if name == "types" else globs))
            for name, read in _FIELDS.items()
            if (globs := getattr(selector, name))
        ]
        if selector.paths:
            in_paths = compile_globs(selector.paths, paths=True)
            self._fields.append((lambda resource: rebase(resource.location.path), in_paths))
        self._tags = _compiled(selector.tags)
        self._account_tags = _compiled(selector.account_tags)
        self._not = None if selector.not_ is None else Matcher(selector.not_, rebase=rebase)

    def __call__(self, resource: Resource, value_of: ValueOf) -> bool | None:
        answer: bool | None = True
        for read, test in self._fields:
            text = read(resource)
            if text is None:
                answer = None
            elif not test(text):
                return False
        in_account = [(test, account_tag(resource, key)) for key, test in self._account_tags]
        for test, value in (*((test, value_of(key)) for key, test in self._tags), *in_account):
            matches = _matches(test, value)
            if matches is False:
                return False
            answer = answer if matches else None
        if self._not is not None:
            inner = self._not(resource, value_of)
            if inner:
                return False
            if inner is None:
                answer = None
        return answer


def account_tag(resource: Resource, key: str) -> object:
    """Give a tag of the resource's account as a `ValueOf` would."""
    holder = resource.holder
    return UNKNOWN if holder is None or holder.tags is None else holder.tags.get(key)


def _compiled(tags: dict[str, str | list[str]]) -> list[tuple[str, Test]]:
    return [
        (key, compile_globs([globs] if isinstance(globs, str) else globs))
        for key, globs in tags.items()
    ]


def _matches(test: Test, value: object) -> bool | None:
    """Tell whether a tag's value matches; None where that is not known."""
    if value is UNKNOWN:
        return None
    if isinstance(value, tuple):
        answers = {test(each) for each in value}
        return answers.pop() if len(answers) == 1 else None
    return isinstance(value, str) and test(value)


def _natively(globs: list[str]) -> list[str]:
    """Add what the globs over canonical names stand for, so that one name means a type anywhere."""
    expanded = list(globs)
    for glob in globs:
        if glob.startswith(type_names.PREFIX):
            expanded.extend(type_names.native_types(glob))
    return expanded


def unknown_types(globs: Iterable[str]) -> dict[str, str]:
    """Give the canonical names that the type map does not know -> `` (did you mean `x`?)``.

    Globs with wildcards are left out, and so are native and live names.
    """
    return {
        glob: type_names.suggestion(glob)
        for glob in globs
        if glob.startswith(type_names.PREFIX)
        and not {"*", "?"} & set(glob)
        and not type_names.canonical(glob)
    }


def seen_from(folder: str, cwd: str) -> Rebase:
    """Give the function that names a path as seen from `folder`, not `cwd` (both absolute)."""
    if folder == cwd:
        return as_is

    @cache
    def seen(path: str) -> str:
        return posixpath.relpath(posixpath.join(cwd, path), folder)

    return seen
