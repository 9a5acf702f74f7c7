"""Tells of rows that cannot be read: the first ones singly, of the others how many there are."""

from __future__ import annotations

from collections.abc import Iterator

from tagguard.model import Problem

TOLD = 20
"""Rows that are named."""


class RowFaults:
    """The faults of one document's rows."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0

    def add(self, place: int | str, message: str) -> Iterator[Problem]:
        """Count one; `place` is a line or another place in the document."""
        self._count += 1
        if self._count <= TOLD:
            yield Problem(stage="read", where=f"{self._path}:{place}", message=message)

    def rest(self) -> Iterator[Problem]:
        """Tell at the end how many were not named."""
        if (more := self._count - TOLD) > 0:
            yield Problem(
                stage="read",
                where=self._path,
                message=f"{more:,} more row{'' if more == 1 else 's'} could not be read",
                hint="the first ones are named",
            )
