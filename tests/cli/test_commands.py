from __future__ import annotations

import pytest

from tagguard import __version__, catalog


def test_version_and_help(project):
    assert project.run("--version").out == f"tagguard, version {__version__}\n"
    overview = project.run("-h")
    assert overview.code == 0
    for command in ("check", "taxonomy", "policy", "explain", "init"):
        assert command in overview.out
        assert project.run(command, "-h").code == 0


def test_an_unknown_command_is_exit_2_with_a_suggestion(project):
    ran = project.run("chek")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no command `chek` (did you mean `check`?)" in ran.err


def test_init_writes_a_starter_that_works(project):
    ran = project.run("init", "new")
    assert (ran.code, ran.out) == (0, "")
    project.template("new/app.yaml", owner="a@b.com")
    judged = project.run("check", "--format", "json", cwd="new")
    assert judged.code == 1
    assert {one["rule"] for one in judged.json["findings"]} == {"missing-tag", "misnamed-key"}
    assert project.run("taxonomy", "check", cwd="new").code == 0
    assert project.run("policy", "test", cwd="new").code == 0


def test_init_overwrites_nothing_unless_told(project):
    ran = project.run("init")
    assert ran.code == 2
    assert "tagguard.yaml and taxonomy.yaml are already there" in ran.err
    assert project.run("init", "--force").code == 0


def test_taxonomy_check_lists_all_faults_of_all_files(project):
    project.write("bad.yaml", "schema: tagguard/taxonomy/1\nnmae: x\nversion: 1\nkeys: {}\n")
    ran = project.run("taxonomy", "check", "taxonomy.yaml", "bad.yaml")
    assert ran.code == 2
    assert "taxonomy.yaml: acme 2.1.0 is sound, 2 keys" in ran.out
    assert "bad.yaml:2:1: nmae: unknown field (did you mean `name`?)" in ran.err
    assert "bad.yaml:3:1: version: `1` is not a semantic version" in ran.err


def test_taxonomy_show_is_readable(project):
    ran = project.run("taxonomy", "show")
    assert ran.code == 0
    assert "acme 2.1.0" in ran.out
    assert "one of: prod, dev" in ran.out
    assert "\x1b" not in ran.out


def test_explain_knows_rules_and_policies(project):
    assert "**Fails** when" in project.run("explain", "missing-tag").out
    assert "missing-tag" in project.run("explain").out
    ran = project.run(
        "explain", "no-placeholder-values", "--policy", "tagguard:no-placeholder-values"
    )
    assert ran.out.startswith("no-placeholder-values (")
    wrong = project.run("explain", "missing-tags")
    assert (wrong.code, "did you mean `missing-tag`?" in wrong.err) == (2, True)


@pytest.mark.parametrize("name", ["aws:s3/bucket", "s3:bucket"])
def test_explain_tells_all_that_one_name_stands_for(project, name):
    ran = project.run("explain", name)
    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if line[:1].strip() and ":" in line] == [
        "AWS::S3::Bucket (CloudFormation): takes tags",
        "aws_s3_bucket (Terraform provider aws): takes tags",
        "awscc_s3_bucket (Terraform provider awscc): takes tags",
    ]
    assert f"catalog {catalog.version()}" in ran.out


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "aws_instance",
            [
                "aws_instance (Terraform provider aws): takes tags",
                "  written in        `tags`, a map",
                "  provider defaults reach it",
                "  effective tags    a plan shows them in `tags_all`",
                "                    `root_block_device.tags`",
                "  canonical name    aws:ec2/instance",
            ],
        ),
        (
            "AWS::S3::Bucket",
            [
                "  written in        `Tags`, a list of `Key` and `Value`",
                "  stack tags        reach it",
            ],
        ),
        (
            "aws_autoscaling_group",
            [
                "  implies           `#instance`",
                "                    judged as resources of their own where their tags are shown",
            ],
        ),
        ("AWS::AutoScaling::AutoScalingGroup", ["  implies           `#instance`"]),
        (
            "oci_core_instance",
            [
                "                    `create_vnic_details.freeform_tags`",
                "  implies           nothing: the nested places are not judged",
            ],
        ),
        ("oci_core_vcn", ["  written in        `freeform_tags` and `defined_tags`, both maps"]),
        ("azurerm_storage_account", ["  at most           128 characters in a key"]),
        (
            "aws:ecs/task",
            ["aws:ecs/task: takes tags", "  written in        the resource that creates it"],
        ),
        (
            "aws_iam_policy_attachment",
            ["aws_iam_policy_attachment (Terraform provider aws): takes no tags"],
        ),
        ("Custom::Thing", ["  source            custom resources take no tags"]),
        ("random_pet", ["  source            no type of provider random takes tags"]),
    ],
)
def test_explain_tells_what_the_catalog_knows_of_a_type(project, name, lines):
    ran = project.run("explain", name)
    assert (ran.code, ran.err) == (0, "")
    told = ran.out.splitlines()
    assert [line for line in lines if line not in told] == []


