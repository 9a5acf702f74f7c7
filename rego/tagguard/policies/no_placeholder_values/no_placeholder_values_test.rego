package tagguard.policies.no_placeholder_values_test

import rego.v1

import data.tagguard.policies.no_placeholder_values as policy

faults(tags) := found if {
	found := policy.violation with input as {"resource": {"tags": tags}}
}

test_placeholder_in_any_case if {
	some fault in faults({"Owner": " TBD "})
	fault.key == "Owner"
	fault.actual == " TBD "
}

test_unfilled_template if count(faults({"A": "${var.owner}", "B": "{{ team }}"})) == 2

test_real_values_pass if count(faults({"Owner": "payments@acme.example", "Name": "foo-api"})) == 0

test_value_of_the_taxonomy_passes if {
	taxonomy := {"keys": {"Tier": {"values": ["unknown"]}}}
	count(faults({"Tier": "unknown"})) == 0 with data.taxonomy as taxonomy
}
