"""The report for people at a terminal, in the manner of compilers; the last line sums it up.

Colours are plain ANSI sequences and the only control characters in the output. They repeat what
the words already say, so nothing is lost without them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec import UnsetType

from tagguard.formats import RenderOptions
from tagguard.formats.gathering import (
    MANY,
    alike_findings,
    alike_problems,
    alike_undetermined,
    told_apart,
)
from tagguard.formats.scans import extent, remarks, scans, table
from tagguard.formats.terminal import GAP, aligned, clip, clip_front, excerpt, width, wrap
from tagguard.formats.wording import (
    fate,
    gathered_notes,
    other,
    percent,
    place,
    plural,
    refused,
    sentence,
    share,
    shown,
)
from tagguard.model import Location, Problem
from tagguard.report import (
    Coverage,
    Finding,
    KeyCoverage,
    ListedTag,
    Report,
    Undetermined,
    UnknownValue,
)

NOTE_PLACES = 5
"""Places of notes or problems that say the same, listed without `-v`."""
UNDETERMINED_SHOWN = 10
"""Undetermined checks, of those that differ, that are listed without `-v`."""
ALIKE_SHOWN = 3
"""Further resources of one finding that are named without `-v`."""
NARROWEST = 60
"""A terminal with fewer columns is written for as if it had these."""
WIDE = 100
"""From so many columns on, headings are not abbreviated and coverage has its bar."""
SEPARATOR = " · "
PATH_LEAST = 20
"""Columns that a path keeps in a heading, however long its team's name is."""
BAR = 10
"""Columns of a full coverage bar."""

BOLD, DIM, RED, YELLOW, GREEN, CYAN, BLUE = "1", "2", "1;31", "1;33", "32", "1;36", "1;34"
LEVELS = {"error": RED, "warning": YELLOW, "info": CYAN}
BUCKETS = {"compliant": GREEN, "noncompliant": RED, "undetermined": CYAN}
WAIVED = {"open": "", "exempt": " (exempt)", "baseline": " (in the baseline)"}


def render(report: Report, options: RenderOptions) -> str:
    """Give open findings, what is undecided, problems and coverage.

    A report that lists its resources begins with them, so that the verdict stays in sight;
    What one and the same change would mend is shown once, with all resources that it is of.
    `verbose` adds the waived findings, all undetermined checks and the inputs; `quiet` leaves only
    the problems and the last line.
    """
    page = _Page(told_apart(report), options)
    sections = (
        [page.problems(), page.last_line()]
        if options.quiet
        else [
            page.resources(),
            page.findings(),
            page.undetermined(),
            page.problems(),
            page.inputs(),
            page.scans(),
            page.notes(),
            page.exemptions(),
            page.teams(),
            page.keys(),
            page.last_line(),
        ]
    )
    blocks = ("\n".join(lines) for section in sections if (lines := list(section)))
    return "\n\n".join(blocks) + "\n"


