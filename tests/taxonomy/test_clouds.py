"""What a standard loses on a cloud: an error where it is used so, else a note."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagguard.dialects import DIALECTS
from tagguard.errors import TaxonomyError
from tagguard.taxonomy import clouds
from tagguard.taxonomy.document import KeyRecord, Projection, TaxonomyRecord
from tagguard.taxonomy.notes import notes
from tagguard.taxonomy.standard import Taxonomy
from tests.factories import TODAY, load_text

HEAD = "schema: tagguard/taxonomy/1\nname: acme\nversion: 2.1.0\n"


def faults_of(folder, keys, more=""):
    with pytest.raises(TaxonomyError) as caught:
        load_text(folder, f"{HEAD}{more}keys:\n{keys}\n")
    return list(caught.value.faults)


def notes_of(folder, keys, more=""):
    return list(notes(load_text(folder, f"{HEAD}{more}keys:\n{keys}\n")))


@pytest.mark.parametrize(
    ("project", "why"),
    [
        ("aws: 'aws:owner'", "keys that begin with `aws:` are reserved"),
        ("azure: a/b", "the key may hold only characters other than < > % & \\ ? /"),
        ("gcp: Owner", "the key may hold only lower-case letters"),
        ("kubernetes: -x", "the key may hold only an optional DNS prefix"),
        ("oci: a b", "the key may hold only printable ASCII"),
        ("gcp: ''", "the key is empty"),
    ],
)
def test_an_illegal_projection_is_an_error_with_its_place(tmp_path, project, why):
    cloud = project.partition(":")[0]
    faults = faults_of(tmp_path, f"  Owner:\n    project:\n      {project}")
    assert len(faults) == 1
    assert faults[0].startswith(
        f"taxonomy.yaml:7:7: keys.Owner.project.{cloud}: not legal on {cloud}: {why}"
    )


ALIKE = "  CostCenter:\n  cost_center:"


def test_two_keys_that_become_one_are_an_error_where_the_cloud_is_used(tmp_path):
    faults = faults_of(tmp_path, ALIKE, "clouds: [aws, gcp]\n")
    assert faults == [
        (
            "taxonomy.yaml:7:3: keys.cost_center: on gcp it is spelt `cost_center`, "
            "and so is `CostCenter`; set `project: {gcp: …}` on one of them"
        )
    ]


def test_elsewhere_two_keys_that_become_one_are_a_note(tmp_path):
    assert notes_of(tmp_path, ALIKE) == [
        (
            "cost_center: on gcp it is spelt `cost_center`, and so is `CostCenter`; "
            "set `project: {gcp: …}` on one of them"
        )
    ]
    assert notes_of(tmp_path, ALIKE, "clouds: [aws]\n") == []


def test_an_explicit_spelling_that_is_taken_is_an_error(tmp_path):
    for keys, at in (
        ("  CostCenter:\n  A: {project: {gcp: cost_center}}", ":6:17: keys.A.project.gcp"),
        ("  A: {project: {gcp: cost_center}}\n  CostCenter:", ":6:3: keys.CostCenter"),
    ):
        faults = faults_of(tmp_path, keys)
        assert len(faults) == 1
        assert faults[0].startswith(
            f"taxonomy.yaml{at}: on gcp it is spelt `cost_center`, and so is"
        )


@pytest.mark.parametrize(
    ("cloud", "keys", "collides"),
    [
        ("azure", "  Owner:\n  owner:", True),
        ("aws", "  Owner:\n  owner:", False),
        ("aws", "  Owner: {match: insensitive}\n  owner:", True),
        ("aws", "  Owner:\n  owner: {match: insensitive}", True),
        ("oci", "  Owner:\n  owner:", False),
        ("oci", "  Ops.Owner:\n  ops.owner:", True),
        ("gcp", "  Owner:\n  owner:", True),
        ("gcp", "  Owner: {required: true}\n  owner: {forbidden: true}", True),
        ("gcp", "  Password: {forbidden: true}\n  password: {forbidden: true}", False),
        ("gcp", "  Owner:\n  owner: {deprecated: {since: 1.0.0, use: Owner}}", False),
        ("gcp", "  E: {deprecated: {since: 1.0.0}}\n  e: {deprecated: {since: 1.0.0}}", True),
        ("gcp", "  owner: {deprecated: {since: 1.0.0, use: Owner}}\n  Owner:", False),
        (
            "gcp",
            (
                "  Env: {deprecated: {since: 1.0.0, use: Stage}}\n"
                "  ENV: {deprecated: {since: 1.0.0, use: Stage}}\n  Stage:"
            ),
            False,
        ),
    ],
)
def test_which_keys_are_the_same_to_a_cloud(tmp_path, cloud, keys, collides):
    more = f"clouds: [{cloud}]\n"
    if collides:
        assert "it is spelt" in faults_of(tmp_path, keys, more)[0]
    else:
        assert notes_of(tmp_path, keys, more) == []


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (
            "  Owner: {required: true, format: email}",
            (
                "6:27: keys.Owner.format: it does not apply on gcp: an e-mail address is no legal "
                "label value; require the key by a `when` that leaves gcp out"
            ),
        ),
        (
            "  Owner: {format: email, project: {gcp: owner}}",
            (
                "6:36: keys.Owner.project.gcp: it does not apply on gcp: an e-mail address is no "
                "legal label value; leave gcp out of `project`"
            ),
        ),
        (
            "  1st: {required: true}",
            (
                "6:3: keys.1st: it does not apply on gcp: `1st` is no legal label key; "
                "set `project: {gcp: …}`"
            ),
        ),
        (
            "  Env: {required: true, values: [Prod, dev, prod]}",
            (
                "6:45: keys.Env.values.2: on gcp `prod` is written `prod`, like `Prod`; "
                "write it otherwise, or require the key by a `when` that leaves gcp out"
            ),
        ),
        (
            "  Env: {project: {gcp: env}, values: [a.b, a b]}",
            (
                "6:44: keys.Env.values.1: on gcp `a b` is written `a_b`, like `a.b`; "
                "write it otherwise, or leave gcp out of `project`"
            ),
        ),
    ],
)
def test_what_cannot_be_written_where_it_is_asked_for_is_an_error(tmp_path, keys, fault):
    assert faults_of(tmp_path, keys, "clouds: [gcp]\n") == [f"taxonomy.yaml:{fault}"]


@pytest.mark.parametrize(
    ("keys", "more", "told"),
    [
        ("  O: {format: email}", "", ["gcp", "kubernetes"]),
        ("  O: {required: true, format: email}", "", ["gcp", "kubernetes"]),
        ("  O: {format: email}", "clouds: [gcp]\n", ["gcp"]),
        ("  O: {required: true, format: email}", "clouds: [aws]\n", []),
        (
            "  O: {required: {when: {providers: [aws]}}, format: email}",
            "clouds: [aws, gcp]\n",
            ["gcp"],
        ),
        ("  E: {values: [Prod, prod]}", "clouds: [gcp]\n", ["gcp"]),
        ("  E: {required: true, values: ['a b']}", "", ["kubernetes"]),
        ("  a/b: {required: true}", "", ["azure"]),
        ("  a b:", "", ["kubernetes", "oci"]),
        ("  password: {forbidden: true, values: ['a|b']}", "", []),
    ],
)
def test_what_is_not_asked_for_is_a_note(tmp_path, keys, more, told):
    found = notes_of(tmp_path, keys, more)
    assert [one.partition("on ")[2].split()[0].strip(":") for one in found] == told


def test_many_lost_values_make_one_note(tmp_path):
    values = ", ".join(f"'a {n}'" for n in range(8))
    assert notes_of(tmp_path, f"  E: {{values: [{values}]}}", "clouds: [kubernetes]\n") == [
        (
            "E: on kubernetes `a 0` cannot be written, `a 1` cannot be written, `a 2` cannot be "
            "written, `a 3` cannot be written, `a 4` cannot be written and 3 more"
        )
    ]


def test_values_from_a_file_count_too(tmp_path):
    (tmp_path / "teams.csv").write_text("Search\nsearch\n")
    keys = "  Team: {required: true, values: {file: teams.csv}}"
    assert faults_of(tmp_path, keys, "clouds: [gcp]\n") == [
        "taxonomy.yaml:6:26: keys.Team.values: on gcp `search` is written `search`, like `Search`"
    ]


def test_an_unknown_cloud_is_an_error(tmp_path):
    faults = faults_of(tmp_path, "  A:", "clouds: [amazon, gcpp]\n")
    assert [one.split(": ")[0] for one in faults] == ["taxonomy.yaml:4:10", "taxonomy.yaml:4:18"]
    assert "(did you mean `gcp`?)" in faults[1]


NAMES = st.text("aAbB.- /_1é", min_size=1, max_size=4)


@given(
    st.sampled_from([cloud for cloud in DIALECTS if cloud != "generic"]),
    st.dictionaries(NAMES, NAMES | st.none(), min_size=1, max_size=4),
    st.lists(NAMES, max_size=3),
)
def test_what_is_accepted_can_be_written_and_told_apart(cloud, projected, values):
    record = TaxonomyRecord(
        schema="tagguard/taxonomy/1",
        name="acme",
        version="1.0.0",
        clouds=[cloud],
        keys={
            name: KeyRecord(
                required=True,
                values=values or None,
                project=Projection(**({} if spelling is None else {cloud: spelling})),
            )
            for name, spelling in projected.items()
        },
    )
    lists = {name: values for name in record.keys if values}
    if list(clouds.faults(record, lists)):
        return
    dialect = DIALECTS[cloud]
    taxonomy = Taxonomy(record, digest="", value_lists=lists, today=TODAY)
    spellings = [key.spelling(dialect) for key in taxonomy.keys.values()]
    assert not any(list(dialect.faults(spelling or "", None)) for spelling in spellings)
    same = [s.casefold() if dialect.folds(s) else s for s in spellings if s is not None]
    assert len(set(same)) == len(projected)
    assert len({dialect.project_value(value) for value in values}) == len(set(values))
