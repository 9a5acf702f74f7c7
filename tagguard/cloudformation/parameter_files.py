"""Reads parameter files: the values that a stack will be created with.

Both common forms are understood: the list of `ParameterKey` and `ParameterValue` that the AWS
command line takes, and the mapping under `Parameters` that CodePipeline and SAM take.
"""

from __future__ import annotations

from pathlib import Path

from tagguard.data_files import load_data
from tagguard.errors import ConfigError


def load_parameters(file: Path, *, where: str) -> dict[str, str]:
    """Give parameter -> value; raises ConfigError."""
    data = load_data(file, where=where)
    if isinstance(data, dict):
        data = data.get("Parameters", data)
    if isinstance(data, list):
        data = {
            item.get("ParameterKey"): item.get("ParameterValue", "")
            for item in data
            if isinstance(item, dict) and "UsePreviousValue" not in item
        }
    if not isinstance(data, dict) or not all(isinstance(name, str) for name in data):
        raise ConfigError(
            f"{where} is no parameter file",
            hint='write [{"ParameterKey": "Env", "ParameterValue": "prod"}] or '
            '{"Parameters": {"Env": "prod"}}',
        )
    return {name: _text(value) for name, value in data.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)
