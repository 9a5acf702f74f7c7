from __future__ import annotations

from tagguard.hcl.overrides import merged, nested_name
from tagguard.hcl.syntax import read


def blocks(*texts):
    return [
        block
        for at, text in enumerate(texts)
        for block in read(f"{at}.tf", f"resource t r {{\n{text}\n}}\n".encode()).body.blocks()
    ]


def shown(block):
    return [
        *(f"{name}={one.expression.text()}" for name, one in sorted(block.body.attributes.items())),
        *(f"{nested_name(one)}@{one.location.path}" for one in block.body.blocks()),
    ]


def test_one_block_stays_what_it_is():
    [block] = blocks("a = 1")
    assert merged([block]) is block


def test_arguments_are_replaced_one_by_one_and_the_first_place_stays():
    block = merged(blocks("a = 1\nb = 1", "b = 2", "c = 3"))
    assert shown(block) == ["a=1", "b=2", "c=3"]
    assert block.location.path == "0.tf"
    assert block.body.attributes["b"].location.path == "1.tf"


def test_nested_blocks_are_replaced_all_of_a_type():
    block = merged(blocks("tag {}\ntag {}\ndisk {}", "tag {}"))
    assert shown(block) == ["disk@0.tf", "tag@1.tf"]


def test_dynamic_blocks_and_arguments_of_the_same_name_replace_each_other():
    dynamic = 'dynamic "tag" {\n  for_each = []\n  content {}\n}'
    assert shown(merged(blocks("tag {}", dynamic))) == ["tag@1.tf"]
    assert shown(merged(blocks(dynamic, "tag {}"))) == ["tag@1.tf"]
    assert shown(merged(blocks("tag {}", "tag = []"))) == ["tag=[]"]
    assert shown(merged(blocks("tag = []", "tag {}"))) == ["tag@1.tf"]


def test_lifecycle_blocks_stay_beside_each_other():
    block = merged(blocks("lifecycle {}", "lifecycle {}"))
    assert [one.location.path for one in block.body.blocks("lifecycle")] == ["0.tf", "1.tf"]
