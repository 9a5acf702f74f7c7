from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from tagguard.aws.collectors import MissingError, RefusedError
from tagguard.aws.faults import (
    LONGEST_MESSAGE,
    CredentialsError,
    UnreachableError,
    fault_of,
    is_page_token,
    scrubbed,
)


def answered(code: str, message: str = "because", status: int = 400) -> ClientError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Any")


@pytest.mark.parametrize(
    "code",
    [
        *ThrottledRetryableChecker._THROTTLED_ERROR_CODES,
        "ThrottledException",
        "RequestThrottled",
        "SlowDown",
        "LimitExceeded",
        "EC2ThrottledException",
    ],
)
def test_every_throttling_code_is_one(code: str) -> None:
    assert fault_of(answered(code)).kind == "throttled"


@pytest.mark.parametrize("code", TransientRetryableChecker._TRANSIENT_ERROR_CODES)
def test_what_botocore_would_retry_passes(code: str) -> None:
    assert fault_of(answered(code)).kind in {"transient", "throttled"}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (429, "throttled"),
        (503, "throttled"),
        (500, "transient"),
        (502, "transient"),
        (504, "transient"),
        (403, "denied"),
        (400, "refused"),
        (404, "refused"),
    ],
)
def test_an_unknown_code_is_known_by_its_status(status: int, kind: str) -> None:
    assert fault_of(answered("Mystery", status=status)).kind == kind


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("AccessDenied", "denied"),
        ("AccessDeniedException", "denied"),
        ("UnauthorizedOperation", "denied"),
        ("UnauthorizedException", "denied"),
        ("AuthorizationError", "denied"),
        ("OptInRequired", "unavailable"),
        ("SubscriptionRequiredException", "unavailable"),
        ("ThrottlingException", "throttled"),
        ("InternalFailure", "failed"),
        ("ResourceNotFoundException", "failed"),
        ("InvalidClientTokenId", "failed"),
    ],
)
def test_a_code_becomes_a_state(code: str, state: str) -> None:
    error = fault_of(answered(code)).error("sqs:ListQueues")
    assert error.state == state
    assert error.message == f"sqs:ListQueues: because ({code})"


def test_an_ordinary_refusal_keeps_its_code() -> None:
    error = fault_of(answered("ns#ResourceNotFoundException:http://x")).error("x:Y")
    assert isinstance(error, RefusedError)
    assert error.code == "ResourceNotFoundException"


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_expired_credentials_are_no_refusal(code: str) -> None:
    assert isinstance(fault_of(answered(code, status=403)).error("x:Y"), CredentialsError)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.EndpointConnectionError(endpoint_url="https://sqs"), UnreachableError),
        (exceptions.ConnectTimeoutError(endpoint_url="https://sqs"), UnreachableError),
        (exceptions.ReadTimeoutError(endpoint_url="https://sqs"), UnreachableError),
        (exceptions.SSLError(endpoint_url="https://sqs", error="bad"), UnreachableError),
        (exceptions.NoCredentialsError(), CredentialsError),
        (exceptions.SSOTokenLoadError(error_msg="none"), CredentialsError),
        (exceptions.UnauthorizedSSOTokenError(), CredentialsError),
        (exceptions.ParamValidationError(report="bad"), RefusedError),
    ],
)
def test_errors_without_an_answer_are_told_apart(
    error: Exception, kind: type[MissingError]
) -> None:
    assert type(fault_of(error).error("x:Y")) is kind


def test_a_service_that_boto3_does_not_know_is_unavailable() -> None:
    error = exceptions.UnknownServiceError(service_name="x", known_service_names="y")
    assert fault_of(error).error("x:Y").state == "unavailable"


@pytest.mark.parametrize(
    "code",
    [
        "PaginationTokenExpiredException",
        "InvalidNextToken",
        "InvalidNextTokenException",
        "ExpiredNextTokenException",
        "InvalidPaginationToken",
        "InvalidPaginationTokenException",
        "InvalidMarker",
    ],
)
def test_codes_of_page_tokens(code: str) -> None:
    assert is_page_token(code, "any")
    assert isinstance(fault_of(answered(code)).error("x:Y"), RefusedError)


def test_a_page_token_may_be_named_in_the_message_alone() -> None:
    assert is_page_token("ValidationException", "The NextToken is not valid")
    assert is_page_token("InvalidParameterException", "Invalid page token")
    assert not is_page_token("ValidationException", "MaxResults is too large")
    assert not is_page_token("ResourceNotFoundException", "no such NextToken")


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken", "InvalidClientTokenId"])
def test_tokens_of_a_session_are_no_page_tokens(code: str) -> None:
    assert not is_page_token(code, "The NextToken is not valid")


SECRETS = [
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "IQoJb3JpZ2luX2VjEJr" + "A1b2" * 40 + "==",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    ["{}", "token {} here", "key='{}'", "Credential={}/2026/eu/s3", "a&X-Amz-Security-Token={}&b"],
)
def test_nothing_that_signs_is_told(secret: str, text: str) -> None:
    assert secret not in scrubbed(text.format(secret))


def test_an_encoded_authorisation_message_is_left_out() -> None:
    text = "You are not authorized. Encoded authorization failure message: Ab-c_d" + "x9_" * 100
    assert scrubbed(text) == "You are not authorized. (encoded message left out)"


def test_what_helps_is_kept() -> None:
    text = (
        "User: arn:aws:sts::111111111111:assumed-role/audit/scan is not authorized to perform: "
        "sqs:ListQueues because no identity-based policy allows the sqs:ListQueues action"
    )
    assert scrubbed(text) == text


def test_a_message_is_short_and_prints() -> None:
    assert scrubbed("a\x1b[31m\nb") == "a\\x1b[31m b"
    assert len(scrubbed("word " * 1000)) == LONGEST_MESSAGE
