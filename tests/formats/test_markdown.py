from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tagguard.formats import RenderOptions
from tagguard.formats.markdown import LIMIT, MARKER, code, prose, render
from tagguard.formats.wording import shown
from tagguard.report import Coverage, KeyCoverage, Note, Summary, TeamCoverage
from tests.formats.reports import (
    REFUSED,
    everyday_report,
    make_finding,
    make_report,
    make_undetermined,
)


def page_of(**fields) -> str:
    return render(make_report(**fields), RenderOptions())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "`plain`"),
        ("a|b", "`a\\|b`"),
        ("a\\|b", "`a\\\\x7cb`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        (" x", "`  x `"),
        ("  ", "`  `"),
        ("@org/team", "`@org/team`"),
        ("a\nb", "`a\\nb`"),
        ("", "(empty)"),
    ],
)
def test_code(text, expected):
    assert code(text) == expected


@given(st.text(min_size=1))
def test_code_reads_back_from_a_table(text):
    source = f"| a | b |\n| --- | --- |\n| {code(text)} | x |\n"
    tokens = MarkdownIt("commonmark").enable("table").parse(source)
    cells = [token.children for token in tokens if token.type == "inline"]
    assert [len(cell or ()) for cell in cells] == [1, 1, 1, 1]
    span = (cells[2] or [])[0]
    expected = shown(text, 200)
    assert span.type == "code_inline"
    assert span.content == expected or "\\|" in expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the tag `Owner` is missing", "the tag `Owner` is missing"),
        ("ask @octocat, now", "ask `@octocat`, now"),
        ("(see https://evil.example)", "(see `https://evil.example`)"),
        ("cost centre CC-0042 is closed!", "cost centre `CC-0042` is closed!"),
        ("<b>x</b> a_b_c #12", "`<b>x</b>` `a_b_c` `#12`"),
        ("e-mail isn't set: 12 left…", "e-mail isn't set: 12 left…"),
        ("a ` b", "a `` ` `` b"),
        ("`a`b)`c`", "`a`b)`c`"),
        ("<A>```", "`<A>` `` ` `` `` ` `` `` ` ``"),
        ("", ""),
    ],
)
def test_prose(text, expected):
    assert prose(text) == expected


def test_the_marker_and_the_sentence_come_first():
    lines = render(everyday_report(), RenderOptions()).splitlines()
    assert lines[0] == MARKER
    assert lines[2].startswith("### ❌ Tags: 6 findings (1 exempt, 1 in the baseline) in 20")


@pytest.mark.parametrize(
    ("fields", "icon"),
    [
        ({"summary": Summary(resources=1, compliant=1, coverage=1.0)}, "✅"),
        ({}, "⚠️"),
        ({"summary": Summary(resources=2, compliant=1, undetermined=1, coverage=0.5)}, "⚠️"),
        ({"findings": (make_finding(severity="warning"),)}, "⚠️"),
        ({"findings": (make_finding(),)}, "❌"),
        (
            {
                "summary": Summary(resources=1, exempt=1, coverage=0.0),
                "findings": (make_finding(status="exempt"),),
            },
            "✅",
        ),
        (
            {
                "summary": Summary(resources=1, compliant=1, coverage=1.0),
                "problems": everyday_report().problems,
            },
            "⚠️",
        ),
        (
            {
                "summary": Summary(
                    resources=1,
                    compliant=1,
                    coverage=1.0,
                    implied=Coverage(resources=1, undetermined=1, coverage=0.0),
                )
            },
            "⚠️",
        ),
    ],
)
def test_only_a_whole_and_clean_scan_is_green(fields, icon):
    assert f"### {icon} " in page_of(**fields)


def test_a_finding_is_one_row():
    page = render(everyday_report(), RenderOptions())
    row = next(line for line in page.splitlines() if "invalid-value" in line)
    assert row == (
        "| 🔴 error<br>`invalid-value` | `aws_s3_bucket.logs` | `produktion` is not valid for "
        "`Environment`; did you mean `prod`?<br>expected: one of: prod, staging, dev<br>help: "
        "write `prod` in the `default_tags` of provider `aws.west` | `envs/prod/main.tf:12:4` |"
    )


def test_a_huge_report_fits_and_keeps_the_worst():
    odd = "\U0010ffff|`" * 60
    findings = tuple(
        make_finding(
            severity=severity,
            team=f"team-{number % 70}",
            message=odd,
            hint=odd,
            resource=odd,
            key=f"K{number}",
        )
        for severity in ("info", "error")
        for number in range(500)
    )
    page = page_of(
        findings=findings,
        teams=tuple(TeamCoverage(team=odd) for _ in range(400)),
        keys=tuple(KeyCoverage(key=odd) for _ in range(400)),
        undetermined=tuple(make_undetermined(reason=odd) for _ in range(400)),
        problems=everyday_report().problems * 400,
    )
    assert len(page) <= LIMIT
    assert "🔴 error" in page
    assert "🔵 info" not in page
    assert page.count(" more finding") == 1
    assert page.count("\n… ") == 5


def test_ordinary_findings_are_many_before_any_is_left_out():
    page = page_of(findings=tuple(make_finding(key=f"K{n}") for n in range(1000)))
    rows = page.count("🔴 error")
    assert rows > 200
    assert f"… {1000 - rows} more findings" in page


def test_a_shortened_link_is_none():
    assert prose("see www.… (201 characters)") == "see `www`.… (201 characters)"


def test_findings_that_one_change_mends_are_one_row():
    alike = [make_finding(resource=name, hint="change the default") for name in "abc"]
    other_team = make_finding(resource="d", hint="change the default", team="search")
    page = page_of(findings=(*alike, other_team))
    assert page.count("🔴 error") == 2
    assert "| `a` and 2 more | the required tag" in page
    assert "| `d` | the required tag" in page


def test_notes_are_folded():
    page = page_of(notes=(Note(where="m|n", message="judged through a", hint="give plans"),))
    assert "<summary>Notes: 1</summary>" in page
    assert "| `m\\|n` | judged through a | give plans |" in page


def test_refused_exemptions_are_folded():
    page = page_of(exemptions=(REFUSED,))
    assert "<summary>Refused: 1 exemption in the input</summary>" in page
    told = "is refused and waives nothing: no reason is given; add "
    assert f"| `envs/prod/main.tf:8` | {told}" in page
