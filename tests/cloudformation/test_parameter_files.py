from __future__ import annotations

import pytest

from tagguard.cloudformation.parameter_files import load_parameters
from tagguard.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "parameters", "tags"),
    [
        ('[{"ParameterKey": "Env", "ParameterValue": "prod"}]', {"Env": "prod"}, {}),
        ('[{"ParameterKey": "Env", "UsePreviousValue": true}]', {}, {}),
        ('["Env=prod", "Note=a=b"]', {"Env": "prod", "Note": "a=b"}, {}),
        (
            '{"Parameters": {"N": 1, "B": true, "L": ["a", "b"]}}',
            {"N": "1", "B": "true", "L": "a,b"},
            {},
        ),
        ('{"Parameters": {"E": "p"}, "Tags": {"Owner": "x"}}', {"E": "p"}, {"Owner": "x"}),
        ('{"Env": "prod"}', {"Env": "prod"}, {}),
    ],
)
def test_every_common_form_is_read(tmp_path, text, parameters, tags):
    (tmp_path / "p.json").write_text(text)
    assert load_parameters(tmp_path / "p.json", where="p.json") == (parameters, tags)


@pytest.mark.parametrize("text", ["3", '["Env"]', "[[]]", '[{"Key": "a"}]', "{"])
def test_anything_else_is_refused(tmp_path, text):
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(ConfigError, match=r"p\.json"):
        load_parameters(tmp_path / "p.json", where="p.json")
