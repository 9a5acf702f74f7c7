"""A repository of Terraform root modules that share modules, and the truth about its tags.

Each root has three provider configurations, locals that are merged, variable files, resources with
`count` and `for_each`, and calls of modules that call others. The truth is known because every set
of tags is made before it is written: nothing here evaluates Terraform.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.standard import (
    ANYWHERE,
    FORBIDDEN_KEY,
    MASKED,
    SPOILT,
    STAGES,
    TEAMS,
    Fate,
    Truth,
    draw,
    good_tags,
)
from benchmarks.terraform_blocks import (
    Raw,
    Type,
    arguments,
    block,
    load_types,
    mapping,
    module_files,
    root_files,
)

RESOURCES_IN_ROOT = 50
KEYS = ("Owner", "CostCenter", "Environment")
FATES = (
    *SPOILT,
    Fate("unknown-owner", 15, undetermined=("Owner",)),
    Fate("unknown-tags", 5, undetermined=KEYS),
)
FORGOTTEN = Fate(
    "missing-environment", 20, {"Environment": None}, (("missing-tag", "Environment"),)
)
"""Befalls tags that some resource gets without defaults; where these come, nothing is amiss."""
CLEAN = Fate("clean", 0)
PROVIDERS = ("aws", "aws.west", "aws.bare")
INSTANCES = ("blue", "green", "red")
QUEUES = ("in", "out")

Effective = dict[str, str | None] | None
"""Tags that a resource gets; None stands for a value, or for all tags, that nobody can know."""


@dataclass(frozen=True)
class Tags:
    """Tags as an author writes them, and what they come to."""

    fate: Fate
    entries: dict[str, object] | None
    """What is written beyond `base`; None where all of it is left to a variable."""
    base: str
    """The local that they are merged over; empty: none."""
    own: Effective

    @property
    def written(self) -> Raw:
        """What is merged over the base."""
        return Raw("var.extra_tags") if self.entries is None else mapping(self.entries)

    @property
    def expression(self) -> Raw:
        """The whole argument."""
        return Raw(f"merge(local.{self.base}, {self.written})") if self.base else self.written

    def effective(self, defaults: Mapping[str, str], added: Mapping[str, str]) -> Effective:
        """Give what a resource gets of them; `added` is what its module lays over."""
        return None if self.own is None else {**defaults, **self.own, **added}


class Root:
    """Builds one root module."""

    def __init__(self, code: str, rng: random.Random, repository: Repository) -> None:
        """`code` begins the names of everything in it, so that addresses are unique."""
        self._code = code
        self._rng = rng
        self._repository = repository
        self._types = load_types()
        self._taggable = [type_ for type_ in self._types if type_.taggable]
        self._left = RESOURCES_IN_ROOT
        self.team = rng.choice(TEAMS)
        self.stage = rng.choice(STAGES)
        self.cost_center = f"CC-{rng.randrange(1000, 9999)}"
        self.topic = f"aws_sns_topic.{code}_alarms"
        self._locals: dict[str, Raw] = {}

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield name and text of each file."""
        resources = "\n".join(self._resources())
        services = "\n".join(self._services())
        yield "main.tf", "\n".join([resources, *self._singles(self._left)])
        yield "services.tf", services
        yield "locals.tf", block("locals", *(arguments({k: v}) for k, v in self._all_locals()))
        yield "terraform.tfvars", arguments({"stage": self.stage, "team": self.team})
        yield from root_files(self._code).items()

    def _all_locals(self) -> Iterator[tuple[str, Raw]]:
        yield "defaults", mapping({"Environment": Raw("var.stage"), "ManagedBy": "terraform"})
        repository = Raw('"acme/${var.team}-infrastructure"')
        yield "common", mapping({"ManagedBy": "iac", "Repository": repository})
        yield (
            "cost_centers",
            mapping({**dict.fromkeys(TEAMS, "CC-0000"), self.team: self.cost_center}),
        )
        owned = {
            "Owner": Raw('"${var.team}@acme.example"'),
            "CostCenter": Raw("local.cost_centers[var.team]"),
        }
        yield "team_tags", Raw(f"merge(local.common, {mapping(owned)})")
        yield from self._locals.items()

    def _defaults(self, provider: str) -> dict[str, str]:
        stages = {"aws": self.stage, "aws.west": "staging"}
        stage = stages.get(provider)
        return {"Environment": stage, "ManagedBy": "terraform"} if stage else {}

    def _tags(
        self, name: object, *providers: str, stores_data: bool = False, base: str | None = None
    ) -> Tags:
        """Draw tags for resources of `providers`; each group is written in its way unless given."""
        good = good_tags(self._rng, str(name), stores_data=stores_data)
        are_defaulted = all(self._defaults(provider) for provider in providers)
        fate = draw(self._rng, FATES if are_defaulted else (FORGOTTEN, *FATES))
        if base is None:
            base = self._rng.choice(("", "common", "team_tags"))
        if base == "team_tags" and {"Owner", "CostCenter"} & fate.edit.keys():
            base = "common"
        if fate.name == "unknown-tags":
            keys = (*KEYS, "DataClass") if stores_data else KEYS
            return Tags(replace(fate, undetermined=keys), None, "", None)
        good["Repository"] = f"acme/{self.team}-infrastructure"
        if base == "team_tags":
            good |= {"Owner": f"{self.team}@acme.example", "CostCenter": self.cost_center}
        if are_defaulted:
            del good["Environment"]
        else:
            good["Environment"] = self.stage
        own = fate.spoil(good)
        entries: dict[str, object] = {k: v for k, v in own.items() if k not in _BASES[base]}
        if entries.get("Environment") == self.stage:
            entries["Environment"] = Raw("var.stage")
        if fate.name == "unknown-owner":
            own["Owner"] = None
            entries["Owner"] = Raw(self._rng.choice(("var.mailbox", f"{self.topic}.arn")))
        entries["Name"] = name
        return Tags(fate, entries, base, own)

    def _judge(self, address: str, tags: Tags, defaults: Mapping[str, str], **added: str) -> None:
        """Note what is true of a resource that takes tags."""
        self._left -= 1
        effective = tags.effective(defaults, added)
        fate = tags.fate
        if fate is FORGOTTEN and "Environment" in defaults:
            fate = CLEAN
        if "DataClass" in added:
            open_keys = tuple(key for key in fate.undetermined if key != "DataClass")
            fate = replace(fate, undetermined=open_keys)
        self._repository.judge(address, fate, effective)

    def _pass(self, address: str) -> None:
        """Note a resource that takes no tags."""
        self._left -= 1
        self._repository.truth.buckets["untaggable"] += 1
        self._repository.effective[address] = {}

    def _resource(self, type_: Type, label: str, provider: str, repeat: str, tags: str) -> str:
        """Write one resource block."""
        meta = arguments({"provider": Raw(provider)}) if provider != "aws" else ""
        name = label.replace("_", "-") + REPEATED.get(repeat.partition(" ")[0], "")
        body = type_.body.replace("$name", name)
        return block(f'resource "{type_.name}" "{label}"', repeat, meta, body, tags)

    def _singles(self, number: int) -> Iterator[str]:
        shares = [type_.share for type_ in self._types]
        for at in range(number):
            type_ = self._rng.choices(self._types, shares)[0]
            provider = self._rng.choice(PROVIDERS)
            label = f"{self._code}_{at:02}"
            address = f"{type_.name}.{label}"
            written = ""
            if type_.taggable:
                stores = type_.name == "aws_s3_bucket"
                tags = self._tags(label, provider, stores_data=stores)
                self._judge(address, tags, self._defaults(provider))
                written = arguments({"tags": tags.expression})
            else:
                self._pass(address)
            yield self._resource(type_, label, provider, "", written)

    def _resources(self) -> Iterator[str]:
        """Write a topic, three blocks with `for_each`, and one with `count`."""
        tags = self._tags("alarms", "aws", base="team_tags")
        while tags.fate.undetermined:  # others take an unknown value from the topic
            tags = self._tags("alarms", "aws", base="team_tags")
        self._judge(self.topic, tags, self._defaults("aws"))
        written = arguments({"name": f"{self._code}-alarms", "tags": tags.expression})
        yield block(f'resource "aws_sns_topic" "{self._code}_alarms"', written)
        for number in range(3):
            yield self._group(f"{self._code}_group_{number}")
        yield self._pair(f"{self._code}_pair")

    def _group(self, label: str) -> str:
        """Write a block whose instances differ in their tags, which stand in a local."""
        type_, provider = self._rng.choice(self._taggable), self._rng.choice(PROVIDERS)
        stores = type_.name == "aws_s3_bucket"
        instances: dict[str, object] = {}
        for key in INSTANCES:
            tags = self._tags(f"{label}-{key}", provider, stores_data=stores, base="common")
            instances[key] = tags.written
            self._judge(f'{type_.name}.{label}["{key}"]', tags, self._defaults(provider))
        self._locals[label] = mapping(instances)
        repeat = arguments({"for_each": Raw(f"local.{label}")})
        written = arguments({"tags": Raw("merge(local.common, each.value)")})
        return self._resource(type_, label, provider, repeat, written)

    def _pair(self, label: str) -> str:
        """Write a block of two equal instances."""
        type_, provider = self._rng.choice(self._taggable), self._rng.choice(PROVIDERS)
        stores = type_.name == "aws_s3_bucket"
        name = Raw(f'"{label}-${{count.index}}"')
        tags = self._tags(name, provider, stores_data=stores)
        for index in range(2):
            one = replace(tags, own=tags.own and {**tags.own, "Name": f"{label}-{index}"})
            self._judge(f"{type_.name}.{label}[{index}]", one, self._defaults(provider))
        written = arguments({"tags": tags.expression})
        return self._resource(type_, label, provider, arguments({"count": 2}), written)

    def _services(self) -> Iterator[str]:
        """Write the module calls: one with `for_each`, one with `count`, one in plain."""
        here, data = self._rng.choice(PROVIDERS), self._rng.choice(PROVIDERS)
        label = f"{self._code}_api"
        instances: dict[str, object] = {}
        for key in INSTANCES[:2]:
            tags = self._tags(f"{label}-{key}", here, data, base="common")
            instances[key] = mapping({"queues": list(QUEUES), "tags": tags.written})
            self._service(f'module.{label}["{key}"]', f"{_dashed(label)}-{key}", tags, here, data)
        self._locals[label] = mapping(instances)
        yield _call(
            label,
            "service",
            {"for_each": Raw(f"local.{label}")},
            {"aws": here, "aws.data": data},
            name=Raw(f'"{_dashed(label)}-${{each.key}}"'),
            queues=Raw("each.value.queues"),
            tags=Raw("merge(local.common, each.value.tags)"),
        )
        here, data = self._rng.choice(PROVIDERS), self._rng.choice(PROVIDERS)
        label = f"{self._code}_batch"
        tags = self._tags(label, here, data)
        self._service(f"module.{label}[0]", _dashed(label), tags, here, data)
        yield _call(
            label,
            "service",
            {"count": Raw('var.stage == "none" ? 0 : 1')},
            {"aws": here, "aws.data": data},
            name=_dashed(label),
            queues=list(QUEUES),
            tags=tags.expression,
        )
        yield self._fleet(f"{self._code}_fleet")

    def _service(self, module: str, name: str, tags: Tags, here: str, data: str) -> None:
        """Note what one instance of the `service` module holds."""
        near, far = self._defaults(here), self._defaults(data)
        for queue in QUEUES:
            address = f'{module}.aws_sqs_queue.this["{queue}"]'
            self._judge(address, tags, near, Component=name, Name=f"{name}-{queue}")
        self._judge(f"{module}.aws_cloudwatch_log_group.this", tags, near, Component=name)
        self._judge(f"{module}.aws_iam_role.this", tags, near, Component=name)
        self._pass(f"{module}.aws_iam_role_policy.queues")
        storage = f"{module}.module.storage[0]"
        bucket = {"Name": f"acme-{name}-data", "DataClass": "internal"}
        self._judge(f"{storage}.aws_s3_bucket.this", tags, far, Component=name, **bucket)
        self._judge(f"{storage}.aws_dynamodb_table.this", tags, far, Component=name)
        self._pass(f"{storage}.aws_s3_bucket_versioning.this")

    def _fleet(self, label: str) -> str:
        """Write a call of the `fleet` module; the provider's defaults do not reach a group."""
        module, name = f"module.{label}", _dashed(label)
        tags = self._tags(label, "aws.bare")
        added = {"Name": f"{name}-instances"}
        self._judge(f"{module}.aws_security_group.this", tags, self._defaults("aws"), **added)
        group = f"{module}.aws_autoscaling_group.this"
        self._judge(group, tags, {}, Name=name)
        self._repository.judge_implied(f"{group}#instance", tags.fate)
        return _call(
            label, "fleet", {}, {}, name=name, subnets=Raw("var.subnets"), tags=tags.expression
        )


