"""Options that several commands share, and how they meet the environment and `tagguard.yaml`.

An option wins over its `TAGGUARD_…` variable, that over the file, that over the default.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from tagguard.config import Config, find_config, load_config
from tagguard.errors import ConfigError, UsageError
from tagguard.selectors import Rebase, seen_from
from tagguard.tree import display

F = TypeVar("F", bound=Callable[..., Any])


class _Option(click.Option):
    """An option that knows its group in the help."""

    def __init__(self, *args: Any, group: str = "Options", **settings: Any) -> None:  # noqa: ANN401 - click's
        super().__init__(*args, **settings)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help lists its options by group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section a group, in order of first appearance; the plain ones last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                groups.setdefault(getattr(param, "group", "Options"), []).append(record)
        for title in sorted(groups, key=lambda title: title == "Options"):
            with formatter.section(title):
                formatter.write_dl(groups[title])


class _Text(click.types.StringParamType):
    """A text; in a variable, several are separated by commas."""

    envvar_list_splitter = ","


def option(*names: str, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401 - click's settings
    """Make an option that also listens to `TAGGUARD_<LONG_NAME>`."""
    long_name = next(name for name in names if name.startswith("--")).split("/", 1)[0]
    variable = "TAGGUARD_" + long_name.removeprefix("--").replace("-", "_").upper()
    if settings.get("multiple"):
        settings["type"] = _Text()
    return click.option(*names, cls=_Option, envvar=variable, **settings)


def config_options(function: F) -> F:
    """Add `--config`, `--taxonomy` and `--today`."""
    for decorate in (
        option(
            "--today",
            metavar="DAY",
            group="Policy",
            help="The day to judge by, YYYY-MM-DD. [default: today]",
        ),
        option(
            "--taxonomy",
            metavar="FILE",
            type=Path,
            group="Policy",
            help="The tag standard. [default: the config's]",
        ),
        option(
            "--config",
            "config_file",
            metavar="FILE",
            type=Path,
            group="Policy",
            help="Configuration. [default: tagguard.yaml, from here upwards]",
        ),
    ):
        function = decorate(function)
    return function


class Project(Struct, frozen=True, kw_only=True):
    """The configuration in force and the folders that paths are relative to."""

    config: Config
    folder: Path
    """The configuration's folder: its paths and all `paths` selectors start there."""
    cwd: Path
    today: date

    def seen_from(self, folder: Path) -> Rebase:
        """Give the function that names a path as seen from a folder."""
        return seen_from(folder.absolute().as_posix(), self.cwd.as_posix())

    @property
    def rebase(self) -> Rebase:
        """Names a path as seen from the configuration's folder."""
        return self.seen_from(self.folder)

    def path(self, written: str) -> Path:
        """Resolve a path that the configuration names, as seen from the working directory."""
        if "\0" in written:
            raise ConfigError("a path holds a NUL character, so it is no path")
        try:
            return Path(display(self.folder / Path(written).expanduser(), self.cwd))
        except RuntimeError as exc:
            raise ConfigError(f"`{written}` is no path: there is no such user") from exc

    def shown(self, path: Path) -> str:
        """Show a path to people."""
        return display(path, self.cwd)

    def taxonomy_path(self, given: Path | None) -> Path:
        """Find the taxonomy; raises UsageError where none is named."""
        if given is not None:
            return given
        if self.config.taxonomy is not None:
            return self.path(self.config.taxonomy)
        raise UsageError(
            "no taxonomy is named, so there is nothing to check against",
            hint="name one with --taxonomy FILE or in tagguard.yaml, or write a starter one with "
            "`tagguard init`",
        )


def load_project(config_file: Path | None, today: str | None) -> Project:
    """Find and read the configuration; raises ConfigError or UsageError."""
    cwd = Path.cwd()
    if config_file is None:
        config_file = find_config(cwd)
    config = (
        Config()
        if config_file is None
        else load_config(config_file, where=display(config_file, cwd))
    )
    folder = cwd if config_file is None else config_file.absolute().parent
    return Project(config=config, folder=folder, cwd=cwd, today=parse_day(today))


def parse_day(text: str | None) -> date:
    """Read a day; today in UTC when none is given."""
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"`{text}` is not a day", hint="write it as 2026-10-01") from exc


def pairs(values: tuple[str, ...], what: str) -> dict[str, str]:
    """Split `KEY=VALUE` texts; raises UsageError for one without `=`."""
    found: dict[str, str] = {}
    for text in values:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"`{text}` gives no {what} a value", hint="write it as KEY=VALUE")
        found[well_formed(key)] = well_formed(value)
    return found


def well_formed(text: str) -> str:
    """Replace what is no character: bytes of a command line or environment that are no UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
