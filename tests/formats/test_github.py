from __future__ import annotations

import re

from tagguard.formats import RenderOptions
from tagguard.formats.github import command, render
from tagguard.model import Location
from tests.formats.reports import HOSTILE, REFUSED, everyday_report, make_finding, make_report


def test_everyday_report():
    assert render(everyday_report(), RenderOptions()).splitlines() == [
        (
            "::error title=tagguard%3A read problem::broken.tf:3: a block is not closed"
            "%0Aadd the closing brace"
        ),
        (
            "::error title=tagguard%3A policy problem::open-cost-center on aws_s3_bucket.logs: "
            "KeyError: 'closed'"
        ),
        (
            "::error file=envs/prod/main.tf,line=10,col=1,title=missing-tag::aws_s3_bucket.logs: "
            "the required tag `Owner` is missing%0Aadd `Owner` to the tags of `aws_s3_bucket.logs`"
        ),
        (
            "::error file=envs/prod/main.tf,line=12,col=4,title=invalid-value::aws_s3_bucket.logs: "
            "`produktion` is not valid for `Environment`; did you mean `prod`?"
            "%0Awrite `prod` in the `default_tags` of provider `aws.west`"
        ),
        (
            "::warning file=plan.json,title=deprecated-key::module.logs.aws_s3_bucket.this[0]: "
            "`Env` is deprecated since 2.0.0; `Environment` takes its place"
            "%0Arename `Env` to `Environment` in the call of module `logs`"
        ),
        (
            "::notice file=template.yaml,line=7,col=9,title=cost-center-open::aws_s3_bucket.logs: "
            "cost centre CC-0042 closes on 2026-12-31"
        ),
        (
            "::notice title=tagguard::6 findings (1 exempt, 1 in the baseline) in 20 resources; "
            "2 undetermined, 2 untaggable, 1 managed, 1 excluded; "
            "1 file could not be read, 1 other problem"
        ),
    ]


def test_command_encodes_what_the_runner_would_obey():
    assert command("error", "50%\r\n::x::", title="a:b,c%\n", file=None, line=0) == (
        "::error title=a%3Ab%2Cc%25%0A::50%25%0D%0A::x::"
    )


def test_only_our_commands_begin_a_line():
    findings = tuple(make_finding(message=text, hint=text) for text in HOSTILE.values())
    page = render(make_report(findings=findings), RenderOptions())
    commands = re.findall(r"(?:^|[\r\n])\s*::", page)
    assert len(commands) == len(findings) + 1 == len(page.splitlines())


def test_stdin_has_no_file_to_annotate():
    page = render(make_report(findings=(make_finding(location=Location("-", 3)),)), RenderOptions())
    assert page.startswith("::error line=3,title=missing-tag::")


def test_the_closing_notice_tells_what_github_hides():
    findings = tuple(make_finding(severity="warning", key=f"K{n}") for n in range(12)) + tuple(
        make_finding(key=f"K{n}") for n in range(11)
    )
    lines = render(make_report(findings=findings), RenderOptions()).splitlines()
    assert [line[:7] for line in lines[:12]] == ["::error"] * 11 + ["::warni"]
    assert lines[-1].endswith(
        "; no data. GitHub shows the first 10 of 11 errors and the first 10 of 12 warnings;"
        " this log has all"
    )


def test_findings_that_one_change_mends_have_one_annotation():
    findings = tuple(make_finding(resource=name, hint="change the default") for name in "abc")
    line, _ = render(make_report(findings=findings), RenderOptions()).splitlines()
    assert line.endswith("::a and 2 more: the required tag `Owner` is missing%0Achange the default")


def test_a_refused_exemption_is_a_warning_where_it_stands():
    line, _ = render(make_report(exemptions=(REFUSED,)), RenderOptions()).splitlines()
    assert line == (
        "::warning file=envs/prod/main.tf,line=8,col=3,title=tagguard%3A exemption::the exemption "
        'envs/prod/main.tf:8 is refused and waives nothing: no reason is given; add reason="…"'
    )
