"""Writes an abstract resource as the tools themselves write it: as a plan, as a template.

How each provider and each service shapes tags stands here a second time, by hand: the suite must
not read it from the catalog that it judges.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import yaml

from tests.conformance.case import THIS, UNKNOWN, Abstract, Case, Plan, Planned

REGISTRY = "registry.terraform.io/hashicorp/"
LOGICAL = THIS.capitalize()
_INDEX = re.compile(r"\[[^\]]*\]$")


class Pair(NamedTuple):
    """One kind of resource in Terraform and in CloudFormation."""

    terraform: str
    cloudformation: str
    property: str = "Tags"
    is_map: bool = False
    """CloudFormation takes a map instead of a list of `Key` and `Value`."""
    awscc: str = ""


PAIRS = {
    "aws:s3/bucket": Pair("aws_s3_bucket", "AWS::S3::Bucket", awscc="awscc_s3_bucket"),
    "aws:sqs/queue": Pair("aws_sqs_queue", "AWS::SQS::Queue", awscc="awscc_sqs_queue"),
    "aws:sns/topic": Pair("aws_sns_topic", "AWS::SNS::Topic", awscc="awscc_sns_topic"),
    "aws:ec2/vpc": Pair("aws_vpc", "AWS::EC2::VPC", awscc="awscc_ec2_vpc"),
    "aws:ec2/instance": Pair("aws_instance", "AWS::EC2::Instance", awscc="awscc_ec2_instance"),
    "aws:rds/db": Pair("aws_db_instance", "AWS::RDS::DBInstance", awscc="awscc_rds_db_instance"),
    "aws:ssm/parameter": Pair("aws_ssm_parameter", "AWS::SSM::Parameter", is_map=True),
    "aws:glue/job": Pair("aws_glue_job", "AWS::Glue::Job", is_map=True),
    "aws:apigatewayv2/api": Pair("aws_apigatewayv2_api", "AWS::ApiGatewayV2::Api", is_map=True),
    "aws:eks/nodegroup": Pair("aws_eks_node_group", "AWS::EKS::Nodegroup", is_map=True),
    "aws:cognito/userpool": Pair(
        "aws_cognito_user_pool", "AWS::Cognito::UserPool", "UserPoolTags", is_map=True
    ),
    "aws:efs/filesystem": Pair("aws_efs_file_system", "AWS::EFS::FileSystem", "FileSystemTags"),
    "aws:route53/hostedzone": Pair(
        "aws_route53_zone", "AWS::Route53::HostedZone", "HostedZoneTags"
    ),
    "aws:backup/vault": Pair(
        "aws_backup_vault", "AWS::Backup::BackupVault", "BackupVaultTags", is_map=True
    ),
    "aws:servicecatalog/portfolio": Pair(
        "aws_servicecatalog_portfolio", "AWS::ServiceCatalog::Portfolio"
    ),
    "aws:s3/bucketpolicy": Pair("aws_s3_bucket_policy", "AWS::S3::BucketPolicy"),
    "aws:lambda/permission": Pair("aws_lambda_permission", "AWS::Lambda::Permission"),
    "aws:future/thing": Pair("aws_future_thing", "AWS::Future::Thing"),
}
UNTAGGABLE = {"aws:s3/bucketpolicy", "aws:lambda/permission"}
TAGGED = sorted(PAIRS.keys() - UNTAGGABLE - {"aws:future/thing"})


def to_plan(abstract: Abstract) -> Plan:
    """Write it for the aws provider, which merges its defaults into `tags_all` where it can."""
    after: dict[str, Any] = {}
    unknown: dict[str, Any] = {}
    if abstract.type not in UNTAGGABLE:
        after, unknown = _terraform_tags(abstract)
    expression = {"references": ["var.tags"]} if unknown else {"constant_value": abstract.tags}
    defaults = {"default_tags": [{"tags": {"constant_value": abstract.defaults}}]}
    resource = Planned(
        after=after, unknown=unknown, expressions={"tags": expression} if abstract.tags else {}
    )
    return Plan(
        resources={f"{PAIRS[abstract.type].terraform}.{THIS}": resource},
        providers={"aws": defaults if abstract.defaults else {}},
    )


def _terraform_tags(abstract: Abstract) -> tuple[dict[str, Any], dict[str, Any]]:
    if abstract.tags is UNKNOWN:
        return {}, {"tags": True, "tags_all": True}
    known = {key: value for key, value in abstract.tags.items() if value is not UNKNOWN}
    hidden = dict.fromkeys(abstract.tags.keys() - known.keys(), True)
    merged = abstract.defaults | {k: v for k, v in known.items() if v is not None}
    after: dict[str, Any] = {"tags": known or ({} if hidden else None)}
    if hidden:
        return after, {"tags": hidden, "tags_all": True}
    return (after | {"tags_all": merged}, {}) if merged else (after, {"tags_all": True})


def to_awscc_plan(abstract: Abstract) -> Plan:
    """Write it for the awscc provider: lists of `key` and `value`, no defaults.

    Every argument is optional and computed there, so one that nobody writes is unknown.
    """
    after: dict[str, Any] = {}
    unknown: dict[str, Any] = {"tags": True}
    if abstract.tags and abstract.tags is not UNKNOWN:
        pairs = abstract.tags.items()
        after["tags"] = [{"key": k} | ({} if v is UNKNOWN else {"value": v}) for k, v in pairs]
        unknown["tags"] = [{"value": True} if v is UNKNOWN else {} for _, v in pairs]
    address = f"{PAIRS[abstract.type].awscc}.{THIS}"
    expressions = {"tags": {"references": ["var.tags"]}} if abstract.tags else {}
    one = Planned(after=after, unknown=unknown, expressions=expressions)
    return Plan(resources={address: one})


def speaks_awscc(abstract: Abstract) -> bool:
    """Tell whether the awscc provider can say it: it knows neither defaults nor null entries."""
    tags = {} if abstract.tags is UNKNOWN else abstract.tags
    return bool(PAIRS[abstract.type].awscc) and not abstract.defaults and None not in tags.values()


def to_template(abstract: Abstract) -> dict[str, Any]:
    """Write it as a template; an unknown value is a parameter that nobody gave."""
    pair = PAIRS[abstract.type]
    template: dict[str, Any] = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Input": {"Type": "String"}},
        "Resources": {LOGICAL: {"Type": pair.cloudformation}},
    }
    if abstract.tags and abstract.type not in UNTAGGABLE:
        tags = _cloudformation_tags(abstract.tags, is_map=pair.is_map)
        template["Resources"][LOGICAL]["Properties"] = {pair.property: tags}
    return template


def _cloudformation_tags(tags: Any, *, is_map: bool) -> Any:
    if tags is UNKNOWN:
        return {"Fn::Transform": {"Name": "TagMacro"}}
    nothing = {"Ref": "AWS::NoValue"}
    values = {
        key: {"Ref": "Input"} if value is UNKNOWN else nothing if value is None else value
        for key, value in tags.items()
    }
    if is_map:
        return values
    return [v if v == nothing else {"Key": k, "Value": v} for k, v in values.items()]


def plan_bytes(plan: Plan) -> bytes:
    """Give the plan as `terraform show -json` writes it."""
    document: dict[str, Any] = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [_change(*one) for one in plan.resources.items()],
    }
    if plan.configured:
        root = {a: one for a, one in plan.resources.items() if not a.startswith("module.")}
        keys = {"aws", *(_provider(a, one) for a, one in root.items())} - plan.providers.keys()
        document["configuration"] = {
            "provider_config": {
                key: _configured(key, expressions)
                for key, expressions in ({key: {} for key in sorted(keys)} | plan.providers).items()
            },
            "root_module": {
                "resources": [_block(*one) for one in root.items()],
                "module_calls": plan.calls,
            },
        }
    return json.dumps(document | plan.more, ensure_ascii=False).encode()


def _configured(key: str, expressions: dict[str, Any]) -> dict[str, Any]:
    name, _, alias = key.rpartition(":")[2].partition(".")
    shown = {"name": name, "full_name": REGISTRY + name} | ({"alias": alias} if alias else {})
    return shown | ({"expressions": expressions} if expressions else {})


def _parts(address: str) -> tuple[str, str, str]:
    """Take an address apart: module with its instance keys, type, name without one."""
    module, type_, name = ["", *_INDEX.sub("", address).rsplit(".", 2)][-3:]
    return module.removesuffix("data").removesuffix("."), type_, name


def _provider(address: str, one: Planned) -> str:
    return one.provider or _parts(address)[1].partition("_")[0]


def _change(address: str, one: Planned) -> dict[str, Any]:
    module, type_, name = _parts(address)
    change = {
        "actions": one.actions,
        "before": one.before,
        "after": one.after,
        "after_unknown": one.unknown,
        "after_sensitive": one.sensitive,
        "importing": one.importing,
    }
    shown = {
        "address": address,
        "mode": one.mode,
        "type": type_,
        "name": name,
        "provider_name": REGISTRY + _provider(address, one),
        "change": change,
    }
    return shown | ({"module_address": module} if module else {})


def _block(address: str, one: Planned) -> dict[str, Any]:
    _, type_, name = _parts(address)
    return {
        "address": _INDEX.sub("", address),
        "mode": one.mode,
        "type": type_,
        "name": name,
        "provider_config_key": one.key or _provider(address, one),
        "expressions": one.expressions,
    }


def renderings(case: Case) -> dict[str, tuple[str, bytes]]:
    """Give every form in which the case can be written: name -> file name and content."""
    found: dict[str, tuple[str, bytes]] = {}
    if case.resource is not None:
        found["plan"] = "plan.json", plan_bytes(to_plan(case.resource))
        template = to_template(case.resource)
        found["yaml"] = "template.yaml", yaml.safe_dump(template, sort_keys=False).encode()
        found["json"] = "template.json", json.dumps(template).encode()
        if speaks_awscc(case.resource):
            found["awscc"] = "plan.json", plan_bytes(to_awscc_plan(case.resource))
    if case.plan is not None:
        found["plan"] = "plan.json", plan_bytes(case.plan)
    if case.template is not None:
        found["yaml"] = "template.yaml", case.template.encode()
    return found
