from __future__ import annotations

from benchmarks import workloads
from benchmarks.measure import Usage
from benchmarks.source_works import generated, given
from benchmarks.workloads import SIZES

CHECK = ("tagguard", "check")
SIZE = SIZES["full"]


def works(folder):
    return {work.name: work for work in generated(CHECK, SIZE, folder)}


def test_only_the_second_run_may_use_a_cache(tmp_path):
    made = works(tmp_path)
    assert "--no-cache" in made["source"].subject
    assert "--no-cache" not in made["source-again"].subject
    assert made["source-again"].variables.keys() == {"TAGGUARD_CACHE_DIR"}


def test_the_changed_file_changes_before_every_run(tmp_path):
    file = tmp_path / workloads.CHANGED_FILE
    file.parent.mkdir(parents=True)
    file.write_text("locals {}\n")
    work = works(tmp_path)["source-one-root"]
    assert work.before
    work.before(1)
    work.before(2)
    assert file.read_text() == "locals {}\n\n# change 1\n\n# change 2\n"
    assert workloads.CHANGED_FILE in work.subject


def test_one_root_is_held_against_seconds_and_start_up(tmp_path):
    ours, floor = Usage(wall=0.6, cpu=1, peak=1), Usage(wall=0.1, cpu=1, peak=1)
    figures = works(tmp_path)["source-one-root"].compare(ours, floor)
    assert [(figure.value_unit, figure.within) for figure in figures] == [
        (" s", False),
        ("x", True),
    ]


def test_the_truth_of_a_given_folder_is_not_known_and_it_may_hold_bad_files(tmp_path):
    for work in given(CHECK, tmp_path, tmp_path):
        assert work.truth == ""
        assert work.proof == ()
        assert 3 in work.subject_codes
        assert str(tmp_path) in work.subject
