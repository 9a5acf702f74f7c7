"""`tagguard check`: judge files and folders, write the reports, answer with the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from tagguard.cli.judging import (
    Judging,
    JudgingOptions,
    changed_only_option,
    options,
    output_options,
    policy_options,
    verdict_options,
)
from tagguard.cli.loading import (
    accounts_of,
    cache_folder,
    exported_variables,
    require_sound,
    source_of,
    tree_of,
    var_files_of,
)
from tagguard.cli.options import GroupedCommand, Project, option, pairs
from tagguard.cloudformation.parameter_files import load_parameters
from tagguard.errors import did_you_mean
from tagguard.escapes import visible
from tagguard.model import Problem
from tagguard.sources import ReadOptions
from tagguard.sources.reading import Reader


class Options(JudgingOptions, frozen=True, kw_only=True):
    """The command's options as they were given."""

    paths: tuple[str, ...]
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


_input = partial(option, group="Input")


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
@options(*policy_options, changed_only_option, *output_options, *verdict_options)
def command(**given: Any) -> None:  # noqa: ANN401 - one argument an option
    """Check Terraform, CloudFormation and exported inventories against the taxonomy.

    PATH is a file, a folder or `-` for stdin; the working directory when none is given. Every
    option can also be set by the variable TAGGUARD_<OPTION> (repeatable ones with commas), most of
    them in tagguard.yaml.
    """
    asked = Options(**given)
    judging = Judging(asked)
    project = judging.project
    paths = [Path(one) for one in asked.paths] or [Path()]
    reader = Reader(
        _read_options(project, asked, paths, with_attributes=judging.runs_policies),
        rebase=project.rebase,
        skip_unrecognised=asked.skip_unrecognised,
    )
    otherwise = [] if asked.skip_unrecognised else _nothing_recognised(paths, reader)
    report = judging.read(reader, paths, otherwise=otherwise)
    _tell_what_is_idle(asked, reader)
    judging.conclude(report)


def _tell_what_is_idle(asked: Options, reader: Reader) -> None:
    """Note on stderr which options spoke of something that is not there."""
    for name in sorted(_idle_parameters(asked, reader.parameters)):
        near = did_you_mean(name, reader.parameters)
        click.echo(visible(f"note: no template has the parameter `{name}`{near}"), err=True)
    declared = reader.variables if asked.var else frozenset()
    for name in sorted(pairs(asked.var, "variable").keys() - declared):
        near = did_you_mean(name, declared)
        click.echo(visible(f"note: no root module declares the variable `{name}`{near}"), err=True)


def _idle_parameters(asked: Options, declared: Collection[str]) -> set[str]:
    """Name the parameters given by option that no template asks for; pseudo ones are asked for."""
    given = pairs(asked.parameter, "parameter").keys() - set(declared)
    return {name for name in given if not name.startswith("AWS::")}


def _read_options(
    project: Project, asked: Options, paths: Sequence[Path], *, with_attributes: bool
) -> ReadOptions:
    config = project.config
    parameters: dict[str, str | None] = dict(config.parameters)
    stack_tags = dict(config.stack_tags)
    if asked.parameters is not None:
        given, tags = load_parameters(asked.parameters, where=project.shown(asked.parameters))
        parameters |= given
        stack_tags |= tags
    files = var_files_of(project, asked.var_file)
    var_files = [project.shown(file) for file in files]
    source = source_of(project, asked.source)
    tree = tree_of(project, paths, root=asked.root, source=asked.source, var_files=files)
    require_sound(var_files, tree)
    return ReadOptions(
        parameters=parameters | pairs(asked.parameter, "parameter"),
        stack_tags=stack_tags | pairs(asked.stack_tag, "tag"),
        catalog=config.catalog,
        inventories=config.inventories,
        accounts=accounts_of(project),
        variables=pairs(asked.var, "variable"),
        var_files=var_files,
        environment=exported_variables(os.environ) if asked.var_env else {},
        workspace=asked.workspace or "",
        with_attributes=with_attributes,
        cache=None if asked.no_cache else cache_folder(os.environ, sys.platform),
        source=source,
        tree=tree,
    )


def _nothing_recognised(paths: Sequence[Path], reader: Reader) -> Iterator[Problem]:
    skipped = reader.skipped
    looked = f"; {skipped} file{'s' if skipped != 1 else ''} of other kinds passed over"
    yield Problem(
        stage="input",
        where=", ".join(str(path) for path in paths),
        message=f"nothing to check was recognised{looked if skipped else ''}",
        hint="give Terraform source, the JSON of `terraform show -json PLAN`, CloudFormation "
        "templates or an exported inventory",
    )
