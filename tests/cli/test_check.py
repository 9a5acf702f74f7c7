from __future__ import annotations

import json
import subprocess
import sys

import pytest


def test_a_sound_template_passes(project):
    project.template()
    ran = project.run("check", "app.yaml")
    assert (ran.code, ran.err) == (0, "")


def test_findings_fail(project):
    project.template(env="Prod")
    ran = project.run("check", "app.yaml", "--format", "json")
    assert ran.code == 1
    (finding,) = ran.json["findings"]
    assert finding["message"] == "`Prod` is not valid for `Env`; did you mean `prod`?"
    assert finding["location"] == {"path": "app.yaml", "line": 8, "column": 11}


@pytest.mark.parametrize(
    ("severity", "fail_on", "code"),
    [
        ("error", "error", 1),
        ("warning", "error", 0),
        ("warning", "warning", 1),
        ("info", "warning", 0),
        ("info", "info", 1),
        ("error", "never", 0),
    ],
)
def test_fail_on_sets_the_least_severity_that_fails(project, severity, fail_on, code):
    project.write(
        "taxonomy.yaml",
        "schema: tagguard/taxonomy/1\nname: a\nversion: 1.0.0\n"
        f"keys: {{X: {{required: true, severity: {severity}}}}}\n",
    )
    project.template()
    assert project.run("check", "--fail-on", fail_on).code == code


def test_a_path_that_does_not_exist_is_exit_2_and_writes_nothing_to_stdout(project):
    project.template()
    ran = project.run("check", "app.yaml", "nope.json")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no file or folder `nope.json`" in ran.err


@pytest.mark.parametrize("arguments", [[], ["."], ["empty"]])
def test_nothing_recognised_is_exit_3(project, arguments):
    (project.folder / "empty").mkdir()
    ran = project.run("check", *arguments)
    assert ran.code == 3
    assert "nothing to check was recognised" in ran.out
    assert project.run("check", *arguments, "--allow-incomplete").code == 0


def test_an_unreadable_file_among_good_ones_is_exit_3_and_the_others_are_judged(project):
    project.template(env="qa")
    project.write("broken.yaml", "AWSTemplateFormatVersion: 1\nResources: {A: {Type: [\n")
    ran = project.run("check", "--format", "json")
    assert ran.code == 3
    assert [problem["where"] for problem in ran.json["problems"]] == ["broken.yaml:3"]
    assert [finding["rule"] for finding in ran.json["findings"]] == ["invalid-value"]
    assert project.run("check", "--allow-incomplete").code == 1


def test_a_file_named_and_not_recognised_is_a_problem_one_met_is_counted(project):
    project.template()
    project.write("package.json", '{"name": "x"}')
    named = project.run("check", "app.yaml", "package.json", "--format", "json")
    assert (named.code, named.json["problems"][0]["where"]) == (3, "package.json")
    met = project.run("check", ".", "--format", "json")
    assert (met.code, met.json["problems"]) == (0, [])
    assert met.json["skipped"] == 3
    passed_over = project.run("check", "package.json", "--skip-unrecognised")
    assert passed_over.code == 0


def test_without_a_taxonomy_is_exit_2_and_points_to_init(project):
    (project.folder / "tagguard.yaml").unlink()
    ran = project.run("check")
    assert (ran.code, ran.out) == (2, "")
    assert "tagguard init" in ran.err


