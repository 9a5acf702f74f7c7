"""Runs collectors over accounts and Regions, and keeps all that they see in the checkpoint.

The smallest piece of work is a *part*: one collector in one account and Region. The calling thread
alone decides what comes next and writes; a crew of threads collects. Accounts are opened one after
the other, as the crew falls idle, so that little is open at any time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from msgspec import Struct

from tagguard.aws.accounts import Planned
from tagguard.aws.api import Cloud
from tagguard.aws.checkpoint import Checkpoint
from tagguard.aws.collectors import Collector
from tagguard.aws.crew import Crew, News, Page, Task, Through
from tagguard.aws.regions import Regions
from tagguard.aws.retries import StoppedError

WORKERS = 32
"""Threads. They mostly wait for AWS; more of them would wait for one another."""
PATIENCE = 2
"""Parts per thread that may get no answer, one after the other, before the scan stops."""


class Progress(Struct, frozen=True):
    """How far a scan is."""

    accounts: int
    accounts_done: int
    resources: int
    """Seen in this run; one that several collectors show counts as often."""


def scan(
    checkpoint: Checkpoint,
    collectors: Sequence[Collector],
    cloud: Cloud,
    *,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> None:
    """Run all parts of the plan that are not through yet; returns when every one is.

    Of a scan that is taken up again, what failed, was denied or throttled is tried once more.

    What a part lacks is noted, not raised. Raises StoppedError where nothing can go on (a full
    disk, no network), and lets KeyboardInterrupt pass; the checkpoint then holds what was done, and
    neither it nor `cloud` can be used to scan any further.
    """
    plan = checkpoint.plan
    checkpoint.begin_anew({one.name: one.needs for one in collectors})
    crew = Crew(cloud, plan.partition, plan.asked.regions, workers)
    try:
        _Course(checkpoint, collectors, cloud, workers).run(crew, progress)
    except BaseException:
        crew.stop()
        raise
    crew.dismiss()
    checkpoint.end()


class _Account:
    """An account that is being scanned."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Task]] = {}
        """Region -> parts whose collectors need others to be through."""
        self.left: set[tuple[str, str]] = set()
        """Region and collector of each part that is not through."""

    def released(self, region: str) -> list[Task]:
        """Give the parts of a Region that may begin now, and let them wait no longer."""
        free: list[Task] = []
        held: list[Task] = []
        for task in self.waiting.get(region, ()):
            assert task.collector is not None
            needed = any((region, name) in self.left for name in task.collector.needs)
            (held if needed else free).append(task)
        self.waiting[region] = held
        return free


class _Course:
    """What comes next, and what became of what has been."""

    def __init__(
        self,
        checkpoint: Checkpoint,
        collectors: Sequence[Collector],
        cloud: Cloud,
        workers: int,
    ) -> None:
        self._checkpoint, self._collectors, self._cloud = checkpoint, collectors, cloud
        self._ahead, self._patience = workers * 2, workers * PATIENCE
        self._plan = checkpoint.plan
        self._planned = iter(self._plan.accounts)
        self._open: dict[str, _Account] = {}
        self._ready: deque[Task] = deque()
        self._done = self._resources = self._unanswered = 0

    def run(self, crew: Crew, progress: Callable[[Progress], None]) -> None:
        """Hand out tasks and take in news until there are no more of either."""
        running = 0
        while True:
            while running < self._ahead and (task := self._next()) is not None:
                crew.give(task)
                running += 1
            if running:
                for told, news in crew.news():
                    running -= self._take(told, news)
            self._checkpoint.commit()
            progress(Progress(len(self._plan.accounts), self._done, self._resources))
            if not running and not self._ready and not self._open:
                return

    def _next(self) -> Task | None:
        while not self._ready:
            planned = next(self._planned, None)
            if planned is None:
                return None
            self._begin(planned)
        task = self._ready.popleft()
        task.number = self._checkpoint.begin(task.account, task.region, task.name)
        return task

    def _begin(self, planned: Planned) -> None:
        self._open[planned.account.id] = _Account()
        regions = self._checkpoint.surveyed(planned.account.id)
        if regions is None:
            self._ready.append(Task(planned))
        else:
            self._spread(planned, regions)

    def _spread(self, planned: Planned, regions: Sequence[str]) -> None:
        """Line up the parts of an account. Regions take turns, so that none is waited for."""
        account = self._open[planned.account.id]
        through = self._checkpoint.through(planned.account.id)
        for collector in self._collectors:
            for region in collector.regions(regions, self._plan.partition):
                if (region, collector.name) not in through:
                    account.left.add((region, collector.name))
                    task = Task(planned, region, collector)
                    account.waiting.setdefault(region, []).append(task)
        for region in account.waiting:
            self._ready.extend(account.released(region))
        self._finish(planned)

    def _take(self, task: Task, news: News) -> bool:
        """Keep what is told; true where it is the task's last word."""
        if isinstance(news, Page):
            self._checkpoint.write(task.number, news.rows)
            self._resources += len(news.rows)
            self._unanswered = 0
            return False
        self._checkpoint.mark(task.number, news.state, news.message)
        self._check(news)
        if news.regions is not None:
            self._enter(task, news.regions)
        account = self._open[task.account]
        account.left.discard((task.region, task.name))
        self._ready.extend(account.released(task.region))
        self._finish(task.planned)
        return True

    def _enter(self, task: Task, regions: Regions) -> None:
        for absent in regions.absent:
            number = self._checkpoint.begin(task.account, absent, "")
            message = f"the account has no enabled Region `{absent}`"
            self._checkpoint.mark(number, "unavailable", message)
        self._checkpoint.note_regions(task.account, regions.names)
        self._spread(task.planned, regions.names)

    def _finish(self, planned: Planned) -> None:
        account = self._open.get(planned.account.id)
        if account is not None and not account.left:
            del self._open[planned.account.id]
            self._done += 1
            self._cloud.forget(planned.account.id, planned.access)

    def _check(self, news: Through) -> None:
        """Stop where nobody answers any more: each further part would only wait in vain."""
        self._unanswered = 0 if news.reached else self._unanswered + 1
        if self._unanswered >= self._patience:
            raise StoppedError(
                f"AWS does not answer any more: {news.message}",
                hint="what is done is kept: go on with `--resume` when the network is back",
            )
