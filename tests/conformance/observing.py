"""Reads an input with the real sources, judges it with the real engine, and says what it saw."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import asdict

from tagguard.engine import Engine, Setup
from tagguard.exemptions import Exemptions
from tagguard.model import Location, Resource
from tagguard.owners import Owners, Step
from tagguard.report import Report, Tool
from tagguard.rules import RULES, load_rule
from tagguard.sources import Document, ModuleFile, ReadOptions
from tagguard.sources.reading import Reader
from tagguard.taxonomy.loading import load_taxonomy
from tagguard.taxonomy.standard import Taxonomy
from tagguard.tree import Tree
from tests.conformance.case import FOLDER, HCL, TAXONOMIES, UNKNOWN, Case, Expected, read_yaml
from tests.conformance.rendering import renderings
from tests.conformance.source_rendering import AWSCC, ENDINGS, roots

SOURCES = {HCL, AWSCC}
HEAD = {"schema": "tagguard/taxonomy/1", "name": "conformance", "version": "1.0.0"}


class Seen(Struct):
    """What was read of an input, and what was made of it."""

    resources: list[Resource]
    report: Report


@cache
def rules() -> list[Any]:
    """Give the built-in rules."""
    return [load_rule(one) for one in RULES]


@cache
def named_taxonomies() -> dict[str, dict[str, Any]]:
    """Give the taxonomies that cases share."""
    found: dict[str, dict[str, Any]] = read_yaml((FOLDER / TAXONOMIES).read_text("utf-8"))
    return found


def taxonomy(document: str | dict[str, Any], today: str) -> Taxonomy:
    """Load a taxonomy that a case names or holds."""
    body = named_taxonomies()[document] if isinstance(document, str) else document
    return _loaded(yaml.safe_dump({**HEAD, **body}, sort_keys=False), today)


@cache
def _loaded(text: str, today: str) -> Taxonomy:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "taxonomy.yaml")
        file.write_text(text, "utf-8")
        return load_taxonomy(file, where=file.name, today=date.fromisoformat(today))


@cache
def plain_reader() -> Reader:
    """Give the sources as a run without options has them; they keep nothing between inputs."""
    return Reader(ReadOptions())


def judge(
    documents: Sequence[Document | ModuleFile],
    standard: Taxonomy,
    options: ReadOptions | None = None,
    squad: Step | None = None,
    *,
    changed_only: bool = False,
) -> Seen:
    """Read the documents and judge what they hold; `squad` names a resource's team."""
    reader = Reader(options) if options else plain_reader()
    items = list(reader.read(documents))
    setup = Setup(
        taxonomy=standard,
        rules=rules(),
        owners=Owners([squad] if squad else [], [], closed=False),
        exemptions=Exemptions([], today=date(2026, 11, 23), max_days=None),
        list_resources=True,
        changed_only=changed_only,
    )
    engine = Engine(setup)
    engine.judge(items)
    report = engine.report(tool=Tool("tagguard", "0", "0"), inputs=[], skipped=0)
    return Seen([one for one in items if isinstance(one, Resource)], report)


def see(case: Case, form: str, folder: Path | None = None) -> Seen:
    """Run one form of a case; `folder` takes the files that it names."""
    standard = taxonomy(case.taxonomy, case.today)
    root = roots(case).get(form)
    if root is not None:
        with tempfile.TemporaryDirectory() as place:
            options = options_of(case, tree_of(root, Path(place)))
            return judge(module_files(case, root), standard, options)
    name, data = renderings(case)[form]
    options = options_of(case)
    if folder is not None and options is not None:
        options = options_of(case, tree_of({**case.files, name: data.decode()}, folder))
    return judge([Document(name, data)], standard, options, changed_only=case.changed_only)


def options_of(case: Case, tree: Tree | None = None) -> ReadOptions | None:
    """Give the options of a case; none for one that needs none."""
    stack_tags = case.stack_tags or (case.resource.defaults if case.resource else {})
    if not any((case.parameters, stack_tags, case.catalog, case.files, tree)):
        return None
    return ReadOptions(
        parameters=case.parameters,
        stack_tags=stack_tags,
        catalog=case.catalog,
        tree=tree,
        source=case.source,
    )


