"""Finds the provider configuration that a resource in source uses, and reads its default tags.

https://developer.hashicorp.com/terraform/language/modules/develop/providers: a module has what its
call passes in `providers`, what it configures itself, and else what its caller has by default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tagguard.hcl.bodies import member
from tagguard.hcl.modules import Module
from tagguard.hcl.nodes import Block, Body, Expression
from tagguard.hcl.repetition import Instance
from tagguard.hcl.values import Object, Tuple, Unknown, Value, bare
from tagguard.model import TagSet
from tagguard.terraform.effective_tags import NO_TAGS
from tagguard.terraform.plan_tags import map_tags
from tagguard.terraform.providers import ANY_KEY, ProviderConfig, ignored_keys
from tagguard.terraform.source_cells import cell_of, why_unknown
from tagguard.terraform.source_layers import Layers
from tagguard.terraform.source_tags import Undecided, located

_NAME = re.compile(r"(?P<name>[\w-]+)(?:\.(?P<alias>[\w-]+))?")
_PROXY = {"alias", "version"}
"""What a block may hold in a called module that only stands for what is passed."""


class Used(Struct, frozen=True):
    """Which configuration is meant, by the names of one module."""

    module: Module
    name: str
    alias: str = ""

    @property
    def block(self) -> Block | None:
        """Where it is configured in this module."""
        return self.module.declared.providers.get((self.name, self.alias))

    @property
    def key(self) -> str:
        """Name it as plans do: `aws.west`, `module.app:aws`."""
        own = f"{self.name}.{self.alias}" if self.alias else self.name
        path = self.module.static_address
        return f"{path}:{own}" if path else own


class SourceProviders:
    """The provider configurations below one root; each is read once."""

    def __init__(self) -> None:
        self._configs: dict[tuple[str, str], ProviderConfig] = {}

    def config(self, module: Module, block: Block) -> ProviderConfig:
        """Give the configuration that a resource's block uses."""
        wanted = named(module, block)
        found = self._configs.get((module.address, f"{wanted.name}.{wanted.alias}"))
        if found is None:
            found = self._read(wanted)
            self._configs[module.address, f"{wanted.name}.{wanted.alias}"] = found
        return found

    def _read(self, wanted: Used) -> ProviderConfig:
        full_name = source_name(wanted)
        used = _resolved(wanted)
        if used.block is not None:
            return _configured(used, used.block, full_name)
        reason = _why_missing(used)
        if not reason:
            return ProviderConfig(used.key, full_name=full_name)
        hidden = TagSet(complete=False, reason=f"default tags are not known: {reason}")
        return ProviderConfig(used.key, hidden, is_sure=False, full_name=full_name)


def named(module: Module, block: Block) -> Used:
    """Give the configuration that a block names, or the default one of its type."""
    written = block.body.attributes.get("provider")
    match = _NAME.match(written.expression.text().strip('"')) if written else None
    if match is None:
        return Used(module, block.labels[0].partition("_")[0])
    return Used(module, match["name"], match["alias"] or "")


def source_name(used: Used) -> str:
    """Name the provider by its source: `hashicorp/aws`; by its local name where none is given."""
    requirement = used.module.declared.required.get(used.name)
    if requirement is None:
        return used.name
    for entry in requirement.entries():
        if entry.key == "source" and (source := entry.value.literal()):
            return source
    return used.name


def _resolved(used: Used) -> Used:
    """Follow what is passed and inherited up to where it is configured, or to the root."""
    while True:
        called = used.module.called
        if called is None:
            return used
        caller = called.call.caller
        passed = _passed(called.call.block.body)
        given = passed.get((used.name, used.alias))
        own = used.block
        if own is not None and not (_is_proxy(own.body) and (given or not used.alias)):
            return used
        if given is not None:
            used = Used(caller, *given)
        elif used.alias:
            return used
        else:
            used = Used(caller, used.name)


def _passed(call: Body) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Read `providers = { aws.here = aws.there }` of a call."""
    providers = call.attributes.get("providers")
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for entry in providers.expression.entries() if providers else ():
        inner, outer = _pair(entry.written), _pair(entry.value)
        if inner and outer:
            found[inner] = outer
    return found


def _pair(expression: Expression) -> tuple[str, str] | None:
    match = _NAME.match(expression.text().strip('"'))
    return (match["name"], match["alias"] or "") if match else None


def _is_proxy(body: Body) -> bool:
    return not body.blocks() and body.attributes.keys() <= _PROXY


def _why_missing(used: Used) -> str:
    """Say why a configuration that is written nowhere may yet have defaults; empty: it has none."""
    declared = used.module.declared
    if not declared.is_whole:
        return f"provider `{used.key}` may stand in what could not be read"
    if not used.alias:
        return ""
    return f"provider `{used.key}` is configured nowhere, so a caller must pass it"


def _configured(used: Used, block: Block, full_name: str) -> ProviderConfig:
    module = used.module
    scope = module
    if "for_each" in block.body.attributes:
        hidden = Unknown("each resource picks its own instance of the provider")
        scope = module.scope(Instance(each_key=hidden, each_value=hidden, is_open=True))  # type: ignore[assignment] # both are scopes

    def evaluate(expression: Expression, bindings: Mapping[str, Value]) -> Value:
        return module.value(expression, bindings, scope)

    plain = ProviderConfig(used.key, full_name=full_name)
    region = bare(member(block.body, "region", evaluate))
    ignored = bare(member(block.body, "ignore_tags", evaluate))
    defined = bare(member(block.body, "ignore_defined_tags", evaluate))
    return replace(
        plain,
        default_tags=_defaults(plain, block, member(block.body, plain.attribute, evaluate), module),
        region=region if isinstance(region, str) else None,
        left_open=_left_open(ignored),
        ignored=tuple(_texts(defined)),
    )


def _defaults(config: ProviderConfig, block: Block, value: Value, module: Module) -> TagSet:
    """Read the default tags: a map, or a block that holds one."""
    inner = bare(value)
    written = block.body.attributes.get(config.attribute)
    place = written.location if written else block.location
    if isinstance(inner, Tuple):
        if not inner.items and inner.complete:
            return NO_TAGS
        first = bare(inner.items[0]) if inner.items and inner.complete else Unknown(inner.reason)
        if isinstance(first, Object):
            place = first.origins.get("tags", place)
            value = inner = first.items.get("tags")
        else:
            value = first
    cell = cell_of(value)
    named_by = f"the `{config.attribute}` of provider `{config.key}`"
    why = why_unknown(value)
    hidden = Undecided(named_by, lambda: "", why=lambda: why)
    tags = map_tags(cell, hidden, cell.secret_keys)
    owned = {key: replace(tag, provenance=config.provenance) for key, tag in tags.tags.items()}
    return located(replace(tags, tags=owned), value, place, Layers(module), config.provenance)


def _left_open(value: Value) -> str:
    """Make a pattern of what an `ignore_tags` block says."""
    first = bare(value.items[0]) if isinstance(value, Tuple) and value.items else value
    if first is None or (isinstance(first, Tuple) and first.complete):
        return ""
    if not isinstance(first, Object) or why_unknown(first):
        return ANY_KEY
    return ignored_keys(_texts(first.items.get("keys")), _texts(first.items.get("key_prefixes")))


def _texts(value: Value) -> list[str]:
    inner = bare(value)
    return (
        [item for item in inner.items if isinstance(item, str)] if isinstance(inner, Tuple) else []
    )
