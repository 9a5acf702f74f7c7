from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagguard.terraform.implied import implied_names
from tagguard.terraform.tag_places import ROOTS
from tests.terraform.plans import (
    block,
    change,
    configuration,
    plan,
    read,
    read_implied,
    read_one,
    values,
    with_defaults,
)

WEB = "aws_instance.web"
GROUP = "aws_autoscaling_group.g"
TEMPLATE = "aws_launch_template.t"
SERVICE = "aws_ecs_service.s"
DEFINITION = "aws_ecs_task_definition.d"
RULE = "aws_cloudwatch_event_target.e"
REFERENCES = {"references": [f"{TEMPLATE}.id", TEMPLATE]}


def instance(unknown=None, actions=("create",), **after):
    return change({"tags": None, **after}, unknown, address=WEB, actions=actions)


def tag(key, value="x", *, launch=True):
    return {"key": key, "value": value, "propagate_at_launch": launch}


def template(*specifications, actions=("create",), address=TEMPLATE):
    after = {
        "tag_specifications": [
            {"resource_type": type_, "tags": tags} for type_, tags in specifications
        ]
    }
    return change(after, address=address, actions=actions)


def group(*tags, version="$Latest", shown=True, **after):
    launch = [{"version": version}] if shown else []
    return change({"tag": list(tags), "launch_template": launch, **after}, address=GROUP)


def group_block(reference=None):
    return block(GROUP, launch_template=[{"id": reference or REFERENCES}])


def provenances(resource):
    return {tag.key: tag.provenance for tag in resource.tags}


class TestResource:
    def test_follows_its_creator_and_shares_its_facts(self):
        item = instance(root_block_device=[{"tags": {"A": "b"}}], region="eu-west-1")
        creator, volume = read(plan(item))

        assert volume.creator == creator
        assert (volume.address, volume.type) == (f"{WEB}#root_block_device", "aws_ebs_volume")
        assert (volume.source, volume.provider, volume.dialect) == ("terraform-plan", "aws", "aws")
        assert (volume.scope, volume.region, volume.change) == (
            creator.scope,
            "eu-west-1",
            "create",
        )
        assert (volume.taggable, volume.attributes) == ("yes", {})

    def test_says_where_its_tags_are_written(self):
        found = read_implied(instance(root_block_device=[{"tags": {"A": "b"}}]))

        assert found["root_block_device"].places == (f"the `root_block_device.tags` of `{WEB}`",)

    def test_planned_values_alone_may_leave_tags_out(self):
        values_ = {"root_block_device": [{"tags": {"A": "b"}}]}
        planned = {"address": WEB, "type": "aws_instance", "name": "web", "values": values_}
        content = {
            "format_version": "1.0",
            "planned_values": {"root_module": {"resources": [planned]}},
            "configuration": configuration(block(WEB)),
        }
        open_ = read(content)[1]
        written = {"tags": {"constant_value": {"A": "b"}}}
        content["configuration"] = configuration(block(WEB, root_block_device=[written]))

        assert (values(open_), open_.tags.complete) == ({"A": "b"}, False)
        assert read(content)[1].tags.complete

    def test_planned_values_alone_hide_which_defaults_reach_a_volume(self):
        values_ = {"root_block_device": [{"tags": {"A": "b"}}], "tags_all": {"Team": "core"}}
        planned = {"address": WEB, "type": "aws_instance", "name": "web", "values": values_}
        written = block(WEB, root_block_device=[{"tags": {"constant_value": {"A": "b"}}}])
        content = {
            "format_version": "1.0",
            "planned_values": {"root_module": {"resources": [planned]}},
            "configuration": with_defaults({"Team": "core"}, written),
        }

        assert not read(content)[1].tags.complete

    def test_planned_values_alone_are_plain_only_if_every_block_is(self):
        specifications = [
            {"resource_type": "instance", "tags": {"A": "b"}},
            {"resource_type": "volume", "tags": {}},
        ]
        tags = {"constant_value": {"A": "b"}}, {"references": ["var.tags"]}
        shown = [{"tags": each} for each in tags]
        planned = {
            "address": TEMPLATE,
            "type": "aws_launch_template",
            "name": "t",
            "values": {"tag_specifications": specifications},
        }
        content = {
            "format_version": "1.0",
            "planned_values": {"root_module": {"resources": [planned]}},
            "configuration": configuration(block(TEMPLATE, tag_specifications=shown)),
        }

        assert not read(content)[2].tags.complete

    def test_what_is_deleted_implies_nothing(self):
        item = change(None, address=WEB, actions=["delete"])

        assert read_implied(item) == {}

    def test_a_type_without_tags_of_its_own_may_imply_others(self):
        target = [{"tags": {"A": "b"}}]
        creator, task = read(plan(change({"ecs_target": target}, address=RULE)))

        assert creator.taggable == "no"
        assert (task.address, task.type, values(task)) == (
            f"{RULE}#task",
            "aws:ecs/task",
            {"A": "b"},
        )


