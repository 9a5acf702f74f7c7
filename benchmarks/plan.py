"""Terraform plans shaped like the output of ``terraform show -json`` (format version 1.2).

A plan of 10,000 resources is about 70 MB: planned values, prior state, changes with both sides,
and a configuration of nested modules. Each type's attributes stand in ``terraform_types.json``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.standard import SPOILT, Fate, Truth, draw, good_tags

FATES = (
    *SPOILT,
    Fate("unknown-owner", 15, undetermined=("Owner",)),
    Fate("unknown-tags", 5, undetermined=("Owner", "CostCenter", "Environment")),
)
ACTIONS = {"create": 25, "no-op": 60, "update": 11, "replace": 2, "delete": 2}
PROVIDERS = {"aws": "prod", "aws.west": "staging", "aws.bare": None}
"""Provider configuration -> the Environment among its `default_tags`, where it has any."""
BLOCKS_IN_MODULE = 40
INSTANCES = ("blue", "green")
REGISTRY = "registry.terraform.io/hashicorp"


@dataclass(frozen=True)
class Type:
    """One resource type: what its attributes look like."""

    name: str
    provider: str
    taggable: bool
    share: int
    written: tuple[str, ...]
    """Attributes that the configuration sets."""
    computed: frozenset[str]
    """Attributes that are unknown before the resource exists."""
    template: str
    """All attributes as JSON text with `$name` and `$hex` to be filled in."""

    def attributes(self, name: str, rng: random.Random) -> dict[str, Any]:
        """Give the attributes of one existing resource, tags left out."""
        text = self.template.replace("$name", name).replace("$hex", f"0{rng.getrandbits(64):016x}")
        values: dict[str, Any] = json.loads(text)
        return values


def load_types() -> tuple[Type, ...]:
    """Read ``terraform_types.json``."""
    document = json.loads(Path(__file__).with_name("terraform_types.json").read_text())
    return tuple(
        Type(
            name=name,
            provider=entry["provider"],
            taggable=entry["taggable"],
            share=entry["share"],
            written=tuple(entry["written"]),
            computed=frozenset(entry["computed"]),
            template=json.dumps(entry["values"]),
        )
        for name, entry in document.items()
    )


@dataclass(frozen=True)
class Block:
    """One resource block of the configuration; each has an instance for every key of `for_each`."""

    module: str
    address: str
    """Within its module."""
    type: Type
    provider_key: str

    @property
    def name(self) -> str:
        """The block's label."""
        return self.address.partition(".")[2]

    def configuration(self) -> dict[str, Any]:
        """Give the block as `configuration` shows it."""
        expressions: dict[str, Any] = {
            name: {"references": [f"var.settings.{name}", "var.settings", "each.key"]}
            if number % 2
            else {"constant_value": f"{self.name}-{name}"}
            for number, name in enumerate(self.type.written)
        }
        if self.type.taggable:
            expressions["tags"] = {"references": ["var.tags", "local.owner", "each.key"]}
        return {
            "address": self.address,
            "mode": "managed",
            "type": self.type.name,
            "name": self.name,
            "provider_config_key": self.provider_key,
            "expressions": expressions,
            "schema_version": 1,
            "for_each_expression": {"references": ["var.colours"]},
        }


@dataclass(frozen=True)
class Tags:
    """The tags of one resource as a plan shows them."""

    own: dict[str, Any] | None
    """Known entries of `tags`; None where the whole map is unknown."""
    unknown: dict[str, bool]
    """Keys whose value is unknown."""
    defaults: dict[str, str]

    @property
    def is_known(self) -> bool:
        """Nothing is left open, so the provider shows `tags_all`."""
        return self.own is not None and not self.unknown

    def values(self) -> dict[str, Any]:
        """Give the two attributes as far as they are known."""
        if self.own is None:
            return {}
        shown: dict[str, Any] = {"tags": self.own}
        return {**shown, "tags_all": {**self.defaults, **self.own}} if self.is_known else shown

    def unknowns(self) -> dict[str, Any]:
        """Give their part of `after_unknown`."""
        if self.own is None:
            return {"tags": True, "tags_all": True}
        return {"tags": self.unknown, "tags_all": {} if self.is_known else True}


