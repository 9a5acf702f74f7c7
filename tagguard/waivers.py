"""All that can stand against a failure: exemptions in a file and in the input, and the baseline.

A waived failure is a finding all the same, with its own status. Nothing here judges.
"""

from __future__ import annotations

from collections.abc import Iterable

from tagguard.exemptions import Exemptions
from tagguard.findings import INVENTORY, Judged, finding_of, with_hint
from tagguard.inline_exemptions import InlineExemptions
from tagguard.model import UNOWNED, Ignore, Outcome
from tagguard.report import ExemptionUse, Finding


class Waivers:
    """The waivers of one run."""

    def __init__(
        self, exemptions: Exemptions, inline: InlineExemptions, baseline: frozenset[str]
    ) -> None:
        """Take those of the exemptions file and of the input, and fingerprints known before."""
        self._exemptions = exemptions
        self._inline = inline
        self._baseline = baseline

    def meet(self, ignores: Iterable[Ignore]) -> None:
        """Take note of waivers in the input, whether or not anything needs them."""
        self._inline.meet(ignores)

    def finding(self, outcome: Outcome, one: Judged, *, times: int = 1) -> Finding:
        """Make a failure ready to be read; where a waiver was meant for it in vain, a hint says so.

        Each waiver that is meant for it counts as used so many `times`. One in the exemptions file
        is named first.
        """
        resource, team = one.resource, one.team
        inline = self._inline.waiver(outcome, resource)
        ours = self._exemptions.waiver(outcome, one.by_selectors, one.value_of, times=times)
        found = ours or inline
        if found is None:
            outcome = with_hint(outcome, self._inline.refusal(outcome, resource))
        return finding_of(outcome, resource, team, exemption=found, baseline=self._baseline)

    def inventory_finding(self, outcome: Outcome) -> Finding:
        """Make what a policy says of no single resource ready to be read: nobody can waive it."""
        return finding_of(outcome, INVENTORY, UNOWNED, baseline=self._baseline)

    def uses(self, *, partial: bool) -> tuple[ExemptionUse, ...]:
        """Say what became of each, by id or place; of a `partial` run, nothing of unused ones."""
        rows = (*self._exemptions.uses(partial=partial), *self._inline.uses(partial=partial))
        return tuple(sorted(rows, key=_order))


def _order(use: ExemptionUse) -> tuple[str, int, int]:
    place = use.location
    return (place.path, place.line or 0, place.column or 0) if place else (use.id, 0, 0)
