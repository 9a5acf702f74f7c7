from __future__ import annotations

import pytest

from tagguard.sources.inventories.identities import Identity, identify, provider_of

VM = "/subscriptions/s-1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
EXTENSION = f"{VM}/extensions/e"
INSTANCE = "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"
DISK = "//compute.googleapis.com/projects/p-1/zones/europe-west1-b/disks/d"


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        (INSTANCE, "aws"),
        (VM, "azure"),
        (VM.upper(), "azure"),
        (DISK, "google"),
        ("//example.com/x", None),
        ("web", None),
        ("", None),
    ],
)
def test_an_id_tells_whose_it_is(address, provider):
    assert provider_of(address) == provider


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((INSTANCE, None), ("aws", "ec2:instance", "123456789012", "eu-west-1")),
        ((INSTANCE, None, "instance"), ("aws", "ec2:instance", "123456789012", "eu-west-1")),
        (
            ("i-1", "aws", "AWS::EC2::Instance", "42", "eu-west-3"),
            ("aws", "ec2:instance", "000000000042", "eu-west-3"),
        ),
        (("i-1", "aws", "instance", "prod"), ("aws", "instance", "prod", None)),
        (("i-1", "aws"), ("aws", "unknown", None, None)),
        (("arn:aws:s3:::b", None), ("aws", "s3:bucket", None, None)),
        (("arn:aws:iam::123456789012:role/r", None), ("aws", "iam:role", "123456789012", "global")),
        (("arn:aws", None), ("aws", "unknown", None, None)),
        ((VM, None), ("azure", "microsoft.compute/virtualmachines", "s-1", None)),
        (
            (EXTENSION, None, None, None, "westeurope"),
            ("azure", "microsoft.compute/virtualmachines/extensions", "s-1", "westeurope"),
        ),
        (
            (f"{VM}/providers/Microsoft.Authorization/locks/l", None),
            ("azure", "microsoft.authorization/locks", "s-1", None),
        ),
        ((VM, None, "Microsoft.Web/sites", "s-2"), ("azure", "microsoft.web/sites", "s-2", None)),
        ((DISK, None), ("google", "unknown", "p-1", "europe-west1-b")),
        (
            (DISK, None, "compute.googleapis.com/Disk", "9", "europe-west1"),
            ("google", "compute.googleapis.com/Disk", "9", "europe-west1"),
        ),
        (("web", "kubernetes", "Pod"), ("kubernetes", "Pod", None, None)),
    ],
)
def test_an_id_completes_its_row(row, expected):
    padded = (*row, None, None, None, None)[:5]
    assert identify(*padded) == Identity(*expected)


def test_an_id_of_nobody_is_refused():
    with pytest.raises(ValueError, match="no id of AWS, Azure or Google Cloud"):
        identify("web", None, "Pod", None, None)
