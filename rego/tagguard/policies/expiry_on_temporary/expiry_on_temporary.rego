# METADATA
# title: A temporary resource must say when it ends
# description: >
#   What is tried out in a sandbox tends to stay on the bill. A resource is temporary when its tag
#   `Environment` is one of those below (or of the list `data.expiry.environments`), or when its tag
#   `Temporary` says so. Its tag `ExpiresOn` must then hold a day that is not past and at most
#   `data.expiry.max_days` (90) days away.
# custom:
#   severity: error
package tagguard.policies.expiry_on_temporary

import rego.v1

import data.tagguard.lib.days
import data.tagguard.lib.tags

violation contains {"key": "ExpiresOn", "msg": msg, "hint": hint} if {
	is_temporary
	tags.missing("ExpiresOn")
	msg := "a temporary resource needs the day it ends in `ExpiresOn`"
	hint := "add `ExpiresOn` with a day like 2026-12-31"
}

violation contains object.union({"key": "ExpiresOn", "actual": text}, fault) if {
	text := input.resource.tags.ExpiresOn
	is_temporary
	fault := fault_of(text)
}

undetermined contains {"key": "ExpiresOn", "msg": msg} if {
	is_temporary
	tags.undecided("ExpiresOn")
	msg := "the day on which the temporary resource ends is not known"
}

undetermined contains {"key": "Environment", "msg": msg} if {
	"Environment" in input.resource.unknown_tags
	not is_temporary
	tags.missing("ExpiresOn")
	msg := "whether the resource is temporary is not known"
}

is_temporary if {
	environment := lower(input.resource.tags.Environment)
	environment in ["sandbox", "playground", "preview", "ephemeral", "temporary", "temp", "poc"]
}

is_temporary if lower(input.resource.tags.Environment) in data.expiry.environments

is_temporary if lower(input.resource.tags.Temporary) in {"true", "yes", "1"}

default max_days := 90

max_days := data.expiry.max_days

fault_of(text) := {
	"msg": "the day on which a temporary resource ends cannot be read",
	"expected": "a day like 2026-12-31",
} if {
	not days.is_day(text)
}

fault_of(text) := {
	"msg": sprintf("the resource should have ended on %s", [text]),
	"hint": "remove the resource, or move the day",
} if {
	days.until(text) < 0
}

fault_of(text) := {
	"msg": sprintf("%s is more than %d days away", [text, max_days]),
	"expected": sprintf("a day within %d days", [max_days]),
} if {
	days.until(text) > max_days
}
