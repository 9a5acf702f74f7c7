"""What an expression is evaluated in: the names it may refer to, and how far it may go.

The shapes that terms, functions and their users share. Who knows where a name leads (a module's
folder, a plan, a test) is a `Scope`; it answers lazily, and `Memo` keeps the answers and names
the cycles among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from tagguard.hcl.values import Failure, Object, Tuple, Unknown, Value, bare

if TYPE_CHECKING:
    from tagguard.hcl.functions.context import Context  # functions need the limits below

MAX_STEPS = 5_000_000
"""Most terms that are evaluated for one root, about three seconds."""
MAX_DEPTH = 700
"""Deepest nesting through all references, about as many of Python's frames."""
MAX_PENDING = 500
"""Longest queue of values that have to be computed first."""
TOO_DEEP = "the references are nested too deeply"
MAX_ITEMS = 100_000
"""Most items in one collection that an expression makes."""
MAX_TEXT = 4_000_000
"""Longest string that a template makes."""
MAX_WEIGHT = 500_000
"""Most parts of one value, through all its collections."""
CHARACTERS = 100
"""As many characters cost one step."""
_LIGHT = 32

_FRAMES = 8
"""What one reference takes of the depth, beside the terms it leads to."""


class Files(Protocol):
    """The files that functions may read, by paths as expressions give them."""

    def read(self, path: str) -> bytes | Unknown:
        """Give a file's bytes; raises Failure where there is none."""

    def exists(self, path: str) -> bool | Unknown:
        """Tell whether there is such a regular file."""

    def files(self, folder: str) -> Sequence[str] | Unknown:
        """List the regular files below a folder, with paths relative to it."""


class Scope(Protocol):
    """What names mean in one place; what is not known is Unknown, what cannot be a Failure."""

    @property
    def files(self) -> Files:
        """The files that functions may read."""

    def variable(self, name: str) -> Value:
        """Give `var.name`."""

    def local(self, name: str) -> Value:
        """Give `local.name`."""

    def resource(self, type_: str, name: str) -> Value:
        """Give a managed resource: an object, a tuple with `count`, by key with `for_each`."""

    def data(self, type_: str, name: str) -> Value:
        """Give a data source."""

    def module(self, name: str) -> Value:
        """Give the outputs of a module call."""

    def each(self, part: str) -> Value:
        """Give `each.key` or `each.value`."""

    def count_index(self) -> Value:
        """Give `count.index`."""

    def path(self, kind: str) -> Value:
        """Give `path.module`, `path.root` or `path.cwd`."""

    def itself(self) -> Value:
        """Give `self`."""

    def terraform(self, name: str) -> Value:
        """Give `terraform.workspace` and its like."""


class Budget:
    """How much may still be evaluated for one root."""

    __slots__ = ("_heavy", "depth", "exhausted", "max_depth", "max_steps", "settling", "steps")

    def __init__(self, max_steps: int = MAX_STEPS, max_depth: int = MAX_DEPTH) -> None:
        self.max_steps = max_steps
        self.max_depth = max_depth
        self.steps = 0
        self.depth = 0
        self.settling = False
        """Whether an evaluation is going on."""
        self._heavy: dict[int, tuple[Value, int]] = {}
        self.exhausted = ""
        """Why something was left unevaluated; empty while nothing was."""

    def spend(self, steps: int) -> Unknown | None:
        """Take steps; gives Unknown when there are none left."""
        self.steps += steps
        if self.is_spent:
            return self.refuse(f"the evaluation takes more than {self.max_steps:,} steps")
        return None

    @property
    def is_spent(self) -> bool:
        """Whether there are no steps left."""
        return self.steps > self.max_steps

    def weigh(self, *values: Value) -> Unknown | None:
        """Take steps for a look at all that values hold; gives Unknown for too much of it.

        What is held twice counts twice: a few nested references can make a value that nobody can
        walk through.
        """
        weight = sum(self._weight(value) for value in values)
        if weight > MAX_WEIGHT:
            return self.refuse(f"a value of more than {MAX_WEIGHT:,} parts")
        return self.spend(weight)

    def _weight(self, value: Value) -> int:
        value = bare(value)
        if isinstance(value, str):
            return 1 + len(value) // CHARACTERS
        items: Iterable[Value] = ()
        if isinstance(value, Tuple):
            items = value.items
        elif isinstance(value, Object) and type(value.items) is dict:  # others are lazy
            items = value.items.values()
        if not items:
            return 1
        if (known := self._heavy.get(id(value))) is not None:
            return known[1]
        weight = 1
        for item in items:
            weight += 1 + len(item) // CHARACTERS if type(item) is str else self._weight(item)
            if weight > MAX_WEIGHT:
                break
        if weight > _LIGHT:
            self._heavy[id(value)] = value, weight  # held, so that no other value gets its id
        return weight

    def refuse(self, reason: str) -> Unknown:
        """Note why something is left unevaluated."""
        self.exhausted = self.exhausted or reason
        return Unknown(reason)