class TestVolumes:
    def test_blocks_have_their_own_tags(self):
        found = read_implied(
            instance(
                root_block_device=[{"tags": {"A": "root"}}],
                ebs_block_device=[{"tags": {"A": "one"}}, {"tags": None}],
            )
        )

        assert {name: values(each) for name, each in found.items()} == {
            "root_block_device": {"A": "root"},
            "ebs_block_device[0]": {"A": "one"},
            "ebs_block_device[1]": {},
        }

    def test_several_are_told_apart_by_their_devices(self):
        devices = [{"device_name": f"/dev/sd{letter}", "tags": {"A": letter}} for letter in "gf"]
        found = read_implied(instance(ebs_block_device=devices))

        assert {name: values(each) for name, each in found.items()} == {
            'ebs_block_device["/dev/sdg"]': {"A": "g"},
            'ebs_block_device["/dev/sdf"]': {"A": "f"},
        }

    @pytest.mark.parametrize(
        "names", [("/dev/sdf", None), ("/dev/sdf", "/dev/sdf"), ("/dev/sdf", "a]\n"), ("a", 1)]
    )
    def test_devices_that_are_no_names_leave_the_index(self, names):
        devices = [{"device_name": name, "tags": {"A": "b"}} for name in names]

        assert list(read_implied(instance(ebs_block_device=devices))) == [
            "ebs_block_device[0]",
            "ebs_block_device[1]",
        ]

    def test_a_secret_device_names_nothing(self):
        devices = [{"device_name": f"/dev/sd{letter}", "tags": {"A": "b"}} for letter in "fg"]
        item = change(
            {"ebs_block_device": devices},
            None,
            {"ebs_block_device": [{"device_name": True}]},
            address=WEB,
        )

        assert "ebs_block_device[0]" in read_implied(item)

    def test_volume_tags_alone_make_one_volume(self):
        found = read_implied(instance(volume_tags={"A": "b"}))

        assert {name: values(each) for name, each in found.items()} == {"volume": {"A": "b"}}

    def test_volume_tags_reach_every_block(self):
        item = instance(volume_tags={"A": "b"}, root_block_device=[{"tags": {"C": "d"}}])
        found = read_implied(item)

        assert {name: values(each) for name, each in found.items()} == {
            "root_block_device": {"A": "b", "C": "d"}
        }

    def test_nothing_is_implied_by_a_volume_that_nobody_describes(self):
        unknown = {"root_block_device": True, "ebs_block_device": True}

        assert read_implied(instance(unknown), configuration=configuration(block(WEB))) == {}

    def test_a_block_that_an_existing_instance_only_reports_counts_when_it_has_tags(self):
        plain = instance(root_block_device=[{"tags": {}}], actions=["no-op"])
        tagged = instance(root_block_device=[{"tags": {"A": "b"}}], actions=["no-op"])
        config = configuration(block(WEB))
        written = configuration(block(WEB, root_block_device=[{"volume_size": {}}]))

        assert read_implied(plain, configuration=config) == {}
        assert list(read_implied(tagged, configuration=config)) == ["root_block_device"]
        assert list(read_implied(plain, configuration=written)) == ["root_block_device"]

    def test_tags_all_is_the_truth(self):
        device = [{"tags": {"A": "b"}, "tags_all": {"A": "b", "Team": "core"}}]
        found = read_implied(
            instance(root_block_device=device), configuration=with_defaults({"Team": "core"})
        )

        assert provenances(found["root_block_device"]) == {
            "A": "resource",
            "Team": "default_tags@aws",
        }

    def test_hidden_tags_all_are_rebuilt(self):
        item = instance(
            {"root_block_device": [{"tags": {"N": True}, "tags_all": True}]},
            root_block_device=[{"tags": {"A": "b"}}],
        )
        volume = read_implied(item, configuration=with_defaults({"Team": "core", "A": "z"}))[
            "root_block_device"
        ]

        assert values(volume) == {"A": "b", "N": None, "Team": "core"}
        assert volume.tags.complete
        assert volume.tags.tags["A"].overrides == "default_tags@aws"

    def test_older_providers_give_volumes_no_defaults(self):
        item = instance(root_block_device=[{"tags": {"A": "b"}}])
        volume = read_implied(item, configuration=with_defaults({"Team": "core"}))[
            "root_block_device"
        ]

        assert (values(volume), volume.tags.complete) == ({"A": "b"}, True)

    def test_whether_defaults_reach_volume_tags_depends_on_the_provider(self):
        item = instance(volume_tags={"A": "b"})
        open_ = read_implied(item, configuration=with_defaults({"Team": "core"}))["volume"]
        closed = read_implied(item, configuration=with_defaults({"A": "core"}))["volume"]

        assert (values(open_), open_.tags.complete) == ({"A": "b"}, False)
        assert "5.39" in open_.tags.reason
        assert closed.tags.complete

    def test_a_sensitive_tag_stays_one(self):
        item = change(
            {"root_block_device": [{"tags": {"A": "b"}, "tags_all": {"A": "b"}}]},
            None,
            {"root_block_device": [{"tags": {"A": True}}]},
            address=WEB,
        )
        volume = read_implied(item)["root_block_device"]

        assert volume.tags.tags["A"].sensitive


