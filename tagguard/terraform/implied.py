"""Tells which resources a Terraform resource brings about, and with which tags.

Only what the description *shows* is told: a block, a tag specification, a switch that hands tags
on; nothing is told merely because it will exist. Places that need nothing but their own map stand
in `terraform.tag_places`, the others have a reader each. Where cells come from, and what stands
around the resource, is the caller's business (`creator.Surroundings`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from msgspec.structs import replace

from tagguard.catalog.launched import Names, specified_kinds
from tagguard.terraform.blocks import block_cells, child
from tagguard.terraform.creator import Creator, Implied, plain
from tagguard.terraform.implied_instances import group_instances, specifications, volumes
from tagguard.terraform.implied_tasks import job, service, tasks
from tagguard.terraform.tag_places import NESTED, ROOTS, Nested


def roots(type_: str) -> tuple[str, ...]:
    """Name the attributes that must be read to know what a type implies."""
    return ROOTS.get(type_, ())


def implied_names(type_: str) -> tuple[str, ...]:
    """Name what a type may imply, as it stands after `#` in addresses, without indexes.

    A launch template may tag more than what has a type of its own.
    """
    names = [nested.name for nested in NESTED.get(type_, ())]
    _, special = _SPECIAL.get(type_, (None, ()))
    return tuple(dict.fromkeys((*names, *special)))


def implied(creator: Creator) -> Iterator[Implied]:
    """Give what one resource implies, in a stable order, with names of their own."""
    type_ = creator.resource.type
    found = [_nested(creator, nested) for nested in NESTED.get(type_, ())]
    if type_ in _SPECIAL:
        read, _ = _SPECIAL[type_]
        found.append(read(creator))
    names = Names()
    for item in chain.from_iterable(found):
        name = names.own(item.name)
        yield item if name == item.name else replace(item, name=name)


def _nested(creator: Creator, nested: Nested) -> Iterator[Implied]:
    if not nested.path:
        found = [(nested.tags, creator.cell(nested.tags))]
    else:
        blocks = block_cells(creator.cells, nested.path)
        found = [(f"{path}.{nested.tags}", child(cell, nested.tags)) for path, cell in blocks]
    for at, (path, cell) in enumerate(found):
        if creator.shows(cell, plain(path)):
            name = nested.name if len(found) == 1 else f"{nested.name}[{at}]"
            yield Implied(name, nested.type, creator.tags(cell, path), path)


_VOLUMES = (volumes, ("root_block_device", "ebs_block_device", "volume"))
_INSTANCES = (group_instances, ("instance",))
_JOB = (job, ("task",))

_SPECIAL: dict[str, tuple[Callable[[Creator], Iterator[Implied]], tuple[str, ...]]] = {
    "aws_instance": _VOLUMES,
    "aws_spot_instance_request": _VOLUMES,
    "aws_launch_template": (specifications("tag_specifications"), specified_kinds("aws")),
    "aws_autoscaling_group": _INSTANCES,
    "aws_ecs_service": (service, ("task", "volume")),
    "aws_batch_job_definition": _JOB,
    "aws_cloudwatch_event_target": (
        tasks("ecs_target", "ecs_target.task_definition_arn", "ecs_target.tags"),
        ("task",),
    ),
    "aws_scheduler_schedule": (
        tasks(
            "target.ecs_parameters",
            "target.ecs_parameters.task_definition_arn",
            "target.ecs_parameters.tags",
        ),
        ("task",),
    ),
    "aws_pipes_pipe": (
        tasks(
            "target_parameters.ecs_task_parameters",
            "target_parameters.ecs_task_parameters.task_definition_arn",
            "target_parameters.ecs_task_parameters.tags",
        ),
        ("task",),
    ),
    "awscc_autoscaling_auto_scaling_group": _INSTANCES,
    "awscc_batch_job_definition": _JOB,
    "awscc_ec2_launch_template": (
        specifications("launch_template_data.tag_specifications"),
        specified_kinds("awscc"),
    ),
    "awscc_ecs_service": (tasks("", "task_definition"), ("task",)),
}
"""Type -> what reads what it implies, and the names that this may have."""
