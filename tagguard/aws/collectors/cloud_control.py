"""Asks the Cloud Control API for every resource of a CloudFormation type that the caller names.

A listing shows identifiers, seldom ARNs and seldom tags: what it does not show is not known. It
covers no type: an identifier without an ARN proves nothing of what another API shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tagguard.aws import arns
from tagguard.aws.collectors import (
    Api,
    Call,
    Collector,
    CollectorOptions,
    MissingError,
    RefusedError,
    Target,
)
from tagguard.aws.collectors.answers import homes, sighting, tags_of
from tagguard.aws.sightings import Sighting
from tagguard.catalog import Catalog, Entry

LIST_RESOURCES = Call("cloudcontrol", "ListResources", "cloudformation:ListResources")

GLOBAL_SERVICES = ("cloudfront:", "iam:", "route53:")
"""Services whose resources Cloud Control would list again in every Region."""

UNLISTED: Mapping[str, str] = {
    "TypeNotFoundException": "has no such type here",
    "UnsupportedActionException": "cannot list this type",
    "InvalidRequestException": "lists this type only below a parent that is named",
}
"""The API's code -> what it means when a type is listed."""

UNAUTHORIZED = "not authorized to perform"
"""What the message says where the listing itself is permitted, but not what it calls in turn."""

EC2 = {
    f"AWS::EC2::{native}": f"arn:{{partition}}:ec2:{{region}}:{{account}}:{live}/{{id}}"
    for native, live in {
        "DHCPOptions": "dhcp-options",
        "FlowLog": "vpc-flow-log",
        "Instance": "instance",
        "InternetGateway": "internet-gateway",
        "LaunchTemplate": "launch-template",
        "NatGateway": "natgateway",
        "NetworkAcl": "network-acl",
        "NetworkInterface": "network-interface",
        "RouteTable": "route-table",
        "SecurityGroup": "security-group",
        "Subnet": "subnet",
        "TransitGateway": "transit-gateway",
        "VPC": "vpc",
        "VPCEndpoint": "vpc-endpoint",
        "VPNGateway": "vpn-gateway",
        "Volume": "volume",
    }.items()
}

ARNS: Mapping[str, str] = EC2 | {
    native: f"arn:{{partition}}:{rest}"
    for native, rest in {
        "AWS::ApiGateway::RestApi": "apigateway:{region}::/restapis/{id}",
        "AWS::ApiGatewayV2::Api": "apigateway:{region}::/apis/{id}",
        "AWS::Athena::WorkGroup": "athena:{region}:{account}:workgroup/{id}",
        "AWS::CloudFront::Distribution": "cloudfront::{account}:distribution/{id}",
        "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{id}",
        "AWS::CodeBuild::Project": "codebuild:{region}:{account}:project/{id}",
        "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{id}",
        "AWS::ECR::Repository": "ecr:{region}:{account}:repository/{id}",
        "AWS::ECS::Cluster": "ecs:{region}:{account}:cluster/{id}",
        "AWS::EFS::FileSystem": "elasticfilesystem:{region}:{account}:file-system/{id}",
        "AWS::EKS::Cluster": "eks:{region}:{account}:cluster/{id}",
        "AWS::Glue::Crawler": "glue:{region}:{account}:crawler/{id}",
        "AWS::Glue::Database": "glue:{region}:{account}:database/{id}",
        "AWS::Glue::Job": "glue:{region}:{account}:job/{id}",
        "AWS::KMS::Key": "kms:{region}:{account}:key/{id}",
        "AWS::Kinesis::Stream": "kinesis:{region}:{account}:stream/{id}",
        "AWS::KinesisFirehose::DeliveryStream": "firehose:{region}:{account}:deliverystream/{id}",
        "AWS::Lambda::Function": "lambda:{region}:{account}:function:{id}",
        "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{id}",
        "AWS::OpenSearchService::Domain": "es:{region}:{account}:domain/{id}",
        "AWS::RDS::DBCluster": "rds:{region}:{account}:cluster:{id}",
        "AWS::RDS::DBInstance": "rds:{region}:{account}:db:{id}",
        "AWS::Redshift::Cluster": "redshift:{region}:{account}:cluster:{id}",
        "AWS::Route53::HostedZone": "route53:::hostedzone/{id}",
        "AWS::S3::Bucket": "s3:::{id}",
        "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    }.items()
}
"""Type -> its ARN by primary identifier; `name` is what follows the identifier's last `/`.

Source: the service authorization reference. Types that are not here have an ARN as identifier or
among their properties, or one that cannot be told from the identifier.
"""


class CloudControl:
    """Every resource of one type."""

    sees_untagged = True
    covers: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    calls: Sequence[Call] = (LIST_RESOURCES,)

    def __init__(self, type_: str) -> None:
        self.type = type_
        self.name = f"cloudcontrol/{type_}"

    def regions(self, regions: Sequence[str], partition: str) -> Sequence[str]:
        """Give every Region of the scan; for a global service its home Region alone."""
        once = arns.type_of(self.type).startswith(GLOBAL_SERVICES)
        return (homes(partition)[:1] or regions[:1]) if once else regions

    def collect(self, api: Api) -> Iterator[list[Sighting]]:
        """Yield pages. Raises MissingError("unavailable", …) where the type cannot be listed."""
        entry = Catalog().lookup("cloudformation", self.type)
        try:
            for page in api.pages(LIST_RESOURCES, token="NextToken", TypeName=self.type):  # noqa: S106 - a field's name
                yield [
                    self._seen(api.target, entry, one["Identifier"], one.get("Properties", ""))
                    for one in page.get("ResourceDescriptions", ())
                    if one.get("Identifier")
                ]
        except RefusedError as exc:
            raise self._explained(exc) from exc

    def _seen(self, target: Target, entry: Entry | None, id_: str, properties: str) -> Sighting:
        try:
            known = msgspec.json.decode(properties or "{}", type=dict[str, object])
        except msgspec.DecodeError:
            known = {}
        shown = known.get(entry.attribute) if entry else None
        return sighting(
            target,
            arn_of(target, self.type, id_, known) or f"{self.type}/{id_}",
            tags_of(shown, entry.key, entry.value) if entry else None,
            type_=self.type,
            region=arns.GLOBAL if self.type == "AWS::S3::Bucket" else "",
        )

    def _explained(self, exc: RefusedError) -> MissingError:
        if exc.code in UNLISTED:
            return MissingError(
                "unavailable", f"Cloud Control {UNLISTED[exc.code]}: {exc.message}", hint=exc.hint
            )
        if UNAUTHORIZED in exc.message:
            return MissingError(
                "denied",
                exc.message,
                hint=f"permit what the list handler of {self.type} needs: its resource schema "
                "names the actions",
            )
        return exc


def arn_of(target: Target, type_: str, id_: str, properties: Mapping[str, object]) -> str:
    """Give the ARN that the properties or the identifier hold or make up; empty if they do not."""
    own = f"{type_.rpartition('::')[2]}Arn"
    for shown in (properties.get("Arn"), properties.get(own), id_):
        if isinstance(shown, str) and shown.startswith("arn:") and "|" not in shown:
            return shown
    return ARNS.get(type_, "").format(
        partition=target.partition,
        region=target.region,
        account=target.account,
        id=id_,
        name=id_.rpartition("/")[2],
    )


def collectors(options: CollectorOptions) -> Sequence[Collector]:
    """Make one collector a type that the caller names."""
    return tuple(CloudControl(type_) for type_ in options.types)
