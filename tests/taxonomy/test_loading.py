from __future__ import annotations

import json
from datetime import date

import msgspec
import pytest
from jsonschema import Draft202012Validator

from tagguard.errors import TaxonomyError
from tagguard.shipped import shipped
from tagguard.taxonomy.document import TaxonomyRecord
from tagguard.taxonomy.loading import load_taxonomy
from tagguard.validation import schema_of
from tests.factories import TODAY, load_text

HEAD = "schema: tagguard/taxonomy/1\nname: acme\nversion: 2.1.0\n"


def faults_of(folder, text):
    with pytest.raises(TaxonomyError) as caught:
        load_text(folder, text)
    return list(caught.value.faults)


def test_text_scalars_stay_text(tmp_path):
    text = (
        HEAD + "keys:\n  Build:\n    values: [0123, yes, 2024-01-01, 1e3, null, ~x, 0x1F, 1.10]\n"
    )
    taxonomy = load_text(tmp_path, text)
    assert taxonomy.keys["Build"].values == [
        "0123",
        "yes",
        "2024-01-01",
        "1e3",
        "null",
        "~x",
        "0x1F",
        "1.10",
    ]


def test_json_is_accepted_and_its_numbers_stay_text(tmp_path):
    document = {
        "schema": "tagguard/taxonomy/1",
        "name": "acme",
        "version": "1.0.0",
        "keys": {"Tier": {"values": [1, 2], "required": True}},
    }
    file = tmp_path / "t.json"
    file.write_text(json.dumps(document))
    taxonomy = load_taxonomy(file, where="t.json", today=TODAY)
    assert taxonomy.keys["Tier"].values == ["1", "2"]
    assert taxonomy.keys["Tier"].always_required


def test_every_fault_is_listed_with_its_place(tmp_path):
    text = """schema: tagguard/taxonomy/1
name: acme
version: 2.1
match: exakt
kees: {}
keys:
  A: {required: yes, requird: 1}
  B: {required: {when: {types: aws, not: {tagz: 1}}}}
  C: {values: prod, format: mail}
  D: {required_from: tomorrow, deprecated: {use: x}}
exemptions: {max_days: many}
"""
    faults = faults_of(tmp_path, text)
    assert [fault.split(": ")[0] for fault in faults] == [
        "taxonomy.yaml:3:1",
        "taxonomy.yaml:4:1",
        "taxonomy.yaml:5:1",
        "taxonomy.yaml:7:7",
        "taxonomy.yaml:7:22",
        "taxonomy.yaml:8:25",
        "taxonomy.yaml:8:43",
        "taxonomy.yaml:9:7",
        "taxonomy.yaml:9:21",
        "taxonomy.yaml:10:7",
        "taxonomy.yaml:10:32",
        "taxonomy.yaml:11:14",
    ]
    assert "(did you mean `exact`?)" in faults[1]
    assert "(did you mean `required`?)" in faults[4]
    assert "must be a list, not `aws`" in faults[5]


def test_faults_of_every_kind_are_listed_in_one_go(tmp_path):
    text = HEAD + (
        "severities: {mising-tag: error}\n"
        "keys:\n"
        "  Owner: {requierd: true, pattern: '['}\n"
        "  Env: {deprecated: {since: 1.0.0, use: Nope}, project: {googl: x}}\n"
        "  Team: {values: {file: no.csv}}\n"
    )
    faults = faults_of(tmp_path, text)
    assert [fault.split(": ")[1] for fault in faults] == [
        "severities.mising-tag",
        "keys.Owner.requierd",
        "keys.Owner.pattern",
        "keys.Env.deprecated.use",
        "keys.Env.project.googl",
        "keys.Team.values",
    ]


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("  A: {pattern: '(?=x)'}", "7:7: keys.A.pattern: `(?=x)` is not an RE2 pattern"),
        ("  A: {required: true, aliases: [B]}\n  B:", "`B` is a key of its own"),
        ("  A: {aliases: [x]}\n  B: {aliases: [x]}", "`x` is an alias of `A` as well"),
        ("  A: {deprecated: {since: 1.0.0, use: Bee}}\n  Be:", "no key of this taxonomy"),
        (
            "  A: {deprecated: {since: 1.0.0, use: B}}\n  B: {deprecated: {since: 1.0.0, use: A}}",
            "take each other's place",
        ),
        ("  A: {forbidden: true, required: true}", "cannot be required"),
        ("  A: {values: []}", "the list of values is empty"),
        ("  A: {values: [1, x], pattern: '[0-9]'}", "`x` is not text that matches [0-9]"),
        ("  A: {values: [x], format: email}", "`x` is not an e-mail address"),
        ("  A: {values: [a], value_aliases: {b: c}}", "`c` is not one of the values"),
        ("  A: {required: true, required_from: 2026-13-01}", "is not a day of the calendar"),
        ("  A: {required_from: 2026-12-01}", "no meaning for a key that is not required"),
        ("  A: {project: {gcp: Up}}", "not legal on gcp"),
        ("  CostCenter:\n  A: {project: {gcp: cost_center}}", "and so is `CostCenter`"),
        ("  A: {values: {file: none.csv, column: x}}", "none.csv cannot be read"),
        ("  A:\n  A:", "the key `A` stands here twice"),
    ],
)
def test_faults_that_the_schema_cannot_say(tmp_path, keys, fault):
    faults = faults_of(tmp_path, f"{HEAD}\n\nkeys:\n{keys}\n")
    assert any(fault in one for one in faults), faults
    assert len(faults) <= 2


