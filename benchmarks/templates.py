"""CloudFormation templates, half of them YAML with short forms, half JSON.

Their tags come as lists and as maps, through parameters and open conditions, as in hand-written
templates.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from benchmarks.standard import SPOILT, Fate, Truth, draw, good_tags

PARAMETERS = {
    "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["prod", "staging", "dev"]},
    "Mailbox": {"Type": "String", "Description": "Who answers for this stack"},
    "Account": {"Type": "String", "Description": "Where this stack runs"},
}


class Intrinsic:
    """A call such as ``!Ref Name``: a short form in YAML, a mapping of one key in JSON."""

    def __init__(self, name: str, argument: Any) -> None:  # noqa: ANN401 - any template value
        self.name = name
        self.argument = argument

    def to_mapping(self) -> dict[str, Any]:
        """Give the long form."""
        plain = self.name in {"Ref", "Condition"}
        return {self.name if plain else f"Fn::{self.name}": self.argument}


class _Dumper(yaml.CSafeDumper):
    """Writes short forms; no aliases, which CloudFormation users do not write either."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _represent(dumper: _Dumper, data: Intrinsic) -> yaml.Node:
    tag, argument = f"!{data.name}", data.argument
    if isinstance(argument, list):
        return dumper.represent_sequence(tag, argument, flow_style=True)
    return cast("yaml.Node", dumper.represent_scalar(tag, argument))


_Dumper.add_representer(Intrinsic, _represent)


FATES = (
    *SPOILT,
    Fate("unknown-owner", 15, {"Owner": Intrinsic("Ref", "Mailbox")}, undetermined=("Owner",)),
    Fate(
        "open-branch",
        10,
        {"Environment": Intrinsic("If", ["IsProd", "prod", "production-2"])},
        undetermined=("Environment",),
    ),
)


class _Loader(yaml.CSafeLoader):
    """Reads short forms."""


def _construct(loader: _Loader, name: str, node: yaml.Node) -> Intrinsic:
    assert isinstance(node, yaml.ScalarNode)
    return Intrinsic(name, loader.construct_scalar(node))


_Loader.add_multi_constructor("!", _construct)


@dataclass(frozen=True)
class Type:
    """One resource type: how often it comes, and what it looks like."""

    name: str
    share: int
    tags: str
    """`list`, `map` or `none`."""
    template: str
    """All other properties as YAML text with `$name` to be filled in."""

    def properties(self, name: str) -> dict[str, Any]:
        """Give the properties of one resource, tags left out."""
        values: dict[str, Any] = yaml.load(self.template.replace("$name", name), _Loader)  # noqa: S506 - a safe loader with one more tag
        return values


def load_types() -> tuple[Type, ...]:
    """Read ``cloudformation_types.yaml``."""
    path = Path(__file__).with_name("cloudformation_types.yaml")
    types = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(
        Type(name, entry["share"], entry["tags"], entry["properties"])
        for name, entry in types.items()
    )


class Templates:
    """Builds templates together with the truth about them."""

    def __init__(self, paths: Sequence[str], resources: int, rng: random.Random) -> None:
        """Plan `resources` in each of `paths`; those that end in ``.json`` become JSON."""
        self.truth = Truth()
        self._rng = rng
        self._types = load_types()
        self._paths = paths
        self._resources = resources

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield path and text of each template, noting the truth on the way."""
        for path in self._paths:
            document = {
                "AWSTemplateFormatVersion": "2010-09-09",
                "Description": f"One of many stacks: {path}",
                "Parameters": PARAMETERS,
                "Conditions": {
                    "IsProd": Intrinsic("Equals", [Intrinsic("Ref", "Account"), "production"])
                },
                "Resources": dict(self._entries(path)),
            }
            yield path, _to_text(document, path)

    def _entries(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        shares = [type_.share for type_ in self._types]
        for number in range(self._resources):
            type_ = self._rng.choices(self._types, shares)[0]
            logical_id = f"{type_.name.rpartition('::')[2]}{number:02}"
            properties = type_.properties(logical_id.lower())
            if type_.tags == "none":
                self.truth.buckets["untaggable"] += 1
            else:
                tags = self._tags(path, logical_id, type_)
                listed = [{"Key": key, "Value": value} for key, value in tags.items()]
                properties["Tags"] = tags if type_.tags == "map" else listed
            yield logical_id, {"Type": type_.name, "Properties": properties}

    def _tags(self, path: str, logical_id: str, type_: Type) -> dict[str, Any]:
        fate = draw(self._rng, FATES)
        good = good_tags(self._rng, logical_id, stores_data=type_.name == "AWS::S3::Bucket")
        self.truth.judge(path, logical_id, fate, good)
        good["Name"] = Intrinsic("Sub", f"${{AWS::StackName}}-{logical_id}")
        good["Environment"] = Intrinsic("Ref", "Stage")
        return fate.spoil(good)


def _to_text(document: dict[str, Any], path: str) -> str:
    if path.endswith(".json"):
        return json.dumps(document, indent=2, default=Intrinsic.to_mapping) + "\n"
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False)
