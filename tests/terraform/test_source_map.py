from __future__ import annotations

import json

import pytest

from tagguard.terraform.source_map import SourceMap
from tagguard.tree import Tree


@pytest.fixture
def mapped(tmp_path):
    """Write files under `repo`, and map them; `cwd` is the folder above."""

    def mapped(files, folder="repo"):
        for name, text in files.items():
            path = tmp_path / "repo" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return SourceMap(Tree([tmp_path / "repo"], cwd=tmp_path), folder)

    return mapped


def shown(place):
    return place and f"{place.path}:{place.line}:{place.column}"


def located(place):
    return place and shown(place.location)


BUCKET = '\nresource "aws_s3_bucket" "logs" {\n  tags = { Owner = "x" }\n}\n'


def test_a_resource_of_the_root(mapped):
    source = mapped({"main.tf": BUCKET})
    assert source.found
    place = source.resource("", "aws_s3_bucket", "logs")
    assert located(place) == "repo/main.tf:2:1"
    assert shown(place.tag("tags", "Owner")) == "repo/main.tf:3:12"
    assert shown(place.tag("tags", "Other")) == "repo/main.tf:3:3"
    assert place.tag("labels", "Owner") is None


def test_what_is_not_written_has_no_place(mapped):
    source = mapped({"main.tf": BUCKET})
    assert source.resource("", "aws_s3_bucket", "other") is None
    assert source.resource("module.a", "aws_s3_bucket", "logs") is None
    assert source.provider("aws") is None


@pytest.mark.parametrize("name", ["main.tf", "main.tofu", "main.tf.json"])
def test_folders_with_terraform_are_found(mapped, name):
    assert mapped({name: "{}"}).found


def test_other_folders_are_not(mapped, tmp_path):
    assert not mapped({"plan.json": "{}", "sub/main.tf": ""}).found
    assert not SourceMap(Tree([tmp_path], cwd=tmp_path), "nowhere").found
    assert not SourceMap(Tree([tmp_path / "repo"], cwd=tmp_path), "..").found


def test_the_working_directory_itself(tmp_path):
    (tmp_path / "main.tf").write_text(BUCKET)
    source = SourceMap(Tree([tmp_path], cwd=tmp_path), ".")
    assert located(source.resource("", "aws_s3_bucket", "logs")) == "main.tf:2:1"


def test_local_modules_are_followed(mapped):
    source = mapped(
        {
            "env/main.tf": 'module "app" {\n  source = "../modules/app"\n}\n',
            "modules/app/main.tf": 'module "store" {\n  source = "./store"\n}\n',
            "modules/app/store/main.tf": BUCKET,
        },
        "repo/env",
    )
    place = source.resource("module.app.module.store", "aws_s3_bucket", "logs")
    assert located(place) == "repo/modules/app/store/main.tf:2:1"


REMOTE = """\
module "app" {
  source = "terraform-aws-modules/s3-bucket/aws"
  tags   = { Owner = "x" }
}
"""


@pytest.mark.parametrize(
    "source",
    [
        "terraform-aws-modules/s3-bucket/aws",
        "git::https://example.com/x.git",
        "./missing",
        "../outside",
        "./.terraform/modules/app",
    ],
)
def test_a_module_that_is_not_here_is_its_call(mapped, source):
    text = REMOTE.replace("terraform-aws-modules/s3-bucket/aws", source)
    files = {"main.tf": text, ".terraform/modules/app/main.tf": BUCKET}
    place = mapped(files).resource("module.app.module.inner", "aws_s3_bucket", "logs")
    assert located(place) == "repo/main.tf:1:1"
    assert shown(place.tag("tags", "Owner")) == "repo/main.tf:3:14"
    assert shown(place.tag("tags", "Other")) == "repo/main.tf:3:3"
    assert place.tag("labels", "Owner") is None


def test_the_call_is_that_of_the_nearest_local_module(mapped):
    source = mapped({"main.tf": 'module "a" {\n  source = "./a"\n}\n', "a/x.tf": "\n" + REMOTE})
    place = source.resource("module.a.module.app", "aws_s3_bucket", "this")
    assert located(place) == "repo/a/x.tf:2:1"


