"""Takes apart what a cloud's API answered, as its tools write it into files.

A file holds one answer, a list of answers (the pages of one listing), one answer a line, or a
recorded answer (`{"status_code": 200, "data": …}`). Nothing here knows what an answer says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.sources import Document
from tagguard.sources.inventories import SEARCHED
from tagguard.sources.inventories.row_faults import RowFaults

T = TypeVar("T")
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
TWO_LINES = re.compile(rb"\s*+([^\n]++)\n\s*+\S")
AGAIN = "export it again, with all pages"


class Answer(Struct, frozen=True):
    """One answer, whose members are not decoded yet."""

    place: str
    """Where it stands: empty where the document is this one answer, else `[3]` or a line."""
    members: Mapping[str, Raw]

    def has(self, member: str) -> bool:
        """Tell whether it says something here: not null, not empty text, not `false`."""
        return bytes(self.members.get(member, Raw(b"null"))) not in (b"null", b'""', b"false")

    def items(self, member: str) -> list[Raw] | None:
        """Give the items of a list; None where there is no list."""
        try:
            return msgspec.json.decode(self.members.get(member, b""), type=list[Raw])
        except UNREADABLE:
            return None


def answers(document: Document) -> Iterator[Answer | Problem]:
    """Give each answer of a document; what is none is a Problem, and the rest goes on.

    Raises InputError for what is no JSON at all.
    """
    if _has_lines(document):
        yield from _each(document, _lines(document))
        return
    try:
        whole = msgspec.json.decode(document.data, type=dict[str, Raw] | list[Raw])
    except UNREADABLE as exc:
        raise InputError(f"not valid JSON: {_why(exc)}", hint="export it again") from exc
    if isinstance(whole, dict):
        yield Answer("", _unwrapped(whole))
    else:
        yield from _each(document, ((f"[{at}]", item) for at, item in enumerate(whole)))


def first_answer(document: Document, sure: bytes) -> Answer | None:
    """Give the first answer; None where the document begins with anything else.

    Reads no more than what is at hand. Raises InputError for what is no JSON though it begins with
    `sure`, a regular expression.
    """
    try:
        found = next(answers(Document(document.path, document.data)), None)
    except InputError:
        if re.search(sure, document.data[:SEARCHED]):
            raise
        return None
    return found if isinstance(found, Answer) else None


def _has_lines(document: Document) -> bool:
    """Tell whether each line is an answer of its own."""
    if document.opener is not None:
        return True
    lines = TWO_LINES.match(document.data)
    if lines is None:
        return False
    try:
        msgspec.json.decode(lines[1], type=dict[str, Raw])
    except UNREADABLE:
        return False
    return True


def _lines(document: Document) -> Iterator[tuple[str, bytes]]:
    with document.open() as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield f"{number}", line


def _each(
    document: Document, found: Iterable[tuple[str, bytes | Raw]]
) -> Iterator[Answer | Problem]:
    faults = RowFaults(document.path)
    for place, text in found:
        try:
            members = msgspec.json.decode(text, type=dict[str, Raw])
        except UNREADABLE as exc:
            yield from faults.add(place, f"no answer of an API: {_why(exc)}")
            continue
        yield Answer(place, _unwrapped(members))
    yield from faults.rest()


def _unwrapped(members: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """Give what a recorded answer holds."""
    if "data" in members and "status_code" in members:
        try:
            return msgspec.json.decode(members["data"], type=dict[str, Raw])
        except UNREADABLE:
            return members
    return members


class Entries:
    """Decodes the entries of one document's answers; the malformed ones are told of."""

    def __init__(self, document: Document) -> None:
        self._faults = RowFaults(document.path)

    def each(
        self, answer: Answer, member: str, read: Callable[[Raw], Iterator[T]]
    ) -> Iterator[T | Problem]:
        """Read each entry of a list; `read` raises ValueError for one that it cannot."""
        items = answer.items(member)
        if items is None:
            yield from self._faults.add(answer.place or member, f"has no list `{member}`")
            return
        for index, item in enumerate(items):
            try:
                yield from read(item)
            except (ValueError, *UNREADABLE) as exc:
                yield from self._faults.add(place(answer, member, index), _why(exc))

    def rest(self) -> Iterator[Problem]:
        """Tell at the end how many were not named."""
        return self._faults.rest()


def _why(exc: Exception) -> str:
    return "nested too deeply" if isinstance(exc, RecursionError) else str(exc)


def place(answer: Answer, member: str, index: int) -> str:
    """Name the place of an entry: `ResourceTagMappingList[3]`."""
    return f"{answer.place}{'.' if answer.place else ''}{member}[{index}]"


def truncated(document: Document, why: str) -> Problem:
    """Say that the export is not whole."""
    return Problem(
        stage="read", where=document.path, message=f"the export is not whole: {why}", hint=AGAIN
    )
