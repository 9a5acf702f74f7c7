"""What the SAM transform does to tags: its own marks, and whom it hands a resource's tags on to.

The facts are those of the SAM specification and of the open translator (aws-sam-translator 1.115,
Apache-2.0), which says how each generated resource is called. Only what takes tags is told. What
several resources share (the implicit API, CodeDeploy's application and role) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from json import dumps
from typing import Any

from msgspec import Struct
from yaml.nodes import Node

from tagguard.cloudformation.attributes import plain_data
from tagguard.cloudformation.intrinsics import Evaluator, Scope, Undecided, call
from tagguard.cloudformation.tag_layers import Layers
from tagguard.cloudformation.template import text, texts
from tagguard.cloudformation.worlds import World
from tagguard.cloudformation.written import Written
from tagguard.documents import lookup, named
from tagguard.model import Tag

NAMESPACE = "AWS::Serverless::"
API, FUNCTION, BUCKET = f"{NAMESPACE}Api", f"{NAMESPACE}Function", "AWS::S3::Bucket"
PLAN_TAGS = "Auth.UsagePlan.Tags"
GLOBAL_TAGS = {
    "CapacityProvider",
    "Function",
    "HttpApi",
    "MicrovmImage",
    "NetworkConnector",
    "WebSocketApi",
}
"""The types whose `Tags` may stand in `Globals`; elsewhere the transform refuses them."""

_MARKS = {
    "Application": "lambda:createdBy",
    "CapacityProvider": "lambda:createdBy",
    "Function": "lambda:createdBy",
    "GraphQLApi": "graphqlapi:createdBy",
    "HttpApi": "httpapi:createdBy",
    "MicrovmImage": "lambda:createdBy",
    "NetworkConnector": "lambda:createdBy",
    "StateMachine": "stateMachine:createdBy",
    "WebFunction": "lambda:createdBy",
    "WebSocketApi": "websocketapi:createdBy",
}
_REPLACED = {"Function", "StateMachine"}
"""Where tags are propagated, they replace the mark instead of standing beside it."""
_STAGES = {
    "Api": ("AWS::ApiGateway::Stage", "", "Stage"),
    "HttpApi": ("AWS::ApiGatewayV2::Stage", "$default", "ApiGatewayDefaultStage"),
    "WebSocketApi": ("AWS::ApiGatewayV2::Stage", "default", "DefaultStage"),
}
"""The stage that an API's `Tags` go to: type, default name, and the logical id's end for that."""
_QUEUED_EVENTS = {"CloudWatchEvent", "EventBridgeRule", "Schedule", "ScheduleV2"}
_ROLE_EVENTS = {"Function": {"ScheduleV2"}, "StateMachine": {*_QUEUED_EVENTS, "Api"}}
"""Events that are given a role of their own unless they name one."""
_ROLE, _QUEUE = "AWS::IAM::Role", "AWS::SQS::Queue"
_DESTINATIONS = {"SQS": ("Queue", _QUEUE), "SNS": ("Topic", "AWS::SNS::Topic")}


class Generated(Struct, frozen=True):
    """A resource that the transform adds and hands tags on to."""

    name: str
    """Its logical id in the transformed template."""
    type: str
    mark: str = ""
    """The transform's own tag on it."""
    doubt: str = ""
    """Why it is not known whether the tags are handed on to it."""
    own: tuple[Node, ...] = ()
    """What the template writes for it; what is handed on replaces it."""
    handed: bool = True
    """The tags are handed on to it, or may be where there is a doubt."""


def transform(layers: Layers, written: Written, lay_written: Callable[[], bool]) -> None:
    """Lay what the template writes for a resource, and the transform's mark, as they will be.

    The `Tags` of an `Api` are its stage's; only `PropagateTags` gives them to the API itself.
    """
    kind = written.type.removeprefix(NAMESPACE)
    try:
        on = propagates(written, layers.evaluator.scope)
    except Undecided as exc:
        on = None
        if kind == "Api":
            layers.doubt(f"whether tags are propagated: {exc.reason}")
    if kind != "Api" or on:
        visible = lay_written() or written.shared is not None
        if kind in _REPLACED and on is not False and visible:
            return
    if kind == "Application":
        _lay_repository(layers, lookup(written.properties, "Location"))
    if (key := _MARKS.get(kind)) is not None:
        layers.put(Tag(key, "SAM", "transform", platform=True))


