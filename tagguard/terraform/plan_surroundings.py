"""What the configuration part of a plan tells of one resource's arguments.

It says which are set and which names they refer to, never what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tagguard.model import Resource, TagSet
from tagguard.terraform.causes import name_causes
from tagguard.terraform.configuration import Configuration, expression
from tagguard.terraform.plan_model import ConfiguredResource, ResourceChange
from tagguard.terraform.plan_tags import Hidden

Related = Callable[[ResourceChange, object, str], Sequence[Resource]]
"""Gives the resources of a type that an expression in a resource's block may name."""


def nothing_related(_by: ResourceChange, _shown: object, _type: str) -> Sequence[Resource]:
    """Find nothing, for who asks of no other resource."""
    return ()


class Written:
    """A resource's block in the configuration, the same for all its instances."""

    def __init__(
        self, configuration: Configuration, module: str, block: ConfiguredResource
    ) -> None:
        self.is_shown = bool(block.address)
        """The plan shows the block."""
        self._configuration = configuration
        self._module = module
        self._block = block
        self._causes: dict[str, str] = {}
        self._set: dict[str, bool] = {}

    def expression(self, path: str) -> Any:  # noqa: ANN401 - any JSON
        """Give an argument's expression; None where the block is known not to set it."""
        return expression(self._block, path)

    def is_set(self, path: str) -> bool:
        """Tell whether the block is known to write an argument, in any of several nested blocks."""
        if path not in self._set:
            root, *rest = path.split(".")
            self._set[path] = _is_set(self.expression(root), rest)
        return self._set[path]

    def causes(self, path: str) -> str:
        """Name what hides an argument, for a sentence; empty where the plan does not say."""
        if path not in self._causes:
            self._causes[path] = name_causes(
                self._configuration, self._module, self._block, self.expression(path)
            )
        return self._causes[path]


class PlanSurroundings:
    """What stands around one resource of a plan."""

    def __init__(
        self,
        item: ResourceChange,
        written: Written,
        defaults: TagSet,
        related: Related,
        *,
        planned_only: bool,
    ) -> None:
        self.defaults = defaults
        """The provider's default tags."""
        self._item = item
        self._written = written
        self._related = related
        self._planned_only = planned_only

    def is_set(self, path: str) -> bool:
        """Tell whether the resource's block is known to write the argument."""
        return self._written.is_set(path)

    def is_plain(self, path: str) -> bool:
        """Tell whether the configuration shows that nothing in the argument is unknown."""
        match self._written.expression(path) if self._written.is_shown else {}:
            case None | {"constant_value": _}:
                return True
        return False

    def hidden(self, path: str) -> Hidden:
        """Say why something in the argument is unknown."""
        return Hidden(
            "labels" if "labels" in path else "tags",
            partial(self._written.causes, path),
            self._planned_only,
            self._is_unset,
        )

    def related(self, path: str, type_: str) -> Sequence[Resource]:
        """Give the resources of a type that the argument may name, and what they imply."""
        return self._related(self._item, self._written.expression(path), type_)

    def _is_unset(self, path: str) -> bool:
        return self._written.is_shown and not self._written.is_set(path)


def _is_set(shown: Any, steps: Sequence[str]) -> bool:  # noqa: ANN401 - any JSON
    if isinstance(shown, list):
        return any(_is_set(item, steps) for item in shown)
    if shown is None or not steps:
        return shown is not None
    return isinstance(shown, dict) and _is_set(shown.get(steps[0]), steps[1:])
