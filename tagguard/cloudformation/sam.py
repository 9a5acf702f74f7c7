"""What the SAM transform does to tags: its own marks, and whom it hands a resource's tags on to.

The facts are those of the SAM specification and of the open translator (aws-sam-translator 1.115,
Apache-2.0), which says how each generated resource is called. Only what takes tags is told. What
several resources share (the implicit API, CodeDeploy's application and role) is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct
from yaml.nodes import Node

from tagguard.cloudformation.intrinsics import Evaluator, Undecided, call
from tagguard.cloudformation.tag_layers import Layers
from tagguard.cloudformation.template import text, texts
from tagguard.cloudformation.worlds import World
from tagguard.cloudformation.written import Written
from tagguard.documents import lookup, named
from tagguard.model import Tag

NAMESPACE = "AWS::Serverless::"

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
_DOMAIN = "AWS::ApiGatewayV2::DomainName"
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
    """Why it is not known whether it gets the tags; empty where it surely does."""


def transform(layers: Layers, written: Written, lay_written: Callable[[], bool]) -> None:
    """Lay what the template writes for a resource, and the transform's mark, as they will be.

    The `Tags` of an `Api` are its stage's; only `PropagateTags` gives them to the API itself.
    """
    kind = written.type.removeprefix(NAMESPACE)
    try:
        on = _propagates(written, layers.evaluator)
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
                layers.put(Tag(key, value.value, "transform", platform=True))


def generated(written: Written, world: World, address: str) -> Iterator[Generated]:
    """Give what the transform adds for one resource and hands its tags on to; raises Open."""
    kind, evaluator = written.type.removeprefix(NAMESPACE), Evaluator(world)
    doubt, on = "", True
    try:
        on = _propagates(written, evaluator)
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
        yield from _domain(kind, _setting(written, evaluator, "Domain"), evaluator, doubt)
    if on:
        for name, type_ in _switched(kind, written, evaluator):
            yield Generated(f"{address}{name}", type_, doubt=doubt)


def _propagates(written: Written, evaluator: Evaluator) -> bool:
    """Evaluate the switch `PropagateTags`; raises Undecided."""
    switch = evaluator.text(_setting(written, evaluator, "PropagateTags"))
    return switch is not None and switch.value.lower() in {"true", "yes", "on"}


def _setting(written: Written, evaluator: Evaluator, name: str) -> Node | None:
    """Look up a property, and then what `Globals` gives unless the resource ignores it."""
    if (own := lookup(written.properties, name)) is not None:
        return own
    if {"*", name} & set(texts(lookup(written.body, "IgnoreGlobals"))):
        return None
    return evaluator.scope.template.global_property(written.type, name)


def _switched(kind: str, written: Written, evaluator: Evaluator) -> Iterator[tuple[str, str]]:
    """Give the rest of the logical id, and the type, of what only `PropagateTags` reaches."""

    def setting(name: str, *path: str) -> Node | None:
        return lookup(_setting(written, evaluator, name), *path)

    if kind == "Api" and text(setting("Auth", "UsagePlan", "CreateUsagePlan")) == "PER_API":
        yield "UsagePlan", "AWS::ApiGateway::UsagePlan"
        yield "ApiKey", "AWS::ApiGateway::ApiKey"
    if kind == "Function":
        if setting("DeploymentPreference") is not None and setting("AutoPublishAlias") is not None:
            yield "DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup"
        for outcome in ("OnSuccess", "OnFailure"):
            target = setting("EventInvokeConfig", "DestinationConfig", outcome)
            made = _DESTINATIONS.get(_type(target))
            if made is not None and lookup(target, "Destination") is None:
                yield f"EventInvokeConfig{outcome}{made[0]}", made[1]
    if kind in _ROLE_EVENTS:
        for name, event in named(lookup(written.properties, "Events")).items():
            yield from _for_event(name, event, _ROLE_EVENTS[kind])


def _for_event(name: str, event: Node, with_roles: set[str]) -> Iterator[tuple[str, str]]:
    type_, properties = _type(event), lookup(event, "Properties")
    if type_ in with_roles and lookup(properties, "RoleArn") is None:
        yield f"{name}Role", _ROLE
    if type_ in _QUEUED_EVENTS and _type(lookup(properties, "DeadLetterConfig")) == "SQS":
        yield f"{name}Queue", _QUEUE
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


def _domain(kind: str, node: Node | None, evaluator: Evaluator, doubt: str) -> Iterator[Generated]:
    """Give an API's own domain, where its name is known."""
    try:
        name = evaluator.text(lookup(node, "DomainName"))
    except Undecided:
        return
    if name is None or name.secret:
        return
    private = text(lookup(node, "EndpointConfiguration")) == "PRIVATE"
    second = "" if kind == "Api" and not private else "V2"
    type_ = f"AWS::ApiGateway::DomainName{second}" if kind == "Api" else _DOMAIN
    mark, doubt = (_MARKS.get(kind, ""), doubt if kind != "HttpApi" else "")
    yield Generated(f"ApiGatewayDomainName{second}{_digest(name.value)}", type_, mark, doubt)


def _digest(name: str) -> str:
    """Give what the transform puts in place of a name that cannot be part of a logical id."""
    from hashlib import sha1  # noqa: PLC0415 - hardly ever needed

    return sha1(name.encode(), usedforsecurity=False).hexdigest()[:10] if name else ""


def _type(node: Node | None) -> str:
    return text(lookup(node, "Type")) or ""
