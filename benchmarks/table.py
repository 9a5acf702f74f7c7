"""Turns results into the printed table of ratios and the lines below it."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.results import Figure, Result

SHOWN = 3
"""How many missed and how many invented entries are printed."""


def table(results: Sequence[Result]) -> str:
    """Give all figures as one table; a work that failed has a row without numbers."""
    rows: list[tuple[str, ...]] = [("work", "tagguard", "floor", "ratio", "budget", "")]
    for result in results:
        rows += [_row(figure) for figure in result.figures()]
        if result.failure:
            rows.append((result.work.name, "-", "-", "-", "-", "FAILED"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    name, *numbers, verdict = row
    cells = [cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)]
    return "  ".join([name.ljust(widths[0]), *cells, verdict]).rstrip()


def _row(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        _quantity(figure.ours, figure.unit),
        _quantity(figure.floor, figure.unit),
        f"{figure.value:.2f}{figure.value_unit}",
        f"{figure.budget:g}{figure.value_unit}",
        "ok" if figure.within else "over",
    )


def _quantity(value: float, unit: str) -> str:
    return f"{value / 1e6:.0f} MB" if unit == "MB" else f"{value:.3f} s"


def notes(results: Sequence[Result]) -> list[str]:
    """Say which verdicts were found, missed and invented, what failed, and what memory it took."""
    lines = []
    for result in results:
        if result.failure:
            lines.append(f"{result.work.name}: {result.failure}")
        if result.together:
            budget = result.work.memory_budget
            lines.append(
                f"{result.work.name}: all processes held {_quantity(result.together, 'MB')} at "
                f"most, {'within' if result.together <= budget else 'over'} the budget of "
                f"{_quantity(budget, 'MB')}"
            )
        if agreement := result.agreement:
            missed, invented = len(agreement.missed), len(agreement.invented)
            lines.append(
                f"{result.work.name}: verdicts found {agreement.found:,}, "
                f"missed {missed:,}, invented {invented:,}"
            )
            lines += [f"  missed: {entry}" for entry in agreement.missed[:SHOWN]]
            lines += [f"  invented: {entry}" for entry in agreement.invented[:SHOWN]]
    return lines
