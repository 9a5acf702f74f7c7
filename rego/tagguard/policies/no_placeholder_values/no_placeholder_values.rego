# METADATA
# title: A tag value must not be a placeholder
# description: >
#   `TODO`, `changeme` or `n/a` satisfy a required key and allocate nothing. Words of your own come
#   from the data file `placeholders`, a list in lower case. A value that the taxonomy lists is never
#   a placeholder, and a value that is not known yet was not typed by a person.
# custom:
#   severity: error
package tagguard.policies.no_placeholder_values

import rego.v1

violation contains fault(key, value) if {
	some key, value in input.resource.tags
	lower(trim_space(value)) in words
	not is_listed(key, value)
}

# Templates that nobody filled in: `<owner>`, `${owner}`, `{{ owner }}`.
violation contains fault(key, value) if {
	some key, value in input.resource.tags
	strings.any_prefix_match(value, ["<", "${", "{{"])
	regex.match(`^(<[^<>]+>|[$][{].*[}]|[{][{].*[}][}])$`, value)
	not is_listed(key, value)
}

violation contains fault(key, value) if {
	some own in data.placeholders
	some key, value in input.resource.tags
	lower(trim_space(value)) == own
	not is_listed(key, value)
}

fault(key, value) := {
	"key": key,
	"msg": sprintf("`%s` is a placeholder, not a value", [trim_space(value)]),
	"actual": value,
	"hint": "write the real value, or remove the tag where the standard does not require it",
}

is_listed(key, value) if value in data.taxonomy.keys[key].values

words := {
	"#n/a", "-", "--", "...", "?", "??", "???", "asdf", "bar", "change me", "change-me", "change_me",
	"changeme", "dummy", "fixme", "foo", "foobar", "n/a", "na", "nil", "null", "placeholder",
	"replace me", "replace-me", "replace_me", "replaceme", "tba", "tbc", "tbd", "todo", "unassigned",
	"undefined", "unknown", "xxx", "xxxx",
}
