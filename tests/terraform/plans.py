"""Factories: small plans, and what the source makes of them."""

from __future__ import annotations

import json

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.sources import Document, ReadOptions
from tagguard.sources.terraform_plan import TerraformPlan

AWS = "registry.terraform.io/hashicorp/aws"
BUCKET = "aws_s3_bucket.logs"


def change(
    after=None,
    unknown=None,
    sensitive=None,
    *,
    address=BUCKET,
    actions=("create",),
    provider=AWS,
    **more,
):
    type_, name = address.rsplit(".", 2)[-2:]
    return {
        "address": address,
        "mode": "managed",
        "type": type_,
        "name": name,
        "provider_name": provider,
        "change": {
            "actions": list(actions),
            "before": None,
            "after": after,
            "after_unknown": unknown or {},
            "after_sensitive": sensitive or {},
        },
        **more,
    }


def configuration(*blocks, providers=None, calls=None):
    return {
        "provider_config": providers or {"aws": {"name": "aws"}},
        "root_module": {"resources": list(blocks), "module_calls": calls or {}},
    }


def block(address=BUCKET, key="aws", *, keys=None, **expressions):
    provider = {"provider_config_keys": keys} if keys else {"provider_config_key": key}
    return {"address": address, "mode": "managed", **provider, "expressions": expressions}


def with_defaults(tags, *blocks, attribute="default_tags", name="aws"):
    shown = {"constant_value": tags}
    entry = [{"tags": shown}] if attribute == "default_tags" else shown
    return configuration(
        *blocks, providers={name: {"name": name, "expressions": {attribute: entry}}}
    )


def plan(*changes, **more):
    base = {"format_version": "1.2", "terraform_version": "1.9.0"}
    return {**base, "resource_changes": list(changes), "configuration": configuration(), **more}


def document(content, path="stacks/net/plan.json"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Document(path, data)


def read(content):
    return list(TerraformPlan(ReadOptions()).resources(document(content)))


def read_one(*changes, **more):
    resource, *implied = read(plan(*changes, **more))
    assert not isinstance(resource, Problem), resource
    assert all(each.creator is not None for each in implied)
    return resource


def read_implied(*changes, **more):
    """Give what the resources of a plan imply, by what follows `#` in its address."""
    found = read(plan(*changes, **more))
    return {each.address.partition("#")[2]: each for each in found if each.creator is not None}


def values(resource):
    return {tag.key: tag.value for tag in resource.tags}


def refused(content):
    with pytest.raises(InputError) as caught:
        read(content)
    return caught.value
