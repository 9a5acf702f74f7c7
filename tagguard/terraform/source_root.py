"""Reads one root module of Terraform source, and all modules below it, into resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from tagguard.catalog import Catalog
from tagguard.hcl.folder import Folders
from tagguard.hcl.module_sources import is_installed
from tagguard.hcl.modules import Root
from tagguard.hcl.variable_files import given_values, own_folder
from tagguard.model import Ignore, Item, Problem
from tagguard.terraform.provider_versions import ProviderVersions
from tagguard.terraform.source_resources import SourceReader
from tagguard.tree import Tree

MEND = "mend it; what else can be read is judged"


class RootOptions(Struct, frozen=True, kw_only=True):
    """What the caller knows that the source does not say; the same for all roots of a run."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Values of root variables as they are written (`--var`)."""
    var_files: Sequence[str] = ()
    """Variable files as they are shown; a later one wins. One that lies in a module's folder is
    for that root alone, others are for every root."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """`TF_VAR_…`, where the caller asks for them."""
    catalog: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The user's additions to the catalog: type -> entry."""
    workspace: str = ""
    """What `terraform.workspace` is; empty: not known."""
    with_attributes: bool = True
    """Resources bring all their attributes, for policies."""


class RootReading(Struct, frozen=True):
    """What one root module comes to."""

    items: tuple[Item, ...] = ()
    """In a stable order; what a resource implies follows it."""
    folders: tuple[str, ...] = ()
    """Every folder that was asked for as a module, the root's first; also those that are not there.
    """


def read_root(
    folder: str, scope: str, options: RootOptions, tree: Tree, folders: Folders
) -> RootReading:
    """Read a root module; never raises for bad input.

    `folder` is as it is shown, `scope` what its addresses are unique in. `tree` is asked for all
    other files (variable files, `file()`); `folders` holds the modules that roots share.
    """
    root = Root(folder, tree, folders, workspace=options.workspace)
    root.given, faults = given_values(
        folder,
        tree,
        root.declarations(folder).variables,
        var_files=[one for one in options.var_files if own_folder(one, tree) in {None, folder}],
        variables=options.variables,
        environment=options.environment,
    )
    root.faults.update(dict.fromkeys(faults))
    reader = SourceReader(
        root,
        Catalog(options.catalog),
        ProviderVersions(folder, tree),
        scope,
        with_attributes=options.with_attributes,
    )
    resources = list(reader.resources())
    return RootReading((*resources, *strays(root), *problems(root)), tuple(root.folders))


def strays(root: Root) -> Iterator[Ignore]:
    """Give the waivers that stand at no resource, as far as they are in code that people edit."""
    for folder, declared in root.folders.items():
        yield from () if is_installed(folder) else declared.strays


def problems(root: Root) -> Iterator[Problem]:
    """Give what is wrong with the source, and what was too much to evaluate."""
    for fault in root.faults:
        place = fault.location
        where = f"{place.path}:{place.line}" if place.line else place.path
        yield Problem(stage="read", where=where, message=fault.message, hint=fault.hint or MEND)
    if root.budget.exhausted:
        yield Problem(
            stage="read",
            where=root.folder,
            message=f"not everything was evaluated: {root.budget.exhausted}",
            hint="what depends on it is undetermined; the plan may tell",
        )
