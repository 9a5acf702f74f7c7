"""Names what hides a value: follows names through modules to the data source or resource behind.

A plan shows only which names an expression refers to. Root variables, constants, keys and indexes
are known when a plan is made, so they hide nothing; what remains does, or may. Locals are not in a
plan and stay as they are named. Nothing here decides a verdict: it only words a reason.
"""

from __future__ import annotations

from typing import Any

from tagguard.terraform.configuration import (
    Configuration,
    decoded,
    enumerate_names,
    references,
    without_instances,
)
from tagguard.terraform.plan_model import ConfiguredResource

MAX_DEPTH = 20
"""Most modules and outputs that one name is followed through."""
MAX_NAMES = 200
"""Most names that are looked at for one reason."""
_KNOWN = ("each.key", "count.index", "path.", "terraform.", "self.")
"""How names begin that always have a value in a plan."""


def name_causes(
    configuration: Configuration,
    module: str,
    block: ConfiguredResource,
    shown: Any,  # noqa: ANN401 - any JSON
) -> str:
    """Name, for a sentence, what hides an expression in a resource's block.

    `shown` is the expression as the plan shows it, `module` the block's without instance keys.
    Where nothing seems to hide it, all that it refers to is named.
    """
    search = _Search(configuration)
    loop = decoded(block.for_each_expression)
    plain: list[str] = []
    followed: list[str] = []
    names = references(shown)
    for name in names:
        behind = search.behind(module, name, loop)
        if behind == [_of(name, module)]:
            plain.append(name)
        elif behind:
            followed.append(f"{_shortened(name, module)}, given {enumerate_names(behind)}")
    if not (plain or followed):
        return enumerate_names(list(dict.fromkeys(_shortened(name, module) for name in names)))
    return enumerate_names([*([enumerate_names(plain)] if plain else []), *followed], "; ")


def _of(name: str, module: str) -> str:
    return f"{name} of {module}" if module else name


def _shortened(name: str, module: str) -> str:
    """Leave out what follows a variable's name, and name its module."""
    return _of(".".join(_steps(name)[:2]), module) if name.startswith("var.") else name


def _steps(name: str) -> list[str]:
    return without_instances(name).split(".")


class _Search:
    """One walk; it ends after a bounded number of names."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._left = MAX_NAMES

    def behind(self, module: str, name: str, loop: Any, depth: int = 0) -> list[str]:  # noqa: ANN401 - any JSON
        """Give the names that may hide `name`: itself, those behind it, or none.

        `loop` is the `for_each` around it.
        """
        self._left -= 1
        itself = [_of(name, module)]
        if name.startswith(_KNOWN) or (name.startswith("var.") and not module):
            return []
        if depth >= MAX_DEPTH or self._left < 0:
            return itself
        match _steps(name):
            case ["var", variable, *_]:
                caller = module.rpartition("module.")[0].rstrip(".")
                given = self._configuration.argument(module, variable)
                return self._all(given, caller, self._configuration.loop(module), itself, depth)
            case ["each", "value", *_]:
                return self._all(loop, module, None, itself, depth) or itself
            case ["module", called, output, *_]:
                inner = f"{module}.module.{called}".lstrip(".")
                shown = self._configuration.output(inner, output)
                return itself if shown is None else self._all(shown, inner, None, itself, depth)
        return itself

    def _all(self, shown: Any, module: str, loop: Any, itself: list[str], depth: int) -> list[str]:  # noqa: ANN401 - any JSON
        """Give what is behind all names of an expression; a constant has nothing behind it."""
        if not shown or (isinstance(shown, dict) and "constant_value" in shown):
            return [] if shown is None or shown else itself
        names = references(shown)
        found = [hit for name in names for hit in self.behind(module, name, loop, depth + 1)]
        return list(dict.fromkeys(found)) if names else itself
