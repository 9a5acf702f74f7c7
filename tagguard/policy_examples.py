"""Reads the examples that stand beside policies.

Examples are a file ``examples.yaml`` or ``<anything>.examples.yaml``:

.. code-block:: yaml

    policy: cost-center-open            # whose examples these are
    today: 2026-01-01                   # the policy's clock; 1970-01-01 when it is left out
    data: {closed: [CC-0001]}           # what the configuration's `data` would hold
    taxonomy: {keys: {}}                # what `data.taxonomy` holds
    examples:
      - name: a closed centre
        resource:                       # or `resources: […]` for a policy over the inventory
          type: aws_s3_bucket
          tags: {CostCenter: CC-0001, Owner: {unknown: var.owner}}
          tags_complete: true           # also: address, provider, source, account, region, team,
          attributes: {acl: private}    # taggable, change
        expect: fail                    # fail | pass | undetermined
        key: CostCenter                 # optional: the key that the policy must name
        message: closed                 # optional: a part of what it must say
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from tagguard.documents import locate, lookup, parse, to_data
from tagguard.errors import DocumentError, PolicyError
from tagguard.model import UNOWNED, Change, Location, Owned, Resource, Tag, Taggable, TagSet
from tagguard.policies import shown
from tagguard.validation import positioned, read_record


class UnknownValue(Struct, frozen=True, forbid_unknown_fields=True):
    """A tag value that is not known."""

    unknown: str


class ExampleResource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A resource as an example describes it."""

    type: str
    tags: dict[str, str | UnknownValue] = field(default_factory=dict)
    tags_complete: bool = True
    address: str = ""
    provider: str = "aws"
    source: str = "example"
    account: str | None = None
    region: str | None = None
    team: str = UNOWNED
    taggable: Taggable = "yes"
    change: Change = "none"
    attributes: dict[str, Any] = field(default_factory=dict)


class Example(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One resource, or inventory, and what the policy must say of it."""

    name: str
    resource: ExampleResource | None = None
    resources: list[ExampleResource] = field(default_factory=list)
    expect: Literal["fail", "pass", "undetermined"]
    key: str | None = None
    message: str | None = None


class ExampleFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The examples of one policy."""

    policy: str
    today: date = date(1970, 1, 1)
    data: dict[str, Any] = field(default_factory=dict)
    taxonomy: dict[str, Any] = field(default_factory=dict)
    examples: list[Example]


def example_files(paths: Iterable[Path]) -> dict[Path, bool]:
    """Find example files; False for those that only stand beside a policy file that was named."""
    found: dict[Path, bool] = {}
    for path in paths:
        folder, below = (path, "**/") if path.is_dir() else (path.parent, "")
        named = (f"{below}examples.yaml", f"{below}*.examples.yaml")
        for file in sorted(file for pattern in named for file in folder.glob(pattern)):
            known = next((one for one in found if one.samefile(file)), file)
            found[known] = found.get(known, False) or path.is_dir()
    return found


def read_examples(file: Path) -> ExampleFile:
    """Read one file. Raises PolicyError with every fault and its position."""
    where = shown(file)
    try:
        node = parse(file.read_text(encoding="utf-8-sig"))
        record, faults = read_record(node, ExampleFile)
    except (OSError, UnicodeDecodeError) as exc:
        raise PolicyError(f"{where}: the examples cannot be read: {exc}") from exc
    except DocumentError as exc:
        raise PolicyError(f"{where}:{exc.line}:{exc.column}: {exc.message}") from exc
    if record is None:
        raise PolicyError(f"the examples {where} are wrong", faults=positioned(faults, node, where))
    for at, example in enumerate(record.examples):
        if (example.resource is None) == (not example.resources):
            line, column = locate(node, ("examples", at))
            raise PolicyError(
                f"{where}:{line}:{column}: an example needs either `resource` or `resources`"
            )
    return _with_typed_values(record, node)


def _with_typed_values(record: ExampleFile, node: Node | None) -> ExampleFile:
    """Give `data`, `taxonomy` and `attributes` the numbers and booleans that the file shows.

    Everywhere else, tags above all, a scalar stays the text that was written.
    """
    document = msgspec.to_builtins(record, builtin_types=(date,))
    for name in ("data", "taxonomy"):
        if (part := lookup(node, name)) is not None:
            document[name] = to_data(part, _typed)
    listed = lookup(node, "examples")
    examples = listed.value if isinstance(listed, SequenceNode) else []
    for example, its_node in zip(document["examples"], examples, strict=True):
        one, many = lookup(its_node, "resource"), lookup(its_node, "resources")
        pairs = [(example["resource"], one)] if one is not None else []
        if isinstance(many, SequenceNode):
            pairs += zip(example["resources"], many.value, strict=True)
        for resource, resource_node in pairs:
            if isinstance(part := lookup(resource_node, "attributes"), MappingNode):
                resource["attributes"] = to_data(part, _typed)
    return msgspec.convert(document, ExampleFile, builtin_types=(date,))


def _typed(node: ScalarNode) -> Any:  # noqa: ANN401 - a scalar of any type
    """Read a plain scalar as JSON would; what is not JSON, is quoted or is a block is text."""
    if node.style in {'"', "'", "|", ">"}:
        return node.value
    try:
        return msgspec.json.decode(node.value)
    except msgspec.DecodeError:
        return node.value or None


def to_owned(described: ExampleResource, at: int) -> Owned:
    """Make the resource that an example describes, the one at `at` of its inventory."""
    tags = {
        key: Tag(key, value) if isinstance(value, str) else Tag(key, None, unknown=value.unknown)
        for key, value in described.tags.items()
    }
    resource = Resource(
        source=described.source,
        provider=described.provider,
        dialect="generic",
        type=described.type,
        address=described.address or f"{described.type}.example{at or ''}",
        scope="examples",
        account=described.account,
        region=described.region,
        tags=TagSet(tags, described.tags_complete, "" if described.tags_complete else "example"),
        taggable=described.taggable,
        change=described.change,
        location=Location("examples"),
        load_attributes=lambda: described.attributes,
    )
    return Owned(resource, described.team)
