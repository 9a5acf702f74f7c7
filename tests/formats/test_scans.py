from __future__ import annotations

from msgspec.structs import replace

from tagguard.formats import RenderOptions, console, markdown
from tagguard.formats.scans import extent, remarks, scans, table
from tagguard.model import Problem
from tagguard.report import Collected, Completeness, Input, Shortfall
from tests.formats.reports import everyday_report, make_report

ONE, TWO, THREE = "111111111111", "222222222222", "333333333333"
LISTINGS = tuple(
    Collected(collector=f"services/{name}", sees_untagged=True, asked=6, done=6, resources=count)
    for name, count in (("ec2-instance", 1_200), ("sqs-queue", 34))
)
TAGGING = Collected(
    collector="tagging", sees_untagged=False, asked=6, done=4, denied=2, resources=900
)


def unset(account: str) -> Shortfall:
    return Shortfall(
        account=account,
        collector="explorer",
        state="unavailable",
        message="there is no index",
        allowed=True,
        unseen="the rest",
    )


KNOWN = Completeness(
    accounts=(ONE, TWO),
    accounts_done=1,
    suspended=(THREE,),
    regions=("eu-west-1", "us-east-1"),
    collectors=(*LISTINGS, TAGGING),
    shortfalls=(
        Shortfall(
            account=ONE, region="eu-west-1", collector="tagging", state="denied", message="no"
        ),
        unset(ONE),
        unset(TWO),
        Shortfall(account=THREE, state="suspended", message="closed", allowed=True),
    ),
    merged=1_300,
    deleted=3,
    complete=False,
)
SCAN = Input(path="night.parquet", kind="tagguard-snapshot", resources=1_300, completeness=KNOWN)


def test_a_report_without_a_live_scan_says_nothing_of_one():
    assert scans(everyday_report()) == []
    assert "Scan:" not in markdown.render(everyday_report(), RenderOptions())


def test_the_extent_counts_accounts_and_regions():
    assert extent(KNOWN) == "1 of 2 accounts whole · 2 Regions"
    single = replace(KNOWN, accounts=(ONE,), regions=("eu-west-1",))
    assert extent(single) == "1 of 1 account whole · 1 Region"


def test_listings_are_summed_up_unless_each_is_asked_for():
    head = ["collector", "asked", "done", "denied", "resources"]
    assert table(KNOWN, each=False) == [
        head,
        ["services (2 listings)", "12", "12", "0", "1,234"],
        ["tagging", "6", "4", "2", "900"],
    ]
    assert [row[0] for row in table(KNOWN, each=True)] == [
        "collector",
        "services/ec2-instance",
        "services/sqs-queue",
        "tagging",
    ]
    assert table(replace(KNOWN, collectors=()), each=False) == []


def test_remarks_tell_what_is_missing_by_permission_once():
    assert list(remarks(KNOWN)) == [
        "2,134 sightings of 1,300 resources, 3 of them deleted lately",
        f"skipped, for they are suspended: {THREE}",
        f"explorer is unavailable in {ONE}, {TWO}: there is no index; not seen: the rest",
    ]


def test_remarks_say_that_nobody_looked_for_what_never_had_a_tag():
    blind = replace(KNOWN, collectors=(TAGGING,), shortfalls=(), suspended=(), deleted=0)
    assert list(remarks(blind)) == [
        "900 sightings of 1,300 resources",
        "no collector looked for resources that never had a tag",
    ]


def test_many_places_are_counted():
    many = replace(KNOWN, shortfalls=tuple(unset(f"{number:012}") for number in range(500)))
    assert "000000000004 and 495 more: there is no index" in list(remarks(many))[-1]


def test_the_console_shows_a_scan_as_a_block():
    page = console.render(make_report(inputs=(SCAN,)), RenderOptions(width=100))
    assert (
        """\
── scan · night.parquet · 1 of 2 accounts whole · 2 Regions ────────────────────────────────────────

  collector              asked  done  denied  resources
  services (2 listings)     12    12       0      1,234
  tagging                    6     4       2        900
  2,134 sightings of 1,300 resources, 3 of them deleted lately
  skipped, for they are suspended: 333333333333
  explorer is unavailable in 111111111111, 222222222222: there is no index; not seen: the rest
"""
        in page
    )
    quiet = console.render(make_report(inputs=(SCAN,)), RenderOptions(quiet=True))
    assert "scan" not in quiet


def test_problems_that_say_the_same_are_told_once_with_their_places():
    problems = tuple(
        Problem(stage="input", where=f"{number:012}", message="denied", hint="allow it")
        for number in range(500)
    )
    page = console.render(make_report(problems=problems), RenderOptions(width=100))
    assert (
        """\
problem[input] 000000000000, 000000000001, 000000000002, 000000000003, 000000000004 and 495 more
   denied
  = help: allow it
"""
        in page
    )
    assert page.count("denied") == 1
    assert "500 problems" in page


def test_markdown_folds_it():
    page = markdown.render(make_report(inputs=(SCAN,)), RenderOptions())
    assert "<summary>Scan: 1 of 2 accounts whole · 2 Regions; not whole</summary>" in page
    assert "| `services (2 listings)` | 12 | 12 | 0 | 1,234 |" in page
    assert "- skipped, for they are suspended: `333333333333`" in page


def test_a_hostile_name_stays_text():
    evil = replace(unset(ONE), message="\x1b[31m<img src=x> @all\n# x")
    report = make_report(inputs=(replace(SCAN, completeness=replace(KNOWN, shortfalls=(evil,))),))
    assert "\x1b" not in console.render(report, RenderOptions())
    assert "\n# x" not in markdown.render(report, RenderOptions())
    assert " <img" not in markdown.render(report, RenderOptions())
