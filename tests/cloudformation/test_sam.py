from __future__ import annotations

import pytest

from tests.cloudformation.templates import resources, shown

START = "Transform: AWS::Serverless-2016-10-31\n"


def found(text: str, **options) -> dict[str, dict[str, str]]:
    return {
        address: shown(item.tags) for address, item in resources(START + text, **options).items()
    }


def one(kind: str, properties: str, more: str = "", **options) -> dict[str, dict[str, str]]:
    return found(
        f"Parameters: {{Free: {{Type: String}}}}\n{more}\nResources:\n"
        f"  R: {{Type: AWS::Serverless::{kind}, Properties: {properties}}}\n",
        **options,
    )


MARK = {"lambda:createdBy": "SAM (transform)"}
PROPAGATES = "PropagateTags: true, Tags: {Owner: a}"
OWN, COPY = {"Owner": "a (resource)"}, {"Owner": "a (propagated:R)"}


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        ("Function", "{Tags: {Owner: a}}", {"R": OWN | MARK, "R#RRole": COPY | MARK}),
        ("Function", "{Tags: {Owner: a}, Role: x}", {"R": OWN | MARK}),
        ("Function", "{}", {"R": MARK}),
        ("Function", "{Tags: {Owner: a}, PropagateTags: true}", {"R": OWN, "R#RRole": COPY}),
        ("Function", "{PropagateTags: true}", {"R": MARK}),
        (
            "StateMachine",
            "{Tags: {Owner: a}}",
            {
                "R": OWN | {"stateMachine:createdBy": "SAM (transform)"},
                "R#RRole": COPY | {"stateMachine:createdBy": "SAM (transform)"},
            },
        ),
        ("Api", "{StageName: Prod, Tags: {Owner: a}}", {"R": {}, "R#RProdStage": COPY}),
        (
            "Api",
            "{StageName: Prod, Tags: {Owner: a}, PropagateTags: true}",
            {"R": OWN, "R#RProdStage": COPY},
        ),
        (
            "Api",
            (
                "{StageName: p, Tags: {Owner: a}, PropagateTags: true, "
                "Auth: {UsagePlan: {CreateUsagePlan: PER_API}}}"
            ),
            {"R": OWN, "R#RpStage": COPY, "R#RUsagePlan": COPY, "R#RApiKey": COPY},
        ),
        (
            "Api",
            (
                "{StageName: p, "
                "Auth: {UsagePlan: {CreateUsagePlan: PER_API, Tags: [{Key: K, Value: v}]}}}"
            ),
            {"R": {}, "R#RUsagePlan": {"K": "v (resource)"}},
        ),
        (
            "Api",
            (
                "{StageName: p, Tags: {Owner: a}, PropagateTags: true, "
                "Auth: {UsagePlan: {CreateUsagePlan: PER_API, Tags: [{Key: K, Value: v}]}}}"
            ),
            {"R": OWN, "R#RpStage": COPY, "R#RUsagePlan": COPY, "R#RApiKey": COPY},
        ),
        (
            "Api",
            (
                "{StageName: p, Tags: {Owner: a}, PropagateTags: true, "
                "Domain: {DomainName: !Ref Free, EndpointConfiguration: EDGE}}"
            ),
            {"R": OWN, "R#RpStage": COPY, "R#ApiGatewayDomainName158d687fea": COPY},
        ),
        (
            "Api",
            (
                "{StageName: p, Tags: {Owner: a}, PropagateTags: true, "
                "Domain: {DomainName: priv.x, EndpointConfiguration: PRIVATE, "
                "AccessAssociation: {VpcEndpointId: vpce}}}"
            ),
            {
                "R": OWN,
                "R#RpStage": COPY,
                "R#ApiGatewayDomainNameV2dac26232d9": COPY,
                "R#DomainNameAccessAssociation5714ea586d": COPY,
            },
        ),
        (
            "HttpApi",
            "{Tags: {Owner: a}}",
            {
                "R": OWN | {"httpapi:createdBy": "SAM (transform)"},
                "R#RApiGatewayDefaultStage": COPY | {"httpapi:createdBy": "SAM (transform)"},
            },
        ),
        (
            "WebSocketApi",
            "{Tags: {Owner: a}}",
            {"R": OWN | {"websocketapi:createdBy": "SAM (transform)"}},
        ),
        ("SimpleTable", "{Tags: {Owner: a}}", {"R": OWN}),
        (
            "Application",
            "{Location: {ApplicationId: arn, SemanticVersion: 1.0.0}, Tags: {Owner: a}}",
            {
                "R": OWN
                | MARK
                | {
                    "serverlessrepo:applicationId": "arn (transform)",
                    "serverlessrepo:semanticVersion": "1.0.0 (transform)",
                },
                "R#contents": {
                    "lambda:createdBy": "SAM (stack)",
                    "serverlessrepo:applicationId": "arn (stack)",
                    "serverlessrepo:semanticVersion": "1.0.0 (stack)",
                    "Owner": "a (stack)",
                },
            },
        ),
    ],
)
def test_the_transform_marks_and_hands_on(kind, properties, expected):
    assert one(kind, properties) == expected


