"""A second, naive reading of tags, straight from the files and without any code of tagguard.

It knows nothing of resource types: it looks for what is called like tags. Where everything is
known, both readings must come to the same; `disagreements.yaml` explains the exceptions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

OWN = ("tags", "labels", "user_labels", "resource_labels", "freeform_tags", "defined_tags")
EFFECTIVE = ("tags_all", "terraform_labels", "effective_labels")
BLOCKS = ("tag", "tags")
NOT_JUDGED = (["delete"], ["read"], ["forget"])


def plan_changes(data: bytes) -> list[dict[str, Any]]:
    """Give the changes of a plan that leave a resource behind."""
    return [
        one
        for one in plan_of(data).get("resource_changes") or []
        if one.get("mode") != "data"
        and one["change"].get("actions") not in NOT_JUDGED
        and one["change"].get("after")
    ]


def plan_of(data: bytes) -> dict[str, Any]:
    """Parse a plan, which stands on one line of its own where a CI wrapper printed it."""
    text = data.decode()
    if text.startswith("["):
        text = next(line for line in text.splitlines() if line.startswith("{"))
    plan: dict[str, Any] = json.loads(text)
    return plan


def has_defaults(plan: dict[str, Any]) -> bool:
    """Tell whether any provider of the plan sets tags by itself."""
    configured = json.dumps(plan.get("configuration", {}).get("provider_config", {}))
    return "configuration" not in plan or '"default_' in configured


def planned_tags(change: dict[str, Any]) -> dict[str, Any]:
    """Give the union of everything that looks like tags of one planned resource."""
    after = change["change"]["after"]
    found: dict[str, Any] = {}
    holders = [after, *(one for one in listed(after.get("metadata")) if isinstance(one, dict))]
    for holder in holders:
        for name in (*OWN, *EFFECTIVE):
            if isinstance(holder.get(name), dict):
                found.update(holder[name])
    for name in BLOCKS:
        for entry in listed(after.get(name)):
            if isinstance(entry, dict) and "key" in entry:
                found[entry["key"]] = entry.get("value")
    return {key: value for key, value in found.items() if value is not None}


def listed(value: Any) -> list[Any]:
    """Give a list as it is, and nothing for anything else."""
    return value if isinstance(value, list) else []


def hides_tags(change: dict[str, Any], *, defaults: bool) -> bool:
    """Tell whether the plan leaves any of a resource's tags open.

    An unknown `tags_all` hides nothing that `tags` does not show, unless there are defaults.
    """
    unknown = change["change"].get("after_unknown") or {}
    if not isinstance(unknown, dict):
        return bool(unknown)
    names = (*OWN, *BLOCKS, "metadata", *(EFFECTIVE if defaults else ()))
    return any(any_true(unknown.get(name)) for name in names if name != "metadata") or any(
        any_true(one.get("labels")) for one in listed(unknown.get("metadata"))
    )


def any_true(flags: Any) -> bool:
    """Tell whether a tree of flags marks anything as unknown."""
    if isinstance(flags, dict):
        return any(map(any_true, flags.values()))
    if isinstance(flags, list):
        return any(map(any_true, flags))
    return flags is True


class Call:
    """What a short form such as `!Ref` stands for: something that is no literal."""


class _Loader(yaml.CBaseLoader):
    """YAML whose scalars are all text and whose short forms are calls."""


_Loader.add_multi_constructor("!", lambda *_: Call())


def template_of(data: bytes) -> dict[str, Any]:
    """Parse a template in YAML or JSON."""
    loaded = yaml.load(data.decode(), _Loader)
    return loaded if isinstance(loaded, dict) else {}


def template_resources(template: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the resources of a template that have a type; `Rain::Module` calls have none."""
    resources = template.get("Resources")
    for name, body in (resources if isinstance(resources, dict) else {}).items():
        if isinstance(body, dict) and isinstance(body.get("Type"), str):
            yield name, body


def has_macros(template: dict[str, Any]) -> bool:
    """Tell whether anybody's own transform runs over the template: it may add any tag."""
    names = template.get("Transform") or []
    return any(
        not str(name).startswith(("AWS::Serverless-", "AWS::LanguageExtensions"))
        for name in (names if isinstance(names, list) else [names])
    )


def written_tags(body: dict[str, Any]) -> dict[str, Any] | None:
    """Give what a resource's own property for tags says; None where it is not all plain."""
    properties = body.get("Properties")
    if any(key.startswith("Fn::") for key in body):
        return None
    if properties is None:
        return {}
    if not isinstance(properties, dict) or any(key.startswith("Fn::") for key in properties):
        return None
    found: dict[str, Any] = {}
    for name, value in properties.items():
        if name == "Tags" or name.endswith("Tags"):
            pairs = _pairs(value)
            if pairs is None:
                return None
            found.update(pairs)
    return found


def _pairs(value: Any) -> dict[str, Any] | None:
    if isinstance(value, dict):
        return None if any(key == "Ref" or key.startswith("Fn::") for key in value) else value
    if not isinstance(value, list):
        return None
    plain = [one for one in value if isinstance(one, dict) and isinstance(one.get("Key"), str)]
    return {one["Key"]: one.get("Value") for one in plain} if len(plain) == len(value) else None
