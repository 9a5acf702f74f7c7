from tagguard.catalog.launched import Names, specified


def test_each_provider_has_its_own_type_for_a_specification():
    providers = ("aws", "awscc", "cloudformation")

    assert [specified(provider, "volume") for provider in providers] == [
        "aws_ebs_volume",
        "awscc_ec2_volume",
        "AWS::EC2::Volume",
    ]


def test_what_has_no_type_of_its_own_has_a_canonical_one():
    assert specified("awscc", "elastic-gpu") == "aws:ec2/elastic-gpu"


def test_a_repeated_name_gets_a_number():
    names = Names()

    assert [names.own(name) for name in ("a", "b", "a", "a")] == ["a", "b", "a[1]", "a[2]"]


def test_a_number_never_hits_a_name_that_was_given_before():
    names = Names()

    assert [names.own(name) for name in ("a[1]", "a", "a")] == ["a[1]", "a", "a[2]"]


def test_a_number_never_hits_a_name_that_is_given_later():
    names = Names()

    assert [names.own(name) for name in ("a", "a", "a[1]")] == ["a", "a[1]", "a[1][1]"]