class _Page:
    """A report on its way to a terminal; each public method gives the lines of one section."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self.report = report
        self.options = options
        self.room = max(options.width, NARROWEST)
        self.refused = refused(report)

    def resources(self) -> Iterator[str]:
        listed = self.report.resources
        if isinstance(listed, UnsetType) or not listed:
            return
        yield self._heading("tags", plural(len(listed), "resource"))
        yield ""
        for one in listed:
            bucket = self._paint(one.bucket, BUCKETS.get(one.bucket, DIM))
            where = self._paint(place(one.location), DIM)
            yield f"  {self._paint(shown(one.address), BOLD)}{GAP}{bucket}{GAP}{where}"
            for tag in one.tags:
                yield from self._hanging(tag_line(tag))
            if one.tags_reason is not None:
                yield from self._hanging(f"more tags may exist: {shown(one.tags_reason)}", CYAN)

    def _hanging(self, text: str, style: str = "") -> Iterator[str]:
        first, *more = wrap(text, self.room - 6)
        yield f"    {self._paint(first.rstrip(), style)}"
        yield from (f"      {self._paint(line.strip(), style)}" for line in more)

    def findings(self) -> Iterator[str]:
        many = sys.maxsize if self.options.verbose else MANY
        blocks = alike_findings(self.report.findings, self._is_listed, many=many)
        blocks.sort(key=_group)
        for number, ((team, path), group) in enumerate(groupby(blocks, key=_group)):
            listed = list(group)
            if number:
                yield ""
            ends = shown(team), plural(sum(map(len, listed)), "finding")
            room = self.room - 6 - width("".join(ends)) - 2 * len(SEPARATOR)
            end_of_path = clip_front(shown(path), max(room, PATH_LEAST))
            yield self._heading(ends[0], end_of_path, ends[1])
            for alike in listed:
                yield ""
                yield from self._finding(alike)

    def undetermined(self) -> Iterator[str]:
        undetermined = self.report.undetermined
        if not undetermined or not self.options.show_undetermined:
            return
        many = sys.maxsize if self.options.verbose else MANY
        checks = alike_undetermined(undetermined, many=many)
        listed = checks if self.options.verbose else checks[:UNDETERMINED_SHOWN]
        yield self._heading("undetermined", plural(len(undetermined), "check"))
        yield ""
        for alike in listed:
            one = alike[0]
            key = f" · {shown(one.key)}" if one.key else ""
            yield f"  {self._paint('?', CYAN)} {self._paint(shown(one.resource), BOLD)}{key}"
            yield from self._wrapped("    ", f"{place(one.location)}: {shown(one.reason)}")
            if others := self._others(alike):
                yield from self._wrapped("    ", f"also: {others}")
        if left := len(undetermined) - sum(map(len, listed)):
            yield f"  {self._paint(f'… and {left:,} more (use -v)', DIM)}"

    def problems(self) -> Iterator[str]:
        for number, alike in enumerate(alike_problems(self.report.problems)):
            if number:
                yield ""
            yield from self._problem(alike)

    def inputs(self) -> Iterator[str]:
        report = self.report
        if self.options.verbose and report.inputs:
            counts = [(plural(one.resources, "resource"), one) for one in report.inputs]
            rows = [(shown(one.path), shown(one.kind), count) for count, one in counts]
            for path, kind, count in aligned(rows, self.room - 2, left=2):
                yield f"  {path}{GAP}{kind}{GAP}{count}"
        if report.skipped:
            yield self._paint(f"  {plural(report.skipped, 'file')} of other kinds passed over", DIM)

    def scans(self) -> Iterator[str]:
        """Say how whole live scans are."""
        for number, (path, known) in enumerate(scans(self.report)):
            if number:
                yield ""
            said = extent(known)
            room = self.room - 6 - width(f"scan{said}") - 2 * len(SEPARATOR)
            yield self._heading("scan", clip_front(shown(path), max(room, PATH_LEAST)), said)
            yield ""
            rows = [
                [shown(cell) for cell in row] for row in table(known, each=self.options.verbose)
            ]
            if rows:
                first, *lines = aligned(rows, self.room - 2)
                yield f"  {self._paint(GAP.join(first), DIM)}"
                yield from (f"  {GAP.join(cells)}" for cells in lines)
            for remark in remarks(known):
                first_line, *more = wrap(shown(remark), self.room - 4)
                yield f"  {first_line}"
                yield from (f"    {line}" for line in more)

    def notes(self) -> Iterator[str]:
        """Say how inputs were read where that is not plain."""
        for note, places in gathered_notes(self.report):
            listed = places if self.options.verbose else places[:NOTE_PLACES]
            left = len(places) - len(listed)
            where = ", ".join(shown(one) for one in listed) + (
                f" and {left:,} more" if left else ""
            )
            first, *more = wrap(f"note: {where}: {shown(note.message)}", self.room - 4)
            yield self._paint(f"  {first}", DIM)
            yield from (self._paint(f"    {line}", DIM) for line in more)
            if note.hint:
                yield from self._note("   ", "help", shown(note.hint))

    def exemptions(self) -> Iterator[str]:
        """Name the exemptions that somebody should look at."""
        for one in self.report.exemptions:
            if said := fate(one):
                style = YELLOW if one in self.refused else DIM
                for line in self._wrapped("  ", f"exemption {shown(one.id)} {said}"):
                    yield self._paint(line, style)

    def teams(self) -> Iterator[str]:
        if not self.report.teams:
            return
        head = ["team", "resources", "compliant", *self._abbreviated(), "exempt", "other"]
        rows = [_bucket_cells(row.team, row) for row in self.report.teams]
        if len(rows) > 1:
            rows.append(_bucket_cells("all", self.report.summary))
        shares = [row.coverage for row in self.report.teams] + [self.report.summary.coverage]
        yield from self._table([*head, "coverage"], rows, shares[: len(rows)])

    def keys(self) -> Iterator[str]:
        if not self.report.keys:
            return
        head = ["key", "applicable", "present", "valid", "missing", self._abbreviated()[1]]
        rows = [_key_cells(row) for row in self.report.keys]
        shares = [share(row.valid, row.applicable) for row in self.report.keys]
        yield from self._table([*head, "+aliases", "valid %"], rows, shares)

    def last_line(self) -> Iterator[str]:
        yield self._paint(sentence(self.report), BOLD)

    def _is_listed(self, finding: Finding) -> bool:
        return self.options.verbose or finding.status == "open"

    def _others(self, alike: Sequence[Finding] | Sequence[Undetermined]) -> str:
        """Name all resources but the first, as far as there is room for them."""
        shortest = len(alike) if self.options.verbose else 1 + ALIKE_SHOWN
        listed = [shown(one.resource) for one in alike[1:shortest]]
        left = len(alike) - 1 - len(listed)
        return ", ".join(listed) + (f" and {left:,} more" if left else "")

    def _finding(self, alike: Sequence[Finding]) -> Iterator[str]:
        finding = alike[0]
        level = self._paint(f"{finding.severity}[{shown(finding.rule)}]", LEVELS[finding.severity])
        resource = self._paint(shown(finding.resource), BOLD)
        yield f"{level} {resource}{WAIVED[finding.status]}"
        source = None if finding.confidential else self._source(finding.location)
        gutter = len(str(finding.location.line)) if source else 1
        indent = " " * gutter
        yield f"{indent}{self._paint('-->', BLUE)} {place(finding.location)}"
        message = shown(finding.message)
        if source is None:
            yield from self._wrapped(f"{indent}  ", message)
        else:
            yield from self._quote(source, finding, message)
        said = finding.message + finding.hint
        if finding.expected and finding.expected not in said:
            yield from self._note(indent, "expected", shown(finding.expected))
        if finding.hint:
            yield from self._note(indent, "help", shown(finding.hint))
        if others := self._others(alike):
            yield from self._note(indent, "also", others)

    def _source(self, location: Location) -> str | None:
        if location.line is None:
            return None
        return self.options.source_line(location.path, location.line)

    def _quote(self, source: str, finding: Finding, message: str) -> Iterator[str]:
        """Give the line of source with its mark and, as its label, the message."""
        number = str(finding.location.line)
        bar = self._paint("|", BLUE)
        margin = " " * len(number) + f" {bar}"
        text, mark = excerpt(source, finding.location.column, self.room - len(number) - 3)
        style = LEVELS[finding.severity]
        blank = mark[: len(mark) - len(mark.lstrip())]
        yield margin
        yield f"{self._paint(number, BLUE)} {bar} {text}"
        if len(number) + 4 + len(mark) + width(message) <= self.room:
            yield f"{margin} {blank}{self._paint(f'{mark.strip()} {message}', style)}"
        else:
            yield f"{margin} {blank}{self._paint(mark.strip(), style)}"
            for line in wrap(message, self.room - len(number) - 3):
                yield f"{margin} {self._paint(line, style)}"
        yield margin

    def _problem(self, alike: Sequence[Problem]) -> Iterator[str]:
        problem = alike[0]
        places = [shown(one.where) for one in alike]
        listed = places if self.options.verbose else places[:NOTE_PLACES]
        left = len(places) - len(listed)
        where = ", ".join(listed) + (f" and {left:,} more" if left else "")
        head = f"problem[{shown(problem.stage)}]"
        first, *more = wrap(where, max(self.room - width(head) - 1, PATH_LEAST))
        yield f"{self._paint(head, RED)} {self._paint(first, BOLD)}"
        yield from (self._paint(f"   {line}", BOLD) for line in more)
        yield from self._wrapped("   ", shown(problem.message))
        if problem.hint:
            yield from self._note(" ", "help", shown(problem.hint))

    def _note(self, indent: str, name: str, text: str) -> Iterator[str]:
        """Give `= name: text`, wrapped under itself."""
        hang = len(indent) + len(f" = {name}: ")
        first, *more = wrap(text, self.room - hang)
        yield f"{indent} {self._paint('=', BLUE)} {self._paint(name, BOLD)}: {first}"
        yield from (" " * hang + line for line in more)

    def _heading(self, *parts: str) -> str:
        text = clip(SEPARATOR.join(parts), self.room - 6)
        rule = "─" * (self.room - width(text) - 4)
        return f"{self._paint('──', DIM)} {self._paint(text, BOLD)} {self._paint(rule, DIM)}"

    def _wrapped(self, indent: str, text: str) -> Iterator[str]:
        return (indent + line for line in wrap(text, self.room - len(indent)))

    def _abbreviated(self) -> list[str]:
        wide = self.room >= WIDE
        return ["noncompliant", "undetermined"] if wide else ["noncompl.", "undeterm."]

    def _table(
        self, head: list[str], rows: list[list[str]], shares: Iterable[float | None]
    ) -> Iterator[str]:
        """Give the table with a bar of the share behind each row where there is room."""
        bars = self.room >= WIDE
        first, *lines = aligned([head, *rows], self.room - 2 - (BAR + len(GAP) if bars else 0))
        yield f"  {self._paint(GAP.join(first), DIM)}"
        for cells, part in zip(lines, shares, strict=True):
            line = f"  {GAP.join(cells)}"
            yield f"{line}{GAP}{self._bar(part)}".rstrip() if bars else line

    def _bar(self, part: float | None) -> str:
        if part is None:
            return ""
        full = int(part * BAR + 1e-9)
        style = GREEN if full == BAR else YELLOW
        return self._paint("█" * full, style) + self._paint("░" * (BAR - full), DIM)

    def _paint(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.options.color and text and style else text


def tag_line(tag: ListedTag) -> str:
    """Give `key = value  (provenance, over default_tags@aws)`, or why the value is unknown."""
    given = tag.value
    value = f"? {shown(given.unknown)}" if isinstance(given, UnknownValue) else shown(given) or '""'
    over = f", over {shown(tag.overrides)}" if tag.overrides else ""
    return f"{shown(tag.key)} = {value}{GAP}({shown(tag.provenance)}{over})"


def _group(alike: Sequence[Finding]) -> tuple[str, str]:
    return alike[0].team, alike[0].location.path


def _bucket_cells(name: str, row: Coverage) -> list[str]:
    counts = (row.resources, row.compliant, row.noncompliant, row.undetermined, row.exempt)
    cells = [f"{count:,}" for count in (*counts, other(row))]
    return [shown(name), *cells, percent(row.coverage)]


def _key_cells(row: KeyCoverage) -> list[str]:
    counts = (row.applicable, row.present, row.valid, row.missing, row.undetermined)
    cells = [f"{count:,}" for count in counts]
    normalised = percent(share(row.valid_normalised, row.applicable))
    return [shown(row.key), *cells, normalised, percent(share(row.valid, row.applicable))]
