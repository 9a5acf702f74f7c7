"""What AWS types launch, and how they tell its tags: one reader a type, in one world.

Facts: the CloudFormation template reference and the service APIs that it names. Names after `#`
are the same as for Terraform, so that a plan and a template say the same of the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter

from msgspec.structs import replace
from yaml.nodes import MappingNode, Node, SequenceNode

from tagguard.catalog.launched import TASK, UNSPECIFIED, specified
from tagguard.cloudformation.creator import Creator, Implied, unknown
from tagguard.cloudformation.effective_tags import own_kind, written_tags
from tagguard.cloudformation.intrinsics import Undecided, refuse_call
from tagguard.cloudformation.tag_layers import Layers
from tagguard.documents import lookup
from tagguard.model import TagSet

INSTANCE, VOLUME = "AWS::EC2::Instance", "AWS::EC2::Volume"
TEMPLATE, DEFINITION = "AWS::EC2::LaunchTemplate", "AWS::ECS::TaskDefinition"


def _specified(creator: Creator, node: Node | None, label: str, at: str = "") -> Iterator[Implied]:
    """Give what a list of tag specifications tags, except the creator itself."""
    places = creator.place(label)
    for index, item in creator.numbered(node):
        try:
            kind = creator.value(lookup(item, "ResourceType"))
        except Undecided as exc:
            tags = unknown(f"the resource type: {exc.reason}")
            yield Implied(f"tag_specifications[{index}]", UNSPECIFIED, tags, item, places)
            continue
        if kind and kind != own_kind(creator.written.type):
            tags = creator.laid(lookup(item, "Tags"))
            type_ = specified("cloudformation", kind)
            yield Implied(f"{kind}{at}", type_, tags, item, places)


def _launch_template(creator: Creator) -> Iterator[Implied]:
    path = ("LaunchTemplateData", "TagSpecifications")
    return _specified(creator, creator.property(*path), ".".join(path))


def _fleet(creator: Creator) -> Iterator[Implied]:
    return _specified(creator, creator.property("TagSpecifications"), "TagSpecifications")


def _spot_fleet(creator: Creator) -> Iterator[Implied]:
    launched = creator.items(creator.property("SpotFleetRequestConfigData", "LaunchSpecifications"))
    for index, item in enumerate(launched):
        at = "" if len(launched) == 1 else f"[{index}]"
        node = creator.at(item, "TagSpecifications")
        yield from _specified(creator, node, "LaunchSpecifications", at)


def _instance(creator: Creator) -> Iterator[Implied]:
    """Give the volumes of an instance that hands its tags on."""
    node = creator.property("PropagateTagsToVolumeOnCreation")
    yield from _switched(creator, node, Implied("volume", VOLUME, TagSet()), _volume_tags)


def _volume_tags(creator: Creator) -> TagSet:
    """Give the tags that an instance hands on to its volumes: those in its property `Tags`.

    The stack's tags do not reach such volumes otherwise (CloudFormation User Guide, "Resource
    tag"), and nothing tells whether they do here.
    """
    written = creator.written
    tags = written_tags(written, creator.world)
    if written.stack.keys() <= tags.tags.keys() and not written.stack_gap:
        return tags
    reason = "it is not known whether the stack's tags reach the volumes of an instance"
    return TagSet(tags.tags, complete=False, reason="; ".join(filter(None, [tags.reason, reason])))


def _job(creator: Creator) -> Iterator[Implied]:
    """Give the task of a Batch job, where the definition's tags are handed on to it."""
    node = creator.property("PropagateTags")
    yield from _switched(creator, node, Implied("task", TASK, TagSet()), attrgetter("tags"))


def _switched(
    creator: Creator, node: Node | None, one: Implied, handed: Callable[[Creator], TagSet]
) -> Iterator[Implied]:
    """Give a resource that is handed tags on if a switch is on."""
    try:
        on = creator.value(node).lower() == "true"
    except Undecided as exc:
        yield replace(one, tags=unknown(f"whether tags are propagated: {exc.reason}"))
        return
    if on:
        layers = creator.layers()
        layers.copy(handed(creator), creator.address)
        yield replace(one, tags=layers.tag_set())


