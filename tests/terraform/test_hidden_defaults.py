from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tagguard.model import Tag, TagSet
from tagguard.terraform.hidden_defaults import tell, witness
from tests.terraform.plans import block, change, configuration, plan, read, values

HIDDEN = {"aws": {"expressions": {"default_tags": [{"tags": {"references": ["var.d"]}}]}}}
KNOWN = "aws_s3_bucket.known"
LATE = "aws_s3_bucket.late"
tag_maps = st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from("xyz"))


def tag_set(**values):
    return TagSet({key: Tag(key, value) for key, value in values.items()})


def told(*pairs):
    heard = [witness(own, effective) for own, effective in pairs]
    return tell([one for one in heard if one], "default_tags@aws")


def known(own, effective, address=KNOWN, **more):
    return change({"tags": own, "tags_all": effective}, address=address, **more)


def late(own, hidden, **more):
    unknown = {"tags": dict.fromkeys(hidden, True), "tags_all": True}
    return change({"tags": own}, unknown, address=LATE, **more)


def judged(*items, providers=HIDDEN, blocks=()):
    config = configuration(*blocks, providers=providers)
    found = read(plan(*items, configuration=config))
    return next(each for each in found if each.address == LATE)


def test_a_resource_without_own_tags_shows_all_defaults():
    defaults, open_keys = told((tag_set(), tag_set(Team="core")))

    assert (values_of(defaults), open_keys) == ({"Team": "core"}, frozenset())
    assert defaults.tags["Team"].provenance == "default_tags@aws"


def test_what_its_own_tags_replace_stays_open():
    own = tag_set(Name="n")
    defaults, open_keys = told((own, tag_set(Name="n", Team="core")))

    assert (values_of(defaults), open_keys) == ({"Team": "core"}, {"Name"})


def test_a_second_resource_closes_what_the_first_leaves_open():
    first = (tag_set(Name="n"), tag_set(Name="n", Team="core"))
    second = (tag_set(Team="own"), tag_set(Team="own"))
    defaults, open_keys = told(first, second)

    assert (values_of(defaults), open_keys) == ({"Team": "core"}, frozenset())


def test_contradictions_tell_nothing():
    assert told((tag_set(), tag_set(Team="a")), (tag_set(), tag_set(Team="b"))) is None
    assert told((tag_set(), tag_set(Team="a")), (tag_set(), tag_set())) is None
    assert told() is None


def test_what_is_not_all_known_is_no_witness():
    hidden = TagSet({"A": Tag("A", None, unknown="late")})
    secret = TagSet({"A": Tag("A", "b", sensitive=True)})

    assert witness(tag_set(), hidden) is None
    assert witness(tag_set(), secret) is None
    assert witness(TagSet(complete=False), tag_set()) is None


def test_tags_of_the_platform_are_no_defaults():
    effective = TagSet({"goog-x": Tag("goog-x", "true", platform=True)})

    assert told((tag_set(), effective)) == (TagSet(complete=False), frozenset())


def values_of(tags):
    return {tag.key: tag.value for tag in tags}


@given(tag_maps, st.lists(tag_maps, max_size=4), tag_maps)
def test_what_is_told_is_true(defaults, others, own):
    """Whatever the defaults are: those told are among them, and a closed set is the whole."""
    heard = [(tag_set(**each), tag_set(**{**defaults, **each})) for each in others]
    found = told(*heard)
    if found is None:
        assert not others
        return
    shown, open_keys = found

    assert values_of(shown).items() <= defaults.items()
    assert defaults.keys() - values_of(shown).keys() <= open_keys
    if open_keys <= own.keys():
        assert {**values_of(shown), **own} == {**defaults, **own}


