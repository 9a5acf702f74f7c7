"""What every judging command shares: options, set-up, the run itself, reports, the exit code.

A command says where its documents come from; from there on all of them take the same way, so a
live scan says what a check of its snapshot says.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from msgspec import Struct

from tagguard import __version__
from tagguard.baseline import dump_baseline, load_baseline
from tagguard.catalog import version as catalog_version
from tagguard.cli.loading import (
    known_rules,
    owners_of,
    policies_of,
    require_known,
    taxonomy_of,
)
from tagguard.cli.options import Project, config_options, load_project, option
from tagguard.cli.output import (
    parse_reports,
    quoting,
    rule_infos,
    stdout_kept,
    write_file,
    write_reports,
)
from tagguard.cli.progress import Progress
from tagguard.engine import Engine, Setup
from tagguard.errors import UsageError
from tagguard.escapes import visible
from tagguard.exemptions import Exemptions, load_exemptions
from tagguard.formats import FORMATS, WITHOUT_LIST, Format, RenderOptions
from tagguard.model import UNOWNED, PolicyInfo, Problem
from tagguard.report import Report, Tool
from tagguard.rules import RULES, load_rule
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader
from tagguard.taxonomy.standard import Taxonomy

F = TypeVar("F", bound=Callable[..., Any])

EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 3
RANK = {"error": 3, "warning": 2, "info": 1}


class JudgingOptions(Struct, frozen=True, kw_only=True):
    """The options by which a command judges, as they were given."""

    config_file: Path | None
    taxonomy: Path | None
    today: str | None
    policy: tuple[str, ...]
    baseline: Path | None
    exemptions: Path | None
    format: str
    report: tuple[str, ...]
    list_resources: bool
    redact: tuple[str, ...]
    color: str
    quiet: bool
    verbose: bool
    write_baseline: Path | None
    fail_on: str | None
    undetermined: str | None
    changed_only: bool | None = None
    team: tuple[str, ...]
    rule: tuple[str, ...]
    ignore: tuple[str, ...]
    allow_incomplete: bool


_policy, _output, _verdict = (
    partial(option, group=group) for group in ("Policy", "Output", "Verdict")
)

policy_options: Sequence[Callable[[Any], Any]] = (
    config_options,
    _policy(
        "--policy", multiple=True, metavar="PATH", help="Policy file, folder or tagguard:NAME."
    ),
    _policy("--exemptions", type=Path, metavar="FILE", help="Exemptions file."),
    _policy("--baseline", type=Path, metavar="FILE", help="Accept the findings listed there."),
    _policy(
        "--write-baseline", type=Path, metavar="FILE", help="Accept what is there; exit 0 or 3."
    ),
    _policy("--rule", multiple=True, metavar="ID", help="Judge only by this rule."),
    _policy("--ignore", multiple=True, metavar="ID", help="Do not judge by this rule."),
    _policy("--team", multiple=True, metavar="NAME", help="Judge only this team's resources."),
)
changed_only_option = _policy(
    "--changed-only/--all",
    default=None,
    help="Judge only what a plan creates, replaces or changes the tags of, or all. [default: all]",
)
output_options: Sequence[Callable[[Any], Any]] = (
    _output("--format", default="console", show_default=True, metavar="NAME", help="On stdout."),
    _output("--report", multiple=True, metavar="NAME=FILE", help="Write another report to a file."),
    _output("--list-resources", is_flag=True, help="Add every resource with its tags."),
    _output("--redact", multiple=True, metavar="KEY", help="Never show the values of this tag."),
    _output("--color", type=click.Choice(["auto", "always", "never"]), default="auto"),
    _output("--quiet", "-q", is_flag=True, help="Only problems and the last line."),
    _output("--verbose", "-v", is_flag=True, help="Everything, unabridged."),
)
verdict_options: Sequence[Callable[[Any], Any]] = (
    _verdict(
        "--fail-on",
        type=click.Choice(["error", "warning", "info", "never"]),
        help="Least severity that fails the run. [default: error]",
    ),
    _verdict(
        "--undetermined",
        type=click.Choice(["fail", "warn", "ignore"]),
        help="What an undecided requirement does. [default: warn]",
    ),
    _verdict(
        "--allow-incomplete", is_flag=True, help="Do not fail because something was not read."
    ),
)


def options(*decorators: Callable[[Any], Any]) -> Callable[[F], F]:
    """Add options in the order in which help shows them."""

    def decorate(function: F) -> F:
        for one in reversed(decorators):
            function = one(function)
        return function

    return decorate


class Judging:
    """One run: all is loaded and found sound before any input is read."""

    def __init__(self, given: JudgingOptions) -> None:
        """Load the configuration, the taxonomy, policies and formats; raises TagguardError."""
        self.project = load_project(given.config_file, given.today)
        self._options = given
        taxonomy = taxonomy_of(self.project, given.taxonomy)
        self._outputs: list[tuple[Format, Path | None]] = parse_reports(given.format, given.report)
        _check_baseline(self.project, given)
        setup, self._policies = _setup(self.project, taxonomy, given)
        self._engine = Engine(setup)

    @property
    def runs_policies(self) -> bool:
        """Somebody will ask for the attributes of resources."""
        return self._engine.runs_policies

    def read(
        self, reader: Reader, paths: Sequence[Path], *, otherwise: Iterable[Problem]
    ) -> Report:
        """Judge what the reader finds in files and folders; `otherwise`, if that is nothing."""
        engine = self._engine
        stdin = BytesIO() if sys.stdin is None else sys.stdin.buffer
        with Progress(sys.stderr, quiet=self._options.quiet) as progress:
            found = documents(paths, cwd=self.project.cwd, stdin=stdin)
            with stdout_kept(from_policies=engine.runs_policies):
                items = progress.count(reader.read(found))
                engine.judge(items, documents=lambda: len(reader.inputs))
            if not (reader.inputs or engine.problems):
                engine.judge(otherwise)
        tool = Tool(name="tagguard", version=__version__, catalog=catalog_version())
        report = engine.report(
            tool=tool, inputs=reader.inputs, skipped=reader.skipped, notes=reader.notes
        )
        for name in sorted(set(self._options.team) - {row.team for row in report.teams}):
            click.echo(f"note: nothing here belongs to the team `{visible(name)}`", err=True)
        return report

    def conclude(self, report: Report) -> NoReturn:
        """Write the reports and exit with the run's code."""
        given = self._options
        if given.list_resources and WITHOUT_LIST.issuperset(_formats(given)):
            able = " and ".join(sorted(FORMATS.keys() - WITHOUT_LIST))
            click.echo(f"note: the list of resources is shown by the formats {able} only", err=True)
        if given.write_baseline is not None:
            _write_baseline(given.write_baseline, report)
        look = RenderOptions(
            quiet=given.quiet,
            verbose=given.verbose,
            show_undetermined=_undetermined_mode(self.project, given) != "ignore",
            rules=rule_infos(self._policies),
            source_line=quoting(self._engine.confidential),
        )
        write_reports(report, self._outputs, look, given.color)
        raise click.exceptions.Exit(_exit_code(report, self.project, given))


