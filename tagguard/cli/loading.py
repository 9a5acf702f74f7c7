"""Puts a run together from the project and the options: what `check` and others judge by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from tagguard import plugins
from tagguard.cli.options import Project, well_formed
from tagguard.data_files import load_data
from tagguard.errors import ConfigError, UsageError, did_you_mean
from tagguard.model import Account, PolicyContext, PolicyInfo, PolicyRunner
from tagguard.owners import Owners, load_accounts, load_owners
from tagguard.rules import RULES
from tagguard.selectors import as_is
from tagguard.taxonomy.loading import load_taxonomy
from tagguard.taxonomy.standard import Taxonomy
from tagguard.tree import Tree, display

TERRAFORM_FILES = (".tf", ".tofu", ".tf.json", ".tofu.json")
"""Endings of the files in which a plan's resources may be written."""
POLICIES = "tagguard.policies"
"""The entry point group of installed policies."""
CODEOWNERS_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


def taxonomy_of(project: Project, given: Path | None) -> Taxonomy:
    """Load the taxonomy in force."""
    file = project.taxonomy_path(given)
    return load_taxonomy(
        file, where=project.shown(file), today=project.today, rebase=project.rebase
    )


def owners_of(project: Project) -> Owners:
    """Build the ways to find a team, in the configured order or the natural one."""
    config = project.config
    codeowners = _codeowners(project)
    ways = config.owners or [
        *(["teams"] if config.teams else []),
        *(["codeowners"] if config.codeowners not in {"", "false"} else []),
    ]
    return load_owners(
        ways,
        teams=None if config.teams is None else project.path(config.teams),
        teams_where=config.teams or "",
        codeowners=None if codeowners is None else codeowners[0],
        rebase=project.rebase,
        codeowners_rebase=as_is if codeowners is None else project.seen_from(codeowners[1]),
    )


def accounts_of(project: Project) -> dict[str, Account]:
    """Give what the configuration's file says of accounts, by id; raises ConfigError."""
    named = project.config.accounts
    return {} if named is None else load_accounts(project.path(named), where=named)


def _codeowners(project: Project) -> tuple[Path, Path] | None:
    """Find the CODEOWNERS file and the folder that its patterns are relative to."""
    named = project.config.codeowners
    if named not in {"", "true", "false"}:
        file = project.path(named)
        inner = file.parent.name in {".github", ".gitlab", "docs"}
        return file, file.parent.parent if inner else file.parent
    if named != "true" and "codeowners" not in project.config.owners:
        return None
    for folder in (project.folder, *project.folder.parents):
        for place in CODEOWNERS_PLACES:
            if (folder / place).is_file():
                return folder / place, folder
        if (folder / ".git").exists():
            break
    return None


def tree_of(
    project: Project,
    paths: Sequence[Path],
    *,
    root: Path | None,
    source: Path | None,
    var_files: Sequence[Path] = (),
) -> Tree:
    """Bound what inputs may name: `root`, else the git repository or folder that we stand in.

    Every folder named on the command line belongs to it, and the folder of a named file that would
    lie outside, variable files too.
    Raises UsageError for a `root` that is no folder.
    """
    if root is not None and not root.is_dir():
        raise UsageError(f"the root `{root}` is no folder", hint="give an existing folder")
    named = [path for path in (*paths, source, *var_files) if path is not None and str(path) != "-"]
    roots = [root or _repository(project.cwd), *sorted(path for path in named if path.is_dir())]
    tree = Tree(roots, cwd=project.cwd)
    outside = {
        path.parent
        for path in named
        if not path.is_dir() and not tree.has_file(project.shown(path))
    }
    return Tree([*roots, *sorted(outside)], cwd=project.cwd)


def _repository(cwd: Path) -> Path:
    """Find the top level of the git repository that a folder is in; else the folder itself."""
    return next((folder for folder in (cwd, *cwd.parents) if (folder / ".git").exists()), cwd)


def source_of(project: Project, source: Path | None) -> str | None:
    """Give the folder of Terraform source as it is shown; raises UsageError where there is none."""
    if source is None:
        return None
    try:
        names = [file.name for file in source.iterdir() if file.is_file()]
    except OSError as exc:
        raise UsageError(
            f"the source `{source}` is no folder that can be read: {exc.strerror}",
            hint="name the folder that `terraform plan` was run in",
        ) from exc
    if not any(name.endswith(TERRAFORM_FILES) for name in names):
        raise UsageError(
            f"the source `{source}` holds no Terraform files",
            hint="name the folder that `terraform plan` was run in",
        )
    return display(source, project.cwd)