def test_keys_that_differ_only_in_case_collide_where_the_cloud_folds_case(tmp_path):
    faults = faults_of(tmp_path, HEAD + "keys:\n  Cost-A:\n  B: {project: {azure: cost-a}}\n")
    assert "on azure it is spelt `cost-a`" in faults[0]


@pytest.mark.parametrize(
    ("name", "content", "source"),
    [
        ("teams.csv", "id,name\n1,payments\n2,search\n", "{file: teams.csv, column: name}"),
        ("teams.csv", "payments\nsearch\n", "{file: teams.csv}"),
        ("teams.json", '["payments", "search"]', "{file: teams.json}"),
        ("teams.json", '[{"n": "payments"}, {"n": "search"}]', "{file: teams.json, column: n}"),
        ("teams.yaml", "- payments\n- search\n", "{file: teams.yaml}"),
    ],
)
def test_values_come_from_files(tmp_path, name, content, source):
    (tmp_path / name).write_text(content)
    taxonomy = load_text(tmp_path, f"{HEAD}keys:\n  Team: {{values: {source}}}\n")
    assert list(taxonomy.keys["Team"].values or ()) == ["payments", "search"]


def test_a_wrong_column_is_named_with_the_right_ones(tmp_path):
    (tmp_path / "teams.csv").write_text("id,name\n1,x\n")
    faults = faults_of(tmp_path, HEAD + "keys:\n  T: {values: {file: teams.csv, column: nam}}\n")
    assert "no column `nam` (did you mean `name`?); its columns: id, name" in faults[0]


def test_the_digest_covers_the_value_files(tmp_path):
    text = HEAD + "keys:\n  T: {values: {file: v.json}}\n"
    (tmp_path / "v.json").write_text('["a"]')
    before = load_text(tmp_path, text).info.digest
    (tmp_path / "v.json").write_text('["b"]')
    assert load_text(tmp_path, text).info.digest != before


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"\xff\xfe\xfd", "not valid UTF-8"),
        (b"a: [", "taxonomy.yaml:2:1: did not find"),
        (b"", "`schema` and `name` and `version` and `keys` must be given"),
        (b"- list", "must be a mapping"),
        (b"a: &a [*a]", "an alias"),
        (b"[" * 100_000, "nested deeper"),
        (b"schema: \0", "a character that YAML does not allow"),
    ],
)
def test_broken_files_are_explained(tmp_path, content, fault):
    file = tmp_path / "taxonomy.yaml"
    file.write_bytes(content)
    with pytest.raises(TaxonomyError) as caught:
        load_taxonomy(file, where="taxonomy.yaml", today=TODAY)
    assert fault in "\n".join(caught.value.faults)


def test_a_missing_file_is_explained(tmp_path):
    with pytest.raises(TaxonomyError, match=r"no\.yaml cannot be read: No such file"):
        load_taxonomy(tmp_path / "no.yaml", where="no.yaml", today=TODAY)


def test_the_starter_taxonomy_is_sound():
    file = shipped("policies") / "starter" / "taxonomy.yaml"
    taxonomy = load_taxonomy(file, where="taxonomy.yaml", today=date(2026, 1, 1))
    assert list(taxonomy.keys)[:3] == ["Owner", "CostCenter", "Environment"]


def test_the_schema_accepts_what_the_loader_accepts():
    schema = schema_of(TaxonomyRecord)
    Draft202012Validator.check_schema(schema)
    document = {
        "schema": "tagguard/taxonomy/1",
        "name": "acme",
        "version": "2.1.0",
        "keys": {"A": {"required": {"when": {"types": ["x"]}}}, "B": None},
    }
    Draft202012Validator(schema).validate(document)
    assert msgspec.convert(document, TaxonomyRecord).name == "acme"
