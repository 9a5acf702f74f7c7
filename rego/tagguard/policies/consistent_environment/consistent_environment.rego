# METADATA
# title: The environment tag must agree with the resource's name
# description: >
#   A resource called `orders-prod-db` whose tag says `dev` is counted, patched and switched off
#   with the wrong ones. Only prod against non-prod is judged, in the address and in the tag `Name`;
#   a name that says both, or neither, proves nothing.
# custom:
#   severity: warning
package tagguard.policies.consistent_environment

import rego.v1

import data.tagguard.lib.tags

violation contains {
	"key": "Environment",
	"msg": sprintf("the tag says `%s`, the name `%s` says %s", [tag, name, said]),
	"actual": tag,
	"hint": "correct the tag or the name: one of them misleads",
} if {
	tag := input.resource.tags.Environment
	some name in [input.resource.address, tags.value_or("Name", "")]
	regex.match(`(?i)prod|prd|dev|stag|stg|qa|uat|sandbox`, name)
	said := side(name)
	said != side(tag)
}

# `prod` or `non-prod`; undefined for a text that says both, or neither. Only whole words count:
# `product` does not say prod, and `non-prod` does not either.
side(text) := said if {
	folded := regex.replace(lower(text), `(non|not|pre)[-_. ]?prod(uction)?`, "nonprod")
	[said] := [one | some one, pattern in sides; regex.match(pattern, folded)]
}

sides := {
	"prod": `(^|[^a-z0-9])(prod|prd|production)([^a-z0-9]|$)`,
	"non-prod": concat("", [
		`(^|[^a-z0-9])(nonprod|dev|development|stage|staging|stg|qa|uat|sandbox)`,
		`([^a-z0-9]|$)`,
	]),
}
