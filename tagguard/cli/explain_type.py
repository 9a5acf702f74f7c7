"""Words for `tagguard explain TYPE`: what the catalog knows of a resource type.

It only phrases what `tagguard.catalog` says; it judges nothing and prints nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from tagguard.catalog import UNTAGGED_PROVIDERS, Catalog, Description, Entry, version
from tagguard.catalog.types import native_names
from tagguard.cloudformation import implied as cloudformation
from tagguard.errors import UsageError, did_you_mean
from tagguard.model import NO_LIMITS, Limits
from tagguard.terraform import implied as terraform

COLUMN = 20
"""Where the second column begins."""
LIKENESS = 0.8
"""How alike, from 0 to 1, an unknown name and a type must be to take one for the other."""
RELATED = 5
"""Types that are named for a word that is no type."""
_ANSWERS = {"yes": "takes tags", "no": "takes no tags", "unknown": "may take tags or not"}
_SHAPES = {"map": "a map", "list": "a list of `{}` and `{}`", "blocks": "blocks of `{}` and `{}`"}
_STACK_TAGS = {
    "yes": "reach it",
    "maybe": "may reach it; a key that only the stack gives is undetermined",
    "no": "do not reach it",
}


def type_page(name: str, catalog: Catalog) -> list[str]:
    """Tell, line by line, what is known of a type under any of its names; none if unknown."""
    found = catalog.describe(name) or tuple(_without_data(name, catalog))
    lines = [line for one in found for line in (_headline(one), *_rows(one), "")]
    return [*lines, f"catalog {version()}"] if lines else []


def unknown_name(name: str, rules: list[str], catalog: Catalog) -> UsageError:
    """Say that a name is neither a rule nor a type, what it may mean, and how to add a type."""
    message = f"there is no rule and no resource type called `{name}`"
    known_rules = f"known rules: {', '.join(sorted(rules))}"
    if any(sign in name for sign in "*?["):
        return UsageError(message, hint="types are explained one by one: give the name of one")
    if near := did_you_mean(name, rules):
        return UsageError(message + near, hint=known_rules)
    if near := _near_type(name, catalog):
        return UsageError(message + near)
    if "_" in name or ":" in name:
        return UsageError(
            message,
            hint="the catalog does not know whether it takes tags; tell it in tagguard.yaml: "
            f"`catalog: {{{name}: {{attribute: tags, shape: map}}}}`, or `{{taggable: false}}`",
        )
    related = _types_with_word(name)
    return UsageError(message, hint=f"there are {related}" if related else known_rules)


def _near_type(name: str, catalog: Catalog) -> str:
    """Give the catalog's suggestion where no more than a slip lies between the two."""
    near = catalog.suggestion(name)
    found = near.partition("`")[2].partition("`")[0]
    likeness = SequenceMatcher(None, name.casefold(), found.casefold()).ratio()
    return near if likeness >= LIKENESS else ""


def _types_with_word(word: str) -> str:
    """Name some types of a service, or called by a word: `s3`, `bucket`."""
    known = native_names()
    found = sorted((one for one in known if word.casefold() in re.split("[:/]", one)[1:]), key=len)
    more = f" and {len(found) - RELATED} more" if len(found) > RELATED else ""
    return ", ".join(f"`{one}`" for one in found[:RELATED]) + more


def _without_data(name: str, catalog: Catalog) -> Iterator[Description]:
    """Describe a type that takes no tags although no data file names it."""
    prefix = name.partition("_")[0]
    provider = "cloudformation" if "::" in name else prefix
    if catalog.taggable(provider, name) == "no":
        why = (
            f"no type of provider {prefix} takes tags"
            if provider in UNTAGGED_PROVIDERS
            else "custom resources take no tags"
        )
        yield Description(provider, name, "no", None, why)


def _headline(one: Description) -> str:
    side = f" (Terraform provider {one.provider})"
    if one.provider == "cloudformation":
        side = " (CloudFormation)"
    elif not one.provider or one.type == one.canonical:
        side = ""
    return f"{one.type}{side}: {_ANSWERS[one.taggable]}"


def _rows(one: Description) -> Iterator[str]:
    for title, lines in _facts(one):
        for number, line in enumerate(lines):
            yield f"  {'' if number else title:{COLUMN - 3}} {line}"


def _facts(one: Description) -> Iterator[tuple[str, list[str]]]:
    if one.entry is not None:
        yield from _entry_facts(one.entry, one.provider)
    elif one.taggable == "yes":
        yield "written in", ["the resource that creates it"]
    if created := _implied_names(one):
        where = "judged as resources of their own where their tags are shown"
        yield "implies", [", ".join(f"`#{name}`" for name in created), where]
    elif one.entry is not None and one.entry.also:
        yield "implies", ["nothing: the nested places are not judged"]
    if one.canonical not in {"", one.type}:
        yield "canonical name", [one.canonical]
    if one.twins:
        yield "also known as", list(one.twins)
    if one.source != version():
        yield "source", [one.source]


def _implied_names(one: Description) -> tuple[str, ...]:
    if "::" in one.type:
        return cloudformation.implied_names(one.type)
    return terraform.implied_names(one.type)


def _entry_facts(entry: Entry, provider: str) -> Iterator[tuple[str, list[str]]]:
    places = " and ".join(f"`{name}`" for name in (entry.attribute, *entry.beside))
    shape = _SHAPES[entry.shape].format(entry.key, entry.value)
    yield "written in", [f"{places}, {'both maps' if entry.beside else shape}"]
    if provider in {"", "cloudformation"}:
        yield "stack tags", [_STACK_TAGS[entry.stack_tags]]
    if provider != "cloudformation":
        yield "provider defaults", ["reach it" if entry.defaults else "do not reach it"]
    if entry.computed:
        shown = ", ".join(f"`{name}`" for name in entry.computed)
        yield "effective tags", [f"a plan shows them in {shown}"]
    if entry.also:
        yield "nested places", [f"`{path}`" for path in entry.also]
    if entry.limits != NO_LIMITS:
        yield "at most", [_limits(entry.limits)]


def _limits(limits: Limits) -> str:
    words = (
        (limits.tags, "tags"),
        (limits.key, "characters in a key"),
        (limits.value, "characters in a value"),
    )
    return ", ".join(f"{number} {noun}" for number, noun in words if number)
