"""How near two words are: tells a typo from a different word."""

from __future__ import annotations

from collections.abc import Iterable

TYPO_LIMITS = ((5, 1), (9, 2))
"""(shortest word, edits allowed): in short words one edit already makes another word."""
TYPOS_AMONG = 300
"""Longest list of words in which a typo is looked for."""


def folded(word: str) -> str:
    """Reduce a key to its letters and digits, without case: `cost-center ` -> `costcenter`."""
    return "".join(char for char in word.casefold() if char.isalnum())


def is_typo(written: str, meant: str, *, shortest: int = 0) -> bool:
    """Tell whether `written` is `meant` with as few slips as its length allows.

    Below `shortest` letters nothing is taken for a typo.
    """
    if min(len(written), len(meant)) < shortest:
        return False
    allowed = 0
    for length, edits in TYPO_LIMITS:
        if min(len(written), len(meant)) >= length:
            allowed = edits
    return allowed > 0 and distance(written, meant, most=allowed) <= allowed


class Lexicon:
    """Known words, and which of them was most likely meant by another."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {word: word.casefold() for word in words}
        self._by_folded: dict[str, str] = {}
        for word in self._words:
            self._by_folded.setdefault(folded(word), word)

    def nearest(self, written: str) -> str | None:
        """Give the word that is alike but for case and spacing, or of which this is a typo.

        A typo is only looked for in a short list: each comparison takes some microseconds.
        """
        alike = self._by_folded.get(folded(written))
        if alike is not None and alike != written:
            return alike
        if len(self._words) > TYPOS_AMONG:
            return None
        best, best_distance = None, 3
        lower = written.casefold()
        for word, folded_case in self._words.items():
            if word != written and is_typo(lower, folded_case):
                steps = distance(lower, folded_case, most=2)
                if steps < best_distance:
                    best, best_distance = word, steps
        return best


def distance(left: str, right: str, *, most: int) -> int:
    """Count edits (insert, delete, replace, swap neighbours); `most + 1` when there are more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if last and j > 1 and char == right[j - 2] and left[i - 2] == other:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
