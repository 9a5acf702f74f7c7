"""Reads the schema of a Terraform provider from its generated bindings.

A wheel of the `cdktn-provider-*` family, or of its forerunner, holds a jsii assembly: the
provider's schema as typed classes. One class a resource type (its summary links to the type's real
name), one structure for its arguments, one for each nested block. The wheel is read as a zip file;
nothing of it runs, and nothing here knows what a tag is.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from zipfile import ZipFile

import msgspec
from msgspec import Struct

RESOURCES = {"cdktn.TerraformResource", "cdktf.TerraformResource"}
"""What the class of a resource type is made from; older bindings have the second name."""


class Reference(Struct, frozen=True):
    """A type in the assembly: a primitive, a named structure, a collection or a union."""

    primitive: str = ""
    fqn: str = ""
    collection: Collection | None = None
    union: Union | None = None

    def item(self) -> Reference | None:
        """Give what a list holds, also where the list may be a late-bound value."""
        options = self.union.types if self.union else (self,)
        for option in options:
            if option.collection and option.collection.kind == "array":
                return option.collection.elementtype
        return None

    def is_map(self) -> bool:
        """Say whether it maps text to text."""
        return bool(
            self.collection
            and self.collection.kind == "map"
            and self.collection.elementtype.primitive == "string"
        )


class Collection(Struct, frozen=True):
    """A list or a map."""

    kind: str
    elementtype: Reference


class Union(Struct, frozen=True):
    """One of several types."""

    types: tuple[Reference, ...]


class Member(Struct, frozen=True):
    """A property of a class, or a parameter of its constructor."""

    name: str
    type: Reference


class Constructor(Struct, frozen=True):
    """What a class is made with; a resource's arguments come last."""

    parameters: tuple[Member, ...] = ()


class Docs(Struct, frozen=True):
    """A class's documentation."""

    summary: str = ""


class Class(Struct, frozen=True):
    """A class or structure of the assembly."""

    base: str = ""
    docs: Docs = Docs()
    properties: tuple[Member, ...] = ()
    initializer: Constructor = Constructor()


class Assembly(Struct, frozen=True):
    """The part of a jsii assembly that is read here."""

    types: dict[str, Class]


class ResourceType:
    """One Terraform resource type: its arguments, nested ones too, and what it shows."""

    def __init__(self, shown: Class, classes: Mapping[str, Class]) -> None:
        self._classes = classes
        self._shown = shown
        self._arguments = shown.initializer.parameters[-1].type.fqn
        self.name = shown.docs.summary.rpartition(" ")[2].rstrip("}.")

    def argument(self, path: str) -> Reference | None:
        """Give the type of the argument at a dotted path, or None where there is none."""
        *blocks, last = path.split(".")
        structure: str | None = self._arguments
        for block in blocks:
            structure = structure and self._structure(structure, block)
        return self._members(structure).get(last) if structure else None

    def _structure(self, owner: str, name: str) -> str | None:
        reference = self._members(owner).get(name)
        return ((reference.item() or reference).fqn or None) if reference else None

    def _members(self, structure: str) -> dict[str, Reference]:
        found = self._classes.get(structure)
        return {snake(one.name): one.type for one in found.properties} if found else {}

    def shows(self, path: str) -> bool:
        """Say whether it has the attribute at this path, computed ones included."""
        block, _, last = path.rpartition(".")
        if not block:
            return last in {snake(one.name) for one in self._shown.properties}
        structure = self._structure(self._arguments, block)
        return structure is not None and last in self._members(f"{structure}OutputReference")

    def is_map(self, path: str) -> bool:
        """Say whether the argument at this path maps text to text."""
        reference = self.argument(path)
        return reference is not None and reference.is_map()

    def places(self, names: Container[str]) -> tuple[str, ...]:
        """Give the paths of all arguments, nested ones too, that have one of these names."""
        known: dict[str, tuple[str, ...]] = {}

        def below(structure: str) -> tuple[str, ...]:
            if structure not in known:
                known[structure] = ()  # a structure that holds itself is not followed
                known[structure] = tuple(
                    path
                    for name, reference in self._members(structure).items()
                    for path in (
                        *((name,) if name in names else ()),
                        *(f"{name}.{rest}" for rest in below((reference.item() or reference).fqn)),
                    )
                )
            return known[structure]

        return tuple(sorted(below(self._arguments)))

    def item_members(self, path: str) -> set[str]:
        """Give the member names of the objects in the list at this path."""
        reference = self.argument(path)
        item = reference.item() if reference else None
        return set(self._members(item.fqn)) if item else set()


def snake(name: str) -> str:
    """Give Terraform's spelling of a binding's name: `tagsAll` is `tags_all`."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def resource_types(wheel: Path) -> Iterator[ResourceType]:
    """Yield the resource types that a wheel of bindings describes."""
    with ZipFile(wheel) as archive:
        (bundle,) = (name for name in archive.namelist() if name.endswith(".jsii.tgz"))
        with archive.open(bundle) as packed, tarfile.open(fileobj=packed) as files:
            assembly = files.extractfile("package/.jsii")
            assert assembly, "the assembly is a regular file"
            classes = msgspec.json.decode(assembly.read(), type=Assembly).types
    for shown in classes.values():
        if shown.base in RESOURCES:
            yield ResourceType(shown, classes)


def provider_version(wheel: Path) -> str:
    """Give the version of the Terraform provider that the bindings were made from."""
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        found = re.search(r"provider version (\S+)", archive.read(name).decode())
    assert found, f"{wheel.name} does not name its provider's version"
    return found[1]
