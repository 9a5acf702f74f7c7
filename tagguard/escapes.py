"""Text from strangers, made safe to print: one function for messages, reports and engines alike."""

from __future__ import annotations


def visible(text: str) -> str:
    r"""Give `text` with each character that does not print as its escape, such as `\x1b`.

    That covers control characters and line breaks, bidirectional overrides and other invisible
    formats, spaces other than U+0020, and lone surrogates, which no encoding could write.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
