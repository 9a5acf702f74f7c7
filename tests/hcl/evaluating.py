"""Evaluator cases as data: how they are read, run, and put to a real `terraform console`.

A case has an `expression`, perhaps a `scope` (`var: {…}`, `local: {…}` …) and either a `value` or
`fails: true`. In values `<unknown>` is an unknown value, a member or item `…` says that more may
follow, and `{<sensitive>: x}` is a marked one. In scopes `{<one of>: [x, y]}` is what is one of
some values, and a member `<further>` names the only members that may follow.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from tagguard.errors import InputError
from tagguard.hcl.evaluate import Budget, evaluate
from tagguard.hcl.syntax import read
from tagguard.hcl.values import Failure, Object, Sensitive, Tuple, Unknown, number, one_of

CASES = Path(__file__).parent / "cases"
needs_terraform = pytest.mark.skipif(
    not shutil.which("terraform"),
    reason="needs terraform: https://developer.hashicorp.com/terraform/install",
)
UNKNOWN, MORE, SENSITIVE = "<unknown>", "…", "<sensitive>"
ONE_OF, FURTHER = "<one of>", "<further>"


class CaseScope:
    """Names as a case gives them; all else is a Failure."""

    def __init__(self, names, files=None):
        self.names = names
        self.files = files or NoFiles()

    def variable(self, name):
        return self._named("var", name)

    def local(self, name):
        return self._named("local", name)

    def resource(self, type_, name):
        return self._named("resource", type_, name)

    def data(self, type_, name):
        return self._named("data", type_, name)

    def module(self, name):
        return self._named("module", name)

    def each(self, part):
        return self._named("each", part)

    def count_index(self):
        return self._named("count", "index")

    def path(self, kind):
        return self._named("path", kind)

    def itself(self):
        return self._named("self")

    def terraform(self, name):
        return self._named("terraform", name)

    def _named(self, *names):
        value = self.names
        for name in names:
            if name not in value:
                raise Failure(f"{'.'.join(names)} is not declared")
            value = value[name]
        return to_value(value, ".".join(names))


class NoFiles:
    """A folder without files."""

    def read(self, path):
        raise Failure(f"no file {path}")

    def exists(self, _path):
        return False

    def files(self, _folder):
        return []


def cases(pattern):
    return [
        case
        for path in sorted(CASES.glob(pattern))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def expression(text):
    file = read("main.tf", f"t = {text}\n".encode())
    if file.faults:
        raise InputError(f"{text}: {file.faults[0].message}")
    return file.body.attributes["t"].expression


def outcome(case):
    """Give what a case comes to, in the spelling of the cases."""
    scope, budget = CaseScope(case.get("scope", {})), Budget()
    try:
        return {"value": plain(evaluate(expression(case["expression"]), scope, budget))}
    except Failure:
        return {"fails": True}


def expected(case):
    return {key: case[key] for key in ("value", "fails") if key in case}


def to_value(data, name="it"):
    if data == UNKNOWN:
        return Unknown(f"{name} is unknown")
    if isinstance(data, float):
        return number(Decimal(str(data)))
    if isinstance(data, list):
        items = tuple(to_value(item, name) for item in data if item != MORE)
        complete = MORE not in data
        return Tuple(items, complete, "" if complete else f"{name} is open", "tuple")
    if isinstance(data, dict):
        if SENSITIVE in data:
            return Sensitive(to_value(data[SENSITIVE], name))
        return to_object(data, name) if ONE_OF not in data else one_of(data[ONE_OF], name)
    return data


def to_object(data, name):
    known = {key: item for key, item in data.items() if key not in {MORE, FURTHER}}
    members = {key: to_value(item, name) for key, item in known.items()}
    further = None
    if FURTHER in data:
        further = {key: to_value(item, name) for key, item in data[FURTHER].items()}
    complete = len(known) == len(data)
    reason = "" if complete else f"{name} is open"
    return Object(members, complete, reason, "object", further=further)


def plain(value):
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Sensitive):
        return {SENSITIVE: plain(value.value)}
    if isinstance(value, Tuple):
        return [plain(item) for item in value.items] + ([] if value.complete else [MORE])
    if isinstance(value, Object):
        items = {key: plain(item) for key, item in value.items.items()}
        return items if value.complete else {**items, MORE: True}
    return float(value) if isinstance(value, Decimal) else value


def is_for_terraform(case):
    """Tell whether a real Terraform can be asked: all is known, and only variables are named."""
    text = json.dumps([case.get("scope", {}), case.get("value")], ensure_ascii=False)
    own = case.get("terraform", True) and set(case.get("scope", {})) <= {"var", "local"}
    return own and not any(mark in text for mark in (UNKNOWN, MORE, SENSITIVE))


def ask_terraform(asked, folder):
    """Give what a real Terraform says to each case, all of them in one run."""
    locals_ = []
    for at, case in enumerate(asked):
        text = case["expression"]
        for kind, names in case.get("scope", {}).items():
            locals_.append(f"{kind}_{at} = {_literal(names)}")
            text = text.replace(f"{kind}.", f"local.{kind}_{at}.")
        locals_.append(
            f"c{at} = try(jsonencode({{value = {text}\n}}), jsonencode({{fails = true}}))"
        )
    wanted = ", ".join(f"local.c{at}" for at in range(len(asked)))
    main = "locals {\n" + "\n".join(locals_) + f"\nall = jsonencode([{wanted}])\n}}\n"
    (folder / "main.tf").write_text(main, encoding="utf-8")
    return [json.loads(answer) for answer in json.loads(console("local.all", folder))]


def console(text, folder):
    """Give the string that an expression is to `terraform console`, in a folder's module."""
    (folder / "rc").touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(folder / "rc"),
        "CHECKPOINT_DISABLE": "1",
    }
    done = subprocess.run(
        ["terraform", "console"],
        input=f"base64encode({text})",  # plain, it would be quoted in a way of its own
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return b64decode(json.loads(done.stdout)).decode()


def _literal(data):
    """Write plain data as an expression; JSON is one but for its templates."""
    return json.dumps(data, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
