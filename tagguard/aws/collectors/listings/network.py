"""Networks: VPCs and what is in them, VPNs, load balancers, content delivery, DNS, API gateways."""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings.listing import Listing, arn, step

DELETED = ("deleted", "deleting")
ENDED = (*DELETED, "expired", "failed", "rejected")


def _ec2(
    type_: str,
    operation: str,
    items: str,
    id_: str,
    *,
    page: int = 1000,
    tags: str = "Tags",
    state: str = "",
    gone: tuple[str, ...] = DELETED,
    owner: str = "",
) -> Listing:
    listed = (
        step("ec2", operation, items, MaxResults=page)
        if page
        else step("ec2", operation, items, "")
    )
    return Listing(
        name=f"ec2-{type_}",
        type=f"ec2:{type_}",
        steps=(listed,),
        arn=arn("ec2", f"{type_}/{{{id_}}}"),
        tags=tags,
        state=state,
        gone=gone if state else (),
        owner=owner,
    )


VPC: Sequence[Listing] = (
    _ec2("vpc", "DescribeVpcs", "Vpcs[]", "VpcId", owner="OwnerId"),
    _ec2(
        "subnet",
        "DescribeSubnets",
        "Subnets[]",
        "SubnetId",
        owner="OwnerId",
    ),
    _ec2(
        "security-group",
        "DescribeSecurityGroups",
        "SecurityGroups[]",
        "GroupId",
        owner="OwnerId",
    ),
    _ec2(
        "route-table",
        "DescribeRouteTables",
        "RouteTables[]",
        "RouteTableId",
        page=100,
        owner="OwnerId",
    ),
    _ec2(
        "network-acl",
        "DescribeNetworkAcls",
        "NetworkAcls[]",
        "NetworkAclId",
        owner="OwnerId",
    ),
    _ec2(
        "internet-gateway",
        "DescribeInternetGateways",
        "InternetGateways[]",
        "InternetGatewayId",
        owner="OwnerId",
    ),
    _ec2("natgateway", "DescribeNatGateways", "NatGateways[]", "NatGatewayId", state="State"),
    _ec2(
        "elastic-ip",
        "DescribeAddresses",
        "Addresses[?AllocationId]",
        "AllocationId",
        page=0,
    ),
    Listing(
        name="ec2-network-interface",
        type="ec2:network-interface",
        steps=(
            step(
                "ec2",
                "DescribeNetworkInterfaces",
                "NetworkInterfaces[]",
                MaxResults=1000,
                IncludeManagedResources=True,
            ),
        ),
        arn=arn("ec2", "network-interface/{NetworkInterfaceId}"),
        tags="TagSet",
        owner="OwnerId",
    ),
    _ec2(
        "vpc-endpoint",
        "DescribeVpcEndpoints",
        "VpcEndpoints[]",
        "VpcEndpointId",
        state="State",
        owner="OwnerId",
    ),
    _ec2(
        "vpc-peering-connection",
        "DescribeVpcPeeringConnections",
        "VpcPeeringConnections[]",
        "VpcPeeringConnectionId",
        state="Status.Code",
        gone=ENDED,
        owner="RequesterVpcInfo.OwnerId",
    ),
    _ec2("vpc-flow-log", "DescribeFlowLogs", "FlowLogs[]", "FlowLogId"),
)

