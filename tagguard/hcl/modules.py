"""Evaluates a root module and all that it calls: what every name means, lazily, each only once.

A `Module` is one instance of a module. It is the `Scope` of its own expressions; those of what
`count` or `for_each` repeat are evaluated in an `InstanceScope`. Nothing is evaluated before it is
asked for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial

from tagguard.hcl.constraints import conform
from tagguard.hcl.declarations import Declarations
from tagguard.hcl.evaluate import TemplateScope, evaluate
from tagguard.hcl.evaluation import Budget, Files, Memo
from tagguard.hcl.folder import Folders
from tagguard.hcl.module_scopes import Attributes, InstanceScope, Outputs
from tagguard.hcl.module_sources import LOCAL, ModuleSources, without_secrets
from tagguard.hcl.nodes import Block, Expression, Fault
from tagguard.hcl.repetition import SINGLE, Instance, Instances, instances
from tagguard.hcl.tree_files import TreeFiles
from tagguard.hcl.values import Failure, Object, Sensitive, Unknown, Value, marked
from tagguard.tree import Tree

MAX_DEPTH = 20
"""Most modules inside each other; real ones stay under ten."""
MAX_MODULES = 5_000
"""Most module instances below one root."""
MAX_INSTANCES = 50_000
"""Most instances of all resources and module calls below one root."""


class Root:
    """What all modules below one root share."""

    def __init__(self, folder: str, tree: Tree, folders: Folders, *, workspace: str = "") -> None:
        self.folder = folder
        self.given: Mapping[str, Value] = {}
        """The values that root variables are given."""
        self.workspace = workspace
        self.budget = Budget()
        self.files: Files = TreeFiles(tree, folder)
        self.sources = ModuleSources(tree, folder)
        self.defaults = TemplateScope(self.files, "a default")
        """The scope of what may refer to nothing."""
        self.faults: dict[Fault, None] = {}
        """What is wrong with the source, in the order in which it was found."""
        self.modules = 0
        self.instances = 0
        self.folders: dict[str, Declarations] = {}
        """Every folder that was asked for as a module, with what it declares."""
        self.known_data: Callable[[Module, Block, Instance], Mapping[str, Value]] = _nothing
        """Gives the attributes of a data source that are known without reading it."""
        self.computed: Mapping[str, Callable[[Module, Block, Instance], Value]] = {}
        """By name, what tells an attribute that resources have without writing it."""
        self._tree = tree
        self._folders = folders

    def declarations(self, folder: str) -> Declarations:
        """Give what a folder declares."""
        found = self.folders.get(folder)
        if found is None:
            found = self.folders[folder] = self._folders.folder(folder).declarations
            self.faults.update(dict.fromkeys(found.faults))
        return found

    def holds(self, folder: str) -> bool:
        """Tell whether a folder lies in the tree that may be read."""
        return self._tree.contains(folder)

    def bounded(self, made: Instances) -> Instances:
        """Count instances; those of a block that makes too many with all others are left out."""
        self.instances += len(made.known)
        if self.instances <= MAX_INSTANCES:
            return made
        self.instances -= len(made.known)
        return made.shut(f"there are more than {MAX_INSTANCES:,} instances in all")

    def fault(self, block: Block, message: str, hint: str = "") -> None:
        """Note what is wrong with a block."""
        self.faults.setdefault(Fault(block.location, message, hint))

    def top(self) -> Module:
        """Give the root module itself."""
        return self._top

    @cached_property
    def _top(self) -> Module:
        return Module(self, self.folder, self.declarations(self.folder), None)


class Call:
    """One module block in its caller, and what it repeats."""

    def __init__(self, caller: Module, name: str, block: Block) -> None:
        self.caller = caller
        self.name = name
        self.block = block
        self.source = block.literal("source")
        """What it says of where the code is; empty where that is no constant."""
        self.static_address = f"{caller.static_address}.module.{name}".lstrip(".")
        """Without instance keys."""

    @cached_property
    def instances(self) -> Instances:
        """What the call makes."""
        return self.caller.instances(self.block)

    @cached_property
    def missing(self) -> str:
        """Why the code is not at hand; empty: it is."""
        folder, root = self.folder, self.caller.root
        if folder is None:
            source = without_secrets(self.source) or "no source"
            return f"the code of {self.static_address} ({source}) is not here"
        hint = ""
        if folder in self.caller.chain or len(self.caller.chain) > MAX_DEPTH:
            is_cycle = folder in self.caller.chain
            why = "calls itself" if is_cycle else f"is more than {MAX_DEPTH} modules deep"
        elif not root.holds(folder):
            why = f"has its code in `{folder}`, outside the tree that may be read"
            hint = "widen the tree with --root DIR"
        elif not root.declarations(folder).is_there:
            why = f"has its code in `{folder}`, where there are no Terraform files"
            hint = "check the path in its `source`"
        elif root.modules + len(self.instances.known) > MAX_MODULES:
            why = f"makes more than {MAX_MODULES:,} module instances"
        else:
            root.modules += len(self.instances.known)
            return ""
        root.fault(self.block, f"{self.static_address} {why}", hint)
        return f"{self.static_address} {why}"

    @cached_property
    def folder(self) -> str | None:
        """Where its code is, or should be; None for code that was not fetched."""
        sources = self.caller.root.sources
        return sources.folder(self.source, self.block.location.path, self.static_address)

    @cached_property
    def _modules(self) -> Mapping[str, Module]:
        if self.missing or self.folder is None:
            return {}
        code = self.caller.root, self.folder, self.caller.root.declarations(self.folder)
        made = (Module(*code, Called(self, each)) for each in self.instances)
        return {each.called.instance.suffix: each for each in made if each.called}

    @property
    def modules(self) -> Iterable[Module]:
        """The instances whose code is at hand, the open one last."""
        return self._modules.values()

    def module(self, instance: Instance) -> Module:
        """Give one of the instances."""
        return self._modules[instance.suffix]


class Called:
    """Through which call, and as which of its instances, a module is there."""

    __slots__ = ("call", "instance", "scope")

    def __init__(self, call: Call, instance: Instance) -> None:
        self.call = call
        self.instance = instance
        self.scope = call.caller.scope(instance)


class Module:
    """One module instance; an open one stands for all that there may be."""

    def __init__(
        self, root: Root, folder: str, declarations: Declarations, called: Called | None
    ) -> None:
        self.root = root
        self.folder = folder
        self.declared = declarations
        self.called = called
        self.files = root.files
        caller = called.call.caller if called else None
        self.caller = caller
        self.address = ""
        """With instance keys: `module.app["eu"]`; empty for the root."""
        self.static_address = ""
        """Without instance keys."""
        if called is not None and caller is not None:
            own = f"module.{called.call.name}{called.instance.suffix}"
            self.address = f"{caller.address}.{own}".lstrip(".")
            self.static_address = called.call.static_address
        self.chain: frozenset[str] = frozenset({folder, *(caller.chain if caller else ())})
        """Its own folder and those of its callers."""
        self._memo = Memo(root.budget, self.address)
        self._calls: dict[str, Call] = {}
        self._instances: dict[int, Instances] = {}

    def callers(self) -> Iterator[Module]:
        """Give the module that calls this one, and so on up to the root."""
        caller = self.caller
        while caller is not None:
            yield caller
            caller = caller.caller

    def calls(self) -> Iterator[Call]:
        """Give all module calls, in the order in which they are written."""
        for name in self.declared.calls:
            yield self.call(name)

    def call(self, name: str) -> Call:
        """Give one module call; raises Failure where there is none."""
        if name not in self._calls:
            block = self.declared.calls.get(name)
            if block is None:
                raise self._undeclared(f"module.{name}")
            self._calls[name] = Call(self, name, block)
        return self._calls[name]

    def instances(self, block: Block) -> Instances:
        """Give what `count` or `for_each` make of a block; a wrong one is a fault."""
        found = self._instances.get(id(block))
        if found is None:
            found = instances(block.body, lambda each: evaluate(each, self, self.root.budget))
            found = self._instances[id(block)] = self.root.bounded(found)
            if found.fault:
                self.root.fault(block, found.fault)
        return found

    def scope(self, instance: Instance) -> Module | InstanceScope:
        """Give the scope for the expressions of one instance."""
        return self if instance is SINGLE else InstanceScope(self, instance)

    def value(
        self,
        expression: Expression,
        bindings: Mapping[str, Value] | None = None,
        scope: Module | InstanceScope | None = None,
    ) -> Value:
        """Evaluate an expression; one that is wrong is Unknown."""
        try:
            return evaluate(expression, scope or self, self.root.budget, bindings)
        except Failure as exc:
            return Unknown(exc.message)

    # The scope of the module's expressions.

    def variable(self, name: str) -> Value:
        """Give `var.name`."""
        return self._memo.value(f"var.{name}", partial(self._variable, name))

    def local(self, name: str) -> Value:
        """Give `local.name`."""
        return self._memo.value(f"local.{name}", partial(self._local, name))

    def resource(self, type_: str, name: str) -> Value:
        """Give a managed resource."""
        return self._memo.value(f"{type_}.{name}", partial(self._resource, type_, name))

    def data(self, type_: str, name: str) -> Value:
        """Give a data source: most of it is read only when planning."""
        return self._memo.value(f"data.{type_}.{name}", partial(self._data, type_, name))

    def module(self, name: str) -> Value:
        """Give the outputs of a module call."""
        return self._memo.value(f"module.{name}", partial(self._outputs, name))

    def each(self, part: str) -> Value:
        """Refuse."""
        raise Failure(f"each.{part} has a meaning only beside `for_each`")

    def count_index(self) -> Value:
        """Refuse."""
        raise Failure("count.index has a meaning only beside `count`")

    def path(self, kind: str) -> Value:
        """Give `path.module`, `path.root`; `path.cwd` is not known."""
        if kind == "root":
            return "."
        if kind == "module":
            return self.spelling
        return Unknown(f"path.{kind} depends on where Terraform runs")

    @cached_property
    def spelling(self) -> str:
        """Its folder as Terraform spells it: the caller's, and what the call says."""
        source = self.called.call.source.replace("\\", "/") if self.called else ""
        if self.caller is not None and source.startswith(LOCAL):
            return posixpath.normpath(posixpath.join(self.caller.spelling, source))
        return posixpath.relpath(self.folder, self.root.folder)

    def itself(self) -> Value:
        """Refuse."""
        raise Failure("self has no meaning here")

    def terraform(self, name: str) -> Value:
        """Give `terraform.workspace` where the caller knows it."""
        if name == "workspace":
            unknown = Unknown("terraform.workspace is not given (--workspace NAME)")
            return self.root.workspace or unknown
        return Unknown(f"terraform.{name} is not known before a plan")

    def output(self, name: str) -> Value:
        """Give one of its outputs; raises KeyError where it has no such output."""
        block = self.declared.outputs[name]
        return self._memo.value(f"output.{name}", partial(self._output, block))

    def _variable(self, name: str) -> Value:
        declared = self.declared.variables.get(name)
        if declared is None:
            raise self._undeclared(f"var.{name}")
        given, is_given = self._given(name)
        if (
            given is None
            and declared.default is not None
            and not (is_given and declared.is_nullable)
        ):
            given, is_given = evaluate(declared.default, self.root.defaults, self.root.budget), True
        if is_given and given is None and not declared.is_nullable:
            raise Failure("it is null, which it does not allow")
        if not is_given:
            given = Unknown(f"{_of(f'var.{name}', self)} has no value")
        value = conform(
            given,
            declared.constraint,
            lambda default: evaluate(default, self.root.defaults, self.root.budget),
        )
        return marked(value, Sensitive(None)) if declared.is_sensitive else value

    def _given(self, name: str) -> tuple[Value, bool]:
        """Give a variable's value from outside, and whether there is one."""
        if self.called is None:
            return self.root.given.get(name), name in self.root.given
        argument = self.called.call.block.body.attributes.get(name)
        if argument is None:
            return None, False
        return evaluate(argument.expression, self.called.scope, self.root.budget), True

    def _local(self, name: str) -> Value:
        attribute = self.declared.locals.get(name)
        if attribute is None:
            raise self._undeclared(f"local.{name}")
        return evaluate(attribute.expression, self, self.root.budget)

    def _output(self, block: Block) -> Value:
        attribute = block.body.attributes.get("value")
        if attribute is None:
            raise Failure("it has no value")
        value = evaluate(attribute.expression, self, self.root.budget)
        return marked(value, Sensitive(None)) if block.literal("sensitive") == "true" else value

    def remember(self, name: str, compute: Callable[[], Value]) -> Value:
        """Give a value of this module by name, computed once."""
        return self._memo.value(name, compute)

    def _outputs(self, name: str) -> Value:
        call = self.call(name)
        if call.missing:
            hidden = Object({}, complete=False, reason=call.missing)
            return call.instances.collect(lambda _: hidden)
        return call.instances.collect(lambda each: Outputs(call.module(each)).value)

    def _resource(self, type_: str, name: str) -> Value:
        block = self.declared.resources.get((type_, name))
        if block is None:
            raise self._undeclared(f"{type_}.{name}")
        found = self.instances(block)
        return found.collect(lambda each: Attributes(self, block, each).value)

    def _data(self, type_: str, name: str) -> Value:
        block = self.declared.data.get((type_, name))
        reason = f"data.{type_}.{name} is read only when Terraform plans"
        known = block and self.root.known_data(self, block, SINGLE)
        if not (block and known):
            return Unknown(reason)
        read = Object(known, complete=False, reason=reason, kind="object")
        return self.instances(block).collect(lambda _: read)

    def resource_address(self, block: Block, instance: Instance) -> str:
        """Give the address of one resource."""
        return f"{self.address}.{'.'.join(block.labels)}{instance.suffix}".lstrip(".")

    def _undeclared(self, name: str) -> Failure:
        where = "" if self.declared.is_whole else " in what could be read"
        return Failure(f"{_of(name, self)} is not declared{where}")


def _nothing(_module: Module, _block: Block, _instance: Instance) -> Mapping[str, Value]:
    return {}


def _of(name: str, module: Module) -> str:
    return f"{name} of {module.static_address}" if module.static_address else name
