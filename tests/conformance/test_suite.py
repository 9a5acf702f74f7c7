"""The suite itself: it is large enough, its files are well formed, and it notices."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from msgspec.structs import replace

from tests.conformance.case import HCL, Case, Expected, Root, cases, read_cases
from tests.conformance.observing import compare, named_taxonomies, see
from tests.conformance.source_rendering import forms

MINIMAL = "- {id: a, fact: b, resource: {}, expect: {bucket: compliant}}"


def test_there_are_many_cases_and_most_hold_for_both_sources():
    both = [case for case in cases() if {"plan", "yaml"} <= set(forms(case))]
    source = [case for case in cases() if HCL in forms(case)]
    assert len(cases()) >= 150
    assert len(both) >= 100
    assert len(source) >= 300


def test_cases_are_well_formed():
    ids = Counter(case.id for case in cases())
    assert [name for name, count in ids.items() if count > 1] == []
    assert [case.id for case in cases() if len(case.fact.split()) < 4] == []
    assert [case.id for case in cases() if bool(case.expect) == bool(case.resources)] == []
    assert [case.id for case in cases() if not forms(case)] == []


def test_what_a_plan_says_is_said_by_source_too_or_a_reason_is_given():
    planned = [case for case in cases() if case.plan is not None]
    assert [case.id for case in planned if (case.hcl is None) == (case.no_hcl == "")] == []
    assert [case.id for case in cases() if case.no_hcl and case.hcl is not None] == []
    assert sum(case.hcl is not None for case in planned) >= 110


def test_source_decides_more_or_less_only_for_a_reason():
    for case in cases():
        if isinstance(case.hcl, Root):
            assert (case.in_form(HCL) is not case) == bool(case.hcl.fact), case.id


def test_every_shared_taxonomy_is_used():
    assert {case.taxonomy for case in cases() if isinstance(case.taxonomy, str)} == set(
        named_taxonomies()
    )


@pytest.mark.parametrize(
    "text",
    [
        MINIMAL.replace("fact: b, ", ""),
        MINIMAL.replace("resource", "resourse"),
        MINIMAL.replace("resource: {}", "resource: {colour: red}"),
        MINIMAL.replace("compliant", "fine"),
        MINIMAL.replace("compliant", "compliant, finding: []"),
    ],
)
def test_what_is_no_case_is_refused(text):
    assert [case.id for case in read_cases(MINIMAL)] == ["a"]
    with pytest.raises(msgspec.ValidationError):
        read_cases(text)


def mutants(expected: Expected) -> list[Expected]:
    """Change each thing that a case says."""
    other = "compliant" if expected.bucket == "noncompliant" else "noncompliant"
    findings = [*expected.findings, "missing-tag:Nobody"]
    undetermined = [*expected.undetermined, "Nobody"]
    found = [
        replace(expected, bucket=other),
        replace(expected, findings=findings),
        replace(expected, undetermined=undetermined),
    ]
    if expected.findings:
        found.append(replace(expected, findings=expected.findings[1:]))
    if expected.undetermined:
        found.append(replace(expected, undetermined=expected.undetermined[1:]))
    if expected.tags is not None:
        found.append(replace(expected, tags={**expected.tags, "Nobody": ""}))
    if expected.complete is not None:
        found.append(replace(expected, complete=not expected.complete))
    if expected.changes_tags is not None:
        found.append(replace(expected, changes_tags=not expected.changes_tags))
    if expected.at is not None:
        found.append(replace(expected, at="elsewhere.tf:1"))
    fields = ("provenance", "overrides", "reasons", "lines")
    said = {field: getattr(expected, field) for field in fields}
    found += [
        replace(expected, **{field: dict.fromkeys(keys, "somebody else")})
        for field, keys in said.items()
        if keys
    ]
    return found


OTHER_OUTCOMES = [
    pytest.param(case.in_form(form), form, id=f"{case.id}-{form}")
    for case in cases()
    for form in forms(case)
    if form == forms(case)[0] or case.in_form(form) is not case
]


@pytest.mark.parametrize(("case", "form"), OTHER_OUTCOMES)
def test_the_suite_notices_any_other_outcome(case: Case, form: str, tmp_path):
    seen = see(case, form, tmp_path)
    for name, expected in case.expected.items():
        for mutant in mutants(expected):
            changed = replace(case, expect=None, resources={**case.expected, name: mutant})
            actual, wanted = compare(changed, form, seen)
            assert actual != wanted, mutant
    for other in ({"problems": ["no such problem"]}, {"exemptions": {"nowhere:1": "active"}}):
        actual, wanted = compare(replace(case, **other), form, seen)
        assert actual != wanted
