"""Readers of roots for tests of who reads them, and when; a worker finds them by their names."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tagguard.model import Problem
from tagguard.terraform.source_root import RootReading
from tests.factories import make_resource


def logged(folder, scope, options, tree, folders):
    """Say what lies in a root and in `modules/a`, and write down who read it."""
    if log := options.variables.get("log"):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{folder} {os.getpid()}\n")
    texts = [
        tree.read(path).decode()
        for each in (folder, "modules/a")
        for path in folders.folder(each).paths
    ]
    given = tree.read("given.txt").decode() if tree.has_file("given.txt") else ""
    resource = make_resource({"Owner": given}, address="".join(texts), scope=scope)
    problem = Problem(stage="read", where=folder, message="m")
    return RootReading((resource, problem), (folder, "modules/a"))


def dying(folder, scope, options, tree, folders):
    """Kill every worker at its second root."""
    reading = logged(folder, scope, options, tree, folders)
    if str(os.getpid()) != options.variables["parent"]:
        entries = Path(options.variables["log"]).read_text("utf-8").split()
        if entries.count(str(os.getpid())) > 1:
            os.kill(os.getpid(), signal.SIGKILL)
    return reading


def failing(folder, scope, options, tree, folders):
    """Raise in workers only, after something was printed."""
    print("not an answer")  # noqa: T201 - what it is about
    if str(os.getpid()) != options.variables["parent"]:
        raise MemoryError
    return logged(folder, scope, options, tree, folders)


def strange(folder, scope, options, tree, folders):
    """Give what no bytes can hold."""
    reading = logged(folder, scope, options, tree, folders)
    return RootReading((make_resource(load_attributes=lambda: {"x": object()}), *reading.items))
