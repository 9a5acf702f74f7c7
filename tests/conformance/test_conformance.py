"""Every case, in every form in which it can be written, comes out as it says."""

from __future__ import annotations

import pytest

from tests.conformance.case import Case, cases
from tests.conformance.observing import compare, see
from tests.conformance.source_rendering import forms

FORMS = [
    pytest.param(case, form, id=f"{case.id}-{form}") for case in cases() for form in forms(case)
]


@pytest.mark.parametrize(("case", "form"), FORMS)
def test_conforms(case: Case, form: str, tmp_path):
    actual, wanted = compare(case, form, see(case, form, tmp_path))
    assert actual == wanted, case.fact
