"""Tells from a resource's id what a row leaves out: its cloud, type, account and Region.

What a row says itself counts; only a type that its cloud cannot mean gives way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tagguard.aws import arns

AZURE_TYPE = re.compile(r".*/providers/([^/]+)((?:/[^/]+/[^/]+)+)/?$", re.IGNORECASE)
GOOGLE_PLACE = re.compile(r"/(?:locations|regions|zones)/([^/]+)/")
UNKNOWN = "unknown"
"""Type of what neither its row nor its id tells."""


class Identity(NamedTuple):
    """What is known of a resource beside its id and its tags."""

    provider: str
    type: str
    account: str | None
    region: str | None


def provider_of(address: str) -> str | None:
    """Tell by an id's first characters whose it is; None: nobody's that is known."""
    if address.startswith("arn:"):
        return "aws"
    if address[:15].lower() == "/subscriptions/":
        return "azure"
    return "google" if address.startswith("//") and ".googleapis.com/" in address else None


def identify(
    address: str,
    provider: str | None,
    type_: str | None,
    account: str | None,
    region: str | None,
) -> Identity:
    """Complete what a row says; raises ValueError where nobody says which cloud it is."""
    cloud = provider or provider_of(address)
    match cloud:
        case None:
            raise ValueError("is no id of AWS, Azure or Google Cloud; say `provider` in its format")
        case "aws":
            return _of_aws(address, type_, account, region)
        case "azure":
            return _of_azure(address, type_, account, region)
        case "google":
            return Identity(
                cloud,
                type_ or UNKNOWN,
                account or _after("projects", address),
                region or _first(GOOGLE_PLACE, address),
            )
        case _:
            return Identity(cloud, type_ or UNKNOWN, account, region)


def _of_aws(address: str, type_: str | None, account: str | None, region: str | None) -> Identity:
    arn = arns.parse(address)
    if type_ and (":" in type_ or arn is None):
        type_ = arns.type_of(type_) if ":" in type_ else type_
    elif arn is not None:
        type_ = arn.type
    if arn is not None:
        account, region = account or arn.account, region or arn.region
    if account and account.isdecimal():
        account = account.zfill(12)  # spreadsheets drop leading zeros
    return Identity("aws", type_ or UNKNOWN, account or None, region or None)


def _of_azure(address: str, type_: str | None, account: str | None, region: str | None) -> Identity:
    if not type_ and (found := AZURE_TYPE.search(address)):
        type_ = "/".join([found[1], *found[2].split("/")[1::2]])
    account = account or _after("subscriptions", address)
    return Identity("azure", (type_ or UNKNOWN).lower(), account, region or None)


def _after(word: str, address: str) -> str | None:
    return _first(re.compile(rf"/{word}/([^/]+)", re.IGNORECASE), address)


def _first(pattern: re.Pattern[str], address: str) -> str | None:
    found = pattern.search(address)
    return found[1] if found else None