class Frame:
    """One place of evaluation: a scope, the budget, and the names that `for` binds."""

    __slots__ = ("bindings", "budget", "context", "scope")

    def __init__(
        self, scope: Scope, budget: Budget, context: Context, bindings: Mapping[str, Value]
    ) -> None:
        self.scope = scope
        self.budget = budget
        self.context = context
        """What functions may use."""
        self.bindings = bindings

    def bind(self, names: Mapping[str, Value]) -> Frame:
        """Give a frame in which these names are bound too."""
        return Frame(self.scope, self.budget, self.context, {**self.bindings, **names})


class Term(Protocol):
    """A part of an expression, ready to be evaluated."""

    def evaluate(self, frame: Frame) -> Value:
        """Give the value; raises Failure where Terraform would refuse."""


class Program(Struct, frozen=True):
    """A whole expression, ready to be evaluated."""

    term: Term
    height: int
    """How deep its terms are nested."""
    size: int
    """How many terms it has."""

    def run(self, frame: Frame) -> Value:
        """Evaluate within the budget; raises Failure where Terraform would refuse."""
        budget = frame.budget
        before = budget.depth
        height = before + 2 * self.height + _FRAMES
        if height > budget.max_depth:
            return budget.refuse(TOO_DEEP)
        if (spent := budget.spend(self.size)) is not None:
            return spent
        budget.depth = height
        try:
            value = self.term.evaluate(frame)
        finally:
            budget.depth = before
        too_much = budget.weigh(value) if isinstance(value, Tuple | Object) else None
        return value if too_much is None else too_much


class Deferred(Exception):  # noqa: N818 - a turn of the evaluation, not an error
    """References are nested so deeply that this one has to be computed first, on its own."""

    def __init__(self, memo: Memo, name: str, compute: Callable[[], Value]) -> None:
        super().__init__(name)
        self.memo = memo
        self.name = name
        self.compute = compute


class Memo:
    """Values by name, each computed once when it is first asked for."""

    def __init__(self, budget: Budget, place: str = "") -> None:
        """`place` is where the names mean something, for messages; empty: there is one place."""
        self._budget = budget
        self._place = place
        self._values: dict[str, Value] = {}
        self._waiting: dict[str, None] = {}

    def value(self, name: str, compute: Callable[[], Value]) -> Value:
        """Give the value of `name`, as `local.tags` for messages.

        A value that refers to itself is Unknown, and so is one whose expression is wrong: that is
        no fault of the expression that refers to it. Raises Deferred, which `settled` handles.
        """
        if name in self._values:
            return self._values[name]
        if name in self._waiting:
            names = list(self._waiting)
            return self._cycle([*names[names.index(name) :], name])
        if self._budget.depth > self._budget.max_depth // 2:
            raise Deferred(self, name, compute)
        self._waiting[name] = None
        try:
            value = compute()
        except Failure as exc:
            value = Unknown(f"{name} is wrong: {exc.message}")
        except RecursionError:
            value = self._budget.refuse(TOO_DEEP)
        finally:
            del self._waiting[name]
        self._values[name] = value
        return value

    def break_cycle(self, names: Sequence[str]) -> None:
        """Settle a value that turned out to need itself; `names` lead to it."""
        self._values[names[-1]] = self._cycle(names)

    def _cycle(self, names: Sequence[str]) -> Unknown:
        where = f" in {self._place}" if self._place else ""
        return self._budget.refuse(f"{' -> '.join(names)}{where} is a cycle")


def settled(compute: Callable[[], Value], budget: Budget) -> Value:
    """Compute a value, and before it all that it needs and that is too deep to be nested in it."""
    if budget.settling:
        return compute()
    budget.settling = True
    try:
        return _settle(compute, budget)
    finally:
        budget.settling = False


def _settle(compute: Callable[[], Value], budget: Budget) -> Value:
    pending: list[Deferred] = []
    while True:
        try:
            if not pending:
                return compute()
            first = pending[-1]
            first.memo.value(first.name, first.compute)
            pending.pop()
        except Deferred as deferred:
            keys = [(each.memo, each.name) for each in pending]
            key = deferred.memo, deferred.name
            if key in keys:
                names = [name for _, name in keys[keys.index(key) :]]
                deferred.memo.break_cycle([*names, deferred.name])
            elif len(pending) >= MAX_PENDING:
                return budget.refuse(TOO_DEEP)
            else:
                pending.append(deferred)