def test_explain_knows_the_types_of_the_configuration(project):
    project.write(
        "tagguard.yaml",
        "taxonomy: taxonomy.yaml\ncatalog:\n"
        "  widget_box: {attribute: labels, shape: map, limits: {tags: 5, value: 20}}\n"
        "  aws_s3_bucket: {taggable: false}\n",
    )
    box = project.run("explain", "widget_box").out
    assert "widget_box: takes tags\n  written in        `labels`, a map\n" in box
    assert "  at most           5 tags, 20 characters in a value\n" in box
    assert "  source            tagguard.yaml\n" in box
    assert project.run("explain", "aws_s3_bucket").out.startswith("aws_s3_bucket: takes no tags")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("aws_s3_bukcet", "(did you mean `aws_s3_bucket`?)"),
        ("AWS::S3::Bukcet", "(did you mean `AWS::S3::Bucket`?)"),
        ("widget_box", "`catalog: {widget_box: {attribute: tags, shape: map}}`"),
        ("AWS::Foo::Bar", "called `AWS::Foo::Bar`\n  = help: the catalog does not know"),
        ("aws_foo", "called `aws_foo`\n"),
        ("aws_*", "called `aws_*`\n  = help: types are explained one by one"),
        ("bucket", "= help: there are `aws:s3/bucket`, "),
        ("s3", "= help: there are `aws:s3/job`, "),
        ("aws", "called `aws`\n  = help: known rules: "),
        ("mising-tag", "(did you mean `missing-tag`?)"),
        ("\x1b[31m_x", "\\x1b[31m_x"),
    ],
)
def test_explain_of_what_nobody_knows_is_exit_2(project, name, told):
    ran = project.run("explain", name)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "\x1b" not in ran.err


def test_a_misspelt_type_is_no_type_to_add(project):
    assert "catalog:" not in project.run("explain", "aws_s3_bukcet").err


def test_taxonomy_check_refuses_what_a_used_cloud_cannot_hold(project):
    head = "schema: tagguard/taxonomy/1\nname: x\nversion: 1.0.0\n"
    keys = "keys: {Owner: {required: true, format: email}}\n"
    project.write("t.yaml", head + keys)
    ran = project.run("taxonomy", "check", "t.yaml")
    assert ran.code == 0
    assert "note: Owner: it does not apply on gcp: an e-mail address is no legal" in ran.err
    project.write("t.yaml", f"{head}clouds: [gcp]\nimplied: false\n{keys}")
    ran = project.run("taxonomy", "check", "t.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "t.yaml:6:32: keys.Owner.format: it does not apply on gcp" in ran.err
    ran = project.run("check", "--taxonomy", "t.yaml", "t.yaml")
    assert (ran.code, ran.out) == (2, "")


def test_taxonomy_show_tells_where_the_standard_is_used(project):
    text = project.folder.joinpath("taxonomy.yaml").read_text()
    project.write("taxonomy.yaml", f"clouds: [aws, azure]\nimplied: false\n{text}")
    told = project.run("taxonomy", "show").out
    assert "Used on aws, azure." in told
    assert "What resources bring into being" in told


def test_policy_list_shows_id_kind_severity_and_origin(project):
    ran = project.run("policy", "list", "--policy", "tagguard:no-placeholder-values")
    row = next(line for line in ran.out.splitlines() if line.startswith("no-placeholder"))
    assert row.split()[:3] == ["no-placeholder-values", "rego", "error"]


@pytest.mark.parametrize(
    ("example", "code", "output"),
    [
        ("expect: fail", 0, "2 passed, 0 failed"),
        ("expect: pass", 1, "FAIL"),
    ],
)
def test_policy_test_fails_where_an_expectation_is_missed(project, example, code, output):
    project.write(
        "p/no_x.py",
        "from tagguard import policy\n\n\n"
        '@policy("no-x")\ndef no_x(resource, ctx):\n'
        "    if resource.tags.get('X'):\n        yield ctx.fail('X', 'no X')\n",
    )
    project.write(
        "p/no_x.examples.yaml",
        "policy: no-x\nexamples:\n"
        "  - {name: bad, resource: {type: a, tags: {X: y}}, expect: fail}\n"
        f"  - {{name: other, resource: {{type: a, tags: {{X: y}}}}, {example}}}\n",
    )
    ran = project.run("policy", "test", "p")
    assert (ran.code, output in ran.out) == (code, True)


def test_a_policy_that_never_fires_fails_its_test(project):
    project.write(
        "p/never.py",
        'from tagguard import policy\n\n\n@policy("never")\ndef never(resource, ctx):\n'
        "    return []\n",
    )
    ran = project.run("policy", "test", "p")
    assert ran.code == 1
    assert "never" in ran.out


def test_installed_policies_are_known_without_a_path(project):
    project.write(
        "site/acme_rules.py",
        'from tagguard import policy\n\n\n@policy("acme-rule")\ndef rule(resource, ctx):\n'
        '    yield ctx.fail("Owner", "never")\n',
    )
    project.write("site/acme_rules-1.0.dist-info/METADATA", "Name: acme-rules\nVersion: 1.0\n")
    project.write(
        "site/acme_rules-1.0.dist-info/entry_points.txt", "[tagguard.policies]\na = acme_rules\n"
    )
    ran = project.run("policy", "list", env={"PYTHONPATH": str(project.folder / "site")})
    assert (ran.code, "acme-rule" in ran.out) == (0, True)
    project.template()
    ran = project.run("check", "app.yaml", env={"PYTHONPATH": str(project.folder / "site")})
    assert (ran.code, "error[acme-rule] Logs" in ran.out) == (1, True)
