from __future__ import annotations

from tagguard.formats.gathering import (
    alike_findings,
    alike_undetermined,
    open_findings,
    told_apart,
)
from tagguard.model import Location
from tagguard.report import ListedResource
from tests.formats.reports import everyday_report, make_finding, make_report, make_undetermined

HELP = "give `Owner` an accepted value in the `default_tags` of provider `aws`"


def test_one_address_in_two_root_modules_is_told_apart():
    address = "module.data.aws_s3_bucket.this"
    listed = ListedResource(
        address=address,
        type="aws_s3_bucket",
        team="payments",
        bucket="noncompliant",
        tags=(),
        tags_complete=True,
        location=Location("modules/data/main.tf", 1, 1),
        scope="envs/dev",
    )
    report = make_report(
        findings=(
            make_finding(resource=address, scope="envs/dev"),
            make_finding(resource="aws_s3_bucket.logs", scope="envs/dev"),
        ),
        undetermined=(make_undetermined(resource=address, scope="envs/prod"),),
        resources=(listed,),
    )
    told = told_apart(report)
    assert [one.resource for one in told.findings] == [
        f"{address} (envs/dev)",
        "aws_s3_bucket.logs",
    ]
    assert [one.resource for one in told.undetermined] == [f"{address} (envs/prod)"]
    assert isinstance(told.resources, tuple)
    assert [one.address for one in told.resources] == [f"{address} (envs/dev)"]


def test_a_report_in_which_every_address_is_found_once_stays_as_it_is():
    report = make_report(
        findings=(make_finding(scope="a"), make_finding(resource="x", scope="b")),
    )
    assert told_apart(report) == report


def test_findings_that_one_change_mends_are_gathered():
    first, second = make_finding(resource="a", hint=HELP), make_finding(resource="b", hint=HELP)
    other = make_finding(resource="c", hint=HELP, key="CostCenter")
    assert alike_findings([first, other, second]) == [[first, second], [other]]


def test_instances_of_one_resource_are_alike():
    instances = [
        make_finding(
            resource=f"aws_instance.web[{key}]", hint=f"add it to `aws_instance.web[{key}]`"
        )
        for key in (0, '"a"', "*")
    ]
    assert alike_findings(instances) == [instances]


def test_what_needs_different_changes_is_not_gathered():
    findings = [
        make_finding(hint="add `Owner` to the `tags` of `aws_instance.web`"),
        make_finding(hint="add `Owner` to the `volume_tags` of `aws_instance.web`"),
        make_finding(hint="add `Owner` to the `tags` of `aws_instance.web`", status="baseline"),
        make_finding(location=Location("envs/prod/main.tf", 11, 3)),
        make_finding(team="search"),
    ]
    assert alike_findings(findings) == [[one] for one in findings]


def test_without_a_line_nothing_is_gathered():
    plan = Location("plan.json")
    findings = [make_finding(location=plan), make_finding(location=plan, resource="b")]
    checks = [make_undetermined(location=plan), make_undetermined(location=plan, resource="b")]
    assert alike_findings(findings) == [[one] for one in findings]
    assert alike_undetermined(checks) == [[one] for one in checks]


def test_checks_that_one_thing_leaves_open_are_gathered():
    checks = [make_undetermined(resource=name) for name in "abc"]
    other = make_undetermined(reason="var.more has no value")
    assert alike_undetermined([*checks, other]) == [checks, [other]]


def test_open_findings_are_the_worst_first():
    levels = [alike[0].severity for alike in open_findings(everyday_report())]
    assert levels == ["error", "error", "warning", "info"]


def test_much_of_one_kind_is_told_once_wherever_it_stands():
    findings = [
        make_finding(resource=f"r{line}", hint=f"for `r{line}`", location=Location("a.jsonl", line))
        for line in range(1, 6)
    ]
    other = make_finding(message="another fault", location=Location("a.jsonl", 3))
    assert alike_findings([*findings, other], many=4) == [findings, [other]]
    assert alike_findings(findings, many=5) == [[one] for one in findings]
    checks = [make_undetermined(location=Location("a.jsonl", line)) for line in range(1, 6)]
    assert alike_undetermined(checks, many=4) == [checks]
    assert alike_undetermined(checks, many=5) == [[one] for one in checks]
