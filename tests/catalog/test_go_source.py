from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tagguard.catalog import Entry
from tools import catalog_source
from tools.catalog_go import Field, Source, schemas
from tools.catalog_pins import Commit

RESOURCE = """package x

// func commented() *schema.Resource {
func resourceBox() *schema.Resource {
\treturn &schema.Resource{
\t\tCreate: func() { return },
\t\tSchema: map[string]*schema.Schema{
\t\t\t"name": {Type: schema.TypeString, Required: true}, /* "tags": { */
\t\t\t"tags": tagsSchema(),
\t\t\t"shown": {
\t\t\t\tType:     schema.TypeMap,
\t\t\t\tComputed: true,
\t\t\t\tDescription: "a } and a { and a \\" in a text",
\t\t\t},
\t\t\t"disk": {
\t\t\t\tType:     schema.TypeList,
\t\t\t\tOptional: true,
\t\t\t\tElem: &schema.Resource{
\t\t\t\t\tSchema: map[string]*schema.Schema{
\t\t\t\t\t\t"tags": {Type: schema.TypeMap, Optional: true},
\t\t\t\t\t},
\t\t\t\t},
\t\t\t},
\t\t\t"made": somethingElse(1),
\t\t},
\t}
}

func tagsSchema() *schema.Schema {
\treturn &schema.Schema{
\t\tType:     schema.TypeMap,
\t\tOptional: true,
\t}
}

func resourceMade() *schema.Resource {
\treturn made(resourceBox())
}
"""
TAGS = '"%s": {Type: schema.TypeMap, Optional: true},'


def function(name, *tags):
    fields = "".join(TAGS % one for one in tags)
    return (
        f"func {name}() *schema.Resource {{\nreturn &schema.Resource{{"
        f"Schema: map[string]*schema.Schema{{{fields}}},}}\n}}\n"
    )


def test_schemas_are_read_as_they_are_written():
    tags = Field(is_map=True, configurable=True)

    assert schemas(Source({"a.go": RESOURCE, "a_test.go": function("inATest")})) == {
        "resourceBox": {
            "name": Field(is_map=False, configurable=True),
            "tags": tags,
            "shown": Field(is_map=True, configurable=False),
            "disk": Field(is_map=False, configurable=True, nested={"tags": tags}),
        }
    }


def test_alicloud_types_and_version():
    provider = """
    ResourcesMap: map[string]*schema.Resource{
        "alicloud_box":  resourceBox(),
        "alicloud_made": resourceMade(),
        "alicloud_rule": resourceRule(),
    """
    texts = {
        "a.go": RESOURCE,
        "b.go": function("resourceRule"),
        "client.go": 'var providerVersion = "1.2.3"',
        "provider.go": provider,
    }

    assert catalog_source.alicloud(Source(texts)) == (
        "1.2.3",
        {"alicloud_box": Entry("tags", "map", also=("disk.tags",)), "alicloud_rule": None},
    )


def test_oracle_types_have_two_maps_of_their_own():
    texts = {
        "a.go": function("Both", "freeform_tags", "defined_tags"),
        "b.go": function("Table", "defined_tags") + function("None"),
        "export.go": """
            tfresource.RegisterResource("oci_both", Both())
            tfresource.RegisterResource("oci_core_route_table", Table())
            tfresource.RegisterResource("oci_core_default_route_table", DefaultTable())
            tfresource.RegisterResource("oci_none", None())
        """,
        "version.go": 'const Version = "8.0.1"',
    }

    assert catalog_source.oci(Source(texts)) == (
        "8.0.1",
        {
            "oci_both": Entry("freeform_tags", "map", beside=("defined_tags",)),
            "oci_core_route_table": Entry("defined_tags", "map"),
            "oci_core_default_route_table": Entry("defined_tags", "map"),
            "oci_none": None,
        },
    )


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("git") is None and "TAGGUARD_CI" not in os.environ, reason="git is not installed"
)
def test_a_cached_commit_is_read_without_the_network(tmp_path):
    folder = tmp_path / "box.git"
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "--quiet", "--bare", str(folder)], check=True)

    def made(*command, **options):
        done = subprocess.run([*git, *command], check=True, capture_output=True, **options)
        return done.stdout.strip()

    blob = made("hash-object", "-w", "--stdin", input=RESOURCE.encode())
    tree = made("mktree", input=b"100644 blob " + blob + b"\ta.go\n")
    root = made("mktree", input=b"040000 tree " + tree + b"\tinternal\n")
    author = ("-c", "user.name=a", "-c", "user.email=a@example.test")
    commit = made(*author, "commit-tree", "-m", "x", root.decode()).decode()

    pin = Commit("acme/box", commit, "internal")

    assert set(schemas(Source.at(pin.fetched(tmp_path), commit, pin.folder))) == {"resourceBox"}