def _lay_repository(layers: Layers, location: Node | None) -> None:
    """Lay the marks of an application from the Serverless Application Repository."""
    for name in ("applicationId", "semanticVersion"):
        key = f"serverlessrepo:{name}"
        if (node := lookup(location, f"{name[0].upper()}{name[1:]}")) is None:
            continue
        try:
            value = layers.evaluator.text(node)
        except Undecided as exc:
            layers.put(Tag(key, None, "transform", unknown=exc.reason, platform=True))
        else:
            if value is not None:
                secret = value.secret
                layers.put(Tag(key, value.value, "transform", platform=True, sensitive=secret))


def generated(written: Written, world: World, address: str) -> Iterator[Generated]:
    """Give what the transform adds for one resource and hands its tags on to; raises Open."""
    kind, evaluator = written.type.removeprefix(NAMESPACE), Evaluator(world)
    doubt, on = "", True
    try:
        on = propagates(written, world)
    except Undecided as exc:
        doubt = f"whether tags are propagated: {exc.reason}"
    mark = "" if on and kind in _REPLACED else _MARKS.get(kind, "")
    if kind in {"Function", "StateMachine"}:
        if evaluator.branch(_setting(written, evaluator, "Role")) is None:
            yield Generated(f"{address}Role", _ROLE, mark)
    elif kind in _STAGES and (on or kind != "WebSocketApi"):
        name, type_ = _stage(kind, _setting(written, evaluator, "StageName"))
        yield Generated(f"{address}{name}", type_, mark, doubt if kind == "WebSocketApi" else "")
    if kind in _STAGES and (on or kind == "HttpApi"):
        yield from _domains(kind, written, Evaluator(world.settled()), doubt)
    if kind == "Api":
        yield from _usage_plan(written, evaluator, address, doubt, handed=on)
    if on:
        for name, type_ in _switched(kind, written, evaluator, address):
            yield Generated(name, type_, doubt=doubt)


def propagates(written: Written, scope: Scope) -> bool:
    """Evaluate the switch `PropagateTags`; raises Undecided."""
    evaluator = Evaluator(scope)
    switch = evaluator.text(_setting(written, evaluator, "PropagateTags"))
    return switch is not None and switch.value.lower() in {"true", "yes", "on"}


def surely_propagates(written: Written, world: World) -> bool:
    """Tell whether `PropagateTags` is on, whatever is open."""
    try:
        return propagates(written, world.settled())
    except Undecided:
        return False


def listened(address: str, body: Node) -> Iterator[tuple[str, str]]:
    """Give the logical ids of the buckets that a function listens to, each with its mark.

    The mark is the key of a tag that makes the bucket wait for a function that a condition may
    leave out; empty: there is none.
    """
    conditional = lookup(body, "Condition") is not None
    for name, event in named(lookup(body, "Properties", "Events")).items():
        node = lookup(event, "Properties", "Bucket") if _type(event) == "S3" else None
        function = None if node is None else call(node)
        if function is not None and function.name == "Ref":
            mark = f"sam:ConditionalDependsOn:{address}{name}Permission" if conditional else ""
            yield text(function.argument) or "", mark


def _settings(written: Written, evaluator: Evaluator, *path: str) -> list[Node]:
    """Look up what `Globals` gives, unless the resource ignores it, and the resource's own."""
    shared = None
    if not {"*", path[0]} & set(texts(lookup(written.body, "IgnoreGlobals"))):
        shared = lookup(evaluator.scope.template.global_property(written.type, path[0]), *path[1:])
    found = shared, lookup(written.properties, *path)
    return [node for node in found if node is not None]


def _setting(written: Written, evaluator: Evaluator, *path: str) -> Node | None:
    """Look up a property, the resource's own first: mappings of `Globals` are merged with it."""
    found = _settings(written, evaluator, *path)
    return found[-1] if found else None


def _switched(
    kind: str, written: Written, evaluator: Evaluator, address: str
) -> Iterator[tuple[str, str]]:
    """Give the logical id and the type of what only `PropagateTags` reaches."""

    def setting(*path: str) -> Node | None:
        return _setting(written, evaluator, *path)

    if kind == "Function":
        enabled = (text(setting("DeploymentPreference", "Enabled")) or "").lower() != "false"
        deployed = setting("DeploymentPreference") is not None and enabled
        if deployed and setting("AutoPublishAlias") is not None:
            yield f"{address}DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup"
        for outcome in ("OnSuccess", "OnFailure"):
            target = setting("EventInvokeConfig", "DestinationConfig", outcome)
            made = _DESTINATIONS.get(_type(target))
            if made is not None and lookup(target, "Destination") is None:
                yield f"{address}EventInvokeConfig{outcome}{made[0]}", made[1]
    if kind in _ROLE_EVENTS:
        for name, event in named(lookup(written.properties, "Events")).items():
            yield from _for_event(f"{address}{name}", event, _ROLE_EVENTS[kind])


