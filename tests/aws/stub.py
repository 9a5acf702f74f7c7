"""A small server that speaks the protocols of AWS APIs which no public fake speaks.

Resource Explorer, advanced queries of AWS Config, Cloud Control, the tagging API with what was
deleted lately, and enough of STS and EC2 to enter an account. It can be slow, limit rates,
throttle, deny and let page tokens expire. An account is known by its access key:
`AKIA<account>STUB`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from msgspec import Struct

from tests.aws.stub_estate import (
    Estate,
    Index,
    Recording,
    RefusedRequest,
    Request,
    Thing,
    View,
    by_place,
)
from tests.aws.stub_queries import Queries, refusal

__all__ = ["Fault", "Index", "Recording", "Stub", "Thing", "View"]

SCOPE = re.compile(r"Credential=\w{4}(\d{12})\w*/\d+/([^/]+)/([^/]+)/")
QUERIED = frozenset({"ec2", "sts"})
"""Services that speak the query protocol."""

THROTTLES = {
    "ec2": "RequestLimitExceeded",
    "sts": "Throttling",
    "tagging": "ThrottledException",
}
"""The code with which an API throttles, where it is not `ThrottlingException`."""


class Fault(Struct, kw_only=True):
    """An error that is answered in place of a result."""

    operation: str
    service: str = ""
    """As requests are signed for: `cloudcontrolapi`; empty: any."""
    code: str
    message: str = "as the test has it"
    status: int = 400
    times: int = 1
    """How often; a large number: for good."""
    account: str = ""
    """Empty: any."""
    region: str = ""
    continued: bool = False
    """Only where the request holds a page token."""

    def meets(self, request: Request) -> bool:
        token = request.body.get("NextToken") or request.body.get("PaginationToken")
        return (
            self.times > 0
            and self.operation == request.operation
            and self.service in ("", request.service)
            and self.account in ("", request.account)
            and self.region in ("", request.region)
            and (bool(token) or not self.continued)
        )


class Stub:
    """Runs on a free port of 127.0.0.1 between `with` and its end.

    `things` are all resources, or a function that gives those of one account and Region: its
    answers are not kept. `limits` are calls a second by operation, for each account and Region;
    a second's worth may come at once.
    """

    def __init__(
        self,
        things: Iterable[Thing] | Callable[[str, str], Sequence[Thing]] = (),
        *,
        indexes: Mapping[str, Index] | None = None,
        config: Recording | None = None,
        unlisted: Iterable[str] = (),
        faults: Iterable[Fault] = (),
        limits: Mapping[str, float] | None = None,
        latency: float = 0.0,
        page: int = 100,
        regions: Sequence[str] = ("eu-central-1", "eu-west-1", "us-east-1"),
    ) -> None:
        self.estate = Estate(
            of=things if callable(things) else by_place(things),
            indexes=indexes or {},
            config=config or Recording(),
            unlisted=frozenset(unlisted),
            page=page,
        )
        self.queries = Queries(regions=regions)
        self.faults = list(faults)
        self.limits = dict(limits or {})
        self.latency = latency
        self.requests: list[Request] = []
        """All that were answered, refused ones too, unless `keeping` is off."""
        self.keeping = True
        self.calls: Counter[tuple[str, str, str]] = Counter()
        """(account, Region, operation) -> how often it was asked."""
        self.throttled = 0
        self._buckets: dict[tuple[str, str, str, str], tuple[float, float]] = {}

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0)
        )
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def environment(self, account: str = "111111111111") -> dict[str, str]:
        """Give the environment in which AWS SDKs come here as an account."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": f"AKIA{account}STUB",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    async def _stop(self) -> None:
        self._server.close()
        own = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                size = re.search(r"(?i)\r\ncontent-length: *(\d+)", head)
                text = (await reader.readexactly(int(size[1]))).decode() if size else ""
                status, kind, answer = self._answer(head, text)
                if self.latency:
                    await asyncio.sleep(self.latency)
                writer.write(
                    f"HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(answer)}\r\n\r\n".encode()
                    + answer
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def _answer(self, head: str, text: str) -> tuple[int, str, bytes]:
        request = _request(head, text)
        if self.keeping:
            self.requests.append(request)
        self.calls[request.account, request.region, request.operation] += 1
        queried = request.service in QUERIED
        try:
            self._manners(request)
            if queried:
                return 200, "text/xml", self.queries.answer(request).encode()
            return 200, "application/json", json.dumps(self.estate.answer(request)).encode()
        except RefusedRequest as exc:
            if queried:
                return exc.status, "text/xml", refusal(request, exc).encode()
            said = {"__type": exc.code, "message": str(exc)}
            return exc.status, "application/json", json.dumps(said).encode()

    def _manners(self, request: Request) -> None:
        for fault in self.faults:
            if fault.meets(request):
                fault.times -= 1
                raise RefusedRequest(fault.code, fault.message, fault.status)
        rate = self.limits.get(request.operation)
        if rate is None:
            return
        now = time.monotonic()
        key = (request.account, request.region, request.service, request.operation)
        left, then = self._buckets.get(key, (rate, now))
        left = min(rate, left + (now - then) * rate)
        self._buckets[key] = (left - (left >= 1), now)
        if left < 1:
            self.throttled += 1
            raise RefusedRequest(THROTTLES.get(request.service, "ThrottlingException"), "Rate")


def _request(head: str, text: str) -> Request:
    scope = SCOPE.search(head)
    account, region, service = scope.groups() if scope else ("", "", "")
    target = re.search(r"(?i)\r\nx-amz-target: *\w+\.(\w+)", head)
    action = re.match(r"Action=(\w+)", text)
    operation = target or action or re.match(r"\w+ /(\w*)", head)
    body = {} if action else json.loads(text or "{}")
    name = operation[1] if operation else ""
    return Request(
        service=service, operation=name, account=account, region=region, body=body, text=text
    )
