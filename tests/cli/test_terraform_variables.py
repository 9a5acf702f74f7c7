"""Values of Terraform variables, from the command line to the tag."""

from __future__ import annotations

import pytest

MAIN = """
variable "owner" { default = "nobody" }
variable "tags" {
  type    = map(string)
  default = {}
}
resource "aws_s3_bucket" "a" {
  bucket = "a"
  tags   = merge({ Owner = var.owner, Env = "prod" }, var.tags)
}
"""


@pytest.fixture
def root(project):
    """Give a project with one root module."""
    project.write("envs/prod/main.tf", MAIN)
    return project


def tags(project, *arguments, **how):
    ran = project.run("check", "--list-resources", "--format", "json", *arguments, **how)
    assert ran.code in {0, 1}, ran.out + ran.err
    (resource,) = ran.json["resources"]
    return {tag["key"]: tag["value"] for tag in resource["tags"]}


def test_an_option_wins_over_a_named_file_over_the_folders_own(root):
    assert tags(root)["Owner"] == "nobody"
    root.write("envs/prod/terraform.tfvars", 'owner = "tfvars"')
    assert tags(root)["Owner"] == "tfvars"
    root.write("common.tfvars", 'owner = "config"')
    root.write("tagguard.yaml", "taxonomy: taxonomy.yaml\nvar_files: [common.tfvars]\n")
    assert tags(root)["Owner"] == "config"
    root.write("named.tfvars", 'owner = "named"')
    assert tags(root, "--var-file", "named.tfvars")["Owner"] == "named"
    given = ("--var", "owner=option", "--var-file", "named.tfvars")
    assert tags(root, *given)["Owner"] == "option"


def test_the_environment_counts_only_when_it_is_asked_for(root):
    env = {"TF_VAR_owner": "environment", "TF_VAR_tags": '{CostCenter = "1"}'}
    assert tags(root, env=env) == {"Owner": "nobody", "Env": "prod"}
    expected = {"Owner": "environment", "Env": "prod", "CostCenter": "1"}
    assert tags(root, "--var-env", env=env) == expected
    assert tags(root, env={**env, "TAGGUARD_VAR_ENV": "1"}) == expected
    assert tags(root, "--no-var-env", env={**env, "TAGGUARD_VAR_ENV": "1"})["Owner"] == "nobody"


def test_bytes_that_are_no_text_are_replaced(root):
    given = b"--var=owner=\xff".decode(errors="surrogateescape")
    assert tags(root, given)["Owner"] == "\N{REPLACEMENT CHARACTER}"


def test_a_maps_text_is_an_expression(root):
    assert tags(root, "--var", 'tags={Env = "dev"}')["Env"] == "dev"


def test_a_variable_file_may_lie_outside_the_tree(root, tmp_path_factory):
    file = tmp_path_factory.mktemp("elsewhere") / "prod.tfvars"
    file.write_text('owner = "outside"')
    assert tags(root, "--var-file", str(file))["Owner"] == "outside"


def test_a_finding_leads_to_the_variable_file(root):
    root.write("envs/prod/terraform.tfvars", 'tags = {\n  Env = "qa"\n}\n')
    (finding,) = root.run("check", "--format", "json").json["findings"]
    assert finding["location"] == {"path": "envs/prod/terraform.tfvars", "line": 2, "column": 3}


def test_a_variable_that_no_root_declares_is_noted(root):
    ran = root.run("check", "--var=ownr=x", "--var=owner=y", "--var=\x1b=1")
    assert ran.err.splitlines() == [
        "note: no root module declares the variable `\\x1b`",
        "note: no root module declares the variable `ownr` (did you mean `owner`?)",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--var", "owner"], "`owner` gives no variable a value"),
        (["--var-file", "none.tfvars"], "there is no variable file `none.tfvars`"),
        (["--var-file", "envs"], "there is no variable file `envs`"),
        (["--var-file", "a.tfvars"], "a.tfvars:2: the value of `b`: functions cannot be called"),
        (["--var-file", "b.json"], "b.json:1: the end of the text"),
        (["--config", "other.yaml"], "there is no variable file `envs/none.tfvars`"),
    ],
)
def test_what_is_wrong_with_what_the_caller_names_is_exit_2(root, arguments, message):
    root.write("a.tfvars", 'a = 1\nb = upper("x")\n')
    root.write("b.json", "{")
    root.write("other.yaml", "taxonomy: taxonomy.yaml\nvar_files: [envs/none.tfvars]\n")
    ran = root.run("check", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_what_is_wrong_beside_a_root_is_a_problem_and_the_rest_counts(root):
    root.write("envs/prod/terraform.tfvars", 'tags = { Env = "dev" }\nowner = = "x"\n')
    ran = root.run("check", "--list-resources", "--format", "json")
    assert ran.code == 3
    assert ran.json["problems"][0]["where"].startswith("envs/prod/terraform.tfvars:2")
    values = {tag["key"]: tag["value"] for tag in ran.json["resources"][0]["tags"]}
    assert values["Env"] == "dev"
    assert isinstance(values["Owner"], dict)


def test_a_text_that_does_not_fit_its_type_is_a_problem_of_the_root(root):
    ran = root.run("check", "--var", "tags=secret", "--format", "json")
    assert ran.code == 3
    (problem,) = ran.json["problems"]
    assert problem["where"] == "envs/prod"
    assert "--var tags must be a constant expression" in problem["message"]
    assert "secret" not in ran.out + ran.err


def test_the_cache_lies_where_it_is_asked_for_or_nowhere(root):
    env = {"TAGGUARD_CACHE_DIR": str(root.folder / "kept")}
    root.run("check", "--no-cache", env=env)
    assert not (root.folder / "kept").exists()
    first, second = (root.run("check", "--format", "json", env=env).out for _ in range(2))
    assert (root.folder / "kept").is_dir()
    assert first == second
