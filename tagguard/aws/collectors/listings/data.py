"""Data: object and file stores, databases, caches, warehouses, backups, analytics, learning."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings.listing import Listing, arn, step

DELETING = ("deleting", "deleted")


def _rds(  # a family of operations that are all alike
    type_: str, operation: str, items: str, key: str, *, complete: bool = True
) -> Listing:
    return Listing(
        name=f"rds-{type_}",
        type=f"rds:{type_}",
        steps=(step("rds", operation, f"{items}[]", "Marker", MaxRecords=100),),
        arn=f"{key}Arn",
        tags="TagList",
        state="DBInstanceStatus" if type_ == "db" else "Status",
        gone=DELETING,
        complete=complete,
    )


STORES: Sequence[Listing] = (
    Listing(
        name="s3-bucket",
        type="s3:bucket",
        steps=(
            # Only a request with a parameter is answered with the buckets' Regions.
            step("s3", "ListBuckets", "Buckets[]", "ContinuationToken", MaxBuckets=1000),
            step(
                "s3",
                "GetBucketLocation",
                "@",
                "",
                given={"Bucket": "Name"},
                detail=True,
                unless="BucketRegion",
            ),
        ),
        arn="arn:{partition}:s3:::{Name}",
        # No location is us-east-1, where all are asked; `EU` is what old buckets say.
        region="BucketRegion || (LocationConstraint == 'EU' && 'eu-west-1') || LocationConstraint",
        place="home",
    ),
    Listing(
        name="efs-file-system",
        type="elasticfilesystem:file-system",
        steps=(
            step(
                "efs",
                "DescribeFileSystems",
                "FileSystems[]",
                "NextMarker",
                into="Marker",
                MaxItems=100,
            ),
        ),
        arn="FileSystemArn",
        tags="Tags",
        state="LifeCycleState",
        gone=DELETING,
        owner="OwnerId",
    ),
    Listing(
        name="fsx-file-system",
        type="fsx:file-system",
        steps=(step("fsx", "DescribeFileSystems", "FileSystems[]"),),
        arn="ResourceARN",
        tags="Tags",
        state="Lifecycle",
        gone=DELETING,
        owner="OwnerId",
    ),
    Listing(
        name="backup-vault",
        type="backup:backup-vault",
        steps=(step("backup", "ListBackupVaults", "BackupVaultList[]", MaxResults=1000),),
        arn="BackupVaultArn",
    ),
    Listing(
        name="storagegateway-gateway",
        type="storagegateway:gateway",
        steps=(step("storagegateway", "ListGateways", "Gateways[]", "Marker"),),
        arn="GatewayARN",
    ),
    Listing(
        name="transfer-server",
        type="transfer:server",
        steps=(step("transfer", "ListServers", "Servers[]"),),
        arn="Arn",
    ),
)

DATABASES: Sequence[Listing] = (
    _rds("db", "DescribeDBInstances", "DBInstances", "DBInstance"),
    _rds("cluster", "DescribeDBClusters", "DBClusters", "DBCluster"),
    # Whether the snapshots of AWS Backup are listed unasked is not documented.
    _rds(
        "snapshot",
        "DescribeDBSnapshots",
        "DBSnapshots",
        "DBSnapshot",
        complete=False,
    ),
    _rds(
        "cluster-snapshot",
        "DescribeDBClusterSnapshots",
        "DBClusterSnapshots",
        "DBClusterSnapshot",
        complete=False,
    ),
    Listing(
        name="rds-proxy",
        type="rds:db-proxy",
        steps=(step("rds", "DescribeDBProxies", "DBProxies[]", "Marker", MaxRecords=100),),
        arn="DBProxyArn",
        state="Status",
        gone=DELETING,
    ),
    Listing(
        name="dynamodb-table",
        type="dynamodb:table",
        steps=(
            step(
                "dynamodb",
                "ListTables",
                "TableNames[]",
                "LastEvaluatedTableName",
                into="ExclusiveStartTableName",
            ),
        ),
        arn=arn("dynamodb", "table/{it}"),
    ),
    Listing(
        name="elasticache-cluster",
        type="elasticache:cluster",
        steps=(step("elasticache", "DescribeCacheClusters", "CacheClusters[]", "Marker"),),
        arn="ARN",
        state="CacheClusterStatus",
        gone=DELETING,
    ),
    Listing(
        name="elasticache-replication-group",
        type="elasticache:replicationgroup",
        steps=(step("elasticache", "DescribeReplicationGroups", "ReplicationGroups[]", "Marker"),),
        arn="ARN",
        state="Status",
        gone=DELETING,
    ),
    Listing(
        name="elasticache-serverless",
        type="elasticache:serverlesscache",
        steps=(step("elasticache", "DescribeServerlessCaches", "ServerlessCaches[]"),),
        arn="ARN",
        state="Status",
        gone=DELETING,
    ),
    Listing(
        name="memorydb-cluster",
        type="memorydb:cluster",
        steps=(step("memorydb", "DescribeClusters", "Clusters[]"),),
        arn="ARN",
        state="Status",
        gone=DELETING,
    ),
    Listing(
        name="dax-cluster",
        type="dax:cache",
        steps=(step("dax", "DescribeClusters", "Clusters[]"),),
        arn="ClusterArn",
        state="Status",
        gone=DELETING,
    ),
    Listing(
        name="dms-instance",
        type="dms:rep",
        steps=(step("dms", "DescribeReplicationInstances", "ReplicationInstances[]", "Marker"),),
        arn="ReplicationInstanceArn",
        state="ReplicationInstanceStatus",
        gone=DELETING,
    ),
)

ANALYTICS: Sequence[Listing] = (
    Listing(
        name="redshift-cluster",
        type="redshift:cluster",
        steps=(step("redshift", "DescribeClusters", "Clusters[]", "Marker"),),
        arn=arn("redshift", "cluster:{ClusterIdentifier}"),
        tags="Tags",
        state="ClusterStatus",
        gone=DELETING,
    ),
    Listing(
        name="redshift-workgroup",
        type="redshift-serverless:workgroup",
        steps=(step("redshift-serverless", "ListWorkgroups", "workgroups[]", "nextToken"),),
        arn="workgroupArn",
        state="status",
        gone=DELETING,
    ),
    Listing(
        name="redshift-namespace",
        type="redshift-serverless:namespace",
        steps=(step("redshift-serverless", "ListNamespaces", "namespaces[]", "nextToken"),),
        arn="namespaceArn",
        state="status",
        gone=DELETING,
    ),
    Listing(
        name="opensearch-domain",
        type="es:domain",
        steps=(step("opensearch", "ListDomainNames", "DomainNames[]", ""),),
        arn=arn("es", "domain/{DomainName}"),
    ),
    Listing(
        name="emr-cluster",
        type="elasticmapreduce:cluster",
        steps=(
            step(
                "emr",
                "ListClusters",
                "Clusters[]",
                "Marker",
                # Terminated ones stay listed for two months.
                ClusterStates=["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"],
            ),
        ),
        arn="ClusterArn",
        state="Status.State",
        gone=("terminating",),
    ),
    Listing(
        name="glue-job",
        type="glue:job",
        steps=(step("glue", "ListJobs", "JobNames[]"),),
        arn=arn("glue", "job/{it}"),
    ),
    Listing(
        name="glue-crawler",
        type="glue:crawler",
        steps=(step("glue", "ListCrawlers", "CrawlerNames[]"),),
        arn=arn("glue", "crawler/{it}"),
    ),
    Listing(
        name="glue-database",
        type="glue:database",
        steps=(step("glue", "GetDatabases", "DatabaseList[]"),),
        arn=arn("glue", "database/{Name}"),
        owner="CatalogId",
    ),
    Listing(
        name="athena-workgroup",
        type="athena:workgroup",
        steps=(step("athena", "ListWorkGroups", "WorkGroups[]"),),
        arn=arn("athena", "workgroup/{Name}"),
    ),
    Listing(
        name="sagemaker-endpoint",
        type="sagemaker:endpoint",
        steps=(step("sagemaker", "ListEndpoints", "Endpoints[]", MaxResults=100),),
        arn="EndpointArn",
        state="EndpointStatus",
        gone=DELETING,
    ),
    Listing(
        name="sagemaker-notebook",
        type="sagemaker:notebook-instance",
        steps=(step("sagemaker", "ListNotebookInstances", "NotebookInstances[]", MaxResults=100),),
        arn="NotebookInstanceArn",
        state="NotebookInstanceStatus",
        gone=DELETING,
    ),
    Listing(
        name="sagemaker-domain",
        type="sagemaker:domain",
        steps=(step("sagemaker", "ListDomains", "Domains[]"),),
        arn="DomainArn",
        state="Status",
        gone=DELETING,
    ),
)

LISTINGS: Sequence[Listing] = (*STORES, *DATABASES, *ANALYTICS)
