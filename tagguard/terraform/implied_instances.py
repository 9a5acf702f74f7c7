"""What EC2 instances, launch templates and scaling groups bring about: volumes and instances."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from tagguard.catalog.launched import UNSPECIFIED, specified
from tagguard.model import Resource, Tag, TagSet
from tagguard.terraform.blocks import block_cells, child
from tagguard.terraform.creator import Creator, Implied, one_of, plain
from tagguard.terraform.effective_tags import NO_TAGS, handed_on, overlay
from tagguard.terraform.plan_attributes import Cell
from tagguard.terraform.plan_tags import items, list_tags, map_tags

_DEVICE = re.compile(r"[\w./-]{1,64}", re.ASCII)
VOLUME = "aws_ebs_volume"
INSTANCE = "aws_instance"
TEMPLATE = "aws_launch_template"
SWITCH = "propagate_at_launch = true"
"""What hands a tag of a group on."""
MOST_DOUBTFUL = 20
"""Most keys that a pattern is made of; with more of them any key may come."""
MERGES_SINCE = "default tags reach volumes from version 5.39 of the provider on"


def volumes(creator: Creator) -> Iterator[Implied]:
    """Give the volumes that an instance's arguments tag.

    Facts: internal/service/ec2/ec2_instance.go of terraform-provider-aws. Blocks that nobody writes
    are computed, so on an existing instance only a block with tags, or a written one, counts.
    """
    shared_cell = creator.cell("volume_tags")
    is_shared = creator.shows(shared_cell, "volume_tags")
    shared = creator.tags(shared_cell, "volume_tags") if is_shared else NO_TAGS
    alone = True
    for block in ("root_block_device", "ebs_block_device"):
        found = block_cells(creator.cells, block)
        labels = _labels([cell for _, cell in found])
        for at, (path, cell) in enumerate(found):
            tags = child(cell, "tags")
            written = creator.is_new and isinstance(cell.known, dict)
            if written or creator.around.is_set(block) or creator.shows(tags, f"{block}.tags"):
                alone = False
                name = block if len(found) == 1 else f"{block}[{labels[at]}]"
                volume = _volume(creator, cell, path, shared)
                yield Implied(name, VOLUME, volume, f"{path}.tags")
    if is_shared and alone:
        yield Implied("volume", VOLUME, _with_defaults(creator, shared), "volume_tags")


def _labels(blocks: Sequence[Cell]) -> Sequence[str]:
    """Tell several volumes apart: by device, which stays when a block is added, else by index.

    By device only where all blocks name one plainly, each another one.
    """
    devices = [child(block, "device_name").text or "" for block in blocks]
    if len(set(devices)) == len(devices) and all(map(_DEVICE.fullmatch, devices)):
        return [f'"{device}"' for device in devices]
    return [str(at) for at in range(len(blocks))]


def _volume(creator: Creator, cell: Cell, path: str, shared: TagSet) -> TagSet:
    """Give the tags of one volume: block over `volume_tags` over the provider's defaults."""
    hidden = creator.around.hidden(plain(f"{path}.tags"))
    if cell.is_hidden:
        return overlay(TagSet(complete=False, reason=hidden.keys), shared)
    tags, effective = child(cell, "tags"), child(cell, "tags_all")
    secret = tags.secret_keys | effective.secret_keys
    own = map_tags(tags, hidden, secret)
    defaults = creator.around.defaults
    if effective.is_map:
        shown = map_tags(effective, hidden, secret)
        beyond = {tag.key: _as_default(tag, defaults) for tag in shown if tag.key not in own}
        added = TagSet(beyond, complete=shown.complete, reason=shown.reason)
        return overlay(own, overlay(shared, added))
    if effective.is_hidden:
        return overlay(own, overlay(shared, defaults))
    if isinstance(cell.known, dict) and not hidden.planned_only:
        return overlay(own, shared)  # an older provider
    return overlay(own, _with_defaults(creator, shared))


def _as_default(tag: Tag, defaults: TagSet) -> Tag:
    """Say of a tag that a volume shows beyond its own that it is a default, if it is one."""
    default = defaults.get(tag.key)
    return tag if default is None else replace(tag, provenance=default.provenance)


def _with_defaults(creator: Creator, own: TagSet) -> TagSet:
    """Lay tags of a volume over defaults that reach it or not: the provider's version decides."""
    defaults = creator.around.defaults
    if creator.around.reach_volumes is not None:
        return overlay(own, defaults) if creator.around.reach_volumes else own
    if defaults.complete and defaults.tags.keys() <= own.tags.keys():
        return own
    return TagSet(own.tags, complete=False, reason=own.reason or MERGES_SINCE)


def specifications(block: str) -> Callable[[Creator], Iterator[Implied]]:
    """Make the reader of a launch template's `block`, which says what is tagged how.

    The provider's defaults do not reach these.
    """

    def read(creator: Creator) -> Iterator[Implied]:
        for at, (path, cell) in enumerate(block_cells(creator.cells, block)):
            tags_path = f"{path}.tags"
            kind = child(cell, "resource_type")
            if kind.text is None:
                hidden = creator.around.hidden(block)
                secret = kind.sensitive is True
                what = "the resource type"
                reason = f"{what} is confidential" if secret else hidden.because(what)
                unknown = TagSet(complete=False, reason=reason)
                yield Implied(f"tag_specifications[{at}]", UNSPECIFIED, unknown, tags_path)
                continue
            tags = creator.tags(child(cell, "tags"), tags_path)
            yield Implied(kind.text, specified(creator.provider, kind.text), tags, tags_path)

    return read


