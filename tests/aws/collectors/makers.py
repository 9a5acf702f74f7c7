"""Makes resources of many types by their services' own APIs, with or without tags."""
# ruff: noqa: ARG001 - makers are called alike, whether or not their API takes tags

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from tests.aws.collectors.direct import DirectApi

ACCOUNT = "123456789012"
REGION = "us-east-1"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def small(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


def specified(type_: str, tags: Mapping[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {"TagSpecifications": [{"ResourceType": type_, "Tags": pairs(tags)}]}


def ec2_arn(resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:ec2:{REGION}:{account}:{resource}"


MAKERS: dict[str, Callable[[DirectApi, str, Mapping[str, str]], str]] = {}
"""Listing -> makes one of its resources by the service's own API, and gives its ARN."""


def makes(name: str):
    def register(maker):
        MAKERS[name] = maker
        return maker

    return register


@makes("ec2-instance")
def instance(api, name, tags):
    (made,) = api.client("ec2").run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, **specified("instance", tags)
    )["Instances"]
    return ec2_arn(f"instance/{made['InstanceId']}")


@makes("ec2-volume")
def volume(api, name, tags):
    made = api.client("ec2").create_volume(
        AvailabilityZone="us-east-1a", Size=1, **specified("volume", tags)
    )
    return ec2_arn(f"volume/{made['VolumeId']}")


@makes("ec2-snapshot")
def snapshot(api, name, tags):
    made = api.client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=1)
    made = api.client("ec2").create_snapshot(
        VolumeId=made["VolumeId"], **specified("snapshot", tags)
    )
    return ec2_arn(f"snapshot/{made['SnapshotId']}", "")


@makes("ec2-image")
def image(api, name, tags):
    (machine,) = api.client("ec2").run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1)[
        "Instances"
    ]
    made = api.client("ec2").create_image(
        InstanceId=machine["InstanceId"], Name=name, **specified("image", tags)
    )
    return ec2_arn(f"image/{made['ImageId']}", "")


@makes("ec2-elastic-ip")
def address(api, name, tags):
    made = api.client("ec2").allocate_address(Domain="vpc", **specified("elastic-ip", tags))
    return ec2_arn(f"elastic-ip/{made['AllocationId']}")


@makes("ec2-vpc")
def vpc(api, name, tags):
    made = api.client("ec2").create_vpc(CidrBlock="10.9.0.0/16", **specified("vpc", tags))["Vpc"]
    return ec2_arn(f"vpc/{made['VpcId']}")


def subnet_id(api, tags: Mapping[str, str] = {}):
    network = vpc(api, "", {}).rpartition("/")[2]
    made = api.client("ec2").create_subnet(
        VpcId=network, CidrBlock="10.9.1.0/24", **specified("subnet", tags)
    )
    return made["Subnet"]["SubnetId"]


@makes("ec2-subnet")
def subnet(api, name, tags):
    return ec2_arn(f"subnet/{subnet_id(api, tags)}")


@makes("ec2-natgateway")
def nat_gateway(api, name, tags):
    made = api.client("ec2").create_nat_gateway(
        SubnetId=subnet_id(api), ConnectivityType="private", **specified("natgateway", tags)
    )["NatGateway"]
    return ec2_arn(f"natgateway/{made['NatGatewayId']}")


@makes("ec2-security-group")
def security_group(api, name, tags):
    made = api.client("ec2").create_security_group(
        GroupName=name,
        Description="x",
        VpcId=vpc(api, "", {}).rpartition("/")[2],
        **specified("security-group", tags),
    )
    return ec2_arn(f"security-group/{made['GroupId']}")


@makes("ec2-network-interface")
def network_interface(api, name, tags):
    made = api.client("ec2").create_network_interface(
        SubnetId=subnet_id(api), **specified("network-interface", tags)
    )["NetworkInterface"]
    return ec2_arn(f"network-interface/{made['NetworkInterfaceId']}")


@makes("ec2-transit-gateway")
def transit_gateway(api, name, tags):
    made = api.client("ec2").create_transit_gateway(**specified("transit-gateway", tags))
    return ec2_arn(f"transit-gateway/{made['TransitGateway']['TransitGatewayId']}")


@makes("autoscaling-group")
def auto_scaling_group(api, name, tags):
    client = api.client("autoscaling")
    client.create_launch_configuration(
        LaunchConfigurationName=name, ImageId="ami-12c6146b", InstanceType="t2.micro"
    )
    client.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchConfigurationName=name,
        MinSize=0,
        MaxSize=0,
        AvailabilityZones=["us-east-1a"],
        Tags=[{**one, "PropagateAtLaunch": True} for one in pairs(tags)],
    )
    (made,) = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return made["AutoScalingGroupARN"]


