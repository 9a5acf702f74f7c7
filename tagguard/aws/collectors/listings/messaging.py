"""Messages and streams: queues, topics, brokers, events, workflows."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings.listing import Listing, arn, step

LISTINGS: Sequence[Listing] = (
    Listing(
        name="sqs-queue",
        type="sqs:queue",
        # Without MaxResults the answer ends at 1,000 and names no next page.
        steps=(step("sqs", "ListQueues", "QueueUrls[]", MaxResults=1000),),
        arn=arn("sqs", "{last(it)}"),
    ),
    Listing(
        name="sns-topic",
        type="sns:topic",
        steps=(step("sns", "ListTopics", "Topics[]"),),
        arn="TopicArn",
    ),
    Listing(
        name="kinesis-stream",
        type="kinesis:stream",
        steps=(
            step(
                "kinesis",
                "ListStreams",
                "StreamNames[]",
                "",
                after="HasMoreStreams && StreamNames[-1]",
                into="ExclusiveStartStreamName",
                Limit=1000,
            ),
        ),
        arn=arn("kinesis", "stream/{it}"),
    ),
    Listing(
        name="firehose-stream",
        type="firehose:deliverystream",
        steps=(
            step(
                "firehose",
                "ListDeliveryStreams",
                "DeliveryStreamNames[]",
                "",
                after="HasMoreDeliveryStreams && DeliveryStreamNames[-1]",
                into="ExclusiveStartDeliveryStreamName",
                Limit=100,
            ),
        ),
        arn=arn("firehose", "deliverystream/{it}"),
    ),
    Listing(
        name="kinesisanalytics-application",
        type="kinesisanalytics:application",
        steps=(step("kinesisanalyticsv2", "ListApplications", "ApplicationSummaries[]"),),
        arn="ApplicationARN",
        state="ApplicationStatus",
        gone=("deleting",),
    ),
    Listing(
        name="msk-cluster",
        type="kafka:cluster",
        steps=(step("kafka", "ListClustersV2", "ClusterInfoList[]", MaxResults=100),),
        arn="ClusterArn",
        tags="Tags",
        state="State",
        gone=("deleting",),
    ),
    Listing(
        name="mq-broker",
        type="mq:broker",
        steps=(step("mq", "ListBrokers", "BrokerSummaries[]", MaxResults=100),),
        arn="BrokerArn",
        state="BrokerState",
        gone=("deletion_in_progress",),
    ),
    Listing(
        name="events-bus",
        type="events:event-bus",
        steps=(step("events", "ListEventBuses", "EventBuses[]"),),
        arn="Arn",
    ),
    Listing(
        name="events-rule",
        type="events:rule",
        steps=(
            step("events", "ListEventBuses", "EventBuses[]"),
            step("events", "ListRules", "Rules[]", given={"EventBusName": "Name"}),
        ),
        arn="Arn",
    ),
    Listing(
        name="states-machine",
        type="states:statemachine",
        steps=(
            step(
                "stepfunctions",
                "ListStateMachines",
                "stateMachines[]",
                "nextToken",
                maxResults=1000,
            ),
        ),
        arn="stateMachineArn",
    ),
)
