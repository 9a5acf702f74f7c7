"""The clients of botocore, shared by all accounts of a scan.

A client costs milliseconds and up to megabytes, and 500 accounts make hundreds of thousands of
combinations of account, Region and service. So there is one client for each service and Region, and
each call brings the credentials that sign it. Endpoints, proxies and certificates come from the
normal environment, as for any client.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol, cast

from botocore import exceptions, xform_name
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session

from tagguard.aws.collectors import Call, MissingError
from tagguard.aws.faults import scrubbed
from tagguard.errors import UsageError, did_you_mean


class Frozen(Protocol):
    """Credentials at one moment, as `get_frozen_credentials` gives them."""

    access_key: str
    secret_key: str
    token: str | None


_acting: ContextVar[Frozen] = ContextVar("acting")
"""Whom the thread acts for."""


class _Acting(Credentials):  # type: ignore[misc] # botocore has no types
    """Stands in a client where its credentials would, and gives those of the moment.

    It names no account: an endpoint for each account (DynamoDB) would need connections for each.
    """

    def __init__(self) -> None:
        super().__init__("", "", method="tagguard")

    def get_frozen_credentials(self) -> Frozen:
        return _acting.get()


class _Chain:
    """A session's credential provider that knows nothing but `_Acting`."""

    def load_credentials(self) -> Credentials:
        return _Acting()


class Clients:
    """Sessions by profile, and clients by profile, service and Region; made when first needed."""

    def __init__(self, connections: int) -> None:
        self._config = Config(
            retries={"total_max_attempts": 1, "mode": "standard"},  # `retries` is the one loop
            max_pool_connections=connections,
            connect_timeout=10,
            read_timeout=60,
            user_agent_extra="tagguard",
        )
        self._lock = threading.RLock()
        self._sessions: dict[str, Session] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def own(self, profile: str) -> Credentials:
        """Give the credentials that the normal chain finds for a profile (empty: the default).

        Raises UsageError for a profile that is not there, and errors of botocore for the rest.
        """
        session = Session(profile=profile or None)
        try:
            found = session.get_credentials()
        except exceptions.ProfileNotFound as exc:
            raise UsageError(
                f"{scrubbed(str(exc))}{did_you_mean(profile, session.available_profiles)}",
                hint="`aws configure list-profiles` shows the profiles that there are",
            ) from exc
        if found is None:
            raise exceptions.NoCredentialsError
        return found

    def home(self, profile: str) -> str:
        """Give the Region that a profile or the environment names; empty: none."""
        with self._lock:
            return cast("str | None", self._session(profile).get_config_variable("region")) or ""

    def exists(self, service: str, region: str, partition: str) -> bool:
        """Tell whether this service may be in this Region; where botocore has no data, it may."""
        with self._lock:
            known = self._session("").get_available_regions(service, partition)
        return not known or region in known

    def send(
        self,
        profile: str,
        region: str,
        call: Call,
        frozen: Frozen,
        parameters: Mapping[str, object],
    ) -> dict[str, Any]:
        """Call once, signed with these credentials. Raises errors of botocore, and MissingError."""
        client = self._client(profile, call.service, region)
        operation = getattr(client, xform_name(call.operation), None)
        if operation is None:
            message = f"{call.service}:{call.operation} is newer than the installed boto3"
            raise MissingError("unavailable", message)
        token = _acting.set(frozen)
        try:
            answer: dict[str, Any] = operation(**parameters)
        finally:
            _acting.reset(token)
        return answer

    def _client(self, profile: str, service: str, region: str) -> Any:  # noqa: ANN401 - made at run time
        key = profile, service, region
        if (client := self._clients.get(key)) is None:
            with self._lock:  # botocore makes clients in one thread at a time
                if (client := self._clients.get(key)) is None:
                    client = self._clients[key] = self._session(profile).create_client(
                        service, region_name=region, config=self._config
                    )
        return client

    def _session(self, profile: str) -> Session:
        if (session := self._sessions.get(profile)) is None:
            session = self._sessions[profile] = Session(profile=profile or None)
            session.register_component("credential_provider", _Chain())
        return session