@makes("elb")
def load_balancer(api, name, tags):
    zone = {"CidrBlock": "10.9.2.0/24", "AvailabilityZone": "us-east-1b"}
    first = subnet_id(api)
    (known,) = api.client("ec2").describe_subnets(SubnetIds=[first])["Subnets"]
    second = api.client("ec2").create_subnet(VpcId=known["VpcId"], **zone)["Subnet"]["SubnetId"]
    given = {"Tags": pairs(tags)} if tags else {}
    (made,) = api.client("elbv2").create_load_balancer(Name=name, Subnets=[first, second], **given)[
        "LoadBalancers"
    ]
    return made["LoadBalancerArn"]


@makes("elb-target-group")
def target_group(api, name, tags):
    given = {"Tags": pairs(tags)} if tags else {}
    (made,) = api.client("elbv2").create_target_group(
        Name=name, Protocol="HTTP", Port=80, VpcId=vpc(api, "", {}).rpartition("/")[2], **given
    )["TargetGroups"]
    return made["TargetGroupArn"]


@makes("elb-classic")
def classic_load_balancer(api, name, tags):
    api.client("elb").create_load_balancer(
        LoadBalancerName=name,
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=["us-east-1a"],
    )
    return f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/{name}"


@makes("s3-bucket")
def bucket(api, name, tags):
    api.client("s3").create_bucket(Bucket=name)
    return f"arn:aws:s3:::{name}"


@makes("rds-db")
def database(api, name, tags):
    return api.client("rds").create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="root",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=20,
        Tags=pairs(tags),
    )["DBInstance"]["DBInstanceArn"]


@makes("rds-cluster")
def database_cluster(api, name, tags):
    return api.client("rds").create_db_cluster(
        DBClusterIdentifier=name,
        Engine="aurora-postgresql",
        MasterUsername="root",
        MasterUserPassword="not-a-secret",
        Tags=pairs(tags),
    )["DBCluster"]["DBClusterArn"]


@makes("rds-snapshot")
def database_snapshot(api, name, tags):
    database(api, f"{name}-of", {})
    return api.client("rds").create_db_snapshot(
        DBSnapshotIdentifier=name, DBInstanceIdentifier=f"{name}-of", Tags=pairs(tags)
    )["DBSnapshot"]["DBSnapshotArn"]


@makes("dynamodb-table")
def table(api, name, tags):
    return api.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=pairs(tags),
    )["TableDescription"]["TableArn"]


def role_arn(api, name, tags: Mapping[str, str] = {}):
    given = {"Tags": pairs(tags)} if tags else {}
    return api.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **given)[
        "Role"
    ]["Arn"]


@makes("iam-role")
def role(api, name, tags):
    return role_arn(api, name, tags)


@makes("iam-user")
def user(api, name, tags):
    given = {"Tags": pairs(tags)} if tags else {}
    return api.client("iam").create_user(UserName=name, **given)["User"]["Arn"]


@makes("lambda-function")
def function(api, name, tags):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "")
    return api.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=role_arn(api, f"{name}-role"),
        Handler="main.x",
        Code={"ZipFile": code.getvalue()},
        Tags=tags,
    )["FunctionArn"]


@makes("ecs-cluster")
def ecs_cluster(api, name, tags):
    made = api.client("ecs").create_cluster(clusterName=name, tags=small(tags))
    return made["cluster"]["clusterArn"]


@makes("ecs-service")
def ecs_service(api, name, tags):
    client = api.client("ecs")
    client.create_cluster(clusterName=name)
    client.register_task_definition(
        family=name, containerDefinitions=[{"name": "x", "image": "x", "memory": 1, "cpu": 1}]
    )
    return client.create_service(
        cluster=name, serviceName=name, taskDefinition=name, desiredCount=0, tags=small(tags)
    )["service"]["serviceArn"]


@makes("eks-cluster")
def eks_cluster(api, name, tags):
    return api.client("eks").create_cluster(
        name=name, roleArn=role_arn(api, f"{name}-role"), resourcesVpcConfig={}, tags=tags
    )["cluster"]["arn"]


@makes("eks-nodegroup")
def nodegroup(api, name, tags):
    eks_cluster(api, name, {})
    return api.client("eks").create_nodegroup(
        clusterName=name,
        nodegroupName=name,
        nodeRole=role_arn(api, f"{name}-node"),
        subnets=["subnet-1"],
        tags=tags,
    )["nodegroup"]["nodegroupArn"]


@makes("ecr-repository")
def repository(api, name, tags):
    made = api.client("ecr").create_repository(repositoryName=name, tags=pairs(tags))
    return made["repository"]["repositoryArn"]


@makes("efs-file-system")
def file_system(api, name, tags):
    made = api.client("efs").create_file_system(CreationToken=name, Tags=pairs(tags))
    return made["FileSystemArn"]


@makes("elasticache-cluster")
def cache(api, name, tags):
    return api.client("elasticache").create_cache_cluster(
        CacheClusterId=name, Engine="redis", CacheNodeType="cache.t3.micro", NumCacheNodes=1
    )["CacheCluster"]["ARN"]


