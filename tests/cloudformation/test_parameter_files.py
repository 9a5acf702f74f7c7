from __future__ import annotations

import pytest

from tagguard.cloudformation.parameter_files import load_parameters
from tagguard.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "parameters", "tags"),
    [
        ('[{"ParameterKey": "Env", "ParameterValue": "prod"}]', {"Env": "prod"}, {}),
        ('[{"ParameterKey": "Env", "UsePreviousValue": true}]', {"Env": None}, {}),
        ('["Env=prod", "Note=a=b"]', {"Env": "prod", "Note": "a=b"}, {}),
        (
            '{"Parameters": {"N": 1, "B": true, "L": ["a", "b"]}}',
            {"N": "1", "B": "true", "L": "a,b"},
            {},
        ),
        ('{"Parameters": {"E": "p"}, "Tags": {"Owner": "x"}}', {"E": "p"}, {"Owner": "x"}),
        ('{"Env": "prod"}', {"Env": "prod"}, {}),
        ('{"Env": null}', {}, {}),
        ('[{"ParameterKey": "L", "ParameterValue": ["a", 1]}]', {"L": "a,1"}, {}),
    ],
)
def test_every_common_form_is_read(tmp_path, text, parameters, tags):
    (tmp_path / "p.json").write_text(text)
    assert load_parameters(tmp_path / "p.json", where="p.json") == (parameters, tags)


def test_a_list_may_be_yaml(tmp_path):
    (tmp_path / "p.yaml").write_text("- {ParameterKey: Account, ParameterValue: 012345678901}\n")
    expected: tuple[dict, dict] = {"Account": "012345678901"}, {}
    assert load_parameters(tmp_path / "p.yaml", where="p.yaml") == expected


@pytest.mark.parametrize(
    "text",
    ["3", '["Env"]', "[[]]", '[{"Key": "a"}]', "{", '{"Env": {"a": 1}}', '{"Env": [[1]]}'],
)
def test_anything_else_is_refused(tmp_path, text):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(ConfigError, match=r"p\.json"):
        load_parameters(tmp_path / "p.json", where="p.json")
