"""`tagguard check`: judge files and folders, write the reports, answer with the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from msgspec import Struct

from tagguard import __version__
from tagguard.baseline import dump_baseline, load_baseline
from tagguard.catalog import version as catalog_version
from tagguard.cli.loading import (
    cache_folder,
    exported_variables,
    known_rules,
    owners_of,
    policies_of,
    require_known,
    require_sound,
    source_of,
    taxonomy_of,
    tree_of,
    var_files_of,
)
from tagguard.cli.options import (
    GroupedCommand,
    Project,
    config_options,
    load_project,
    option,
    pairs,
)
from tagguard.cli.output import (
    parse_reports,
    quoting,
    rule_infos,
    stdout_kept,
    write_file,
    write_reports,
)
from tagguard.cloudformation.parameter_files import load_parameters
from tagguard.engine import Engine, Setup
from tagguard.errors import UsageError, did_you_mean
from tagguard.escapes import visible
from tagguard.exemptions import Exemptions, load_exemptions
from tagguard.formats import FORMATS, WITHOUT_LIST, RenderOptions
from tagguard.model import UNOWNED, PolicyInfo, Problem
from tagguard.report import Report, Tool
from tagguard.rules import RULES, load_rule
from tagguard.sources import ReadOptions
from tagguard.sources.files import documents
from tagguard.sources.reading import Reader
from tagguard.taxonomy.standard import Taxonomy

EXIT_FINDINGS = 1
EXIT_INCOMPLETE = 3
RANK = {"error": 3, "warning": 2, "info": 1}


class Options(Struct, frozen=True, kw_only=True):
    """The command's options as they were given."""

    paths: tuple[str, ...]
    config_file: Path | None
    taxonomy: Path | None
    today: str | None
    policy: tuple[str, ...]
    baseline: Path | None
    exemptions: Path | None
    parameter: tuple[str, ...]
    parameters: Path | None
    stack_tag: tuple[str, ...]
    var: tuple[str, ...]
    var_file: tuple[str, ...]
    var_env: bool
    workspace: str | None
    source: Path | None
    root: Path | None
    no_cache: bool
    skip_unrecognised: bool
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
    changed_only: bool | None
    team: tuple[str, ...]
    rule: tuple[str, ...]
    ignore: tuple[str, ...]
    allow_incomplete: bool


_input, _policy, _output, _verdict = (
    partial(option, group=group) for group in ("Input", "Policy", "Output", "Verdict")
)


