"""Security, identity and operations: keys, secrets, roles, logs, alarms, trails, builds, stacks."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings.listing import Listing, arn, step

SECURITY: Sequence[Listing] = (
    Listing(
        name="kms-key",
        type="kms:key",
        steps=(
            step(
                "kms", "ListKeys", "Keys[].{Arn: KeyArn}", "NextMarker", into="Marker", Limit=1000
            ),
            step("kms", "DescribeKey", "KeyMetadata", "", given={"KeyId": "Arn"}, detail=True),
        ),
        arn="Arn",
        state="KeyState",
        gone=("pendingdeletion", "pendingreplicadeletion"),
    ),
    Listing(
        name="secretsmanager-secret",
        type="secretsmanager:secret",
        steps=(step("secretsmanager", "ListSecrets", "SecretList[]", MaxResults=100),),
        arn="ARN",
        tags="Tags",
    ),
    Listing(
        name="acm-certificate",
        type="acm:certificate",
        steps=(
            step(
                "acm",
                "ListCertificates",
                "CertificateSummaryList[]",
                MaxItems=1000,
                # Unasked, only RSA keys of 1024 and 2048 bits are listed.
                Includes={
                    "keyTypes": [
                        "RSA_1024",
                        "RSA_2048",
                        "RSA_3072",
                        "RSA_4096",
                        "EC_prime256v1",
                        "EC_secp384r1",
                        "EC_secp521r1",
                    ]
                },
            ),
        ),
        arn="CertificateArn",
    ),
    # The tagging API knows neither roles nor users, and ListRoles shows no tags: this one does,
    # a page at a time instead of one call a role.
    Listing(
        name="iam-role",
        type="iam:role",
        steps=(
            step(
                "iam",
                "GetAccountAuthorizationDetails",
                "RoleDetailList[]",
                "Marker",
                Filter=["Role"],
                MaxItems=1000,
            ),
        ),
        arn="Arn",
        tags="Tags",
        place="home",
    ),
    Listing(
        name="iam-user",
        type="iam:user",
        steps=(
            step(
                "iam",
                "GetAccountAuthorizationDetails",
                "UserDetailList[]",
                "Marker",
                Filter=["User"],
                MaxItems=1000,
            ),
        ),
        arn="Arn",
        tags="Tags",
        place="home",
    ),
    Listing(
        name="cognito-user-pool",
        type="cognito-idp:userpool",
        steps=(step("cognito-idp", "ListUserPools", "UserPools[]", MaxResults=60),),
        arn=arn("cognito-idp", "userpool/{Id}"),
    ),
    Listing(
        name="ds-directory",
        type="ds:directory",
        steps=(step("ds", "DescribeDirectories", "DirectoryDescriptions[]"),),
        arn=arn("ds", "directory/{DirectoryId}"),
        state="Stage",
        gone=("deleting", "deleted"),
        owner="OwnerDirectoryDescription.AccountId",
    ),
)

OPERATIONS: Sequence[Listing] = (
    Listing(
        name="logs-group",
        type="logs:log-group",
        steps=(step("logs", "DescribeLogGroups", "logGroups[]", "nextToken", limit=50),),
        arn=arn("logs", "log-group:{logGroupName}"),
    ),
    Listing(
        name="cloudwatch-alarm",
        type="cloudwatch:alarm",
        steps=(
            step(
                "cloudwatch",
                "DescribeAlarms",
                "[MetricAlarms, CompositeAlarms, LogAlarms][][]",
                MaxRecords=100,
                AlarmTypes=["MetricAlarm", "CompositeAlarm", "LogAlarm"],
            ),
        ),
        arn="AlarmArn",
    ),
    Listing(
        name="cloudtrail-trail",
        type="cloudtrail:trail",
        steps=(step("cloudtrail", "ListTrails", "Trails[]"),),
        arn="TrailARN",
    ),
    Listing(
        name="cloudformation-stack",
        type="cloudformation:stack",
        steps=(step("cloudformation", "DescribeStacks", "Stacks[]"),),
        arn="StackId",
        tags="Tags",
        state="StackStatus",
        gone=("delete_complete", "delete_in_progress"),
    ),
    Listing(
        name="ssm-parameter",
        type="ssm:parameter",
        steps=(step("ssm", "DescribeParameters", "Parameters[]", MaxResults=50),),
        arn=arn("ssm", "parameter/{bare(Name)}"),
    ),
    Listing(
        name="codebuild-project",
        type="codebuild:project",
        steps=(step("codebuild", "ListProjects", "projects[]", "nextToken"),),
        arn=arn("codebuild", "project/{it}"),
    ),
    Listing(
        name="codepipeline-pipeline",
        type="codepipeline:pipeline",
        steps=(step("codepipeline", "ListPipelines", "pipelines[]", "nextToken"),),
        arn=arn("codepipeline", "{name}"),
    ),
)

LISTINGS: Sequence[Listing] = (*SECURITY, *OPERATIONS)