def _compute_environment(creator: Creator) -> Iterator[Implied]:
    if (node := creator.property("ComputeResources", "Tags")) is not None:
        places = creator.place("ComputeResources.Tags")
        yield Implied("instance", INSTANCE, creator.laid(node), node, places)


def _group(creator: Creator) -> Iterator[Implied]:
    """Give the instances of a group: its tags that propagate, over those of its launch template.

    The group's tag wins over the template's
    (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html).
    """
    node = creator.property("Tags")
    if not (items := creator.items(node)):
        return
    layers = creator.layers()
    try:
        for owner, tags in _from_template(creator):
            layers.copy(tags, owner)
    except Undecided as exc:
        layers.gaps.append(f"the launch template may add tags: {exc.reason}")
    own = _propagated(creator, node, items)
    if creator.written.stack or creator.written.stack_gap:
        _lay_stack(layers, creator, node, own)
    layers.copy(own, creator.address)
    places = (f"`Tags` of `{creator.address}` with `PropagateAtLaunch: true`",)
    yield Implied("instance", INSTANCE, layers.tag_set(), node, places)


def _lay_stack(layers: Layers, creator: Creator, node: Node | None, own: TagSet) -> None:
    """Lay the stack's tags, which reach a group's instances whatever `PropagateAtLaunch` says.

    CloudFormation User Guide, "Resource tag". It does not tell what becomes of one that the group
    replaces by a tag that is not propagated.
    """
    replaced = creator.laid(node).tags.keys() - own.tags.keys()
    for tag in creator.written.stack_tags():
        if tag.key in replaced:
            layers.gaps.append(f"the group replaces the stack's `{tag.key}` only for itself")
        else:
            layers.put(tag)
    if creator.written.stack_gap:
        layers.gaps.append(creator.written.stack_gap)


def _propagated(creator: Creator, node: Node | None, items: list[Node]) -> TagSet:
    """Give those of a group's tags that reach its instances."""
    chosen: list[Node] = []
    reason = ""
    for item in items:
        try:
            refuse_call(item)
            if creator.value(lookup(item, "PropagateAtLaunch")).lower() == "true":
                chosen.append(item)
        except Undecided as exc:
            reason = f"whether a tag is propagated: {exc.reason}"
    own = creator.laid(_list_of(node, chosen)) if chosen else TagSet()
    return TagSet(own.tags, complete=False, reason=reason) if reason else own


def _list_of(node: Node | None, items: list[Node]) -> Node | None:
    return node and SequenceNode(node.tag, items, node.start_mark, node.end_mark)


def _from_template(creator: Creator) -> Iterator[tuple[str, TagSet]]:
    """Give the tags that a group's launch templates put on its instances, and whose they are."""
    mixed = creator.property("MixedInstancesPolicy", "LaunchTemplate")
    plain = creator.property("LaunchTemplate")
    for written in (plain, creator.at(mixed, "LaunchTemplateSpecification")):
        if written is None:
            continue
        node = creator.at(written, "LaunchTemplateId") or creator.at(written, "LaunchTemplateName")
        if (template := creator.referred(node, TEMPLATE)) is None:
            reason = f"the launch template ({creator.described(node)}) may add tags"
            yield creator.address, unknown(reason)
        else:
            for one in _launch_template(template):
                if one.type in {INSTANCE, UNSPECIFIED}:
                    yield template.address, one.tags
    for override in creator.items(creator.at(mixed, "Overrides")):
        if lookup(override, "LaunchTemplateSpecification") is not None:
            yield creator.address, unknown("another launch template may add tags to some")


def _service(creator: Creator) -> Iterator[Implied]:
    """Give the tasks of a service, and the volumes that it attaches to them."""
    definition = creator.property("TaskDefinition")
    yield from _tasks(creator, creator.property(), definition)
    for volume in creator.items(creator.property("VolumeConfigurations")):
        path = ("ManagedEBSVolume", "TagSpecifications")
        for item in creator.items(creator.at(volume, *path)):
            handed = _handed(creator, creator.at(item, "PropagateTags"), definition)
            tags = _over(creator, handed, creator.at(item, "Tags"))
            yield Implied("volume", VOLUME, tags, item, creator.place("VolumeConfigurations"))


