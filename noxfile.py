"""The task runner: `nox` runs every session, `nox -s lint` one of them.

A session installs what it needs from ``pyproject.toml``: the `test` extra and the dependency
groups. Nothing here knows how a check works; that stands with the tool it calls.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import nox

nox.needs_version = ">=2025.2.9"
nox.options.sessions = ["lint", "types", "wheel", "docs", "bench", "tests"]
nox.options.reuse_existing_virtualenvs = True

PROJECT = nox.project.load_toml("pyproject.toml")
GENERATORS = ("schemas", "docs")
"""Scripts in tools/ whose output is committed and which need no network."""

FINDINGS = 1
"""Exit code of a check that was whole and found something."""


def group(name: str) -> list[str]:
    """Give the requirements of a dependency group."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
def lint(session: nox.Session) -> None:
    """Hold style, format and the floors of the house."""
    session.install(*group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Run the type checker over everything."""
    session.install("-e", ".[test]", "nox", *group("types"))
    session.run("mypy")


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it alone, and use it in an empty folder outside the tree."""
    example = Path("examples", "acme").resolve()
    with TemporaryDirectory() as scratch:
        built, empty = Path(scratch, "built"), Path(scratch, "empty")
        empty.mkdir()
        session.run("python", "-m", "pip", "wheel", "--no-deps", f"--wheel-dir={built}", ".")
        session.install("--force-reinstall", *map(str, built.iterdir()))
        with session.chdir(empty):
            session.run("tagguard", "--version")
            session.run("tagguard", "init")
            session.run("tagguard", "check", str(example / "search"), success_codes=[FINDINGS])
            configured = ("--config", str(example / "tagguard.yaml"), str(example))
            session.run("tagguard", "check", *configured, success_codes=[FINDINGS])


@nox.session
def docs(session: nox.Session) -> None:
    """Run the generators again and want no difference."""
    session.install("-e", ".", *group("docs"))
    for name in GENERATORS:
        session.run("python", f"tools/{name}.py", "--check")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against the floors; fails on a wrong verdict, never on a time."""
    session.install("-e", ".", *group("bench"))
    session.run("python", "-m", "benchmarks", *(session.posargs or ["--rounds", "3"]))


@nox.session
def tests(session: nox.Session) -> None:
    """Run the test suite."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)