def test_a_module_outside_the_tree_is_its_call(mapped, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(BUCKET)
    source = mapped({"main.tf": 'module "a" {\n  source = "../outside"\n}\n'})
    assert located(source.resource("module.a", "aws_s3_bucket", "logs")) == "repo/main.tf:1:1"


def manifest(*modules):
    entries = [{"Key": key, "Source": "", "Dir": folder} for key, folder in modules]
    return json.dumps({"Modules": entries})


COMPUTED = 'module "a" {\n  source = var.source\n}\n'


def test_installed_modules_tell_folders_that_are_not_written(mapped):
    source = mapped(
        {
            "env/main.tf": COMPUTED,
            "env/.terraform/modules/modules.json": manifest(
                ("", "."), ("a", "../mods/a"), ("a.submodule", "..\\mods\\b")
            ),
            "mods/a/main.tf": BUCKET + COMPUTED.replace('"a"', '"submodule"'),
            "mods/b/main.tf": BUCKET,
        },
        "repo/env",
    )
    modules = ("module.a", "module.a.module.submodule")
    places = [source.resource(module, "aws_s3_bucket", "logs") for module in modules]
    assert [located(place) for place in places] == [
        "repo/mods/a/main.tf:2:1",
        "repo/mods/b/main.tf:2:1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        "[]",
        '{"Modules": [{"Key": 1}]}',
        '{"Modules": null}',
        '{"Modules": [{"Key": "a"}]}',
        manifest(("a", ".terraform/modules/a")),
        manifest(("a", "/etc")),
        manifest(("a", "C:\\x")),
        manifest(("a", "../../..")),
        manifest(("a", "\0")),
    ],
)
def test_a_strange_manifest_is_no_help(mapped, text):
    source = mapped({"main.tf": COMPUTED, ".terraform/modules/modules.json": text})
    place = source.resource("module.a", "x", "y")
    assert located(place) in {"repo/main.tf:1:1", None}
    assert (place is None) == ('{"Key": "a"}' in text)


PROVIDERS = """\
provider "aws" {
  default_tags {
    tags = { Team = "x" }
  }
}
provider "aws" {
  alias = "west"
}
module "a" {
  source = "./a"
}
module "far" {
  source = "org/far/aws"
}
"""


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("aws", "repo/main.tf:1:1"),
        ("aws.west", "repo/main.tf:6:1"),
        ('aws.west["eu"]', "repo/main.tf:6:1"),
        ("aws.east", None),
        ("google", None),
        ("module.a:aws", "repo/a/main.tf:2:1"),
        ("a:aws", "repo/a/main.tf:2:1"),
        ("module.a:aws.west", None),
        ("module.far:aws", "repo/main.tf:9:1"),
        ("module.far.module.b:aws", "repo/main.tf:9:1"),
        ("", None),
    ],
)
def test_providers(mapped, key, place):
    source = mapped({"main.tf": PROVIDERS, "a/main.tf": '\nprovider "aws" {}\n'})
    assert located(source.provider(key)) == (place and place.replace("main.tf:9", "main.tf:12"))


def test_default_tags_have_places(mapped):
    place = mapped({"main.tf": PROVIDERS}).provider("aws")
    assert shown(place.tag("default_tags.tags", "Team")) == "repo/main.tf:3:14"
    assert shown(place.tag("default_tags.0.tags", "Other")) == "repo/main.tf:3:5"


def test_overrides_say_where_an_attribute_is_written(mapped):
    source = mapped(
        {
            "main.tf": BUCKET + 'module "m" {\n  source = "./one"\n}\n',
            "a_override.tf": BUCKET.replace("tags", "labels"),
            "override.tf": BUCKET + 'module "m" {\n  source = "./two"\n}\n',
            "one/main.tf": BUCKET,
            "two/main.tf": BUCKET,
        }
    )
    place = source.resource("", "aws_s3_bucket", "logs")
    assert located(place) == "repo/main.tf:2:1"
    assert shown(place.tag("tags", "Owner")) == "repo/override.tf:3:12"
    assert shown(place.tag("labels", "Owner")) == "repo/a_override.tf:3:14"
    inner = source.resource("module.m", "aws_s3_bucket", "logs")
    assert located(inner) == "repo/two/main.tf:2:1"


def test_an_overridden_source_counts(mapped):
    local, remote = 'module "a" {\n  source = "./a"\n}\n', 'module "a" {\n  source = "b/a/aws"\n}\n'
    files = {"main.tf": local, "override.tf": remote, "a/main.tf": BUCKET}
    place = mapped(files).resource("module.a", "aws_s3_bucket", "logs")
    assert located(place) == "repo/main.tf:1:1"


def test_of_duplicates_the_first_counts(mapped):
    place = mapped({"a.tf": BUCKET, "b.tf": "\n" + BUCKET}).resource("", "aws_s3_bucket", "logs")
    assert located(place) == "repo/a.tf:2:1"
    assert shown(place.tag("tags", "Owner")) == "repo/a.tf:3:12"


