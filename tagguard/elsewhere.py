"""Tags that are managed elsewhere: what is written may not be what is there.

Terraform's `ignore_changes` leaves tags to somebody else once the resource exists. A failure stays
a failure, for what is written is wrong already; but a pass proves nothing and becomes undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tagguard.coverage import PRESENT, UNDETERMINED, VALID
from tagguard.model import Outcome, Resource
from tagguard.taxonomy.reading import KeyReading, Reading

RULE = "missing-tag"


def undecided_passes(readings: Sequence[Reading], outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """Give what takes the place of each required key's pass.

    `readings` are those of a resource's open branches, or its only one; `outcomes` what the rules
    say of all of them together.
    """
    resource = readings[0].resource
    if resource.elsewhere is None:
        return
    judged = {outcome.key for outcome in outcomes}
    for index, one in enumerate(readings[0].keys):
        branches = [reading.keys[index] for reading in readings]
        name, record = one.key.name, one.key.record
        asked = any(each.required is not False for each in branches)
        if asked and name not in judged and any(is_elsewhere(resource, each) for each in branches):
            yield Outcome(
                verdict="undetermined",
                rule=RULE,
                key=name,
                severity=readings[0].taxonomy.severity(
                    RULE, record.severity, grace_until=one.key.required_from
                ),
                message=resource.elsewhere.reason,
            )


def settled_facts(facts: int, reading: Reading, one: KeyReading) -> int:
    """Give what coverage counts of a key: one that passes only as written is undetermined."""
    if facts & PRESENT and is_elsewhere(reading.resource, one):
        assert one.tag is not None
        return UNDETERMINED if facts & VALID or one.tag.value is None else facts
    return facts


def is_elsewhere(resource: Resource, one: KeyReading) -> bool:
    """Tell whether the tag that counts as a key's own is left to somebody else."""
    left = resource.elsewhere
    return left is not None and one.tag is not None and (not left.keys or one.tag.key in left.keys)
