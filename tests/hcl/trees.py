"""Small trees of modules: how tests write them, and what is asked of them."""

from __future__ import annotations

import json
import os
import subprocess

from tagguard.hcl.bodies import member
from tagguard.hcl.folder import Folders
from tagguard.hcl.modules import Root
from tagguard.hcl.variable_files import given_values
from tagguard.tree import Tree
from tests.hcl.evaluating import UNKNOWN, plain


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def root_of(folder, files=(), path=".", **given):
    """Write files and give the root module in one of the folders; `given` are its variables."""
    write(folder, dict(files))
    tree = Tree([folder], cwd=folder)
    root = Root(path, tree, Folders(tree))
    declared = root.declarations(path).variables
    values, _ = given_values(
        path, tree, declared, var_files=(), variables=given, environment={}
    )  # as the source does
    root.given = values
    return root


def modules(root):
    """Give all module instances, callers first."""
    waiting, found = [root.top()], []
    while waiting:
        found.append(waiting.pop(0))
        waiting += [inner for call in found[-1].calls() for inner in call.modules]
    return found


def inputs(root, name="input"):
    """Give one argument of every resource by address."""
    return {
        module.resource_address(block, instance): plain(_member(module, block, instance, name))
        for module in modules(root)
        for block in module.declared.resources.values()
        for instance in module.instances(block)
    }


def _member(module, block, instance, name):
    def value(expression, bindings):
        return module.value(expression, bindings, module.scope(instance))

    return member(block.body, name, value)


def faults(root):
    """Give what is wrong with the whole tree: place and message."""
    inputs(root)
    return [(f"{one.location.path}:{one.location.line}", one.message) for one in root.faults]


def planned_inputs(folder):
    """Give the same as `inputs`, as a real `terraform plan` shows it."""
    (folder / "rc").touch()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": str(folder / "rc"),
        "CHECKPOINT_DISABLE": "1",
    }

    def terraform(*arguments):
        done = subprocess.run(
            ["terraform", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    terraform("init", "-input=false", "-backend=false")
    terraform("plan", "-input=false", "-refresh=false", "-out=plan")
    changes = json.loads(terraform("show", "-json", "plan"))["resource_changes"]
    return {
        one["address"]: _planned(
            one["change"]["after"].get("input"), one["change"]["after_unknown"].get("input")
        )
        for one in changes
    }


def _planned(known, unknown):
    if unknown is True:
        return UNKNOWN
    if isinstance(known, dict):
        hidden = unknown if isinstance(unknown, dict) else {}
        names = dict.fromkeys([*known, *(name for name, flag in hidden.items() if flag)])
        return {name: _planned(known.get(name), hidden.get(name)) for name in names}
    if isinstance(known, list):
        flags = dict(enumerate(unknown)) if isinstance(unknown, list) else {}
        return [_planned(item, flags.get(at)) for at, item in enumerate(known)]
    return known
