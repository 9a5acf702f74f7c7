from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from tagguard.formats import RenderOptions
from tagguard.formats.console import render
from tagguard.formats.terminal import width
from tagguard.formats.wording import sentence
from tagguard.model import Location
from tagguard.report import ListedResource, ListedTag, Note, UnknownValue
from tests.formats.reports import (
    REFUSED,
    everyday_report,
    make_finding,
    make_report,
    make_undetermined,
    source_line,
)


def page_of(report=None, **options) -> str:
    return render(report or everyday_report(), RenderOptions(source_line=source_line, **options))


def one(**fields) -> str:
    return page_of(make_report(findings=(make_finding(**fields),)))


def test_a_finding_with_its_source():
    assert """\
error[missing-tag] aws_s3_bucket.logs
  --> envs/prod/main.tf:10:1
   |
10 | resource "aws_s3_bucket" "logs" {
   | ^^^^^^^^ the required tag `Owner` is missing
   |
   = expected: an e-mail address
   = help: add `Owner` to the tags of `aws_s3_bucket.logs`

""" in page_of()


def test_a_finding_without_source():
    assert """\
warning[deprecated-key] module.logs.aws_s3_bucket.this[0]
 --> plan.json
   `Env` is deprecated since 2.0.0; `Environment` takes its place
  = help: rename `Env` to `Environment` in the call of module `logs`

""" in page_of()


def test_a_label_that_does_not_fit_stands_on_lines_of_its_own():
    assert """\
12 |    Environment = "produktion"  # 本番 🚀
   |    ^^^^^^^^^^^
   | `produktion` is not valid for `Environment`; did you
   | mean `prod`?
   |
   = expected: one of: prod, staging, dev
""" in page_of(width=60)


def test_what_is_expected_is_said_once():
    assert "expected" not in one(expected="prod", hint="write `prod`")
    assert "expected: prod" in one(expected="prod", hint="mend it")
    assert "expected" not in one(expected=None)


def test_findings_are_grouped_by_team_and_file():
    headings = re.findall(r"^── (.+?) ─+$", page_of(), re.MULTILINE)
    assert headings == [
        "payments · envs/prod/main.tf · 2 findings",
        "payments · plan.json · 1 finding",
        "payments · template.yaml · 1 finding",
        "undetermined · 2 checks",
    ]


def test_waived_findings_are_counted_and_shown_when_asked():
    assert "(exempt)" not in page_of()
    assert "(3 exempt" not in page_of()
    assert "error[missing-tag] aws_s3_bucket.logs (exempt)\n" in page_of(verbose=True)
    assert "error[missing-tag] aws_s3_bucket.logs (in the baseline)\n" in page_of(verbose=True)


def test_tables():
    assert page_of(width=90).split("\n\n")[-3:-1] == [
        """\
  team           resources  compliant  noncompl.  undeterm.  exempt  other  coverage
  payments              10          4          3          2       1      0    40.0 %
  データ基盤 🚀          2          0          0          0       0      2   no data
  unowned                8          5          0          0       1      2    83.3 %
  all                   20          9          3          2       2      4    56.2 %""",
        """\
  key         applicable  present  valid  missing  undeterm.  +aliases  valid %
  CostCenter          16       16     15        0          0   100.0 %   93.7 %
  Owner               16       11     11        3          2    75.0 %   68.7 %
  Wärme                0        0      0        0          0   no data  no data""",
    ]


def test_wide_tables_have_bars_that_round_down():
    bars = re.findall(r"%  ([█░]*)$", page_of(width=100), re.MULTILINE)
    full = [bar.count("█") for bar in bars]
    assert [len(bar) for bar in bars] == [10] * 5
    assert full == [4, 8, 5, 9, 6]
    assert "undetermined" in page_of(width=100)


@pytest.mark.parametrize("columns", [60, 80, 100, 120, 200])
def test_lines_keep_to_the_width(columns):
    *lines, last = page_of(width=columns, verbose=True).splitlines()
    assert last == sentence(everyday_report())
    assert [line for line in lines if width(line) > max(columns, 80)] == []


LISTED = ListedResource(
    address="aws_instance.web",
    type="aws_instance",
    team="shop",
    bucket="undetermined",
    tags=(
        ListedTag(
            key="Env", value="prod", provenance="resource", overrides="default_tags@aws.west"
        ),
        ListedTag(key="Note", value="", provenance="resource"),
        ListedTag(key="Owner", value=UnknownValue("depends on var.owner"), provenance="stack"),
    ),
    tags_complete=False,
    tags_reason="tags depend on var.extra",
    location=Location("main.tf", 3, 1),
)
UNTAGGED = replace(
    LISTED, address="null_resource.x", bucket="untaggable", tags=(), tags_reason=None
)


def test_listed_resources_show_every_tag_and_where_it_comes_from():
    listed = (LISTED, replace(UNTAGGED, tags_complete=True))
    heading, _, rest = page_of(make_report(resources=listed)).partition("\n\n")
    assert heading.startswith("── tags · 2 resources ──")
    assert (
        rest
        == """\
  aws_instance.web  undetermined  main.tf:3:1
    Env = prod  (resource, over default_tags@aws.west)
    Note = ""  (resource)
    Owner = ? depends on var.owner  (stack)
    more tags may exist: tags depend on var.extra
  null_resource.x  untaggable  main.tf:3:1

0 findings in 0 resources; no data
"""
    )


