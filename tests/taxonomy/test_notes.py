from __future__ import annotations

from tagguard.taxonomy.notes import notes
from tests.factories import make_taxonomy


def test_canonical_types_that_nobody_knows_are_noted_wherever_a_selector_stands():
    taxonomy = make_taxonomy(
        "  A: {required: {when: {types: ['aws:s3/bukcet', 'aws:s3/bucket', 'aws:nix/*']}}}\n"
        "  B: {required: {when: [{not: {types: ['aws:ec2/instanze']}}]}}",
        more="scope: {exclude: [{not: [{types: ['aws:zzzzzzz/qqqqqq', aws_iam_nothing]}]}]}",
    )
    assert list(notes(taxonomy)) == [
        "the catalog knows no resource type `aws:ec2/instanze` (did you mean `aws:ec2/instance`?)",
        "the catalog knows no resource type `aws:s3/bukcet` (did you mean `aws:s3/bucket`?)",
        "the catalog knows no resource type `aws:zzzzzzz/qqqqqq`",
    ]
