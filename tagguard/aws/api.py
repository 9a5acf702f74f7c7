"""The `Api` that collectors are handed: signed, limited, retried, and paged to the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import EndpointConnectionError, ProxyConnectionError

from tagguard.aws.clients import Clients
from tagguard.aws.collectors import Call, MissingError, RefusedError, Target
from tagguard.aws.credentials import Access, Caller, Keys
from tagguard.aws.faults import CredentialsError, is_page_token
from tagguard.aws.limits import Limits
from tagguard.aws.retries import Manners, persistently

RESTARTS = 3
"""How often a listing begins anew because its page token expired."""


class Cloud:
    """Everything that the calls of one run share. Threads may use it."""

    def __init__(
        self,
        *,
        external_id: str = "",
        session_duration: int = 3600,
        workers: int = 32,
        manners: Manners | None = None,
    ) -> None:
        self.manners = manners or Manners()
        self.clients = Clients(workers)
        self.limits = Limits(self.manners.clock, self.manners.pause)
        self.keys = Keys(
            self.clients,
            self.limits,
            self.manners,
            external_id=external_id,
            session_duration=session_duration,
        )

    def caller(self, profile: str = "") -> Caller:
        """Say who a profile's calls come from. Raises MissingError; UsageError: no such profile."""
        return self.keys.caller(profile)

    def api(self, target: Target, access: Access) -> LiveApi:
        """Give the way into one account and Region."""
        return LiveApi(self, target, access)

    def forget(self, account: str, access: Access) -> None:
        """Drop what was kept for an account: it is done."""
        self.limits.forget(account)
        self.keys.forget(access)


class LiveApi:
    """Calls AWS in the account and Region of one target, as `collectors.Api` promises."""

    def __init__(self, cloud: Cloud, target: Target, access: Access) -> None:
        self.target = target
        self._cloud, self._access = cloud, access

    def at(self, *, region: str = "", caller: bool = False) -> LiveApi:
        """Call elsewhere: in another Region, or as who started the scan. Empty: as here."""
        account, access = self.target.account, self._access
        if caller:
            access = Access(access.profile)
            account = self._cloud.caller(access.profile).account
        target = Target(account, region or self.target.region, self.target.partition)
        return LiveApi(self._cloud, target, access)

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - an API's own
        """Call once, as often as it takes."""
        try:
            return self._call(call, parameters)
        except CredentialsError:
            if not self._access.role_arn:
                raise
        return self._call(call, parameters)  # the role has been assumed anew

    def pages(
        self,
        call: Call,
        *,
        token: str,
        into: str = "",
        **parameters: Any,  # noqa: ANN401 - an API's own
    ) -> Iterator[dict[str, Any]]:
        """Call until no page is left.

        `token` may be a path (`DistributionList.NextMarker`); `into` is by default its last name. A
        token that expires begins the listing anew, a few times.
        """
        into = into or token.rpartition(".")[2]
        given, restarts = "", 0
        while True:
            more = {into: given} if given else {}
            try:
                page = self.call(call, **parameters, **more)
            except RefusedError as exc:
                if not given or not is_page_token(exc.code, exc.message):
                    raise
                restarts += 1
                if restarts > RESTARTS:
                    raise MissingError("truncated", f"{exc.message}, {restarts} times") from exc
                given = ""
                continue
            yield page
            following = _at(page, token)
            if not following:
                return
            if following == given:
                message = f"{call.service}:{call.operation}: the next page is the same page"
                raise MissingError("truncated", message)
            given = following

    def _call(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        cloud, target, access = self._cloud, self.target, self._access
        limiter = cloud.limits.of(target.account, target.region, call.service, call.operation)
        frozen = cloud.keys.frozen(access, target.account)

        def attempt() -> dict[str, Any]:
            try:
                return cloud.clients.send(access.profile, target.region, call, frozen, parameters)
            except (EndpointConnectionError, ProxyConnectionError):
                if cloud.clients.exists(call.service, target.region, target.partition):
                    raise
                message = f"{call.service} does not exist in {target.region}, as boto3 knows it"
                raise MissingError("unavailable", message) from None

        try:
            return persistently(attempt, call, limiter, cloud.manners)
        except CredentialsError as exc:
            cloud.keys.rejected(access, frozen, exc.message)
            raise


def _at(page: dict[str, Any], path: str) -> str:
    """Follow a dotted path; empty where it does not lead to a text."""
    value: Any = page
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
