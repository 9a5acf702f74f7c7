"""Reads parameter files: the values that a stack will be created with.

The common forms are understood: the list of `ParameterKey` and `ParameterValue` and the list of
`KEY=VALUE` that the AWS command line takes, and the mapping under `Parameters`, with `Tags` beside
it, that CodePipeline takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeGuard

from tagguard.data_files import load_data
from tagguard.errors import ConfigError


def load_parameters(file: Path, *, where: str) -> tuple[dict[str, str | None], dict[str, str]]:
    """Give the parameters and, where the file has them, the stack's tags; raises ConfigError.

    None is a parameter whose previous value is kept: it has one, and the file does not tell it.
    """
    data = load_data(file, where=where, noun="parameter file")
    tags: object = {}
    if isinstance(data, dict) and isinstance(data.get("Parameters"), dict):
        data, tags = data["Parameters"], data.get("Tags", {})
    if isinstance(data, list):
        kept: dict[str, str | None] = {one["ParameterKey"]: None for one in data if _is_kept(one)}
        data = dict(_pair(item) for item in data if not _is_kept(item))
    else:
        kept = {}
    if not _is_plain(data) or not _is_plain(tags):
        raise ConfigError(
            f"{where} is no parameter file",
            hint='write [{"ParameterKey": "Env", "ParameterValue": "prod"}], ["Env=prod"] or '
            '{"Parameters": {"Env": "prod"}}',
        )
    return kept | _texts(data), _texts(tags)


def _is_kept(item: object) -> TypeGuard[dict[str, str]]:
    """Tell an item of a list that keeps the parameter's previous value."""
    return (
        isinstance(item, dict)
        and item.get("UsePreviousValue") is True
        and isinstance(item.get("ParameterKey"), str)
    )


def _pair(item: object) -> tuple[str | None, object]:
    """Read one item of a list."""
    if isinstance(item, str) and "=" in item:
        key, _, value = item.partition("=")
        return key, value
    if isinstance(item, dict) and isinstance(item.get("ParameterKey"), str):
        return item["ParameterKey"], item.get("ParameterValue", "")
    return None, None


def _is_plain(data: object) -> TypeGuard[dict[str, object]]:
    """Tell a mapping of names to values or lists of them from everything else."""
    return isinstance(data, dict) and not any(
        name is None or isinstance(one, dict | list)
        for name, value in data.items()
        for one in (value if isinstance(value, list) else [value])
    )


def _texts(data: dict[str, object]) -> dict[str, str]:
    """Spell values as CloudFormation takes them; null gives none, as if it were left out."""
    return {name: _text(value) for name, value in data.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)