def test_marks_are_the_platforms():
    tags = resources(f"{START}Resources: {{R: {{Type: AWS::Serverless::Function}}}}")["R"].tags
    assert [(tag.key, tag.platform) for tag in tags] == [("lambda:createdBy", True)]


def test_generated_resources_have_their_own_types():
    text = "Resources: {R: {Type: AWS::Serverless::Function, Properties: {Tags: {Owner: a}}}}"
    assert resources(START + text)["R#RRole"].type == "AWS::IAM::Role"


def test_a_null_tag_is_empty():
    assert one("SimpleTable", "{Tags: {Owner: null}}") == {"R": {"Owner": " (resource)"}}


GLOBALS = """
Globals: {{Function: {{Tags: {{Owner: g, Team: g}}, PropagateTags: true}}}}
Resources:
  R:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [{ignored}]
    Properties: {{Tags: {{Owner: a}}, Role: x}}
"""


def test_an_own_tag_names_the_global_one_that_it_replaces():
    tags = resources(START + GLOBALS.format(ignored=""), stack_tags={"Team": "s"})["R"].tags
    assert [(tag.key, tag.value, tag.provenance, tag.overrides) for tag in tags] == [
        ("Team", "g", "global", "stack"),
        ("Owner", "a", "resource", "global"),
    ]


def test_the_switch_may_be_global_and_ignored():
    assert found(GLOBALS.format(ignored=""))["R"].keys() == {"Owner", "Team"}
    ignored = found(GLOBALS.format(ignored="PropagateTags"))["R"]
    assert ignored.keys() == {"Owner", "Team", "lambda:createdBy"}


def test_only_global_tags_are_propagated_too():
    text = "Globals: {Function: {Tags: {Owner: g}, PropagateTags: true}}"
    assert one("Function", "{Role: x}", text) == {"R": {"Owner": "g (global)"}}


def test_an_unknown_switch_leaves_open_what_only_it_reaches():
    text = (
        "Parameters: {Free: {Type: String}}\nResources: {R: {Type: AWS::Serverless::Api, "
        "Properties: {StageName: p, Tags: {Owner: a}, PropagateTags: !Ref Free}}}"
    )
    items = resources(START + text)
    assert (len(items["R"].tags), items["R"].tags.complete) == (0, False)
    assert "whether tags are propagated" in items["R"].tags.reason
    assert shown(items["R#RpStage"].tags) == COPY


EVENTS = """{{Tags: {{Owner: a}}, PropagateTags: {on}, Role: x, AutoPublishAlias: live,
  DeploymentPreference: {{Type: AllAtOnce}},
  EventInvokeConfig: {{DestinationConfig: {{OnSuccess: {{Type: SQS}}, OnFailure: {{Type: SNS}}}}}},
  Events: {{
    A: {{Type: ScheduleV2, Properties: {{DeadLetterConfig: {{Type: SQS}}}}}},
    B: {{Type: Schedule, Properties: {{DeadLetterConfig: {{Arn: x}}}}}},
    C: {{Type: SNS, Properties: {{SqsSubscription: true}}}},
    D: {{Type: IoTRule}}}}}}"""


