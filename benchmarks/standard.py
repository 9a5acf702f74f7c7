"""The tag standard of the generated organisation, and the ways in which its teams break it.

Every resource draws one `Fate`. Because the fate states what must be reported, the suite knows
the truth without asking tagguard. This module knows no file format.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

TEAMS = ("billing", "checkout", "identity", "ledger", "mobile", "platform", "search", "shipping")
STAGES = ("prod", "staging", "dev")

TAXONOMY = """\
schema: tagguard/taxonomy/1
name: benchmark
version: 1.0.0
keys:
  Owner:
    required: true
    format: email
  CostCenter:
    required: true
    pattern: "CC-[0-9]{4}"
  Environment:
    required: true
    values: [prod, staging, dev]
    value_aliases: {production: prod}
  DataClass:
    required:
      when: {types: [aws_s3_bucket, "AWS::S3::Bucket"]}
    values: [public, internal, secret]
  Service:
    pattern: "[a-z][a-z0-9-]+"
  password:
    forbidden: true
"""

TEAMS_FILE = "teams:\n" + "".join(
    f'  - name: {team}\n    contacts: ["{team}@acme.example"]\n'
    f'    match: {{tags: {{Service: "{team}-*"}}}}\n'
    for team in TEAMS
)

CONFIG = "taxonomy: taxonomy.yaml\nteams: teams.yaml\n"

POLICY_ID = "no-legacy-service"
POLICY = """\
# METADATA
# title: Services called legacy are to be renamed
# custom:
#   severity: info
package tagguard.policies.no_legacy_service

violation contains {"key": "Service", "msg": msg} if {
\tservice := input.resource.tags.Service
\tendswith(service, "-legacy")
\tmsg := sprintf("%s still runs on %s", [service, input.resource.type])
}
"""

LEGACY_SHARE = 0.03

FORBIDDEN_KEY = "password"
MASKED = "(sensitive)"
"""What a report shows of the value of `FORBIDDEN_KEY`."""
ANYWHERE = ""
"""Path of a truth that does not say which file a checker must name."""


@dataclass(frozen=True)
class Fate:
    """What befalls the tags of one resource, and what a checker must then say."""

    name: str
    share: int
    """Of a thousand resources that take tags."""
    edit: Mapping[str, Any] = field(default_factory=dict)
    """Tags that are written otherwise than they should be; None leaves one out."""
    findings: tuple[tuple[str, str], ...] = ()
    """Rule and key of each finding."""
    undetermined: tuple[str, ...] = ()
    """Keys that nobody can decide."""

    @property
    def bucket(self) -> str:
        """The bucket in which such a resource ends."""
        if self.findings:
            return "noncompliant"
        return "undetermined" if self.undetermined else "compliant"

    def spoil(self, tags: Mapping[str, Any]) -> dict[str, Any]:
        """Give the tags as the resource's author wrote them."""
        return {key: value for key, value in {**tags, **self.edit}.items() if value is not None}


SPOILT = (
    Fate("missing-owner", 15, {"Owner": None}, (("missing-tag", "Owner"),)),
    Fate("empty-cost-center", 10, {"CostCenter": ""}, (("empty-tag", "CostCenter"),)),
    Fate("wrong-environment", 15, {"Environment": "qa"}, (("invalid-value", "Environment"),)),
    Fate(
        "misnamed-cost-center",
        10,
        {"CostCenter": None, "costcenter": "CC-1234"},
        (("misnamed-key", "CostCenter"),),
    ),
    Fate("password", 5, {FORBIDDEN_KEY: "example"}, (("forbidden-key", FORBIDDEN_KEY),)),
    Fate(
        "two-faults",
        5,
        {"Owner": None, "CostCenter": "CC-12"},
        (("missing-tag", "Owner"), ("invalid-value", "CostCenter")),
    ),
)
"""The faults that every input format can express; a format adds what is unknown in its own way."""


def draw(rng: random.Random, fates: tuple[Fate, ...]) -> Fate:
    """Draw one of `fates` by its share; what they leave of a thousand is clean."""
    point = rng.randrange(1000)
    for fate in fates:
        point -= fate.share
        if point < 0:
            return fate
    return Fate("clean", 0)


def good_tags(rng: random.Random, name: str, *, stores_data: bool) -> dict[str, Any]:
    """Give the tags of a resource as the standard wants them, `Environment` included."""
    team = rng.choice(TEAMS)
    legacy = "-legacy" if rng.random() < LEGACY_SHARE else ""
    tags = {
        "Name": name,
        "Owner": f"{team}@acme.example",
        "CostCenter": f"CC-{rng.randrange(1000, 9999)}",
        "Environment": rng.choice(STAGES),
        "Service": f"{team}-{rng.choice(('api', 'worker', 'batch', 'ui'))}{legacy}",
        "ManagedBy": "iac",
        "Repository": f"acme/{team}-infrastructure",
    }
    return {**tags, "DataClass": "internal"} if stores_data else tags


@dataclass
class Truth:
    """What a checker must report of a workload.

    Every entry starts with the input's path, or with `ANYWHERE`.
    """

    findings: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Path, address, rule, key."""
    undetermined: list[tuple[str, str, str]] = field(default_factory=list)
    """Path, address, key."""
    policy: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Findings that come on top with `POLICY`."""
    buckets: Counter[str] = field(default_factory=Counter)
    implied: Counter[str] = field(default_factory=Counter)
    """Buckets of what the resources imply."""

    def judge(self, path: str, address: str, fate: Fate, tags: dict[str, Any]) -> None:
        """Note what must be said of a resource that takes tags; `tags` are those that are known."""
        self.buckets[fate.bucket] += 1
        self.findings += [(path, address, rule, key) for rule, key in fate.findings]
        self.undetermined += [(path, address, key) for key in fate.undetermined]
        if str(tags.get("Service", "")).endswith("-legacy"):
            self.policy.append((path, address, POLICY_ID, "Service"))

    def to_data(self) -> dict[str, Any]:
        """Give plain data for a JSON file."""
        return {
            "findings": self.findings,
            "undetermined": self.undetermined,
            "policy": self.policy,
            "buckets": dict(self.buckets),
            "implied": dict(self.implied),
        }
