"""The values that root variables are given: by variable files, by options, by the environment.

https://developer.hashicorp.com/terraform/language/values/variables tells the order. Nothing here
converts a value to its variable's type, falls back to a default, or reads the environment.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from tagguard.hcl.assignments import Assignment, Assignments, assignments, constant
from tagguard.hcl.declarations import Variable
from tagguard.hcl.evaluation import Budget
from tagguard.hcl.folder import configuration_files
from tagguard.hcl.nodes import Fault
from tagguard.hcl.parsing import Allowance
from tagguard.hcl.syntax import read
from tagguard.hcl.values import Failure, Object, Tuple, Unknown, Value
from tagguard.model import Location
from tagguard.tree import Tree

PREFIX = "TF_VAR_"
"""How the environment's names of variables begin."""

_FIRST = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC = (".auto.tfvars", ".auto.tfvars.json")
_SIMPLE = {"string", "number", "bool"}


def given_values(
    folder: str,
    tree: Tree,
    declared: Mapping[str, Variable],
    *,
    var_files: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> tuple[dict[str, Value], list[Fault]]:
    """Give the values of those variables of a root that have any, and what is wrong with them.

    From the weakest to the strongest: `environment` (with its `TF_VAR_`), `terraform.tfvars`,
    `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, `var_files`,
    `variables`. A value that is wrong, or that may stand in what cannot be read, is Unknown. A name
    that nobody declares is passed over. Keys of objects in files have their `origins`.
    """
    allowance, place, named = Allowance(), Location(folder), environment or {}
    exported = {name: named[PREFIX + name] for name in declared if PREFIX + name in named}
    layers = [
        _written(exported, declared, PREFIX, place),
        *(assignments(path, tree, allowance) for path in _automatic(tree.files(folder))),
        *(assignments(path, tree) for path in var_files),
        _written(variables or {}, declared, "--var ", place),
    ]
    chosen: dict[str, Assignment] = {}
    for layer in layers:
        for name in declared:
            if name in layer.by_name:
                chosen[name] = layer.by_name[name]
            elif layer.may_assign(name):
                chosen[name] = _UNREAD
    values, wrong = _evaluated(chosen, place)
    return values, [*(fault for layer in layers for fault in layer.faults), *wrong]


def own_folder(path: str, tree: Tree) -> str | None:
    """Give the module folder that a variable file lies in, for whose root alone it is meant.

    None for a file beside no module: it holds for every root.
    """
    folder = posixpath.dirname(path) or "."
    return folder if configuration_files(tree.files(folder)) else None


def variable_file_faults(path: str, tree: Tree) -> list[Fault]:
    """Give all that is wrong with a variable file, whatever variables there are."""
    found = assignments(path, tree)
    return [*found.faults, *_evaluated(found.by_name, Location(path))[1]]


_UNREAD = Assignment(Location(""), lambda _: Unknown("a variable file cannot be read whole"))


def _evaluated(
    chosen: Mapping[str, Assignment], place: Location
) -> tuple[dict[str, Value], list[Fault]]:
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    budget = Budget()
    for name, assignment in chosen.items():
        try:
            values[name] = assignment.value(budget)
        except Failure as exc:
            values[name] = Unknown(f"the value given for var.{name} is wrong")
            faults.append(Fault(assignment.location, f"the value of `{name}`: {exc.message}"))
    if budget.exhausted:
        faults.append(Fault(place, f"the values of variables: {budget.exhausted}"))
    return values, faults


def _automatic(paths: Sequence[str]) -> list[str]:
    """Pick the files that Terraform loads by itself, hidden ones too, in its order."""
    by_name = {posixpath.basename(path): path for path in paths}
    return [
        *(by_name[name] for name in _FIRST if name in by_name),
        *(by_name[name] for name in sorted(by_name) if name.endswith(_AUTOMATIC)),
    ]


def _written(
    texts: Mapping[str, str], declared: Mapping[str, Variable], label: str, place: Location
) -> Assignments:
    """Read what options or the environment give."""
    return Assignments(
        {
            name: Assignment(place, partial(_text_value, text, declared[name], f"{label}{name}"))
            for name, text in texts.items()
            if name in declared
        }
    )


def _text_value(text: str, variable: Variable, label: str, budget: Budget) -> Value:
    """Take a text for itself where the type is simple or not written, else for an expression.

    Raises Failure, and does not tell the text, which may be a secret.
    """
    if variable.constraint.kind in _SIMPLE or "type" not in variable.block.body.attributes:
        return text
    file = read("value", f"value = {text}\n".encode(errors="replace"))
    if not file.faults and not file.body.blocks() and [*file.body.attributes] == ["value"]:
        try:
            return _unplaced(constant(file.body.attributes["value"].expression, budget))
        except Failure:
            pass
    raise Failure(f"{label} must be a constant expression, as the variable's type asks")


def _unplaced(value: Value) -> Value:
    """Forget where keys stand: in no file."""
    match value:
        case Tuple(items=items):
            return replace(value, items=tuple(_unplaced(each) for each in items))
        case Object(items=items):
            bare = {key: _unplaced(each) for key, each in items.items()}
            return replace(value, items=bare, origins={})
        case _:
            return value
