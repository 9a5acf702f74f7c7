"""Runs a Python policy file as a module of its own, and says where one of them raised.

Nothing is registered, written beside the file, or left importable: loading a folder twice, or two
folders with files of the same name, never mixes them up.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import invalidate_caches
from itertools import count
from pathlib import Path
from types import ModuleType

from tagguard.errors import PolicyError
from tagguard.policies import shown

_SERIAL = count()


def load_module(file: Path) -> ModuleType:
    """Run `file`; its folder can be imported from meanwhile. Raises PolicyError if it fails."""
    name = f"tagguard_policy_{next(_SERIAL)}_{file.stem}"
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module  # dataclasses and msgspec look their module up here
    try:
        with _importing_from(file.parent), redirect_stdout(sys.stderr):
            code = compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
            exec(code, vars(module))  # noqa: S102 - running the caller's own policy is the task
    except KeyboardInterrupt:
        raise
    except BaseException as exc:  # SystemExit, GeneratorExit, or a class of the author's own
        del sys.modules[name]
        where = place(exc, str(file)) or shown(file)
        raise PolicyError(f"{where}: the policy cannot be loaded: {described(exc)}") from exc
    return module


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Let `folder` be imported from, and forget its modules afterwards.

    The folder comes last on the path, so nothing in it can stand in for an installed module.
    """
    before, writes, home = set(sys.modules), sys.dont_write_bytecode, folder.resolve()
    sys.path.append(str(home))
    sys.dont_write_bytecode = True
    invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        sys.path.remove(str(home))
        for name in set(sys.modules) - before:
            origin = Path(getattr(sys.modules[name], "__file__", None) or "")
            if origin.is_relative_to(home) and "site-packages" not in origin.parts:
                del sys.modules[name]


def described(exc: BaseException) -> str:
    """Give type and text of an exception on one line, whatever its `__str__` does."""
    return " ".join(traceback.format_exception_only(exc)[-1].split())


def place(exc: BaseException, file: str) -> str:
    """Give file and line where the policy `file` raised; empty when no frame is its own."""
    if isinstance(exc, SyntaxError) and exc.filename == file and exc.lineno:
        return f"{shown(Path(file))}:{exc.lineno}"
    lines = [
        line
        for frame, line in traceback.walk_tb(exc.__traceback__)
        if frame.f_code.co_filename == file
    ]
    return f"{shown(Path(file))}:{lines[-1]}" if lines else ""