def test_stdin_is_read(project):
    template = project.template().read_bytes()
    ran = project.run("check", "-", "--format", "json", stdin=template)
    (read,) = ran.json["inputs"]
    assert (read["path"], read["kind"], read["resources"]) == ("-", "cloudformation", 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encodings_that_powershell_writes_are_read(project, encoding):
    plan = {
        "format_version": "1.2",
        "resource_changes": [
            {
                "address": "aws_sqs_queue.q",
                "mode": "managed",
                "type": "aws_sqs_queue",
                "name": "q",
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {
                    "actions": ["create"],
                    "after": {"tags_all": {"Owner": "é", "Env": "prod"}},
                    "after_unknown": {},
                },
            }
        ],
    }
    project.write("plan.json", json.dumps(plan, ensure_ascii=False).encode(encoding))
    ran = project.run("check", "plan.json", "--format", "json")
    assert ran.code == 0, ran.out
    assert ran.json["summary"]["compliant"] == 1


def test_an_option_wins_over_the_environment_over_the_file(project):
    project.template(env="qa")
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\nfail_on: never\n")
    assert project.run("check").code == 0
    assert project.run("check", env={"TAGGUARD_FAIL_ON": "error"}).code == 1
    both = project.run("check", "--fail-on", "never", env={"TAGGUARD_FAIL_ON": "error"})
    assert both.code == 0


def test_the_configuration_is_found_upwards_and_its_paths_are_its_own(project):
    project.write("teams.yaml", 'teams: [{name: shop, match: {paths: ["services/shop/**"]}}]\n')
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\nteams: teams.yaml\n")
    project.template("services/shop/app.yaml")
    ran = project.run("check", "--format", "json", cwd="services/shop")
    assert [row["team"] for row in ran.json["teams"]] == ["shop"]
    assert ran.json["inputs"][0]["path"] == "app.yaml"


def test_a_scanned_folders_configuration_and_policies_are_not_used(project):
    project.template("repo/app.yaml", env="qa")
    project.write("repo/tagguard.yaml", "fail_on: never\npolicies: [evil]\n")
    project.write("repo/evil/evil.py", "raise SystemExit('executed')\n")
    ran = project.run("check", "repo")
    assert ran.code == 1
    assert "executed" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rule", "mising-tag"], "no rule called `mising-tag` (did you mean `missing-tag`?)"),
        (["--ignore", "x"], "no rule called `x`"),
        (["--format", "jsn"], "no format called `jsn` (did you mean `json`?)"),
        (["--report", "sarif"], "`sarif` is not a report"),
        (["--team", "paymens"], "no team called `paymens` (did you mean `payments`?)"),
        (["--today", "tomorrow"], "`tomorrow` is not a day"),
        (["--stack-tag", "x"], "`x` gives no tag a value"),
        (["--taxonomy", "no.yaml"], "no.yaml cannot be read"),
        (["--policy", "no.py"], "no.py"),
        (["--fail-on", "eror"], "eror"),
        (["--root", "app.yaml"], "the root `app.yaml` is no folder"),
        (["--source", "nowhere"], "the source `nowhere` is no folder that can be read"),
        (["--source", "."], "the source `.` holds no Terraform files"),
    ],
)
def test_wrong_names_are_exit_2_with_a_suggestion(project, arguments, message):
    project.template()
    project.write("teams.yaml", "teams: [{name: payments, match: {}}]\n")
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\nteams: teams.yaml\n")
    ran = project.run("check", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_wrong_configuration_lists_every_fault(project):
    project.write("tagguard.yaml", "taxonmy: x\nfail_on: always\n")
    ran = project.run("check")
    assert ran.code == 2
    assert "tagguard.yaml:1:1: taxonmy: unknown field (did you mean `taxonomy`?)" in ran.err
    assert "tagguard.yaml:2:1: fail_on: `always` is not one of" in ran.err


def test_faults_of_the_catalog_have_their_lines_too(project):
    project.write(
        "tagguard.yaml",
        "taxonomy: taxonomy.yaml\ncatalog:\n  a_b: {shape: maps}\n"
        "  c_d:\n    taggable: maybe\n  aws:s3/bukket: {taggable: false}\n",
    )
    ran = project.run("check")
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[0].strip() for line in ran.err.splitlines()[:3]] == [
        "tagguard.yaml:3:3",
        "tagguard.yaml:5:5",
        "tagguard.yaml:6:3",
    ]


def test_rule_and_ignore_choose_what_judges(project):
    project.template(owner='""', env="qa")
    rules = {
        arguments: {
            one["rule"]
            for one in project.run("check", *arguments, "--format", "json").json["findings"]
        }
        for arguments in ((), ("--rule", "empty-tag"), ("--ignore", "empty-tag"))
    }
    assert rules == {
        (): {"empty-tag", "invalid-value"},
        ("--rule", "empty-tag"): {"empty-tag"},
        ("--ignore", "empty-tag"): {"invalid-value"},
    }


