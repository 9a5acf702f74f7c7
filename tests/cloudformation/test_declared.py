from __future__ import annotations

from tagguard.cloudformation.declared import MAX_PASSES, Declared, Fault, declared
from tagguard.cloudformation.facts import Facts
from tagguard.cloudformation.template import load_template


def found(text: str, **given: str) -> list[tuple[str, str]]:
    """Give address and gap, or an empty address and the fault."""
    return [
        (item.address, item.gap) if isinstance(item, Declared) else ("", item.message)
        for item in declared(Facts(load_template(text), given))
    ]


LOOP = """
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  First: {Type: "AWS::SQS::Queue"}
  'Fn::ForEach::Queues':
    - Name
    - %s
    - "Queue${Name}": {Type: "AWS::SQS::Queue"}
"""


def test_a_literal_collection_is_unfolded():
    assert found(LOOP % "[A, B]") == [("First", ""), ("QueueA", ""), ("QueueB", "")]


def test_a_given_collection_is_unfolded():
    expected = [("First", ""), ("QueueA", ""), ("QueueB", "")]
    assert expected == found(LOOP % "!Ref Names", Names="A, B")


def test_an_unknown_collection_is_one_resource():
    gap = "how often the loop runs is not known: depends on parameter `Names`, which has no value"
    expected = [("First", ""), ("Fn::ForEach::Queues[*]", gap)]
    assert expected == found(LOOP % "!Ref Names")


def test_loops_in_loops_see_both_identifiers():
    template = load_template(
        """
Resources:
  'Fn::ForEach::Outer':
    - X
    - [a, b]
    - 'Fn::ForEach::Inner':
        - Y
        - ["1", "2"]
        - "R${X}&{Y}": {Type: "AWS::SQS::Queue"}
"""
    )
    items = [item for item in declared(Facts(template, {})) if isinstance(item, Declared)]
    assert [item.address for item in items] == ["Ra1", "Ra2", "Rb1", "Rb2"]
    assert items[-1].bindings == {"X": "b", "Y": "2"}


def test_loops_that_explode_are_not_unfolded():
    text = "Resources:\n"
    pad = "  "
    for level in range(5):
        values = ", ".join(f"v{n}" for n in range(100))
        text += f"{pad}'Fn::ForEach::L{level}':\n{pad}- I{level}\n{pad}- [{values}]\n{pad}-\n"
        pad += "  "
    text += f"{pad}'R': {{Type: 'AWS::SQS::Queue'}}\n"
    gaps = [gap for _, gap in found(text)]
    assert len(gaps) <= MAX_PASSES
    assert f"the loops make more than {MAX_PASSES:,} passes" in gaps


def test_an_include_is_a_resource_of_its_own():
    gap = "`Fn::Transform` adds resources that are not known here"
    assert [("Fn::Transform", gap)] == found("Resources: {'Fn::Transform': {Name: AWS::Include}}")


def test_what_cannot_be_read_is_a_fault():
    assert found("Resources: [a]") == [
        ("", "`Resources` is a list; it must be a mapping of logical ids")
    ]
    assert found("Resources: text") == [("", "`Resources` is not a mapping")]
    assert found("Resources:") == []
    assert found("Resources:\n  ? [x]\n  : {}\n  A: {}\n") == [
        ("", "a logical id must be plain text"),
        ("A", ""),
    ]
    assert found("Resources: {'Fn::ForEach::L': [x]}") == [
        ("", "`Fn::ForEach::L` is not written as [identifier, collection, mapping]")
    ]


def test_of_a_repeated_logical_id_the_last_counts():
    items = list(declared(Facts(load_template("Resources:\n  A: {Type: x}\n  A: {Type: y}\n"), {})))
    fault, item = items
    assert isinstance(fault, Fault)
    assert isinstance(item, Declared)
    assert (fault.node.start_mark.line + 1, item.key.start_mark.line + 1) == (3, 3)