def _rule(creator: Creator) -> Iterator[Implied]:
    targets = [
        node
        for target in creator.items(creator.property("Targets"))
        if (node := creator.at(target, "EcsParameters")) is not None
    ]
    for index, node in enumerate(targets):
        name = "task" if len(targets) == 1 else f"task[{index}]"
        definition = creator.at(node, "TaskDefinitionArn")
        yield from _tasks(creator, node, definition, "EcsParameters.TagList", name)


def _schedule(creator: Creator) -> Iterator[Implied]:
    node = creator.property("Target", "EcsParameters")
    return _tasks(creator, node, creator.at(node, "TaskDefinitionArn"), "EcsParameters.Tags")


def _pipe(creator: Creator) -> Iterator[Implied]:
    node = creator.property("TargetParameters", "EcsTaskParameters")
    definition = creator.at(node, "TaskDefinitionArn")
    return _tasks(creator, node, definition, "EcsTaskParameters.Tags")


def _tasks(
    creator: Creator,
    node: Node | None,
    definition: Node | None,
    tags: str = "",
    name: str = "task",
) -> Iterator[Implied]:
    """Give the tasks that a place starts; `tags` is where it holds tags for them.

    Those win over tags that are handed on
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html).
    """
    handed = _handed(creator, creator.at(node, "PropagateTags"), definition)
    written = creator.at(node, tags.rpartition(".")[2]) if tags else None
    if handed is None and written is None:
        return
    places = creator.place(tags) if written is not None else ()
    if handed is not None and handed[0] != creator.address:
        places = (*places, f"`Tags` of `{handed[0]}`")
    yield Implied(name, TASK, _over(creator, handed, written), written, places)


def _handed(
    creator: Creator, switch: Node | None, definition: Node | None
) -> tuple[str, TagSet] | None:
    """Give the tags that a `PropagateTags` hands on, and whose they are; None when it does not."""
    try:
        chosen = creator.value(switch)
    except Undecided as exc:
        return creator.address, unknown(f"whether tags are propagated: {exc.reason}")
    if chosen == "SERVICE":
        return creator.address, creator.tags
    if chosen != "TASK_DEFINITION":
        return None
    if (found := creator.referred(definition, DEFINITION)) is None:
        reason = f"tags are those of the task definition ({creator.described(definition)})"
        return creator.address, unknown(reason)
    return found.address, found.tags


def _over(creator: Creator, handed: tuple[str, TagSet] | None, written: Node | None) -> TagSet:
    """Lay written tags, a list in any spelling or a map, over those handed on."""
    items = written.value if isinstance(written, SequenceNode) else []
    plain = bool(items) and all(isinstance(item, MappingNode) for item in items)
    small = plain and any(lookup(item, "key") for item in items)
    layers = creator.layers("key", "value") if small else creator.layers()
    if handed is not None:
        layers.copy(handed[1], handed[0])
    layers.lay([] if written is None else [written], "resource")
    return layers.tag_set()


_SPECIFIED = ("instance", "volume", "network-interface")

LAUNCHERS: dict[str, tuple[Callable[[Creator], Iterator[Implied]], tuple[str, ...]]] = {
    "AWS::AutoScaling::AutoScalingGroup": (_group, ("instance",)),
    "AWS::Batch::ComputeEnvironment": (_compute_environment, ("instance",)),
    "AWS::Batch::JobDefinition": (_job, ("task",)),
    "AWS::EC2::EC2Fleet": (_fleet, _SPECIFIED),
    "AWS::EC2::Instance": (_instance, ("volume",)),
    TEMPLATE: (_launch_template, _SPECIFIED),
    "AWS::EC2::SpotFleet": (_spot_fleet, ("instance",)),
    "AWS::ECS::Service": (_service, ("task", "volume")),
    "AWS::ECS::TaskSet": (_service, ("task", "volume")),
    "AWS::Events::Rule": (_rule, ("task",)),
    "AWS::Pipes::Pipe": (_pipe, ("task",)),
    "AWS::Scheduler::Schedule": (_schedule, ("task",)),
}
"""Type -> what reads the resources that it brings about, which raises Open and Undecided, and what
they are called."""
