from __future__ import annotations

import pytest

from tagguard.dialects import GENERIC, dialect
from tagguard.taxonomy.values import FORMATS, Constraint, compile_re2


def constraint(*, values=None, aliases=None, pattern="", format_=None, cloud=GENERIC):
    return Constraint(
        values=values, aliases=aliases or {}, pattern=pattern, format_=format_, dialect=cloud
    )


@pytest.mark.parametrize(
    ("value", "valid", "suggestion", "valid_normalised"),
    [
        ("prod", True, None, True),
        ("production", False, "prod", True),
        ("Prod", False, "prod", False),
        ("prod ", False, "prod", False),
        ("stagin", False, "staging", False),
        ("Production", False, "prod", False),
        ("qa", False, None, False),
    ],
)
def test_listed_values(value, valid, suggestion, valid_normalised):
    verdict = constraint(values=["prod", "staging"], aliases={"production": "prod"}).judge(value)
    assert (verdict.valid, verdict.suggestion, verdict.valid_normalised) == (
        valid,
        suggestion,
        valid_normalised,
    )


@pytest.mark.parametrize(
    ("value", "valid", "suggestion"),
    [
        ("CC-1234", True, None),
        ("CC-12345", False, None),
        ("xCC-1234", False, None),
        ("cc-1234", False, "CC-1234"),
        (" CC-1234", False, "CC-1234"),
        ("CC-1234\n", False, "CC-1234"),
    ],
)
def test_a_pattern_matches_the_whole_value(value, valid, suggestion):
    verdict = constraint(pattern="CC-[0-9]{4}").judge(value)
    assert (verdict.valid, verdict.suggestion) == (valid, suggestion)


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("email", "a.b+c@example.co.uk", "a@b"),
        ("email", "x@y.io", "x y@z.io"),
        ("url", "https://example.com/a?b=c", "example.com"),
        ("date", "2024-02-29", "2023-02-29"),
        ("date", "2026-10-01", "2026-10-1"),
        ("integer", "-12", "1.5"),
        ("arn", "arn:aws:s3:::bucket", "aws:s3:::bucket"),
        ("uuid", "123E4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("semver", "1.2.3-rc.1+x", "1.2"),
    ],
)
def test_formats(format_, good, bad):
    one = constraint(format_=format_)
    assert one.judge(good).valid
    assert not one.judge(bad).valid


def test_the_sample_of_every_format_is_valid():
    for name, (_, _, sample) in FORMATS.items():
        assert constraint(format_=name).judge(sample).valid, name


def test_on_google_cloud_values_are_compared_in_lower_case():
    gcp = dialect("gcp")
    listed = constraint(values=["Prod", "Pre Prod"], cloud=gcp)
    assert listed.judge("prod").valid
    assert listed.judge("pre_prod").valid
    assert constraint(pattern="CC-[0-9]{4}", cloud=gcp).judge("cc-1234").valid


def test_an_alias_alone_is_a_constraint():
    one = constraint(aliases={"production": "prod"})
    assert one.decides
    assert (one.judge("production").suggestion, one.judge("anything").valid) == ("prod", True)


def test_the_standards_own_spelling_is_found_again():
    gcp = constraint(values=["Prod"], aliases={"Live": "Prod"}, cloud=dialect("gcp"))
    assert [gcp.standard(value) for value in ("prod", "live", "other")] == ["Prod", "Prod", "other"]


def test_a_pattern_built_to_backtrack_ends_at_once():
    one = constraint(pattern="(a+)+$")
    assert not one.judge("a" * 200_000 + "!").valid


@pytest.mark.parametrize("pattern", ["(", "a{1001}", "(?<=x)", "\\1", "*"])
def test_what_re2_cannot_do_is_refused_in_one_line(pattern):
    with pytest.raises(ValueError, match=r"^[^\n]+$"):
        compile_re2(pattern)


def test_what_is_expected_is_said_in_words():
    one = constraint(values=[str(number) for number in range(20)], format_="integer")
    assert one.expected == (
        "one of: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more, and a whole number"
    )
