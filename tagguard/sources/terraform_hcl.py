"""Source: Terraform and OpenTofu source, read root module by root module.

Chooses the roots: a folder that another one calls is judged through its callers. What Terraform
source means is told in `tagguard.terraform`; nothing of it is imported before a file is there.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tagguard.model import Item, Problem, Resource
from tagguard.report import Input, Note
from tagguard.selectors import Rebase
from tagguard.sources import Document, ModuleFile, ReadOptions
from tagguard.sources.files import is_given_by_option, module_folders
from tagguard.tree import Tree

if TYPE_CHECKING:
    from tagguard.terraform.module_calls import ModuleCalls
    from tagguard.terraform.source_root import RootReading

PLAN = "terraform-plan"
"""The kind of the inputs that are better witnesses than the source beside them."""
VALUES_ADVICE = "judge each root module with its own: tagguard check DIR --var-file FILE"
NAMED = 5
"""Roots that a note names."""

Readings = Callable[
    [Sequence[str], Mapping[str, str], ReadOptions, Tree], Iterator[tuple[str, "RootReading"]]
]
"""Reads folders with these scopes as root modules, and gives each with what it comes to."""


class TerraformHcl:
    """Reads folders of Terraform source, after all files are known."""

    kind = "terraform-hcl"

    def __init__(self, options: ReadOptions, readings: Readings | None = None) -> None:
        self._options = options
        self._readings = readings or _readings
        self._named: dict[str, list[ModuleFile]] = {}
        """Folder as it is shown -> its files that the caller named."""
        self._walked: dict[str, None] = {}
        """Folders that were met."""
        self.roots: list[str] = []
        """The folders that were judged as root modules, as they are shown."""
        self.notes: list[Note] = []
        self._told: set[Problem] = set()
        self.unclaimed: list[ModuleFile] = []
        """Files that the caller named and that belong to no module."""

    def recognises(self, document: Document) -> bool:  # noqa: ARG002 - the protocol's
        """Recognise nothing: a module is a folder, not a document."""
        return False

    def resources(self, document: Document) -> Iterator[Item]:  # noqa: ARG002 - as above
        """Give nothing, as nothing is recognised."""
        return iter(())

    def declared(self) -> frozenset[str]:
        """Name the variables that the judged roots declare; nothing where the caller gives none.

        The roots are parsed again for it.
        """
        tree = self._options.tree
        if tree is None or not self._options.variables:
            return frozenset()
        from tagguard.hcl.folder import Folder  # noqa: PLC0415 - see the docstring

        folders = [Folder(tree, root) for root in self.roots]
        return frozenset(name for one in folders for name in one.declarations.variables)

    def gather(self, file: ModuleFile) -> None:
        """Take note of a file."""
        folder = posixpath.dirname(file.path) or "."
        if file.explicit:
            self._named.setdefault(folder, []).append(file)
        else:
            self._walked.setdefault(folder)

    def gathered(self, inputs: Sequence[Input], rebase: Rebase) -> Iterator[Item | Input]:
        """Yield what the roots come to, each with its `Input` behind it.

        `inputs` are the other inputs of the run: a root whose plan is among them is left to it.
        """
        tree = self._options.tree
        if tree is None:
            self.unclaimed += [file for files in self._named.values() for file in files]
        elif self._named or self._walked:
            yield from self._judged(
                _Choice(tree, self._walked, self._claimed(tree)), inputs, rebase
            )

    def _claimed(self, tree: Tree) -> Sequence[str]:
        """Give the folders of named files as far as they are modules."""
        from tagguard.hcl.folder import configuration_files  # noqa: PLC0415 - see the docstring

        claimed = []
        for folder, files in self._named.items():
            if configuration_files(tree.files(folder)):
                claimed.append(folder)
            else:
                self.unclaimed += files
        return claimed

    def _judged(
        self, choice: _Choice, inputs: Sequence[Input], rebase: Rebase
    ) -> Iterator[Item | Input]:
        planned = self._planned(choice, inputs)
        for roots in choice.rounds():
            for folder in roots:
                if (plan := planned.get(folder)) is not None:
                    choice.left_to_plan(folder)
                    shown = choice.shown(folder)
                    message = f"judged by its plan {plan}, not a second time by its source"
                    self.notes.append(Note(where=shown, message=message))
            folders = [choice.shown(folder) for folder in roots if folder not in planned]
            scopes = {folder: _scope(folder, rebase) for folder in folders}
            for folder, reading in self._readings(folders, scopes, self._options, choice.tree):
                self.roots.append(folder)
                choice.read(folder, reading.folders)
                self._look_for_values(folder, choice.tree)
                count = 0
                for item in reading.items:
                    count += isinstance(item, Resource) and item.creator is None
                    if not (isinstance(item, Problem) and self._is_told(item)):
                        yield item
                yield Input(path=folder, kind=self.kind, resources=count)
        self.notes += choice.notes()
        self._tell_idle_values(choice.tree)

    def _tell_idle_values(self, tree: Tree) -> None:
        """Say which variable files were given that are for roots which are not judged."""
        from tagguard.hcl.variable_files import own_folder  # noqa: PLC0415 - see the docstring

        for file in self._options.var_files:
            if (folder := own_folder(file, tree)) is not None and folder not in self.roots:
                message = f"holds for the root module `{folder}` alone, which is not judged here"
                self.notes.append(Note(where=file, message=message))

    def _is_told(self, problem: Problem) -> bool:
        """Tell whether a problem was told already: of a module that several roots call."""
        told = problem in self._told
        self._told.add(problem)
        return told

    def _look_for_values(self, root: str, tree: Tree) -> None:
        """Say of a root that the variable files beside it wait for an option."""
        beside = {one for one in tree.files(root) if is_given_by_option(posixpath.basename(one))}
        if beside and beside.isdisjoint(self._options.var_files):
            message = "has variable files that Terraform takes by option only, and none was given"
            self.notes.append(Note(where=root, message=message, hint=VALUES_ADVICE))

    def _planned(self, choice: _Choice, inputs: Sequence[Input]) -> Mapping[str, str]:
        """Give the folders that a plan of this run speaks for, and the plan."""
        source = self._options.source
        return {
            choice.calls.name(source or posixpath.dirname(one.path) or "."): one.path
            for one in inputs
            if one.kind == PLAN and (source is not None or one.path != "-")
        }


class _Choice:
    """Which folders are read as roots. Folders have the names that `ModuleCalls` gives them."""

    def __init__(self, tree: Tree, walked: Mapping[str, None], named: Sequence[str]) -> None:
        from tagguard.terraform.module_calls import ModuleCalls  # noqa: PLC0415 - see the docstring

        self.tree = tree
        self.calls: ModuleCalls = ModuleCalls(tree)
        self._shown: dict[str, str] = {}
        self._walked = self._names(walked)
        self._named = self._names(named)
        self._through: dict[str, list[str]] = {folder: [] for folder in self._named}
        """Named folder -> the roots through which it was read, as they are shown."""
        self._reached: set[str] = set()

    def shown(self, folder: str) -> str:
        """Give a folder as it is shown."""
        return self._shown.get(folder, folder)

    def read(self, root: str, folders: Sequence[str]) -> None:
        """Take note of the folders that were read with a root."""
        names = {self.calls.name(folder) for folder in folders} - {self.calls.name(root)}
        self._reached |= {self.calls.name(root), *names}
        for folder in self._through.keys() & names:
            self._through[folder].append(root)

    def left_to_plan(self, root: str) -> None:
        """Take note that a root, with all that it calls, is judged by a plan."""
        self.read(self.shown(root), sorted(self.calls.reachable([root])))

    def rounds(self) -> Iterator[Sequence[str]]:
        """Give the folders to read as roots; when they were read, those that were missed.

        Those had been taken for called by the text of others. Once more text is asked which of
        them call each other; after that it is not believed.
        """
        yield self._roots()
        if missed := self._missed():
            yield self.calls.roots(missed)
        if missed := self._missed():
            yield missed

    def notes(self) -> Iterator[Note]:
        """Say of folders that the caller named through which roots they were judged."""
        for folder, roots in self._through.items():
            if roots:
                more = f" and {len(roots) - NAMED:,} more" if len(roots) > NAMED else ""
                message = f"judged through {', '.join(sorted(roots)[:NAMED])}{more}"
                yield Note(where=self.shown(folder), message=message)

    def _missed(self) -> Sequence[str]:
        return sorted({*self._walked, *self._named} - self._reached)

    def _names(self, folders: Mapping[str, None] | Sequence[str]) -> Sequence[str]:
        for folder in folders:
            self._shown.setdefault(self.calls.name(folder), folder)
        return sorted({self.calls.name(folder) for folder in folders})

    def _roots(self) -> Sequence[str]:
        """Give the roots that named folders belong to, and those that reach what was walked."""
        calls = self.calls
        calling = calls.callers(self._named, self._beside_named()) if self._named else set()
        chosen = calls.roots([*self._named, *sorted(calling.difference(self._named))])
        reached = calls.reachable(chosen)
        walked = calls.roots([folder for folder in self._walked if folder not in reached])
        return sorted({*chosen, *walked})

    def _beside_named(self) -> Sequence[str]:
        """Give all folders with modules in the parts of the tree that the named ones are in."""
        tops: dict[Path, None] = dict.fromkeys(self.calls.top(folder) for folder in self._named)
        found = {self.calls.name(str(one)) for top in tops for one in module_folders(top)}
        return sorted(found)


def _scope(folder: str, rebase: Rebase) -> str:
    """Name a root as seen from the configuration's folder, for fingerprints."""
    return posixpath.dirname(rebase(posixpath.normpath(posixpath.join(folder, "x")))) or "."


def _readings(
    folders: Sequence[str], scopes: Mapping[str, str], options: ReadOptions, tree: Tree
) -> Iterator[tuple[str, RootReading]]:
    """Read roots, or take them from the cache."""
    from tagguard.sources.root_readings import readings  # noqa: PLC0415 - see the docstring
    from tagguard.terraform.source_root import RootOptions  # noqa: PLC0415 - as above

    given = RootOptions(
        variables=options.variables,
        var_files=options.var_files,
        environment=options.environment,
        workspace=options.workspace,
        catalog=options.catalog,
        with_attributes=options.with_attributes,
    )
    return readings(folders, scopes, given, tree, options.cache)