def _formats(given: JudgingOptions) -> list[str]:
    return [given.format, *(text.partition("=")[0] for text in given.report)]


def _check_baseline(project: Project, given: JudgingOptions) -> None:
    if given.write_baseline is not None and _is_partial(project, given):
        raise UsageError(
            "a baseline of some rules, teams or changes would forget the others",
            hint="leave out --rule, --ignore and --team, and judge --all resources",
        )


def _is_partial(project: Project, given: JudgingOptions) -> bool:
    """Tell whether rules, teams or unchanged resources are left out on request."""
    return bool(given.rule or given.ignore or given.team or _changed_only(project, given))


def _write_baseline(file: Path, report: Report) -> None:
    write_file(file, dump_baseline(report.findings), noun="baseline")
    accepted = sum(one.status != "exempt" for one in report.findings)
    click.echo(f"{accepted} finding{'' if accepted == 1 else 's'} accepted in {file}", err=True)


def _setup(
    project: Project, taxonomy: Taxonomy, given: JudgingOptions
) -> tuple[Setup, list[PolicyInfo]]:
    runners = policies_of(project, given.policy, taxonomy)
    rules = known_rules(runners)
    exemptions = _exemptions(project, taxonomy, given.exemptions)
    named = (*given.rule, *given.ignore, *taxonomy.record.severities, *exemptions.rules)
    require_known(named, rules, "rule")
    wanted = frozenset(given.rule or rules) - frozenset(given.ignore)
    owners = owners_of(project)
    if owners.closed:
        require_known(given.team, dict.fromkeys((*owners.names, UNOWNED)), "team")
    baseline = given.baseline or _configured(project, project.config.baseline)
    setup = Setup(
        taxonomy=taxonomy,
        rules=[load_rule(one) for one in RULES if one in wanted],
        policies=[runner.only(wanted) for runner in runners],
        owners=owners,
        exemptions=exemptions,
        known_rules=frozenset(rules),
        baseline=frozenset()
        if baseline is None
        else load_baseline(baseline, where=project.shown(baseline)),
        teams=frozenset(given.team),
        redact=frozenset(given.redact),
        list_resources=given.list_resources,
        changed_only=_changed_only(project, given),
        partial=_is_partial(project, given),
    )
    return setup, [one for runner in setup.policies for one in runner.policies]


def _changed_only(project: Project, given: JudgingOptions) -> bool:
    return project.config.changed_only if given.changed_only is None else given.changed_only


def _exemptions(project: Project, taxonomy: Taxonomy, given: Path | None) -> Exemptions:
    file = given or _configured(project, project.config.exemptions)
    return load_exemptions(
        file,
        where="" if file is None else project.shown(file),
        today=project.today,
        max_days=taxonomy.record.exemptions.max_days,
        rebase=project.rebase,
    )


def _configured(project: Project, written: str | None) -> Path | None:
    return None if written is None else project.path(written)


def _undetermined_mode(project: Project, given: JudgingOptions) -> str:
    return given.undetermined or project.config.undetermined


def _exit_code(report: Report, project: Project, given: JudgingOptions) -> int:
    """Settle the exit code: not whole (3) wins over findings (1)."""
    if report.problems and not given.allow_incomplete:
        return EXIT_INCOMPLETE
    if given.write_baseline is not None:
        return 0
    least = RANK.get(given.fail_on or project.config.fail_on)
    if least is not None and any(
        one.status == "open" and RANK[one.severity] >= least for one in report.findings
    ):
        return EXIT_FINDINGS
    if _undetermined_mode(project, given) == "fail" and report.undetermined:
        return EXIT_FINDINGS
    return 0
