"""Collectors: each asks one API what there is. A module, a test, and a line in `COLLECTORS`.

A collector looks at one account in one Region at a time and yields pages of sightings. It knows
nothing of threads, rate limits, retries and checkpoints: the `Api` that it is handed does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from msgspec import Struct

from tagguard.aws.sightings import Sighting
from tagguard.errors import TagguardError
from tagguard.report import Shortage

COLLECTORS = {
    "tagging": "tagguard.aws.collectors.tagging:collectors",
    "explorer": "tagguard.aws.collectors.explorer:collectors",
    "config": "tagguard.aws.collectors.config:collectors",
    "cloudcontrol": "tagguard.aws.collectors.cloud_control:collectors",
    "services": "tagguard.aws.collectors.services:collectors",
}
"""Name for `--collector` -> the function that makes its collectors; `services` makes one a service
listing, called `services/ec2-instance` and so on."""


class MissingError(TagguardError):
    """A part of the scan cannot be had; `state` says in which way, the message why."""

    def __init__(self, state: Shortage, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.state: Shortage = state


class Call(Struct, frozen=True):
    """One operation of an AWS API, and the permission that it needs."""

    service: str
    """The client's name in boto3: `resourcegroupstaggingapi`."""
    operation: str
    """As the API spells it: `GetResources`."""
    action: str
    """The IAM action: `tag:GetResources`."""


class Target(Struct, frozen=True):
    """Where to look."""

    account: str
    region: str
    partition: str = "aws"


class Api(Protocol):
    """Calls AWS in the account and Region of one target: rate-limited, retried, read-only."""

    target: Target

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - an API's own
        """Call once. Raises MissingError where it is denied, throttled out or fails for good.

        An error code of the API that the caller wants to know is `RefusedError.code`.
        """

    def pages(
        self,
        call: Call,
        *,
        token: str,
        into: str = "",
        **parameters: Any,  # noqa: ANN401 - an API's own
    ) -> Iterator[dict[str, Any]]:
        """Call until there is no next page.

        `token` names it in the answer, `into` (by default the same) in the next call. A token that
        expires begins the listing anew, so a resource may be seen twice.
        """

    def at(self, *, region: str = "", caller: bool = False) -> Api:
        """Give the way elsewhere: another Region, or as who started the scan. Empty: as here."""


class RefusedError(MissingError):
    """The API answered with an error that is no lack of permission and no throttling."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__("failed", message)
        self.code = code
        """The API's own code: `ResourceNotFoundException`."""


class Collector(Protocol):
    """What a collector provides. It holds no state of one target."""

    name: str
    """Unique; what stands before a `/` is the name in `COLLECTORS`."""
    sees_untagged: bool
    """It lists resources that never had a tag."""
    covers: frozenset[str]
    """Types of which it lists every single one; what another API shows of them is a ghost if this
    one does not, later. Empty: it proves nothing of that kind."""
    needs: frozenset[str]
    """Names of collectors that must be through in the same account and Region before this one
    begins."""
    calls: Sequence[Call]
    """Every operation that it may call."""

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        """Choose where to look, among the Regions of the scan: one for a global service.

        A global service's Region is asked even if the scan does not name it.
        """

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages. Raises MissingError for what is missing; what was yielded before counts.

        Raises MissingError("unavailable", …) where the service is not set up or does not exist.
        """


class CollectorOptions(Struct, frozen=True, kw_only=True):
    """What the caller wants of collectors."""

    types: Sequence[str] = ()
    """CloudFormation type names for Cloud Control."""
    aggregator: str = ""
    """`NAME` or `NAME@REGION` of the AWS Config aggregator; empty: each account's recorder."""
