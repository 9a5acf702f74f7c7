"""What the stub server answers in the query protocol: roles that are assumed, Regions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from tests.aws.stub_estate import RefusedRequest, Request

ROLE = re.compile(r"RoleArn=arn%3Aaws%3Aiam%3A%3A(\d{12})%3Arole%2F")


class Queries(Struct, kw_only=True):
    """STS and the part of EC2 that tells an account's Regions."""

    regions: Sequence[str]
    """Enabled in every account."""
    expiration: str = "2099-01-01T00:00:00Z"
    """When the sessions of assumed roles end."""

    def answer(self, request: Request) -> str:
        match request.operation:
            case "GetCallerIdentity":
                result = f"{_who(request.account)}<UserId>AIDA</UserId>"
                result += f"<Account>{request.account}</Account>"
            case "AssumeRole":
                result = self._session(request)
            case "DescribeRegions":
                return self._described()
            case _:
                raise RefusedRequest("InvalidAction")
        name = request.operation
        return (
            f'<{name}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            f"<{name}Result>{result}</{name}Result></{name}Response>"
        )

    def _session(self, request: Request) -> str:
        role = ROLE.search(request.text)
        account = role[1] if role else request.account
        return (
            f"<Credentials><AccessKeyId>ASIA{account}STUB</AccessKeyId>"
            "<SecretAccessKey>none</SecretAccessKey><SessionToken>none</SessionToken>"
            f"<Expiration>{self.expiration}</Expiration></Credentials><AssumedRoleUser>"
            f"{_who(account)}<AssumedRoleId>AROA:scan</AssumedRoleId></AssumedRoleUser>"
        )

    def _described(self) -> str:
        items = "".join(
            f"<item><regionName>{region}</regionName><optInStatus>opt-in-not-required</optInStatus>"
            f"<regionEndpoint>ec2.{region}.amazonaws.com</regionEndpoint></item>"
            for region in self.regions
        )
        return (
            '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
            f"<regionInfo>{items}</regionInfo></DescribeRegionsResponse>"
        )


def refusal(request: Request, error: RefusedRequest) -> str:
    """Write an error as the service does."""
    said = f"<Error><Code>{error.code}</Code><Message>{error}</Message></Error>"
    if request.service == "ec2":
        return f"<Response><Errors>{said}</Errors></Response>"
    return f"<ErrorResponse>{said}</ErrorResponse>"


def _who(account: str) -> str:
    return f"<Arn>arn:aws:sts::{account}:assumed-role/audit/scan</Arn>"
