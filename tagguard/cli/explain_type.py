"""Words for `tagguard explain TYPE`: what the catalog knows of a resource type.

It only phrases what `tagguard.catalog` says; it judges nothing and prints nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.catalog import UNTAGGED_PROVIDERS, Catalog, Description, Entry, version
from tagguard.errors import UsageError, did_you_mean
from tagguard.model import NO_LIMITS, Limits

COLUMN = 20
"""Where the second column begins."""
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
    near = did_you_mean(name, rules) or catalog.suggestion(name)
    hint = f"known rules: {', '.join(sorted(rules))}"
    if "_" in name or ":" in name:
        hint = (
            "the catalog does not know whether it takes tags; tell it in tagguard.yaml: "
            f"`catalog: {{{name}: {{attribute: tags, shape: map}}}}`, or `{{taggable: false}}`"
        )
    return UsageError(f"there is no rule and no resource type called `{name}`{near}", hint=hint)


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
    if one.canonical not in {"", one.type}:
        yield "canonical name", [one.canonical]
    if one.twins:
        yield "also known as", list(one.twins)
    if one.source != version():
        yield "source", [one.source]


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
        yield (
            "nested places",
            [
                *(f"`{path}`" for path in entry.also),
                "where one tags what this resource creates, that is judged as an implied resource",
            ],
        )
    if entry.limits != NO_LIMITS:
        yield "at most", [_limits(entry.limits)]


def _limits(limits: Limits) -> str:
    words = (
        (limits.tags, "tags"),
        (limits.key, "characters in a key"),
        (limits.value, "characters in a value"),
    )
    return ", ".join(f"{number} {noun}" for number, noun in words if number)
