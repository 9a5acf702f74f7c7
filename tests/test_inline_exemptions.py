from __future__ import annotations

import pytest

from tagguard.inline_exemptions import InlineExemptions
from tagguard.model import BUILTIN_RULES, Ignore, Location, Outcome
from tagguard.taxonomy.document import ExemptionRules
from tests.factories import TODAY, make_implied, make_resource

KNOWN = (*BUILTIN_RULES, "cost-center-open")


def ignore(rule="missing-tag", key=None, reason="moves", until="", line=12):
    location = Location("main.tf", line)
    return Ignore(rule=rule, key=key, reason=reason, until=until, location=location)


def failure(rule="missing-tag", key="Owner"):
    return Outcome(verdict="fail", rule=rule, key=key, message="")


def inline(mode="reason-required", max_days=None):
    rules = ExemptionRules(inline=mode, max_days=max_days)
    return InlineExemptions(rules, known=KNOWN, today=TODAY)


def row(exemptions, **options):
    (use,) = exemptions.uses(**options)
    return use.id, use.state, use.matched, use.reason


@pytest.mark.parametrize(
    ("waiver", "outcome", "covered"),
    [
        (ignore(), failure(), True),
        (ignore(key="Owner"), failure(), True),
        (ignore(key="Owner"), failure(key="Env"), False),
        (ignore(key="Owner"), failure(key=None), False),
        (ignore(rule="empty-tag"), failure(), False),
        (ignore(rule="cost-center-open"), failure("cost-center-open", None), True),
    ],
)
def test_rule_and_key_must_match(waiver, outcome, covered):
    exemptions = inline()
    resource = make_resource(ignores=(waiver,))
    exemptions.meet(resource.ignores)
    assert (exemptions.waiver(outcome, resource) == "main.tf:12") is covered
    state = ("main.tf:12", "active", 1, None) if covered else ("main.tf:12", "unused", 0, None)
    assert row(exemptions) == state
    assert exemptions.refusal(outcome, resource) == ""


def test_a_resource_without_waivers_has_none_of_others():
    exemptions = inline()
    exemptions.meet([ignore()])
    assert exemptions.waiver(failure(), make_resource()) is None


@pytest.mark.parametrize(
    ("until", "covered", "state"),
    [
        ("2026-11-22", False, "expired"),
        ("2026-11-23", True, "expiring"),
        ("2026-12-23", True, "expiring"),
        ("2026-12-24", True, "active"),
        ("", True, "active"),
    ],
)
def test_it_holds_on_its_last_day(until, covered, state):
    exemptions, resource = inline(), make_resource(ignores=(ignore(until=until),))
    assert (exemptions.waiver(failure(), resource) == "main.tf:12") is covered
    assert row(exemptions) == ("main.tf:12", state, 1, None)
    ended = "" if covered else "the exemption at main.tf:12 ended on 2026-11-22"
    if not covered:
        assert exemptions.refusal(failure(), resource) == ended


REFUSED = [
    (
        "forbid",
        None,
        ignore(),
        "the taxonomy forbids exemptions in the input (`exemptions.inline`)",
    ),
    ("reason-required", None, ignore(reason=""), 'no reason is given; add reason="…"'),
    (
        "allow",
        None,
        ignore(rule="mising-tag"),
        "there is no rule `mising-tag` (did you mean `missing-tag`?)",
    ),
    ("allow", None, ignore(rule="*"), "there is no rule `*`"),
    ("allow", None, ignore(rule="", reason="no rule is named"), "no rule is named"),
    ("allow", None, ignore(until="2026-02-30"), "`2026-02-30` is no day such as 2026-12-31"),
    ("allow", None, ignore(until="20261231"), "`20261231` is no day such as 2026-12-31"),
    (
        "allow",
        30,
        ignore(),
        "it has no end; add until=YYYY-MM-DD, at most 30 days from today",
    ),
    (
        "allow",
        30,
        ignore(until="2026-12-24"),
        "it holds until 2026-12-24, more than 30 days from today",
    ),
]


@pytest.mark.parametrize(("mode", "max_days", "waiver", "why"), REFUSED)
def test_a_refused_one_waives_nothing_and_is_told(mode, max_days, waiver, why):
    exemptions, resource = inline(mode, max_days), make_resource(ignores=(waiver,))
    assert exemptions.waiver(failure(), resource) is None
    told = f"the exemption at main.tf:12 waives nothing: {why}"
    assert exemptions.refusal(failure(), resource) == told
    assert row(exemptions) == ("main.tf:12", "refused", 0, why)
    assert row(exemptions, partial=True)[1] == "refused"


@pytest.mark.parametrize(
    ("mode", "max_days", "waiver"),
    [
        ("allow", None, ignore(reason="")),
        ("allow", 30, ignore(reason="", until="2026-12-23")),
        ("reason-required", 30, ignore(until="2026-12-23")),
    ],
)
def test_what_the_taxonomy_accepts(mode, max_days, waiver):
    exemptions, resource = inline(mode, max_days), make_resource(ignores=(waiver,))
    assert exemptions.waiver(failure(), resource) == "main.tf:12"


def test_a_refusal_is_told_only_where_it_was_meant():
    exemptions = inline("forbid")
    resource = make_resource(ignores=(ignore(key="Owner"),))
    assert exemptions.refusal(failure(key="Env"), resource) == ""
    assert exemptions.refusal(failure("empty-tag"), resource) == ""


def test_one_place_has_one_row():
    waivers = (ignore(), ignore(rule="empty-tag", key="Env"), ignore(line=20))
    exemptions, resource = inline(), make_resource(ignores=waivers)
    twin = make_resource(ignores=waivers[:2], address="aws_s3_bucket.twin")
    exemptions.meet(resource.ignores)
    assert exemptions.waiver(failure(), resource) == "main.tf:12"
    assert exemptions.waiver(failure(), twin) == "main.tf:12"
    first, second = exemptions.uses()
    assert (first.id, first.state, first.matched) == ("main.tf:12", "active", 2)
    assert first.reason == "matched nothing: `empty-tag:Env`"
    assert (second.id, second.state, second.matched) == ("main.tf:20", "active", 1)


def test_a_part_that_is_refused_is_told_beside_one_that_holds():
    waivers = (ignore(), ignore(rule="nope"))
    exemptions, resource = inline(), make_resource(ignores=waivers)
    assert exemptions.waiver(failure(), resource) == "main.tf:12"
    assert row(exemptions) == ("main.tf:12", "refused", 1, "there is no rule `nope`")


def test_a_partial_run_does_not_tell_of_unused_ones():
    exemptions = inline()
    exemptions.meet([ignore()])
    assert list(exemptions.uses(partial=True)) == []


def test_what_a_resource_implies_is_under_its_waivers():
    creator = make_resource(ignores=(ignore(),))
    assert inline().waiver(failure(), make_implied(creator=creator)) == "main.tf:12"


def test_an_implied_resource_may_have_waivers_of_its_own():
    implied = make_implied(creator=make_resource(), ignores=(ignore(),))
    assert inline().waiver(failure(), implied) == "main.tf:12"
