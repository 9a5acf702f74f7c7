"""The threads that collect. They know neither what comes next nor where it is kept."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

from msgspec import Struct

from tagguard.aws.accounts import Planned
from tagguard.aws.api import Cloud
from tagguard.aws.checkpoint import Row, State, to_row
from tagguard.aws.collectors import Collector, MissingError, Target
from tagguard.aws.faults import UnreachableError, scrubbed
from tagguard.aws.regions import HOME, Regions, enabled_regions
from tagguard.aws.retries import StoppedError

TICK = 0.5
"""Seconds after which somebody who waits looks whether the scan was stopped."""


class Task:
    """One collector in one account and Region; without a collector, entering the account."""

    def __init__(
        self, planned: Planned, region: str = "", collector: Collector | None = None
    ) -> None:
        self.planned, self.region, self.collector = planned, region, collector
        self.account = planned.account.id
        self.name = collector.name if collector else ""
        self.number = 0
        """What it is called in the checkpoint, once it has begun."""


class Page(Struct, frozen=True):
    """Some of what a task has seen."""

    rows: list[Row]


class Through(Struct, frozen=True):
    """The task has ended."""

    state: State = "done"
    message: str = ""
    regions: Regions | None = None
    """Of an account that was entered: where to look."""
    reached: bool = True
    """AWS has answered, if only with a refusal."""


News = Page | Through


class Crew:
    """Threads that take tasks and tell news, in two queues: the second is short.

    So whoever reads the news slowly makes the crew wait, and little is ever in memory.
    """

    def __init__(self, cloud: Cloud, partition: str, regions: Sequence[str], workers: int) -> None:
        self._cloud, self._partition, self._regions = cloud, partition, regions
        self._tasks = queue.SimpleQueue[Task | None]()
        self._news = queue.Queue[tuple[Task, News]](maxsize=workers * 2)
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def give(self, task: Task) -> None:
        """Have a task done."""
        self._tasks.put(task)

    def news(self) -> Iterator[tuple[Task, News]]:
        """Wait for news, and give all that there are."""
        while True:
            try:
                yield self._news.get(timeout=TICK)
                break
            except queue.Empty:
                continue
        for _ in range(self._news.maxsize):
            try:
                yield self._news.get_nowait()
            except queue.Empty:
                return

    def dismiss(self) -> None:
        """Let the threads go home; all tasks are done."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """Have everybody drop what they are at. Calls that are under way are not waited for."""
        self._stopped.set()
        self._cloud.manners.stop()
        for _ in self._threads:
            self._tasks.put(None)

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                for one in self._news_of(task):
                    self._tell(task, one)
            except StoppedError:
                return

    def _news_of(self, task: Task) -> Iterator[News]:
        """Do a task. Whatever happens, the last news is that it has ended."""
        try:
            if task.collector is None:
                yield Through(regions=self._enter(task.planned))
                return
            target = Target(task.account, task.region, self._partition)
            api = self._cloud.api(target, task.planned.access)
            for page in task.collector.collect(api):
                yield Page([to_row(one) for one in page])
            yield Through()
        except StoppedError:
            raise
        except MissingError as exc:
            reached = not isinstance(exc, UnreachableError)
            yield Through(exc.state, exc.message, reached=reached)
        except Exception as exc:  # noqa: BLE001 - an answer that nobody thought of must not end the scan
            message = scrubbed(f"the collector cannot go on: {type(exc).__name__}: {exc}")
            yield Through("failed", message)

    def _enter(self, planned: Planned) -> Regions:
        """Get into an account, and see which Regions it has."""
        account, access = planned.account.id, planned.access
        self._cloud.keys.frozen(access, account)
        region = self._cloud.clients.home(access.profile) or HOME.get(self._partition, HOME["aws"])
        api = self._cloud.api(Target(account, region, self._partition), access)
        return enabled_regions(api, self._regions)

    def _tell(self, task: Task, news: News) -> None:
        while not self._stopped.is_set():
            try:
                self._news.put((task, news), timeout=TICK)
            except queue.Full:
                continue
            return
        raise StoppedError("the scan was stopped")
