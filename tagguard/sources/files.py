"""Finds input files and hands their bytes over as UTF-8, whoever wrote them.

Folders are walked in a stable order and links are not followed, so a scan never leaves the tree nor
loops. Which source reads a file is decided by content; the name only says what is worth opening.
Files of Terraform modules are only named: they are read folder by folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from tagguard.cloudformation.cdk import ASSETS, MANIFEST, MARKER, is_assembly, is_book
from tagguard.errors import InputError, UsageError
from tagguard.model import Problem
from tagguard.report import Note
from tagguard.sources import Document, ModuleFile
from tagguard.sources.contents import document
from tagguard.tree import display

CANDIDATES = (".json", ".yaml", ".yml", ".template", ".tfplan", ".plan", ".out")
ROWS = (".jsonl", ".ndjson", ".csv", ".parquet")
PACKED = tuple(f"{ending}.gz" for ending in (".json", ".yaml", ".yml", *ROWS))
"""Endings of files that are opened when a folder is walked."""
MODULE_FILES = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""Endings of the files that make a Terraform module."""
VARIABLE_FILES = (".tfvars", ".tfvars.json")
"""Endings of files with the values of a module's variables, if it is a root."""
LOADED = ("terraform.tfvars", "terraform.tfvars.json")
LOADED_ENDINGS = (".auto.tfvars", ".auto.tfvars.json")
"""Those that Terraform loads without being told."""
OTHER_TOOLS = {
    "terragrunt.hcl": "Terragrunt",
    "root.hcl": "Terragrunt",
    "Pulumi.yaml": "Pulumi",
    "Pulumi.yml": "Pulumi",
}
"""Files by which folders are known that are written for tools whose language is not read."""
PLAN_ADVICE = {
    "Terragrunt": "give the JSON that `terragrunt show -json PLAN` writes for each plan",
    "Pulumi": "check what it deploys where Terraform or CloudFormation shows it",
}
SKIPPED_FOLDERS = frozenset(
    {".git", ".terraform", ".terragrunt-cache", ".venv", "__pycache__", "node_modules"}
)


def documents(
    paths: Iterable[Path], *, cwd: Path, stdin: BinaryIO
) -> Iterator[Document | ModuleFile | Note | Problem]:
    """Read every file named or found; what cannot be read becomes a Problem.

    Raises UsageError, before anything is read, for a path that does not exist.
    """
    listed = list(paths)
    for path in listed:
        if str(path) != "-" and not os.path.lexists(path):
            raise UsageError(f"there is no file or folder `{path}`", hint="check the spelling")
    seen: set[str] = set()
    for path in listed:
        if str(path) == "-":
            yield _document("-", stdin, None, explicit=True)
            continue
        explicit = not path.is_dir()
        for file in (path,) if explicit else walk(path):
            if _is_module_file(file.name) or (explicit and file.name.endswith(VARIABLE_FILES)):
                yield ModuleFile(display(file, cwd), explicit)
                continue
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield _found(file, display(file, cwd), explicit=explicit)


def walk(folder: Path) -> Iterator[Path]:
    """Give the files of a folder that are worth opening or naming, in a stable order."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        names = sorted(name for name in files if _is_candidate(name))
        if MANIFEST in names and _is_assembly(Path(root)):
            folders[:] = [name for name in folders if not name.startswith(ASSETS)]
            names = [name for name in names if not is_book(name)]
        for name in names:
            file = Path(root, name)
            if _is_module_file(name) or stat.S_ISREG(os.lstat(file).st_mode):
                yield file


def module_folders(folder: Path) -> Iterator[Path]:
    """Give the folders below one that hold files of Terraform modules."""
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        if any(map(_is_module_file, files)):
            yield Path(root)


def is_given_by_option(name: str) -> bool:
    """Tell whether a file has values of variables that Terraform takes by `-var-file` only."""
    is_loaded = name in LOADED or name.endswith(LOADED_ENDINGS)
    return name.endswith(VARIABLE_FILES) and not is_loaded


def _is_candidate(name: str) -> bool:
    if name.endswith(VARIABLE_FILES):
        return False
    return (
        name.endswith((*CANDIDATES, *ROWS, *PACKED)) or _is_module_file(name) or name in OTHER_TOOLS
    )


def _is_module_file(name: str) -> bool:
    """Tell what makes a module; Terraform passes over what editors leave behind."""
    return name.endswith(MODULE_FILES) and not name.startswith((".", "#"))


def _found(file: Path, shown: str, *, explicit: bool) -> Document | Note | Problem:
    """Open a file; say of another tool's that it is not read."""
    if file.name in OTHER_TOOLS and not explicit:
        tool = OTHER_TOOLS[file.name]
        return Note(
            where=shown.rpartition("/")[0] or ".",
            message=f"written for {tool}, which is not read",
            hint=PLAN_ADVICE[tool],
        )
    return _read(file, shown, explicit=explicit)


def _is_assembly(folder: Path) -> bool:
    """Tell whether CDK wrote a folder with a manifest: its own books there are no inputs."""
    manifest = folder / MANIFEST
    try:
        marked = (folder / MARKER).is_file()
        return manifest.is_file() and is_assembly(manifest.read_bytes(), marked=marked)
    except OSError:
        return False


def _read(file: Path, shown: str, *, explicit: bool) -> Document | Problem:
    try:
        mode = file.stat().st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            return Problem(stage="read", where=shown, message="is a device, not a file")
        with file.open("rb") as raw:
            reopen = (lambda: file.open("rb")) if stat.S_ISREG(mode) else None
            return _document(shown, raw, reopen, explicit=explicit)
    except OSError as exc:
        return _unreadable(shown, exc)


def _unreadable(shown: str, exc: OSError) -> Problem:
    return Problem(
        stage="read",
        where=shown,
        message=f"cannot be read: {exc.strerror or type(exc).__name__}",
        hint="check that the file is there and that you may read it",
    )


def _document(
    shown: str, raw: BinaryIO, reopen: Callable[[], BinaryIO] | None, *, explicit: bool
) -> Document | Problem:
    try:
        return document(shown, raw, reopen, explicit=explicit)
    except InputError as exc:
        return Problem(stage="read", where=shown, message=exc.message, hint=exc.hint)
