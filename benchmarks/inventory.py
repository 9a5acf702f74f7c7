"""Generates an exported inventory: JSON lines and Parquet with one resource a row, and its truth.

Rows are written as they are drawn, so that a million of them need no memory. Types are spelt as AWS
spells them, and all of them take tags.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.standard import SPOILT, Fate, Truth, draw, good_tags

ACCOUNTS = tuple(f"{number:012}" for number in range(111_111_111_111, 111_111_111_119))
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1")
BUCKETS = "s3:bucket"
TYPES = (
    BUCKETS,
    "acm:certificate",
    "backup:backup-vault",
    "cloudfront:distribution",
    "cloudwatch:alarm",
    "dynamodb:table",
    "ec2:elastic-ip",
    "ec2:instance",
    "ec2:natgateway",
    "ec2:network-interface",
    "ec2:security-group",
    "ec2:snapshot",
    "ec2:subnet",
    "ec2:volume",
    "ec2:vpc",
    "ecr:repository",
    "ecs:service",
    "eks:cluster",
    "elasticfilesystem:file-system",
    "elasticloadbalancing:loadbalancer",
    "glue:job",
    "kinesis:stream",
    "kms:key",
    "lambda:function",
    "logs:log-group",
    "rds:db",
    "sns:topic",
    "sqs:queue",
    "states:stateMachine",
)
FAILING = tuple(
    Fate(one.name, one.share * 10, one.edit, one.findings, one.undetermined) for one in SPOILT
)
"""The fates of an organisation that has only begun: six of ten resources break the standard."""
GROUP = 50_000
"""Rows of one row group."""

Row = dict[str, Any]


def rows(
    count: int, rng: random.Random, path: str, truth: Truth, fates: tuple[Fate, ...]
) -> Iterator[Row]:
    """Draw the resources of the inventory at `path`, and note what must be said of them."""
    for number in range(count):
        type_ = rng.choice(TYPES)
        account, region = rng.choice(ACCOUNTS), rng.choice(REGIONS)
        service, _, kind = type_.partition(":")
        arn = f"arn:aws:{service}:{region}:{account}:{kind}/r-{number:07}"
        good = good_tags(rng, f"r-{number:07}", stores_data=type_ == BUCKETS)
        fate = draw(rng, fates)
        tags = fate.spoil(good)
        truth.judge(path, arn, fate, tags)
        yield {"arn": arn, "type": type_, "account": account, "region": region, "tags": tags}


def write_lines(file: Path, drawn: Iterator[Row]) -> None:
    """Write JSON lines."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, separators=(",", ":")) + "\n" for row in drawn)


def write_parquet(file: Path, lines: Path) -> None:
    """Write the rows of a file of JSON lines as Parquet, with the tags as a map."""
    import pyarrow as pa  # noqa: PLC0415 - works on Parquet are left out without it
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    text = pa.string()
    names = ("arn", "type", "account", "region")
    schema = pa.schema([*((name, text) for name in names), ("tags", pa.map_(text, text))])
    with lines.open(encoding="utf-8") as stream, pq.ParquetWriter(file, schema) as writer:
        while group := [json.loads(line) for _, line in zip(range(GROUP), stream, strict=False)]:
            columns = [[row[name] for row in group] for name in names]
            columns.append([list(row["tags"].items()) for row in group])
            arrays = [
                pa.array(values, one.type) for values, one in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
