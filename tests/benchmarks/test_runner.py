from __future__ import annotations

import json
import sys

import pytest

from benchmarks.__main__ import main, measure
from benchmarks.measure import Usage
from benchmarks.results import Figure, Result, Work
from benchmarks.table import notes, table
from benchmarks.verdicts import Agreement
from benchmarks.workloads import SIZES
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


def test_a_command_that_fails_is_a_failed_work(tmp_path):
    broken = work(subject=(sys.executable, "-c", "raise SystemExit(2)"))
    assert "exit 2" in measure(broken, tmp_path, tmp_path, rounds=1).failure


def test_the_readme_lists_every_work(tmp_path):
    readme = (PROJECT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert names() == [one.name for one in works(SIZES["full"], tmp_path)]
    assert all(f"| `{name}` |" in readme for name in names())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one-template", "rego", "templates"])
def test_tagguard_tells_the_truth_of_the_generated_inputs(tmp_path, capsys, name):
    file = tmp_path / "runs.json"
    answer = main(["--only", name, "--rounds", "1", "--json", str(file)])
    assert answer == 0, capsys.readouterr().out
    (told,) = json.loads(file.read_text())["results"]
    assert told["agreement"]["found"] > 0
    assert told["agreement"]["missed"] + told["agreement"]["invented"] == []
