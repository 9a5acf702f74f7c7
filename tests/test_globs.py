from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.globs import compile_globs


@pytest.mark.parametrize(
    ("glob", "text", "expected"),
    [
        ("aws_iam_*", "aws_iam_role", True),
        ("aws_iam_*", "AWS_IAM_ROLE", False),
        ("*_role", "aws_iam_role", True),
        ("aws_?", "aws_x", True),
        ("aws_?", "aws_xy", False),
        ("a.b", "axb", False),
        ("*", "anything at\nall", True),
        ("a*b*c", "a-b-c", True),
        ("*/x", "deep/down/x", True),
    ],
)
def test_everywhere_a_star_matches_anything(glob, text, expected):
    assert compile_globs([glob])(text) is expected


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.tf", "main.tf", True),
        ("*.tf", "envs/main.tf", False),
        ("**/*.tf", "envs/prod/main.tf", True),
        ("**/*.tf", "main.tf", True),
        ("envs/**", "envs/prod/main.tf", True),
        ("envs/*", "envs/prod/main.tf", False),
        ("envs/*/main.tf", "envs/prod/main.tf", True),
        ("*", "a/b", False),
    ],
)
def test_in_paths_a_star_stays_in_its_folder(glob, path, expected):
    assert compile_globs([glob], paths=True)(path) is expected


def test_any_glob_of_a_list_is_enough():
    matches = compile_globs(["exact", "pre*", "*fix"])
    assert [matches(text) for text in ("exact", "prelude", "suffix", "other")] == [
        True,
        True,
        True,
        False,
    ]


def test_many_stars_on_a_long_text_end_at_once():
    assert compile_globs(["*a" * 30 + "b"])("a" * 100_000) is False


@given(st.text(alphabet=st.characters(exclude_characters="*?"), max_size=50))
def test_a_text_without_wildcards_matches_only_itself(text):
    assert compile_globs([text])(text)
    assert not compile_globs([text])(text + "x")