@click.command("check", cls=GroupedCommand)
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_input("--parameter", multiple=True, metavar="K=V", help="CloudFormation parameter value.")
@_input("--parameters", type=Path, metavar="FILE", help="CloudFormation parameter file.")
@_input("--stack-tag", multiple=True, metavar="K=V", help="Tag that the stack is created with.")
@_input("--var", multiple=True, metavar="K=V", help="Terraform variable value.")
@_input("--var-file", multiple=True, metavar="FILE", help="File with Terraform variable values.")
@_input("--workspace", metavar="NAME", help="What `terraform.workspace` is. [default: not known]")
@_input(
    "--var-env/--no-var-env",
    default=False,
    help="Take Terraform variable values from TF_VAR_…, or do not. [default: do not]",
)
@_input(
    "--source",
    type=Path,
    metavar="DIR",
    help="Terraform source that the plans come from. [default: a plan's own folder]",
)
@_input(
    "--root",
    type=Path,
    metavar="DIR",
    help="Folder in which inputs may name files, beside the folders given here and those of "
    "files outside. [default: the git repository, else this folder]",
)
@_input("--no-cache", is_flag=True, help="Read all Terraform source anew, and keep nothing of it.")
@_input("--skip-unrecognised", is_flag=True, help="Pass over named files of no known kind.")
@config_options
@_policy("--policy", multiple=True, metavar="PATH", help="Policy file, folder or tagguard:NAME.")
@_policy("--exemptions", type=Path, metavar="FILE", help="Exemptions file.")
@_policy("--baseline", type=Path, metavar="FILE", help="Accept the findings listed there.")
@_policy("--write-baseline", type=Path, metavar="FILE", help="Accept what is there; exit 0 or 3.")
@_policy("--rule", multiple=True, metavar="ID", help="Judge only by this rule.")
@_policy("--ignore", multiple=True, metavar="ID", help="Do not judge by this rule.")
@_policy("--team", multiple=True, metavar="NAME", help="Judge only this team's resources.")
@_policy(
    "--changed-only/--all",
    default=None,
    help="Judge only what a plan creates, replaces or changes the tags of, or all. [default: all]",
)
@_output("--format", default="console", show_default=True, metavar="NAME", help="On stdout.")
@_output("--report", multiple=True, metavar="NAME=FILE", help="Write another report to a file.")
@_output("--list-resources", is_flag=True, help="Add every resource with its tags.")
@_output("--redact", multiple=True, metavar="KEY", help="Never show the values of this tag.")
@_output("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@_output("--quiet", "-q", is_flag=True, help="Only problems and the last line.")
@_output("--verbose", "-v", is_flag=True, help="Everything, unabridged.")
@_verdict(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Least severity that fails the run. [default: error]",
)
@_verdict(
    "--undetermined",
    type=click.Choice(["fail", "warn", "ignore"]),
    help="What an undecided requirement does. [default: warn]",
)
@_verdict("--allow-incomplete", is_flag=True, help="Do not fail because something was not read.")
def command(**given: Any) -> None:  # noqa: ANN401 - one argument an option
    """Check Terraform source and plans (JSON), and CloudFormation, against the taxonomy.

    PATH is a file, a folder or `-` for stdin; the working directory when none is given. Every
    option can also be set by the variable TAGGUARD_<OPTION> (repeatable ones with commas), most of
    them in tagguard.yaml.
    """
    options = Options(**given)
    project = load_project(options.config_file, options.today)
    taxonomy = taxonomy_of(project, options.taxonomy)
    outputs = parse_reports(options.format, options.report)
    _check_baseline(project, options)
    setup, policies = _setup(project, taxonomy, options)
    engine = Engine(setup)
    report = _run(engine, project, options)
    if options.list_resources and WITHOUT_LIST.issuperset(_formats(options)):
        able = " and ".join(sorted(FORMATS.keys() - WITHOUT_LIST))
        click.echo(f"note: the list of resources is shown by the formats {able} only", err=True)
    if options.write_baseline is not None:
        _write_baseline(options.write_baseline, report)
    look = RenderOptions(
        quiet=options.quiet,
        verbose=options.verbose,
        show_undetermined=_undetermined_mode(project, options) != "ignore",
        rules=rule_infos(policies),
        source_line=quoting(engine.confidential),
    )
    write_reports(report, outputs, look, options.color)
    raise click.exceptions.Exit(exit_code(report, project, options))


def _formats(options: Options) -> list[str]:
    return [options.format, *(text.partition("=")[0] for text in options.report)]


def _check_baseline(project: Project, options: Options) -> None:
    if options.write_baseline is not None and _is_partial(project, options):
        raise UsageError(
            "a baseline of some rules, teams or changes would forget the others",
            hint="leave out --rule, --ignore and --team, and judge --all resources",
        )


def _is_partial(project: Project, options: Options) -> bool:
    """Tell whether rules, teams or unchanged resources are left out on request."""
    left_out = options.rule or options.ignore or options.team or _changed_only(project, options)
    return bool(left_out)


def _write_baseline(file: Path, report: Report) -> None:
    write_file(file, dump_baseline(report.findings), noun="baseline")
    accepted = sum(one.status != "exempt" for one in report.findings)
    click.echo(f"{accepted} finding{'' if accepted == 1 else 's'} accepted in {file}", err=True)


def _setup(
    project: Project, taxonomy: Taxonomy, options: Options
) -> tuple[Setup, list[PolicyInfo]]:
    runners = policies_of(project, options.policy, taxonomy)
    rules = known_rules(runners)
    exemptions = _exemptions(project, taxonomy, options.exemptions)
    named = (*options.rule, *options.ignore, *taxonomy.record.severities, *exemptions.rules)
    require_known(named, rules, "rule")
    wanted = frozenset(options.rule or rules) - frozenset(options.ignore)
    owners = owners_of(project)
    if owners.closed:
        require_known(options.team, dict.fromkeys((*owners.names, UNOWNED)), "team")
    baseline = options.baseline or _configured(project, project.config.baseline)
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
        teams=frozenset(options.team),
        redact=frozenset(options.redact),
        list_resources=options.list_resources,
        changed_only=_changed_only(project, options),
        partial=_is_partial(project, options),
    )
    return setup, [one for runner in setup.policies for one in runner.policies]


def _changed_only(project: Project, options: Options) -> bool:
    given = options.changed_only
    return project.config.changed_only if given is None else given


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


