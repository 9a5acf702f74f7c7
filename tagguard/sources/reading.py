"""Gives each document to the source that recognises it, and keeps the books on what was read.

A document that another one names (a nested stack's template) is judged through that one and not a
second time by itself, in whatever order they were found. What is read folder by folder comes last,
when all files are known.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Protocol, runtime_checkable

from msgspec.structs import replace

from tagguard import plugins
from tagguard.errors import InputError
from tagguard.model import Item, Problem, Resource
from tagguard.report import Input, Note
from tagguard.selectors import Rebase, as_is
from tagguard.sources import SOURCES, Document, ModuleFile, ReadOptions, Source
from tagguard.sources.files import OTHER_TOOLS, PLAN_ADVICE


@runtime_checkable
class Following(Source, Protocol):
    """A source whose documents may name others, which it then reads with them."""

    followed: Container[str]
    """The paths that were read because another document names them."""
    parameters: Iterable[str]
    """The parameters that the documents declare, and a caller may give values for."""

    def may_be_named(self, document: Document) -> bool:
        """Tell, cheaply, whether the document may be named by others or name others itself."""

    def named(self, document: Document) -> Iterable[str] | None:
        """Give the paths that a document names; None, cheaply, where it can name none."""


@runtime_checkable
class Gathering(Source, Protocol):
    """A source that reads folders, once it knows their files."""

    notes: Collection[Note]
    """What is to be said of how they were read."""
    unclaimed: Collection[ModuleFile]
    """The files that the caller named and that could not be read with any folder."""

    def declared(self) -> Collection[str]:
        """Name the variables that a caller may give values for, if this one gives any."""

    def gather(self, file: ModuleFile) -> None:
        """Take note of a file."""

    def gathered(self, inputs: Sequence[Input], rebase: Rebase) -> Iterator[Item | Input]:
        """Yield what all folders describe, and behind each input's items the `Input`.

        `inputs` are the other inputs of the run.
        """


class Reader:
    """Reads documents with every source; afterwards tells what became of them."""

    def __init__(
        self, options: ReadOptions, *, rebase: Rebase = as_is, skip_unrecognised: bool = False
    ) -> None:
        """Create every source; `rebase` names a path as seen from the configuration's folder."""
        self._sources: list[Source] = [
            plugins.load(SOURCES, kind, group="tagguard.sources", noun="source")(options)
            for kind in plugins.names(SOURCES, group="tagguard.sources")
        ]
        self._following = [one for one in self._sources if isinstance(one, Following)]
        self._gathering = [one for one in self._sources if isinstance(one, Gathering)]
        self._rebase = rebase
        self._skip_unrecognised = skip_unrecognised
        self._elsewhere: Counter[str] = Counter()
        """Resources by document, where they stand in another document than the one read."""
        self._unknown: dict[str, Document] = {}
        """What no source recognised, without its text."""
        self.inputs: list[Input] = []
        self.notes: list[Note] = []
        """What is to be said of how inputs were read."""
        self.skipped = 0
        """Files met in folders that no source recognised."""

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters that a caller could give values for in what was read."""
        return frozenset(name for one in self._following for name in one.parameters)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The Terraform variables that a caller who gives some could do so for in what was read."""
        return frozenset(name for one in self._gathering for name in one.declared())

    def read(self, documents: Iterable[Document | ModuleFile | Note | Problem]) -> Iterator[Item]:
        """Yield every resource and every problem, document by document, then folder by folder.

        Documents that may name each other wait until all are known; those that name others come
        first, and what was read with them is not read again.
        """
        waiting: list[Document] = []
        for document in documents:
            if isinstance(document, Problem):
                yield document
            elif isinstance(document, Note):
                self.notes.append(document)
            elif isinstance(document, ModuleFile):
                for one in self._gathering:
                    one.gather(document)
            elif any(one.may_be_named(document) for one in self._following):
                waiting.append(document)
            else:
                yield from self._document(document, frozenset())
        paths = {document.path for document in waiting}.union(self._unknown)
        followed: list[str] = []
        for document in self._in_order(waiting):
            if self._follower(document.path) is not None:
                followed.append(document.path)
            else:
                yield from self._document(document, paths)
        yield from self._passed_over(followed)
        yield from self._gathered()

    def _in_order(self, documents: list[Document]) -> list[Document]:
        """Put what names others, and is not named itself, first, and what names nothing last."""
        named: set[str] = set()
        naming: list[Document] = []
        for document in documents:
            found = [one.named(document) for one in self._following]
            if any(paths is not None for paths in found):
                naming.append(document)
                named.update(path for paths in found for path in paths or ())
        if not naming:
            return documents
        rank = {one.path: 1 if one.path in named else 0 for one in naming}
        return sorted(documents, key=lambda one: rank.get(one.path, 2))

    def _document(self, document: Document, others: Container[str]) -> Iterator[Item]:
        """Read one document; `others` are those that may be read with it."""
        try:
            document = replace(document, home=self._rebase(document.path))
            source = self._recognise(document)
            if source is None:
                start = document.data.strip()[:1]
                self._unknown[document.path] = replace(document, data=start, opener=None)
            else:
                yield from self._resources(source, document, others)
        except InputError as exc:
            where = f"{document.path}:{exc.line}" if exc.line else document.path
            yield Problem(stage="read", where=where, message=exc.message, hint=exc.hint)

    def _recognise(self, document: Document) -> Source | None:
        return next((one for one in self._sources if one.recognises(document)), None)

    def _resources(
        self, source: Source, document: Document, others: Container[str]
    ) -> Iterator[Item]:
        count = 0
        read: Input | None = None
        try:
            for item in source.resources(document):
                if isinstance(item, Input):
                    read = item
                    continue
                if isinstance(item, Note):
                    self.notes.append(item)
                    continue
                if isinstance(item, Resource) and item.creator is None:
                    place = item.location.path
                    if place != document.path and place in others:
                        self._elsewhere[place] += 1
                    else:
                        count += 1
                yield item
        finally:
            self.inputs.append(read or Input(path=document.path, kind=source.kind, resources=count))

    def _follower(self, path: str) -> Following | None:
        """Give the source that has read a file because another one names it."""
        return next((one for one in self._following if path in one.followed), None)

    def _passed_over(self, followed: list[str]) -> Iterator[Problem]:
        """Settle what was read with other documents, and what was not read at all."""
        for path in [*followed, *self._unknown]:
            if (source := self._follower(path)) is not None:
                count = self._elsewhere[path]
                self.inputs.append(Input(path=path, kind=source.kind, resources=count))
            elif self._skip_unrecognised or not self._unknown[path].explicit:
                self.skipped += 1
            else:
                yield _unrecognised(self._unknown[path])

    def _gathered(self) -> Iterator[Item]:
        """Read what is read folder by folder."""
        others = tuple(self.inputs)
        for source in self._gathering:
            for item in source.gathered(others, self._rebase):
                if isinstance(item, Input):
                    self.inputs.append(item)
                else:
                    yield item
            self.notes += source.notes
            for file in source.unclaimed:
                if self._skip_unrecognised:
                    self.skipped += 1
                else:
                    yield _unclaimed(file)


def _unrecognised(document: Document) -> Problem:
    tool = OTHER_TOOLS.get(posixpath.basename(document.path))
    if tool is not None:
        message, hint = f"written for {tool}, which is not read", PLAN_ADVICE[tool]
    else:
        message = "not recognised as any kind of input" if document.data else "the file is empty"
        hint = (
            "tagguard reads Terraform source, the JSON of `terraform show -json PLAN`, and "
            "CloudFormation templates in YAML or JSON"
        )
    return Problem(stage="read", where=document.path, message=message, hint=hint)


def _unclaimed(file: ModuleFile) -> Problem:
    return Problem(
        stage="read",
        where=file.path,
        message="belongs to no Terraform module: there is none in its folder",
        hint="name the module's folder; give files of variables with --var-file",
    )
