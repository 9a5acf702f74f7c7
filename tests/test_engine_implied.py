"""What the engine promises of resources that others imply, and of what a plan leaves as it is."""

from __future__ import annotations

from msgspec import UNSET

from tests.factories import make_implied, make_resource, make_taxonomy
from tests.test_engine import GOOD, KEYS, FakePolicies, run


def test_implied_resources_are_judged_and_counted_apart():
    creator = make_resource(GOOD, address="aws_instance.web")
    report = run(creator, make_implied(GOOD), make_implied({}), make_implied({}, taggable="no"))
    assert (report.summary.resources, report.summary.compliant) == (1, 1)
    counts = report.summary.implied
    assert (counts.resources, counts.compliant, counts.noncompliant) == (3, 1, 1)
    assert (counts.untaggable, counts.coverage, report.summary.coverage) == (1, 0.5, 1.0)
    assert {one.resource for one in report.findings} == {"aws_instance.web#volume"}
    (team,) = report.teams
    assert (team.resources, team.findings) == (1, 2)
    assert {row.key: row.applicable for row in report.keys} == {"Owner": 1, "Env": 1}


def test_an_undetermined_implied_resource_is_listed_as_such():
    report = run(make_implied({"Owner": "x", "Data": "public"}, complete=False))
    assert (report.summary.implied.undetermined, len(report.undetermined)) == (1, 1)
    assert report.summary.undetermined == 0


def test_an_implied_resource_that_nobody_claims_is_its_creators_teams():
    creator = make_resource({**GOOD, "Squad": "a"})
    report = run(
        creator,
        make_implied({}, creator),
        make_implied({"Squad": "b"}, creator),
        list_resources=True,
    )
    assert {row.team: (row.resources, row.findings) for row in report.teams} == {
        "a": (1, 2),
        "b": (0, 2),
    }
    assert report.resources is not UNSET
    assert sorted((one.team, one.creator or "") for one in report.resources) == [
        ("a", ""),
        ("a", "aws_s3_bucket.logs"),
        ("b", "aws_s3_bucket.logs"),
    ]


def test_the_filter_by_team_takes_implied_resources_along_with_their_creator():
    creator = make_resource({**GOOD, "Squad": "a"})
    items = [creator, make_implied({}, creator), make_implied({"Squad": "b"}, creator)]
    mine, other = (run(*items, teams=frozenset({name})).summary for name in "ab")
    assert (mine.implied.noncompliant, mine.implied.excluded) == (2, 0)
    assert (other.implied.noncompliant, other.implied.excluded) == (0, 2)


def test_implied_resources_of_what_is_excluded_are_excluded():
    scoped = make_taxonomy(KEYS, more='scope: {exclude: [{types: ["aws_instance"]}]}')
    assert run(make_implied({}), taxonomy=scoped).summary.implied.excluded == 1
    own = make_taxonomy(KEYS, more='scope: {exclude: [{types: ["aws_ebs_*"]}]}')
    assert run(make_implied({}), taxonomy=own).summary.implied.excluded == 1
    deleted = make_resource({}, excluded="deleted by this plan")
    assert run(make_implied({}, deleted)).summary.implied.excluded == 1


def test_a_scope_may_include_only_what_others_imply():
    volumes = make_taxonomy(KEYS, more='scope: {include: [{types: ["aws_ebs_*"]}]}')
    creator = make_resource({}, type="aws_instance")
    summary = run(creator, make_implied({}, creator), taxonomy=volumes).summary
    assert (summary.excluded, summary.implied.noncompliant) == (1, 1)


def test_implied_resources_of_untaggable_ones_are_judged():
    report = run(make_implied({}, make_resource({}, taggable="no")))
    assert report.summary.implied.noncompliant == 1


def test_implied_resources_of_what_the_platform_manages_are_managed_too():
    creator = make_resource({}, managed_by="eks")
    assert run(make_implied({}, creator)).summary.implied.managed == 1


def test_a_team_without_resources_or_findings_has_no_row():
    creator = make_resource({**GOOD, "Squad": "a"})
    sound = make_implied({**GOOD, "Squad": "b"}, creator)
    assert [row.team for row in run(creator, sound).teams] == ["a"]


def test_a_taxonomy_may_leave_implied_resources_out():
    taxonomy = make_taxonomy(KEYS, more="implied: false")
    report = run(make_resource({}), make_implied({}), taxonomy=taxonomy)
    assert (report.summary.noncompliant, report.summary.implied.excluded) == (1, 1)


def test_only_changes_are_judged_when_asked():
    items = [
        make_resource({}, change="no-op", changes_tags=False),
        make_resource({}, change="update", changes_tags=True),
        make_resource({}),
        make_resource({}, change="delete", changes_tags=False, excluded="deleted by this plan"),
        make_implied({}, changes_tags=False),
    ]
    summary = run(*items, changed_only=True).summary
    assert (summary.noncompliant, summary.excluded, summary.implied.excluded) == (2, 2, 1)
    assert (summary.unchanged, run(*items).summary.unchanged) == (2, 0)


def test_policies_do_not_see_what_is_left_out_as_unchanged():
    items = [make_resource(GOOD, changes_tags=changes) for changes in (True, False)]
    report = run(*items, changed_only=True, policies=[FakePolicies()])
    assert [one.message for one in report.findings if one.rule == "all"] == [
        "1 resources",
        "first",
    ]


def test_the_creators_redacted_values_are_hidden_too():
    creator = make_resource({**GOOD, "Env": "hush"})
    seen = []

    class Watching(FakePolicies):
        def judge(self, batch):
            seen.extend(batch)
            return iter(())

        policies = FakePolicies.policies[:1]

    run(make_implied(GOOD, creator), policies=[Watching()], redact=frozenset({"Env"}))
    assert seen[0].resource.creator.tags.get("Env").sensitive