def _run(engine: Engine, project: Project, options: Options) -> Report:
    from tagguard.cli.progress import Progress  # noqa: PLC0415 - wiring

    paths = [Path(one) for one in options.paths] or [Path()]
    reader = Reader(
        _read_options(project, options, paths, with_attributes=engine.runs_policies),
        rebase=project.rebase,
        skip_unrecognised=options.skip_unrecognised,
    )
    stdin = BytesIO() if sys.stdin is None else sys.stdin.buffer
    with Progress(sys.stderr, quiet=options.quiet) as progress:
        found = documents(paths, cwd=project.cwd, stdin=stdin)
        with stdout_kept(from_policies=engine.runs_policies):
            engine.judge(progress.count(reader.read(found)), documents=lambda: len(reader.inputs))
        if not (reader.inputs or engine.problems or options.skip_unrecognised):
            engine.judge(_nothing_recognised(paths, reader.skipped))
    tool = Tool(name="tagguard", version=__version__, catalog=catalog_version())
    report = engine.report(
        tool=tool, inputs=reader.inputs, skipped=reader.skipped, notes=reader.notes
    )
    _tell_what_is_idle(options, report, reader)
    return report


def _tell_what_is_idle(options: Options, report: Report, reader: Reader) -> None:
    """Note on stderr which options spoke of something that is not there."""
    for name in sorted(set(options.team) - {row.team for row in report.teams}):
        click.echo(f"note: nothing here belongs to the team `{visible(name)}`", err=True)
    for name in sorted(_idle_parameters(options, reader.parameters)):
        near = did_you_mean(name, reader.parameters)
        click.echo(visible(f"note: no template has the parameter `{name}`{near}"), err=True)
    declared = reader.variables if options.var else frozenset()
    for name in sorted(pairs(options.var, "variable").keys() - declared):
        near = did_you_mean(name, declared)
        click.echo(visible(f"note: no root module declares the variable `{name}`{near}"), err=True)


def _idle_parameters(options: Options, declared: Collection[str]) -> set[str]:
    """Name the parameters given by option that no template asks for; pseudo ones are asked for."""
    given = pairs(options.parameter, "parameter").keys() - set(declared)
    return {name for name in given if not name.startswith("AWS::")}


def _read_options(
    project: Project, options: Options, paths: Sequence[Path], *, with_attributes: bool
) -> ReadOptions:
    config = project.config
    parameters: dict[str, str | None] = dict(config.parameters)
    stack_tags = dict(config.stack_tags)
    if options.parameters is not None:
        given, tags = load_parameters(options.parameters, where=project.shown(options.parameters))
        parameters |= given
        stack_tags |= tags
    files = var_files_of(project, options.var_file)
    var_files = [project.shown(file) for file in files]
    source = source_of(project, options.source)
    tree = tree_of(project, paths, root=options.root, source=options.source, var_files=files)
    require_sound(var_files, tree)
    return ReadOptions(
        parameters=parameters | pairs(options.parameter, "parameter"),
        stack_tags=stack_tags | pairs(options.stack_tag, "tag"),
        catalog=config.catalog,
        variables=pairs(options.var, "variable"),
        var_files=var_files,
        environment=exported_variables(os.environ) if options.var_env else {},
        workspace=options.workspace or "",
        with_attributes=with_attributes,
        cache=None if options.no_cache else cache_folder(os.environ, sys.platform),
        source=source,
        tree=tree,
    )


def _nothing_recognised(paths: Sequence[Path], skipped: int) -> Iterator[Problem]:
    looked = f"; {skipped} file{'s' if skipped != 1 else ''} of other kinds passed over"
    yield Problem(
        stage="input",
        where=", ".join(str(path) for path in paths),
        message=f"nothing to check was recognised{looked if skipped else ''}",
        hint="give Terraform source, the JSON of `terraform show -json PLAN`, or CloudFormation "
        "templates",
    )


def _undetermined_mode(project: Project, options: Options) -> str:
    return options.undetermined or project.config.undetermined


def _incomplete_code(report: Report, options: Options) -> int:
    return EXIT_INCOMPLETE if report.problems and not options.allow_incomplete else 0


def exit_code(report: Report, project: Project, options: Options) -> int:
    """Settle the exit code: not whole (3) wins over findings (1)."""
    if code := _incomplete_code(report, options):
        return code
    if options.write_baseline is not None:
        return 0
    least = RANK.get(options.fail_on or project.config.fail_on)
    if least is not None and any(
        one.status == "open" and RANK[one.severity] >= least for one in report.findings
    ):
        return EXIT_FINDINGS
    if _undetermined_mode(project, options) == "fail" and report.undetermined:
        return EXIT_FINDINGS
    return 0
