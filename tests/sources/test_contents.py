from __future__ import annotations

import gzip
import os
import threading
from io import BytesIO

import pytest

from tagguard.errors import InputError
from tagguard.model import Problem
from tagguard.sources import Document, contents
from tagguard.sources.contents import HEAD, document, is_by_rows
from tagguard.sources.files import documents

LINE = b'{"arn": "arn:aws:s3:::a", "tags": {"Owner": "%d"}}\n'
LONG = b"".join(LINE % number for number in range(HEAD // 40))
TABLE = b"arn,Owner\n" + b"".join(b"arn:aws:s3:::b,%d\n" % number for number in range(HEAD // 10))


def packed(data):
    return gzip.compress(data, mtime=0)


def from_file(folder, data, name="x"):
    (folder / name).write_bytes(data)
    (found,) = documents([folder / name], cwd=folder, stdin=BytesIO())
    return found


def from_stdin(_folder, data):
    return document("-", BytesIO(data), None, explicit=True)


@pytest.fixture(params=[from_file, from_stdin])
def opened(request, tmp_path):
    return lambda data: request.param(tmp_path, data)


@pytest.mark.parametrize("data", [b"", b"{}", b"a,b\n1,2\n", LINE % 1, b"[" * (HEAD + 9)])
def test_what_is_short_or_one_value_is_whole(opened, data):
    for found in (opened(data), opened(packed(data))):
        assert isinstance(found, Document)
        assert (found.data, found.opener) == (data, None)
        assert found.open().read() == data


@pytest.mark.parametrize("data", [LONG, TABLE, LONG.rstrip(b"\n")])
def test_of_long_rows_only_the_first_lines_are_at_hand(opened, data):
    for found in (opened(data), opened(packed(data)), opened(b"\xef\xbb\xbf" + data)):
        assert len(found.data) <= HEAD
        assert data.startswith(found.data)
        assert found.data.endswith(b"\n")
        for _ in range(2):
            with found.open() as stream:
                assert stream.read() == data


def test_long_parquet_is_not_held(opened):
    data = b"PAR1" + os.urandom(HEAD)
    found = opened(data)
    assert found.data == b"PAR1"
    with found.open() as stream:
        assert stream.read() == data
        assert stream.seek(2) == 2


def test_rows_in_utf16_are_read_whole(opened):
    found = opened(LONG.decode().encode("utf-16"))
    assert (found.data, found.opener) == (LONG, None)


@pytest.mark.parametrize(
    "data",
    [
        b'{\n  "Resources": {}\n}',
        b'{"a": 1}\n{"b": ',
        b'{"a": 1}\nAWSTemplateFormatVersion',
        b'[{"a": 1}]\n[{"b": 1}]',
        b"Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n",
        b"one, two\nthree\n",
        b'"\n,',
        b"",
        b"{" * 100_000 + b"\n",
    ],
)
def test_other_text_is_not_taken_for_rows(data):
    assert not is_by_rows(data)


def test_rows_are_known_by_their_first_lines():
    assert is_by_rows(b'\n{"a": 1}\n\n {"b": {}}\n')
    assert is_by_rows(b'a;b\n"x\ny";2\n3;4\n')
    assert is_by_rows("\ufeffa\tb\n1\t2\n".encode())


@pytest.mark.parametrize("cut", [10, 20, -4, -1])
def test_damaged_gzip_is_refused(tmp_path, cut):
    problem = from_file(tmp_path, packed(b"{}" * 99)[:cut])
    assert isinstance(problem, Problem)
    assert problem.message.startswith("damaged gzip: ")
    assert problem.hint


def test_rows_of_damaged_gzip_end_in_an_error(tmp_path):
    found = from_file(tmp_path, packed(LONG)[:-9])
    with found.open() as stream, pytest.raises(InputError, match="damaged gzip"):
        stream.read()


def test_what_unpacks_beyond_reason_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "FREE", 100_000)
    assert from_file(tmp_path, packed(b" " * 100_000)).data == b" " * 100_000
    problem = from_file(tmp_path, packed(b" " * 10_000_000))
    assert problem.message == "unpacks to more than 200 times its size"
    rows = from_file(tmp_path, packed(LINE % 1 * 1_000_000))
    with rows.open() as stream, pytest.raises(InputError, match="200 times"):
        stream.read()


def test_what_is_too_long_to_be_held_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(contents, "MAX_WHOLE", 1_000)
    problem = from_file(tmp_path, packed(b" " * 1_001))
    assert problem.message == "unpacks to more than 1,000 bytes"


def test_a_pipe_is_read_once_and_kept(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(LONG,))
    writer.start()
    (found,) = documents([tmp_path / "pipe"], cwd=tmp_path, stdin=BytesIO())
    writer.join()
    assert isinstance(found, Document)
    for _ in range(2):
        with found.open() as stream:
            assert stream.read() == LONG


def test_members_of_a_gzip_file_follow_each_other(tmp_path):
    assert from_file(tmp_path, packed(b"{") + packed(b"}")).data == b"{}"
