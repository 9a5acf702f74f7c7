# METADATA
# title: The resource that is judged
# description: Questions about type and change that most policies ask.
package tagguard.lib.resources

import rego.v1

# The type matches one of the globs; `*` matches anything.
type_matches(globs) if {
	some pattern in globs
	glob.match(pattern, null, input.resource.type)
}

# The plan brings the resource into being, anew or for the first time.
is_created if input.resource.change in {"create", "replace"}
