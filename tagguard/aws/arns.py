"""Reads Amazon Resource Names: whose a resource is, where it is, and of which type.

A live type is spelt as ARNs spell it, `ec2:instance`, so that the catalog's type map knows it
wherever it can. An ARN says neither whether its resource exists nor whether it takes tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from tagguard.catalog import types as names

GLOBAL = "global"
"""The Region of what belongs to none."""


class Arn(Struct, frozen=True):
    """The parts of an ARN."""

    partition: str
    service: str
    region: str
    """`global` for what belongs to none; empty where the ARN does not tell (buckets)."""
    account: str
    """Empty where the ARN does not tell; `aws` for what AWS itself owns."""
    resource: str
    """All that stands after the account."""
    type: str
    """The live type: `elasticloadbalancing:loadbalancer`."""


NAMED: Mapping[str, tuple[str, ...]] = {
    "codecommit": ("repository",),
    "codepipeline": ("pipeline", "stage", "action"),
    "s3": ("bucket", "object"),
    "sns": ("topic", "subscription"),
    "sqs": ("queue",),
}
"""Services whose ARNs begin with a name, with no type before it -> the type by number of names.

Source: the service authorization reference.
"""

SCOPED = "wafv2"
"""The service whose ARNs begin with a scope, before the type: `regional/webacl/…`."""

UNTYPED = "resource"
"""Type of what stands under its bare name in a service that is not known to do so."""

FOLDERS = frozenset(
    {
        "access-grants",
        "bulk",
        "cache",
        "data-lake",
        "default",
        "definition",
        "documentation",
        "greengrass",
        "hub",
        "information_schema",
    }
)
"""Words after which no name stands in an ARN, but the next word of a nested type."""

SEPARATORS = re.compile("[/:]")
SHAPE = re.compile("arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)", re.DOTALL)


def parse(arn: str) -> Arn | None:
    """Take an ARN apart; None if it is none.

    A bucket's ARN tells neither its account nor its Region: both are empty.
    """
    shape = SHAPE.fullmatch(arn)
    if shape is None:
        return None
    partition, service, region, account, resource = shape.groups()
    type_ = _type(service, account, resource)
    if service == SCOPED and resource.startswith("global/"):
        region = GLOBAL
    elif type_ not in ("s3:bucket", "s3:object"):
        region = region or GLOBAL
    return Arn(partition, service, region, account, resource, type_)


def _type(service: str, account: str, resource: str) -> str:
    words = [word for word in SEPARATORS.split(resource.lower()) if word]
    if kinds := _kinds_of_named(service, account, resource):
        return f"{service}:{kinds[min(len(words), len(kinds)) - 1]}"
    if service == SCOPED:
        del words[:1]
    nested = _nested(service).get(words[0]) if words else None
    if nested:
        return f"{service}:{_longest(nested, words)}"
    return f"{service}:{words[0] if len(words) > 1 else UNTYPED}"


def _kinds_of_named(service: str, account: str, resource: str) -> tuple[str, ...]:
    """Give the types of a service in `NAMED`; none for those of its ARNs that do begin with one."""
    typed = (service == "s3" and account) or (service == "codepipeline" and ":" in resource)
    return () if typed else NAMED.get(service, ())


def _longest(kinds: tuple[tuple[str, ...], ...], words: list[str]) -> str:
    """Give the longest type whose words stand in the ARN, each after its parent's name."""
    return "/".join(next(kind for kind in kinds if _stands(kind, words)))


def _stands(kind: tuple[str, ...], words: list[str]) -> bool:
    """Tell whether the words of a type stand there, with one name between each two."""
    at = 0
    for word in kind:
        if words[at : at + 1] != [word]:
            return False
        at += 1 if word in FOLDERS else 2
    return True


@cache
def _nested(service: str) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Give a service's types by their first word, as words, longest first."""
    return _known().get(service, {})


@cache
def _known() -> Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]]:
    found: dict[str, dict[str, set[tuple[str, ...]]]] = {}
    for name in names.native_names():
        service, _, type_ = names.live(name).partition(":")
        kind = tuple(type_.split("/"))
        found.setdefault(service, {}).setdefault(kind[0], {kind[:1]}).add(kind)
    return {
        service: {
            word: tuple(sorted(kinds, key=lambda kind: (-len(kind), kind)))
            for word, kinds in by_word.items()
        }
        for service, by_word in found.items()
    }


def type_of(native: str) -> str:
    """Give the live type of a type name of CloudFormation, AWS Config or Resource Explorer.

    `AWS::EC2::Instance` is `ec2:instance`, `elasticloadbalancing:loadbalancer/app` is
    `elasticloadbalancing:loadbalancer`. A CloudFormation name that has no live spelling stays.
    """
    if "::" in native:
        name = names.canonical(RENAMED.get(native, native))
        return names.live(name) if name else native
    for spelt in _prefixes(native.lower()):
        if name := names.canonical(spelt):
            return names.live(name)
    return native.lower()


def type_by(arn: Arn | None, native: str) -> str:
    """Give the live type by both the ARN and the API's own name of the type, where it has one.

    What the type map knows is believed first, and the ARN before the name, so that all APIs come
    to the same.
    """
    if arn is not None and names.canonical(arn.type):
        return arn.type
    named = type_of(native) if native else ""
    if arn is None or names.canonical(named):
        return named
    return named or arn.type


RENAMED = {
    "AWS::ACM::Certificate": "AWS::CertificateManager::Certificate",
    "AWS::EC2::RegisteredHAInstance": "AWS::EC2::Instance",
    "AWS::IAM::Policy": "AWS::IAM::ManagedPolicy",
    "AWS::RDS::DBClusterSnapshot": "rds:cluster-snapshot",
    "AWS::Redshift::ClusterSnapshot": "redshift:snapshot",
}
"""What AWS Config calls otherwise than CloudFormation does: its list of supported types.

`AWS::IAM::Policy` is a managed policy there; CloudFormation's is a part of a role.
"""


def _prefixes(spelt: str) -> Iterator[str]:
    while spelt:
        yield spelt
        spelt = spelt.rpartition("/")[0]


def normal(arn: str) -> str:
    """Give the one spelling of an ARN that different APIs spell differently.

    Log groups lose their `:*` (DescribeLogGroups adds it), functions their `:$LATEST`, rules the
    name of the default bus; what IAM spells without account (images, snapshots, APIs of API
    Gateway, buckets) has none, as in the service authorization reference.
    """
    _, _, service, *_ = (*arn.split(":", 3), "", "", "")
    if service in SPELLINGS:
        pattern, spelling = SPELLINGS[service]
        return pattern.sub(spelling, arn)
    return arn


SPELLINGS: Mapping[str, tuple[re.Pattern[str], str]] = {
    service: (re.compile(pattern), spelling)
    for service, (pattern, spelling) in {
        "apigateway": (r"^(arn:[^:]+:apigateway:[^:]*:)[^:]*:/?", r"\1:/"),
        "ec2": (r"^(arn:[^:]+:ec2:[^:]*:)[^:]*(:(?:image|snapshot)/)", r"\1\2"),
        "events": (r"^(arn:[^:]+:events:[^:]*:[^:]*:rule/)default/", r"\1"),
        "lambda": (r"^(arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+):\$LATEST$", r"\1"),
        "logs": (r"^(arn:[^:]+:logs:[^:]*:[^:]*:log-group:[^:]+):\*$", r"\1"),
        "s3": (r"^(arn:[^:]+:s3:)[^:]*:[^:]*:([^:/]+)$", r"\1::\2"),
    }.items()
}
