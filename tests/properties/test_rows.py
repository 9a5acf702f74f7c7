"""Rows that are judged together get the verdicts that each gets by itself, to the byte."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.coverage import BUCKETS
from tagguard.engine import Engine, Setup
from tagguard.exemptions import Exemption, Exemptions
from tagguard.formats import FORMATS, RenderOptions
from tagguard.formats.gathering import alike_findings, alike_undetermined
from tagguard.model import Account, Limits, Location, Resource, Rows, TagSet
from tagguard.owners import Owners
from tagguard.plugins import load
from tagguard.report import Report, Tool
from tagguard.row_findings import ADDRESS
from tagguard.rows import each_row
from tagguard.rules import RULES, load_rule
from tagguard.selectors import Matcher, Selector
from tests.factories import TODAY, make_taxonomy

DEFINITIONS = {
    "Owner": [
        "{required: true, format: email, aliases: [owned-by]}",
        "{required: true, aliases: [owned-by], match: insensitive}",
        "{required: true, severity: info}",
        "{values: [x, prod], severity: warning}",
    ],
    "Environment": [
        "{required: true, values: [prod, dev], value_aliases: {production: prod}}",
        "{values: [prod, dev], project: {gcp: env, kubernetes: app.kubernetes.io/env}}",
        "{required: true, required_from: 2027-01-01}",
    ],
    "DataClass": [
        "{required: {when: {tags: {Environment: prod}}}, values: [public]}",
        '{required: {when: {types: ["s3:*"], tags: {Team: ["a*"]}}}}',
        '{required: {when: {addresses: ["*7"]}}}',
        '{required: {when: {not: {accounts: ["1"]}}}, pattern: "[a-z]+"}',
    ],
    "Env": ["{deprecated: {since: 1.0.0, use: Environment, remove_in: 9.0.0}}"],
    "password": ["{forbidden: true}"],
    "Name": ["{required: true}", "{}"],
}
MORE = [
    "",
    "additional_keys: warn",
    "additional_keys: forbid",
    "match: insensitive",
    "severities: {missing-tag: warning, unknown-key: info}",
    'scope: {exclude: [{tags: {Scrap: "*"}}]}',
    'scope: {include: [{types: ["s3:*", "ec2:*"]}]}',
    'scope: {exclude: [{addresses: ["*3"]}]}',
    "effective: 2027-06-01",
]
TAXONOMIES = st.builds(
    lambda keys, more: make_taxonomy(
        "\n".join(f"  {name}: {text}" for name, text in keys.items()), more=more
    ),
    st.fixed_dictionaries(
        {"Owner": st.sampled_from(DEFINITIONS["Owner"])},
        optional={
            name: st.sampled_from(some) for name, some in DEFINITIONS.items() if name != "Owner"
        },
    ),
    st.sampled_from(MORE),
)
SELECTORS = st.sampled_from(
    [
        Selector(types=["s3:*"]),
        Selector(accounts=["1"]),
        Selector(regions=["eu*"], tags={"Environment": "prod"}),
        Selector(addresses=["*1", "*4"]),
        Selector(types=["ec2:instance"], addresses=["*2"]),
        Selector(tags={"Team": ["a", "b"]}),
        Selector(tags={"Name": "n*"}, not_=Selector(tags={"Environment": "*"})),
        Selector(namespaces=["kube-system"]),
    ]
)


def by_tag(key: str) -> Any:
    def step(_resource, value_of):
        value = value_of(key)
        return value if isinstance(value, str) else None

    return step


def by_selector(selector: Selector) -> Any:
    matches = Matcher(selector)
    return lambda resource, value_of: "chosen" if matches(resource, value_of) else None


STEPS = st.lists(
    st.one_of(
        st.sampled_from(["Team", "Owner", "team"]).map(by_tag),
        SELECTORS.map(by_selector),
        st.just(lambda resource, _: resource.account),
        st.just(lambda resource, _: resource.holder and resource.holder.name),
    ),
    max_size=2,
)
EXEMPTIONS = st.lists(
    st.builds(
        Exemption,
        match=SELECTORS,
        keys=st.sampled_from([[], ["Owner"], ["Environment"]]),
        rules=st.sampled_from([[], ["missing-tag"], ["tag-limit"]]),
        reason=st.just("agreed"),
        owner=st.just("finops"),
        expires=st.sampled_from(["2026-01-01", "2026-12-01", "2030-01-01"]),
    ),
    max_size=2,
)

CHOICES = st.tuples(
    st.fixed_dictionaries(
        {
            "redact": st.sampled_from([frozenset(), frozenset({"Owner"}), frozenset({"Name"})]),
            "teams": st.sampled_from([frozenset(), frozenset({"chosen", "a"})]),
        }
    ),
    st.sets(st.integers(0, 40), max_size=5),
)
"""What the caller asks for, and which findings the baseline knows."""

SETS = (
    TagSet(),
    TagSet(complete=False, reason="this API gave no tags"),
    TagSet(complete=False, reason="more may come", open_keys="Owner|Env.*"),
)
HOLDERS = (None, Account(id="1", name="shop"), Account(id="2", name="data"))
FEW = Limits(tags=3, value=20)
PATTERNS = st.builds(
    Resource,
    source=st.just("inventory"),
    provider=st.just("aws"),
    dialect=st.sampled_from(["aws", "aws", "azure", "gcp", "kubernetes", "oci", "generic"]),
    type=st.sampled_from(["s3:bucket", "ec2:instance", "sqs:queue"]),
    address=st.just(""),
    scope=st.sampled_from(["1", "2"]),
    account=st.sampled_from([None, "1", "2"]),
    holder=st.sampled_from(HOLDERS),
    region=st.sampled_from([None, "eu-west-1", "us-east-1"]),
    namespace=st.sampled_from([None, "kube-system"]),
    tags=st.sampled_from([*SETS, SETS[0]]),
    taggable=st.sampled_from(["yes", "yes", "yes", "no", "unknown"]),
    limits=st.sampled_from([Limits(), Limits(), FEW]),
    managed_by=st.sampled_from(["user", "user", "user", "eks"]),
    excluded=st.sampled_from(["", "", "", "deleted lately"]),
    location=st.sampled_from([Location("a.jsonl"), Location("b.jsonl")]),
)
NAMES = st.sampled_from(
    [
        *("Owner", "owner", "owned-by", "Ownr", "Environment", "environment", "env", "Env", "Name"),
        *("DataClass", "dataclass", "password", "Password", "Team", "team", "Scrap", "Note", ""),
        *("aws:cloudformation:stack-name", "hidden-link", "app.kubernetes.io/env", "bad key\n"),
        *("goog-x", "ms-resource-usage", "Finance.CostCenter", "k" * 130, ADDRESS),
    ]
)
VALUES = st.one_of(
    st.sampled_from(["prod", "dev", "production", "x", "a", "", " ", "a@b.example", "(odd)"]),
    st.sampled_from(["public", "a longer value than twenty", "v" * 300, ADDRESS, "Prod"]),
    st.integers(0, 40).map(lambda number: f"n{number}"),
)
TAGS = st.dictionaries(NAMES, VALUES, max_size=6)


@st.composite
def rows(draw) -> Rows:
    """Draw rows that have few patterns, and often the same tags but for one."""
    patterns = draw(st.lists(PATTERNS, min_size=1, max_size=3))
    stems = draw(st.lists(TAGS, min_size=1, max_size=3))
    size = draw(st.integers(5, 25))
    changes = [draw(st.dictionaries(NAMES, VALUES, max_size=1)) for _ in range(size)]
    return Rows(
        patterns=[draw(st.sampled_from(patterns)) for _ in range(size)],
        addresses=[f"arn:{draw(st.integers(0, 30))}" for _ in range(size)],
        tags=[draw(st.sampled_from(stems)) | change for change in changes],
        lines=[draw(st.sampled_from([None, 1, 2, 9])) for _ in range(size)],
    )


def report_of(items: Any, setup: Setup) -> Report:
    engine = Engine(setup)
    engine.judge(items)
    return engine.report(tool=Tool("tagguard", "0", "0"), inputs=[], skipped=0)


def setup_of(taxonomy, steps=(), exemptions=(), **more: Any) -> Setup:
    return Setup(
        taxonomy=taxonomy,
        rules=[load_rule(one) for one in RULES],
        owners=Owners(steps, [], closed=False),
        exemptions=Exemptions(exemptions, today=TODAY, max_days=None),
        **more,
    )


def shown(report: Report) -> dict[str, str]:
    return {
        name: load(FORMATS, name, group="tagguard.formats", noun="format")(report, RenderOptions())
        for name in FORMATS
    }


@settings(max_examples=150, deadline=None)
@given(
    st.lists(rows(), min_size=1, max_size=2),
    TAXONOMIES,
    STEPS,
    EXEMPTIONS,
    CHOICES,
)
def test_rows_are_judged_as_each_by_itself(chunks, taxonomy, steps, exemptions, choices):
    apart = [row for chunk in chunks for row in each_row(chunk)]
    some, old = choices
    known = list(report_of(apart, setup_of(taxonomy, steps, exemptions, **some)).findings)
    some["baseline"] = frozenset(one.fingerprint for at, one in enumerate(known) if at in old)
    by_itself = report_of(apart, setup_of(taxonomy, steps, exemptions, **some))
    together = report_of(chunks, setup_of(taxonomy, steps, exemptions, **some))
    assert shown(together) == shown(by_itself)
    for many in (0, 1, 2, 50):
        assert alike(together, many) == alike(by_itself, many)


def alike(report: Report, many: int) -> list[list[str]]:
    """Give the resources that are told of together."""
    findings = alike_findings(report.findings, many=many)
    checks = alike_undetermined(report.undetermined, many=many)
    told = [[each.resource for each in some] for some in findings]
    return told + [[each.resource for each in some] for some in checks]


@settings(max_examples=50, deadline=None)
@given(TAXONOMIES, rows(), STEPS)
def test_every_row_is_in_one_bucket(taxonomy, chunk, steps):
    report = report_of([chunk], setup_of(taxonomy, steps))
    assert report.summary.resources == len(chunk.addresses)
    assert sum(getattr(report.summary, bucket) for bucket in BUCKETS) == len(chunk.addresses)
    assert sum(row.findings for row in report.teams) == len(report.findings)
    assert len(report.findings) == len(list(report.findings))
    assert len(report.undetermined) == len(list(report.undetermined))
