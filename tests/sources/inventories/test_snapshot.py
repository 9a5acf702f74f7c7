from __future__ import annotations

import resource
import sys

import msgspec
import pyarrow.parquet as pq
import pytest

from tagguard.aws.merging import Merged
from tagguard.errors import UsageError
from tagguard.model import Account
from tagguard.report import Collected, Completeness, Shortfall
from tagguard.sources.inventories import snapshot
from tagguard.sources.inventories.snapshot import METADATA, write
from tests.sources.inventories.tables import read, read_text

ACCOUNT = "123456789012"
WHOLE = Completeness(
    accounts=(ACCOUNT,),
    accounts_done=1,
    regions=("eu-west-1",),
    collectors=(Collected(collector="tagging", sees_untagged=False, asked=1, done=1),),
    merged=1,
    complete=True,
)


def arn(name="a"):
    return f"arn:aws:sqs:eu-west-1:{ACCOUNT}:{name}"


def merged(name="a", tags=None, **more):
    fields = {
        "address": arn(name),
        "type": "sqs:queue",
        "account": ACCOUNT,
        "region": "eu-west-1",
        "tags": {"Owner": "x"} if tags is None else tags,
        "seen_by": ("services/sqs-queue", "tagging"),
    }
    return Merged(**(fields | more))


UNKNOWN = merged("u", reason="tagging was denied")
UNKNOWN = msgspec.structs.replace(UNKNOWN, tags=None)


def written(folder, *rows, name="s.parquet", completeness=WHOLE, **more):
    count = write(folder / name, rows, completeness=completeness, **more)
    assert count == len(rows)
    return folder / name


def test_a_snapshot_is_read_as_it_was_written(tmp_path):
    account = Account(id=ACCOUNT, name="prod", unit="Root/Web", tags={"Team": "web"})
    written(
        tmp_path,
        merged(),
        merged("b", tags={}),
        UNKNOWN,
        merged("m", managed_by="backup"),
        merged("e", excluded="deleted lately: gone"),
        merged("k", provider="kubernetes", type="apps/Deployment", namespace="shop"),
        accounts=[account],
    )
    found = read(tmp_path)
    assert not found.problems
    assert found.tags == {
        arn(): {"Owner": "x"},
        arn("b"): {},
        arn("u"): None,
        arn("m"): {"Owner": "x"},
        arn("e"): {"Owner": "x"},
        arn("k"): {"Owner": "x"},
    }
    one, _, unknown, managed, excluded, other = found.resources
    assert (one.type, one.account, one.region, one.scope) == (
        "sqs:queue",
        ACCOUNT,
        "eu-west-1",
        ACCOUNT,
    )
    assert (one.provider, one.taggable, one.managed_by, one.excluded) == ("aws", "yes", "user", "")
    assert (one.holder, one.location.line) == (account, None)
    assert unknown.tags.reason == "tagging was denied"
    assert managed.managed_by == "backup"
    assert excluded.excluded == "deleted lately: gone"
    assert (other.dialect, other.namespace) == ("kubernetes", "shop")
    (read_input,) = found.inputs
    assert (read_input.kind, read_input.resources) == ("tagguard-snapshot", 6)
    assert read_input.completeness == WHOLE


def test_the_configuration_knows_accounts_better(tmp_path):
    written(tmp_path, merged(), accounts=[Account(id=ACCOUNT, name="old")])
    known = {ACCOUNT: Account(id=ACCOUNT, name="new")}
    assert read(tmp_path, accounts=known).resources[0].holder == known[ACCOUNT]


def test_columns_and_what_a_snapshot_says_of_itself(tmp_path):
    file = written(tmp_path, merged(), UNKNOWN)
    table = pq.read_table(file)
    assert table.to_pylist() == [
        {
            "address": arn(),
            "provider": "aws",
            "type": "sqs:queue",
            "account": ACCOUNT,
            "region": "eu-west-1",
            "namespace": None,
            "tags": [("Owner", "x")],
            "tags_complete": True,
            "tags_reason": None,
            "managed_by": "user",
            "excluded": None,
            "seen_by": ["services/sqs-queue", "tagging"],
        },
        {
            "address": arn("u"),
            "provider": "aws",
            "type": "sqs:queue",
            "account": ACCOUNT,
            "region": "eu-west-1",
            "namespace": None,
            "tags": None,
            "tags_complete": False,
            "tags_reason": "tagging was denied",
            "managed_by": "user",
            "excluded": None,
            "seen_by": ["services/sqs-queue", "tagging"],
        },
    ]
    about = msgspec.json.decode(pq.read_metadata(file).metadata[METADATA])
    assert about["schema"] == "tagguard/snapshot/1"
    assert about["completeness"] == msgspec.json.decode(msgspec.json.encode(WHOLE))
    assert about["accounts"] == []


