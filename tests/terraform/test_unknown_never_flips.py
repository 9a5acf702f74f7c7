"""Whatever a plan hides, what is still told is true."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tagguard.terraform.hidden_defaults import SWITCHES
from tests.terraform.plans import block, change, configuration, plan, read

TEMPLATE = "aws_launch_template.t"
DEFINITION = "aws_ecs_task_definition.d"
MAPS = ("tags", "tags_all", "labels", "terraform_labels", "effective_labels", "volume_tags")
tag_maps = st.dictionaries(st.sampled_from(["Owner", "Env", "Team"]), st.sampled_from("xyz"))
defaults = st.dictionaries(st.sampled_from(["Team", "Org"]), st.sampled_from("xyz"))
ecs_switch = st.sampled_from([None, "NONE", "SERVICE", "TASK_DEFINITION"])


def merged(own, provider_defaults):
    return {"tags": own, "tags_all": {**provider_defaults, **own}}


@st.composite
def contents(draw):
    """Attributes by address, as the provider would show them if all were known."""
    shared = draw(defaults)
    own, other, nested = draw(tag_maps), draw(tag_maps), draw(tag_maps)
    blocks = [
        {"key": key, "value": value, "propagate_at_launch": draw(st.booleans())}
        for key, value in own.items()
    ]
    kinds = draw(st.lists(st.sampled_from(["instance", "volume"]), unique=True, max_size=2))
    specifications = [{"resource_type": kind, "tags": draw(tag_maps)} for kind in kinds]
    items = {
        "aws_s3_bucket.a": merged(own, shared),
        "aws_s3_bucket.b": merged(other, shared),
        "aws_instance.i": {
            **merged(own, shared),
            "volume_tags": draw(st.none() | tag_maps),
            "root_block_device": [merged(nested, shared)],
        },
        TEMPLATE: {**merged(other, shared), "tag_specifications": specifications},
        "aws_autoscaling_group.g": {
            "tag": blocks,
            "launch_template": [{"id": "lt-1", "version": "$Latest"}],
        },
        DEFINITION: merged(nested, shared),
        "aws_ecs_service.s": {
            **merged(own, shared),
            "propagate_tags": draw(ecs_switch),
            "task_definition": "arn",
        },
        "aws_cloudwatch_event_target.e": {
            "ecs_target": [{"tags": nested, "task_definition_arn": "arn"}]
        },
    }
    return items, shared


def expressions(after):
    """Show, as a configuration does, that every argument is written."""
    return {name: expression(name, value) for name, value in after.items() if value is not None}


def expression(name, value):
    if isinstance(value, list) and name not in MAPS:
        return [expressions(item) for item in value]
    names = {"launch_template": TEMPLATE, "id": TEMPLATE, "version": "var.v"}
    names |= dict.fromkeys(("task_definition", "task_definition_arn"), DEFINITION)
    return {"references": [names.get(name, "local.x")]}


def places(after, path=()):
    """Give the paths of all that could be hidden: attributes and members, not list items."""
    members = after.items() if isinstance(after, dict) else enumerate(after)
    for step, value in members:
        if isinstance(step, str):
            yield (*path, step)
        if isinstance(value, dict | list):
            yield from places(value, (*path, step))


def hide(after, unknown, path):
    """Move what is at a path from the known to the unknown values."""
    step, *rest = path
    if not rest:
        if isinstance(after, dict) and after.pop(step, None) is not None:
            unknown[step] = True
        return
    below = after.get(step) if isinstance(after, dict) else after[step]
    if below is None:
        return
    if isinstance(unknown, list):
        unknown.extend({} for _ in range(len(after) - len(unknown)))
        hide(below, unknown[step], rest)
    else:
        flags = unknown.setdefault(step, [] if isinstance(below, list) else {})
        if flags is not True:
            hide(below, flags, rest)


def judged(items, unknown, written, shown_defaults):
    changes = [change(after, unknown.get(at), address=at) for at, after in items.items()]
    blocks = [block(at, **expressions(after)) for at, after in written.items()]
    tags = [{"tags": shown_defaults}]
    providers = {"aws": {"expressions": {"default_tags": tags}}}
    config = configuration(*blocks, providers=providers)
    return {each.address: each for each in read(plan(*changes, configuration=config))}


@given(contents(), st.data())
def test_what_is_hidden_turns_no_fact_into_another(drawn, data):
    items, shared = drawn
    known = judged(items, {}, items, {"constant_value": shared})
    shown_defaults = data.draw(
        st.sampled_from([{"constant_value": shared}, {"references": ["local.d"]}])
    )
    hidden_items = json.loads(json.dumps(items))
    unknown: dict = {}
    for address, after in items.items():
        hideable = st.sampled_from(sorted(set(places(after)), key=str))
        for path in data.draw(st.lists(hideable, max_size=2)):
            hide(hidden_items[address], unknown.setdefault(address, {}), path)
    hidden = judged(hidden_items, unknown, items, shown_defaults)

    for address, resource in known.items():
        if address not in hidden:
            creator = resource.creator.address
            siblings = [each for at, each in hidden.items() if at.startswith(f"{creator}#")]
            assert any(not each.tags.complete and not each.tags.tags for each in siblings)
            continue
        told = hidden[address].tags
        for tag in told:
            assert tag.key in resource.tags
            assert tag.value in {None, resource.tags.tags[tag.key].value}
        if told.complete:
            assert told.tags.keys() == resource.tags.tags.keys()
    for address in hidden.keys() - known.keys():
        assert not hidden[address].tags.complete
        assert not hidden[address].tags.tags


def test_the_property_looks_at_types_that_may_tell_defaults():
    assert not SWITCHES.keys() & {"aws_s3_bucket", "aws_instance"}
