"""Turns what several APIs answer alike into sightings: an ARN, a list of tags, a moment.

It asks nothing, and it takes no answer's silence for an answer: tags that are not there are None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tagguard.aws import arns
from tagguard.aws.collectors import Target
from tagguard.aws.sightings import Sighting
from tagguard.catalog.types import canonical

HOMES: Mapping[str, tuple[str, ...]] = {
    "aws": ("us-east-1",),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
    "aws-us-gov": ("us-gov-west-1",),
}
"""Partition -> the Regions whose APIs show what belongs to none.

Source: the credential scopes of IAM, Route 53 and CloudFront in botocore's endpoints.json.
"""


def homes(partition: str) -> tuple[str, ...]:
    """Give the Regions whose APIs show what belongs to none; none where that is not known."""
    return HOMES.get(partition, ())


def sighting(
    target: Target,
    arn: str,
    tags: Mapping[str, str] | None,
    *,
    type_: str = "",
    account: str = "",
    region: str = "",
    as_of: str = "",
) -> Sighting:
    """Make a sighting of an ARN, or of another address whose type is given.

    `type_`, `account` and `region` are the API's own words, which count where the ARN is silent.
    """
    arn = arns.normal(arn)
    read = arns.parse(arn)
    told = read.account if read and read.account.isdigit() else ""
    return Sighting(
        arn=arn,
        type=_type(read.type if read else "", type_),
        account=told or account or target.account,
        region=(read.region if read else "") or region or target.region,
        tags=tags,
        as_of=as_of,
    )


def _type(spelt: str, named: str) -> str:
    """Choose the type that an ARN spells, unless only the API's own name for it is known."""
    if named and not canonical(spelt):
        other = arns.type_of(named)
        if not spelt or canonical(other):
            return other
    return spelt


def tags_of(entries: object, key: str = "Key", value: str = "Value") -> dict[str, str] | None:
    """Read a list of `{Key, Value}`, or a map; None if it is neither."""
    match entries:
        case dict():
            return {str(name): str(text) for name, text in entries.items()}
        case list():
            return _pairs((one for one in entries if isinstance(one, dict)), key, value)
    return None


def _pairs(entries: Iterable[Mapping[str, object]], key: str, value: str) -> dict[str, str]:
    return {str(one[key]): str(one.get(value) or "") for one in entries if key in one}


def moment(when: object) -> str:
    """Give a time of an API in UTC with milliseconds, so that times compare as text."""
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            return ""
    if not isinstance(when, datetime):
        return ""
    known = when if when.tzinfo else when.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