def test_equal_resources_give_equal_bytes(tmp_path):
    accounts = [Account(id="2"), Account(id="1")]
    rows = [merged(str(number), tags={"b": "1", "a": "2"}) for number in range(99)]
    turned = [merged(str(number), tags={"a": "2", "b": "1"}) for number in range(99)]
    one = written(tmp_path, *rows, accounts=accounts)
    two = written(tmp_path, *turned, name="t.parquet", accounts=reversed(accounts))
    assert one.read_bytes() == two.read_bytes()


def test_completeness_may_be_known_last(tmp_path):
    seen = []

    def rows():
        for name in "abc":
            seen.append(name)
            yield merged(name)

    def completeness():
        return msgspec.structs.replace(WHOLE, merged=len(seen))

    write(tmp_path / "s.parquet", rows(), completeness=completeness)
    assert read(tmp_path).inputs[0].completeness.merged == 3


def test_many_rows_make_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "GROUP", 7)
    rows = [merged(f"{number:02}", tags={"n": str(number)}) for number in range(20)]
    file = written(tmp_path, *rows)
    assert pq.read_metadata(file).num_row_groups == 3
    assert read(tmp_path).tags == {one.address: dict(one.tags) for one in rows}


def test_none_at_all_are_a_snapshot_too(tmp_path):
    written(tmp_path)
    found = read(tmp_path)
    assert (found.resources, found.problems) == ([], [])
    assert found.inputs[0].completeness == WHOLE


def test_redacted_values_are_left_out_but_their_keys_stay(tmp_path):
    file = written(
        tmp_path, merged(tags={"Owner": "secret-1", "Env": "prod"}), merged("b"), redact={"owner"}
    )
    found = read(tmp_path)
    assert found.tags == {arn(): {"Owner": None, "Env": "prod"}, arn("b"): {"Owner": None}}
    hidden = found.resources[0].tags.get("Owner")
    assert hidden.unknown == "its value was left out of the snapshot"
    assert "secret-1" not in str(pq.read_table(file).to_pylist())
    assert b"secret-1" not in file.read_bytes()


def test_what_is_missing_and_counts_is_a_problem(tmp_path):
    shortfalls = (
        Shortfall(
            account=ACCOUNT,
            region="eu-west-1",
            collector="tagging",
            state="denied",
            message="tag:GetResources is not allowed",
            unseen="resources without a listing",
        ),
        Shortfall(account="2", state="suspended", message="is suspended"),
        Shortfall(account="3", state="denied", message="x", allowed=True),
    )
    completeness = msgspec.structs.replace(WHOLE, shortfalls=shortfalls, complete=False)
    written(tmp_path, merged(), completeness=completeness)
    found = read(tmp_path)
    assert found.said == [
        (
            f"{ACCOUNT}/eu-west-1/tagging",
            "denied: tag:GetResources is not allowed; unseen: resources without a listing",
        ),
        ("2", "suspended: is suspended"),
    ]
    assert all(one.hint for one in found.problems)
    assert found.inputs[0].completeness == completeness


def test_a_snapshot_of_another_version_is_refused(tmp_path):
    file = written(tmp_path, merged())
    data = file.read_bytes().replace(b"tagguard/snapshot/1", b"tagguard/snapshot/9")
    (problem,) = read_text(tmp_path, "s.parquet", data).problems
    assert problem.message.startswith("a snapshot of another version: ")
    assert problem.hint == "scan anew with this tagguard"


def test_a_snapshot_that_lost_a_column_is_refused(tmp_path):
    file = written(tmp_path, merged())
    pq.write_table(pq.read_table(file).drop_columns(["type"]), file)
    (problem,) = read(tmp_path).problems
    assert problem.message == "a snapshot without the column `type`"


def test_a_snapshot_cut_off_is_refused(tmp_path):
    data = written(tmp_path, merged()).read_bytes()
    for size in range(4, len(data), 211):
        found = read_text(tmp_path, "s.parquet", data[:size])
        assert (len(found.problems), found.resources) == (1, [])


def test_a_failure_leaves_the_old_file(tmp_path):
    file = written(tmp_path, merged())
    old = file.read_bytes()

    def rows():
        yield merged()
        raise KeyError("lost")

    with pytest.raises(KeyError):
        write(file, rows(), completeness=WHOLE)
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (old, [file])


def test_a_full_disk_leaves_the_old_file(tmp_path):
    file = written(tmp_path, merged())
    old = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    rows = [merged(f"{number * 7919 % 100_003}") for number in range(60_000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(UsageError, match="cannot be written: File too large"):
            write(file, rows, completeness=WHOLE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (old, [file])


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        write(tmp_path / "no" / "s.parquet", [], completeness=WHOLE)


def test_without_pyarrow_it_is_told_how_to_get_it(tmp_path, monkeypatch):
    written(tmp_path, merged())
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match="needs pyarrow"):
        write(tmp_path / "t.parquet", [], completeness=WHOLE)
    (problem,) = read(tmp_path).problems
    assert problem.message == "a Parquet file, and reading it needs pyarrow"
