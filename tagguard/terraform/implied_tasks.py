"""What starts ECS tasks and Batch jobs hands tags on to them, or gives them tags of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tagguard.catalog.launched import TASK
from tagguard.model import TagSet
from tagguard.terraform.blocks import block_cells, child
from tagguard.terraform.creator import Creator, Implied, one_of, plain
from tagguard.terraform.effective_tags import NO_TAGS, handed_on, overlay
from tagguard.terraform.plan_attributes import Cell, is_flagged

VOLUME = "aws_ebs_volume"


def tasks(
    block: str, definition: str, tags_path: str = ""
) -> Callable[[Creator], Iterator[Implied]]:
    """Make the reader of a place that starts ECS tasks.

    `block` holds `propagate_tags`, `definition` names the task definition. Tags that are given to
    the task win over those handed on
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html).
    """
    switch_path = f"{block}.propagate_tags" if block else "propagate_tags"

    def read(creator: Creator) -> Iterator[Implied]:
        cell = _as_map(creator.cell(tags_path)) if tags_path else Cell()
        shown = bool(tags_path) and creator.shows(cell, tags_path)
        own = creator.tags(cell, tags_path) if shown else NO_TAGS
        lower, copies = _switched(creator, switch_path, definition)
        if lower is None and not shown:
            return
        tags = overlay(own, NO_TAGS if lower is None else lower)
        yield Implied("task", TASK, tags, tags_path if shown else "", copies=copies)

    return read


def _as_map(cell: Cell) -> Cell:
    """Read a scheduler's tags, a list of maps, as one map: all unknown, all secret, or neither."""
    if not isinstance(cell.known, list):
        return cell
    pairs: dict[str, object] = {}
    for item in cell.known:
        folded = (
            {key.lower(): value for key, value in item.items()} if isinstance(item, dict) else {}
        )
        if folded.keys() == {"key", "value"} and isinstance(folded["key"], str):
            pairs[folded["key"]] = folded["value"]
        else:
            pairs.update(item if isinstance(item, dict) else {})
    return Cell(pairs, is_flagged(cell.unknown) or None, is_flagged(cell.sensitive))


def _switched(creator: Creator, switch_path: str, definition: str) -> tuple[TagSet | None, bool]:
    """Give the tags that a `propagate_tags` hands on; None when it hands nothing on."""
    switch = creator.cell(switch_path)
    if switch.is_hidden:
        if not creator.around.is_set(plain(switch_path)):
            return None, False
        reason = creator.around.hidden(plain(switch_path)).because("`propagate_tags`")
        return TagSet(complete=False, reason=reason), True
    return _propagated(creator, switch.known, definition)


def _propagated(creator: Creator, switch: object, definition: str) -> tuple[TagSet | None, bool]:
    if switch == "SERVICE":
        return handed_on(creator.resource.tags, creator.resource.address), True
    if switch != "TASK_DEFINITION":
        return None, False
    definitions = creator.around.related(definition, f"{creator.provider}_ecs_task_definition")
    if not definitions:
        names = creator.around.hidden(definition).references()
        named = names or creator.cell(definition).text or f"`{definition}`"
        return TagSet(complete=False, reason=f"tags are those of the task definition {named}"), True
    return one_of(
        [handed_on(found.tags, found.address) for found in definitions], "task definitions"
    ), True


def service(creator: Creator) -> Iterator[Implied]:
    """Give the tasks of a service, and the volumes that it attaches to them."""
    yield from tasks("", "task_definition")(creator)
    prefix = "volume_configuration.managed_ebs_volume.tag_specifications"
    for path, cell in block_cells(creator.cells, prefix):
        tags_path = f"{path}.tags"
        own = creator.tags(child(cell, "tags"), tags_path)
        switch = child(cell, "propagate_tags")
        lower: TagSet | None
        if cell.is_hidden or switch.is_hidden:
            reason = creator.around.hidden(prefix).because("`propagate_tags`")
            lower, copies = TagSet(complete=False, reason=reason), True
        else:
            lower, copies = _propagated(creator, switch.known, "task_definition")
        yield Implied(
            "volume",
            VOLUME,
            overlay(own, NO_TAGS if lower is None else lower),
            tags_path,
            copies=copies,
        )


def job(creator: Creator) -> Iterator[Implied]:
    """Give the task of a Batch job, where the definition's tags are handed on to it."""
    switch = creator.cell("propagate_tags")
    if switch.is_hidden and creator.around.is_set("propagate_tags"):
        reason = creator.around.hidden("propagate_tags").because("`propagate_tags`")
        yield Implied("task", TASK, TagSet(complete=False, reason=reason), copies=True)
    elif switch.known is True:
        tags = handed_on(creator.resource.tags, creator.resource.address)
        yield Implied("task", TASK, tags, copies=True)
