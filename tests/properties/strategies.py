"""Resources as Hypothesis draws them: in the abstract, so that every source can say each."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st
from msgspec import Struct

from tagguard.sources import Document
from tests.conformance.case import UNKNOWN, Abstract, Case, Plan, Planned, cases
from tests.conformance.observing import Seen, see
from tests.conformance.rendering import TAGGED, renderings

FORMS = ("plan", "yaml", "json")
UNSURE = {"aws:glue/job", "aws:route53/hostedzone", "aws:sqs/queue"}
"""Types of which nobody knows whether stack tags reach them; provider defaults surely do."""

KEYS = st.sampled_from(["Owner", "owner", "owned-by", "Env", "env", "Note", "Cell"])
KNOWN = st.sampled_from(["x", "prod", "dev", "production", "Prod", "", " "])
VALUES = st.one_of(KNOWN, KNOWN, st.just(UNKNOWN))
TAGS = st.dictionaries(KEYS, st.one_of(VALUES, st.none()), max_size=4)
DEFAULTS = st.dictionaries(KEYS, KNOWN, max_size=3)
TYPES = st.sampled_from([type_ for type_ in TAGGED if type_ not in UNSURE])
RESOURCES = st.builds(
    Abstract, type=TYPES, tags=st.one_of(TAGS, TAGS, TAGS, st.just(UNKNOWN)), defaults=DEFAULTS
)
TAGGED_RESOURCES = st.builds(
    Abstract,
    type=TYPES,
    tags=st.dictionaries(KEYS, VALUES, min_size=1, max_size=4),
    defaults=DEFAULTS,
)

_STATED = [
    renderings(case)[form] for case in cases() for form in renderings(case) if not case.files
]
DOCUMENTS = st.builds(
    lambda at, stated: Document(f"{at}/{stated[0]}", stated[1]),
    st.integers(0, 999),
    st.sampled_from(_STATED),
)
"""Inputs of the conformance suite: every trait that it knows, in one scan."""


class Launch(Struct, frozen=True):
    """A resource and what it launches, both with tags of their own."""

    kind: str
    """`asg`, `launch template` or `ecs`."""
    tags: dict[str, Any]
    handed_on: frozenset[str]
    """Keys whose tags reach what is launched."""


LAUNCHES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4).flatmap(
    lambda tags: st.builds(
        Launch,
        st.sampled_from(["asg", "launch template", "ecs"]),
        st.just(tags),
        st.frozensets(st.sampled_from(sorted(tags))),
    )
)


def in_a_case(resource: Abstract | Launch, standard: str = "standard") -> Case:
    """Make the case that holds the resource."""
    fields: dict[str, Any] = {"id": "drawn", "fact": "", "taxonomy": standard}
    if isinstance(resource, Abstract):
        return Case(**fields, resource=resource)
    return Case(**fields, plan=_plan(resource), template=_template(resource))


def seen(resource: Abstract | Launch, form: str, standard: str = "standard") -> Seen:
    """Judge the resource in one form."""
    return see(in_a_case(resource, standard), form)


def _plan(launch: Launch) -> Plan:
    known = {key: value for key, value in launch.tags.items() if value is not UNKNOWN}
    hidden = dict.fromkeys(launch.tags.keys() - known.keys(), True)
    all_tags: dict[str, Any] = {"tags_all": True} if hidden else {}
    after: dict[str, Any] = {"tags": known} | ({} if hidden else {"tags_all": known})
    unknown: dict[str, Any] = {"tags": hidden, **all_tags}
    match launch.kind:
        case "asg":
            blocks = [
                {"key": key, "propagate_at_launch": key in launch.handed_on}
                | ({} if value is UNKNOWN else {"value": value})
                for key, value in launch.tags.items()
            ]
            after = {"tag": blocks}
            flags = [{"value": True} if v is UNKNOWN else {} for v in launch.tags.values()]
            unknown = {"tag": flags}
            type_ = "aws_autoscaling_group"
        case "launch template":
            on = {key: known[key] for key in known.keys() & launch.handed_on}
            after["tag_specifications"] = [{"resource_type": "instance", "tags": on}]
            flagged = dict.fromkeys(hidden.keys() & launch.handed_on, True)
            unknown["tag_specifications"] = [{"tags": flagged}]
            type_ = "aws_launch_template"
        case _:
            after["propagate_tags"] = "SERVICE" if launch.handed_on else "NONE"
            type_ = "aws_ecs_service"
    return Plan(resources={f"{type_}.this": Planned(after=after, unknown=unknown)})


def _template(launch: Launch) -> str:
    def entries(keys: frozenset[str]) -> list[dict[str, Any]]:
        return [
            {"Key": key, "Value": {"Ref": "Input"} if value is UNKNOWN else value}
            for key, value in launch.tags.items()
            if key in keys
        ]

    everything = entries(frozenset(launch.tags))
    properties: dict[str, Any] = {"Tags": everything}
    match launch.kind:
        case "asg":
            type_ = "AWS::AutoScaling::AutoScalingGroup"
            for entry in everything:
                entry["PropagateAtLaunch"] = entry["Key"] in launch.handed_on
        case "launch template":
            type_ = "AWS::EC2::LaunchTemplate"
            launched = {"ResourceType": "instance", "Tags": entries(launch.handed_on)}
            properties = {
                "TagSpecifications": [{"ResourceType": "launch-template", "Tags": everything}],
                "LaunchTemplateData": {"TagSpecifications": [launched]},
            }
        case _:
            type_ = "AWS::ECS::Service"
            properties["PropagateTags"] = "SERVICE" if launch.handed_on else "NONE"
    return yaml.safe_dump(
        {
            "Parameters": {"Input": {"Type": "String"}},
            "Resources": {"This": {"Type": type_, "Properties": properties}},
        }
    )
