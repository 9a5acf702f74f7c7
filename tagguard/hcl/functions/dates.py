"""The functions on timestamps that are given; what time it is now nobody tells them.

Timestamps are RFC 3339 as Go reads them, from year 1 to 9999.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby

from msgspec import Struct

from tagguard.hcl.functions.parameters import text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Unknown, Value

_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):([0-5]\d))", re.ASCII
)
_DURATION = re.compile(r"(\d+)?(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_QUOTED = re.compile(r"''|'((?:[^']|'')+)'")
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_LONGEST = 2**63
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MAX_ZONE = 24


class _Moment(Struct, frozen=True):
    """A point in time, with the zone that it was written in."""

    seconds: datetime
    nanoseconds: int = 0


def _parsed(written: str) -> _Moment | Unknown:
    found = _TIMESTAMP.fullmatch(written)
    if found is None:
        raise Failure(f"`{written}` is no RFC 3339 timestamp such as `2017-11-22T00:00:00Z`")
    base, fraction, sign, hours, minutes = found.groups()
    if base.startswith("0000"):
        return Unknown("the year 0")
    if int(hours or 0) >= _MAX_ZONE:
        raise Failure(f"`{written}` has no such time zone")
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset) if offset else UTC
    try:
        moment = datetime.fromisoformat(base).replace(tzinfo=zone)
    except ValueError as exc:
        raise Failure(f"`{written}` is no date or time that exists") from exc
    return _Moment(moment, int((fraction or "0")[:9].ljust(9, "0")))


def _duration(written: str) -> int:
    """Give nanoseconds, as Go's `time.ParseDuration` reads them."""
    rest = written[1:] if written[:1] in {"+", "-"} else written
    total, at = 0, 0
    while at < len(rest) and rest != "0":
        found = _DURATION.match(rest, at)
        if found is None or not (found.group(1) or found.group(2)):
            raise Failure(f"`{written}` is no duration such as `1h30m`")
        unit = _NANOSECONDS[found.group(3)]
        fraction = (found.group(2) or "")[:18]
        total += int((found.group(1) or "0")[:30]) * unit
        total += int(fraction or "0") * unit // 10 ** len(fraction)
        at = found.end()
    if not rest or total >= _LONGEST:
        raise Failure(f"`{written}` is no duration such as `1h30m`, of less than 292 years")
    return -total if written[0] == "-" else total


@function(text("timestamp"), text("duration"))
def timeadd(timestamp: str, duration: str) -> Value:
    """Add a duration to a timestamp."""
    moment = _parsed(timestamp)
    if isinstance(moment, Unknown):
        return moment
    seconds = (moment.nanoseconds + _duration(duration)) // 10**9
    try:
        result = moment.seconds + timedelta(seconds=seconds)
    except OverflowError:
        return Unknown("a date beyond the year 9999 or before the year 1")
    return result.isoformat().replace("+00:00", "Z")


@function(text("timestamp_a"), text("timestamp_b"))
def timecmp(first: str, second: str) -> Value:
    """Tell whether a timestamp is before (-1), at (0) or after (1) another."""
    left, right = _parsed(first), _parsed(second)
    if isinstance(left, Unknown):
        return left
    if isinstance(right, Unknown):
        return right
    a, b = (left.seconds, left.nanoseconds), (right.seconds, right.nanoseconds)
    return (a > b) - (a < b)


@function(text("format"), text("time"))
def formatdate(form: str, timestamp: str) -> Value:
    """Write a timestamp by a form such as `DD MMM YYYY`."""
    moment = _parsed(timestamp)
    parts = list(_parts(form))
    for quoted, part in parts:
        if not quoted and part[0].isascii() and part[0].isalpha():
            _written(part, datetime.min.replace(tzinfo=UTC))  # wrong forms fail for any time
    if isinstance(moment, Unknown):
        return moment
    return "".join(part if quoted else _written(part, moment.seconds) for quoted, part in parts)


def _parts(form: str) -> Iterator[tuple[bool, str]]:
    """Split a form into texts in single quotes (true) and runs of one character."""
    at = 0
    while at < len(form):
        if form[at] != "'":
            end = form.find("'", at) if "'" in form[at:] else len(form)
            yield from ((False, "".join(run)) for _, run in groupby(form[at:end]))
            at = end
            continue
        found = _QUOTED.match(form, at)
        if found is None:
            raise Failure("a single quote in the form is not closed")
        yield True, (found.group(1) or "''").replace("''", "'")
        at = found.end()


def _written(run: str, moment: datetime) -> str:  # noqa: PLR0911 - one return a form
    if not (run[0].isascii() and run[0].isalpha()):
        return run
    hour = moment.hour % 12 or 12
    match run:
        case "YYYY":
            return f"{moment.year:04}"
        case "YY":
            return f"{moment.year % 100:02}"
        case "MMMM" | "MMM":
            return _MONTHS[moment.month - 1][: None if run == "MMMM" else 3]
        case "EEEE" | "EEE":
            return _DAYS[moment.weekday()][: None if run == "EEEE" else 3]
        case "AA" | "aa":
            half = "am" if moment.hour < 12 else "pm"  # noqa: PLR2004 - noon
            return half.upper() if run == "AA" else half
        case "Z" | "ZZZ" | "ZZZZ" | "ZZZZZ":
            return _zone(run, moment)
    numbers = {
        "M": moment.month,
        "D": moment.day,
        "h": moment.hour,
        "H": hour,
        "m": moment.minute,
        "s": moment.second,
    }
    if run[0] not in numbers or len(run) > 2:  # noqa: PLR2004 - one or two digits
        raise Failure(f"the form has `{run}`, which means nothing")
    return f"{numbers[run[0]]:0{len(run)}}"


def _zone(run: str, moment: datetime) -> str:
    offset = moment.utcoffset() or timedelta()
    if not offset and run in {"Z", "ZZZ"}:
        return "Z" if run == "Z" else "UTC"
    minutes = abs(offset) // timedelta(minutes=1)
    colon = ":" if run in {"Z", "ZZZZZ"} else ""
    return f"{'-' if offset < timedelta() else '+'}{minutes // 60:02}{colon}{minutes % 60:02}"
