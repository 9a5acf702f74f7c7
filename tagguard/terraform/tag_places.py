"""The tables of what Terraform types bring about: nested places of tags, and attributes to read.

A place in `NESTED` is a map of tags or labels for something that the block around it creates.
Facts: the providers' schemas and documentation (registry.terraform.io). Left out are maps that
select or annotate instead (node labels of a cluster, alert labels, container labels).
"""

from __future__ import annotations

from msgspec import Struct


class Nested(Struct, frozen=True):
    """One place where a type says how something else is tagged."""

    name: str
    """What follows `#` in the address."""
    type: str
    """What is created: its own Terraform type, or a canonical name where there is none."""
    path: str
    """The block, as a dotted path; empty where the map is an argument of the resource itself."""
    tags: str = "tags"
    """The map in the block, as a dotted path."""

    @property
    def root(self) -> str:
        """The argument of the resource that it is in."""
        return (self.path or self.tags).partition(".")[0]


_DISK = "google_compute_disk"
_VM = "google_compute_instance"
_POD = "kubernetes_pod"
_LABELS = "metadata.labels"

_BOOT_DISK = (Nested("boot_disk", _DISK, "boot_disk.initialize_params", "labels"),)
_DISKS = (Nested("disk", _DISK, "disk", "labels"),)
_POD_TEMPLATE = (Nested("pod", _POD, "spec.template", _LABELS),)
_STATEFUL = (
    *_POD_TEMPLATE,
    Nested(
        "volume_claim_template",
        "kubernetes_persistent_volume_claim",
        "spec.volume_claim_template",
        _LABELS,
    ),
)
_CRON = (
    Nested("job", "kubernetes_job", "spec.job_template", _LABELS),
    Nested("pod", _POD, "spec.job_template.spec.template", _LABELS),
)

NESTED: dict[str, tuple[Nested, ...]] = {
    "alicloud_instance": (Nested("volume", "alicloud_ecs_disk", "", "volume_tags"),),
    "aws_batch_compute_environment": (Nested("instance", "aws_instance", "compute_resources"),),
    "aws_imagebuilder_distribution_configuration": (
        Nested("ami", "aws_ami", "distribution.ami_distribution_configuration", "ami_tags"),
    ),
    "aws_spot_fleet_request": (Nested("instance", "aws_instance", "launch_specification"),),
    "azurerm_container_registry": (
        Nested("georeplications", "azure:containerregistry/replications", "georeplications"),
    ),
    "azurerm_kubernetes_cluster": (
        Nested("default_node_pool", "azurerm_kubernetes_cluster_node_pool", "default_node_pool"),
    ),
    "azurerm_netapp_volume_group_oracle": (Nested("volume", "azurerm_netapp_volume", "volume"),),
    "azurerm_netapp_volume_group_sap_hana": (Nested("volume", "azurerm_netapp_volume", "volume"),),
    "google_alloydb_cluster": (
        Nested("backup", "google_alloydb_backup", "automated_backup_policy", "labels"),
    ),
    "google_compute_instance": _BOOT_DISK,
    "google_compute_instance_from_template": _BOOT_DISK,
    "google_compute_instance_template": _DISKS,
    "google_compute_region_instance_template": _DISKS,
    "google_compute_resource_policy": (
        Nested(
            "snapshot",
            "google_compute_snapshot",
            "snapshot_schedule_policy.snapshot_properties",
            "labels",
        ),
    ),
    "google_container_cluster": (
        Nested("node", _VM, "node_config", "resource_labels"),
        Nested("node_pool", _VM, "node_pool.node_config", "resource_labels"),
    ),
    "kubernetes_cron_job": _CRON,
    "kubernetes_cron_job_v1": _CRON,
    "kubernetes_daemon_set_v1": _POD_TEMPLATE,
    "kubernetes_daemonset": _POD_TEMPLATE,
    "kubernetes_deployment": _POD_TEMPLATE,
    "kubernetes_deployment_v1": _POD_TEMPLATE,
    "kubernetes_job": _POD_TEMPLATE,
    "kubernetes_job_v1": _POD_TEMPLATE,
    "kubernetes_replication_controller": _POD_TEMPLATE,
    "kubernetes_replication_controller_v1": _POD_TEMPLATE,
    "kubernetes_stateful_set": _STATEFUL,
    "kubernetes_stateful_set_v1": _STATEFUL,
}
"""Type -> the places that need nothing but their own map."""

_VOLUMES = ("volume_tags", "root_block_device", "ebs_block_device")

ROOTS: dict[str, tuple[str, ...]] = {
    **{
        type_: tuple(dict.fromkeys(nested.root for nested in places))
        for type_, places in NESTED.items()
    },
    "aws_autoscaling_group": ("tag", "tags", "launch_template", "mixed_instances_policy"),
    "aws_batch_job_definition": ("propagate_tags",),
    "aws_cloudwatch_event_target": ("ecs_target",),
    "aws_ecs_service": ("propagate_tags", "task_definition", "volume_configuration"),
    "aws_instance": _VOLUMES,
    "aws_launch_template": ("tag_specifications",),
    "aws_pipes_pipe": ("target_parameters",),
    "aws_scheduler_schedule": ("target",),
    "aws_spot_instance_request": _VOLUMES,
    "awscc_autoscaling_auto_scaling_group": ("tags", "launch_template", "mixed_instances_policy"),
    "awscc_batch_job_definition": ("propagate_tags",),
    "awscc_ec2_launch_template": ("launch_template_data",),
    "awscc_ecs_service": ("propagate_tags", "task_definition"),
}
"""Type -> the attributes that show what it implies."""
