"""Evaluates expressions: `evaluate(expression, scope, budget)` is all that most users need.

Lazy, three-valued and bounded: only what is asked for is computed, what is not known says why, and
nothing that an expression holds can run away or raise anything but `Failure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from tagguard.hcl.evaluation import TOO_DEEP, Budget, Files, Frame, Scope, settled
from tagguard.hcl.nodes import Expression
from tagguard.hcl.values import Failure, Unknown, Value
from tagguard.model import Location

__all__ = ["Budget", "evaluate"]


def evaluate(
    expression: Expression,
    scope: Scope,
    budget: Budget,
    bindings: Mapping[str, Value] | None = None,
) -> Value:
    """Give an expression's value; `bindings` are names beyond the scope's, as of `dynamic`.

    Raises Failure where Terraform itself would refuse the expression. What the budget does not
    allow is Unknown, and `budget.exhausted` says why.
    """
    frame = Frame(scope, budget, Surroundings(scope.files, budget), bindings or {})
    try:
        return settled(lambda: expression.program().run(frame), budget)
    except RecursionError:
        return budget.refuse(TOO_DEEP)


class Surroundings:
    """What functions may use: the scope's files, and templates within the budget."""

    __slots__ = ("_budget", "_files", "_inside")

    def __init__(self, files: Files, budget: Budget, inside: str = "") -> None:
        self._files = files
        self._budget = budget
        self._inside = inside

    def read(self, path: str) -> bytes | Unknown:
        """Give a file's bytes."""
        return self._files.read(path)

    def exists(self, path: str) -> bool | Unknown:
        """Tell whether there is such a file."""
        return self._files.exists(path)

    def files(self, folder: str) -> Sequence[str] | Unknown:
        """List the files below a folder."""
        return self._files.files(folder)

    def render(self, text: str, variables: Mapping[str, Value], name: str) -> Value:
        """Evaluate a template that sees only `variables`; templates cannot call for templates."""
        if self._inside:
            raise Failure(f"{self._inside} is a template; it cannot call for another one, {name}")
        from tagguard.hcl.native_templates import text_program  # noqa: PLC0415 - few need it

        inner = Surroundings(self._files, self._budget, name)
        frame = Frame(TemplateScope(self._files, name), self._budget, inner, variables)
        return text_program(text, Location(name, 1, 1)).run(frame)


class TemplateScope:
    """A scope without names, for templates that see only the variables they are given."""

    def __init__(self, files: Files, name: str) -> None:
        self.files = files
        self._name = name

    def variable(self, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"var.{name}")

    def local(self, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"local.{name}")

    def resource(self, type_: str, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"{type_}.{name}")

    def data(self, type_: str, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"data.{type_}.{name}")

    def module(self, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"module.{name}")

    def each(self, part: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"each.{part}")

    def count_index(self) -> NoReturn:
        """Refuse."""
        self._refuse("count.index")

    def path(self, kind: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"path.{kind}")

    def itself(self) -> NoReturn:
        """Refuse."""
        self._refuse("self")

    def terraform(self, name: str) -> NoReturn:
        """Refuse."""
        self._refuse(f"terraform.{name}")

    def _refuse(self, reference: str) -> NoReturn:
        raise Failure(f"{self._name} sees only the variables it is given, not {reference}")