def test_a_long_tag_hangs_under_its_key():
    tag = ListedTag(key="Owner", value=" ".join(["word"] * 20), provenance="resource")
    page = page_of(make_report(resources=(replace(LISTED, tags=(tag,)),)), width=60)
    assert (
        """
    Owner = word word word word word word word word word
      word word word word word word word word word word word
      (resource)
"""
        in page
    )


def test_an_empty_list_of_resources_takes_no_room():
    assert page_of(make_report(resources=())) == page_of(make_report())


def test_undetermined_checks_are_capped_unless_verbose():
    report = make_report(
        undetermined=tuple(make_undetermined(key=f"Key{number}") for number in range(12))
    )
    assert page_of(report).count("  ? aws_sqs") == 10
    assert "  … and 2 more (use -v)\n" in page_of(report)
    assert page_of(report, verbose=True).count("  ? aws_sqs") == 12
    assert "more" not in page_of(report, verbose=True)
    assert page_of(report, show_undetermined=False) == "0 findings in 0 resources; no data\n"


def test_quiet_leaves_problems_and_the_last_line():
    report = everyday_report()
    assert page_of(quiet=True) == (
        "problem[read] broken.tf:3\n"
        "   a block is not closed\n"
        "  = help: add the closing brace\n"
        "\n"
        "problem[policy] open-cost-center on aws_s3_bucket.logs\n"
        "   KeyError: 'closed'\n"
        "\n"
        f"{sentence(report)}\n"
    )


def test_inputs_are_listed_when_verbose():
    page = page_of(verbose=True)
    assert "  envs/prod/main.tf  terraform-hcl    9 resources\n" in page
    assert "  template.yaml      cloudformation  11 resources\n" in page
    assert "  3 files of other kinds passed over\n" in page_of()


def test_colour_changes_nothing_but_colour():
    coloured = page_of(color=True)
    assert "\x1b[1;31merror[missing-tag]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == page_of()


def test_notes_that_say_the_same_are_one():
    notes = tuple(Note(where=f"live/{n}", message="not read", hint="give plans") for n in range(7))
    page = page_of(make_report(notes=(*notes, Note(where="m", message="\x1b[1m"))))
    assert (
        """\
  note: live/0, live/1, live/2, live/3, live/4 and 2 more: not read
    = help: give plans
  note: m: \\x1b[1m
"""
        in page
    )
    assert "live/6: not read" in page_of(make_report(notes=notes), verbose=True)
    assert "note" not in page_of(make_report(notes=notes), quiet=True)


def test_nothing_at_all():
    assert page_of(make_report()) == "0 findings in 0 resources; no data\n"


def test_a_line_that_cannot_be_read_is_left_out():
    assert "\n --> gone.tf:9:1\n   the required" in one(location=Location("gone.tf", 9, 1))


def test_a_confidential_findings_line_is_not_quoted():
    def shown(*, confidential):
        finding = make_finding(location=Location("a.tf", 1, 1), confidential=confidential)
        options = RenderOptions(source_line=lambda _path, _line: "the source line")
        return "the source line" in render(make_report(findings=(finding,)), options)

    assert (shown(confidential=False), shown(confidential=True)) == (True, False)


def test_a_long_path_keeps_its_end_in_a_heading():
    location = Location(path="/".join(["folder"] * 40) + "/main.tf", line=1)
    heading = one(location=location, team="payments").splitlines()[0]
    assert heading.startswith("── payments · …")
    assert "/folder/main.tf · 1 finding ─" in heading
    assert width(heading) == 100
    crowded = one(location=location, team="t" * 200).splitlines()[0]
    assert width(crowded) == 100


@pytest.mark.parametrize(
    ("use", "line"),
    [
        (
            REFUSED,
            "exemption envs/prod/main.tf:8 is refused and waives nothing: no reason is given; add",
        ),
        (replace(REFUSED, state="unused", reason=None), "8 matched nothing\n"),
        (replace(REFUSED, state="expired", reason=None), "8 has expired and waives nothing\n"),
        (
            replace(REFUSED, state="active", reason="matched nothing: `empty-tag:Env`"),
            "8 matched nothing: `empty-tag:Env`\n",
        ),
    ],
)
def test_exemptions_that_need_a_look_are_named(use, line):
    assert line in page_of(make_report(exemptions=(use,)))
    assert "exemption" not in page_of(
        make_report(exemptions=(replace(use, state="active", reason=None),))
    )


def test_findings_that_one_change_mends_are_shown_once():
    help_ = "give `Owner` an accepted value in the `default_tags` of provider `aws`"
    report = make_report(
        findings=tuple(make_finding(resource=name, hint=help_) for name in "abcdef")
    )
    page = page_of(report)
    assert "── payments · envs/prod/main.tf · 6 findings " in page
    assert page.count("error[missing-tag]") == 1
    assert "   = also: b, c, d and 2 more\n" in page
    assert "   = also: b, c, d, e, f\n" in page_of(report, verbose=True)


def test_checks_that_one_thing_leaves_open_are_shown_once():
    report = make_report(undetermined=tuple(make_undetermined(resource=name) for name in "abcde"))
    assert """\
  ? a · Owner
    envs/prod/main.tf:40:1: tags depend on var.extra, which has no value
    also: b, c, d and 1 more
""" in page_of(report)


def test_what_is_left_out_counts_checks():
    checks = [make_undetermined(key=f"Key{number:02}") for number in range(12)]
    more = [make_undetermined(key="Key11", resource="another")]
    assert "  … and 3 more (use -v)\n" in page_of(make_report(undetermined=(*checks, *more)))
