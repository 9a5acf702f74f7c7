package tagguard.policies.expiry_on_temporary_test

import rego.v1

import data.tagguard.lib.days
import data.tagguard.policies.expiry_on_temporary as policy

june := time.parse_rfc3339_ns("2026-06-01T00:00:00Z")

sandbox(tags) := {"resource": {
	"tags": object.union({"Environment": "sandbox"}, tags),
	"unknown_tags": [],
	"tags_complete": true,
}}

test_missing_day if {
	count(policy.violation) == 1 with input as sandbox({})
}

test_default_limit_is_ninety_days if {
	ok := sandbox({"ExpiresOn": "2026-08-30"})
	late := sandbox({"ExpiresOn": "2026-08-31"})
	count(policy.violation) == 0 with input as ok with time.now_ns as june
	count(policy.violation) == 1 with input as late with time.now_ns as june
}

test_days_are_real if {
	every day in ["2024-02-29", "2000-02-29", "2026-12-31", "2026-08-09"] {
		days.is_day(day)
	}
	every text in ["2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-1-1", "soon", ""] {
		not days.is_day(text)
	}
}
