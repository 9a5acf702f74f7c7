from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from benchmarks.__main__ import main, measure
from benchmarks.measure import Usage
from benchmarks.results import Figure, Result, Work
from benchmarks.table import notes, table
from benchmarks.verdicts import Agreement
from benchmarks.workloads import SIZES, TRUTH
from benchmarks.works import names, times, works
from tests.conftest import PROJECT

NOTHING = (sys.executable, "-c", "")
RATIO = times("w / floor", 4)


def work(subject=NOTHING, floor=NOTHING, compare=RATIO):
    return Work("w", subject, floor, compare)


def result(compare=RATIO, **changes):
    ours, floor = Usage(wall=2.0, cpu=1.0, peak=1.0), Usage(wall=1.0, cpu=1.0, peak=1.0)
    return Result(work(compare=compare), [ours], [floor], **changes)


def test_the_table_shows_ratios_against_budgets():
    assert table([result()]).splitlines() == [
        "work       tagguard    floor  ratio  budget",
        "w / floor   2.000 s  1.000 s  2.00x      4x  ok",
    ]


def test_what_is_slower_than_its_budget_is_over():
    assert table([result(times("w", 1))]).endswith("1x  over")


def test_memory_is_shown_in_megabytes():
    def compare(_ours, _floor):
        return [Figure("memory", "MB", 3e6, 2e6, 1.5, 3)]

    assert "3 MB   2 MB  1.50x" in table([result(compare)])


def test_a_failed_work_has_no_numbers_and_says_why():
    failed = result(failure="exit 2: no taxonomy")
    assert table([failed]).endswith("FAILED")
    assert notes([failed]) == ["w: exit 2: no taxonomy"]
    assert not failed.sound


def test_wrong_verdicts_are_named_and_unsound():
    wrong = result(agreement=Agreement(found=3, missed=["a"], invented=[]))
    assert notes([wrong]) == ["w: verdicts found 3, missed 1, invented 0", "  missed: a"]
    assert not wrong.sound
    assert result(agreement=Agreement(3, [], [])).sound


def test_subject_and_floor_run_in_turns_after_one_unmeasured_round(tmp_path):
    log = tmp_path / "log"
    say = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    turns = work(
        subject=(sys.executable, "-c", say, str(log), "A"),
        floor=(sys.executable, "-c", say, str(log), "B"),
    )
    measured = measure(turns, tmp_path, tmp_path, rounds=2)
    assert log.read_text() == "ABABAB"
    assert (len(measured.ours), len(measured.floor)) == (2, 2)


def test_what_comes_before_a_run_and_its_variables_are_for_the_subject_alone(tmp_path):
    log = tmp_path / "log"
    say = "import os, sys; open(sys.argv[1], 'a').write(os.environ.get('SAID', '-'))"
    command = (sys.executable, "-c", say, str(log))

    def before(number):
        with log.open("a") as file:
            file.write(str(number))

    prepared = Work("w", command, command, RATIO, variables={"SAID": "S"}, before=before)
    assert not measure(prepared, tmp_path, tmp_path, rounds=1).failure
    assert log.read_text() == "0S-1S-"


def test_a_proof_is_held_against_the_truth_in_the_place_of_the_subject(tmp_path):
    buckets = ("compliant", "noncompliant", "undetermined", "exempt", "untaggable", "managed")
    row = {**dict.fromkeys(buckets, 0), "excluded": 0}
    report = {"summary": {**row, "implied": row}, "findings": [], "undetermined": []}
    lists: dict[str, object] = dict.fromkeys(("findings", "undetermined", "policy"), ())
    truth = {**lists, "buckets": {}, "implied": {}}
    (tmp_path / TRUTH).write_text(json.dumps({"w": truth}))
    proof = (sys.executable, "-c", f"print({json.dumps(json.dumps(report))})")
    assert "JSONDecodeError" in measure(replace(work(), truth="w"), tmp_path, tmp_path, 1).failure
    assert measure(replace(work(), truth="w", proof=proof), tmp_path, tmp_path, 1).sound


def test_memory_is_looked_at_when_it_has_a_budget(tmp_path):
    watched = measure(replace(work(), memory_budget=1e9), tmp_path, tmp_path, rounds=1)
    watched.together = 400e6
    assert notes([watched]) == [
        "w: all processes held 400 MB at most, within the budget of 1000 MB"
    ]
    watched.together = 2e9
    assert "over the budget" in notes([watched])[0]


def test_a_command_that_fails_is_a_failed_work(tmp_path):
    broken = work(subject=(sys.executable, "-c", "raise SystemExit(2)"))
    assert "exit 2" in measure(broken, tmp_path, tmp_path, rounds=1).failure


def test_the_readme_lists_every_work(tmp_path):
    readme = (PROJECT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert names() == [one.name for one in works(SIZES["full"], tmp_path, tmp_path)]
    assert all(f"| `{name}` |" in readme for name in names())


def test_a_tree_must_be_given_to_be_measured(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "tree-again"])
    assert "--tree DIR" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["one-template", "rego", "templates", "source", "source-again", "source-one-root"],
)
def test_tagguard_tells_the_truth_of_the_generated_inputs(tmp_path, capsys, name):
    file = tmp_path / "runs.json"
    answer = main(["--only", name, "--rounds", "1", "--json", str(file)])
    assert answer == 0, capsys.readouterr().out
    (told,) = json.loads(file.read_text())["results"]
    assert told["agreement"]["found"] > 0
    assert told["agreement"]["missed"] + told["agreement"]["invented"] == []
