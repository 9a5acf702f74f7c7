"""What holds for every format, whatever an input says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tagguard import formats, plugins
from tagguard.formats import FORMATS, WITHOUT_LIST, Format, RenderOptions
from tagguard.formats.wording import sentence
from tagguard.model import Location
from tagguard.report import ListedResource, Report
from tests.formats.reports import HOSTILE, everyday_report, make_report, report_saying

Check = Callable[[str], None]
FOLDER = Path(formats.__file__).parent
CAREFUL = {"console", "sarif", "markdown", "junit", "github"}
"""Formats that people see: they shorten long texts and make control characters visible."""

texts = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=())),
        st.sampled_from([text for text in HOSTILE.values() if len(text) < 1000]),
    ),
    max_size=4,
).map("".join)


def rendered(name: str, report: Report, **options) -> str:
    render: Format = plugins.load(FORMATS, name, group="tagguard.formats", noun="format")
    return render(report, RenderOptions(**options))


def check_console(text: str) -> None:
    plain = re.sub(r"\x1b\[[0-9;]+m", "", text)
    assert [char for char in plain if not char.isprintable() and char != "\n"] == []
    assert plain.splitlines()[-1].startswith("3 findings (1 exempt, 1 in the baseline) in 4")


def check_json(text: str) -> None:
    assert len(json.loads(text)["findings"]) == 3


def check_sarif(text: str) -> None:
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) == 3
    assert [one for one in run["results"] if "](" in one["message"]["text"]] == []


def check_markdown(text: str) -> None:
    assert len(text) <= 65_536
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    html = [token.content for token in (*tokens, *inline) if token.type.startswith("html")]
    ours = (
        r"<!-- tagguard -->\n*|<br>|<details( open)?>\n<summary>[\w:;, ]+</summary>\n|</details>\n"
    )
    assert [one for one in html if not re.fullmatch(ours, one)] == []
    assert {one.type for one in inline} <= {
        *("text", "code_inline", "html_inline", "strong_open", "strong_close")
    }
    prose = " ".join(one.content for one in inline if one.type == "text")
    assert re.findall(r"@|://|www\.|#\d|[<>`*_\[\]|]", prose) == []
    cells = [token.type for token in tokens if token.type in {"tr_open", "th_open", "td_open"}]
    widths = [len(row.split()) for row in " ".join(cells).split("tr_open")[1:]]
    assert widths == [8, 8, 4, 4, 8, 8, 3, 3, 2, 2, 3, 3]
    assert len(re.findall(r"^#", text, re.MULTILINE)) == 2


def check_junit(text: str) -> None:
    root = ET.fromstring(text)
    assert len(root.findall(".//failure")) == 1
    assert len(root.findall(".//skipped")) == 4
    assert len(root.findall(".//error")) == 1


def check_github(text: str) -> None:
    lines = text.removesuffix("\n").split("\n")
    words = ["::error", "::warning", "::error", "::notice"]
    assert [line.split(" ")[0] for line in lines] == words
    assert all(line.isprintable() for line in lines)


def check_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert [len(row) for row in rows] == [15] * 4
    assert [cell for row in rows for cell in row if re.match(r" *[=+\-@\t\r\n]", cell)] == []
    assert "\0" not in text


CHECKS: dict[str, Check] = {
    name.removeprefix("check_"): check
    for name, check in list(globals().items())
    if name.startswith("check_")
}


def test_table_and_folder_agree():
    renderers = {
        path.stem
        for path in FOLDER.glob("*.py")
        if re.search(r"^def render\(", path.read_text("utf-8"), re.MULTILINE)
    }
    assert renderers == set(FORMATS)
    assert {name: f"tagguard.formats.{name}:render" for name in FORMATS} == FORMATS


def test_every_format_is_checked_against_hostile_text():
    assert set(CHECKS) == set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_stays_text(name, kind):
    text = HOSTILE[kind]
    for color in (False, True):
        page = rendered(name, report_saying(text), color=color, source_line=lambda *_: text)
        CHECKS[name](page)
        page.encode()
        assert page.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_any_text_is_safe(name):
    @given(texts)
    def holds(text):
        page = rendered(name, report_saying(text), color=True, source_line=lambda *_: text)
        CHECKS[name](page)
        page.encode()

    holds()


@pytest.mark.parametrize("name", sorted(CAREFUL))
def test_long_text_is_shortened_for_people(name):
    assert len(rendered(name, report_saying("v" * 2_000_000))) < 100_000


@pytest.mark.parametrize("name", FORMATS)
def test_same_report_gives_the_same_text(name):
    render = partial(rendered, name, verbose=True)
    assert render(everyday_report()) == render(everyday_report())


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"csv", "json"}))
def test_nothing_scanned_is_no_data(name):
    assert "no data" in rendered(name, make_report())


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"csv", "junit"}))
def test_problems_are_never_left_out(name):
    for quiet in (False, True):
        page = rendered(name, everyday_report(), quiet=quiet, show_undetermined=False)
        assert "a block is not closed" in page


@pytest.mark.parametrize("name", ["console", "markdown", "github", "sarif"])
def test_the_count_sentence_is_told(name):
    assert sentence(everyday_report()) in rendered(name, everyday_report())


def test_which_formats_show_the_list_of_resources():
    listed = ListedResource(
        address="needle",
        type="aws_vpc",
        team="a",
        bucket="compliant",
        tags=(),
        tags_complete=True,
        location=Location(path="x.json"),
    )
    report = make_report(resources=(listed,))
    assert {name for name in FORMATS if "needle" not in rendered(name, report)} == WITHOUT_LIST