@makes("opensearch-domain")
def domain(api, name, tags):
    made = api.client("opensearch").create_domain(DomainName=name, TagList=pairs(tags))
    return made["DomainStatus"]["ARN"]


@makes("redshift-cluster")
def warehouse(api, name, tags):
    api.client("redshift").create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.large",
        MasterUsername="root",
        MasterUserPassword="Not-a-secret1",
        Tags=pairs(tags),
    )
    return f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:{name}"


@makes("sqs-queue")
def queue(api, name, tags):
    api.client("sqs").create_queue(QueueName=name, tags=tags)
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


@makes("sns-topic")
def topic(api, name, tags):
    return api.client("sns").create_topic(Name=name, Tags=pairs(tags))["TopicArn"]


@makes("kinesis-stream")
def stream(api, name, tags):
    api.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    return f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}"


@makes("firehose-stream")
def delivery_stream(api, name, tags):
    return api.client("firehose").create_delivery_stream(
        DeliveryStreamName=name,
        S3DestinationConfiguration={
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/x",
            "BucketARN": "arn:aws:s3:::x",
        },
    )["DeliveryStreamARN"]


@makes("logs-group")
def log_group(api, name, tags):
    api.client("logs").create_log_group(logGroupName=f"/x/{name}", tags=tags)
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/x/{name}"


@makes("secretsmanager-secret")
def secret(api, name, tags):
    return api.client("secretsmanager").create_secret(
        Name=name, SecretString="x", Tags=pairs(tags)
    )["ARN"]


@makes("kms-key")
def key(api, name, tags):
    return api.client("kms").create_key()["KeyMetadata"]["Arn"]


@makes("route53-hosted-zone")
def zone(api, name, tags):
    made = api.client("route53").create_hosted_zone(Name=f"{name}.test", CallerReference=name)
    return f"arn:aws:route53:::{made['HostedZone']['Id'].strip('/')}"


@makes("cloudfront-distribution")
def distribution(api, name, tags):
    return api.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": name,
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "x",
                        "DomainName": "x.test",
                        "CustomOriginConfig": {
                            "HTTPPort": 80,
                            "HTTPSPort": 443,
                            "OriginProtocolPolicy": "https-only",
                        },
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "x",
                "ViewerProtocolPolicy": "allow-all",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )["Distribution"]["ARN"]


@makes("apigateway-rest")
def rest_api(api, name, tags):
    made = api.client("apigateway").create_rest_api(name=name, tags=tags)
    return f"arn:aws:apigateway:{REGION}::/restapis/{made['id']}"


@makes("apigateway-http")
def http_api(api, name, tags):
    made = api.client("apigatewayv2").create_api(Name=name, ProtocolType="HTTP", Tags=tags)
    return f"arn:aws:apigateway:{REGION}::/apis/{made['ApiId']}"


@makes("states-machine")
def state_machine(api, name, tags):
    return api.client("stepfunctions").create_state_machine(
        name=name, definition="{}", roleArn=f"arn:aws:iam::{ACCOUNT}:role/x", tags=small(tags)
    )["stateMachineArn"]


@makes("glue-database")
def glue_database(api, name, tags):
    api.client("glue").create_database(DatabaseInput={"Name": name})
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:database/{name}"


@makes("glue-job")
def glue_job(api, name, tags):
    api.client("glue").create_job(Name=name, Role="x", Command={"Name": "x"}, Tags=tags)
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{name}"


@makes("msk-cluster")
def msk(api, name, tags):
    return api.client("kafka").create_cluster_v2(
        ClusterName=name,
        Serverless={"VpcConfigs": [{"SubnetIds": ["subnet-1"]}]},
        Tags=tags,
    )["ClusterArn"]


@makes("backup-vault")
def vault(api, name, tags):
    made = api.client("backup").create_backup_vault(BackupVaultName=name, BackupVaultTags=tags)
    return made["BackupVaultArn"]


@makes("events-rule")
def rule(api, name, tags):
    api.client("events").create_event_bus(Name=f"{name}-bus")
    return api.client("events").put_rule(
        Name=name, EventBusName=f"{name}-bus", ScheduleExpression="", EventPattern="{}"
    )["RuleArn"]


@makes("cloudformation-stack")
def stack(api, name, tags):
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}
    return api.client("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps(template), Tags=pairs(tags)
    )["StackId"]


@makes("ssm-parameter")
def parameter(api, name, tags):
    api.client("ssm").put_parameter(Name=f"/x/{name}", Value="x", Type="String", Tags=pairs(tags))
    return f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/x/{name}"


@makes("cloudwatch-alarm")
def alarm(api, name, tags):
    api.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName="x",
        Namespace="x",
        Period=60,
        Statistic="Sum",
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=pairs(tags),
    )
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"
