# METADATA
# title: A tag must not hold a secret
# description: >
#   Tags are not secret: they show in consoles, bills and logs, to everybody who may list resources.
#   The message names the kind of secret and never the value.
# custom:
#   severity: error
#   confidential: true
package tagguard.policies.no_secrets_in_tags

import rego.v1

violation contains {
	"key": key,
	"msg": sprintf("the value looks like %s", [kind]),
	"hint": "revoke it and keep the new one in a secret store: tags are read by many",
} if {
	some key, value in input.resource.tags
	regex.match(`AKIA|ASIA|-----|eyJ|gh._|github_|glpat|xox|AIza|[=:]`, value)
	some kind, pattern in patterns
	regex.match(pattern, value)
}

patterns := {
	"an AWS access key id": `(^|[^A-Z0-9])(AKIA|ASIA)[A-Z2-7]{16}($|[^A-Z0-9])`,
	"a private key": `-----BEGIN [A-Z ]*PRIVATE KEY`,
	"a JSON web token": `(^|[^A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}`,
	"a GitHub token": `(^|[^A-Za-z0-9])(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})`,
	"a GitLab token": `(^|[^A-Za-z0-9])glpat-[A-Za-z0-9_-]{20}`,
	"a Slack token": `(^|[^A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}`,
	"a Google API key": `(^|[^A-Za-z0-9])AIza[A-Za-z0-9_-]{35}`,
	"a password": `(?i)(^|[^a-z])(password|passwd|pwd|secret|token|api[_-]?key)\s*[=:]\s*[^\s]{3,}`,
	"credentials in a URL": `(?i)^[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s:@]+@`,
}
