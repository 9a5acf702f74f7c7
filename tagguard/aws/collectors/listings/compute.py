"""Compute: machines and their disks, containers, functions, batch, desktops."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings.listing import Listing, arn, step

MACHINES: Sequence[Listing] = (
    Listing(
        name="ec2-instance",
        type="ec2:instance",
        steps=(
            step(
                "ec2",
                "DescribeInstances",
                "Reservations[].Instances[]",
                MaxResults=1000,
                IncludeManagedResources=True,
            ),
        ),
        arn=arn("ec2", "instance/{InstanceId}"),
        tags="Tags",
        state="State.Name",
        gone=("shutting-down", "terminated"),
    ),
    Listing(
        name="ec2-volume",
        type="ec2:volume",
        steps=(
            step(
                "ec2",
                "DescribeVolumes",
                "Volumes[]",
                MaxResults=500,
                IncludeManagedResources=True,
            ),
        ),
        arn=arn("ec2", "volume/{VolumeId}"),
        tags="Tags",
        state="State",
        gone=("deleting", "deleted"),
    ),
    Listing(
        name="ec2-snapshot",
        type="ec2:snapshot",
        steps=(
            step("ec2", "DescribeSnapshots", "Snapshots[]", MaxResults=1000, OwnerIds=["self"]),
        ),
        arn="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
        tags="Tags",
        owner="OwnerId",
    ),
    Listing(
        name="ec2-image",
        type="ec2:image",
        steps=(
            step(
                "ec2",
                "DescribeImages",
                "Images[]",
                MaxResults=1000,
                Owners=["self"],
                IncludeDisabled=True,
            ),
        ),
        arn="arn:{partition}:ec2:{region}::image/{ImageId}",
        tags="Tags",
        owner="OwnerId",
        state="State",
        gone=("deregistered",),
    ),
    Listing(
        name="ec2-launch-template",
        type="ec2:launch-template",
        steps=(
            step(
                "ec2",
                "DescribeLaunchTemplates",
                "LaunchTemplates[]",
                MaxResults=200,
                IncludeManagedResources=True,
            ),
        ),
        arn=arn("ec2", "launch-template/{LaunchTemplateId}"),
        tags="Tags",
    ),
    Listing(
        name="ec2-key-pair",
        type="ec2:key-pair",
        steps=(step("ec2", "DescribeKeyPairs", "KeyPairs[]", ""),),
        arn=arn("ec2", "key-pair/{KeyPairId}"),
        tags="Tags",
    ),
    Listing(
        name="ec2-dedicated-host",
        type="ec2:dedicated-host",
        steps=(step("ec2", "DescribeHosts", "Hosts[]", MaxResults=500),),
        arn=arn("ec2", "dedicated-host/{HostId}"),
        tags="Tags",
        state="State",
        gone=("released", "released-permanent-failure"),
        owner="OwnerId",
    ),
    Listing(
        name="ec2-capacity-reservation",
        type="ec2:capacity-reservation",
        steps=(
            step("ec2", "DescribeCapacityReservations", "CapacityReservations[]", MaxResults=1000),
        ),
        arn="CapacityReservationArn",
        tags="Tags",
        state="State",
        gone=("expired", "cancelled", "failed", "unsupported"),
    ),
    Listing(
        name="autoscaling-group",
        type="autoscaling:autoscalinggroup",
        steps=(
            step(
                "autoscaling",
                "DescribeAutoScalingGroups",
                "AutoScalingGroups[]",
                MaxRecords=100,
                IncludeManagedResources=True,
            ),
        ),
        arn="AutoScalingGroupARN",
        tags="Tags",
        state="Status",
        gone=("delete in progress",),
    ),
    Listing(
        name="workspaces-workspace",
        type="workspaces:workspace",
        steps=(step("workspaces", "DescribeWorkspaces", "Workspaces[]"),),
        arn=arn("workspaces", "workspace/{WorkspaceId}"),
        state="State",
        gone=("terminating", "terminated"),
    ),
)

CONTAINERS: Sequence[Listing] = (
    Listing(
        name="ecs-cluster",
        type="ecs:cluster",
        steps=(step("ecs", "ListClusters", "clusterArns[]", "nextToken"),),
        arn="it",
    ),
    Listing(
        name="ecs-service",
        type="ecs:service",
        steps=(
            step("ecs", "ListClusters", "clusterArns[]", "nextToken"),
            step(
                "ecs",
                "ListServices",
                "serviceArns[]",
                "nextToken",
                given={"cluster": "it"},
                maxResults=100,
            ),
        ),
        arn="it",
    ),
    Listing(
        name="eks-cluster",
        type="eks:cluster",
        steps=(step("eks", "ListClusters", "clusters[]", "nextToken"),),
        arn=arn("eks", "cluster/{it}"),
    ),
    Listing(
        name="eks-nodegroup",
        type="eks:nodegroup",
        steps=(
            step("eks", "ListClusters", "clusters[]", "nextToken"),
            step("eks", "ListNodegroups", "nodegroups[]", "nextToken", given={"clusterName": "it"}),
            step(
                "eks",
                "DescribeNodegroup",
                "nodegroup",
                "",
                given={"clusterName": "above.it", "nodegroupName": "it"},
            ),
        ),
        arn="nodegroupArn",
        tags="tags",
        state="status",
        gone=("deleting",),
    ),
    Listing(
        name="ecr-repository",
        type="ecr:repository",
        steps=(
            step("ecr", "DescribeRepositories", "repositories[]", "nextToken", maxResults=1000),
        ),
        arn="repositoryArn",
    ),
    Listing(
        name="apprunner-service",
        type="apprunner:service",
        steps=(step("apprunner", "ListServices", "ServiceSummaryList[]"),),
        arn="ServiceArn",
        state="Status",
        gone=("deleted",),
    ),
)

SERVERLESS: Sequence[Listing] = (
    Listing(
        name="lambda-function",
        type="lambda:function",
        steps=(step("lambda", "ListFunctions", "Functions[]", "NextMarker", into="Marker"),),
        arn="FunctionArn",
    ),
    Listing(
        name="batch-compute-environment",
        type="batch:compute-environment",
        steps=(step("batch", "DescribeComputeEnvironments", "computeEnvironments[]", "nextToken"),),
        arn="computeEnvironmentArn",
        tags="tags",
        state="status",
        gone=("deleting", "deleted"),
    ),
    Listing(
        name="batch-job-queue",
        type="batch:job-queue",
        steps=(step("batch", "DescribeJobQueues", "jobQueues[]", "nextToken"),),
        arn="jobQueueArn",
        tags="tags",
        state="status",
        gone=("deleting", "deleted"),
    ),
    Listing(
        name="elasticbeanstalk-environment",
        type="elasticbeanstalk:environment",
        steps=(
            step(
                "elasticbeanstalk",
                "DescribeEnvironments",
                "Environments[]",
                MaxRecords=1000,
                IncludeDeleted=False,
            ),
        ),
        arn="EnvironmentArn",
        state="Status",
        gone=("terminating", "terminated"),
    ),
)

LISTINGS: Sequence[Listing] = (*MACHINES, *CONTAINERS, *SERVERLESS)
