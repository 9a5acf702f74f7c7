"""Finds the provider configuration that a resource in source uses, and reads its default tags.

https://developer.hashicorp.com/terraform/language/modules/develop/providers: a module has what its
call passes in `providers`, what it configures itself, and else what its caller has by default.
https://opentofu.org/docs/language/providers/configuration/#for_each-multiple-instances-of-a-provider-configuration:
a configuration with `for_each` has instances, of which each user picks one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from tagguard.hcl.bodies import member
from tagguard.hcl.evaluation import Program
from tagguard.hcl.module_scopes import InstanceScope
from tagguard.hcl.modules import Module
from tagguard.hcl.nodes import Block, Body, Expression
from tagguard.hcl.repetition import Instance
from tagguard.hcl.values import Object, Tuple, Unknown, Value, bare, marked
from tagguard.model import Location, TagSet
from tagguard.terraform.effective_tags import NO_TAGS, either
from tagguard.terraform.plan_tags import map_tags
from tagguard.terraform.provider_versions import ProviderVersions
from tagguard.terraform.providers import ANY_KEY, ProviderConfig, ignored_keys
from tagguard.terraform.source_cells import cell_of, why_unknown
from tagguard.terraform.source_layers import Layers
from tagguard.terraform.source_tags import Undecided, located

_NAME = re.compile(
    r"(?P<name>[\w-]+)(?:\s*\.\s*(?P<alias>[\w-]+))?(?:\s*\[(?P<index>.+)\])?", re.DOTALL
)
_PROXY = {"alias", "version"}
"""What a block may hold in a called module that only stands for what is passed."""


class _Name(Struct, frozen=True):
    """How a configuration is named."""

    name: str
    alias: str = ""
    index: str = ""
    """The expression that picks an instance."""


_Place = tuple[str | None, ...]


class Used(Struct, frozen=True):
    """Which configuration is meant, by the names of one module."""

    module: Module
    name: str
    alias: str = ""
    instance: str | Unknown | None = None
    """Which instance of it; None: it has no instances."""

    @property
    def block(self) -> Block | None:
        """Where it is configured in this module."""
        return self.module.declared.providers.get((self.name, self.alias))

    @property
    def place(self) -> _Place:
        """Tell it from others below one root."""
        picked = self.instance.reason if isinstance(self.instance, Unknown) else self.instance
        return self.module.address, self.name, self.alias, picked

    @property
    def key(self) -> str:
        """Name it as plans do: `aws.west`, `module.app:aws`."""
        own = f"{self.name}.{self.alias}" if self.alias else self.name
        path = self.module.static_address
        return f"{path}:{own}" if path else own


class SourceProviders:
    """The provider configurations below one root; each is read once."""

    def __init__(self, versions: ProviderVersions) -> None:
        self._versions = versions
        self._configs: dict[_Place, ProviderConfig] = {}
        self._configured: dict[_Place, ProviderConfig] = {}

    def config(self, module: Module, block: Block, instance: Instance) -> ProviderConfig:
        """Give the configuration that an instance of a resource or data block uses."""
        used = _named(module, block, instance)
        found = self._configs.get(used.place)
        if found is None:
            found = self._configs[used.place] = self._read(used)
        return found

    def _read(self, wanted: Used) -> ProviderConfig:
        full_name = _source_name(wanted)
        below = self._versions.below(wanted.module, full_name)
        used = _resolved(wanted)
        plain = ProviderConfig(used.key, full_name=full_name)
        if used.block is not None:
            place = (*used.place, full_name)
            if place not in self._configured:
                self._configured[place] = _configured(plain, used, used.block)
            return replace(self._configured[place], below=below)
        plain = replace(plain, below=below)
        if reason := _why_missing(used):
            hidden = TagSet(complete=False, reason=f"default tags are not known: {reason}")
            return replace(plain, default_tags=hidden, is_sure=False)
        return plain


def _named(module: Module, block: Block, instance: Instance) -> Used:
    """Give the configuration that a block names, or the default one of its type."""
    written = block.body.attributes.get("provider")
    name = _name(written.expression) if written else None
    if name is None:
        return Used(module, block.labels[0].partition("_")[0])
    return _used(module, name, module.scope(instance))


def _name(expression: Expression) -> _Name | None:
    match = _NAME.fullmatch(expression.text().strip().strip('"'))
    return _Name(match["name"], match["alias"] or "", match["index"] or "") if match else None


def _used(module: Module, name: _Name, scope: Module | InstanceScope) -> Used:
    if not name.index:
        return Used(module, name.name, name.alias)
    picked = bare(module.value(_Index(name.index), None, scope))  # type: ignore[arg-type] # only its program is asked for
    if not isinstance(picked, str | Unknown):
        picked = Unknown(f"`{name.index}` is no text")
    return Used(module, name.name, name.alias, picked)


class _Index(Struct, frozen=True):
    """An index that is known as text only."""

    written: str

    def program(self) -> Program:
        """Give what evaluates it, as text."""
        from tagguard.hcl.native_templates import text_program  # noqa: PLC0415 - few need it

        return text_program(f"${{{self.written}}}", Location("", 1, 1))


def _source_name(used: Used) -> str:
    """Name the provider by its source: `hashicorp/aws`; by its local name where none is given."""
    requirement = used.module.declared.required.get(used.name)
    return requirement.source if requirement else used.name


def _resolved(used: Used) -> Used:
    """Follow what is passed and inherited up to where it is configured, or to the root."""
    while True:
        called = used.module.called
        if called is None:
            return used
        caller = called.call.caller
        given = _passed(called.call.block.body).get((used.name, used.alias))
        own = used.block
        if own is not None and not (given and _is_proxy(own.body)):
            return used
        if given is not None:
            used = _used(caller, given, called.scope)
        elif used.alias:
            return used
        else:
            used = Used(caller, used.name)


def _passed(call: Body) -> Mapping[tuple[str, str], _Name]:
    """Read `providers = { aws.here = aws.there }` of a call."""
    providers = call.attributes.get("providers")
    found: dict[tuple[str, str], _Name] = {}
    for entry in providers.expression.entries() if providers else ():
        inner, outer = _name(entry.written), _name(entry.value)
        if inner and outer:
            found[inner.name, inner.alias] = outer
    return found


def _is_proxy(body: Body) -> bool:
    return not body.blocks() and body.attributes.keys() <= _PROXY


def _why_missing(used: Used) -> str:
    """Say why a configuration that is written nowhere may yet have defaults; empty: it has none."""
    declared = used.module.declared
    if not declared.is_whole:
        return f"provider `{used.key}` may stand in what could not be read"
    if used.alias or any(one.is_passed for one in declared.required.values()):
        return f"provider `{used.key}` is configured nowhere, so a caller must pass it"
    return ""


def _configured(plain: ProviderConfig, used: Used, block: Block) -> ProviderConfig:
    """Read a configuration; where nobody knows which of its instances, what all of them share."""
    if "for_each" not in block.body.attributes:
        return _instance(plain, used.module, block, used.module)
    module = used.module
    found = module.instances(block)
    picked = used.instance
    for each in found.known:
        if each.key == picked:
            return _instance(plain, module, block, module.scope(each))
    reason = picked.reason if isinstance(picked, Unknown) else "which instance is not known"
    if found.open is not None or not found.known:
        hidden = Unknown(reason)
        open_ = Instance(each_key=hidden, each_value=hidden, is_open=True)
        return _instance(plain, module, block, module.scope(open_))
    each_of = [_instance(plain, module, block, module.scope(each)) for each in found.known]
    defaults = either([config.default_tags for config in each_of], reason)
    return replace(plain, default_tags=defaults, is_sure=False)


def _instance(
    plain: ProviderConfig, module: Module, block: Block, scope: Module | InstanceScope
) -> ProviderConfig:
    def evaluate(expression: Expression, bindings: Mapping[str, Value]) -> Value:
        return module.value(expression, bindings, scope)

    region = bare(member(block.body, "region", evaluate))
    ignored = bare(member(block.body, "ignore_tags", evaluate))
    defined = bare(member(block.body, "ignore_defined_tags", evaluate))
    as_blocks = plain.full_name.rpartition("/")[2] == "aws"
    defaults = member(block.body, plain.attribute, evaluate, as_blocks=as_blocks)
    return replace(
        plain,
        default_tags=_defaults(plain, block, defaults, module),
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
            first = first.items.get("tags")
        value = marked(first, value)
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
    keys, prefixes = (list(_texts(first.items.get(name))) for name in ("keys", "key_prefixes"))
    return ignored_keys(keys, prefixes)


def _texts(value: Value) -> Iterator[str]:
    inner = bare(value)
    if isinstance(inner, Tuple):
        yield from (item for item in inner.items if isinstance(item, str))