REMOTE: Sequence[Listing] = (
    _ec2(
        "transit-gateway",
        "DescribeTransitGateways",
        "TransitGateways[]",
        "TransitGatewayId",
        state="State",
        owner="OwnerId",
    ),
    _ec2(
        "transit-gateway-attachment",
        "DescribeTransitGatewayAttachments",
        "TransitGatewayAttachments[]",
        "TransitGatewayAttachmentId",
        state="State",
        gone=ENDED,
        owner="ResourceOwnerId",
    ),
    _ec2(
        "vpn-connection",
        "DescribeVpnConnections",
        "VpnConnections[]",
        "VpnConnectionId",
        page=0,
        state="State",
    ),
    _ec2(
        "vpn-gateway",
        "DescribeVpnGateways",
        "VpnGateways[]",
        "VpnGatewayId",
        page=0,
        state="State",
    ),
    _ec2(
        "customer-gateway",
        "DescribeCustomerGateways",
        "CustomerGateways[]",
        "CustomerGatewayId",
        page=0,
        state="State",
    ),
    _ec2(
        "client-vpn-endpoint",
        "DescribeClientVpnEndpoints",
        "ClientVpnEndpoints[]",
        "ClientVpnEndpointId",
        state="Status.Code",
    ),
    Listing(
        name="directconnect-connection",
        type="directconnect:dxcon",
        steps=(step("directconnect", "DescribeConnections", "connections[]", "nextToken"),),
        arn=arn("directconnect", "dxcon/{connectionId}"),
        tags="tags",
        state="connectionState",
        gone=("deleted", "deleting", "rejected"),
        owner="ownerAccount",
    ),
    Listing(
        name="network-firewall",
        type="network-firewall:firewall",
        steps=(step("network-firewall", "ListFirewalls", "Firewalls[]"),),
        arn="FirewallArn",
    ),
    Listing(
        name="globalaccelerator",
        type="globalaccelerator:accelerator",
        steps=(step("globalaccelerator", "ListAccelerators", "Accelerators[]"),),
        arn="AcceleratorArn",
        place="us-west-2",
    ),
)

EDGE: Sequence[Listing] = (
    Listing(
        name="elb-classic",
        type="elasticloadbalancing:loadbalancer",
        steps=(
            step(
                "elb",
                "DescribeLoadBalancers",
                "LoadBalancerDescriptions[]",
                "NextMarker",
                into="Marker",
            ),
        ),
        arn=arn("elasticloadbalancing", "loadbalancer/{LoadBalancerName}"),
    ),
    Listing(
        name="elb",
        type="elasticloadbalancing:loadbalancer",
        steps=(
            step("elbv2", "DescribeLoadBalancers", "LoadBalancers[]", "NextMarker", into="Marker"),
        ),
        arn="LoadBalancerArn",
    ),
    Listing(
        name="elb-target-group",
        type="elasticloadbalancing:targetgroup",
        steps=(
            step("elbv2", "DescribeTargetGroups", "TargetGroups[]", "NextMarker", into="Marker"),
        ),
        arn="TargetGroupArn",
    ),
    Listing(
        name="cloudfront-distribution",
        type="cloudfront:distribution",
        steps=(
            step(
                "cloudfront",
                "ListDistributions",
                "DistributionList.Items[]",
                "DistributionList.NextMarker",
                into="Marker",
            ),
        ),
        arn="ARN",
        place="home",
    ),
    Listing(
        name="route53-hosted-zone",
        type="route53:hostedzone",
        steps=(step("route53", "ListHostedZones", "HostedZones[]", "NextMarker", into="Marker"),),
        arn="arn:{partition}:route53:::hostedzone/{last(Id)}",
        place="home",
    ),
    Listing(
        name="apigateway-rest",
        type="apigateway:restapis",
        steps=(step("apigateway", "GetRestApis", "items[]", "position", limit=500),),
        arn="arn:{partition}:apigateway:{region}::/restapis/{id}",
        tags="tags",
    ),
    Listing(
        name="apigateway-http",
        type="apigateway:apis",
        steps=(step("apigatewayv2", "GetApis", "Items[]"),),
        arn="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
        tags="Tags",
    ),
    Listing(
        name="appsync-api",
        type="appsync:apis",
        steps=(step("appsync", "ListGraphqlApis", "graphqlApis[]", "nextToken"),),
        arn="arn",
        tags="tags",
    ),
    Listing(
        name="wafv2-web-acl",
        type="wafv2:webacl",
        steps=(step("wafv2", "ListWebACLs", "WebACLs[]", "NextMarker", Scope="REGIONAL"),),
        arn="ARN",
    ),
    Listing(
        name="wafv2-global-web-acl",
        type="wafv2:webacl",
        steps=(step("wafv2", "ListWebACLs", "WebACLs[]", "NextMarker", Scope="CLOUDFRONT"),),
        arn="ARN",
        place="us-east-1",
    ),
)

LISTINGS: Sequence[Listing] = (*VPC, *REMOTE, *EDGE)
