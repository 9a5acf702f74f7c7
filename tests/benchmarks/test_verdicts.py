from __future__ import annotations

from benchmarks.verdicts import compare

TRUTH = {
    "findings": [["plan.json", "a.b", "missing-tag", "Owner"]],
    "undetermined": [["plan.json", "a.c", "Owner"]],
    "policy": [["plan.json", "a.d", "no-legacy-service", "Service"]],
    "buckets": {"compliant": 1, "noncompliant": 1, "undetermined": 1},
    "implied": {"compliant": 2},
}
BUCKETS = ("compliant", "noncompliant", "undetermined")
OTHERS = ("exempt", "untaggable", "managed", "excluded")


def report(findings=(("a.b", "missing-tag", "Owner"),), compliant=1, status="open", implied=2):
    location = {"path": "plan.json"}
    return {
        "summary": {
            **dict.fromkeys(BUCKETS, 1),
            **dict.fromkeys(OTHERS, 0),
            "compliant": compliant,
            "implied": {**dict.fromkeys((*BUCKETS, *OTHERS), 0), "compliant": implied},
        },
        "findings": [
            {"location": location, "resource": address, "rule": rule, "key": key, "status": status}
            for address, rule, key in findings
        ],
        "undetermined": [{"location": location, "resource": "a.c", "key": "Owner"}],
    }


def test_a_true_report_agrees():
    agreement = compare(TRUTH, report(), with_policy=False)
    assert (agreement.found, agreement.missed, agreement.invented) == (6, [], [])
    assert agreement.whole


def test_a_finding_that_is_not_reported_is_missed():
    agreement = compare(TRUTH, report(findings=()), with_policy=False)
    assert agreement.missed == ["finding plan.json a.b missing-tag Owner"]
    assert not agreement.whole


def test_a_waived_finding_is_missed():
    assert not compare(TRUTH, report(status="exempt"), with_policy=False).whole


def test_a_finding_that_is_not_true_is_invented():
    told = report(findings=[("a.b", "missing-tag", "Owner"), ("a.b", "empty-tag", "Owner")])
    agreement = compare(TRUTH, told, with_policy=False)
    assert agreement.invented == ["finding plan.json a.b empty-tag Owner"]
    assert not agreement.whole


def test_a_wrong_count_of_implied_resources_is_both():
    agreement = compare(TRUTH, report(implied=3), with_policy=False)
    assert (agreement.missed, agreement.invented) == (
        ["2 implied resources compliant"],
        ["3 implied resources compliant"],
    )


def test_a_wrong_count_is_both():
    agreement = compare(TRUTH, report(compliant=2), with_policy=False)
    assert (
        agreement.missed,
        agreement.invented,
    ) == (["1 resources compliant"], ["2 resources compliant"])


def listed(address, tags, *, complete=True, creator=None):
    shown = [{"key": key, "value": value} for key, value in tags.items()]
    return {"address": address, "creator": creator, "tags": shown, "tags_complete": complete}


def test_tags_are_compared_where_both_sides_list_them():
    truth = {**TRUTH, "tags": {"a.b": {"Name": "x", "Owner": None}, "a.c": None}}
    told = report()
    assert compare(truth, told, with_policy=False).whole
    told["resources"] = [
        listed("a.b", {"Owner": {"unknown": "var.owner"}, "Name": "x"}),
        listed("a.c", {"Name": "x"}, complete=False),
        listed("a.b#volume", {}, creator="a.b"),
    ]
    assert compare(truth, told, with_policy=False).found == 8
    assert compare(truth, told, with_policy=False).whole
    told["resources"][0] = listed("a.b", {"Owner": "y", "Name": "x"})
    wrong = compare(truth, told, with_policy=False)
    assert wrong.missed == ['tags a.b {"Name": "x", "Owner": null}']
    assert wrong.invented == ['tags a.b {"Name": "x", "Owner": "y"}']


def test_paths_do_not_count_where_the_truth_names_none():
    anywhere = [["", *entry[1:]] for entry in TRUTH["findings"]]
    undetermined = [["", *entry[1:]] for entry in TRUTH["undetermined"]]
    truth = {**TRUTH, "findings": anywhere, "undetermined": undetermined}
    assert compare(truth, report(), with_policy=False).whole


def test_policy_findings_are_expected_only_with_the_policy():
    agreement = compare(TRUTH, report(), with_policy=True)
    assert agreement.missed == ["finding plan.json a.d no-legacy-service Service"]