def test_with_the_switch_everything_generated_gets_the_tags():
    assert set(one("Function", EVENTS.format(on="true"))) == {
        "R",
        "R#RDeploymentGroup",
        "R#REventInvokeConfigOnSuccessQueue",
        "R#REventInvokeConfigOnFailureTopic",
        "R#RARole",
        "R#RAQueue",
        "R#RCQueue",
        "R#RD",
    }
    assert set(one("Function", EVENTS.format(on="false"))) == {"R"}


def test_events_of_a_state_machine_have_roles():
    events = "Events: {A: {Type: Schedule}, B: {Type: Schedule, Properties: {RoleArn: x}}}"
    properties = f"{{Role: x, PropagateTags: true, Tags: {{Owner: a}}, {events}}}"
    assert one("StateMachine", properties) == {"R": OWN, "R#RARole": COPY}


@pytest.mark.parametrize(
    ("kind", "name", "stage"),
    [
        ("Api", "!Ref Free", "RStage"),
        ("Api", "my-stage", "RStagea9d64949ee"),
        ("HttpApi", "live", "RliveStage"),
        ("WebSocketApi", "default", "RDefaultStage"),
    ],
)
def test_stages_are_called_as_the_transform_calls_them(kind, name, stage):
    properties = f"{{StageName: {name}, PropagateTags: true, Tags: {{Owner: a}}}}"
    assert f"R#{stage}" in one(kind, properties)


def test_a_domain_gets_an_apis_tags():
    properties = "{Tags: {Owner: a}, Domain: {DomainName: example.com, CertificateArn: x}}"
    assert "R#ApiGatewayDomainNameV20caaf24ab1" in one("HttpApi", properties)


def test_the_stacks_tags_reach_a_generated_resource_as_its_type_says():
    items = resources(
        f"{START}Resources: {{R: {{Type: AWS::Serverless::Function, "
        "Properties: {Tags: {Owner: a}}}}",
        stack_tags={"Team": "s"},
    )
    assert items["R#RRole"].tags.complete is False
    assert "the stack's tags reach `AWS::IAM::Role`" in items["R#RRole"].tags.reason


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            (
                "Events: {E: {Type: Schedule, Properties: "
                "{DeadLetterConfig: {Type: SQS, QueueLogicalId: Letters}}}}"
            ),
            {"R#Letters"},
        ),
        (
            "Events: {E: {Type: Schedule, Properties: {DeadLetterConfig: {Type: SQS}}}}",
            {"R#REQueue"},
        ),
        ("AutoPublishAlias: live, DeploymentPreference: {Type: X}", {"R#RDeploymentGroup"}),
        ("AutoPublishAlias: live, DeploymentPreference: {Type: X, Enabled: false}", set()),
    ],
)
def test_what_a_function_generates_has_the_name_that_the_transform_gives_it(properties, expected):
    found = one("Function", f"{{{PROPAGATES}, Role: x, {properties}}}")
    assert found.keys() - {"R"} == expected


def test_globals_are_merged_with_the_mappings_of_a_resource():
    plan = "{UsagePlan: {CreateUsagePlan: PER_API, Tags: [{Key: G, Value: g}]}}"
    own = "{StageName: p, Auth: {UsagePlan: {Tags: [{Key: K, Value: v}]}}}"
    tags = one("Api", own, f"Globals: {{Api: {{Auth: {plan}}}}}")["R#RUsagePlan"]
    assert tags == {"G": "g (resource)", "K": "v (resource)"}


def test_a_usage_plan_with_tags_of_its_own_may_get_others():
    plan = "{UsagePlan: {CreateUsagePlan: PER_API, Tags: [{Key: K, Value: v}]}}"
    found = one(
        "Api", f"{{StageName: p, Tags: {{Owner: a}}, PropagateTags: !Ref Free, Auth: {plan}}}"
    )
    why = "whether tags are propagated: depends on parameter `Free`, which has no value"
    assert found["R#RUsagePlan"] == {"K": f"? may be overridden: {why} (resource)"}


