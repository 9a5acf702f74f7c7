"""The engine: judges resources and counts. Data in, data out; it reads, prints and exits nothing.

resources -> owner -> bucket by nature -> rules and policies -> exemptions, baseline -> counts
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import UNSET, Struct
from msgspec.structs import replace

from tagguard.catalog import why_unknown
from tagguard.coverage import Tally, in_every_branch, key_facts
from tagguard.dialects import dialect
from tagguard.elsewhere import settled_facts, undecided_passes
from tagguard.exemptions import Exemptions
from tagguard.findings import (
    INVENTORY,
    Judged,
    confidential_lines,
    crashed,
    listed,
    plain,
    redacted,
    undetermined_of,
)
from tagguard.inline_exemptions import InlineExemptions
from tagguard.model import (
    BUILTIN_RULES,
    UNOWNED,
    Crash,
    Ignore,
    Item,
    Judgement,
    Outcome,
    Owned,
    PolicyRunner,
    Problem,
    Resource,
    Rows,
    Severity,
    TagSet,
)
from tagguard.owners import Owners
from tagguard.relevance import Relevance
from tagguard.report import Bucket, Finding, Input, ListedResource, Note, Report, Tool, Undetermined
from tagguard.row_findings import findings_told, undetermined_told
from tagguard.rows import each_row
from tagguard.rules import Rule
from tagguard.rulings import Rulings, Verdict
from tagguard.standing import Standing
from tagguard.taxonomy.reading import KeyReading, Reader, Reading
from tagguard.taxonomy.standard import Taxonomy
from tagguard.variants import merge_variants, with_shared_tags
from tagguard.waivers import Waivers

BATCH = 1_000
"""Resources judged together; policies get them in such batches."""
BATCH_DOCUMENTS = 16
"""Documents that one batch may reach over: it keeps them in memory."""


class Setup(Struct, frozen=True, kw_only=True):
    """What a run judges by."""

    taxonomy: Taxonomy
    rules: Sequence[Rule]
    policies: Sequence[PolicyRunner] = ()
    owners: Owners
    exemptions: Exemptions
    known_rules: frozenset[str] = frozenset()
    """What a waiver in the input may name, left out on request or not; empty: what judges."""
    baseline: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    """Only these teams are judged; empty: all."""
    redact: frozenset[str] = frozenset()
    """Tag keys whose values are never shown."""
    changed_only: bool = False
    """Leave out what an input says it changes no tags of."""
    partial: bool = False
    """Rules, teams or unchanged resources are left out on request."""
    list_resources: bool = False


class Engine:
    """Judges one stream of resources and reports."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._reader = Reader(setup.taxonomy)
        self._wants_missing_tag = any(rule.ID == "missing-tag" for rule in setup.rules)
        self._secret_keys = setup.redact | {
            name for name, key in setup.taxonomy.keys.items() if key.record.forbidden
        }
        self._waivers = _waivers(setup)
        self._tally = Tally()
        self._standing = Standing(
            setup.taxonomy,
            setup.owners,
            self._tally,
            teams=setup.teams,
            changed_only=setup.changed_only,
        )
        self._rulings = Rulings(
            self,
            Relevance(
                self._reader,
                minds_strangers=setup.taxonomy.record.additional_keys != "allow",
            ),
            setup.baseline,
        )
        self._judges_alike = not (self.runs_policies or setup.list_resources)
        """Nobody wants to see each row by itself."""
        self._findings: list[Finding] = []
        self._undetermined: list[Undetermined] = []
        self.problems: list[Problem] = []
        self._listed: list[ListedResource] = []
        self.confidential: set[tuple[str, int]] = set()
        """Path and line of every value that must not be shown, for who quotes lines."""

    @property
    def runs_policies(self) -> bool:
        """Code of other people will run."""
        return any(runner.policies for runner in self._setup.policies)

    def judge(self, items: Iterable[Item], *, documents: Callable[[], int] = lambda: 0) -> None:
        """Judge all items; memory holds one batch, unless a policy needs the whole inventory.

        `documents` counts the documents that the items drawn so far came from.
        """
        whole = any(one.whole for runner in self._setup.policies for one in runner.policies)
        for batch in _batches(self._resources(items), documents, whole=whole):
            self._judge_batch([self._prepare(resource) for resource in batch], whole=whole)
        self._rulings.count()

    def report(
        self, *, tool: Tool, inputs: Iterable[Input], skipped: int, notes: Iterable[Note] = ()
    ) -> Report:
        """Give the sorted report of everything judged so far."""
        return Report(
            tool=tool,
            taxonomy=self._setup.taxonomy.info,
            inputs=tuple(sorted(inputs, key=lambda one: one.path)),
            skipped=skipped,
            summary=self._tally.summary(),
            teams=self._tally.teams(),
            keys=self._tally.keys(self._setup.taxonomy.keys),
            findings=findings_told(self._rulings.told, self._findings),
            undetermined=undetermined_told(self._rulings.told, self._undetermined),
            problems=tuple(sorted(self.problems, key=lambda one: (one.where, one.message))),
            notes=tuple(sorted(set(notes), key=lambda one: (one.where, one.message))),
            exemptions=self._waivers.uses(partial=self._setup.partial),
            resources=tuple(sorted(self._listed, key=lambda one: (one.location.path, one.address)))
            if self._setup.list_resources
            else UNSET,
        )

    def _resources(self, items: Iterable[Item]) -> Iterator[Resource]:
        for item in items:
            if isinstance(item, Problem):
                self.problems.append(item)
            elif isinstance(item, Ignore):
                self._waivers.meet([item])
            elif isinstance(item, Rows):
                yield from each_row(self._rulings.take(item) if self._judges_alike else item)
            else:
                yield with_shared_tags(item)

    def hide(self, resource: Resource) -> Resource:
        """Mark values that must not be shown: of redacted and of forbidden keys."""
        if not self._secret_keys:
            return resource
        cloud = dialect(resource.dialect)

        def names(tags: TagSet) -> set[str]:
            return self._reader.named(self._secret_keys, cloud, tags)

        return redacted(resource, names)

    def _prepare(self, resource: Resource) -> Judged:
        resource = self.hide(resource)
        self._waivers.meet(resource.ignores)
        return self.known(resource, resource, resource)

    def known(self, resource: Resource, by_selectors: Resource, by_rules: Resource) -> Judged:
        """Say whose a resource is, and whether it is to be judged; the others stand in for it."""
        return Judged(
            resource=resource,
            by_selectors=by_selectors,
            by_rules=by_rules,
            team=self._standing.team(by_selectors),
            value_of=self._setup.taxonomy.values_of(resource),
            bucket=self._standing.bucket(by_selectors),
        )

    def _judge_batch(self, batch: list[Judged], *, whole: bool) -> None:
        open_ones = [one for one in batch if one.bucket is None]
        for one in open_ones:
            self.judge_by_taxonomy(one)
        for runner in self._setup.policies:
            self._judge_by_policies(runner, open_ones)
            if whole:
                owned = [Owned(one.resource, one.team) for one in open_ones]
                for index, outcome in self._outcomes(runner.judge_whole(owned)):
                    if index is None:
                        self._settle_unplaced(outcome)
                    else:
                        open_ones[index].outcomes.append(outcome)
        for one in batch:
            self._settle(one)

    def _judge_by_policies(self, runner: PolicyRunner, batch: list[Judged]) -> None:
        """Hand over each resource once, or once for every open branch of its tags."""
        owned: list[Owned] = []
        places: list[list[Outcome]] = []
        by_branch: list[tuple[Judged, list[list[Outcome]]]] = []
        for one in batch:
            resources = [replace(one.resource, tags=each.tags) for each in one.resource.variants]
            found: list[list[Outcome]] = [[] for _ in resources]
            if resources:
                by_branch.append((one, found))
            owned += [Owned(each, one.team) for each in resources or (one.resource,)]
            places += found or [one.outcomes]
        for index, outcome in self._outcomes(runner.judge(owned)):
            if index is not None:
                places[index].append(outcome)
        for one, outcomes in by_branch:
            one.outcomes += merge_variants(one.resource.variants, outcomes)

    def _outcomes(
        self, answers: Iterator[Judgement | Crash]
    ) -> Iterator[tuple[int | None, Outcome]]:
        """Keep problems aside, and let the taxonomy settle severities."""
        for answer in answers:
            if isinstance(answer, Judgement):
                yield answer.index, self._with_severity(answer.outcome)
            else:
                self.problems.append(plain(answer))
                yield answer.at, self._with_severity(crashed(answer.policy))

    def _with_severity(self, outcome: Outcome) -> Outcome:
        severities = self._setup.taxonomy.record.severities
        level: Severity | None = severities.get(outcome.rule)
        return outcome if level is None else replace(outcome, severity=level)

    def judge_by_taxonomy(self, one: Judged) -> None:
        """Say what the built-in rules say of a resource, and what is true of each key."""
        resource, seen = one.by_rules, one.by_selectors
        if _shows_nothing(resource):
            readings = [self._reader.read(resource, resource.tags, seen=seen)]
            one.outcomes = [_unknown_type(resource)] if self._wants_missing_tag else []
        elif not resource.variants:
            readings = [self._reader.read(resource, resource.tags, seen=seen)]
            one.outcomes = list(self._by_rules(readings[0]))
        else:
            readings = [self._reader.read(resource, each.tags) for each in resource.variants]
            branches = [list(self._by_rules(each)) for each in readings]
            one.outcomes = merge_variants(resource.variants, branches)
        one.facts = list(self._key_facts(readings))
        if self._wants_missing_tag and not _shows_nothing(resource):
            one.outcomes += undecided_passes(readings, one.outcomes)

    def _by_rules(self, reading: Reading) -> Iterator[Outcome]:
        return (outcome for rule in self._setup.rules for outcome in rule.check(reading))

    def _key_facts(self, readings: Sequence[Reading]) -> Iterator[tuple[str, int]]:
        """Say what is true of each key; implied resources stay out of it."""
        if readings[0].resource.creator is not None:
            return
        for index, one in enumerate(readings[0].keys):
            facts = self._facts(readings[0], one)
            for reading in readings[1:]:
                facts = in_every_branch(facts, self._facts(reading, reading.keys[index]))
            if facts:
                yield one.key.name, facts

    @staticmethod
    def _facts(reading: Reading, one: KeyReading) -> int:
        return settled_facts(key_facts(reading, one), reading, one)

    def _settle(self, one: Judged) -> None:
        verdict = self.verdict(one)
        self.count(one, verdict, team=one.team)
        self._findings += verdict.findings
        self._undetermined += verdict.undetermined
        self.confidential.update(confidential_lines(one.resource))
        if self._setup.list_resources:
            self._listed.append(listed(one.resource, one.team, verdict.bucket))

    def count(self, one: Judged, verdict: Verdict, *, team: str, times: int = 1) -> None:
        """Count resources of one team that are alike."""
        implied = one.resource.creator is not None
        found = verdict.open_findings
        self._tally.resource(team, verdict.bucket, found, implied=implied, times=times)
        for name, facts in one.facts:
            self._tally.key(name, facts, times=times)

    def verdict(self, one: Judged, *, times: int = 1) -> Verdict:
        """Put a resource into its bucket; what waives a failure counts as used so many times."""
        if one.bucket is not None:
            return Verdict(bucket=one.bucket, findings=[], undetermined=[])
        findings: list[Finding] = []
        undetermined: list[Undetermined] = []
        for outcome in one.outcomes:
            if outcome.verdict == "fail":
                findings.append(self._waivers.finding(outcome, one, times=times))
            elif outcome.severity != "info":
                undetermined.append(undetermined_of(outcome, one.resource, one.team))
        return Verdict(
            bucket=_bucket(findings, undetermined), findings=findings, undetermined=undetermined
        )

    def _settle_unplaced(self, outcome: Outcome) -> None:
        """Report what a policy says of the inventory and of no single resource."""
        if outcome.verdict == "undetermined":
            self._undetermined.append(undetermined_of(outcome, INVENTORY, UNOWNED))
            return
        finding = self._waivers.inventory_finding(outcome)
        self._findings.append(finding)
        if finding.status == "open":
            self._tally.findings(UNOWNED)


