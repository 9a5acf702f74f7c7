"""Each rule on the smallest resource that shows it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

import tagguard.rules
from tagguard.dialects import dialect
from tagguard.model import BUILTIN_RULES, Limits, Tag, TagSet
from tagguard.rules import RULES, load_rule
from tests.factories import judge, make_implied, make_resource, make_tags, make_taxonomy, verdicts

OWNER = "  Owner: {required: true, aliases: [owned-by], format: email}"


def one_outcome(taxonomy, resource):
    outcomes = judge(taxonomy, resource)
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def test_the_table_the_folder_and_the_ids_agree():
    folder = Path(tagguard.rules.__file__).parent
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__", "advice"}
    assert modules == {path.rpartition(".")[2] for path in RULES.values()}
    assert [load_rule(rule_id).ID for rule_id in BUILTIN_RULES] == list(RULES)
    for rule_id in RULES:
        for heading in ("**Fails**", "**Passes**", "**Why**", "**Configure**", "**Exempt**"):
            assert heading in load_rule(rule_id).__doc__, (rule_id, heading)


def test_missing_tag():
    outcome = one_outcome(make_taxonomy(OWNER), make_resource({}))
    assert (outcome.rule, outcome.severity) == ("missing-tag", "error")
    assert outcome.message == "the required tag `Owner` is missing"
    assert outcome.expected == "an e-mail address"
    assert outcome.hint == "add `Owner` to the tags of `aws_s3_bucket.logs`"


def test_a_missing_tag_names_every_layer_that_could_hold_it():
    resource = make_resource({}, places=("the `tags` of `x`", "the `default_tags` of `aws`"))
    outcome = one_outcome(make_taxonomy(OWNER), resource)
    assert outcome.hint == (
        "add `Owner` to the `tags` of `x`, or once for many resources to the `default_tags` of "
        "`aws`"
    )


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ({"Owner": "a"}, "set `propagate_at_launch = true` on `Owner` in the `tag` of `asg`"),
        ({}, "add `Owner` to the `tag` of `asg` with `propagate_at_launch = true`"),
    ],
)
def test_a_tag_that_its_creator_keeps_for_itself_is_only_to_be_handed_on(written, hint):
    place = "the `tag` of `asg` with `propagate_at_launch = true`"
    instance = make_implied({}, make_resource(written), places=(place,))
    assert one_outcome(make_taxonomy(OWNER), instance).hint == hint


def test_a_tag_at_a_place_of_the_creators_own_is_to_be_handed_on():
    creator = make_resource({"Owner": "a"}, address="service", places=("the `tags` of `service`",))
    task = make_implied({}, creator, places=creator.places)
    assert one_outcome(make_taxonomy(OWNER), task).hint == "let `service` hand its `Owner` on"
    elsewhere = make_implied({}, creator, places=("the `volume_tags` of `service`",))
    assert one_outcome(make_taxonomy(OWNER), elsewhere).hint == (
        "add `Owner` to the `volume_tags` of `service`"
    )


def test_an_at_sign_in_an_address_stays_one():
    origin = 'propagated:aws_ecs_service.api["ops@acme"]'
    tags = TagSet({"Owner": Tag("Owner", "x", origin)})
    assert one_outcome(make_taxonomy(OWNER), make_resource(tags=tags)).hint == (
        'give `Owner` an accepted value in `aws_ecs_service.api["ops@acme"]`, '
        "which passes its tags on"
    )


def test_a_tag_that_replaces_the_transforms_names_it():
    tag = Tag("Owner", "x", overrides="transform")
    outcome = one_outcome(make_taxonomy(OWNER), make_resource(tags=TagSet({"Owner": tag})))
    assert outcome.hint == (
        "give `Owner` an accepted value in the tags of `aws_s3_bucket.logs`, "
        "which overrides what the SAM transform adds to `aws_s3_bucket.logs`"
    )


def test_a_key_missing_from_an_incomplete_set_is_undetermined():
    tags = make_tags({}, complete=False, reason="tags depend on var.extra, which has no value")
    outcome = one_outcome(make_taxonomy(OWNER), make_resource(tags=tags))
    assert outcome.verdict == "undetermined"
    assert outcome.message == "tags depend on var.extra, which has no value"


def test_an_unknown_value_is_present_and_its_constraint_undetermined():
    assert verdicts(make_taxonomy(OWNER), make_resource({"Owner": None})) == [
        ("invalid-value", "Owner", "undetermined")
    ]
    assert (
        verdicts(make_taxonomy("  Owner: {required: true}"), make_resource({"Owner": None})) == []
    )


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("owner", "`owner` differs in case from the standard's key `Owner`"),
        ("owned-by", "`owned-by` is an alias; the standard's key is `Owner`"),
        ("Owned_By", "`Owned_By` is spelt differently from the key `Owner`"),
        ("Owner ", "`Owner ` has stray white space; the key is `Owner`"),
        ("Ownner", "`Ownner` looks like a typo; did you mean `Owner`?"),
    ],
)
def test_misnamed_keys_take_the_place_of_missing_tag(key, message):
    outcome = one_outcome(make_taxonomy(OWNER), make_resource({key: "a@b.com"}))
    assert (outcome.rule, outcome.severity, outcome.message) == ("misnamed-key", "error", message)
    assert (outcome.expected, outcome.actual) == ("Owner", key)
    assert outcome.hint.startswith("rename ")


def test_a_misnamed_key_beside_the_right_one_is_a_warning():
    tags = {"Owner": "a@b.com", "owner": "a@b.com"}
    outcome = one_outcome(make_taxonomy(OWNER), make_resource(tags))
    assert (outcome.rule, outcome.severity) == ("misnamed-key", "warning")
    assert outcome.hint.startswith("remove `owner`, which `Owner` already covers")


def test_a_misnamed_optional_key_is_a_warning():
    assert verdicts(make_taxonomy("  Project:"), make_resource({"project": "x"})) == [
        ("misnamed-key", "Project", "warning")
    ]


def test_where_more_tags_may_exist_a_misnamed_key_is_a_warning_and_the_key_undetermined():
    resource = make_resource({"owner": "a@b.com"}, complete=False)
    assert verdicts(make_taxonomy(OWNER), resource) == [
        ("missing-tag", "Owner", "undetermined"),
        ("misnamed-key", "Owner", "warning"),
    ]


def test_case_is_no_fault_on_azure_nor_where_the_key_says_so():
    azure = make_resource({"OWNER": "a@b.com"}, dialect="azure")
    assert verdicts(make_taxonomy(OWNER), azure) == []
    insensitive = make_taxonomy("  Owner: {required: true, match: insensitive}")
    assert verdicts(insensitive, make_resource({"OWNER": "x"})) == []
    everywhere = make_taxonomy("  Owner: {required: true}", more="match: insensitive")
    assert verdicts(everywhere, make_resource({"oWNER": "x"})) == []
    exact = make_taxonomy("  Owner: {required: true, match: exact}", more="match: insensitive")
    assert verdicts(exact, make_resource({"oWNER": "x"})) == [("misnamed-key", "Owner", "error")]


@pytest.mark.parametrize("blank", ["", " ", "\t\n"])
def test_empty_tag(blank):
    outcome = one_outcome(make_taxonomy(OWNER), make_resource({"Owner": blank}))
    assert (outcome.rule, outcome.severity, outcome.actual) == ("empty-tag", "error", blank)


def test_an_empty_optional_tag_is_judged_by_its_constraints():
    assert verdicts(make_taxonomy("  Note:"), make_resource({"Note": ""})) == []
    assert verdicts(make_taxonomy("  Note: {values: [a]}"), make_resource({"Note": ""})) == [
        ("invalid-value", "Note", "error")
    ]


def test_invalid_value_says_what_was_probably_meant():
    taxonomy = make_taxonomy("  Env: {values: [prod, dev], value_aliases: {live: prod}}")
    outcome = one_outcome(taxonomy, make_resource({"Env": "live"}))
    assert outcome.message == "`live` is not valid for `Env`; did you mean `prod`?"
    assert outcome.expected == "one of: prod, dev"
    assert outcome.hint == "write `prod` in the tags of `aws_s3_bucket.logs`"


def one_of(key, *values, **fields):
    tag = Tag(key, None, unknown="var.live has no value", choices=values, **fields)
    return make_resource(tags=TagSet({key: tag}))


UNDECIDED = "  Env: {required: {when: {accounts: ['1']}}}"
ENV = "  Env: {required: true, values: [prod, dev], value_aliases: {live: prod}}"


@pytest.mark.parametrize(
    ("values", "verdict", "message"),
    [
        (("qa", "test"), "fail", "`qa` or `test` is not valid for `Env`"),
        (("live",), "fail", "`live` is not valid for `Env`; did you mean `prod`?"),
        (("", "test"), "fail", "an empty value or `test` is not valid for `Env`"),
        (
            ("prod", "qa", "x"),
            "undetermined",
            "var.live has no value; it may be `prod` or `qa` or `x`, and `qa` or `x` is not valid",
        ),
        (
            ("dev", ""),
            "undetermined",
            (
                "var.live has no value; it may be `dev` or an empty value, "
                "and an empty value is not valid"
            ),
        ),
    ],
)
def test_a_value_that_is_one_of_a_few(values, verdict, message):
    outcome = one_outcome(make_taxonomy(ENV), one_of("Env", *values))
    assert (outcome.rule, outcome.verdict, outcome.message) == ("invalid-value", verdict, message)
    assert outcome.actual == (" or ".join(values) if verdict == "fail" else None)


@pytest.mark.parametrize("values", [("prod", "dev"), ("prod",)])
def test_a_value_that_is_one_of_a_few_good_ones_passes(values):
    assert judge(make_taxonomy(ENV), one_of("Env", *values)) == []


def test_secrets_among_a_few_values_are_not_told():
    for values in (("qa", "test"), ("qa", "prod")):
        outcome = one_outcome(make_taxonomy(ENV), one_of("Env", *values, sensitive=True))
        assert "qa" not in f"{outcome.message}{outcome.actual}{outcome.hint}"


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("  Env: {required: true}", ("", " "), [("empty-tag", "Env", "error")]),
        ("  Env: {required: true}", ("", "x"), [("empty-tag", "Env", "undetermined")]),
        ("  Env: {required: true}", ("x", "y"), []),
        ("  Env:", ("", "x"), []),
        (ENV, ("", " "), [("empty-tag", "Env", "error")]),
        ("  Env: {values: [x]}", ("", "x"), [("invalid-value", "Env", "undetermined")]),
        (UNDECIDED, ("", "x"), [("empty-tag", "Env", "undetermined")]),
        (UNDECIDED, ("", " "), [("empty-tag", "Env", "undetermined")]),
    ],
)
def test_a_value_that_may_be_empty(key, values, expected):
    assert verdicts(make_taxonomy(key), one_of("Env", *values)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("prod", "live"), [("missing-tag", "Class", "error")]),
        (("dev", "prod"), [("missing-tag", "Class", "undetermined")]),
        (("dev", "x"), []),
    ],
)
def test_a_condition_on_a_value_that_is_one_of_a_few(values, expected):
    when = "  Class: {required: {when: {tags: {Env: prod}}}}\n"
    taxonomy = make_taxonomy(f"{when}  Env: {{value_aliases: {{live: prod}}}}")
    found = verdicts(taxonomy, one_of("Env", *values))
    assert [one for one in found if one[0] != "invalid-value"] == expected


def test_the_hint_names_the_layer_that_set_the_value():
    tag = Tag("Env", "Prod", "default_tags@aws.west")
    taxonomy = make_taxonomy("  Env: {values: [prod]}")
    outcome = one_outcome(taxonomy, make_resource(tags=TagSet({"Env": tag})))
    assert outcome.hint == "write `prod` in the `default_tags` of provider `aws.west`"


def test_the_hint_names_the_layer_that_is_overridden():
    tag = Tag("Env", "Prod", overrides="default_tags@aws")
    taxonomy = make_taxonomy("  Env: {values: [prod]}")
    outcome = one_outcome(taxonomy, make_resource(tags=TagSet({"Env": tag})))
    assert outcome.hint == (
        "write `prod` in the tags of `aws_s3_bucket.logs`, which overrides the `default_tags` of "
        "provider `aws`"
    )


def test_a_sensitive_value_is_judged_and_not_shown():
    tag = Tag("Env", "hush-hush", sensitive=True)
    taxonomy = make_taxonomy("  Env: {values: [prod]}")
    outcome = one_outcome(taxonomy, make_resource(tags=TagSet({"Env": tag})))
    assert outcome.message == "(sensitive) is not valid for `Env`"
    assert "hush" not in repr((outcome.message, outcome.actual, outcome.hint, outcome.expected))


def test_forbidden_key_never_quotes_the_value():
    taxonomy = make_taxonomy("  password: {forbidden: true}")
    outcome = one_outcome(taxonomy, make_resource({"password": "hunter2"}))
    assert (outcome.rule, outcome.severity) == ("forbidden-key", "error")
    assert "hunter2" not in repr((outcome.message, outcome.actual, outcome.hint))


def test_a_deprecated_key_stands_in_until_it_is_removed():
    keys = (
        "  Environment: {required: true, values: [prod]}\n"
        "  Env: {deprecated: {since: 2.0.0, use: Environment, remove_in: VERSION}}"
    )
    standing = make_taxonomy(keys.replace("VERSION", "3.0.0"))
    assert verdicts(standing, make_resource({"Env": "prod"})) == [
        ("deprecated-key", "Env", "warning")
    ]
    assert verdicts(standing, make_resource({"Env": "Prod"})) == [
        ("invalid-value", "Environment", "error"),
        ("deprecated-key", "Env", "warning"),
    ]
    removed = make_taxonomy(keys.replace("VERSION", "2.1.0"))
    assert verdicts(removed, make_resource({"Env": "prod"})) == [
        ("missing-tag", "Environment", "error"),
        ("deprecated-key", "Env", "warning"),
    ]


def test_every_deprecated_key_stands_in_also_along_a_chain():
    taxonomy = make_taxonomy(
        "  A: {deprecated: {since: 1.0.0, use: B}}\n"
        "  B: {deprecated: {since: 2.0.0, use: C}}\n"
        "  Z: {deprecated: {since: 2.0.0, use: C}}\n"
        "  C: {required: true}\n  D: {required: {when: {tags: {C: x}}}}"
    )
    for key in ("A", "B", "Z"):
        found = verdicts(taxonomy, make_resource({key: "x"}))
        assert found == [("missing-tag", "D", "error"), ("deprecated-key", key, "warning")]


def test_of_keys_that_a_cloud_spells_alike_the_one_in_force_counts():
    keys = (
        "  cost_center: {deprecated: {since: 1.0.0, use: CostCenter}}\n"
        "  owner: {forbidden: true}\n  CostCenter: {required: true}\n  Owner: {required: true}"
    )
    labels = make_resource({"cost_center": "1", "owner": "x"}, dialect="gcp")
    assert verdicts(make_taxonomy(keys), labels) == []
    tags = make_resource({"cost_center": "1", "Owner": "x", "owner": "y"})
    assert verdicts(make_taxonomy(keys), tags) == [
        ("forbidden-key", "owner", "error"),
        ("deprecated-key", "cost_center", "warning"),
    ]


def test_the_exact_spelling_goes_before_another_case():
    taxonomy = make_taxonomy(
        "  Owner: {required: true, match: insensitive}\n  owner: {forbidden: true}"
    )
    assert verdicts(taxonomy, make_resource({"OWNER": "x"})) == []
    assert verdicts(taxonomy, make_resource({"owner": "x"})) == [
        ("missing-tag", "Owner", "error"),
        ("forbidden-key", "owner", "error"),
    ]


def test_what_looks_like_a_short_optional_key_is_a_key_of_its_own():
    assert verdicts(make_taxonomy("  Stage:"), make_resource({"State": "x"})) == []
    assert len(verdicts(make_taxonomy("  Application:"), make_resource({"Aplication": "x"}))) == 1


def test_conditions_see_the_standards_value_on_every_cloud():
    taxonomy = make_taxonomy(
        "  Env: {values: [Prod]}\n  Data: {required: {when: {tags: {Env: Prod}}}}"
    )
    assert verdicts(taxonomy, make_resource({"env": "prod"}, dialect="gcp")) == [
        ("missing-tag", "Data", "error")
    ]


def test_a_condition_on_what_the_input_does_not_show_is_undetermined():
    taxonomy = make_taxonomy("  A: {required: {when: {accounts: ['1*']}}}")
    assert verdicts(taxonomy, make_resource({})) == [("missing-tag", "A", "undetermined")]
    here = make_resource({}, account="222233334444")
    assert verdicts(taxonomy, here) == []


@pytest.mark.parametrize(
    ("additional", "expected"), [("allow", None), ("warn", "warning"), ("forbid", "error")]
)
def test_unknown_key(additional, expected):
    taxonomy = make_taxonomy("  Owner:", more=f"additional_keys: {additional}")
    resource = make_resource({"Owner": "x", "Flavour": "y", "aws:createdBy": "z"})
    found = [one for one in verdicts(taxonomy, resource) if one[0] == "unknown-key"]
    assert found == ([("unknown-key", "Flavour", expected)] if expected else [])


def test_many_strangers_to_many_keys_are_told_shortly():
    keys = "\n".join(f"  Key{number:04}:" for number in range(500))
    taxonomy = make_taxonomy(keys, more="additional_keys: forbid")
    found = judge(taxonomy, make_resource({f"Stranger{n}": "x" for n in range(40)}))
    assert found[0].expected is not None
    assert found[0].expected.endswith("Key0011 and 488 more")


def test_tag_limit_counts_and_characters():
    many = {f"Key{number}": "x" for number in range(51)}
    outcome = one_outcome(make_taxonomy("  Owner:"), make_resource(many))
    assert outcome.message == "51 tags, aws takes 50 at most"
    outcome = one_outcome(make_taxonomy("  Owner:"), make_resource({"Note": "a|b"}))
    assert outcome.rule == "tag-limit"
    assert outcome.message.startswith("aws will refuse the tag `Note`: the value may hold only")


def test_the_platforms_own_tags_do_not_count():
    tags = {f"Key{number}": "x" for number in range(50)}
    platform = {"aws:x": Tag("aws:x", "y", platform=True)}
    resource = make_resource(tags=TagSet(make_tags(tags).tags | platform))  # type: ignore[operator]
    assert judge(make_taxonomy("  Owner:"), resource) == []


@pytest.mark.parametrize(
    ("limits", "tags", "message"),
    [
        (
            Limits(tags=10),
            {f"k{n}": "x" for n in range(11)},
            "11 tags, `aws_s3_bucket` takes 10 at most",
        ),
        (
            Limits(key=5),
            {"Longer": "x"},
            (
                "aws will refuse the tag `Longer`: the key has 6 characters, 5 are allowed on "
                "`aws_s3_bucket`"
            ),
        ),
        (
            Limits(value=5),
            {"k": "longer"},
            (
                "aws will refuse the tag `k`: the value has 6 characters, 5 are allowed on "
                "`aws_s3_bucket`"
            ),
        ),
        (
            Limits(value=5),
            {"k": "a|b"},
            (
                "aws will refuse the tag `k`: the value may hold only letters, digits, spaces and "
                "_ . : / = + - @"
            ),
        ),
    ],
)
def test_a_type_that_is_stricter_than_its_cloud_is_named(limits, tags, message):
    taxonomy = make_taxonomy("  Owner:")
    by_the_cloud = judge(taxonomy, make_resource(tags))
    assert len(by_the_cloud) == ("aws_s3_bucket" not in message)
    assert one_outcome(taxonomy, make_resource(tags, limits=limits)).message == message


def test_a_type_has_limits_also_where_its_cloud_has_none():
    many = make_resource({f"k{n}": "x" for n in range(21)}, dialect="generic")
    assert judge(make_taxonomy("  Owner:"), many) == []
    limited = replace(many, limits=Limits(tags=20))
    outcome = one_outcome(make_taxonomy("  Owner:"), limited)
    assert outcome.message == "21 tags, `aws_s3_bucket` takes 20 at most"


@pytest.mark.parametrize("type_", ["aws_instance", "AWS::EC2::Volume", "aws:ec2/instance"])
def test_ec2_takes_any_characters_and_nothing_else_does(type_):
    taxonomy, odd = make_taxonomy("  Owner:"), {"Note!": "a|b"}
    assert judge(taxonomy, make_resource(odd, type=type_)) == []
    assert [one.key for one in judge(taxonomy, make_resource(odd))] == ["Note!", "Note!"]
    for wrong in ({"k" * 129: "x"}, {"aws:x": "|"}):
        assert len(judge(taxonomy, make_resource(wrong, type=type_))) == 1


PLATFORM = [
    ("aws", "aws:cloudformation:stack-name"),
    ("azure", "hidden-link:x"),
    ("azure", "aks-managed-poolname"),
    ("azure", "ms-resource-usage"),
    ("gcp", "goog-terraform-provisioned"),
    ("kubernetes", "app.kubernetes.io/managed-by"),
    ("kubernetes", "k8s.io/cluster-name"),
    ("oci", "Oracle-Tags.CreatedBy"),
    ("oci", "orcl-cloud.free-tier-retained"),
    ("aws", "lambda:createdBy"),
    ("generic", "whatever"),
]
"""Dialect and a key that the platform sets."""


@pytest.mark.parametrize(("cloud", "key"), PLATFORM)
def test_what_the_platform_sets_is_never_the_teams(cloud, key):
    taxonomy = make_taxonomy("  Owner: {required: true}", more="additional_keys: forbid")
    tags = TagSet({key: Tag(key, "|" * 999, "platform", platform=True)})
    assert verdicts(taxonomy, make_resource(tags=tags, dialect=cloud)) == [
        ("missing-tag", "Owner", "error")
    ]


def test_a_platforms_tag_is_no_key_of_the_standard():
    keys = (
        "  lambda:createdBy: {required: true}\n  team: {forbidden: true}\n"
        "  Env: {deprecated: {since: 1.0.0}}\n  Old: {aliases: [elder]}"
    )
    tags = {
        key: Tag(key, "SAM", "platform", platform=True)
        for key in ("lambda:createdBy", "team", "Env", "elder")
    }
    resource = make_resource(tags=TagSet(tags))
    taxonomy = make_taxonomy(keys)
    assert verdicts(taxonomy, resource) == [("missing-tag", "lambda:createdBy", "error")]
    assert taxonomy.value_of("team", resource.tags, dialect("aws")) is None
    assert taxonomy.value_of("elder", resource.tags, dialect("aws")) == "SAM"


def test_a_reserved_key_that_a_user_writes_is_refused_and_is_no_stranger():
    taxonomy = make_taxonomy("  Owner:", more="additional_keys: forbid")
    assert verdicts(taxonomy, make_resource({"aws:foo": "x"})) == [
        ("tag-limit", "aws:foo", "error")
    ]


def test_a_label_of_the_platforms_domain_counts_where_the_standard_asks_for_it():
    taxonomy = make_taxonomy(
        "  App: {required: true, values: [shop], project: {kubernetes: app.kubernetes.io/part-of}}"
    )
    labels = {"app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": "web"}
    assert judge(taxonomy, make_resource(labels, dialect="kubernetes")) == []
    wrong = make_resource({"app.kubernetes.io/part-of": "x"}, dialect="kubernetes")
    assert verdicts(taxonomy, wrong) == [("invalid-value", "App", "error")]


def test_defined_tags_of_oracle_are_compared_without_case_and_free_form_ones_with():
    taxonomy = make_taxonomy(
        "  Owner: {required: true}\n"
        "  CostCenter: {required: true, project: {oci: Operations.CostCenter}}"
    )
    tags = {"Owner": "x", "operations.costcenter": "42"}
    assert judge(taxonomy, make_resource(tags, dialect="oci")) == []
    tags = {"owner": "x", "Operations.CostCenter": "42"}
    assert verdicts(taxonomy, make_resource(tags, dialect="oci")) == [
        ("misnamed-key", "Owner", "error")
    ]


CONDITIONAL = """\
  Environment:
  DataClass: {required: {when: {types: [aws_s3_*], tags: {Environment: prod}}}}"""


@pytest.mark.parametrize(
    ("tags", "type_", "expected"),
    [
        ({"Environment": "prod"}, "aws_s3_bucket", [("missing-tag", "DataClass", "error")]),
        ({"Environment": "dev"}, "aws_s3_bucket", []),
        ({"Environment": "prod"}, "aws_sqs_queue", []),
        ({}, "aws_s3_bucket", []),
        ({"Environment": None}, "aws_s3_bucket", [("missing-tag", "DataClass", "undetermined")]),
        ({"Environment": None, "DataClass": "x"}, "aws_s3_bucket", []),
    ],
)
def test_conditionally_required(tags, type_, expected):
    resource = make_resource(tags, type=type_)
    assert verdicts(make_taxonomy(CONDITIONAL), resource) == expected


def test_conditions_see_normalised_values_and_stand_ins():
    keys = (
        "  Environment: {value_aliases: {production: prod}, values: [prod]}\n"
        "  Env: {deprecated: {since: 1.0.0, use: Environment}}\n"
        "  DataClass: {required: {when: {tags: {Environment: prod}}}}"
    )
    found = verdicts(make_taxonomy(keys), make_resource({"Env": "production"}))
    assert ("missing-tag", "DataClass", "error") in found


@pytest.mark.parametrize(
    ("today", "severity"), [(date(2026, 11, 30), "warning"), (date(2026, 12, 1), "error")]
)
def test_required_from_binds_on_the_day_itself(today, severity):
    taxonomy = make_taxonomy("  A: {required: true, required_from: 2026-12-01}", today=today)
    assert verdicts(taxonomy, make_resource({})) == [("missing-tag", "A", severity)]


@pytest.mark.parametrize(
    ("today", "severity"), [(date(2026, 9, 30), "warning"), (date(2026, 10, 1), "error")]
)
def test_before_it_is_effective_a_standard_only_warns(today, severity):
    taxonomy = make_taxonomy(
        "  password: {forbidden: true}", more="effective: 2026-10-01", today=today
    )
    assert verdicts(taxonomy, make_resource({"password": "x"})) == [
        ("forbidden-key", "password", severity)
    ]


def test_severities_are_the_keys_own_or_overridden():
    own = make_taxonomy("  A: {required: true, severity: info}")
    assert verdicts(own, make_resource({})) == [("missing-tag", "A", "info")]
    over = make_taxonomy(
        "  A: {required: true, severity: info}", more="severities: {missing-tag: warning}"
    )
    assert verdicts(over, make_resource({})) == [("missing-tag", "A", "warning")]


def test_projection_names_the_spelling_on_that_cloud():
    taxonomy = make_taxonomy(
        "  CostCenter: {required: true}\n"
        "  Environment: {required: true, project: {kubernetes: acme.io/environment}}"
    )
    gcp = one_outcome(taxonomy, make_resource({"environment": "x"}, dialect="gcp"))
    assert gcp.key == "CostCenter"
    assert gcp.message == "the required label `CostCenter` (`cost_center` on gcp) is missing"
    kubernetes = make_resource(
        {"acme.io/environment": "x", "CostCenter": "y"}, dialect="kubernetes"
    )
    assert judge(taxonomy, kubernetes) == []


def test_a_key_without_a_legal_spelling_does_not_apply():
    taxonomy = make_taxonomy("  Owner: {required: true, format: email}")
    assert judge(taxonomy, make_resource({}, dialect="gcp")) == []
    assert len(judge(taxonomy, make_resource({}, dialect="aws"))) == 1
