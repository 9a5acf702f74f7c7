"""Decides where the types of the providers that are read from source carry their own tags.

Alibaba Cloud: `tags`, a map. Oracle: free-form tags and defined tags, two maps of one resource.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tagguard.catalog.entry import Entry
from tools.catalog_go import Field, Source, schemas
from tools.catalog_places import is_about_others

MADE_FROM = {
    "oci_core_default_dhcp_options": "oci_core_dhcp_options",
    "oci_core_default_drg_route_table": "oci_core_drg_route_table",
    "oci_core_default_route_table": "oci_core_route_table",
    "oci_core_default_security_list": "oci_core_security_list",
}
"""Types whose schema the provider makes out of another's (`ConvertToDefault…`)."""

NOT_SENT = {
    "oci_database_exadata_infrastructure_storage",
    "oci_fusion_apps_fusion_environment_service_attachment",
    "oci_redis_redis_cluster_create_identity_token",
}
"""Types whose schema accepts tags that no code of the provider sends."""

PLACES = {"tags", "labels", "freeform_tags", "defined_tags"}
"""Names of the nested maps that carry tags of something else."""


def alicloud(source: Source) -> tuple[str, dict[str, Entry | None]]:
    """Give the provider's version, and every type with its entry or None."""
    ((version,),) = source.search(r'var providerVersion = "([\d.]+)"')
    made = schemas(source)
    return version, {
        type_: _alicloud(made[function])
        for type_, function in source.search(r'"(alicloud_\w+)":\s*(resource\w+)\(\),')
        if function in made
    }


def oci(source: Source) -> tuple[str, dict[str, Entry | None]]:
    """Give the provider's version, and every type with its entry or None."""
    ((version,),) = source.search(r'const Version = "([\d.]+)"')
    made = schemas(source)
    found = {
        type_: None if type_ in NOT_SENT else _oci(made[function])
        for type_, function in source.search(r'RegisterResource\("(\w+)", (\w+)\(\)\)')
        if function in made
    }
    return version, found | {
        type_: found[other] for type_, other in MADE_FROM.items() if other in found
    }


def _alicloud(fields: Mapping[str, Field]) -> Entry | None:
    return Entry("tags", "map", also=_also(fields)) if _taken(fields, "tags") else None


def _oci(fields: Mapping[str, Field]) -> Entry | None:
    """Take both maps as one set; some types have defined tags alone."""
    maps = [name for name in ("freeform_tags", "defined_tags") if _taken(fields, name)]
    return Entry(maps[0], "map", beside=tuple(maps[1:]), also=_also(fields)) if maps else None


def _taken(fields: Mapping[str, Field], name: str) -> bool:
    return name in fields and fields[name].is_map and fields[name].configurable


def _also(fields: Mapping[str, Field]) -> tuple[str, ...]:
    volumes = ["volume_tags"] if _taken(fields, "volume_tags") else []
    nested = [path for path in _nested(fields) if "." in path and not is_about_others(path)]
    return tuple(sorted(volumes + nested))


def _nested(fields: Mapping[str, Field], block: str = "") -> Iterator[str]:
    for name, field in fields.items():
        if name in PLACES and _taken(fields, name):
            yield block + name
        yield from _nested(field.nested, f"{block}{name}.")