class TestInAPlan:
    def test_hidden_defaults_are_told_by_another_resource(self):
        resource = judged(known({}, {"Team": "core"}), late({"A": "b"}, ["N"]))

        assert values(resource) == {"A": "b", "N": None, "Team": "core"}
        assert resource.tags.complete
        assert resource.tags.tags["Team"].provenance == "default_tags@aws"

    def test_an_open_key_that_the_resource_sets_itself_does_not_matter(self):
        other = known({"A": "x"}, {"A": "x", "Team": "core"})

        assert judged(other, late({"A": "b"}, ["N"])).tags.complete
        assert not judged(other, late({}, ["N"])).tags.complete

    def test_another_configuration_tells_nothing(self):
        providers = {**HIDDEN, "aws.west": HIDDEN["aws"]}
        blocks = [block(KNOWN, key="aws.west"), block(LATE)]
        items = known({}, {"Team": "core"}), late({"A": "b"}, ["N"])
        resource = judged(*items, providers=providers, blocks=blocks)

        assert values(resource) == {"A": "b", "N": None}
        assert (resource.tags.complete, "var.d" in resource.tags.reason) == (False, True)

    def test_where_instances_choose_their_provider_nothing_is_told(self):
        blocks = [block(KNOWN, keys=["aws"]), block(LATE, keys=["aws"])]
        items = known({}, {"Team": "core"}), late({"A": "b"}, ["N"])

        assert not judged(*items, blocks=blocks).tags.complete

    def test_a_type_that_may_refuse_defaults_is_not_asked(self):
        item = known({}, {}, "aws_s3_object.o")

        assert not judged(item, late({"A": "b"}, ["N"])).tags.complete

    def test_what_is_deleted_is_not_asked(self):
        item = known({}, {"Team": "core"}, actions=["delete"])

        assert not judged(item, late({"A": "b"}, ["N"])).tags.complete

    def test_google_labels_of_new_resources_tell_too(self):
        hidden = {"google": {"expressions": {"default_labels": {"references": ["var.d"]}}}}
        own, both = {"a": "b"}, {"a": "b", "team": "core", "goog-terraform-provisioned": "true"}
        new = change(
            {"labels": own, "terraform_labels": both, "effective_labels": both},
            address="google_storage_bucket.k",
            provider="google",
        )
        item = change(
            {"labels": {"a": "c"}},
            {"labels": {"n": True}, "terraform_labels": True, "effective_labels": True},
            address="google_storage_bucket.l",
            provider="google",
        )
        config = configuration(providers=hidden)
        tags = read(plan(new, item, configuration=config))[1].tags

        assert (values_of(tags), tags.complete) == ({"a": "c", "n": None, "team": "core"}, True)
        kept = {**new, "change": {**new["change"], "actions": ["no-op"]}}
        assert not read(plan(kept, item, configuration=config))[1].tags.complete

    def test_defaults_that_the_plan_does_not_show_at_all_are_told(self):
        """A `dynamic "default_tags"`, or `TF_AWS_DEFAULT_TAGS_Team` in the environment."""
        blank = {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
        env = {"aws": {"expressions": {"default_tags": [{"tags": {"constant_value": {"E": "x"}}}]}}}
        item = late({"A": "b"}, ["N"])

        for providers, shown in ((blank, {}), (env, {"E": "x"})):
            alone = judged(item, providers=providers)
            told = judged(known({}, {"Team": "core", **shown}), item, providers=providers)
            assert (values(alone), alone.tags.complete) == ({"A": "b", "N": None, **shown}, True)
            assert values(told) == {"A": "b", "N": None, "Team": "core", **shown}
            assert told.tags.tags["Team"].provenance == "default_tags@aws"

    def test_effective_tags_that_may_be_ignored_changes_are_no_evidence_alone(self):
        """`ignore_changes = all` keeps `tags_all` as it was."""
        stale = kept("a", {"Old": "k"}, {"Old": "k"})

        assert not judged(stale, late({"A": "b", "Old": ""}, ["N"])).tags.complete

    def test_new_resources_are_believed_before_old_ones(self):
        stale = kept("a", {}, {}), kept("b", {}, {})
        resource = judged(*stale, known({}, {"Team": "core"}), late({"A": "b"}, ["N"]))

        assert (values(resource)["Team"], resource.tags.complete) == ("core", True)

    def test_several_old_resources_that_agree_are_believed(self):
        agreeing = kept("a", {}, {"Team": "core"}), kept("b", {}, {"Team": "core"})
        resource = judged(*agreeing, late({"A": "b"}, ["N"]))

        assert (values(resource)["Team"], resource.tags.complete) == ("core", True)
        assert not judged(agreeing[0], late({"A": "b"}, ["N"])).tags.complete


def kept(name, own, effective):
    item = known(own, effective, f"aws_s3_bucket.{name}", actions=["no-op"])
    item["change"]["before"] = item["change"]["after"]
    return item
