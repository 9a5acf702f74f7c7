package tagguard.policies.no_secrets_in_tags_test

import rego.v1

import data.tagguard.policies.no_secrets_in_tags as policy

faults(value) := found if {
	found := policy.violation with input as {"resource": {"tags": {"Note": value}}}
}

test_value_is_never_repeated if {
	secret := "AKIAIOSFODNN7EXAMPLE"
	some fault in faults(secret)
	not contains(json.marshal(fault), secret)
}

test_part_of_a_longer_word_passes if count(faults("XAKIAIOSFODNN7EXAMPLEX")) == 0

test_every_pattern_passes_the_quick_look if {
	every value in [
		concat("", ["ghp_", "abcdefghijklmnopqrstuvwxyz0123456789"]),
		concat("", ["glpat-", "abcdefghij0123456789"]),
		concat("", ["xoxb-", "1234567890-abc"]),
		concat("", ["AIza", "abcdefghijklmnopqrstuvwxyz012345678"]),
		"ASIAIOSFODNN7EXAMPLE",
		"token: abcdef",
	] {
		count(faults(value)) == 1
	}
}
