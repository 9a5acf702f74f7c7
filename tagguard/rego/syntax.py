"""Reads regorus's syntax trees: packages, rules, references, and what a policy must not do.

The tree is looked at rather than the text, so that a comment or a string is no offence and
``with f as http.send`` or ``http["send"](…)`` is one. Nothing here evaluates anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tagguard.rego.engine import Module, RegoError

_ENVIRONMENT = "policies must not see the network or the environment"
_CHANCE = "the same input must give the same report"
_ENDLESS = "a hostile tag value can make it run without end"
FORBIDDEN = {
    "http.send": _ENVIRONMENT,
    "net.lookup_ip_addr": _ENVIRONMENT,
    "opa.runtime": _ENVIRONMENT,
    "rand.intn": _CHANCE,
    "uuid.rfc4122": _CHANCE,
    "net.cidr_expand": _ENDLESS,
    "units.parse": _ENDLESS,
    "units.parse_bytes": _ENDLESS,
}
"""Built-in -> why no policy may use it."""

_INFLATED = "a hostile tag value can make its result fill the memory"
LITERALS = {"numbers.range": 2, "numbers.range_step": 3, "sprintf": 1}
"""Built-in -> how many of its first arguments must be literals: they decide how much it makes."""

ANY = "*"
"""A step of a reference that is only known when it is evaluated."""


class Reference(Struct, frozen=True):
    """One reference: ``input.resource.tags[key]`` has the path input, resource, tags, `ANY`."""

    path: tuple[str, ...]
    """With the aliases of imports resolved."""
    written: str
    """As it stands in the text; regorus lets no alias hide a built-in."""
    line: int
    column: int
    called: bool = False
    literals: int = 0
    """How many of the call's first arguments are literals."""


class Rule(Struct, frozen=True):
    """One definition of a rule."""

    path: tuple[str, ...]
    """Its full path below ``data``."""
    line: int
    is_set: bool
    references: tuple[Reference, ...]


class ModuleSyntax(Struct, frozen=True):
    """One parsed file."""

    module: Module
    package: tuple[str, ...]
    line: int
    """Where the package stands."""
    rules: tuple[Rule, ...]

    def at(self, line: int) -> str:
        """Name a line of the file for people."""
        return f"{self.module.path}:{line}"


def read(module: Module, tree: Mapping[str, Any]) -> ModuleSyntax:
    """Pick from a syntax tree what tagguard asks about; aliases of imports are resolved."""
    package = tree["package"]
    path = _path(package["refr"])
    aliases = {}
    for one in tree["imports"]:
        target = _path(one["refr"])
        alias = one.get("as")
        aliases[_text(module, alias) if alias else target[-1]] = target
    rules = [_rule(path, rule, aliases) for rule in tree["rules"]]
    return ModuleSyntax(module, path, package["span"]["line"], tuple(rules))


def _text(module: Module, span: Mapping[str, int]) -> str:
    """Give the word at a span; its end is right, its start is not reliable."""
    before = module.text.encode()[: span["end"]].decode(errors="replace")
    return before.rpartition(" ")[2].strip()


def _rule(
    package: tuple[str, ...], tree: Mapping[str, Any], aliases: Mapping[str, tuple[str, ...]]
) -> Rule:
    kind, body = next(iter(tree.items()))
    head = body["head"] if kind == "Spec" else {"Default": body}
    shape, inner = next(iter(head.items()))
    return Rule(
        path=(*package, *_path(inner["refr"])),
        line=body["span"]["line"],
        is_set=shape == "Set",
        references=tuple(_resolved(reference, package, aliases) for reference in references(body)),
    )


def _resolved(
    reference: Reference, package: tuple[str, ...], aliases: Mapping[str, tuple[str, ...]]
) -> Reference:
    root, *rest = reference.path
    path = (*aliases.get(root, (root,)), *rest)
    if reference.called and path[0] != "data":
        path = ("data", *package, *path)
    return replace(reference, path=path)


def references(tree: Any) -> Iterator[Reference]:  # noqa: ANN401 - any part of a syntax tree
    """Find every whole reference in a part of a tree; those inside brackets stand on their own.

    The target of ``with … as`` is not a use.
    """
    open_parts: list[tuple[Any, Any]] = [(tree, None)]  # with the arguments of what is called
    while open_parts:
        part, arguments = open_parts.pop()
        if isinstance(part, list):
            open_parts.extend((item, None) for item in part)
        elif isinstance(part, dict):
            kind = next(iter(part), "")
            if kind in {"Var", "RefDot", "RefBrack"} and len(part) == 1:
                if (reference := _reference(part, arguments)) is not None:
                    yield reference
                open_parts.extend((index, None) for index in _brackets(part))
            else:
                for name, child in part.items():
                    if not (name == "refr" and "as" in part):
                        open_parts.append((child, part["params"] if name == "fcn" else None))


