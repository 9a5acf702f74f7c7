"""A moto server with what moto leaves out: denials, page tokens that expire, a log of calls.

An account's own credentials come from assuming a role in it, as in AWS.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, Self
from urllib.parse import parse_qs
from urllib.request import Request, urlopen

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOME = "123456789012"
"""The account whose credentials everybody starts with."""
SCOPE = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/")
ABSENT = frozenset(
    {
        "apprunner",
        "config",
        "globalaccelerator",
        "redshift-serverless",
        "resource-explorer-2",
        "storagegateway",
    }
)
"""Services that moto does not speak, as they sign: they are denied."""
UNSPOKEN = frozenset(
    {"DescribeCapacityReservations", "DescribeClientVpnEndpoints", "DescribeServerlessCaches"}
)
"""Operations of services that moto else speaks."""
UNSEEN = (
    "services/apprunner-service",
    "services/ec2-capacity-reservation",
    "services/ec2-client-vpn-endpoint",
    "services/elasticache-serverless",
    "services/globalaccelerator",
    "services/redshift-namespace",
    "services/redshift-workgroup",
    "services/storagegateway-gateway",
)
"""Listings that are denied for that reason."""
Answer = Callable[[str, list[tuple[str, str]]], object]


class _Silent(WSGIRequestHandler):
    """Writes no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


class Served:
    """Runs on a free port of 127.0.0.1 between `with` and its end; moto's state is its own."""

    def __init__(self) -> None:
        self.denied: set[str] = set()
        """Accounts whose roles cannot be assumed."""
        self.expiring = 0
        """So many requests with a page token of GetResources are refused, for it has expired."""
        self.calls: Counter[str] = Counter()
        """Requests by service."""
        self.heard: Callable[[int], object] = lambda _count: None
        """Is told at each request how many there were."""
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server: BaseWSGIServer
        self._thread: threading.Thread

    def __enter__(self) -> Self:
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Silent
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        urlopen(Request(f"{self.url}/moto-api/reset", method="POST")).close()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes a program call this server as the home account."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIAHOME",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, region: str = "us-east-1", account: str = HOME) -> Any:
        """Give a client of boto3 that acts in an account."""
        keys = self._keys()
        if account != HOME:
            sts = boto3.client("sts", endpoint_url=self.url, region_name=region, **keys)
            role = f"arn:aws:iam::{account}:role/test"
            given = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
            keys = {
                "aws_access_key_id": given["AccessKeyId"],
                "aws_secret_access_key": given["SecretAccessKey"],
                "aws_session_token": given["SessionToken"],
            }
        return boto3.client(service, endpoint_url=self.url, region_name=region, **keys)

    @staticmethod
    def _keys() -> dict[str, str]:
        return {"aws_access_key_id": "AKIAHOME", "aws_secret_access_key": "secret"}

    def _answer(self, environ: dict[str, Any], start: Answer) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = BytesIO(body)
        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        service = scope[3] if scope else ""
        self.calls[service] += 1
        self.heard(self.calls.total())
        if refusal := self._refusal(service, body):
            return _refuse(*refusal, xml=service in {"sts", "ec2", "elasticache"}, start=start)
        answer: Iterable[bytes] = self._moto(environ, start)
        return answer

    def _refusal(self, service: str, body: bytes) -> tuple[str, str] | None:
        form = parse_qs(body.decode("utf-8", "replace")) if service in FORMS else {}
        operation = form.get("Action", [""])[0]
        if service in ABSENT or operation in UNSPOKEN:
            return "AccessDeniedException", "not authorized to perform this"
        if operation == "AssumeRole" and form["RoleArn"][0].split(":")[4] in self.denied:
            return "AccessDenied", f"not authorized to assume {form['RoleArn'][0]}"
        if self.expiring and b'"PaginationToken": "' in body and service == "tagging":
            self.expiring -= 1
            return "PaginationTokenExpiredException", "the token has expired"
        return None


FORMS = frozenset({"sts", "ec2", "elasticache"})
"""Services that take forms and answer XML."""


def _refuse(code: str, message: str, *, xml: bool, start: Answer) -> Iterator[bytes]:
    if xml:
        error = f"<Code>{code}</Code><Message>{message}</Message>"
        start("403 Forbidden", [("Content-Type", "text/xml")])
        yield f"<ErrorResponse><Error>{error}</Error></ErrorResponse>".encode()
    else:
        start("400 Bad Request", [("Content-Type", "application/json")])
        yield json.dumps({"__type": code, "message": message}).encode()
