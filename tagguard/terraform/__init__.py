"""What a source needs to understand Terraform: plans, provider configurations, effective tags.

Nothing here knows of sources, rules or reports. A plan is read in this order:

- `plan_file` opens it, `plan_model` decodes it, `plan_attributes` gives each attribute as a `Cell`;
- `configuration`, `providers` and `causes` tell which provider a resource uses, with which
  defaults, and what hides a value; `plan_surroundings` is what a resource sees of that;
- `plan_contents` looks up all that the tags of one change are read from, `plan_changes` what is
  done to it, `plan_index` which other resources it names;
- `plan_tags` reads its tags over `effective_tags`; where defaults are hidden, `plan_defaults` asks
  other resources and `hidden_defaults` draws the conclusion;
- `implied` tells what it brings about: from the table in `tag_places`, with `implied_instances` and
  `implied_tasks`, which see a `creator` and its `blocks`;
- `plan_resources` makes a `Resource` of it all;
- `positions` says where it is written: `source_map` finds the block, `written_keys` the key.
"""
