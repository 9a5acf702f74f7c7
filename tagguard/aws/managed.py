"""Tells what the platform made and no team can be asked for.

Three kinds of evidence: how the ARN is spelt, what the service's own API says of the resource, and
tags that only AWS can set. Nothing here guesses: what a team may have made is the team's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

USER = "user"
"""Made by a team, or by nobody knows whom."""
AWS = "aws"
"""Made by AWS, where no single service can be named."""
NO_FACTS: Mapping[str, object] = {}


def managed_by(
    arn: str,
    type_: str,
    tags: Mapping[str, str] | None = None,
    facts: Mapping[str, object] = NO_FACTS,
) -> str:
    """Give the service that made the resource, or `user`.

    `type_` is the live type. `tags` are None where they are not known. `facts` are the resource as
    the service's own API describes it, with its members spelt as there (`IsDefault`) or as in an
    item of AWS Config (`isDefault`); whatever is of no interest is left alone.

    What AWS makes in every account for teams to use (default networks, the default event bus …)
    is a team's once somebody has tagged it.
    """
    maker = _spelt(arn, type_) or _told(type_, facts)
    if maker:
        return maker
    own = tags is not None and any(not key.startswith(RESERVED) for key in tags)
    if own:
        return USER
    return _spare(arn, type_, facts) or _tagged(tags or {}) or USER


def _spelt(arn: str, type_: str) -> str:
    """Give who made it, as its ARN tells."""
    if arn.split(":", 5)[4:5] == [AWS]:  # arn:aws:iam::aws:policy/ReadOnlyAccess
        return AWS
    found = SPELT[type_].search(arn) if type_ in SPELT else None
    if found is None:
        return ""
    return _service(found["by"] or "") if "by" in found.re.groupindex else AWS


RESERVED = "aws:"

SPELT: Mapping[str, re.Pattern[str]] = {
    type_: re.compile(pattern)
    for type_, pattern in {
        # IAM: service-linked roles; the roles and the provider of IAM Identity Center
        "iam:role": r":role/(?:aws-service-role|aws-reserved)/(?P<by>[^/]+)/",
        "iam:saml-provider": r":saml-provider/AWS(?P<by>SSO)_\w+_DO_NOT_DELETE$",
        # KMS: aliases of AWS managed keys
        "kms:alias": r":alias/aws/",
        # Secrets Manager: names of managed secrets begin with the service's id
        "secretsmanager:secret": r":secret:(?P<by>[a-z0-9-]+)!",
        # RDS: automated snapshots begin with `rds:`, those of AWS Backup with `awsbackup:`
        "rds:snapshot": r":snapshot:(?:rds|aws(?P<by>backup)):",
        "rds:cluster-snapshot": r":cluster-snapshot:(?:rds|aws(?P<by>backup)):",
        "rds:pg": r":pg:default\.",
        "rds:cluster-pg": r":cluster-pg:default\.",
        "rds:og": r":og:default:",
        # ElastiCache, MemoryDB, Redshift: names with a dot or a colon are refused to people
        "elasticache:parametergroup": r":parametergroup:default\.",
        "elasticache:snapshot": r":snapshot:automatic\.",
        "memorydb:parametergroup": r":parametergroup/default\.",
        "memorydb:snapshot": r":snapshot/automatic\.",
        "memorydb:acl": r":acl/open-access$",
        "redshift:parametergroup": r":parametergroup:default\.",
        "redshift:snapshot": r":snapshot:[^/:]+/rds:",
        # Rules that a service made for itself
        "config:config-rule": r":config-rule/aws-service-rule/(?P<by>[^/]+)/",
        # Names that begin so are refused to people
        "codedeploy:deploymentconfig": r":deploymentconfig:CodeDeployDefault\.",
        "ssm:document": r":[a-z0-9-]*::document/|:document/(?:AWS|Amazon)-",
        "ssm:parameter": r":parameter/aws/",
        "ecs:capacity-provider": r":capacity-provider/FARGATE(?:_SPOT)?$",
        "ecs:cluster": r":cluster/AWS(?P<by>Batch)-",
        "backup:backup-vault": r":backup-vault:aws/",
        "athena:datacatalog": r":datacatalog/AwsDataCatalog$",
        "cassandra:keyspace": r":/keyspace/system(?:_\w+)?/",
    }.items()
}
"""Live type -> how the ARN of what AWS made is spelt; `by` is the service, else it is AWS.

Source: each service's user guide, under the names that it reserves.
"""

SPARE: Mapping[str, re.Pattern[str]] = {
    type_: re.compile(pattern)
    for type_, pattern in {
        "events:event-bus": r":event-bus/default$",
        "athena:workgroup": r":workgroup/primary$",
        "scheduler:schedule-group": r":schedule-group/default$",
        "glue:registry": r":registry/default-registry$",
        "glue:database": r":database/default$",
        "xray:group": r":group/Default/",
        "xray:sampling-rule": r":sampling-rule/Default$",
        "elasticache:subnetgroup": r":subnetgroup:default$",
        "elasticache:user": r":user:default$",
        "memorydb:subnetgroup": r":subnetgroup/default$",
        "memorydb:user": r":user/default$",
        "rds:secgrp": r":secgrp:default$",
        "rds:subgrp": r":subgrp:default$",
        "apprunner:autoscalingconfiguration": r":autoscalingconfiguration/DefaultConfiguration/",
        "redshift:securitygroup": r":securitygroup:default$",
        "backup:backup-vault": r":backup-vault:Default$",
    }.items()
}
"""Live type -> how the ARN of what is there from the beginning is spelt, until a team tags it."""


def _spare(arn: str, type_: str, facts: Mapping[str, object]) -> str:
    """Give who made it, if AWS makes one for everybody's use and nobody has tagged it."""
    if type_ in SPARE and SPARE[type_].search(arn):
        return AWS
    return AWS if type_ in DEFAULTS and DEFAULTS[type_](facts) else ""