def _for_event(name: str, event: Node, with_roles: set[str]) -> Iterator[tuple[str, str]]:
    type_, properties = _type(event), lookup(event, "Properties")
    if type_ in with_roles and lookup(properties, "RoleArn") is None:
        yield f"{name}Role", _ROLE
    letters = lookup(properties, "DeadLetterConfig")
    if type_ in _QUEUED_EVENTS and _type(letters) == "SQS":
        yield text(lookup(letters, "QueueLogicalId")) or f"{name}Queue", _QUEUE
    if type_ == "IoTRule":
        yield name, "AWS::IoT::TopicRule"
    if type_ == "SNS" and (text(lookup(properties, "SqsSubscription")) or "").lower() == "true":
        yield f"{name}Queue", _QUEUE


def _stage(kind: str, node: Node | None) -> tuple[str, str]:
    type_, default, end = _STAGES[kind]
    name = default if node is None else "" if call(node) else text(node) or ""
    if name == default and default:
        return end, type_
    return (f"{name}Stage" if name.isalnum() else f"Stage{_digest(name)}"), type_


def _usage_plan(
    written: Written, evaluator: Evaluator, address: str, doubt: str, *, handed: bool
) -> Iterator[Generated]:
    """Give an API's own usage plan and key; the plan may have tags that the template writes."""
    path = "Auth", "UsagePlan"
    if text(_setting(written, evaluator, *path, "CreateUsagePlan")) != "PER_API":
        return
    own = tuple(_settings(written, evaluator, *path, "Tags"))
    if own or handed:
        type_ = "AWS::ApiGateway::UsagePlan"
        yield Generated(f"{address}UsagePlan", type_, doubt=doubt, own=own, handed=handed)
    if handed:
        yield Generated(f"{address}ApiKey", "AWS::ApiGateway::ApiKey", doubt=doubt)


def _domains(kind: str, written: Written, evaluator: Evaluator, doubt: str) -> Iterator[Generated]:
    """Give an API's own domain, and what lets a VPC reach a private one."""
    if (name := _setting(written, evaluator, "Domain", "DomainName")) is None:
        return
    if kind != "Api":
        logical_id = f"ApiGatewayDomainNameV2{_digest(_resolved(name, evaluator))}"
        doubt = doubt if kind == "WebSocketApi" else ""
        yield Generated(logical_id, "AWS::ApiGatewayV2::DomainName", _MARKS[kind], doubt)
        return
    private = text(_setting(written, evaluator, "Domain", "EndpointConfiguration")) == "PRIVATE"
    made = "DomainNameV2" if private else "DomainName"
    logical_id = f"ApiGateway{made}{_digest(_resolved(name, evaluator))}"
    yield Generated(logical_id, f"AWS::ApiGateway::{made}", doubt=doubt)
    endpoint = _setting(written, evaluator, "Domain", "AccessAssociation", "VpcEndpointId")
    if private and endpoint is not None:
        made = "DomainNameAccessAssociation"
        digest = _digest([_resolved(endpoint, evaluator), logical_id])
        yield Generated(f"{made}{digest}", f"AWS::ApiGateway::{made}", doubt=doubt)


def _resolved(node: Node, evaluator: Evaluator) -> Any:  # noqa: ANN401 - whatever is written
    """Give a value as the transform sees it: evaluated, or the function that it does not know."""
    try:
        value = evaluator.text(node)
    except Undecided:
        value = None
    return plain_data(node) if value is None or value.secret else value.value


def _digest(data: Any) -> str:  # noqa: ANN401 - whatever is written
    """Give what the transform puts in place of data that cannot be part of a logical id."""
    from hashlib import sha1  # noqa: PLC0415 - hardly ever needed

    if not data:
        return ""
    written = data if isinstance(data, str) else dumps(data, separators=(",", ":"), sort_keys=True)
    return sha1(written.encode(), usedforsecurity=False).hexdigest()[:10]


def _type(node: Node | None) -> str:
    return text(lookup(node, "Type")) or ""
