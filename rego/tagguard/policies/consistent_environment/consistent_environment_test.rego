package tagguard.policies.consistent_environment_test

import rego.v1

import data.tagguard.policies.consistent_environment as policy

faults(name, environment) := found if {
	found := policy.violation with input as {"resource": {
		"address": "aws_instance.a",
		"tags": {"Name": name, "Environment": environment},
	}}
}

test_prod_name_on_dev if count(faults("api_prod_1", "dev")) == 1

test_dev_name_on_prod if count(faults("DEV-api", "prod")) == 1

test_preprod_is_not_prod if count(faults("api-preprod", "uat")) == 0

test_foreign_environment_passes if count(faults("api-prod", "blue")) == 0
