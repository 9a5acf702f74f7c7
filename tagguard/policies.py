"""What Python and Rego policies share: where they lie, what they are called, what they may say.

Nothing here loads or runs a policy; the two runners (`tagguard.python_policies`, `tagguard.rego`)
do, and neither knows the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal

from tagguard.errors import PolicyError, did_you_mean
from tagguard.model import BUILTIN_RULES, SENSITIVE, Crash, Outcome, PolicyInfo, Resource, Severity
from tagguard.shipped import shipped

SHIPPED = "tagguard:"
"""Begins the name of a policy that ships with tagguard: ``tagguard:no-placeholder-values``."""

MAX_TEXT = 2_000
"""Longest text that a policy may put into a report; the rest is cut."""

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def resolve(path: str, *, base: Path = Path()) -> Path:
    """Find the file or folder that the caller calls `path`, relative to `base`.

    ``tagguard:NAME`` is a shipped Rego policy, a shipped Python policy, or a pack of them. Raises
    PolicyError for a name that is not shipped, a path that is not there, and one without policies:
    a mistyped path must not pass for a clean scan.
    """
    if path.startswith(SHIPPED):
        name = path.removeprefix(SHIPPED)
        known = shipped_policies()
        if name not in known:
            raise PolicyError(
                f"no policy called `{path}` ships with tagguard{did_you_mean(name, known)}",
                hint=f"choose one of: {', '.join(SHIPPED + name for name in sorted(known))}",
            )
        return known[name]
    found = base / path
    if not files([found], ".py") and not files([found], ".rego"):
        raise PolicyError(
            f"`{path}` holds no policy",
            hint="a policy is a .py or .rego file whose name does not mark it as private "
            "(`_x.py`) or as a test (`test_x.py`, `x_test.rego`)",
        )
    return found


def shipped_policies() -> dict[str, Path]:
    """Give every shipped policy and pack by the name that follows ``tagguard:``."""
    packs, bundle = shipped("policies"), shipped("rego") / "tagguard" / "policies"
    folders = [folder for parent in (packs, bundle) for folder in sorted(parent.glob("*/"))]
    named = [folder for folder in folders if files([folder], ".py") or files([folder], ".rego")]
    return {place.stem.replace("_", "-"): place for place in [*named, *files([packs], ".py")]}


def files(paths: Iterable[Path], suffix: str, *, tests: bool = False) -> list[Path]:
    """List the policy files with `suffix` in `paths` and the folders below, in a stable order.

    Hidden folders, private files and tests do not count (`tests`: only ``*_test`` files do). A file
    that two paths reach is listed once. Raises PolicyError for a path that does not exist.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        if not path.exists():
            raise PolicyError(f"there is no policy file or folder `{path.as_posix()}`")
        for file in [path] if path.is_file() else sorted(path.rglob(f"*{suffix}")):
            hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
            if file.suffix == suffix and not hidden and _counts(file, tests=tests):
                found.setdefault(file.resolve(), file)
    return list(found.values())


def _counts(file: Path, *, tests: bool) -> bool:
    if file.stem.endswith("_test"):
        return tests
    private = file.stem.startswith(("_", "test_")) or file.name == "conftest.py"
    return not tests and not private and file.is_file()


def shown(path: Path) -> str:
    """Name a policy file for people: as the caller did, or ``tagguard:…`` for a shipped one."""
    for content in ("rego", "policies"):
        folder = shipped(content)
        if path.is_relative_to(folder):
            return SHIPPED + path.relative_to(folder.parent).as_posix()
    return path.as_posix()


def check_ids(policies: Iterable[PolicyInfo]) -> None:
    """Raise PolicyError for an id that is malformed, built in, or claimed twice.

    Each runner checks its own; who joins runners checks them together.
    """
    claimed: dict[str, PolicyInfo] = {}
    for info in policies:
        if not _KEBAB.fullmatch(info.id):
            raise PolicyError(
                f"{info.origin}: the policy id `{info.id}` is not in kebab-case",
                hint="use lower-case letters, digits and single hyphens: `cost-center-open`",
            )
        if info.id in BUILTIN_RULES:
            raise PolicyError(
                f"{info.origin}: the policy id `{info.id}` is one of tagguard's own rules",
                hint="give the policy another id",
            )
        if info.id in claimed:
            raise PolicyError(
                f"two policies are called `{info.id}`: {claimed[info.id].origin} and {info.origin}",
                hint="ids are what exemptions and reports refer to: rename one of the two",
            )
        claimed[info.id] = info


class Mask:
    """Hides the sensitive tag values of some resources in texts that were made from them.

    The values are gathered with the first text, for most resources have no text.
    """

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        values = {
            tag.value
            for judged in self._resources
            for resource in (judged, judged.creator)
            if resource is not None
            for tags in (resource.tags, *(variant.tags for variant in resource.variants))
            for tag in tags
            if tag.sensitive and tag.value
        }
        longest_first = sorted(values, key=lambda value: (-len(value), value))
        return re.compile("|".join(map(re.escape, longest_first))) if values else None

    def __call__(self, text: str) -> str:
        """Give `text` without sensitive values, and no longer than a report can bear."""
        if self._pattern is not None:
            text = self._pattern.sub(SENSITIVE, text)
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"


def outcome(
    info: PolicyInfo,
    verdict: Literal["fail", "undetermined"],
    resource: Resource | None,
    texts: Mapping[str, str | None],
    *,
    mask: Mask,
    severity: Severity | None = None,
) -> Outcome:
    """Put a policy's words into an `Outcome`: `texts` has message, key, expected, actual, hint."""
    key = texts.get("key")
    said = {name: mask(text) for name, text in texts.items() if text is not None and name != "key"}
    return Outcome(
        verdict=verdict,
        rule=info.id,
        key=key,
        severity=severity or info.severity,
        message=said["message"],
        expected=said.get("expected"),
        actual=said.get("actual"),
        hint=said.get("hint", ""),
        tag=resource.tags.get(key) if resource is not None and key is not None else None,
        confidential=info.confidential,
    )


def crash(
    info: PolicyInfo,
    at: int | None,
    resource: Resource | None,
    reason: str,
    place: str,
    *,
    mask: Mask,
) -> Crash:
    """Say that a policy crashed, on `resource` where it was given one; `place` may be empty."""
    return Crash(
        policy=info,
        at=at,
        stage="policy",
        where=info.id if resource is None else f"{info.id} on {resource.address}",
        message=mask(f"{reason} ({place})" if place else reason),
        hint="the policy crashed: what it would have said of this is not known",
    )
