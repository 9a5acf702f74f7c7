from __future__ import annotations

from tagguard.cloudformation.declared import MAX_PASSES, Declared, Fault, declared
from tagguard.cloudformation.facts import Facts
from tests.cloudformation.templates import load_template


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
    excess = f"`Fn::ForEach::L4` is not unfolded: the loops make more than {MAX_PASSES:,} resources"
    assert gaps.count(excess) == 1


def loop(collection: str, body: str) -> str:
    return f"Resources:\n  'Fn::ForEach::L': [I, [{collection}], {{{body}}}]\n"


def test_a_loop_with_a_large_body_is_not_unfolded():
    values = ", ".join(f"v{n}" for n in range(1_999))
    body = ", ".join(f"'R{n}${{I}}': {{Type: 'AWS::SQS::Queue'}}" for n in range(1_000))
    fault, *items = found(loop(values, body))
    reason = f"the loops make more than {MAX_PASSES:,} resources"
    assert fault == ("", f"`Fn::ForEach::L` is not unfolded: {reason}")
    assert items == [(f"Fn::ForEach::L[*].R{n}${{I}}", reason) for n in range(1_000)]


def test_a_loop_over_a_resource_with_many_nodes_is_not_unfolded():
    values = ", ".join(f"v{n}" for n in range(1_000))
    tags = ", ".join(f"t{n}: x" for n in range(600))
    reason = "the loops unfold to more than 1,000,000 nodes"
    assert found(loop(values, f"'R${{I}}': {{Type: 'AWS::SQS::Queue', Tags: {{{tags}}}}}")) == [
        ("", f"`Fn::ForEach::L` is not unfolded: {reason}"),
        ("Fn::ForEach::L[*]", reason),
    ]


def test_a_loop_that_is_not_known_does_not_repeat_without_end():
    values = ", ".join(f"v{n}" for n in range(1_900))
    body = ", ".join(f"'R{n}${{J}}': {{Type: 'AWS::SQS::Queue'}}" for n in range(30))
    inner = f"'Fn::ForEach::M': [J, !Ref Nothing, {{{body}}}]"
    items = found(loop(values, inner))
    assert len(items) <= MAX_PASSES
    reason = f"the loops make more than {MAX_PASSES:,} resources"
    assert items.count(("", f"`Fn::ForEach::M` is not unfolded: {reason}")) == 1


def test_values_that_are_absent_hide_no_others():
    values = ", ".join(["!Ref AWS::NoValue"] * MAX_PASSES + ["a"])
    fault, _ = found(loop(values, "'R${I}': {Type: 'AWS::SQS::Queue'}"))
    reason = f"the loops make more than {MAX_PASSES:,} resources"
    assert fault == ("", f"`Fn::ForEach::L` is not unfolded: {reason}")


def test_a_logical_id_that_grows_too_long_is_a_fault():
    name = "${I}" * 11
    assert found(loop("x" * 1_000, f"'{name}': {{Type: 'AWS::SQS::Queue'}}")) == [
        (
            "",
            "a logical id is not known: functions give a text longer than 10,000 characters",
        )
    ]


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