class Repository:
    """All roots and the modules that they share."""

    def __init__(self, codes: Sequence[str], seed: int) -> None:
        """Build a root of `RESOURCES_IN_ROOT` resources for each code; the others do not matter."""
        self.truth = Truth()
        self.effective: dict[str, Effective] = {}
        """Address -> the tags that it gets; empty for what takes none."""
        self.files = module_files()
        for code in codes:
            for name, text in Root(code, random.Random(f"{seed} {code}"), self).files():
                self.files[f"{folder(code)}/{name}"] = text

    def judge(self, address: str, fate: Fate, effective: Effective) -> None:
        """Note a resource that takes tags. Its address is unique among all roots."""
        self.effective[address] = effective
        self.truth.judge(ANYWHERE, address, fate, {})

    def judge_implied(self, address: str, fate: Fate) -> None:
        """Note what a resource brings about: it gets the same tags."""
        truth = self.truth
        truth.implied[fate.bucket] += 1
        truth.findings += [(ANYWHERE, address, rule, key) for rule, key in fate.findings]
        truth.undetermined += [(ANYWHERE, address, key) for key in fate.undetermined]

    def to_data(self) -> dict[str, Any]:
        """Give the truth as plain data, with tags as a report shows them."""
        shown = {
            address: tags and {key: MASKED if key == FORBIDDEN_KEY else tags[key] for key in tags}
            for address, tags in self.effective.items()
        }
        return {**self.truth.to_data(), "tags": shown}


def codes(roots: int) -> Sequence[str]:
    """Name so many roots."""
    return [f"r{number:03}" for number in range(roots)]


def folder(code: str) -> str:
    """Give a root's folder."""
    return f"roots/{code}"


def _dashed(label: str) -> str:
    return label.replace("_", "-")


def _call(
    label: str,
    module: str,
    repeat: Mapping[str, object],
    providers: Mapping[str, str],
    **inputs: object,
) -> str:
    """Write one module call."""
    passed = {key: Raw(provider) for key, provider in providers.items()}
    return block(
        f'module "{label}"',
        arguments({"source": f"../../modules/{module}", **repeat}),
        arguments({"providers": mapping(passed)}) if passed else "",
        arguments(inputs),
    )


_BASES: dict[str, tuple[str, ...]] = {
    "": (),
    "common": ("ManagedBy", "Repository"),
    "team_tags": ("ManagedBy", "Repository", "Owner", "CostCenter"),
}
"""Local -> the keys that it gives."""
REPEATED = {"for_each": "-${each.key}", "count": "-${count.index}"}
"""What tells the names of repeated resources apart."""
