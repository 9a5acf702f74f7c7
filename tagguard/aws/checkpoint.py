"""The file that a scan is kept in while it runs: one SQLite database, readable at every moment.

What is committed stays, whatever happens to the process; a part of the scan counts when its mark
is committed, and what was written of an unfinished part is dropped when the scan is taken up again.
One thread writes. The file holds tags, and no credentials.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import msgspec
from msgspec.structs import replace

from tagguard.aws.accounts import Asked, Plan
from tagguard.aws.arns import normal
from tagguard.aws.completeness import Part
from tagguard.aws.merging import Seen
from tagguard.aws.retries import StoppedError
from tagguard.aws.sightings import Sighting
from tagguard.errors import UsageError
from tagguard.report import Shortage

State = Literal["done"] | Shortage
APPLICATION = 0x7A675343
"""Marks our files, in the place that SQLite has for it."""
FORMAT = 1
"""Counts the forms that the file had."""
BATCH = 100
"""Rows in one statement: after each one, SQLite waits for the threads that collect."""
_SCHEMA = """
CREATE TABLE plan (body BLOB NOT NULL, ended INTEGER NOT NULL DEFAULT 0);
CREATE TABLE survey (account TEXT PRIMARY KEY, regions BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE part (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, collector TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
    UNIQUE (account, region, collector)
);
CREATE TABLE sighting (
    arn TEXT NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (arn, part)
) WITHOUT ROWID;
"""
_SEEN = """
SELECT body, account, region, collector FROM sighting CROSS JOIN part ON part.id = sighting.part
WHERE state <> '' ORDER BY arn, collector, region, account
"""
_PARTS = """
SELECT account, region, collector, state, message, coalesce(seen, 0) FROM part
LEFT JOIN (SELECT part, count(*) AS seen FROM sighting GROUP BY part) ON part = id
WHERE state <> '' AND (collector <> '' OR state <> 'done')
ORDER BY account, region, collector
"""
_FIND_STALE = """
CREATE TEMP TABLE stale AS
WITH RECURSIVE stale (id, account, region, collector) AS (
    SELECT id, account, region, collector FROM part WHERE state NOT IN ('done', 'unavailable')
    UNION
    SELECT part.id, part.account, part.region, part.collector FROM stale
    JOIN need ON need.needed = stale.collector
    JOIN part ON part.account = stale.account AND part.region = stale.region
        AND part.collector = need.name
)
SELECT id FROM stale
"""
_OPTIONS = {
    "profiles": "--profile",
    "role_arns": "--role-arn",
    "organization": "--org",
    "units": "--ou",
    "role_name": "--role-name",
    "regions": "--region",
    "collectors": "--collector",
    "types": "--type",
    "aggregator": "--aggregator",
}
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Sighting).decode

Row = tuple[str, bytes]
"""A sighting as it is kept, under its ARN."""


def to_row(sighting: Sighting) -> Row:
    """Encode a sighting, under the one spelling of its ARN that all APIs' answers meet in."""
    if (arn := normal(sighting.arn)) != sighting.arn:
        sighting = replace(sighting, arn=arn)
    return arn, _encode(sighting)


class Checkpoint:
    """The state of one scan. `with` closes it; `StoppedError` says that it could not be written."""

    def __init__(self, path: Path, plan: Plan, database: sqlite3.Connection) -> None:
        self.path, self.plan, self._database = path, plan, database
        database.execute("PRAGMA cache_size = -65536")  # KiB

    @classmethod
    def create(cls, path: Path, plan: Plan) -> Self:
        """Begin a scan. Raises UsageError where the file exists or cannot be made."""
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError as exc:
            raise UsageError(
                f"{path} holds a scan that is not finished",
                hint="take it up again with `--resume`, or delete the file",
            ) from exc
        except (OSError, ValueError) as exc:
            raise UsageError(f"{path} cannot be written: {_reason(exc)}") from exc
        database = _open(path)
        self = cls(path, plan, database)
        with self._writing():
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {FORMAT}")
            for statement in _SCHEMA.split(";"):
                database.execute(statement)
            database.execute("INSERT INTO plan (body) VALUES (?)", [msgspec.json.encode(plan)])
        self.commit()
        return self

    @classmethod
    def resume(cls, path: Path, asked: Asked) -> Self:
        """Take up a scan where it ended.

        Raises UsageError where there is none, and where it was asked for something else.
        """
        if not path.is_file():
            raise UsageError(f"there is no scan to take up again: {path} does not exist")
        database = _open(path)
        try:
            known = _read_plan(path, database)
        except UsageError:
            database.close()
            raise
        if difference := _difference(known.asked, asked):
            database.close()
            raise UsageError(
                f"{path} holds a scan that asked for something else: {difference}",
                hint="ask for the same, or delete the file to begin anew",
            )
        return cls(path, known, database)

    @staticmethod
    def ended(path: Path) -> bool:
        """Tell whether the file holds a scan that came to its end, whole or not.

        Nothing is lost by beginning anew. Raises UsageError where it holds no scan.
        """
        database = _open(path)
        try:
            _read_plan(path, database)
            return bool(database.execute("SELECT ended FROM plan").fetchone()[0])
        finally:
            database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; what is not committed is lost."""
        self._database.close()

    def remove(self) -> None:
        """Delete the file: what it held is kept elsewhere."""
        self.close()
        for path in (self.path, self.path.with_name(f"{self.path.name}-journal")):
            with suppress(FileNotFoundError):
                path.unlink()

    def begin(self, account: str, region: str, collector: str) -> int:
        """Give the number of a part, to write under."""
        with self._writing():
            made = self._database.execute(
                "INSERT INTO part (account, region, collector) VALUES (?, ?, ?)",
                [account, region, collector],
            )
        assert made.lastrowid is not None
        return made.lastrowid

    def write(self, part: int, rows: Sequence[Row]) -> None:
        """Keep what a part has seen. What it sees twice is kept as it was seen last."""
        with self._writing():
            for start in range(0, len(rows), BATCH):
                batch = rows[start : start + BATCH]
                places = ", ".join(["(?, ?, ?)"] * len(batch))
                self._database.execute(
                    f"INSERT OR REPLACE INTO sighting VALUES {places}",  # noqa: S608 - only places
                    [cell for arn, body in batch for cell in (arn, part, body)],
                )

    def mark(self, part: int, state: State, message: str = "") -> None:
        """Note what became of a part: it is through."""
        with self._writing():
            self._database.execute(
                "UPDATE part SET state = ?, message = ? WHERE id = ?", [state, message, part]
            )

    def note_regions(self, account: str, regions: Sequence[str]) -> None:
        """Keep where an account is looked through."""
        with self._writing():
            self._database.execute(
                "INSERT OR REPLACE INTO survey VALUES (?, ?)", [account, _encode(regions)]
            )

    def commit(self) -> None:
        """Make sure of everything up to here."""
        with self._writing():
            self._database.commit()

    def surveyed(self, account: str) -> Sequence[str] | None:
        """Give the Regions that were noted for an account; None: it was not asked yet."""
        found = self._database.execute(
            "SELECT regions FROM survey WHERE account = ?", [account]
        ).fetchone()
        return None if found is None else msgspec.msgpack.decode(found[0], type=list[str])

    def through(self, account: str) -> frozenset[tuple[str, str]]:
        """Give Region and collector of all parts of an account that are through."""
        return frozenset(
            self._database.execute(
                "SELECT region, collector FROM part WHERE account = ? AND state <> ''", [account]
            )
        )

    def regions(self) -> tuple[str, ...]:
        """Give all Regions that were chosen in any account, sorted."""
        found: set[str] = set()
        for (regions,) in self._database.execute("SELECT regions FROM survey"):
            found.update(msgspec.msgpack.decode(regions, type=list[str]))
        return tuple(sorted(found))

    def parts(self) -> Iterator[Part]:
        """Give every part that is through, sorted by account, Region and collector."""
        for account, region, collector, state, message, resources in self._database.execute(_PARTS):
            yield Part(
                account=account,
                region=region,
                collector=collector,
                state=state,
                message=message,
                resources=resources,
            )

    def sightings(self) -> Iterator[Seen]:
        """Give all that was seen, sorted by ARN, then collector, Region and account."""
        for body, account, region, collector in self._database.execute(_SEEN):
            yield Seen(_decode(body), account, region, collector)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as exc:
            raise StoppedError(
                f"{self.path} cannot be written: {_reason(exc)}",
                hint="what was committed is kept: mend it, then go on with `--resume`",
            ) from exc

    def begin_anew(self, needs: Mapping[str, Collection[str]]) -> None:
        """Forget all parts that are not through and those that are worth another try.

        With them go the parts whose collectors need theirs (`needs`, by collector) in the same
        place: both must have looked at the same time.
        """
        dependents = [(needed, name) for name, all_ in needs.items() for needed in all_]
        with self._writing():
            self._database.execute("CREATE TEMP TABLE need (needed TEXT, name TEXT)")
            self._database.executemany("INSERT INTO need VALUES (?, ?)", dependents)
            self._database.execute(_FIND_STALE)
            self._database.execute("DELETE FROM sighting WHERE part IN (SELECT id FROM stale)")
            self._database.execute("DELETE FROM part WHERE id IN (SELECT id FROM stale)")
            self._database.execute("DROP TABLE stale")
            self._database.execute("DROP TABLE need")
            self._database.execute("UPDATE plan SET ended = 0")
        self.commit()

    def end(self) -> None:
        """Note that every part is through."""
        with self._writing():
            self._database.execute("UPDATE plan SET ended = 1")
        self.commit()


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=1)


def _read_plan(path: Path, database: sqlite3.Connection) -> Plan:
    """Read the plan, and keep everybody else out: two scans would spoil one another's file."""
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        application = database.execute("PRAGMA application_id").fetchone()[0]
        form = database.execute("PRAGMA user_version").fetchone()[0]
        if (application, form) == (APPLICATION, FORMAT):
            body = database.execute("SELECT body FROM plan").fetchone()[0]
            return msgspec.json.decode(body, type=Plan)
    except sqlite3.OperationalError as exc:
        raise UsageError(f"{path} cannot be read, or another scan is at it: {exc}") from exc
    except (sqlite3.DatabaseError, msgspec.DecodeError) as exc:
        raise UsageError(f"{path} is no checkpoint of a scan: {exc}") from exc
    raise UsageError(
        f"{path} is no checkpoint of a scan, or one of another version of tagguard",
        hint="delete the file to begin anew",
    )


def _difference(known: Asked, asked: Asked) -> str:
    before, now = _flat(known), _flat(asked)
    return "; ".join(
        f"`{option}` was {_shown(before[name])} and is now {_shown(now[name])}"
        for name, option in _OPTIONS.items()
        if before[name] != now[name]
    )


def _flat(asked: Asked) -> dict[str, Any]:
    plain = msgspec.json.decode(msgspec.json.encode(asked))
    return {**plain, **plain["options"]}


def _shown(value: bool | str | Sequence[str]) -> str:
    match value:
        case bool():
            return "given" if value else "not given"
        case str():
            return value or "not given"
    return ", ".join(value) or "not given"


def _reason(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or str(exc)