def _bucket(findings: Sequence[Finding], undetermined: Sequence[Undetermined]) -> Bucket:
    """Settle the bucket of what was judged; an info never counts."""
    statuses = {one.status for one in findings if one.severity != "info"}
    if "open" in statuses:
        return "noncompliant"
    if undetermined:
        return "undetermined"
    return "exempt" if statuses else "compliant"


def _waivers(setup: Setup) -> Waivers:
    policies = (policy.id for runner in setup.policies for policy in runner.policies)
    inline = InlineExemptions(
        setup.taxonomy.record.exemptions,
        known=setup.known_rules or {*BUILTIN_RULES, *policies},
        today=setup.taxonomy.today,
    )
    return Waivers(setup.exemptions, inline, setup.baseline)


def _batches(
    resources: Iterable[Resource], documents: Callable[[], int], *, whole: bool
) -> Iterator[list[Resource]]:
    """Cut a stream into batches; a batch keeps the documents of its resources alive."""
    batch: list[Resource] = []
    first = 0
    for resource in resources:
        reach = documents() - first
        if batch and not whole and (len(batch) == BATCH or reach >= BATCH_DOCUMENTS):
            yield batch
            batch = []
        if not batch:
            first = documents()
        batch.append(resource)
    if batch:
        yield batch


def _shows_nothing(resource: Resource) -> bool:
    """Tell whether the catalog does not know the type and no tag attribute is visible either."""
    tags = resource.tags
    invisible = not tags.tags and not tags.complete and not resource.variants
    return resource.taggable == "unknown" and invisible


def _unknown_type(resource: Resource) -> Outcome:
    message = resource.tags.reason or why_unknown(resource.type)
    return Outcome(verdict="undetermined", rule="missing-tag", message=message)
