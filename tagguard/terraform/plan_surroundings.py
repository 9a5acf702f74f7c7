"""What the configuration part of a plan tells of one resource's arguments.

It says which are set and which names they refer to, never what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
        self._expressions: dict[str, Sequence[Any]] = {}

    def expressions(self, path: str) -> Sequence[Any]:
        """Give an argument's expressions, one of each nested block that is known to set it."""
        if path not in self._expressions:
            root, *steps = path.split(".")
            shown = expression(self._block, root)
            unreadable = [shown] if shown == {} else None
            self._expressions[path] = unreadable or list(_below(shown, steps))
        return self._expressions[path]

    def causes(self, path: str) -> str:
        """Name what hides an argument, for a sentence; empty where the plan does not say."""
        if path not in self._causes:
            self._causes[path] = name_causes(
                self._configuration, self._module, self._block, self.expressions(path)
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
        self.reach_volumes: bool | None = None
        """A plan shows for each volume whether they do."""
        self._item = item
        self._written = written
        self._related = related
        self._planned_only = planned_only

    def is_set(self, path: str) -> bool:
        """Tell whether the resource's block is known to write the argument."""
        return bool(self._written.expressions(path))

    def is_plain(self, path: str) -> bool:
        """Tell whether the configuration shows that nothing in the argument is unknown."""
        return self._written.is_shown and all(
            isinstance(shown, dict) and "constant_value" in shown
            for shown in self._written.expressions(path)
        )

    def hidden(self, path: str) -> Hidden:
        """Say why something in the argument is unknown."""
        return Hidden(
            "labels" if "labels" in path else "tags",
            partial(self._written.causes, path),
            self._planned_only,
            self.is_unset,
        )

    def related(self, path: str, type_: str) -> Sequence[Resource]:
        """Give the resources of a type that the argument may name, and what they imply."""
        return self._related(self._item, self._written.expressions(path), type_)

    def attribute(self, _path: str) -> str:
        """Give nothing: a plan shows only which names an expression refers to."""
        return ""

    def is_unset(self, path: str) -> bool:
        """Tell whether the resource's block surely does not write the argument."""
        return self._written.is_shown and not self.is_set(path)


def _below(shown: Any, steps: Sequence[str]) -> Iterator[Any]:  # noqa: ANN401 - any JSON
    """Give what is at a path below an expression or nested blocks."""
    if isinstance(shown, list):
        for item in shown:
            yield from _below(item, steps)
    elif steps and isinstance(shown, dict):
        yield from _below(shown.get(steps[0]), steps[1:])
    elif not steps and shown is not None:
        yield shown
