"""Keys and values must not carry blanks and invisible characters that nobody meant to write."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from tagguard import Context, Resource, policy
from tagguard.python_policies import Verdict


@policy(
    "stray-space",
    severity="warning",
    summary="A key or value begins or ends with a blank, or hides an invisible character",
)
def stray_space(resource: Resource, ctx: Context) -> Iterator[Verdict]:
    """`prod ` and `prod` look alike and are two rows in every bill."""
    for tag in resource.tags:
        if tag.platform:
            continue
        for noun, text in (("key", tag.key), ("value", tag.value or "")):
            if text.isascii() and text.strip() == text and text.isprintable():
                continue
            if (fault := _fault(text)) is not None:
                yield ctx.fail(
                    tag.key,
                    f"the {noun} {fault}",
                    expected=repr(_cleaned(text)),
                    actual=repr(text),
                    hint="type it anew: copied text brings such characters along",
                )


def _fault(text: str) -> str | None:
    if text != text.strip():
        return "begins or ends with a blank"
    for character in text:
        if character != " " and unicodedata.category(character) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            return f"hides the invisible character U+{ord(character):04X}"
    return None


def _cleaned(text: str) -> str:
    kept = (one for one in text if unicodedata.category(one) not in {"Cc", "Cf"})
    return " ".join("".join(kept).split())