class Plan:
    """Builds one plan together with the truth about it."""

    def __init__(self, resources: int, rng: random.Random, path: str) -> None:
        self.truth = Truth()
        self._rng = rng
        self._path = path
        self._types = load_types()
        self._changes: list[dict[str, Any]] = []
        self._planned: list[dict[str, Any]] = []
        self._prior: list[dict[str, Any]] = []
        self._calls: dict[str, Any] = {}
        self._left = resources
        while self._left:
            self._add_module(f"service_{len(self._calls):03}")

    def _add_module(self, name: str) -> None:
        """Add one module call, a data source in it, and its nested `storage` module."""
        provider = list(PROVIDERS)[len(self._calls) % len(PROVIDERS)]
        outer, nested = f"module.{name}", f"module.{name}.module.storage"
        self._add_data_source(outer)
        blocks = list(self._blocks(name, outer, nested, provider))
        planned: dict[str, list[dict[str, Any]]] = {outer: [], nested: []}
        prior: dict[str, list[dict[str, Any]]] = {outer: [], nested: []}
        for block in blocks:
            for instance in INSTANCES[: self._left]:
                after, before = self._add_resource(block, instance)
                planned[block.module] += after
                prior[block.module] += before
        for place, shown in ((self._planned, planned), (self._prior, prior)):
            inner = {"address": nested, "resources": shown[nested]}
            place.append({"address": outer, "resources": shown[outer], "child_modules": [inner]})
        self._calls[name] = _call(
            "../modules/service",
            [block.configuration() for block in blocks if block.module == outer],
            storage=_call(
                "./storage", [block.configuration() for block in blocks if block.module == nested]
            ),
        )

    def _blocks(self, name: str, outer: str, nested: str, provider: str) -> Iterator[Block]:
        shares = [type_.share for type_ in self._types]
        for number in range(BLOCKS_IN_MODULE):
            type_ = self._rng.choices(self._types, shares)[0]
            yield Block(
                module=outer if number % 4 else nested,
                address=f"{type_.name}.{name}_{number:02}",
                type=type_,
                provider_key=provider if type_.provider == "aws" else type_.provider,
            )

    def _add_data_source(self, module: str) -> None:
        """Add a data source that can only be read during the apply."""
        kind, name = "aws_iam_policy_document", "access"
        self._left -= 1
        self.truth.buckets["excluded"] += 1
        self._changes.append(
            {
                "address": f"{module}.data.{kind}.{name}",
                "module_address": module,
                "mode": "data",
                "type": kind,
                "name": name,
                "provider_name": f"{REGISTRY}/aws",
                "change": {
                    "actions": ["read"],
                    "before": None,
                    "after": {"statement": [{"actions": ["s3:GetObject"], "effect": "Allow"}]},
                    "after_unknown": {"id": True, "json": True, "statement": [{"resources": True}]},
                    "before_sensitive": False,
                    "after_sensitive": {"statement": [{}]},
                },
            }
        )

    def _add_resource(
        self, block: Block, instance: str
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Add a change; give what the planned values and the prior state show of the resource."""
        self._left -= 1
        type_, name = block.type, f"{block.name}-{instance}".replace("_", "-")
        head = {
            "address": f'{block.module}.{block.address}["{instance}"]',
            "mode": "managed",
            "type": type_.name,
            "name": block.name,
            "index": instance,
            "provider_name": f"{REGISTRY}/{type_.provider}",
        }
        action = self._rng.choices(list(ACTIONS), list(ACTIONS.values()))[0]
        known = type_.attributes(name, self._rng)
        before_tags, tags = self._tags(block, head["address"], name, action)
        before = {**known, **before_tags} if action != "create" else None
        after, unknown = _after(type_, known, tags, action)
        change = {
            "actions": ["delete", "create"] if action == "replace" else [action],
            "before": before,
            "after": after,
            "after_unknown": unknown,
            "before_sensitive": _sensitive(before) if before else False,
            "after_sensitive": _sensitive(after) if after else False,
        }
        self._changes.append({**head, "module_address": block.module, "change": change})
        return _shown(head, after), _shown(head, before)

    def _tags(
        self, block: Block, address: str, name: str, action: str
    ) -> tuple[dict[str, Any], Tags | None]:
        """Draw tags and note the truth; give what is shown before the change, and after it."""
        if not block.type.taggable or action == "delete":
            self.truth.buckets["excluded" if action == "delete" else "untaggable"] += 1
            return {}, None
        stores_data = block.type.name == "aws_s3_bucket"
        good = good_tags(self._rng, name, stores_data=stores_data)
        defaults = _default_tags(block.provider_key)
        if defaults:
            del good["Environment"]
        fate = draw(self._rng, FATES if action in {"create", "update"} else SPOILT)
        if fate.name == "unknown-tags" and stores_data:
            fate = replace(fate, undetermined=(*fate.undetermined, "DataClass"))
        own = fate.spoil(good)
        tags = _as_planned(own, fate, defaults)
        self.truth.judge(self._path, address, fate, tags.own or {})
        if block.type.name == "aws_instance":
            self.truth.implied["compliant"] += 1  # its root volume
        return Tags(own, {}, defaults).values(), tags

    def document(self) -> dict[str, Any]:
        """Give the whole plan."""
        return {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {"child_modules": self._planned}},
            "resource_changes": self._changes,
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": "1.11.4",
                "values": {"root_module": {"child_modules": self._prior}},
            },
            "configuration": {
                "provider_config": dict(_provider_configs()),
                "root_module": {"module_calls": self._calls},
            },
            "timestamp": "2026-01-01T00:00:00Z",
            "applyable": True,
            "complete": True,
            "errored": False,
        }


def _default_tags(provider_key: str) -> dict[str, str]:
    stage = PROVIDERS.get(provider_key)
    return {"Environment": stage, "ManagedBy": "terraform"} if stage else {}


def _as_planned(own: dict[str, Any], fate: Fate, defaults: dict[str, str]) -> Tags:
    if fate.name == "unknown-tags":
        return Tags(None, {}, defaults)
    if fate.name == "unknown-owner":
        known = {key: value for key, value in own.items() if key != "Owner"}
        return Tags(known, {"Owner": True}, defaults)
    return Tags(own, {}, defaults)


def _after(
    type_: Type, known: dict[str, Any], tags: Tags | None, action: str
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Give `after` and `after_unknown`."""
    if action == "delete":
        return None, {}
    hidden = type_.computed if action in {"create", "replace"} else frozenset()
    after = {key: value for key, value in known.items() if key not in hidden}
    unknown: dict[str, Any] = dict.fromkeys(sorted(hidden), True)
    unknown |= {key: [{}] for key, value in after.items() if isinstance(value, list) and value}
    if tags:
        return {**after, **tags.values()}, {**unknown, **tags.unknowns()}
    return after, unknown


def _shown(head: dict[str, Any], values: dict[str, Any] | None) -> list[dict[str, Any]]:
    if values is None:
        return []
    sensitive = _sensitive(values)
    return [{**head, "schema_version": 1, "values": values, "sensitive_values": sensitive}]


def _call(source: str, resources: list[dict[str, Any]], **calls: Any) -> dict[str, Any]:  # noqa: ANN401 - module calls by name
    tags = {"references": ["local.tags"]}
    module = {"resources": resources, **({"module_calls": calls} if calls else {})}
    return {"source": source, "expressions": {"tags": tags}, "module": module}


def _sensitive(values: dict[str, Any]) -> dict[str, Any]:
    return {key: [{}] if value else [] for key, value in values.items() if isinstance(value, list)}


def _provider_configs() -> Iterator[tuple[str, dict[str, Any]]]:
    for key in PROVIDERS:
        alias = key.partition(".")[2]
        entry: dict[str, Any] = {"name": "aws", "full_name": f"{REGISTRY}/aws"}
        expressions: dict[str, Any] = {"region": {"constant_value": "eu-central-1"}}
        if alias:
            entry["alias"] = alias
        if tags := _default_tags(key):
            expressions["default_tags"] = [{"tags": {"constant_value": tags}}]
        yield key, {**entry, "expressions": expressions}
    yield "random", {"name": "random", "full_name": f"{REGISTRY}/random"}