def tree_of(files: Mapping[str, str], folder: Path) -> Tree:
    """Write files into a folder, which is all that may then be read."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Tree([folder], cwd=folder)


def module_files(case: Case, root: Mapping[str, str]) -> list[ModuleFile]:
    """Give the files of a root as they are found when its folder is walked."""
    return [
        ModuleFile(path, explicit=False)
        for path in sorted(root)
        if path.endswith(ENDINGS)
        and path.startswith(case.source or "")
        and not path.startswith(".terraform/")
    ]


def short(address: str) -> str:
    """Name a resource without its type: `aws_instance.this#volume` and `This#volume` are alike."""
    creator, mark, name = address.partition("#")
    return creator.rpartition(".")[2].lower() + mark + name


def place(location: Location | None) -> str:
    """Write a location as cases do."""
    if location is None:
        return ""
    return location.path + (f":{location.line}" if location.line else "")


def outcome(seen: Seen, resource: Resource) -> dict[str, Any]:
    """Give everything that a case may ask of one resource."""
    address, tags = resource.address, resource.tags
    assert seen.report.resources
    listed = {one.address: one for one in seen.report.resources}[address]
    findings = [one for one in seen.report.findings if one.resource == address]
    undecided = [one for one in seen.report.undetermined if one.resource == address]
    return {
        "bucket": listed.bucket,
        "findings": sorted(
            f"{one.rule}:{one.key or '-'}" + (f" {one.severity}" * (one.severity != "error"))
            for one in findings
        ),
        "undetermined": sorted({one.key or "-" for one in undecided}),
        "tags": {tag.key: UNKNOWN if tag.value is None else tag.value for tag in tags},
        "complete": tags.complete,
        "provenance": {tag.key: tag.provenance for tag in tags},
        "overrides": {tag.key: tag.overrides for tag in tags},
        "reasons": {one.key or "-": one.reason for one in undecided},
        "type": resource.type,
        "change": resource.change,
        "changes_tags": resource.changes_tags,
        "platform": sorted(tag.key for tag in tags if tag.platform),
        "at": place(resource.location),
        "lines": {tag.key: place(tag.location) for tag in tags},
    }


def asked(expected: Expected, actual: Mapping[str, Any], form: str) -> dict[str, Any]:
    """Give what a case asks of one resource; what it leaves out of a part is as it was seen."""
    word = "stack" if form in {"yaml", "json"} else "default_tags@aws"
    unasked = {"change", "changes_tags"} if form in SOURCES else set()
    wanted: dict[str, Any] = {}
    for field, value in asdict(expected).items():
        if field in {"findings", "undetermined"}:
            wanted[field] = sorted(value)
        elif field in unasked or (value in (None, {}) and field != "tags"):
            continue
        elif field in {"provenance", "overrides"}:
            said = {key: word if text == "defaults" else text for key, text in value.items()}
            wanted[field] = actual[field] | said
        elif field == "lines":
            wanted[field] = actual[field] | value
        elif field == "reasons":
            wanted[field] = {
                key: text if value.get(key, "") in text else f"… {value[key]} …"
                for key, text in actual[field].items()
            } | {key: text for key, text in value.items() if key not in actual[field]}
        elif value is not None:
            wanted[field] = value
    return wanted


def compare(case: Case, form: str, seen: Seen) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what was seen and what was to be seen, alike where the case holds."""
    actual: dict[str, Any] = {}
    expected = case.in_form(form).expected
    wanted: dict[str, Any] = dict.fromkeys(expected)
    for resource in seen.resources:
        name = resource.address
        if name not in expected:
            name = short(name)
        actual[name] = outcome(seen, resource)
        if name in expected:
            wanted[name] = asked(expected[name], actual[name], form)
            actual[name] = {field: actual[name][field] for field in wanted[name]}
    actual["exemptions"] = {one.id: one.state for one in seen.report.exemptions}
    wanted["exemptions"] = case.exemptions
    problems = [one.message for one in seen.report.problems]
    actual["problems"], wanted["problems"] = problems, case.problems
    if len(problems) == len(case.problems) and all(
        part in message for part, message in zip(case.problems, problems, strict=True)
    ):
        wanted["problems"] = problems
    return actual, wanted