def test_undetermined_changes_the_exit_code_only(project):
    project.write(
        "app.yaml",
        "Parameters: {E: {Type: String}}\n"
        "Resources:\n  L:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags:\n"
        "        - {Key: Owner, Value: x}\n        - {Key: Env, Value: !Ref E}\n",
    )
    warn, fail, ignore = (
        project.run("check", "--undetermined", mode) for mode in ("warn", "fail", "ignore")
    )
    assert (warn.code, fail.code, ignore.code) == (0, 1, 0)
    assert "parameter `E`" in warn.out
    assert "parameter `E`" not in ignore.out
    assert project.run("check", "--parameter", "E=prod", "--undetermined", "fail").code == 0


def test_several_reports_in_one_run(project):
    project.template(env="qa")
    ran = project.run("check", "--report", "json=out/r.json", "--report", "sarif=s.sarif")
    assert ran.code == 2  # the folder `out` is not there
    ran = project.run("check", "--report", "json=r.json", "--report", "sarif=s.sarif")
    assert ran.code == 1
    assert json.loads((project.folder / "r.json").read_text())["summary"]["noncompliant"] == 1
    assert json.loads((project.folder / "s.sarif").read_text())["version"] == "2.1.0"


def test_a_baseline_accepts_what_is_there_and_nothing_new(project):
    project.template(env="qa")
    assert project.run("check", "--write-baseline", "base.json").code == 0
    assert project.run("check", "--baseline", "base.json").code == 0
    project.template("second.yaml", env="qa")
    ran = project.run("check", "--baseline", "base.json", "--format", "json")
    assert ran.code == 1
    statuses = {one["location"]["path"]: one["status"] for one in ran.json["findings"]}
    assert statuses == {"app.yaml": "baseline", "second.yaml": "open"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is damaged"),
        (b'{"findings": [{}]}', "is damaged"),
        (b'{"findings": ["\xff"]}', "is damaged"),
        (b"[" * 100_000, "is damaged"),
    ],
)
def test_a_damaged_baseline_is_exit_2(project, content, message):
    project.template()
    project.write("base.json", content)
    ran = project.run("check", "--baseline", "base.json")
    assert (ran.code, message in ran.err) == (2, True)


def test_two_runs_give_the_same_bytes(project):
    for number in range(6):
        project.template(f"t{number}.yaml", env="qa", owner="x" * number or '""')
    first, second = (project.run("check", "--format", "json") for _ in range(2))
    assert first.out == second.out
    assert str(project.folder) not in first.out


def test_a_parameter_that_no_template_has_is_noted(project):
    project.write(
        "app.yaml",
        'AWSTemplateFormatVersion: "2010-09-09"\n'
        "Parameters: {Stage: {Type: String}}\nResources: {T: {Type: AWS::SNS::Topic}}\n",
    )
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\nparameters: {Shared: x}\n")
    given = ["Stag=prod", "Stage=prod", "AWS::Region=eu-west-1", "\x1b=1"]
    ran = project.run("check", "app.yaml", *(f"--parameter={one}" for one in given))
    assert ran.err.splitlines() == [
        "note: no template has the parameter `\\x1b`",
        "note: no template has the parameter `Stag` (did you mean `Stage`?)",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "sarif", "--report", "csv=x.csv"], True),
        (["--format", "sarif", "--report", "json=x.json"], False),
        ([], False),
    ],
)
def test_a_list_that_no_report_shows_is_noted(project, arguments, told):
    project.template()
    ran = project.run("check", "--list-resources", *arguments)
    note = "note: the list of resources is shown by the formats console and json only\n"
    assert (ran.code, ran.err) == (0, note if told else "")


def test_list_resources_shows_tags_and_where_they_come_from(project):
    project.template()
    ran = project.run(
        "check", "--list-resources", "--format", "json", "--stack-tag", "Cost=1", "--redact", "Env"
    )
    (resource,) = ran.json["resources"]
    assert resource["tags"] == [
        {"key": "Cost", "value": "1", "provenance": "stack", "overrides": None},
        {"key": "Env", "value": "(sensitive)", "provenance": "resource", "overrides": None},
        {"key": "Owner", "value": "a", "provenance": "resource", "overrides": None},
    ]


def test_the_console_lists_resources_too(project):
    project.template()
    ran = project.run("check", "--list-resources", "--redact", "Env")
    assert (
        """
  Logs  compliant  app.yaml:3:3
    Env = (sensitive)  (resource)
    Owner = a  (resource)
"""
        in ran.out
    )