def group_instances(creator: Creator) -> Iterator[Implied]:
    """Give the instances of a group: its tags that propagate, over those of its launch template.

    The group's tag wins over the template's
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html).
    """
    path = "tag" if creator.cell("tag").known or creator.cell("tag").unknown else "tags"
    cell = creator.cell(path)
    if not (cell.known or cell.unknown):
        return
    made = specified(creator.provider, "instance")
    hidden = creator.around.hidden(path)
    if not cell.known:  # there may be no tag at all, and then nothing is told
        unknown = TagSet(complete=False, reason=hidden.keys)
        yield Implied("instance", made, unknown, path, copies=True, switch=SWITCH)
        return
    chosen: list[tuple[object, object, object]] = []
    doubtful: list[str] = []
    for known, unknown, sensitive in items(cell):
        switch = unknown is True or unknown.get("propagate_at_launch")
        if switch is True:
            key = known.get("key")
            doubtful.append(re.escape(key) if isinstance(key, str) else ".*")
        elif str(known.get("propagate_at_launch")).lower() in {"true", "1"}:
            chosen.append((known, unknown, sensitive))
    columns = [list(column) for column in zip(*chosen, strict=True)] or [[], [], []]
    tags = list_tags(Cell(*columns), hidden)
    own = handed_on(tags, creator.resource.address)
    if tags.complete and doubtful:
        reason = hidden.because("whether a tag is propagated")
        few = doubtful if len(doubtful) <= MOST_DOUBTFUL else ()
        own = TagSet(own.tags, complete=False, reason=reason, open_keys="|".join(few))
    tags = overlay(own, _launched(creator))
    yield Implied("instance", made, tags, path, copies=True, switch=SWITCH)


_TEMPLATES = (
    ("launch_template", ("id", "name", "launch_template_id", "launch_template_name")),
    (
        "mixed_instances_policy.launch_template.launch_template_specification",
        ("launch_template_id", "launch_template_name"),
    ),
)
"""Where a group names its launch template, and by what."""
_OVERRIDE = "mixed_instances_policy.launch_template.override"


def _launched(creator: Creator) -> TagSet:
    """Give the tags that the launch template of a group puts on its instances."""
    for block, arguments in _TEMPLATES:
        root = block.partition(".")[0]
        if not creator.is_written(root):
            continue
        name = next((name for name in arguments if creator.around.is_set(f"{block}.{name}")), "")
        found = creator.around.related(f"{block}.{name}", TEMPLATE)
        templates = [each for each in found if each.creator is None]
        if not templates or not _is_launched(creator, templates, block):
            names = creator.around.hidden(f"{block}.{name}").references() or f"`{block}`"
            why = "which version of it is launched" if templates else "what it says"
            reason = f"the launch template ({names}) may add tags: {why} is not known"
            return TagSet(complete=False, reason=reason)
        return one_of([_specified(each, found) for each in templates], "launch templates")
    return NO_TAGS


def _specified(template: Resource, found: Sequence[Resource]) -> TagSet:
    """Give what a launch template, which is among those found, hands on to instances."""
    made = [each for each in found if each.creator and each.creator.address == template.address]
    tags = next((each.tags for each in made if each.type == INSTANCE), NO_TAGS)
    doubt = next((each.tags.reason for each in made if each.type == UNSPECIFIED), "")
    if doubt:
        tags = TagSet(tags.tags, complete=False, reason=tags.reason or doubt)
    return handed_on(tags, template.address)


def _is_launched(creator: Creator, templates: Sequence[Resource], block: str) -> bool:
    """Tell whether all instances come from the version that the plan shows of the templates."""
    overrides = block_cells(creator.cells, _OVERRIDE)
    if any(child(cell, "launch_template_specification").known for _, cell in overrides):
        return False
    version = creator.cell(f"{block}.version")
    named = version.is_hidden and bool(creator.around.related(f"{block}.version", TEMPLATE))
    which = creator.around.attribute(f"{block}.version") if named else ""
    if which == "latest_version":
        return True
    if which == "default_version":
        version = Cell("$Default")
    return all(_is_newest(template, version, is_named=named) for template in templates)


def _is_newest(template: Resource, version: Cell, *, is_named: bool) -> bool:
    """Tell whether a version surely is the newest of a template, which is what the plan shows.

    An update makes a new one, whose number is unknown; so a version that is unknown because it
    refers to the template can only be that, if the number of the default version is known.
    """
    if version.known == "$Latest" or template.change in {"create", "replace"}:
        return True
    attributes = template.attributes
    newest, default = (attributes.get(f"{which}_version") for which in ("latest", "default"))
    if version.is_hidden:
        return is_named and default is not None
    if version.known in {None, "", "$Default"}:
        return bool(attributes.get("update_default_version")) or default == newest is not None
    return newest is not None and version.known == str(newest)
