"""Module calls whose code is not at hand: what the call shows is all that can be told.

What such a module makes is undetermined, at its call.
"""

from __future__ import annotations

import re

from tagguard.hcl.comments import ignores
from tagguard.hcl.modules import Call
from tagguard.hcl.nodes import Attribute
from tagguard.hcl.values import Object, Unknown, bare
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


def unresolved(call: Call, layers: Layers, scope: str) -> Resource:
    """Give what stands for a module that cannot be looked into."""
    match = _REGISTRY.fullmatch(call.source)
    provider = match["provider"] if match else ""
    reason = f"{call.missing}; {_given(call)}"
    return Resource(
        source="terraform-hcl",
        provider=provider,
        dialect=cloud_of(provider),
        type=TYPE,
        address=f"{call.caller.address}.module.{call.name}".lstrip("."),
        scope=scope,
        tags=TagSet(complete=False, reason=reason),
        taggable="unknown",
        ignores=ignores([call.block, *layers.foreign_blocks]),
        location=layers.editable(call.block.location),
        places=(f"the arguments of `{call.static_address}`",),
    )


def _given(call: Call) -> str:
    """Say which arguments look like tags, and their keys."""
    attributes = call.block.body.attributes.items()
    given = [_described(call, one) for name, one in attributes if _TAGS.fullmatch(name)]
    return f"it is given {', '.join(given)}" if given else "it is given no tags"


def _described(call: Call, argument: Attribute) -> str:
    value = bare(call.caller.value(argument.expression))
    if isinstance(value, Object) and value.items:
        keys = list(value.items)
        more = f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
        open_ = "" if value.complete else " …"
        return f"`{argument.name}` with {', '.join(keys[:MOST_KEYS])}{more}{open_}"
    if isinstance(value, Unknown):
        return f"`{argument.name}`, of which nothing is known ({value.reason})"
    return f"`{argument.name}`"
