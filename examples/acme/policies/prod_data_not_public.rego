# METADATA
# title: Production data is never public
# description: A store that is tagged prod must not be classed as public.
# custom:
#   severity: warning
package tagguard.policies.prod_data_not_public

violation contains {"key": "DataClass", "msg": msg} if {
	input.resource.tags.Environment == "prod"
	input.resource.tags.DataClass == "public"
	msg := sprintf("%s is in production and classed as public", [input.resource.address])
}
