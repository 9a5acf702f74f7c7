"""The credentials of each account: the normal chain's own, or a role's that these may assume.

They stay in memory, are renewed before they expire, and are held against the account that they are
meant for: a scan never files one account's resources under another.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.credentials import Credentials
from botocore.exceptions import BotoCoreError
from msgspec import Struct

from tagguard.aws.clients import Clients, Frozen
from tagguard.aws.collectors import Call, MissingError
from tagguard.aws.faults import CredentialsError, fault_of
from tagguard.aws.limits import Limits
from tagguard.aws.retries import Manners, persistently

SESSION = "tagguard"
"""Name of the assumed role's session, as CloudTrail shows it."""
SPARE = 300.0
"""Seconds before the end of a session when it is renewed; of short sessions a third."""
FALLBACK_REGION = "us-east-1"
"""Where STS is asked if neither the profile nor the environment names a Region."""
IDENTITY = Call("sts", "GetCallerIdentity", "sts:GetCallerIdentity")
ASSUME = Call("sts", "AssumeRole", "sts:AssumeRole")


class Access(Struct, frozen=True):
    """How an account is entered. It holds no secret."""

    profile: str = ""
    """Empty: the default of the environment."""
    role_arn: str = ""
    """Empty: with the profile's own credentials."""

    def __str__(self) -> str:
        own = f"the profile `{self.profile}`" if self.profile else "the default credentials"
        return f"the role {self.role_arn}" if self.role_arn else own


class Caller(Struct, frozen=True):
    """Who the calls of a profile come from."""

    account: str
    arn: str

    @property
    def partition(self) -> str:
        """Give the part of AWS that it belongs to: `aws`, `aws-cn`, `aws-us-gov`."""
        return self.arn.split(":")[1]


class _Session(NamedTuple):
    """An assumed role."""

    frozen: Frozen
    renew_at: float


class Keys:
    """Credentials by access. Threads may share it."""

    def __init__(
        self,
        clients: Clients,
        limits: Limits,
        manners: Manners,
        *,
        external_id: str = "",
        session_duration: int = 3600,
    ) -> None:
        self._clients, self._limits, self._manners = clients, limits, manners
        self._external_id, self._duration = external_id, session_duration
        self._lock = threading.Lock()
        self._locks: dict[Access, threading.Lock] = {}
        self._own: dict[str, Credentials] = {}
        self._callers: dict[str, Caller] = {}
        self._sessions: dict[Access, _Session] = {}
        self._lost: dict[str, str] = {}

    def frozen(self, access: Access, account: str) -> Frozen:
        """Give credentials that hold for a while yet.

        Raises MissingError where the role may not be assumed, where the credentials are not valid
        any more, and where they are of another account.
        """
        with self._lock:
            lock = self._locks.setdefault(access, threading.Lock())
        with lock:
            return (self._assumed if access.role_arn else self._owned)(access, account)

    def caller(self, profile: str) -> Caller:
        """Ask who a profile's credentials belong to; once."""
        if (caller := self._callers.get(profile)) is None:
            answer = self._sts(profile, IDENTITY)
            caller = self._callers[profile] = Caller(answer["Account"], answer["Arn"])
        return caller

    def rejected(self, access: Access, used: Frozen, message: str) -> None:
        """Hear that AWS calls these credentials expired: a role is assumed anew when asked next.

        A profile's own are gone for this run: no further call is made with them.
        """
        with self._lock:
            session = self._sessions.get(access)
            if session is not None and session.frozen is used:
                del self._sessions[access]
            if not access.role_arn:
                self._lost.setdefault(access.profile, message)

    def forget(self, access: Access) -> None:
        """Drop what was kept for an account: it is done."""
        with self._lock:
            self._sessions.pop(access, None)
            self._locks.pop(access, None)

    def _owned(self, access: Access, account: str) -> Frozen:
        caller = self.caller(access.profile)
        if caller.account != account:
            message = f"{access} belong to the account {caller.account}, not to {account}"
            raise MissingError("failed", message)
        return self._current(access.profile)

    def _current(self, profile: str) -> Frozen:
        """Give a profile's own credentials; the chain renews those that it can."""
        if profile in self._lost:
            raise CredentialsError("failed", self._lost[profile])
        with self._lock:
            if (own := self._own.get(profile)) is None:
                own = self._own[profile] = self._clients.own(profile)
        try:
            frozen: Frozen = own.get_frozen_credentials()
        except BotoCoreError as exc:
            raise fault_of(exc).error(str(Access(profile))) from None
        return frozen

    def _assumed(self, access: Access, account: str) -> Frozen:
        session = self._sessions.get(access)
        if session is None or session.renew_at <= self._manners.clock():
            extra = {"ExternalId": self._external_id} if self._external_id else {}
            answer = self._sts(
                access.profile,
                ASSUME,
                RoleArn=access.role_arn,
                RoleSessionName=SESSION,
                DurationSeconds=self._duration,
                **extra,
            )
            entered = answer["AssumedRoleUser"]["Arn"].split(":")[4]
            if entered != account:
                message = f"{access} belongs to the account {entered}, not to {account}"
                raise MissingError("failed", message)
            session = self._sessions[access] = self._session(answer["Credentials"])
        return session.frozen

    def _session(self, told: dict[str, Any]) -> _Session:
        held = Credentials(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])
        left = (told["Expiration"] - datetime.now(UTC)).total_seconds()
        left = max(left, SPARE)  # a local clock that is ahead; AWS has just given them
        renew_at = self._manners.clock() + left - min(SPARE, left / 3)
        return _Session(held.get_frozen_credentials(), renew_at)

    def _sts(self, profile: str, call: Call, **parameters: object) -> dict[str, Any]:
        region = self._clients.home(profile) or FALLBACK_REGION
        limiter = self._limits.of(f"caller {profile}", region, call.service, call.operation)

        def attempt() -> dict[str, Any]:
            return self._clients.send(profile, region, call, self._current(profile), parameters)

        try:
            return persistently(attempt, call, limiter, self._manners)
        except CredentialsError as exc:
            self._lost.setdefault(profile, exc.message)
            raise