def var_files_of(project: Project, given: Iterable[str]) -> list[Path]:
    """Find the variable files of the configuration and then those of options, the stronger ones.

    Raises ConfigError or UsageError for one that is not there.
    """
    configured = [project.path(written) for written in project.config.var_files]
    for file in configured:
        if not file.is_file():
            raise ConfigError(f"there is no variable file `{project.shown(file)}`")
    named = [Path(written) for written in given]
    for file in named:
        if not file.is_file():
            raise UsageError(f"there is no variable file `{file}`", hint="check the spelling")
    return [*configured, *named]


def require_sound(var_files: Iterable[str], tree: Tree) -> None:
    """Refuse variable files, as they are shown, that have faults; raises ConfigError with all."""
    from tagguard.hcl.variable_files import variable_file_faults  # noqa: PLC0415 - seldom needed

    for file in var_files:
        if faults := variable_file_faults(file, tree):
            places = ((one.location, one.message) for one in faults)
            raise ConfigError(
                f"the variable file {file} is wrong",
                faults=[f"{place.path}:{place.line or 1}: {message}" for place, message in places],
            )


def exported_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the `TF_VAR_…` of an environment."""
    return {
        well_formed(name): well_formed(value)
        for name, value in environment.items()
        if name.startswith("TF_VAR_")
    }


def cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """Find the folder that keeps what was read: `TAGGUARD_CACHE_DIR`, else the user's own.

    None where the environment names neither. A relative `XDG_CACHE_HOME` does not count:
    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    if named := environment.get("TAGGUARD_CACHE_DIR"):
        return Path(named).absolute()
    home, xdg = environment.get("HOME"), environment.get("XDG_CACHE_HOME", "")
    match platform:
        case "win32":
            base = environment.get("LOCALAPPDATA")
        case "darwin":
            base = home and f"{home}/Library/Caches"
        case _:
            base = xdg if xdg.startswith("/") else home and f"{home}/.cache"
    return Path(base, "tagguard") if base else None


def policies_of(
    project: Project, given: Iterable[str], taxonomy: Taxonomy
) -> tuple[PolicyRunner, ...]:
    """Load the policies that the configuration and the command line name."""
    paths = policy_paths(project, given)
    context = PolicyContext(
        taxonomy=msgspec.to_builtins(taxonomy.record),
        data={
            name: load_data(project.path(file), where=file)
            for name, file in project.config.data.items()
        },
        today=project.today,
    )
    return load_runners(paths, context)


def policy_paths(project: Project, given: Iterable[str]) -> list[Path]:
    """Resolve policy paths: the configuration's are relative to its folder, options to here."""
    from tagguard.policies import resolve  # noqa: PLC0415 - a run without policies needs none

    configured = [
        resolve(one if one.startswith("tagguard:") else str(project.path(one)))
        for one in project.config.policies
    ]
    return [*configured, *(resolve(one) for one in given)]


def load_runners(paths: list[Path], context: PolicyContext) -> tuple[PolicyRunner, ...]:
    """Load the policies of both kinds, and refuse two with one id."""
    if not paths and not plugins.names({}, group=POLICIES):
        return ()
    from tagguard import python_policies  # noqa: PLC0415 - see above
    from tagguard.policies import check_ids  # noqa: PLC0415 - see above
    from tagguard.rego import policies as rego_policies  # noqa: PLC0415 - see above

    runners = (python_policies.load(paths, context), rego_policies.load(paths, context))
    check_ids(one for runner in runners for one in runner.policies)
    return tuple(runner for runner in runners if runner.policies)


def known_rules(runners: Iterable[PolicyRunner]) -> dict[str, PolicyInfo | None]:
    """Give every rule id of the run; the built-in ones have no policy."""
    known: dict[str, PolicyInfo | None] = dict.fromkeys(RULES)
    known.update({one.id: one for runner in runners for one in runner.policies})
    return known


def require_known(names: Iterable[str], known: Mapping[str, object], noun: str) -> None:
    """Refuse a name that nothing has, with a suggestion; raises UsageError."""
    for name in names:
        if name not in known:
            raise UsageError(
                f"there is no {noun} called `{name}`{did_you_mean(name, known)}",
                hint=f"known: {', '.join(sorted(known))}" if known else "",
            )
