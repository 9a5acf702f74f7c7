"""Module calls whose code is not at hand: what the call shows is all that can be told.

What such a module makes is undetermined, at its call.
"""

from __future__ import annotations

import re

from tagguard.hcl.modules import Call
from tagguard.hcl.nodes import Attribute
from tagguard.hcl.repetition import Instance
from tagguard.hcl.values import Object, Unknown
from tagguard.model import Resource, TagSet
from tagguard.terraform.clouds import cloud_of
from tagguard.terraform.source_layers import Layers

TYPE = "module"
"""The type of what stands for a module whose code is not at hand."""

_TAGS = re.compile(r"(?:.*_)?(?:tags|labels)", re.IGNORECASE)
_REGISTRY = re.compile(r"(?:[\w.-]+\.[\w.-]+/)?[\w-]+/[\w-]+/(?P<provider>[\w-]+)(?://.*)?")
"""https://developer.hashicorp.com/terraform/language/modules/sources#terraform-registry"""
MOST_KEYS = 10
"""Most keys that are named."""


def unresolved(call: Call, instance: Instance, layers: Layers, scope: str) -> Resource:
    """Give what stands for an instance of a module that cannot be looked into."""
    match = _REGISTRY.fullmatch(call.source)
    provider = match["provider"] if match else ""
    is_remote = call.folder is None and call.source
    advice = ": `terraform init` fetches it" if is_remote else ""
    reason = f"{call.missing}{advice}; {_given(call, instance)}"
    return Resource(
        source="terraform-hcl",
        provider=provider,
        dialect=cloud_of(provider),
        type=TYPE,
        address=f"{call.caller.address}.module.{call.name}{instance.suffix}".lstrip("."),
        scope=scope,
        tags=TagSet(complete=False, reason=reason),
        taggable="unknown",
        ignores=layers.ignores(call.block),
        location=layers.editable(call.block.location),
        places=(f"the arguments of `{call.static_address}`",),
    )


def _given(call: Call, instance: Instance) -> str:
    """Say which arguments look like tags, and their keys."""
    attributes = call.block.body.attributes.items()
    given = [_described(call, instance, one) for name, one in attributes if _TAGS.fullmatch(name)]
    return f"it is given {', '.join(given)}" if given else "it is given no tags"


def _described(call: Call, instance: Instance, argument: Attribute) -> str:
    scope = call.caller.scope(instance)
    value = call.caller.value(argument.expression, None, scope)
    if isinstance(value, Object) and value.items:
        keys = list(value.items)
        more = f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
        open_ = "" if value.complete else " …"
        return f"`{argument.name}` with {', '.join(keys[:MOST_KEYS])}{more}{open_}"
    if isinstance(value, Unknown):
        return f"`{argument.name}`, of which nothing is known ({value.reason})"
    return f"`{argument.name}`"
