"""Source: the JSON that ``terraform show -json`` writes for a saved plan."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Raw

from tagguard.catalog import Catalog
from tagguard.errors import InputError
from tagguard.model import Problem, Resource
from tagguard.sources import Document, ReadOptions
from tagguard.terraform.configuration import Configuration
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


class TerraformPlan:
    """Yields every resource of a plan, also those that it deletes or only reads."""

    kind = "terraform-plan"

    def __init__(self, options: ReadOptions) -> None:
        self._catalog = Catalog(options.catalog)

    def recognises(self, document: Document) -> bool:
        """Tell a plan from other JSON by its top level."""
        return is_plan(document.data)

    def resources(self, document: Document) -> Iterator[Resource | Problem]:
        """Yield what the plan changes, in the plan's order; what is unreadable is a Problem."""
        plan = open_plan(document.data)
        yield from _shortcomings(plan, document.path)
        body = None
        if is_present(plan.configuration):
            try:
                body = decode(plan.configuration, ConfigurationBody, "configuration")
            except InputError as exc:
                yield _problem(document.path, exc)
        reader = PlanReader(
            self._catalog, Configuration(body), document.path, document.folder_scope
        )
        if is_present(plan.resource_changes):
            changes, planned_only = _changes(plan.resource_changes, document.path), False
        else:
            changes, planned_only = _planned(plan.planned_values), True
        for change in changes:
            if isinstance(change, Problem):
                yield change
                continue
            try:
                yield reader.resource(change, planned_only=planned_only)
            except InputError as exc:
                yield _problem(f"{document.path}: {change.address}", exc)


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


def _changes(part: Raw, path: str) -> Iterator[ResourceChange | Problem]:
    """Decode all changes at once; when one does not fit, one by one."""
    try:
        yield from decode(part, list[ResourceChange], "resource_changes")
    except InputError:
        decoder = msgspec.json.Decoder(ResourceChange)
        for at, item in enumerate(decode(part, list[Raw], "resource_changes")):
            where = f"resource_changes[{at}]"
            try:
                yield decode_with(decoder, item, where)
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