def _told(type_: str, facts: Mapping[str, object]) -> str:
    """Give who made it, as the service's API tells."""
    if not facts:
        return ""
    if _member(facts, "Operator.Managed") is True:
        return _service(_text(facts, "Operator.Principal"))
    return TOLD[type_](facts) if type_ in TOLD else ""


def _member(facts: Mapping[str, object], path: str) -> object:
    found: object = facts
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        own = found.get(name)
        found = found.get(f"{name[0].lower()}{name[1:]}") if own is None else own
    return found


def _text(facts: Mapping[str, object], name: str) -> str:
    found = _member(facts, name)
    return found if isinstance(found, str) else ""


def _service(principal: str) -> str:
    """Give a service by its principal: `autoscaling.amazonaws.com` is `autoscaling`."""
    return principal.partition(".")[0].lower() or AWS


Fact = Callable[[Mapping[str, object]], str]


def _named(member: str) -> Fact:
    """Say that this member, where there is one, names the service."""

    def maker(facts: Mapping[str, object]) -> str:
        principal = _text(facts, member)
        return _service(principal) if principal else ""

    return maker


def _one_of(member: str, makers: Mapping[str, str]) -> Fact:
    """Say who is meant by this member's words, whatever their case."""
    return lambda facts: makers.get(_text(facts, member).lower(), "")


def _flag(member: str) -> Fact:
    return lambda facts: AWS if _member(facts, member) is True else ""


TOLD: Mapping[str, Fact] = {
    "acm:certificate": _named("ManagedBy"),
    "config:config-rule": _named("CreatedBy"),
    "dynamodb:table/backup": _one_of("BackupType", {"system": AWS, "aws_backup": "backup"}),
    "ec2:elastic-ip": _named("ServiceManaged"),
    "ec2:network-interface": _flag("RequesterManaged"),
    "ec2:snapshot": _one_of("OwnerAlias", {"amazon": AWS}),
    "ec2:vpc-endpoint": _flag("RequesterManaged"),
    "elasticache:snapshot": _one_of("SnapshotSource", {"automated": AWS, "system": AWS}),
    "events:event-bus": _named("ManagedBy"),
    "events:rule": _named("ManagedBy"),
    "fsx:backup": _one_of("Type", {"automatic": AWS, "aws_backup": "backup"}),
    "kms:key": _one_of("KeyManager", {"aws": AWS}),
    "memorydb:snapshot": _one_of("Source", {"automated": AWS}),
    "rds:cluster-snapshot": _one_of("SnapshotType", {"automated": AWS, "awsbackup": "backup"}),
    "rds:snapshot": _one_of("SnapshotType", {"automated": AWS, "awsbackup": "backup"}),
    "redshift:snapshot": _one_of("SnapshotType", {"automated": AWS}),
    "route53:healthcheck": _named("LinkedService.ServicePrincipal"),
    "route53:hostedzone": _named("LinkedService.ServicePrincipal"),
    "secretsmanager:secret": _named("OwningService"),
    "ssm:document": _one_of("Owner", {"amazon": AWS}),
}
"""Live type -> what its API says of who made it. Source: the service models of botocore."""


def _main(facts: Mapping[str, object]) -> bool:
    associations = _member(facts, "Associations")
    return isinstance(associations, Iterable) and any(
        isinstance(one, Mapping) and _member(one, "Main") is True for one in associations
    )


DEFAULTS: Mapping[str, Callable[[Mapping[str, object]], bool]] = {
    "ec2:network-acl": lambda facts: _member(facts, "IsDefault") is True,
    "ec2:route-table": _main,
    "ec2:security-group": lambda facts: _text(facts, "GroupName") == "default",
    "ec2:subnet": lambda facts: _member(facts, "DefaultForAz") is True,
    "ec2:vpc": lambda facts: _member(facts, "IsDefault") is True,
}
"""Live type -> whether AWS adds it to every network, or it is a part of the default one."""


TEAMS = frozenset({"cloudformation", "servicecatalog"})
"""Services behind whose tags a team stands: it made the stack or the product."""
NEUTRAL = frozenset({"createdBy", "ec2launchtemplate"})
"""Tags that tell how, but not on whose behalf a resource was made."""


def _tagged(tags: Mapping[str, str]) -> str:
    """Give who made it, as the tags tell that only AWS can set: `aws:autoscaling:groupName`."""
    if owner := tags.get("aws:secretsmanager:owningService"):
        return _service(owner)
    services = {key.split(":", 2)[1] for key in tags if key.startswith(RESERVED)} - NEUTRAL
    return "" if services & TEAMS or not services else min(services)
