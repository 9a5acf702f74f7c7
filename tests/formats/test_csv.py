from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.formats import RenderOptions
from tagguard.formats.csv import CELL_CHARACTERS, COLUMNS, cell, render
from tests.formats.reports import everyday_report, make_finding, make_report, report_saying


def rows(report) -> list[list[str]]:
    text = render(report, RenderOptions())
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_columns_are_the_contract():
    assert render(make_report(), RenderOptions()) == (
        "rule,severity,status,team,resource,type,key,expected,actual,message,path,line,account,"
        "region,fingerprint\r\n"
    )


def test_one_row_a_finding():
    finding = make_finding(account="123", message='say "no", please')
    assert render(make_report(findings=(finding,)), RenderOptions()).split("\r\n")[1] == (
        "missing-tag,error,open,payments,aws_s3_bucket.logs,aws_s3_bucket,Owner,an e-mail address,,"
        '"say ""no"", please",envs/prod/main.tf,10,123,,0123456789abcdef'
    )
    statuses = [row[2] for row in rows(everyday_report())[1:]]
    assert statuses == ["open", "open", "open", "exempt", "baseline", "open"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prod", "prod"),
        ("a=b", "a=b"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", r"\t=1"),
        ("\r=1", r"\r=1"),
        ("\n::error::x", r"\n::error::x"),
        ("  =1", "'  =1"),
        ("\uff1d1", "'\uff1d1"),
        ("a\0b", r"a\x00b"),
        ("a\u202eb\r\nc\td", r"a\u202eb\r\nc\td"),
        ("\u200b=1", r"\u200b=1"),
        ("\ud800", r"\ud800"),
        ("", ""),
    ],
)
def test_cell(text, expected):
    assert cell(text) == expected


def test_cells_fit_a_spreadsheet():
    assert len(cell("=" * 2_000_000)) <= CELL_CHARACTERS
    assert len(cell("\u202e" * 2_000_000)) <= CELL_CHARACTERS


PRINTING = st.characters(exclude_categories=["C", "Z"], include_characters=" ")


@given(st.text(PRINTING))
def test_cells_read_back(text):
    first = dict(zip(COLUMNS, rows(report_saying(text))[1], strict=True))
    assert first["actual"] in {text, f"'{text}"}
    assert first["path"] == first["actual"]
    assert first["line"] == "3"
