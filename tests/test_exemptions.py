from __future__ import annotations

import pytest

from tagguard.errors import ConfigError
from tagguard.exemptions import load_exemptions
from tagguard.model import Outcome
from tests.factories import TODAY, make_resource

ONE = """exemptions:
  - id: legacy
    match: {{addresses: ["aws_s3_bucket.*"]}}
    keys: [Owner]
    rules: [missing-tag]
    reason: moves next month
    owner: data@acme.example
    expires: {expires}
"""


def load(folder, text, *, max_days=None):
    file = folder / "exemptions.yaml"
    file.write_text(text)
    return load_exemptions(file, where="exemptions.yaml", today=TODAY, max_days=max_days)


def failure(rule="missing-tag", key="Owner"):
    return Outcome(verdict="fail", rule=rule, key=key, message="")


@pytest.mark.parametrize(
    ("expires", "covered", "state"),
    [
        ("2026-11-22", False, "expired"),
        ("2026-11-23", True, "expiring"),
        ("2026-12-23", True, "expiring"),
        ("2026-12-24", True, "active"),
    ],
)
def test_an_exemption_holds_on_its_last_day(tmp_path, expires, covered, state):
    exemptions = load(tmp_path, ONE.format(expires=expires))
    assert (exemptions.waiver(failure(), make_resource(), {}.get) == "legacy") is covered
    (use,) = exemptions.uses()
    assert (use.id, use.state, use.matched) == ("legacy", state, 1)


@pytest.mark.parametrize(
    ("outcome", "address"),
    [
        (failure(rule="empty-tag"), "aws_s3_bucket.logs"),
        (failure(key="Env"), "aws_s3_bucket.logs"),
        (failure(), "aws_sqs_queue.q"),
    ],
)
def test_rule_key_and_selector_must_all_match(tmp_path, outcome, address):
    exemptions = load(tmp_path, ONE.format(expires="2027-06-01"))
    assert exemptions.waiver(outcome, make_resource(address=address), {}.get) is None
    assert exemptions.uses()[0].state == "unused"


@pytest.mark.parametrize("field", ["reason", "owner", "expires", "match"])
def test_what_governs_an_exemption_must_be_given(tmp_path, field):
    lines = ONE.format(expires="2027-06-01").splitlines()
    text = "\n".join(line for line in lines if not line.strip().startswith(f"{field}:"))
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert f"`{field}` must be given" in caught.value.faults[0]


def test_the_longest_term_is_the_taxonomys(tmp_path):
    with pytest.raises(ConfigError, match="`legacy` holds until 2027-11-01, more than 180 days"):
        load(tmp_path, ONE.format(expires="2027-11-01"), max_days=180)
    granted = ONE.format(expires="2027-01-01") + "    granted: 2026-09-01\n"
    assert load(tmp_path, granted, max_days=180).uses()[0].state == "unused"


def test_a_day_that_is_none_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="which is no day"):
        load(tmp_path, ONE.format(expires="2026-02-30"))
    with pytest.raises(ConfigError, match="which is no day"):
        load(tmp_path, ONE.format(expires="2027-02-01") + "    granted: 2026-02-30\n", max_days=9)