def changing(name, *actions):
    """Give one change of a plan to a queue without tags."""
    tags: dict[str, object] = {"tags": None, "tags_all": {}}
    return {
        "address": f"aws_sqs_queue.{name}",
        "mode": "managed",
        "type": "aws_sqs_queue",
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions,
            "before": None if "create" in actions else tags,
            "after": tags,
            "after_unknown": {},
        },
    }


@pytest.mark.parametrize(
    ("arguments", "env", "config", "changed_only"),
    [
        ([], {}, "", False),
        (["--changed-only"], {}, "", True),
        ([], {"TAGGUARD_CHANGED_ONLY": "1"}, "", True),
        ([], {}, "changed_only: true\n", True),
        ([], {"TAGGUARD_CHANGED_ONLY": "0"}, "changed_only: true\n", False),
        (["--all"], {"TAGGUARD_CHANGED_ONLY": "1"}, "", False),
    ],
)
def test_changed_only_leaves_out_what_the_plan_leaves_as_it_is(
    project, arguments, env, config, changed_only
):
    changes = [changing("new", "create"), changing("old", "no-op")]
    project.write("plan.json", json.dumps({"format_version": "1.2", "resource_changes": changes}))
    project.write("tagguard.yaml", f"taxonomy: taxonomy.yaml\n{config}")
    ran = project.run("check", "plan.json", "--format", "json", *arguments, env=env)
    summary = ran.json["summary"]
    counts = (summary["noncompliant"], summary["excluded"], summary["unchanged"])
    assert counts == ((1, 1, 1) if changed_only else (2, 0, 0))


def test_links_do_not_lead_out_of_the_tree_nor_in_circles(project):
    project.template("repo/app.yaml")
    project.template("outside/app.yaml", env="qa")
    (project.folder / "repo" / "loop").symlink_to("..")
    (project.folder / "repo" / "linked.yaml").symlink_to("../outside/app.yaml")
    (project.folder / "repo" / "loop-a.yaml").symlink_to("loop-b")
    (project.folder / "repo" / "loop-b").symlink_to("loop-a.yaml")
    ran = project.run("check", "repo", "--format", "json")
    assert (ran.code, [one["path"] for one in ran.json["inputs"]]) == (0, ["repo/app.yaml"])


def test_a_looping_link_that_is_named_is_a_problem(project):
    (project.folder / "loop").symlink_to("loop")
    ran = project.run("check", "loop")
    assert ran.code == 3
    assert "cannot be read" in ran.out


def test_a_python_and_a_rego_policy_judge_together(project):
    project.template()
    project.write(
        "policies/shout.py",
        "from tagguard import policy\n\n\n"
        '@policy("shout", severity="warning", summary="Owners shout")\n'
        "def shout(resource, ctx):\n"
        "    print('to stderr')\n"
        "    if not resource.tags.get('Owner').value.isupper():\n"
        "        yield ctx.fail('Owner', 'the owner must be in capitals')\n",
    )
    project.write(
        "policies/quiet.rego",
        "# METADATA\n# title: Quiet\npackage tagguard.policies.quiet\n\n"
        'violation contains "too loud" if input.resource.tags.Env == "prod"\n',
    )
    ran = project.run("check", "--policy", "policies", "--format", "json")
    assert {one["rule"]: one["severity"] for one in ran.json["findings"]} == {
        "shout": "warning",
        "quiet": "error",
    }
    assert ran.err == "to stderr\n"


def test_a_crashing_policy_is_a_problem_and_the_scan_goes_on(project):
    project.template(env="qa")
    project.write(
        "crash.py",
        "from tagguard import policy\n\n\n"
        '@policy("crash")\ndef crash(resource, ctx):\n    return 1 / 0\n',
    )
    ran = project.run("check", "--policy", "crash.py", "--format", "json")
    assert ran.code == 3
    assert ran.json["problems"][0]["where"] == "crash on Logs"
    assert ran.json["findings"][0]["rule"] == "invalid-value"
    assert ran.json["undetermined"][0]["reason"] == "the policy `crash` crashed"
    for arguments in (("--ignore", "crash"), ("--rule", "missing-tag")):
        assert project.run("check", "--policy", "crash.py", *arguments).code != 3
    project.template()
    ran = project.run("check", "--policy", "crash.py", "--format", "json")
    assert (ran.json["summary"]["undetermined"], ran.json["summary"]["coverage"]) == (1, 0.0)


