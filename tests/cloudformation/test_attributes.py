from __future__ import annotations

from tagguard.cloudformation.attributes import attributes

TEMPLATE = b"""
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      Name: !Sub "${Env}-logs"
      Arn: !GetAtt Other.Nested.Arn
      Listed: !GetAtt [Other, Arn]
      Deep: !If [IsProd, !Ref A, {"Fn::Join": ["", [!Ref B]]}]
      Flags: [true, True, "true", yes, on]
      Numbers: [5, "5", -1, 1.5, 1e3, 0123, .inf, 2024-01-01, 123456789012345678901234567890]
      Nothing: ~
      ? [a, b]
      : odd
  'Fn::ForEach::Loop':
    - Name
    - [x]
    - "Q${Name}": {Type: AWS::SQS::Queue, Properties: {QueueName: "${Name}-q"}}
  Bare: {Type: AWS::SQS::Queue}
"""


def test_short_forms_become_long_and_scalars_what_json_makes_of_them():
    expected = {
        "Name": {"Fn::Sub": "${Env}-logs"},
        "Arn": {"Fn::GetAtt": ["Other", "Nested.Arn"]},
        "Listed": {"Fn::GetAtt": ["Other", "Arn"]},
        "Deep": {"Fn::If": ["IsProd", {"Ref": "A"}, {"Fn::Join": ["", [{"Ref": "B"}]]}]},
        "Flags": [True, True, "true", "yes", "on"],
        "Numbers": [
            5,
            "5",
            -1,
            1.5,
            "1e3",
            "0123",
            ".inf",
            "2024-01-01",
            "123456789012345678901234567890",
        ],
        "Nothing": None,
        "['a', 'b']": "odd",
    }
    assert expected == attributes(TEMPLATE, ("Resources", "Logs"), {})


def test_json_numbers_are_numbers():
    data = b'{"Resources": {"A": {"Properties": {"a": 1, "b": -2.5, "c": true, "d": null}}}}'
    assert attributes(data, ("Resources", "A"), {}) == {"a": 1, "b": -2.5, "c": True, "d": None}


def test_a_loop_puts_its_identifier_in():
    path = ("Resources", "Fn::ForEach::Loop", 2, "Q${Name}")
    assert attributes(TEMPLATE, path, {"Name": "x"}) == {"QueueName": "x-q"}


def test_a_resource_without_properties_has_no_attributes():
    assert attributes(TEMPLATE, ("Resources", "Bare"), {}) == {}


def test_the_values_of_loops_are_put_in_once_and_make_no_text_of_any_length():
    data = b"Resources: {L: {Properties: {A: '${X}&{Y}', B: '${X}${X}'}}}"
    long = "x" * 9_990
    assert attributes(data, ("Resources", "L"), {"X": "${Y}", "Y": "b"}) == {
        "A": "${Y}b",
        "B": "${Y}${Y}",
    }
    assert attributes(data, ("Resources", "L"), {"X": long, "Y": "b"}) == {
        "A": f"{long}b",
        "B": "${X}${X}",
    }
