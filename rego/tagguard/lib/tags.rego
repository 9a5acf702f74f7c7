# METADATA
# title: Tags of the resource that is judged
# description: >
#   A tag has three states: known value, unknown value, absent. These functions keep them apart, so
#   that a policy neither accuses nor acquits a resource it cannot see.
package tagguard.lib.tags

import rego.v1

# The known value of a tag; undefined when it is unknown or absent.
value(key) := input.resource.tags[key]

# The known value of a tag, or `fallback` when it is unknown or absent.
value_or(key, fallback) := object.get(input.resource.tags, key, fallback)

# The tag is there, whether its value is known or not.
has(key) if input.resource.tags[key]

has(key) if key in input.resource.unknown_tags

# The tag is surely absent.
missing(key) if {
	input.resource.tags_complete
	not has(key)
}

# The value cannot be known here, or the tag may yet be there.
undecided(key) if key in input.resource.unknown_tags

undecided(key) if {
	not input.resource.tags_complete
	not has(key)
}

# An object for `violation` that points at a tag.
fault(key, msg) := {"key": key, "msg": msg}
