"""Tells which resources a Terraform resource brings about, and with which tags.

Only what the description *shows* is told: a block, a tag specification, a switch that hands tags
on; nothing is told merely because it will exist. Places that need nothing but their own map stand
in `terraform.nested`, the others have a reader each. Where cells come from, and what stands around
the resource, is the caller's business (`creator.Surroundings`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from tagguard.terraform.blocks import block_cells, child
from tagguard.terraform.creator import Creator, Implied, plain
from tagguard.terraform.implied_instances import group_instances, specifications, volumes
from tagguard.terraform.implied_tasks import job, service, tasks
from tagguard.terraform.nested import NESTED, ROOTS, Nested


def roots(type_: str) -> tuple[str, ...]:
    """Name the attributes that must be read to know what a type implies."""
    return ROOTS.get(type_, ())


def implied(creator: Creator) -> Iterator[Implied]:
    """Give what one resource implies, in a stable order, with names of their own."""
    type_ = creator.resource.type
    seen: set[str] = set()
    for nested in NESTED.get(type_, ()):
        yield from _named(_nested(creator, nested), seen)
    if special := _SPECIAL.get(type_):
        yield from _named(special(creator), seen)


def _named(found: Iterator[Implied], seen: set[str]) -> Iterator[Implied]:
    for item in found:
        name, again = item.name, 0
        while name in seen:
            again += 1
            name = f"{item.name}[{again}]"
        seen.add(name)
        yield item if name == item.name else replace(item, name=name)


def _nested(creator: Creator, nested: Nested) -> Iterator[Implied]:
    found = block_cells(creator.cells, nested.path)
    for at, (path, cell) in enumerate(found):
        tags_path = f"{path}.{nested.tags}"
        tags = child(cell, nested.tags)
        if creator.shows(tags, plain(tags_path)):
            name = nested.name if len(found) == 1 else f"{nested.name}[{at}]"
            yield Implied(name, nested.type, creator.tags(tags, tags_path), tags_path)


_SPECIAL: dict[str, Callable[[Creator], Iterator[Implied]]] = {
    "aws_instance": volumes,
    "aws_spot_instance_request": volumes,
    "aws_launch_template": specifications("tag_specifications"),
    "aws_autoscaling_group": group_instances,
    "aws_ecs_service": service,
    "aws_batch_job_definition": job,
    "aws_cloudwatch_event_target": tasks(
        "ecs_target", "ecs_target.task_definition_arn", "ecs_target.tags"
    ),
    "aws_scheduler_schedule": tasks(
        "target.ecs_parameters",
        "target.ecs_parameters.task_definition_arn",
        "target.ecs_parameters.tags",
    ),
    "aws_pipes_pipe": tasks(
        "target_parameters.ecs_task_parameters",
        "target_parameters.ecs_task_parameters.task_definition_arn",
        "target_parameters.ecs_task_parameters.tags",
    ),
    "awscc_autoscaling_auto_scaling_group": group_instances,
    "awscc_batch_job_definition": job,
    "awscc_ec2_launch_template": specifications("launch_template_data.tag_specifications"),
    "awscc_ecs_service": tasks("", "task_definition"),
}
