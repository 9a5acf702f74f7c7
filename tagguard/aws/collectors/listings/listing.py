"""What one service listing is: records only; `services` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from tagguard.aws.collectors import Call


class Step(Struct, frozen=True, kw_only=True):
    """One operation of a listing, asked once or for each item of the step before."""

    call: Call
    items: str
    """JMESPath to the items in the answer. An item that is a text is the item `{"it": text}`."""
    token: str = ""
    """Where the answer names the next page (as `Api.pages` reads it); empty: there is one page."""
    into: str = ""
    """The parameter that takes the token; empty: it is called as in the answer."""
    after: str = ""
    """For an API without page tokens: JMESPath to what the next call begins after, if there is
    more."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """What is always asked."""
    given: Mapping[str, str] = field(default_factory=dict)
    """Parameter -> JMESPath to its value in the item of the step before."""
    detail: bool = False
    """It only adds members to an item: denied for one, that one and all others are still told."""
    unless: str = ""
    """JMESPath to what makes a detail needless, where an item has it."""


class Listing(Struct, frozen=True, kw_only=True):
    """Every resource of one type in one place. An item's last step sees the earlier ones: `above`.

    All expressions are JMESPath of an item of the last step. Source of names and paths: the
    services' API models; a test holds this table against them.
    """

    name: str
    """`ec2-instance`; the collector is `services/ec2-instance`."""
    type: str
    """The live type."""
    steps: tuple[Step, ...]
    arn: str
    """Where the ARN stands, or a template: `{partition}`, `{region}` and `{account}` are those of
    the place, other braces hold expressions."""
    tags: str = ""
    """Where the tags are, in any of the shapes that AWS has; nothing there means no tags. Empty:
    this API shows none, and the tagging API tells."""
    state: str = ""
    """Where the state is."""
    gone: tuple[str, ...] = ()
    """States of what does not exist any more, in lower case."""
    owner: str = ""
    """Whose it is, where others' resources are listed, too: those are left to their accounts. An
    ARN of another account is left in any case."""
    region: str = ""
    """Where the resource's Region is, if neither the ARN nor the place tells it."""
    place: str = ""
    """Empty: asked in every Region; `home`: in one, for a global service; else in this Region."""
    complete: bool = True
    """It lists every resource of its type; two listings that only together do so both say so."""


PREFIXES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "kinesisanalyticsv2": "kinesisanalytics",
    "opensearch": "es",
    "stepfunctions": "states",
}
"""Client name -> what IAM calls the service, where they differ (and it is not in `ACTIONS`)."""
ACTIONS = {
    ("apigateway", "GetRestApis"): "apigateway:GET",
    ("apigatewayv2", "GetApis"): "apigateway:GET",
    ("s3", "ListBuckets"): "s3:ListAllMyBuckets",
}
"""Operations whose IAM action is called otherwise. Source: the service authorization reference."""


def call(service: str, operation: str) -> Call:
    """Name an operation and its IAM action."""
    action = ACTIONS.get((service, operation), f"{PREFIXES.get(service, service)}:{operation}")
    return Call(service, operation, action)


def step(
    service: str,
    operation: str,
    items: str,
    token: str = "NextToken",  # noqa: S107 - a field's name
    *,
    into: str = "",
    after: str = "",
    given: Mapping[str, str] = {},
    detail: bool = False,
    unless: str = "",
    **parameters: Any,  # noqa: ANN401 - an API's own
) -> Step:
    """Write a step; `parameters` are the API's."""
    return Step(
        call=call(service, operation),
        items=items,
        token=token,
        into=into,
        after=after,
        parameters=parameters,
        given=given,
        detail=detail,
        unless=unless,
    )


def arn(service: str, resource: str) -> str:
    """Write the template of an ARN of this place."""
    return "arn:{partition}:" + service + ":{region}:{account}:" + resource