def _reference(
    part: Mapping[str, Any], arguments: Sequence[Mapping[str, Any]] | None
) -> Reference | None:
    path = _path(part)
    node = part
    while "Var" not in node:
        inner = next(iter(node.values()))
        if "refr" not in inner:
            return None
        node = inner["refr"]
    span = node["Var"]["span"]
    literals = sum(1 for _ in takewhile(_is_literal, arguments or ()))
    called = arguments is not None
    return Reference(path, ".".join(path), span["line"], span["col"], called, literals)


def _is_literal(part: Mapping[str, Any]) -> bool:
    return not part.keys().isdisjoint({"Number", "String", "RawString"})


def _path(part: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the steps of a reference, outermost first."""
    steps: list[str] = []
    while True:
        kind, inner = next(iter(part.items()))
        match kind:
            case "Var":
                return (inner["value"], *reversed(steps))
            case "RefDot":
                steps.append(inner["field"][1])
            case "RefBrack":
                steps.append(inner["index"].get("String", {}).get("value", ANY))
            case _:
                return (ANY, *reversed(steps))
        part = inner["refr"]


def _brackets(part: Mapping[str, Any]) -> Iterator[Any]:
    """Give what is not a plain step of a reference: computed keys, and a root that is no name."""
    while True:
        kind, inner = next(iter(part.items()))
        if kind == "RefBrack":
            yield inner["index"]
        elif kind != "RefDot":
            if kind != "Var":
                yield part
            return
        part = inner["refr"]


def check(modules: Sequence[ModuleSyntax], built_ins: Collection[str]) -> None:
    """Raise RegoError for what shows before anything is evaluated.

    That is: a forbidden built-in, one that a tag value could make too much of, a function that
    nobody defines, one that calls itself.
    """
    functions = {rule.path for syntax in modules for rule in syntax.rules}
    for syntax in modules:
        for rule in syntax.rules:
            for one in rule.references:
                place = f"{syntax.at(one.line)}:{one.column}"
                if (why := FORBIDDEN.get(one.written)) is not None:
                    raise RegoError(f"`{one.written}` is not allowed: {why}", place)
                if one.literals < LITERALS.get(one.written, 0):
                    raise RegoError(_not_literal(one.written), place)
                if one.called and one.path[1:] not in functions and one.written not in built_ins:
                    raise RegoError(f"there is no function `{one.written}`", place)
    _check_recursion(modules)


def _not_literal(name: str) -> str:
    what = "a computed format" if name == "sprintf" else "computed numbers"
    return f"`{name}` is not allowed with {what}: {_INFLATED}"


def _check_recursion(modules: Sequence[ModuleSyntax]) -> None:
    """NOTE: OPA refuses recursion; regorus overflows the stack on it and ends the process."""
    places: dict[tuple[str, ...], str] = {}
    calls: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for syntax in modules:
        for rule in syntax.rules:
            places.setdefault(rule.path, syntax.at(rule.line))
            called = {reference.path[1:] for reference in rule.references if reference.called}
            calls.setdefault(rule.path, set()).update(called)
    for start, called in calls.items():
        reached: set[tuple[str, ...]] = set()
        waiting = list(called)
        while waiting:
            path = waiting.pop()
            if path in calls and path not in reached:
                reached.add(path)
                waiting.extend(calls[path])
        if start in reached:
            raise RegoError(f"`{start[-1]}` calls itself; Rego has no recursion", places[start])


def needs_attributes(modules: Iterable[ModuleSyntax]) -> bool:
    """Tell whether some rule may look at a resource's raw attributes.

    It may if it says so, if it takes ``input`` or ``input.resource`` as a whole, or if it looks up
    a computed field of either.
    """
    wholes = {("input",), ("input", ANY), ("input", "resource"), ("input", "resource", ANY)}
    return any(
        "attributes" in reference.path[1:] or reference.path in wholes
        for syntax in modules
        for rule in syntax.rules
        for reference in rule.references
    )
