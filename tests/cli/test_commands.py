from __future__ import annotations

import pytest

from tagguard import __version__


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
