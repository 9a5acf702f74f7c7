from __future__ import annotations

import pytest

from tagguard.errors import ConfigError
from tagguard.model import Account, Location
from tagguard.owners import load_accounts, load_owners
from tagguard.selectors import seen_from
from tests.factories import make_resource

TEAMS = """teams:
  - name: payments
    contacts: [payments@acme.example]
    match: [{tags: {Team: payments}}, {paths: ["payments/**"]}]
  - name: search
    match: {addresses: ["module.search.*"]}
"""
CODEOWNERS = """# comment
*               @acme/platform
/infra/         @acme/infra @jdoe
*.json          @acme/data   # plans
docs/           docs@acme.example
own/*           @acme/own
/infra/free/
"""


def owners(folder, ways, *, cwd="/repo"):
    (folder / "teams.yaml").write_text(TEAMS)
    (folder / "CODEOWNERS").write_text(CODEOWNERS)
    return load_owners(
        ways,
        teams=folder / "teams.yaml",
        teams_where="teams.yaml",
        codeowners=folder / "CODEOWNERS",
        rebase=seen_from("/repo", cwd),
        codeowners_rebase=seen_from("/repo", cwd),
    )


@pytest.mark.parametrize(
    ("fields", "tags", "team"),
    [
        ({}, {"Team": "payments"}, "payments"),
        ({"location": Location("payments/eu/plan.json")}, {}, "payments"),
        ({"address": "module.search.aws_s3_bucket.x"}, {}, "search"),
        ({}, {}, "unowned"),
    ],
)
def test_the_first_team_that_matches_owns(tmp_path, fields, tags, team):
    resource = make_resource(**fields)
    assert owners(tmp_path, ["teams"]).team(resource, tags.get) == team


@pytest.mark.parametrize(
    ("path", "team"),
    [
        ("main.yaml", "platform"),
        ("infra/x.yaml", "infra"),
        ("infra/plan.json", "data"),
        ("deep/docs/x.yaml", "docs@acme.example"),
        ("own/x.yaml", "own"),
        ("own/deep/x.yaml", "platform"),
        ("infra/free/x.json", "unowned"),
    ],
)
def test_codeowners_the_last_matching_line_decides(tmp_path, path, team):
    resource = make_resource(location=Location(path))
    assert owners(tmp_path, ["codeowners"]).team(resource, {}.get) == team


def test_codeowners_paths_start_at_its_root(tmp_path):
    resource = make_resource(location=Location("x.yaml"))
    assert owners(tmp_path, ["codeowners"], cwd="/repo/infra").team(resource, {}.get) == "infra"


def test_ways_are_asked_in_the_given_order(tmp_path):
    resource = make_resource(
        account="111122223333", namespace="shop", location=Location("payments/x.yaml")
    )
    tags = {"Squad": "checkout"}
    for ways, team in (
        (["tag:Squad", "teams"], "checkout"),
        (["teams", "tag:Squad"], "payments"),
        (["tag:None", "namespace", "account"], "shop"),
        (["account"], "111122223333"),
        ([], "unowned"),
    ):
        assert owners(tmp_path, ways).team(resource, tags.get) == team


def test_an_unknown_way_is_refused_with_a_suggestion(tmp_path):
    with pytest.raises(ConfigError, match="`codeowner` is no way to find owners"):
        owners(tmp_path, ["codeowner"])


@pytest.mark.parametrize(
    ("names", "message"),
    [(["a", "a"], "two teams are called `a`"), (["unowned"], "no team can be called `unowned`")],
)
def test_names_of_teams_tell_them_apart(tmp_path, names, message):
    file = tmp_path / "teams.yaml"
    file.write_text(f"teams: [{', '.join(f'{{name: {name}, match: {{}}}}' for name in names)}]")
    with pytest.raises(ConfigError, match=message):
        load_owners(["teams"], teams=file, teams_where="teams.yaml", codeowners=None)


def test_a_way_without_its_file_is_refused():
    with pytest.raises(ConfigError, match="but there is no such file"):
        load_owners(["teams"], teams=None, teams_where="", codeowners=None)


PAYMENTS = Account(
    id="111122223333", name="payments-prod", unit="Root/Products/Payments", tags={"team": "pay "}
)


@pytest.mark.parametrize(
    ("way", "holder", "team"),
    [
        ("account-name", PAYMENTS, "payments-prod"),
        ("account-name", Account(id="1"), "unowned"),
        ("account-name", None, "unowned"),
        ("account-tag:team", PAYMENTS, "pay"),
        ("account-tag:Team", PAYMENTS, "unowned"),
        ("account-tag:team", Account(id="1"), "unowned"),
        ("unit", PAYMENTS, "Root/Products/Payments"),
        ("unit:1", PAYMENTS, "Products"),
        ("unit:2", PAYMENTS, "Payments"),
        ("unit:3", PAYMENTS, "unowned"),
        ("unit:1", None, "unowned"),
    ],
)
def test_the_account_owns(tmp_path, way, holder, team):
    resource = make_resource(account="111122223333", holder=holder)
    assert owners(tmp_path, [way]).team(resource, {}.get) == team


@pytest.mark.parametrize("way", ["unit:0", "unit:x", "account-tag:", "units"])
def test_an_unknown_way_by_account_is_refused(tmp_path, way):
    with pytest.raises(ConfigError, match="is no way to find owners"):
        owners(tmp_path, [way])


def test_accounts_are_read_from_a_file(tmp_path):
    file = tmp_path / "accounts.yaml"
    file.write_text("accounts: [{id: 012345678901, name: payments, tags: {team: pay}}, {id: b}]")
    assert load_accounts(file, where="accounts.yaml") == {
        "012345678901": Account(id="012345678901", name="payments", tags={"team": "pay"}),
        "b": Account(id="b"),
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("accounts: [{id: a}, {id: a}]", "the account `a` stands there twice"),
        ("accounts: [{id: a, nam: x}]", "is wrong"),
        ("[", "accounts.yaml:2:1"),
    ],
)
def test_a_wrong_accounts_file_is_refused(tmp_path, text, fault):
    file = tmp_path / "accounts.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=fault):
        load_accounts(file, where="accounts.yaml")
