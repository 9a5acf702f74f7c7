"""An `Api` without manners: calls at once, and remembers what it called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import jmespath
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from tagguard.aws.collectors import Call, RefusedError, Target

CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


class DirectApi:
    def __init__(self, url: str, target: Target) -> None:
        self.target = target
        self.sent: set[tuple[str, str]] = set()
        """What left through boto3: service and operation."""
        self._url = url
        self._session = boto3.Session("key", "secret", region_name=target.region)
        self._session.events.register("before-call", self._record)
        self._clients: dict[str, Any] = {}

    def _record(self, model: Any, **_: object) -> None:
        self.sent.add((model.service_model.service_name, model.name))

    def client(self, service: str) -> Any:
        if service not in self._clients:
            client = self._session.client(service, endpoint_url=self._url, config=CONFIG)
            self._clients[service] = client
        return self._clients[service]

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:
        method = getattr(self.client(call.service), xform_name(call.operation))
        try:
            return dict(method(**parameters))
        except ClientError as error:
            raise RefusedError(error.response["Error"]["Code"], str(error)) from error
        except ResponseParserError as error:
            raise RefusedError("Unreadable", str(error)) from error

    def at(self, *, region: str = "", caller: bool = False) -> DirectApi:
        raise AssertionError(f"nobody is to go elsewhere: {region} {caller}")

    def pages(
        self, call: Call, *, token: str, into: str = "", **parameters: Any
    ) -> Iterator[dict[str, Any]]:
        while True:
            answer = self.call(call, **parameters)
            yield answer
            following = jmespath.search(token, answer)
            if not following:
                return
            parameters[into or token] = following
