"""Limits of Terraform types: what vendors document, and what CloudFormation's schemas state."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tagguard.catalog.entry import Entry
from tagguard.model import Limits

FIFTEEN = Limits(tags=15)
AZURE = {
    "azurerm_automation_account": FIFTEEN,
    "azurerm_automation_dsc_configuration": FIFTEEN,
    "azurerm_automation_powershell72_module": FIFTEEN,
    "azurerm_automation_python3_package": FIFTEEN,
    "azurerm_automation_runbook": FIFTEEN,
    "azurerm_automation_runtime_environment": FIFTEEN,
    "azurerm_automation_watcher": FIFTEEN,
    "azurerm_cdn_endpoint": FIFTEEN,
    "azurerm_cdn_profile": FIFTEEN,
    "azurerm_dns_a_record": FIFTEEN,
    "azurerm_dns_zone": FIFTEEN,
    "azurerm_log_analytics_saved_search": FIFTEEN,
    "azurerm_private_dns_a_record": FIFTEEN,
    "azurerm_private_dns_zone": FIFTEEN,
    "azurerm_storage_account": Limits(key=128),
}
"""https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations"""

OBJECTS = dict.fromkeys(("aws_s3_bucket_object", "aws_s3_object", "aws_s3_object_copy"), Limits(10))
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

CATALOGUE = dict.fromkeys(
    ("aws_servicecatalog_portfolio", "aws_servicecatalog_product"), Limits(20)
)
"""https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolio.html"""

STATED = AZURE | OBJECTS | CATALOGUE


def limited(
    types: Mapping[str, Entry | None],
    twins: Mapping[str, str],
    cloudformation: Mapping[str, Entry | None],
) -> dict[str, Entry | None]:
    """Give the same entries with the limits of their types.

    The provider awscc works through CloudFormation's schemas, which are enforced. The provider aws
    calls the services, which often allow more than the schemas do (Glue 50 tags instead of 10,
    SageMaker 256 characters instead of 128).
    """
    found = {}
    for type_, entry in types.items():
        same = cloudformation.get(twins.get(type_, "")) if type_.startswith("awscc_") else None
        limits = same.limits if same else STATED.get(type_)
        found[type_] = replace(entry, limits=limits) if entry and limits else entry
    return found
