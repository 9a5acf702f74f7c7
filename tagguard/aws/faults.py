"""What an error of AWS means, and what of it may be told.

Messages leave here without anything that could be used to sign in.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from botocore import exceptions as botocore
from botocore.parsers import ResponseParserError
from msgspec import Struct

from tagguard.aws.collectors import MissingError, RefusedError
from tagguard.escapes import visible

LONGEST_MESSAGE = 400
"""Characters of a message that are told."""

Kind = Literal["throttled", "transient", "denied", "credentials", "unavailable", "refused"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


THROTTLED = _words(
    # botocore/retries/standard.py, and what services answer beside it.
    """
    BandwidthLimitExceeded EC2ThrottledException LimitExceeded LimitExceededException
    PriorRequestNotComplete ProvisionedThroughputExceededException RequestLimitExceeded
    RequestThrottled RequestThrottledException SlowDown ThrottledException Throttling
    ThrottlingException TooManyRequests TooManyRequestsException TransactionInProgressException
    """
)
TRANSIENT = _words(
    """
    InternalError InternalErrorException InternalFailure InternalServerError
    InternalServerErrorException InternalServerException InternalServiceError
    InternalServiceException RequestTimeout RequestTimeoutException ServerException
    ServiceException ServiceUnavailable ServiceUnavailableException Unavailable
    """
)
DENIED = _words(
    """
    AccessDenied AccessDeniedException AllAccessDisabled AuthorizationError
    AuthorizationErrorException Client.UnauthorizedOperation Forbidden ForbiddenException
    NotAuthorized NotAuthorizedException UnauthorizedAccess UnauthorizedException
    UnauthorizedOperation
    """
)
EXPIRED = _words("ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired")
UNSIGNED = _words(
    # Revoked credentials, or a Region that the account has not opted in to: AWS does not say which.
    """
    AuthFailure IncompleteSignature InvalidAccessKeyId InvalidClientTokenId InvalidSecurity
    InvalidSignatureException InvalidToken MissingAuthenticationToken SignatureDoesNotMatch
    UnrecognizedClientException
    """
)
UNAVAILABLE = _words(
    """
    InvalidAction NotSignedUp OptInRequired SubscriptionRequiredException
    UnknownOperationException UnsupportedCommandException
    """
)
_INVALID = re.compile(r"(?i)validation|(invalid|bad)(parameter|argument|input|request)")
_TOKEN = re.compile(r"(?i)(next|page|pagination)[ _-]?token|marker")
_PAGE_TOKEN = re.compile(
    r"(?i)(expired|invalid)\w*(token|marker)|(token|marker)\w*(expired|invalid)"
)


class Fault(Struct, frozen=True):
    """What one error means."""

    kind: Kind
    code: str
    message: str
    network: bool = False
    """No answer came at all."""

    def error(self, what: str) -> MissingError:
        """Give the error that a collector sees; `what` is `service:Operation`."""
        text = f"{what}: {self.message}"
        match self.kind:
            case "refused":
                return RefusedError(self.code, text)
            case "credentials":
                return CredentialsError("failed", text)
            case "transient":
                return UnreachableError("failed", text) if self.network else _failed(text)
            case "throttled" | "denied" | "unavailable":
                return MissingError(self.kind, text)


class CredentialsError(MissingError):
    """There are no credentials, or they are not valid any more."""


class UnreachableError(MissingError):
    """No answer came, however often it was tried."""


def fault_of(error: Exception) -> Fault:
    """Say what an error of botocore means."""
    if isinstance(error, botocore.ClientError):
        return _answered(error.response)
    name = type(error).__name__
    kind: Kind = "refused"
    network = isinstance(error, _NETWORK)
    if network or isinstance(error, _GARBLED):
        kind = "transient"
    elif isinstance(error, _NO_CREDENTIALS):
        kind = "credentials"
    elif isinstance(error, _UNKNOWN):
        kind = "unavailable"
    return Fault(kind, name, scrubbed(str(error)), network)


_NETWORK = (
    botocore.ConnectionError,  # and with it EndpointConnectionError, SSLError, timeouts, proxies
    botocore.HTTPClientError,
)
_GARBLED = (botocore.ResponseStreamingError, botocore.IncompleteReadError, ResponseParserError)
_NO_CREDENTIALS = (
    botocore.CredentialRetrievalError,
    botocore.LoginError,
    botocore.MetadataRetrievalError,
    botocore.NoCredentialsError,
    botocore.PartialCredentialsError,
    botocore.RefreshWithMFAUnsupportedError,
    botocore.SSOError,
    botocore.TokenRetrievalError,
)
_UNKNOWN = (
    botocore.BaseEndpointResolverError,
    botocore.EndpointProviderError,
    botocore.UnknownServiceError,
)


def _answered(response: dict[str, Any]) -> Fault:
    told = response.get("Error", {})
    code = str(told.get("Code", "") or "unknown")
    code = code.rpartition("#")[2].partition(":")[0]
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = scrubbed(f"{told.get('Message') or 'no message'} ({code})")
    return Fault(_kind(code, status), visible(code), message)


def _kind(code: str, status: int) -> Kind:
    kind = next((kind for kind, codes in _CODES.items() if code in codes), None)
    if kind is not None:
        return kind
    if status in {429, 503}:
        return "throttled"
    if is_page_token(code, ""):
        return "refused"
    if status >= 500:  # noqa: PLR2004 - HTTP: the server's fault
        return "transient"
    return "denied" if status == 403 else "refused"  # noqa: PLR2004 - HTTP: forbidden


_CODES: dict[Kind, frozenset[str]] = {
    "throttled": THROTTLED,
    "transient": TRANSIENT,
    "denied": DENIED,
    "credentials": EXPIRED,
    "unavailable": UNAVAILABLE,
    "refused": UNSIGNED,
}


def is_page_token(code: str, message: str) -> bool:
    """Tell whether an error of a call that held a page token says that this is not valid any more.

    Some services have no code for it, and name the token in the message alone.
    """
    if code in EXPIRED | UNSIGNED:
        return False
    invalid = _INVALID.match(code) is not None and _TOKEN.search(message) is not None
    return invalid or _PAGE_TOKEN.search(code) is not None


def _failed(text: str) -> MissingError:
    return MissingError("failed", text)


def scrubbed(text: str) -> str:
    """Give a message without what could be secret, short and safe to print."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    text = visible(" ".join(text.split()))
    return text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"


_SECRETS = (
    # What sts:DecodeAuthorizationMessage would make readable.
    (re.compile(r"(?i)encoded authorization failure message:\s*\S+"), "(encoded message left out)"),
    (re.compile(r"(?i)\bX-Amz-[\w-]+=[^\s&\"']*"), "(left out)"),
    (re.compile(r"(?i)\b(signature|credential|(?:security|session)-?token)=[^\s&,\"']*"), r"\1="),
    # Prefixes of key ids: IAM user guide, "Unique identifiers".
    (re.compile(r"\bA(?:3T|BIA|CCA|GPA|IDA|IPA|KIA|NPA|NVA|PKA|ROA|SCA|SIA)[A-Z0-9]{12,}\b"), "…"),
    # Session tokens, secret keys, digests of requests: long runs of base64 or hexadecimal digits.
    (re.compile(r"(?<![\w/+=-])[A-Za-z0-9/+=]{40,}(?![\w/+=-])"), "(left out)"),
)