BUCKET = """
Parameters: {Free: {Type: String}}
Conditions: {Never: !Equals [a, b]}
Resources:
  B: {Type: AWS::S3::Bucket, Properties: {Tags: [{Key: Own, Value: b}]}}
  F: {Type: AWS::Serverless::Function, %s}
  G: {Type: AWS::Serverless::Function, %s}
"""
EVENT = "Events: {E: {Type: S3, Properties: {Bucket: !Ref B}}}"
ELSEWHERE = "Events: {E: {Type: S3, Properties: {Bucket: !Ref Other}}, Q: {Type: SQS}}"
WRITTEN = {"Own": "b (resource)"}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (f"{PROPAGATES}, {EVENT}", "", {"Owner": "a (propagated:F)"}),
        (f"{PROPAGATES}, {ELSEWHERE}", "", WRITTEN),
        (f"PropagateTags: true, {EVENT}", "", WRITTEN),
        (f"Tags: {{Owner: a}}, {EVENT}", "", WRITTEN),
        (f"{PROPAGATES}, {EVENT}", f"Tags: {{Owner: c}}, {EVENT}", WRITTEN),
        (EVENT, f"{PROPAGATES}, {EVENT}", {"Owner": "a (propagated:G)"}),
        (
            f"PropagateTags: !Ref Free, Tags: {{Owner: a}}, {EVENT}",
            "",
            {
                "Own": "? may be overridden: whether `F` propagates its tags: depends on parameter "
                "`Free`, which has no value (resource)"
            },
        ),
    ],
)
def test_what_the_last_function_that_listens_propagates_replaces_the_tags_of_a_bucket(
    first, last, expected
):
    template = BUCKET % tuple(f"Properties: {{{written}}}" for written in (first, last))
    assert found(template)["B"] == expected


def test_a_bucket_is_marked_for_a_function_under_a_condition():
    conditional = f"Condition: Never, Properties: {{{EVENT}}}"
    mark = {"sam:ConditionalDependsOn:FEPermission": "? known at deployment (transform)"}
    assert found(BUCKET % (conditional, ""))["B"] == WRITTEN | mark
    last = f"Properties: {{{PROPAGATES}, {EVENT}}}"
    assert found(BUCKET % (conditional, last))["B"] == {"Owner": "a (propagated:G)"}
    unseen = (
        f"Condition: Never, Properties: {{{PROPAGATES}, {EVENT}}}"  # it is transformed all the same
    )
    assert found(BUCKET % (unseen, ""))["B"] == {"Owner": "a (propagated:F)"}


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("R: {Type: AWS::Serverless::Api}", "`Tags` of `R` with `PropagateTags: true`"),
        (
            "R: {Type: AWS::Serverless::Api, Properties: {PropagateTags: true}}",
            "`Tags` of `R`",
        ),
        (
            (
                f"F: {{Type: AWS::Serverless::Function, Properties: {{{PROPAGATES}, {EVENT}}}}}\n"
                "  B: {Type: AWS::S3::Bucket}"
            ),
            "`Tags` of `F`",
        ),
        ("B: {Type: AWS::S3::Bucket}", "`Tags` of `B`"),
    ],
)
def test_a_hint_names_the_place_that_has_an_effect(written, place):
    last = list(resources(f"{START}Resources:\n  {written}\n").values())
    [one] = [item for item in last if item.address in {"R", "B"}]
    assert one.places[0] == place


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("Function", True), ("HttpApi", True), ("Api", False), ("SimpleTable", False)],
)
def test_a_hint_names_globals_only_where_they_may_hold_tags(kind, accepted):
    resource = resources(f"{START}Resources: {{R: {{Type: AWS::Serverless::{kind}}}}}\n")["R"]
    assert (f"`Globals.{kind}.Tags`" in resource.places) is accepted
