"""What the engine promises whatever the resources are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from tagguard.coverage import BUCKETS
from tagguard.engine import Engine, Setup
from tagguard.exemptions import Exemption, Exemptions
from tagguard.findings import fingerprint_of
from tagguard.model import Crash, Judgement, Location, Outcome, PolicyInfo, Tag, TagSet, Variant
from tagguard.owners import Owners
from tagguard.report import Report, Tool
from tagguard.rules import RULES, load_rule
from tagguard.selectors import Selector
from tests.factories import TODAY, make_implied, make_resource, make_tags, make_taxonomy

KEYS = (
    "  Owner: {required: true, aliases: [owned-by]}\n"
    "  Env: {required: true, values: [prod, dev], value_aliases: {production: prod}}\n"
    "  Data: {required: {when: {tags: {Env: prod}}}, values: [public]}\n"
    "  Note: {pattern: '[a-z]*'}"
)
TAXONOMY = make_taxonomy(KEYS)
GOOD = {"Owner": "x", "Env": "dev"}


def by_team(_resource, value_of):
    squad = value_of("Squad")
    return squad if isinstance(squad, str) else None


def run(*items: Any, **setup: Any) -> Report:
    engine = make_engine(**setup)
    engine.judge(items)
    return reported(engine)


def make_engine(taxonomy=TAXONOMY, **setup: Any) -> Engine:
    defaults: dict[str, Any] = {
        "taxonomy": taxonomy,
        "rules": [load_rule(one) for one in RULES],
        "owners": Owners([by_team], [], closed=False),
        "exemptions": Exemptions([], today=TODAY, max_days=None),
    }
    return Engine(Setup(**(defaults | setup)))


def reported(engine: Engine) -> Report:
    return engine.report(tool=Tool("tagguard", "0", "0"), inputs=[], skipped=0)


def bucket_of(*items, **setup):
    summary = run(*items, **setup).summary
    return next(bucket for bucket in BUCKETS if getattr(summary, bucket))


@pytest.mark.parametrize(
    ("resource", "bucket"),
    [
        (make_resource(GOOD), "compliant"),
        (make_resource({}), "noncompliant"),
        (make_resource({**GOOD, "owned-by": "y"}), "noncompliant"),
        (make_resource({"Owner": "x"}, complete=False), "undetermined"),
        (make_resource({**GOOD, "Env": None}), "undetermined"),
        (make_resource({}, taggable="no"), "untaggable"),
        (make_resource({}, managed_by="aws"), "managed"),
        (make_resource({}, excluded="deleted by this plan"), "excluded"),
        (make_resource({}, taggable="unknown", complete=False), "undetermined"),
        (make_resource({}, taggable="unknown"), "noncompliant"),
        (make_resource(GOOD, taggable="unknown"), "compliant"),
    ],
)
def test_each_bucket(resource, bucket):
    assert bucket_of(resource) == bucket


def test_outside_the_scope_is_excluded():
    taxonomy = make_taxonomy(KEYS, more='scope: {exclude: [{types: ["aws_s3_*"]}]}')
    assert bucket_of(make_resource({}), taxonomy=taxonomy) == "excluded"
    taxonomy = make_taxonomy(KEYS, more='scope: {include: [{types: ["aws_sqs_*"]}]}')
    assert bucket_of(make_resource({}), taxonomy=taxonomy) == "excluded"
    assert bucket_of(make_resource({}, type="aws_sqs_queue"), taxonomy=taxonomy) == "noncompliant"


def test_findings_of_severity_info_never_count():
    taxonomy = make_taxonomy("  A: {required: true, severity: info}")
    report = run(make_resource({}), taxonomy=taxonomy)
    assert report.summary.compliant == 1
    assert [one.severity for one in report.findings] == ["info"]


def test_an_open_question_of_severity_info_never_counts():
    taxonomy = make_taxonomy(
        "  A: {required: true, severity: info}\n  B: {values: [b], severity: info}"
    )
    report = run(make_resource({"B": None}, complete=False), taxonomy=taxonomy)
    assert (report.summary.compliant, report.undetermined) == (1, ())


def test_a_type_that_shows_nothing_is_no_question_where_missing_tag_is_ignored():
    resource = make_resource({}, taggable="unknown", complete=False)
    ignoring = run(resource, rules=[])
    assert ignoring.undetermined == ()
    assert [one.reason for one in run(resource).undetermined] == [
        (
            f"the catalog does not know whether `{resource.type}` takes tags; say so under "
            "`catalog:` in tagguard.yaml"
        )
    ]


def test_a_conditional_key_counts_only_where_its_condition_holds():
    report = run(make_resource({**GOOD, "Data": "public"}), make_resource({**GOOD, "Env": "prod"}))
    (row,) = [one for one in report.keys if one.key == "Data"]
    assert (row.applicable, row.present, row.missing) == (1, 0, 1)


def test_coverage_is_null_where_nothing_was_judged():
    assert run().summary.coverage is None
    assert run(make_resource({}, taggable="no")).summary.coverage is None
    assert run(make_resource(GOOD), make_resource({})).summary.coverage == 0.5


def exempting(**fields):
    one = Exemption(match=Selector(), reason="r", owner="o", expires="2027-01-01", **fields)
    return Exemptions([one], today=TODAY, max_days=None)


def test_every_failure_must_be_exempt():
    report = run(make_resource({}), exemptions=exempting())
    assert (report.summary.exempt, {one.status for one in report.findings}) == (1, {"exempt"})
    assert report.summary.coverage == 0.0
    report = run(make_resource({}), exemptions=exempting(keys=["Owner"]))
    assert report.summary.noncompliant == 1


def test_an_exemption_waives_no_open_question():
    resource = make_resource({"Env": "dev"}, complete=False)
    report = run(resource, exemptions=exempting(keys=["Owner", "Data"]))
    assert (report.summary.undetermined, len(report.undetermined)) == (1, 1)


def test_a_baseline_accepts_by_fingerprint():
    resource = make_resource({"Env": "dev"})
    known = fingerprint_of("missing-tag", ".", resource.address, "Owner")
    assert bucket_of(resource, baseline=frozenset({known})) == "exempt"
    elsewhere = make_resource({"Env": "dev"}, scope="other")
    assert bucket_of(elsewhere, baseline=frozenset({known})) == "noncompliant"


def test_a_fingerprint_does_not_follow_lines_messages_or_severity():
    (before,) = run(make_resource({"Env": "dev"})).findings
    soft = make_taxonomy(KEYS, more="severities: {missing-tag: warning}")
    moved = make_resource({"Env": "dev"}, location=Location("plan.json", 7, 3))
    (after,) = run(moved, taxonomy=soft).findings
    assert (before.fingerprint, before.severity) == (after.fingerprint, "error")
    assert (after.location.line, after.severity) == (7, "warning")


def test_only_the_teams_asked_for_are_judged():
    mine, other = make_resource({"Squad": "a"}), make_resource({"Squad": "b"})
    report = run(mine, other, teams=frozenset({"a"}))
    assert {row.team: (row.noncompliant, row.excluded) for row in report.teams} == {
        "a": (1, 0),
        "b": (0, 1),
    }


class FakePolicies:
    """Satisfies PolicyRunner: fails every resource, and tells of the inventory."""

    policies: tuple[PolicyInfo, ...] = (
        PolicyInfo(id="fake", kind="python", severity="error", summary="", origin="x.py"),
        PolicyInfo(
            id="all", kind="python", severity="error", summary="", origin="x.py", whole=True
        ),
    )

    def __init__(self, wanted=("fake", "all")):
        self.wanted = wanted

    def only(self, ids):
        return FakePolicies(ids)

    def judge(self, batch):
        if "fake" not in self.wanted:
            return
        for index, one in enumerate(batch):
            value = one.resource.tags.get("Owner")
            text = f"owner {value.value}" if value else "none"
            outcome = Outcome(verdict="fail", rule="fake", message=text, actual=text)
            yield Judgement(index, outcome)
        yield Crash(
            policy=self.policies[0], at=0, stage="policy", where="fake on y", message="boom"
        )

    def judge_whole(self, inventory):
        message = f"{len(inventory)} resources"
        yield Judgement(None, Outcome(verdict="fail", rule="all", message=message))
        yield Judgement(0, Outcome(verdict="fail", rule="all", message="first"))
        yield Judgement(None, Outcome(verdict="undetermined", rule="all", message="perhaps"))


def test_policies_of_both_kinds_count_and_crashes_are_problems():
    report = run(make_resource(GOOD), make_resource(GOOD), policies=[FakePolicies()])
    assert [(one.rule, one.resource, one.message) for one in report.findings] == [
        ("all", "(inventory)", "2 resources"),
        ("all", "aws_s3_bucket.logs", "first"),
        ("fake", "aws_s3_bucket.logs", "owner x"),
        ("fake", "aws_s3_bucket.logs", "owner x"),
    ]
    assert [one.where for one in report.problems] == ["fake on y"]
    assert report.teams[0].findings == 4
    assert {one.reason for one in report.undetermined} == {"perhaps", "the policy `fake` crashed"}


def test_policies_see_every_open_branch():
    resource = make_resource(variants=variants({**GOOD, "Owner": "one"}, {**GOOD, "Owner": "two"}))
    report = run(resource, policies=[FakePolicies({"fake"})])
    found = [one for one in report.findings if one.rule == "fake"]
    assert [one.message for one in found] == ["owner one", "owner two"]


def test_redacted_keys_are_never_shown():
    resource = make_resource({**GOOD, "Env": "hush"})
    assert "hush" not in repr(run(resource, redact=frozenset({"Env"}), list_resources=True))
    assert "hush" in repr(run(resource))


def variants(*tag_sets):
    return tuple(
        Variant(f"IsProd is {answer}", make_tags(tags))
        for answer, tags in zip(("true", "false"), tag_sets, strict=True)
    )


@pytest.mark.parametrize(
    ("one", "other", "bucket"),
    [
        (GOOD, GOOD, "compliant"),
        (GOOD, {"Owner": "x"}, "undetermined"),
        ({"Owner": "x"}, {"Owner": "x"}, "noncompliant"),
        ({"Owner": "x"}, {**GOOD, "Env": "qa"}, "noncompliant"),
    ],
)
def test_a_key_fails_when_it_fails_in_every_branch(one, other, bucket):
    resource = make_resource(variants=variants(one, other))
    report = run(resource)
    assert bucket_of(resource) == bucket
    if bucket == "undetermined":
        assert report.undetermined[0].reason == (
            "if IsProd is false: the required tag `Env` is missing"
        )


def test_keys_are_counted_strictly_and_normalised():
    report = run(
        make_resource(GOOD),
        make_resource({"owned-by": "x", "Env": "production"}),
        make_resource({"Owner": ""}),
        make_resource({}, complete=False),
        make_resource({"Owner": None, "Env": None}),
    )
    rows = {row.key: row for row in report.keys}
    owner, env = rows["Owner"], rows["Env"]
    assert (owner.applicable, owner.present, owner.valid, owner.missing) == (5, 3, 1, 1)
    assert (owner.undetermined, owner.present_normalised, owner.valid_normalised) == (1, 4, 2)
    assert (env.applicable, env.present, env.valid, env.missing) == (5, 3, 1, 1)
    assert (env.undetermined, env.present_normalised, env.valid_normalised) == (1, 3, 2)


VALUE = st.sampled_from(["x", "prod", "dev", "production", "", "Prod", None])
KEY = st.sampled_from(["Owner", "owner", "owned-by", "Env", "env", "Data", "Note", "Squad", "Z"])
RESOURCES = st.builds(
    make_resource,
    st.dictionaries(KEY, VALUE, max_size=5),
    complete=st.booleans(),
    taggable=st.sampled_from(["yes", "yes", "yes", "no", "unknown"]),
    managed_by=st.sampled_from(["user", "user", "user", "aws"]),
    excluded=st.sampled_from(["", "", "", "deleted"]),
    address=st.sampled_from(["a.b", "c.d", "e.f"]),
    changes_tags=st.booleans(),
)
MAYBE_IMPLIED = st.builds(
    lambda resource, creator: replace(resource, creator=creator),
    RESOURCES,
    st.none()
    | RESOURCES
    | st.builds(make_implied, st.dictionaries(KEY, VALUE, max_size=2), RESOURCES),
)


@given(st.lists(MAYBE_IMPLIED, max_size=12), st.booleans())
def test_buckets_sum_up_in_the_whole_and_for_every_team(resources, changed_only):
    report = run(*resources, changed_only=changed_only)
    summary = report.summary
    for row in (summary, summary.implied, *report.teams):
        assert row.resources == sum(getattr(row, bucket) for bucket in BUCKETS)
    assert summary.resources == sum(one.creator is None for one in resources)
    assert summary.resources + summary.implied.resources == len(resources)
    assert summary.unchanged <= summary.excluded + summary.implied.excluded
    findings = sum(one.status == "open" for one in report.findings)
    assert sum(row.findings for row in report.teams) == findings
    for bucket in BUCKETS:
        total = sum(getattr(row, bucket) for row in report.teams)
        assert total == getattr(report.summary, bucket)
    for key in report.keys:
        assert key.applicable == key.present + key.missing + key.undetermined
        assert key.valid <= key.present <= key.present_normalised
        assert key.valid_normalised <= key.present_normalised


@given(st.lists(MAYBE_IMPLIED, max_size=6), st.randoms())
def test_the_order_of_inputs_does_not_matter(resources, random):
    shuffled = list(resources)
    random.shuffle(shuffled)
    assert run(*resources) == run(*shuffled)


FLAT = make_taxonomy(KEYS.replace("required: {when: {tags: {Env: prod}}}, ", ""))
"""The taxonomy without its condition: adding the tag that a condition asks for may add duties."""


def failing(resource, taxonomy=FLAT):
    return {(one.rule, one.key) for one in run(resource, taxonomy=taxonomy).findings}


@given(st.dictionaries(KEY, VALUE, max_size=4), KEY, VALUE)
def test_adding_a_tag_never_adds_missing_tag(tags, key, value):
    before = failing(make_resource(tags))
    after = failing(make_resource({**tags, key: value}))
    assert {one for one in after - before if one[0] == "missing-tag"} == set()


@given(st.dictionaries(KEY, st.sampled_from(["x", "prod", "dev", "Prod"]), min_size=1), st.data())
def test_forgetting_a_value_only_ever_makes_it_undetermined(tags, data):
    forgotten = data.draw(st.sampled_from(sorted(tags)))
    known = run(make_resource(tags))
    unknown = run(make_resource({**tags, forgotten: None}))
    fails = {(one.rule, one.key) for one in known.findings}
    open_questions = {one.key for one in unknown.undetermined}
    for rule, key in fails ^ {(one.rule, one.key) for one in unknown.findings}:
        assert key in open_questions, (rule, key)
    assert not {(one.rule, one.key) for one in unknown.findings} - fails


def test_dates_are_given_not_looked_up():
    taxonomy = make_taxonomy(
        "  A: {required: true, required_from: 2027-01-01}", today=date(2027, 1, 1)
    )
    assert run(make_resource({}), taxonomy=taxonomy).findings[0].severity == "error"


def test_what_must_not_be_shown_is_marked_confidential():
    taxonomy = make_taxonomy("  password: {forbidden: true}\n  Env: {values: [prod]}")
    resource = make_resource({"password": "x", "Env": "y"})
    marked = {
        one.rule: one.confidential
        for one in run(resource, taxonomy=taxonomy, redact=frozenset()).findings
    }
    assert marked == {"forbidden-key": True, "invalid-value": False}
    report = run(resource, taxonomy=taxonomy, redact=frozenset({"Env"}))
    assert all(one.confidential for one in report.findings)


def test_tags_are_read_only_for_policies():
    resource = make_resource(GOOD)
    with pytest.raises(TypeError):
        resource.tags.tags["Owner"] = None  # type: ignore[index]


def test_a_batch_reaches_over_few_documents_and_nothing_is_lost():
    seen = []

    class Watching(FakePolicies):
        def judge(self, batch):
            seen.append(len({one.resource.scope for one in batch}))
            return iter(())

        policies = FakePolicies.policies[:1]

    read = []

    def resources():
        for number in range(50):
            yield make_resource(GOOD, scope=str(number), location=Location("one.tf"))
            yield make_resource(GOOD, scope=str(number), location=Location("other.tf"))
            read.append(number)

    engine = make_engine(policies=[Watching()])
    engine.judge(resources(), documents=lambda: len(read))
    assert reported(engine).summary.resources == 100
    assert seen == [16, 16, 16, 2]


def test_documents_that_hold_nothing_make_no_empty_batches():
    seen = []

    class Watching(FakePolicies):
        def judge(self, batch):
            seen.append(len(batch))
            return iter(())

        policies = FakePolicies.policies[:1]

    read = []

    def resources():
        for number in range(100):
            read.append(number)
            if number % 40 == 0:
                yield make_resource(GOOD)

    engine = make_engine(policies=[Watching()])
    engine.judge(resources(), documents=lambda: len(read))
    assert seen == [1, 1, 1]


def test_listed_tags_name_what_they_replace():
    tags = TagSet(
        {
            "A": Tag("A", "1", overrides="default_tags@aws"),
            "B": Tag("B", "2", "default_tags@aws"),
        }
    )
    report = run(make_resource(tags=tags), list_resources=True)
    assert report.resources is not UNSET
    (listed,) = report.resources
    assert [(one.provenance, one.overrides) for one in listed.tags] == [
        ("resource", "default_tags@aws"),
        ("default_tags@aws", None),
    ]


def test_a_listed_resource_tells_why_there_may_be_more_tags():
    common = make_tags(GOOD)
    more = make_tags({**GOOD, "Stack": "s", "App": "a"})
    branches = (Variant("it is reached", more), Variant("it is not", common))
    report = run(
        make_resource(GOOD, address="a"),
        make_resource(address="b", tags=make_tags({}, complete=False, reason="var.x is unknown")),
        make_resource(address="c", tags=common, variants=branches),
        list_resources=True,
    )
    assert report.resources is not UNSET
    assert {one.address: (one.tags_complete, one.tags_reason) for one in report.resources} == {
        "a": (True, None),
        "b": (False, "var.x is unknown"),
        "c": (False, "if it is reached: `App`, `Stack`"),
    }


@pytest.mark.parametrize(("partial", "told"), [(False, ["idle", "used"]), (True, ["used"])])
def test_a_partial_run_does_not_call_an_exemption_unused(partial, told):
    waivers = [
        Exemption(
            id=name,
            match=Selector(addresses=[address]),
            reason="r",
            owner="o",
            expires="2027-11-23",
        )
        for name, address in {"used": "*", "idle": "elsewhere"}.items()
    ]
    exemptions = Exemptions(waivers, today=TODAY, max_days=None)
    report = run(make_resource({}), exemptions=exemptions, partial=partial)
    assert [one.id for one in report.exemptions] == told


def test_only_keys_that_may_still_come_are_undetermined():
    taxonomy = make_taxonomy("  Owner: {required: true}\n  Ops.Centre: {required: true}")
    tags = TagSet(complete=False, reason="tag defaults", open_keys=r".+\..+")
    report = run(make_resource(tags=tags), taxonomy=taxonomy)
    assert [(one.rule, one.key) for one in report.findings] == [("missing-tag", "Owner")]
    assert [(one.key, one.reason) for one in report.undetermined] == [
        ("Ops.Centre", "tag defaults")
    ]
    assert {row.key: (row.missing, row.undetermined) for row in report.keys} == {
        "Owner": (1, 0),
        "Ops.Centre": (0, 1),
    }


def test_what_may_stand_in_for_a_key_keeps_it_open():
    taxonomy = make_taxonomy(
        "  Owner: {required: true}\n  Boss: {deprecated: {since: 1.0.0, use: Owner}}"
    )
    tags = TagSet(complete=False, reason="one switch", open_keys="Boss")
    report = run(make_resource(tags=tags), taxonomy=taxonomy)
    assert (len(report.findings), [one.key for one in report.undetermined]) == (0, ["Owner"])


def test_a_condition_on_a_key_that_cannot_come_is_decided():
    tags = TagSet({"Owner": Tag("Owner", "x")}, complete=False, open_keys="Env")
    report = run(make_resource(tags=tags))
    assert {one.key for one in report.undetermined} == {"Env", "Data"}
    closed = TagSet({"Owner": Tag("Owner", "x")}, complete=False, open_keys="Other")
    report = run(make_resource(tags=closed))
    assert ({one.key for one in report.findings}, report.undetermined) == ({"Env"}, ())


def test_a_misspelt_key_whose_right_spelling_cannot_come_fails_as_required():
    def told(open_keys):
        tags = TagSet({"owned-by": Tag("owned-by", "x")}, complete=False, open_keys=open_keys)
        report = run(make_resource(tags=tags))
        (severity,) = [one.severity for one in report.findings if one.key == "Owner"]
        return severity, report.keys[0].missing, report.keys[0].undetermined

    assert told("Env") == ("error", 1, 0)
    assert told("owner") == told("") == ("warning", 0, 1)


def test_what_only_some_branches_have_is_unknown_to_a_selector():
    scope = "scope: {include: [{tags: {Squad: a}}]}"
    taxonomy = make_taxonomy(KEYS, more=scope)
    branches = (
        Variant("it is reached", make_tags({"Squad": "a"})),
        Variant("it is not", make_tags({})),
    )
    report = run(make_resource({}, variants=branches), taxonomy=taxonomy)
    assert (report.summary.excluded, report.summary.noncompliant) == (0, 1)


def test_a_policy_over_the_inventory_sees_that_branches_have_more():
    seen = []

    class Watching(FakePolicies):
        def judge_whole(self, inventory):
            seen.extend(inventory)
            return iter(())

    branches = (Variant("C", make_tags({**GOOD, "App": "a"})), Variant("D", make_tags(GOOD)))
    run(make_resource(GOOD, variants=branches), policies=[Watching()])
    assert [one.resource.tags.complete for one in seen] == [False]


@given(
    st.dictionaries(
        st.sampled_from(["Owner", "owner", "owned-by", "Env", "Data", "Other"]),
        st.sampled_from(["", "prod", "production", "x", None]),
    )
)
def test_where_no_key_of_the_standard_can_come_a_set_is_judged_as_if_complete(values):
    tags = make_tags(values)
    partly = replace(tags, complete=False, open_keys="elsewhere")
    whole, part = (run(make_resource(tags=one)) for one in (tags, partly))
    assert (whole.findings, whole.undetermined, whole.keys, whole.summary) == (
        part.findings,
        part.undetermined,
        part.keys,
        part.summary,
    )
