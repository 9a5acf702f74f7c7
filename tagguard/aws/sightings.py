"""What one collector saw of one resource. Several sightings merge into one resource, by ARN."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Sighting(Struct, frozen=True, kw_only=True, omit_defaults=True, array_like=True):
    """One resource as one API shows it."""

    arn: str
    type: str
    """Live spelling: `ec2:instance`; see `tagguard.aws.arns`."""
    account: str
    region: str
    """`global` for what belongs to none."""
    tags: Mapping[str, str] | None
    """None: this API gave no tags, which is not the same as `{}`."""
    managed_by: str = "user"
    """`user`, or the platform service that creates it, as far as this API shows."""
    as_of: str = ""
    """When the API last looked itself, ISO 8601 in UTC; empty: just now."""
    gone: str = ""
    """Why it surely does not exist any more (`terminated`); empty: it does."""