def test_one_id_for_two_policies_is_exit_2(project):
    project.template()
    source = 'from tagguard import policy\n@policy("twin")\ndef twin(resource, ctx): return []\n'
    project.write("a.py", source)
    project.write("b.rego", "package tagguard.policies.twin\n\nviolation contains 1 if false\n")
    ran = project.run("check", "--policy", "a.py", "--policy", "b.rego")
    assert (ran.code, "two policies are called `twin`" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "env", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_is_a_choice(project, arguments, env, coloured):
    project.template(env="qa")
    ran = project.run("check", *arguments, env=env)
    assert ("\x1b[" in ran.out) is coloured


def test_hostile_values_do_not_reach_the_terminal(project):
    project.template(env='"\\x1b[2J\\n::error::x | `<b>` \\u202e 🦆"')
    ran = project.run("check")
    assert ran.code == 1
    assert not {"\x1b", "\u202e"} & set(ran.out)
    assert not any(line.startswith("::error") for line in ran.out.splitlines())


def test_a_line_with_a_confidential_value_is_not_quoted(project):
    project.write(
        "taxonomy.yaml",
        "schema: tagguard/taxonomy/1\nname: a\nversion: 1.0.0\n"
        "keys: {password: {forbidden: true}, Env: {values: [prod]}}\n",
    )
    project.write(
        "app.yaml",
        "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      Tags:\n"
        "        - {Key: password, Value: hunter2}\n        - {Key: Env, Value: salty}\n"
        "        - {Key: Note, Value: AKIAIOSFODNN7EXAMPLE}\n",
    )
    ran = project.run("check", "--redact", "Env", "--policy", "tagguard:no-secrets-in-tags")
    assert ran.code == 1
    for secret in ("hunter2", "salty", "AKIAIOSFODNN7EXAMPLE"):
        assert secret not in ran.out + ran.err
    assert "hunter2" not in project.run("check", "--format", "json").out


def test_no_neighbours_line_shows_a_confidential_value(project):
    project.write(
        "taxonomy.yaml",
        "schema: tagguard/taxonomy/1\nname: a\nversion: 1.0.0\n"
        "keys: {Owner: {required: true}, Env: {values: [prod]}, password: {forbidden: true}}\n",
    )
    project.write(
        "app.yaml",
        "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {Tags: [{Key: owner, Value: hunter2},"
        " {Key: Env, Value: x}, {Key: password, Value: hunter3}]}}\n",
    )
    ran = project.run("check", "--redact", "Owner")
    assert not any(secret in ran.out for secret in ("hunter2", "hunter3"))
    listed = project.run("check", "--redact", "Owner", "--list-resources", "--format", "json")
    assert [tag["value"] for tag in listed.json["resources"][0]["tags"]] == [
        "x",
        "(sensitive)",
        "(sensitive)",
    ]


def test_codeowners_are_found_and_count_from_their_root(project):
    project.write(".github/CODEOWNERS", "* @acme/all\n/svc/ @acme/svc\n")
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\ncodeowners: true\n")
    project.template("svc/app.yaml")
    for cwd, path in ((".", "svc"), ("svc", ".")):
        ran = project.run("check", path, "--format", "json", cwd=cwd)
        assert [row["team"] for row in ran.json["teams"]] == ["svc"]
    project.write("OWNERS", "* @acme/other\n")
    project.write("tagguard.yaml", "taxonomy: taxonomy.yaml\ncodeowners: OWNERS\n")
    ran = project.run("check", "--format", "json")
    assert [row["team"] for row in ran.json["teams"]] == ["other"]


def test_a_fingerprint_is_the_same_from_wherever_a_check_is_run(project):
    project.template("svc/app.yaml", env="qa")
    prints = {
        project.run("check", path, "--format", "json", cwd=cwd).json["findings"][0]["fingerprint"]
        for cwd, path in ((".", "svc"), ("svc", "."), ("svc", "app.yaml"))
    }
    assert len(prints) == 1


def test_a_reader_that_has_seen_enough_changes_no_verdict(project):
    project.template(env="qa")
    for arguments, code in ((["--fail-on", "never"], 0), ([], 1)):
        command = f"{sys.executable} -m tagguard check {' '.join(arguments)}; echo $? >&2"
        ran = subprocess.run(
            ["bash", "-c", f"({command}) | true"],
            cwd=project.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.stderr == f"{code}\n"


@pytest.mark.parametrize(
    ("redirect", "message"),
    [
        (">/dev/full", "the report cannot be written: No space left on device"),
        (">&-", "stdout is closed"),
        ("--report json=/nope/r.json", "the report /nope/r.json cannot be written"),
        ("--write-baseline /nope/b.json", "the baseline /nope/b.json cannot be written"),
    ],
)
def test_what_cannot_be_written_is_exit_2(project, redirect, message):
    project.template()
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m tagguard check app.yaml {redirect}"],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert message in ran.stderr


def test_a_baseline_is_written_beside_the_reports_and_never_in_part(project):
    project.template(env="qa")
    ran = project.run("check", "--write-baseline", "b.json", "--format", "json")
    assert (ran.code, ran.err) == (0, "1 finding accepted in b.json\n")
    assert len(ran.json["findings"]) == 1
    partly = project.run("check", "--write-baseline", "b.json", "--rule", "missing-tag")
    assert (partly.code, "would forget the others" in partly.err) == (2, True)
    partly = project.run("check", "--write-baseline", "b.json", "--changed-only")
    assert (partly.code, "would forget the others" in partly.err) == (2, True)


def test_a_team_that_owns_nothing_here_is_no_error(project):
    project.template(owner="a")
    project.write("tagguard.yaml", 'taxonomy: taxonomy.yaml\nowners: ["tag:Owner"]\n')
    ran = project.run("check", "--team", "b", "--format", "json")
    assert (ran.code, ran.json["summary"]["coverage"]) == (0, None)
    assert ran.err == "note: nothing here belongs to the team `b`\n"


def test_an_exemption_that_speaks_of_no_rule_is_exit_2(project):
    project.template()
    project.write(
        "exemptions.yaml",
        "exemptions:\n"
        "  - {match: {}, rules: [mising-tag], reason: r, owner: o, expires: 2099-01-01}\n",
    )
    ran = project.run("check", "--exemptions", "exemptions.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "no rule called `mising-tag` (did you mean `missing-tag`?)" in ran.err


def test_repeatable_options_take_commas_in_a_variable(project):
    project.template()
    variables = {"TAGGUARD_STACK_TAG": "Lead=Jane Doe,Cost=1"}
    ran = project.run("check", "--list-resources", "--format", "json", env=variables)
    tags = {tag["key"]: tag["value"] for tag in ran.json["resources"][0]["tags"]}
    assert (tags["Lead"], tags["Cost"]) == ("Jane Doe", "1")


def test_exemptions_that_want_attention_are_named(project):
    project.template(owner='""')
    project.write(
        "exemptions.yaml",
        "exemptions:\n"
        "  - {id: old, match: {}, reason: r, owner: o, expires: 2026-01-01}\n"
        "  - {id: idle, match: {addresses: [x]}, reason: r, owner: o, expires: 2026-12-30}\n",
    )
    ran = project.run("check", "--exemptions", "exemptions.yaml", "--today", "2026-01-02")
    assert ran.code == 1
    assert "exemption old has expired and waives nothing" in ran.out
    assert "exemption idle matched nothing" in ran.out
    for left_out in (["--rule", "empty-tag"], ["--ignore", "missing-tag"], ["--changed-only"]):
        ran = project.run("check", "--exemptions", "exemptions.yaml", *left_out)
        assert "idle" not in ran.out


@pytest.mark.parametrize("path", ['"a\\0b"', "~nosuchuser/x.yaml"])
def test_a_path_that_cannot_be_is_exit_2(project, path):
    project.write("tagguard.yaml", f"taxonomy: {path}\n")
    ran = project.run("check")
    assert (ran.code, "is no path" in ran.err) == (2, True)


def test_what_a_policys_programs_print_goes_to_stderr(project):
    project.template()
    project.write(
        "loud.py",
        "import os, subprocess\nfrom tagguard import policy\n\n\n"
        '@policy("loud")\ndef loud(resource, ctx):\n'
        "    os.write(1, b'one ')\n    subprocess.run(['echo', 'two'])\n",
    )
    ran = project.run("check", "--policy", "loud.py", "--format", "json")
    assert (ran.json["summary"]["compliant"], ran.err) == (1, "one two\n")
