"""Source: the JSON that ``terraform show -json`` writes for a saved plan."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Raw

from tagguard.catalog import Catalog
from tagguard.errors import InputError
from tagguard.model import Location, Problem, Resource
from tagguard.sources import Document, ReadOptions
from tagguard.terraform.configuration import Configuration
from tagguard.terraform.plan_contents import PlanContents
from tagguard.terraform.plan_file import SHOW, is_plan, open_plan
from tagguard.terraform.plan_model import (
    Change,
    ConfigurationBody,
    Envelope,
    Part,
    PlannedModule,
    PlannedValues,
    ResourceChange,
    decode,
    decode_with,
    is_present,
)
from tagguard.terraform.plan_resources import PlanReader
from tagguard.terraform.positions import Positions

STDIN = "-"
"""The path of a plan without a folder of its own."""

_MANAGED = re.compile(rb'"mode"\s*:\s*"managed"')
"""What a state says of a resource that is no data source."""


class TerraformPlan:
    """Yields every resource of a plan, also those that it deletes or only reads."""

    kind = "terraform-plan"

    def __init__(self, options: ReadOptions) -> None:
        self._catalog = Catalog(options.catalog)
        self._options = options

    def recognises(self, document: Document) -> bool:
        """Tell a plan from other JSON by its top level."""
        return is_plan(document.data)

    def resources(self, document: Document) -> Iterator[Resource | Problem]:
        """Yield what the plan changes, in the plan's order; what is unreadable is a Problem.

        What a resource implies follows it.
        """
        plan = open_plan(document.data)
        yield from _shortcomings(plan, document.path)
        body = None
        if is_present(plan.configuration):
            try:
                body = decode(plan.configuration, ConfigurationBody, "configuration")
            except InputError as exc:
                yield _problem(document.path, exc)
        planned_only = not is_present(plan.resource_changes)
        if is_present(plan.resource_changes):
            found = _changes(plan.resource_changes, document.path)
        else:
            found = list(_planned(plan.planned_values))
            if not found and _knows_resources(plan):
                yield Problem(
                    stage="read",
                    where=document.path,
                    message="a refresh-only plan: it says nothing of what resources will be",
                    hint="plan without `-refresh-only`",
                )
        contents = PlanContents(
            self._catalog,
            Configuration(body),
            [item for item in found if isinstance(item, ResourceChange)],
            self._positions(document),
            planned_only=planned_only,
        )
        reader = PlanReader(contents, document.folder_scope)
        for item in found:
            if isinstance(item, Problem):
                yield item
                continue
            try:
                yield from reader.resources(item)
            except InputError as exc:
                yield _problem(f"{document.path}: {item.address}", exc)

    def _positions(self, document: Document) -> Positions:
        """Find the source: in the folder that the caller names, else beside the plan."""
        plan = Location(document.path)
        folder = self._options.source
        if folder is None and document.path != STDIN:
            folder = posixpath.dirname(document.path) or "."
        if self._options.tree is None or folder is None:
            return Positions(plan)
        from tagguard.terraform.source_map import SourceMap  # noqa: PLC0415 - seldom needed

        source = SourceMap(self._options.tree, folder)
        return Positions(plan, source if source.found else None)


def _knows_resources(plan: Envelope) -> bool:
    """Tell whether there are resources, though the plan neither plans nor deletes one."""
    state = plan.prior_state
    return is_present(plan.resource_drift) or (
        is_present(state) and _MANAGED.search(memoryview(state)) is not None
    )


def _problem(where: str, exc: InputError) -> Problem:
    return Problem(stage="read", where=where, message=exc.message, hint=exc.hint)


def _shortcomings(plan: Envelope, path: str) -> Iterator[Problem]:
    """Say when Terraform itself calls the plan not whole."""
    if plan.errored is True:
        yield Problem(
            stage="read",
            where=path,
            message="the plan ended in an error; it is not whole",
            hint="mend what `terraform plan` reports and plan again",
        )
    elif plan.complete is False:
        deferred = plan.deferred_changes
        yield Problem(
            stage="read",
            where=path,
            message="the plan is not complete: "
            + (
                "some changes are deferred"
                if is_present(deferred) and deferred != Raw(b"[]")
                else "it leaves out part of the resources"
            ),
            hint="plan without `-target`, or apply and plan again",
        )


def _changes(part: Raw, path: str) -> Sequence[ResourceChange | Problem]:
    """Decode all changes at once; when one does not fit, one by one."""
    try:
        return decode(part, list[ResourceChange], "resource_changes")
    except InputError:
        return list(_each_change(part, path))


def _each_change(part: Raw, path: str) -> Iterator[ResourceChange | Problem]:
    decoder = msgspec.json.Decoder(ResourceChange)
    for at, item in enumerate(decode(part, list[Raw], "resource_changes")):
        try:
            yield decode_with(decoder, item, f"resource_changes[{at}]")
        except InputError as exc:
            yield _problem(path, exc)


def _planned(part: Part) -> Iterator[ResourceChange]:
    """Read the planned values of a plan without changes, module by module."""
    if not is_present(part):
        raise InputError("the plan has neither `resource_changes` nor `planned_values`", hint=SHOW)
    root = decode(part, PlannedValues, "planned_values").root_module
    pending: list[PlannedModule] = [root] if root else []
    while pending:
        module = pending.pop(0)
        for resource in module.resources or ():
            yield ResourceChange(
                address=resource.address,
                type=resource.type,
                name=resource.name,
                mode=resource.mode,
                provider_name=resource.provider_name,
                module_address=module.address,
                change=Change(after=resource.values, after_sensitive=resource.sensitive_values),
            )
        pending[:0] = module.child_modules or ()