class TestLaunchTemplate:
    def test_specifications_are_named_after_what_they_tag(self):
        found = read_implied(
            template(("instance", {"A": "i"}), ("volume", {"A": "v"}), ("elastic-gpu", {}))
        )

        assert {(name, each.type): values(each) for name, each in found.items()} == {
            ("instance", "aws_instance"): {"A": "i"},
            ("volume", "aws_ebs_volume"): {"A": "v"},
            ("elastic-gpu", "aws:ec2/elastic-gpu"): {},
        }

    def test_defaults_do_not_reach_them(self):
        found = read_implied(
            template(("instance", {"A": "i"})), configuration=with_defaults({"Team": "core"})
        )

        assert values(found["instance"]) == {"A": "i"}

    def test_of_an_unknown_kind_nothing_is_sure(self):
        item = change(
            {"tag_specifications": [{"tags": {"A": "b"}}]},
            {"tag_specifications": [{"resource_type": True}]},
            address=TEMPLATE,
        )
        thing = read_implied(item)["tag_specifications[0]"]

        assert (values(thing), thing.tags.complete) == ({}, False)
        assert thing.tags.reason == "the resource type is known after apply"

    def test_a_secret_kind_is_not_told(self):
        item = change(
            {"tag_specifications": [{"resource_type": "hush", "tags": {"A": "b"}}]},
            None,
            {"tag_specifications": [{"resource_type": True}]},
            address=TEMPLATE,
        )
        thing = read_implied(item)["tag_specifications[0]"]

        assert (thing.type, values(thing)) == ("aws:ec2/unknown", {})
        assert thing.tags.reason == "the resource type is confidential"
        assert thing.places == (f"the `tag_specifications.tags` of `{TEMPLATE}`",)

    def test_places_name_one_of_several_as_terraform_does(self):
        found = read_implied(template(("instance", {"A": "i"}), ("volume", {"A": "v"})))

        assert found["volume"].places == (f"the `tag_specifications[1].tags` of `{TEMPLATE}`",)

    def test_two_of_a_kind_keep_addresses_of_their_own(self):
        found = read_implied(template(("volume", {"A": "1"}), ("volume", {"A": "2"})))

        assert list(found) == ["volume", "volume[1]"]

    def test_an_unknown_value_is_named_by_its_cause(self):
        item = change(
            {"tag_specifications": [{"resource_type": "instance", "tags": {}}]},
            {"tag_specifications": [{"tags": {"A": True}}]},
            address=TEMPLATE,
        )
        tags = {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
        config = configuration(block(TEMPLATE, tag_specifications=[{"tags": tags}]))
        tagged = read_implied(item, configuration=config)["instance"].tags.tags["A"]

        assert tagged.unknown == "value known after apply (tags depend on aws_vpc.v.id)"

    def test_the_cause_may_stand_in_any_of_several_blocks(self):
        item = change(
            {"tag_specifications": [{"resource_type": "volume"}]},
            {"tag_specifications": [{"tags": True}]},
            address=TEMPLATE,
        )
        tags = {"constant_value": {"A": "b"}}, {"references": ["aws_vpc.v.id", "aws_vpc.v"]}
        config = configuration(block(TEMPLATE, tag_specifications=[{"tags": t} for t in tags]))
        volume = read_implied(item, configuration=config)["volume"]

        assert volume.tags.reason == "tags depend on aws_vpc.v.id"


class TestAutoscaling:
    def test_instances_get_the_tags_that_propagate(self):
        item = group(tag("A"), tag("B", launch=False), shown=False)
        made = read_implied(item)["instance"]

        assert (made.type, values(made), made.tags.complete) == ("aws_instance", {"A": "x"}, True)
        assert provenances(made) == {"A": f"propagated:{GROUP}"}

    def test_the_old_list_says_so_in_words(self):
        old = [{"key": "A", "value": "x", "propagate_at_launch": "true"}]

        assert values(read_implied(group(tags=old, shown=False))["instance"]) == {"A": "x"}

    def test_a_group_without_tags_shows_nothing(self):
        assert read_implied(group()) == {}

    @pytest.mark.parametrize("flags", [True, [True], [{"value": True}]])
    def test_secret_tags_stay_secret(self, flags):
        item = change({"tag": [tag("A", "hush")]}, None, {"tag": flags}, address=GROUP)
        made = read_implied(item)["instance"].tags.tags["A"]

        assert (made.value, made.sensitive) == ("hush", True)

    def test_an_unknown_switch_leaves_its_key_open(self):
        item = change(
            {"tag": [{"key": "A.b", "value": "x"}, tag("C")]},
            {"tag": [{"propagate_at_launch": True}]},
            address=GROUP,
        )
        tags = read_implied(item)["instance"].tags

        assert (tags.complete, list(tags.tags)) == (False, ["C"])
        assert [tags.may_gain(key) for key in ("A.b", "Axb", "D")] == [True, False, False]
        assert tags.reason == "whether a tag is propagated is known after apply"

    @pytest.mark.parametrize(
        ("known", "unknown"),
        [
            ([{"value": "x"}], [{"key": True, "propagate_at_launch": True}]),
            ([tag("C")], [{}, True]),
            ([{"key": f"k{at}"} for at in range(50)], [{"propagate_at_launch": True}] * 50),
        ],
    )
    def test_unknown_switches_of_unknown_or_many_keys_leave_any_open(self, known, unknown):
        item = change({"tag": known}, {"tag": unknown}, address=GROUP)

        assert read_implied(item)["instance"].tags.may_gain("Z")

    def test_an_unknown_switch_leaves_other_tags_of_the_template_sure(self):
        item = group({"key": "A", "value": "x"})
        item["change"]["after_unknown"] = {"tag": [{"propagate_at_launch": True}]}
        launched = template(("instance", {"A": "template", "T": "t"}))
        made = read(plan(launched, item, configuration=configuration(group_block())))[-1]

        assert values(made) == {"A": None, "T": "t"}
        assert not made.tags.may_gain("B")

    def test_says_what_hands_a_tag_on(self):
        made = read_implied(group(tag("A", launch=False), shown=False))["instance"]

        assert made.places == (f"the `tag` of `{GROUP}` with `propagate_at_launch = true`",)

    def test_its_launch_template_adds_tags_and_loses(self):
        items = template(("instance", {"A": "template", "T": "t"})), group(tag("A", "group"))
        found = read(plan(*items, configuration=configuration(group_block())))
        made = found[-1]

        assert made.address == f"{GROUP}#instance"
        assert values(made) == {"A": "group", "T": "t"}
        assert provenances(made) == {"A": f"propagated:{GROUP}", "T": f"propagated:{TEMPLATE}"}
        assert made.tags.complete

    @pytest.mark.parametrize(
        "references", [["var.template"], [TEMPLATE, "var.create"], ["aws_launch_template.gone.id"]]
    )
    def test_a_template_that_is_not_surely_known_leaves_the_set_open(self, references):
        config = configuration(group_block({"references": references}))
        found = read(plan(template(("instance", {})), group(tag("A")), configuration=config))

        assert not found[-1].tags.complete
        assert references[0] in found[-1].tags.reason

    def test_an_older_version_of_a_template_may_have_other_tags(self):
        old = template(("instance", {"T": "t"}), actions=["no-op"])
        config = configuration(group_block())
        pinned = read(plan(old, group(tag("A"), version="3"), configuration=config))[-1]
        latest = read(plan(old, group(tag("A")), configuration=config))[-1]

        assert not pinned.tags.complete
        assert values(latest) == {"A": "x", "T": "t"}

    @pytest.mark.parametrize(
        ("version", "versions", "complete"),
        [
            ("$Default", {"default_version": 3, "latest_version": 3}, True),
            ("", {"default_version": 3, "latest_version": 3}, True),
            ("$Default", {"default_version": 2, "latest_version": 3}, False),
            ("$Default", {}, False),
            ("3", {"default_version": 2, "latest_version": 3}, True),
            ("2", {"default_version": 2, "latest_version": 3}, False),
        ],
    )
    def test_the_version_of_an_unchanged_template_may_be_the_one_shown(
        self, version, versions, complete
    ):
        old = template(("instance", {"T": "t"}), actions=["no-op"])
        old["change"]["after"] |= versions
        item = group(tag("A"), version=version or None)
        made = read(plan(old, item, configuration=configuration(group_block())))[-1]

        assert made.tags.complete is complete

    @pytest.mark.parametrize(
        ("more", "complete"), [({}, False), ({"update_default_version": True}, True)]
    )
    def test_an_update_makes_a_new_version_that_may_become_the_default(self, more, complete):
        new = template(("instance", {"T": "t"}), actions=["update"])
        new["change"]["after"] |= {"default_version": 3, **more}
        new["change"]["after_unknown"] = {"latest_version": True}
        item = group(tag("A"), version="$Default")
        made = read(plan(new, item, configuration=configuration(group_block())))[-1]

        assert made.tags.complete is complete

    @pytest.mark.parametrize(("default", "complete"), [({"default_version": 3}, True), ({}, False)])
    def test_an_unknown_version_by_reference_is_the_new_one(self, default, complete):
        """What stays known of the template does not make it unknown."""
        new = template(("instance", {"T": "t"}), actions=["update"])
        new["change"]["after"] |= default
        item = group(tag("A"), version=None)
        item["change"]["after_unknown"] = {"launch_template": [{"version": True}]}
        launch = {"id": REFERENCES, "version": {"references": [TEMPLATE, "each.key"]}}
        config = configuration(block(GROUP, launch_template=[launch]))

        assert read(plan(new, item, configuration=config))[-1].tags.complete is complete

    def test_a_specification_of_unknown_kind_may_be_for_instances(self):
        item = change(
            {"tag_specifications": [{"tags": {"T": "t"}}]},
            {"tag_specifications": [{"resource_type": True}]},
            address=TEMPLATE,
        )
        made = read(plan(item, group(tag("A")), configuration=configuration(group_block())))[-1]

        assert (values(made), made.tags.complete) == ({"A": "x"}, False)

    def test_overrides_may_name_other_templates(self):
        specification = [{"version": "$Latest"}]
        override = [{"launch_template_specification": [{"launch_template_id": "lt-2"}]}]
        policy = [
            {
                "launch_template": [
                    {"launch_template_specification": specification, "override": override}
                ]
            }
        ]
        shown = [{"launch_template_specification": [{"launch_template_id": REFERENCES}]}]
        config = configuration(block(GROUP, mixed_instances_policy=[{"launch_template": shown}]))
        item = group(tag("A"), shown=False, mixed_instances_policy=policy)
        made = read(plan(template(("instance", {"T": "t"})), item, configuration=config))[-1]

        assert (values(made), made.tags.complete) == ({"A": "x"}, False)

    def test_each_instance_uses_its_own(self):
        items = [template(("instance", {"N": key}), address=f'{TEMPLATE}["{key}"]') for key in "ab"]
        items = [{**item, "type": "aws_launch_template", "name": "t"} for item in items]
        fleet = {**group(tag("A")), "address": f'{GROUP}["b"]'}
        reference = {"references": [TEMPLATE, "each.key"]}
        found = read(plan(*items, fleet, configuration=configuration(group_block(reference))))
        any_of = read(plan(*items, group(tag("A")), configuration=configuration(group_block())))

        assert values(found[-1]) == {"N": "b", "A": "x"}
        assert values(any_of[-1]) == {"N": None, "A": "x"}

    def test_a_mixed_policy_names_its_template_too(self):
        specification = [{"launch_template_specification": [{"version": "$Latest"}]}]
        policy = [{"launch_template": specification}]
        shown = [{"launch_template_specification": [{"launch_template_id": REFERENCES}]}]
        config = configuration(block(GROUP, mixed_instances_policy=[{"launch_template": shown}]))
        item = group(tag("A"), shown=False, mixed_instances_policy=policy)
        found = read(plan(template(("instance", {"T": "t"})), item, configuration=config))

        assert values(found[-1]) == {"T": "t", "A": "x"}


class TestTasks:
    def service(self, switch, unknown=None, **after):
        tags = {"tags": {"A": "s"}, "tags_all": {"A": "s", "Team": "core"}}
        return change({**tags, "propagate_tags": switch, **after}, unknown, address=SERVICE)

    def test_a_service_hands_on_its_effective_tags(self):
        task = read_implied(self.service("SERVICE"))["task"]

        assert (task.type, values(task)) == ("aws:ecs/task", {"A": "s", "Team": "core"})
        assert set(provenances(task).values()) == {f"propagated:{SERVICE}"}

    @pytest.mark.parametrize("switch", [None, "NONE"])
    def test_nothing_handed_on_implies_nothing(self, switch):
        assert read_implied(self.service(switch)) == {}

    def test_an_unknown_switch_is_undetermined(self):
        config = configuration(block(SERVICE, propagate_tags={"references": ["aws_x.y.z"]}))
        item = self.service(None, {"propagate_tags": True})
        task = read_implied(item, configuration=config)["task"]

        assert (values(task), task.tags.complete) == ({}, False)
        assert task.tags.reason == "`propagate_tags` depends on aws_x.y.z"

    def test_the_task_definition_in_the_plan_hands_on_its_tags(self):
        reference = {"references": [f"{DEFINITION}.arn", DEFINITION]}
        config = configuration(block(SERVICE, task_definition=reference))
        definition = change({"tags": {"D": "d"}}, address=DEFINITION)
        task = read_implied(self.service("TASK_DEFINITION"), definition, configuration=config)[
            "task"
        ]

        assert values(task) == {"D": "d"}
        assert provenances(task) == {"D": f"propagated:{DEFINITION}"}

    def test_one_outside_the_plan_is_named(self):
        item = self.service("TASK_DEFINITION", task_definition="app:7")
        task = read_implied(item)["task"]

        assert not task.tags.complete
        assert task.tags.reason.endswith("task definition app:7")

    def test_volumes_of_a_service_have_specifications(self):
        specification = {"resource_type": "volume", "propagate_tags": "SERVICE", "tags": {"V": "v"}}
        volumes = [{"managed_ebs_volume": [{"tag_specifications": [specification]}]}]
        found = read_implied(self.service(None, volume_configuration=volumes))

        assert {name: values(each) for name, each in found.items()} == {
            "volume": {"A": "s", "Team": "core", "V": "v"}
        }

    @pytest.mark.parametrize(
        ("address", "after"),
        [
            (RULE, {"ecs_target": [{"tags": {"A": "b"}}]}),
            (
                "aws_pipes_pipe.p",
                {"target_parameters": [{"ecs_task_parameters": [{"tags": {"A": "b"}}]}]},
            ),
            (
                "aws_scheduler_schedule.s",
                {"target": [{"ecs_parameters": [{"tags": [{"key": "A", "value": "b"}]}]}]},
            ),
            (
                "aws_scheduler_schedule.s",
                {"target": [{"ecs_parameters": [{"tags": [{"A": "b"}]}]}]},
            ),
        ],
    )
    def test_what_starts_a_task_may_tag_it(self, address, after):
        assert values(read_implied(change(after, address=address))["task"]) == {"A": "b"}

    def test_a_secret_in_a_list_of_maps_stays_one(self):
        target = [{"ecs_parameters": [{"tags": [{"A": "b"}]}]}]
        item = change(
            {"target": target},
            None,
            {"target": [{"ecs_parameters": [{"tags": [{"A": True}]}]}]},
            address="aws_scheduler_schedule.s",
        )

        assert read_implied(item)["task"].tags.tags["A"].sensitive

    def test_own_tags_of_a_task_win_over_its_definition(self):
        target = {"tags": {"A": "own"}, "propagate_tags": "TASK_DEFINITION"}
        reference = [{"task_definition_arn": {"references": [f"{DEFINITION}.arn", DEFINITION]}}]
        config = configuration(block(RULE, ecs_target=reference))
        definition = change({"tags": {"A": "d", "D": "d"}}, address=DEFINITION)
        rule = change({"ecs_target": [target]}, address=RULE)
        task = read_implied(rule, definition, configuration=config)["task"]

        assert values(task) == {"A": "own", "D": "d"}
        assert task.tags.tags["A"].overrides == f"propagated:{DEFINITION}"

    def test_a_batch_job_hands_its_tags_on_when_it_says_so(self):
        address = "aws_batch_job_definition.j"
        after = {"tags": {"A": "b"}, "propagate_tags": True}

        assert values(read_implied(change(after, address=address))["task"]) == {"A": "b"}
        assert read_implied(change({**after, "propagate_tags": False}, address=address)) == {}


NESTED = [
    ("aws_spot_fleet_request.f", {"launch_specification": [{"tags": {"a": "b"}}]}, "instance"),
    ("aws_batch_compute_environment.e", {"compute_resources": [{"tags": {"a": "b"}}]}, "instance"),
    (
        "google_compute_instance.i",
        {"boot_disk": [{"initialize_params": [{"labels": {"a": "b"}}]}]},
        "boot_disk",
    ),
    ("google_compute_instance_template.t", {"disk": [{"labels": {"a": "b"}}]}, "disk"),
    ("google_container_cluster.c", {"node_config": [{"resource_labels": {"a": "b"}}]}, "node"),
    ("google_alloydb_cluster.a", {"automated_backup_policy": [{"labels": {"a": "b"}}]}, "backup"),
    (
        "azurerm_kubernetes_cluster.k",
        {"default_node_pool": [{"tags": {"a": "b"}}]},
        "default_node_pool",
    ),
    (
        "azurerm_container_registry.r",
        {"georeplications": [{"tags": {"a": "b"}}]},
        "georeplications",
    ),
    (
        "kubernetes_deployment_v1.d",
        {"spec": [{"template": [{"metadata": [{"labels": {"a": "b"}}]}]}]},
        "pod",
    ),
]


@pytest.mark.parametrize(("address", "after", "name"), NESTED)
def test_a_nested_map_tags_what_its_block_creates(address, after, name):
    provider = f"hashicorp/{address.partition('_')[0]}"
    found = read_implied(change(after, address=address, provider=provider))

    assert {key: values(each) for key, each in found.items()} == {name: {"a": "b"}}


def test_a_nested_place_without_tags_is_not_told():
    after = {"boot_disk": [{"initialize_params": [{"labels": None}]}]}
    unknown = {"boot_disk": [{"initialize_params": [{"labels": True}]}]}
    address = "google_compute_instance.i"
    config = configuration(block(address))

    assert read_implied(change(after, address=address, provider="google")) == {}
    assert (
        read_implied(
            change(after, unknown, address=address, provider="google"), configuration=config
        )
        == {}
    )


def test_a_hidden_map_that_is_written_is_undetermined():
    after: dict = {"boot_disk": [{"initialize_params": [{}]}]}
    unknown = {"boot_disk": [{"initialize_params": [{"labels": True}]}]}
    address = "google_compute_instance.i"
    labels = {"labels": {"references": ["data.google_x.y"]}}
    config = configuration(block(address, boot_disk=[{"initialize_params": [labels]}]))
    disk = read_implied(
        change(after, unknown, address=address, provider="google"), configuration=config
    )["boot_disk"]

    assert (disk.tags.complete, disk.tags.reason) == (False, "labels depend on data.google_x.y")


def test_of_several_blocks_each_has_a_number():
    disks = [{"labels": {"a": "1"}}, {"labels": None}, {"labels": {"a": "3"}}]
    address = "google_compute_instance_template.t"
    found = read_implied(change({"disk": disks}, address=address, provider="google"))

    assert list(found) == ["disk[0]", "disk[2]"]


def test_any_of_several_blocks_may_write_an_argument():
    address = "google_compute_instance_template.t"
    labels = {"labels": {"references": ["data.google_x.y"]}}
    config = configuration(block(address, disk=[{"boot": {}}, labels]))
    item = change(
        {"disk": [{}, {}]}, {"disk": [{}, {"labels": True}]}, address=address, provider="google"
    )

    assert not read_implied(item, configuration=config)["disk[1]"].tags.complete


def test_pods_and_jobs_of_a_cron_job_are_both_told():
    pod = {"template": [{"metadata": [{"labels": {"a": "pod"}}]}]}
    spec = [{"job_template": [{"metadata": [{"labels": {"a": "job"}}], "spec": [pod]}]}]
    address = "kubernetes_cron_job_v1.c"
    found = read_implied(change({"spec": spec}, address=address, provider="kubernetes"))

    assert {name: values(each) for name, each in found.items()} == {
        "job": {"a": "job"},
        "pod": {"a": "pod"},
    }


def test_implied_resources_change_with_their_own_places():
    def update(before, after):
        item = instance(root_block_device=after, actions=["update"])
        item["change"]["before"] = {"tags": None, "root_block_device": before}
        return read_implied(item)["root_block_device"].changes_tags

    device = [{"tags": {"A": "b"}, "size": 1}]

    assert not update(device, [{"tags": {"A": "b"}, "size": 2}])
    assert update(device, [{"tags": {"A": "c"}, "size": 1}])
    assert update([], device)


def test_copies_change_with_their_creator():
    after = {"tags": {"A": "2"}, "propagate_tags": "SERVICE"}
    item = change(after, address=SERVICE, actions=["update"])
    item["change"]["before"] = {"tags": {"A": "1"}, "propagate_tags": "SERVICE"}

    assert read_one(item).changes_tags
    assert read_implied(item)["task"].changes_tags


WORDS = (
    ("tags", "tags_all", "metadata", "labels", "key", "propagate_at_launch", "resource_type"),
    ("propagate_tags", "template", "spec", "ecs_parameters", "version", "override"),
)
words = st.sampled_from([word for row in WORDS for word in row])
junk = st.recursive(
    st.sampled_from([None, True, False, 1, "", "SERVICE", "TASK_DEFINITION", "true"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=10,
)


@pytest.mark.parametrize("type_", sorted(ROOTS))
@given(data=st.data())
@settings(max_examples=15)
def test_no_junk_in_a_place_crashes(type_, data):
    parts = [{root: data.draw(junk) for root in ROOTS[type_]} for _ in range(4)]
    address = f"{type_}.x"
    provider = type_.partition("_")[0]
    item = change(*parts[:3], address=address, provider=provider, actions=["update"])
    item["change"]["before"] = parts[3]
    config = configuration(block(address, key=provider, **parts[0]))
    found = read(plan(item, configuration=config))

    assert len({each.address for each in found}) == len(found)


class TestCloudControl:
    """The awscc provider has lists of tags, and computes what nobody writes."""

    def test_a_launch_template_tags_what_it_launches(self):
        specification = {"resource_type": "volume", "tags": [{"key": "A", "value": "b"}]}
        data = {"launch_template_data": {"tag_specifications": [specification]}}
        item = change(data, address="awscc_ec2_launch_template.t", provider="hashicorp/awscc")
        volume = read_implied(item)["volume"]

        assert (volume.type, values(volume), volume.tags.complete) == (
            "awscc_ec2_volume",
            {"A": "b"},
            True,
        )

    def test_a_group_tags_its_instances(self):
        address = "awscc_autoscaling_auto_scaling_group.g"
        item = change(
            {"tags": [tag("A"), tag("B", launch=False)]},
            {"launch_template": True, "mixed_instances_policy": True},
            address=address,
            provider="hashicorp/awscc",
        )
        config = configuration(block(address, key="awscc", tags={"constant_value": []}))
        made = read_implied(item, configuration=config)["instance"]

        assert (made.type, values(made), made.tags.complete) == (
            "awscc_ec2_instance",
            {"A": "x"},
            True,
        )

    def test_a_service_and_a_job_hand_on_tags(self):
        tags = [{"key": "A", "value": "b"}]
        service = change(
            {"propagate_tags": "SERVICE", "tags": tags},
            address="awscc_ecs_service.s",
            provider="hashicorp/awscc",
        )
        job = change(
            {"propagate_tags": True, "tags": {"A": "b"}},
            address="awscc_batch_job_definition.j",
            provider="hashicorp/awscc",
        )

        assert values(read_implied(service)["task"]) == {"A": "b"}
        assert values(read_implied(job)["task"]) == {"A": "b"}

    def test_a_service_finds_the_task_definition(self):
        address, definition = "awscc_ecs_service.s", "awscc_ecs_task_definition.d"
        reference = {"references": [f"{definition}.arn", definition]}
        items = (
            change({"tags": [{"key": "D", "value": "d"}]}, address=definition, provider="awscc"),
            change({"propagate_tags": "TASK_DEFINITION"}, address=address, provider="awscc"),
        )
        config = configuration(block(address, key="awscc", task_definition=reference))

        assert values(read_implied(*items, configuration=config)["task"]) == {"D": "d"}


def test_what_a_type_may_imply():
    assert implied_names("aws_autoscaling_group") == ("instance",)
    assert implied_names("kubernetes_cron_job") == ("job", "pod")
    assert implied_names("awscc_ec2_launch_template") == ("instance", "volume", "network-interface")
    assert implied_names("aws_s3_bucket") == ()


@pytest.mark.parametrize("type_", sorted(ROOTS))
def test_every_type_whose_attributes_are_read_implies_something(type_):
    assert implied_names(type_)


def test_a_map_at_the_top_of_a_resource_may_be_that_of_another():
    item = change({"volume_tags": {"A": "b"}}, address="alicloud_instance.web")
    item["provider_name"] = "registry.terraform.io/aliyun/alicloud"
    volume = read_implied(item)["volume"]

    assert (volume.type, values(volume)) == ("alicloud_ecs_disk", {"A": "b"})


def test_many_of_a_name_are_numbered_in_order():
    found = read_implied(template(*[("volume", {"A": "b"})] * 3000))

    assert list(found)[-1] == "volume[2999]"
