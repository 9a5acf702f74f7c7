"""What plans and templates alike call that which other resources bring about.

Facts: the EC2 API reference, `TagSpecification`
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html).
"""

from __future__ import annotations

from collections import Counter

TASK = "aws:ecs/task"
"""The type of an ECS task or a Batch job: no description can create one itself."""

UNSPECIFIED = "aws:ec2/unknown"
"""The type of what an EC2 tag specification tags when it is not known."""

_SPECIFIED = {
    "aws": {
        "instance": "aws_instance",
        "volume": "aws_ebs_volume",
        "network-interface": "aws_network_interface",
        "spot-instances-request": "aws_spot_instance_request",
    },
    "awscc": {
        "instance": "awscc_ec2_instance",
        "volume": "awscc_ec2_volume",
        "network-interface": "awscc_ec2_network_interface",
    },
    "cloudformation": {
        "instance": "AWS::EC2::Instance",
        "volume": "AWS::EC2::Volume",
        "network-interface": "AWS::EC2::NetworkInterface",
    },
}
"""Provider -> resource type of an EC2 tag specification -> type of its own."""


def specified(provider: str, kind: str) -> str:
    """Name the type of what an EC2 tag specification for `kind` tags; `aws:ec2/…` without one."""
    return _SPECIFIED.get(provider, {}).get(kind, f"aws:ec2/{kind}")


def specified_kinds(provider: str) -> tuple[str, ...]:
    """Name the kinds of EC2 tag specifications whose type a provider has."""
    return tuple(_SPECIFIED[provider])


class Names:
    """Gives all that one resource implies names of their own: `volume`, `volume[1]`."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._again: Counter[str] = Counter()

    def own(self, wanted: str) -> str:
        """Give the wanted name, with a number where it is taken."""
        name = wanted
        while name in self._given:
            self._again[wanted] += 1
            name = f"{wanted}[{self._again[wanted]}]"
        self._given.add(name)
        return name
