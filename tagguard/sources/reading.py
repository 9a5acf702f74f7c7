"""Gives each document to the source that recognises it, and keeps the books on what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from tagguard import plugins
from tagguard.errors import InputError
from tagguard.model import Input, Problem, Resource
from tagguard.selectors import Rebase, as_is
from tagguard.sources import SOURCES, Document, ReadOptions, Source


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
        self._rebase = rebase
        self._skip_unrecognised = skip_unrecognised
        self.inputs: list[Input] = []
        self.skipped = 0
        """Files met in folders that no source recognised."""

    def read(self, documents: Iterable[Document | Problem]) -> Iterator[Resource | Problem]:
        """Yield every resource and every problem, document by document."""
        for document in documents:
            if isinstance(document, Problem):
                yield document
                continue
            try:
                source = self._recognise(document)
                if source is None:
                    yield from self._unrecognised(document)
                else:
                    known = replace(document, home=self._rebase(document.path))
                    yield from self._resources(source, known)
            except InputError as exc:
                where = f"{document.path}:{exc.line}" if exc.line else document.path
                yield Problem(stage="read", where=where, message=exc.message, hint=exc.hint)

    def _recognise(self, document: Document) -> Source | None:
        return next((one for one in self._sources if one.recognises(document)), None)

    def _resources(self, source: Source, document: Document) -> Iterator[Resource | Problem]:
        count = 0
        try:
            for item in source.resources(document):
                count += isinstance(item, Resource)
                yield item
        finally:
            self.inputs.append(Input(path=document.path, kind=source.kind, resources=count))

    def _unrecognised(self, document: Document) -> Iterator[Problem]:
        if not document.explicit or self._skip_unrecognised:
            self.skipped += 1
            return
        empty = not document.data.strip()
        yield Problem(
            stage="read",
            where=document.path,
            message="the file is empty" if empty else "not recognised as any kind of input",
            hint="tagguard reads the JSON of `terraform show -json PLAN` and CloudFormation "
            "templates in YAML or JSON",
        )
