"""An open condition leaves two resources, and the verdict is what both of them come to."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tagguard.model import SEVERITIES
from tests.conformance.case import Abstract, Case
from tests.conformance.observing import Seen, outcome, see
from tests.conformance.rendering import LOGICAL, to_template
from tests.properties.strategies import KEYS, KNOWN, in_a_case

TAGS = st.dictionaries(KEYS, KNOWN, max_size=4)


def faults(judged: Seen) -> dict[str | None, set[int]]:
    """Give how grave a fault each key has; the last is the gravest."""
    found: dict[str | None, set[int]] = {}
    for one in judged.report.findings:
        found.setdefault(one.key, set()).add(-SEVERITIES.index(one.severity))
    return found


def in_two_branches(one: dict[str, str], other: dict[str, str]) -> Case:
    """Write a bucket that has one set of tags or the other."""
    written = [to_template(Abstract(tags=tags)) for tags in (one, other)]
    template, _ = written
    lists = [each["Resources"][LOGICAL].get("Properties", {}).get("Tags", []) for each in written]
    template["Conditions"] = {"Open": {"Fn::Equals": [{"Ref": "Input"}, "yes"]}}
    template["Resources"][LOGICAL]["Properties"] = {"Tags": {"Fn::If": ["Open", *lists]}}
    return Case(id="drawn", fact="", template=json.dumps(template))


@given(TAGS, TAGS)
def test_a_key_is_at_fault_as_far_as_both_branches_are(one, other):
    first, second = (faults(see(in_a_case(Abstract(tags=tags)), "yaml")) for tags in (one, other))
    judged = see(in_two_branches(one, other), "yaml")
    told = outcome(judged, judged.resources[0])
    at_fault, doubtful = first.keys() & second.keys(), first.keys() ^ second.keys()
    graver = {key for key in at_fault if max(first[key]) != max(second[key])}
    assert faults(judged).keys() == at_fault
    assert told["undetermined"] == sorted(key or "-" for key in doubtful | graver)
    otherwise = "undetermined" if doubtful else "compliant"
    assert told["bucket"] == ("noncompliant" if at_fault else otherwise)
