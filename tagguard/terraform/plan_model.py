"""The few fields of ``terraform show -json`` that tags need, as narrow structs.

Everything else is skipped while decoding and what is large stays `Raw`, a view into the input:
that is what makes a plan of 70 MB cheap. Field names are those of the published format
(https://developer.hashicorp.com/terraform/internals/json-format). What does not fit becomes an
`InputError` in words; nothing here decides what a field means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeGuard, TypeVar

import msgspec
from msgspec import UNSET, DecodeError, Raw, Struct, UnsetType, ValidationError

from tagguard.errors import InputError

T = TypeVar("T")
Part = Raw | UnsetType

NULL = Raw(b"null")


class Envelope(Struct, gc=False):
    """The top level of a plan, and what tells a state from it."""

    format_version: Any = None
    terraform_version: Any = None
    resource_changes: Part = UNSET
    resource_drift: Part = UNSET
    prior_state: Part = UNSET
    deferred_changes: Part = UNSET
    planned_values: Part = UNSET
    configuration: Part = UNSET
    values: Part = UNSET
    serial: Part = UNSET
    lineage: Part = UNSET
    errored: Any = None
    complete: Any = None


class Change(Struct, gc=False):
    """What is planned for one resource; the large parts are decoded by whoever wants them."""

    actions: tuple[str, ...] = ()
    before: Raw = NULL
    after: Raw = NULL
    after_unknown: Raw = NULL
    after_sensitive: Raw = NULL
    importing: Any = None


class ResourceChange(Struct, gc=False):
    """One entry of `resource_changes`."""

    address: str
    type: str
    change: Change
    name: str = ""
    mode: str = "managed"
    provider_name: str | None = None
    module_address: str | None = None
    deposed: str | None = None


class PlannedResource(Struct, gc=False):
    """One resource of `planned_values`."""

    address: str
    type: str
    name: str = ""
    mode: str = "managed"
    provider_name: str | None = None
    values: Raw = NULL
    sensitive_values: Raw = NULL


class PlannedModule(Struct):
    """One module of `planned_values`."""

    address: str = ""
    resources: list[PlannedResource] | None = None
    child_modules: list[PlannedModule] | None = None


class PlannedValues(Struct):
    """The whole of `planned_values`."""

    root_module: PlannedModule | None = None


class ProviderEntry(Struct):
    """One entry of `configuration.provider_config`."""

    full_name: str | None = None
    """The provider's source address; older Terraform does not write it."""
    expressions: dict[str, Any] | None = None


class ConfiguredResource(Struct, gc=False):
    """A resource block; `address` is relative to its module."""

    address: str
    provider_config_key: str | None = None
    provider_config_keys: tuple[str, ...] | None = None
    """OpenTofu writes these instead where each instance picks its provider."""
    expressions: Raw = NULL
    for_each_expression: Raw = NULL


class ConfiguredModule(Struct):
    """One module of `configuration`."""

    resources: list[ConfiguredResource] | None = None
    module_calls: dict[str, ModuleCall] | None = None
    outputs: Raw = NULL
    variables: dict[str, Any] | None = None


class ModuleCall(Struct):
    """A `module` block."""

    source: str | None = None
    module: ConfiguredModule | None = None
    expressions: Raw = NULL
    for_each_expression: Raw = NULL


class ConfigurationBody(Struct):
    """The whole of `configuration`."""

    provider_config: dict[str, ProviderEntry] | None = None
    root_module: ConfiguredModule | None = None


def follow(tree: Any, path: Sequence[str]) -> Any:  # noqa: ANN401 - any JSON
    """Walk down a JSON tree, through lists by their first item; None where the path ends early.

    `True` on the way stands for all below it, as in `after_unknown` and `after_sensitive`.
    """
    for step in path:
        if isinstance(tree, list):
            tree = tree[0] if tree else None
        if not isinstance(tree, dict):
            return True if tree is True else None
        tree = tree.get(step)
    return tree


def is_present(part: Part) -> TypeGuard[Raw]:
    """Say whether a part of the envelope is there and not null."""
    return not isinstance(part, UnsetType) and bytes(memoryview(part)[:4]) != b"null"


def decode(data: bytes | memoryview | Raw, shape: type[T], what: str = "") -> T:
    """Decode JSON into `shape`; raises InputError that says in words what does not fit.

    `what` names the part of the plan that `data` is, for the message.
    """
    return decode_with(msgspec.json.Decoder(shape), data, what)


def decode_with(
    decoder: msgspec.json.Decoder[T], data: bytes | memoryview | Raw, what: str = ""
) -> T:
    """Decode as `decode` does, with a decoder that the caller keeps."""
    try:
        return decoder.decode(data)
    except RecursionError:
        raise InputError(f"{what or 'the JSON'} is nested too deeply") from None
    except UnicodeDecodeError as exc:
        raise InputError(f"a text in {what or 'the JSON'} is not valid UTF-8") from exc
    except ValidationError as exc:
        raise InputError(_misfit(str(exc), what)) from exc
    except DecodeError as exc:
        raise _malformed(data, str(exc)) from exc
    except ValueError as exc:
        raise InputError(f"{what or 'the JSON'} holds a number that is too long") from exc


TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_AT_BYTE = re.compile(r"^JSON is malformed: (.*) \(byte (\d+)\)$")
_EXPECTED = re.compile(r"Expected `(.+?)`(?:, got `(.+?)`)?")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_PATH = re.compile(r" - at `\$(.*?)`$")
_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]"
)
_WORDS = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _misfit(message: str, what: str) -> str:
    path = match[1] if (match := _PATH.search(message)) else ""
    where = f"{what}{path}" if what else path.removeprefix(".")
    at = f"`{where}`" if where else "the document"
    if match := _MISSING.search(message):
        return f"{at} has no `{match[1]}`"
    if match := _EXPECTED.search(message):
        expected = " or ".join(_WORDS.get(word, word) for word in match[1].split(" | "))
        found = f", found {_WORDS.get(match[2], match[2])}" if match[2] else ""
        return f"{at} must be {expected}{found}"
    return f"{at}: {_PATH.sub('', message).lower()}"


def _malformed(data: bytes | memoryview | Raw, message: str) -> InputError:
    view = memoryview(data)
    if match := _AT_BYTE.match(message):
        line = bytes(view[: int(match[2])]).count(b"\n") + 1
        return InputError(f"malformed JSON at line {line}: {match[1]}", line=line)
    if half := _LONE_SURROGATE.search(view):
        line = bytes(view[: half.start()]).count(b"\n") + 1
        return InputError(f"malformed JSON at line {line}: half of a surrogate pair", line=line)
    return InputError(
        "the JSON ends too early: the file is truncated",
        hint="write it again: terraform show -json FILE > plan.json",
    )