def test_broken_files_are_mapped_as_far_as_they_can_be_read(mapped, tmp_path):
    source = mapped({"a.tf": "}}\n" + BUCKET, "b.tf": ""})
    (tmp_path / "repo" / "b.tf").write_bytes(b"\xff\xfe\x00")
    assert located(source.resource("", "aws_s3_bucket", "logs")) == "repo/a.tf:3:1"


def test_json_is_mapped(mapped):
    text = '{"resource": {"a": {"b": {"tags": {"K": "v"}}}},\n "module": {"m": {"source": "./m"}}}'
    source = mapped({"main.tf.json": text, "m/main.tf": BUCKET})
    place = source.resource("", "a", "b")
    assert located(place) == "repo/main.tf.json:1:21"
    assert shown(place.tag("tags", "K")) == "repo/main.tf.json:1:36"
    inner = source.resource("module.m", "aws_s3_bucket", "logs")
    assert located(inner) == "repo/m/main.tf:2:1"


def test_modules_that_call_themselves_end(mapped):
    source = mapped({"main.tf": 'module "me" {\n  source = "./"\n}\n' + BUCKET})
    found = [
        source.resource(".".join(["module.me"] * depth), "aws_s3_bucket", "logs")
        for depth in (1, 50, 200_000)
    ]
    assert [located(place) for place in found] == ["repo/main.tf:5:1", "repo/main.tf:5:1", None]


def test_links_in_circles_end(mapped, tmp_path):
    source = mapped({"main.tf": 'module "a" {\n  source = "./loop"\n}\n' + BUCKET})
    (tmp_path / "repo" / "loop").symlink_to(tmp_path / "repo")
    (tmp_path / "repo" / "self.tf").symlink_to("self.tf")
    place = source.resource(".".join(["module.a"] * 60), "aws_s3_bucket", "logs")
    assert place is not None


@pytest.mark.parametrize("module", ["a", "module", "module.", "..", "module.a.b", "data.a", "\0"])
def test_strange_addresses_have_no_place(mapped, module):
    source = mapped({"main.tf": BUCKET})
    assert source.resource(module, "aws_s3_bucket", "logs") is None


def test_a_folder_is_read_once_and_only_when_asked(mapped):
    read = []

    class Watched(Tree):
        def read(self, path):
            read.append(path)
            return super().read(path)

    mapped({"main.tf": 'module "a" {\n  source = "./a"\n}\n', "a/a.tf": BUCKET, "b/b.tf": ""})
    source = mapped({})
    source = SourceMap(Watched(source._tree._roots, cwd=source._tree._cwd), "repo")
    assert source.found
    assert read == []
    for _ in range(3):
        source.resource("module.a", "aws_s3_bucket", "logs")
    assert read == ["repo/main.tf", "repo/a/a.tf"]


CALL = '# tagguard:ignore at-call\nmodule "{0}" {{\n  source = "{1}"\n}}\n'


def rules(place):
    return place and [one.rule for one in place.ignores]


def test_waivers_of_a_block_its_overrides_and_the_calls_above(mapped):
    own = BUCKET.replace("tags =", "# tagguard:ignore own\n  tags =")
    override = 'resource "aws_s3_bucket" "logs" {} # tagguard:ignore override\n'
    source = mapped(
        {
            "main.tf": own + CALL.format("a", "./a"),
            "a/main.tf": own + CALL.replace("at-call", "inner").format("b", "../b"),
            "b/main.tf": own,
            "b/override.tf": override,
        }
    )
    assert rules(source.resource("", "aws_s3_bucket", "logs")) == ["own"]
    assert rules(source.resource("module.a", "aws_s3_bucket", "logs")) == ["own", "at-call"]
    deep = source.resource("module.a.module.b", "aws_s3_bucket", "logs")
    assert rules(deep) == ["own", "override", "inner", "at-call"]


def test_fetched_code_waives_nothing(mapped):
    installed = ".terraform/modules/a"
    listed = {"Modules": [{"Key": "a", "Dir": installed}]}
    source = mapped(
        {
            "main.tf": CALL.format("a", "acme/a/aws"),
            ".terraform/modules/modules.json": json.dumps(listed),
            f"{installed}/main.tf": f"# tagguard:ignore own{BUCKET}",
        }
    )
    assert rules(source.resource("module.a", "aws_s3_bucket", "logs")) == ["at-call"]
