"""Loads a taxonomy from a file: every fault at once, each with its line and column.

Reading files happens here and nowhere else in the package; compiling happens in `standard`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tagguard.documents import parse, to_text_data
from tagguard.errors import DocumentError, TaxonomyError, did_you_mean
from tagguard.selectors import Rebase, as_is
from tagguard.taxonomy.document import TaxonomyRecord, ValuesFile
from tagguard.taxonomy.faults import faults_of, what_is_sound
from tagguard.taxonomy.standard import Taxonomy
from tagguard.validation import Fault, convert_record, positioned


def load_taxonomy(file: Path, *, where: str, today: date, rebase: Rebase = as_is) -> Taxonomy:
    """Read and compile the taxonomy; `where` is its path as shown to people.

    Raises TaxonomyError whose `faults` lists all faults in file order.
    """
    try:
        data = file.read_bytes()
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise TaxonomyError(
            f"the taxonomy {where} cannot be read: {reason}",
            hint="name another file with --taxonomy, or write a starter one with `tagguard init`",
        ) from exc
    try:
        node = parse(data.decode("utf-8-sig"))
        written = to_text_data(node)
    except UnicodeDecodeError as exc:
        raise _refused(where, [f"{where}: not valid UTF-8 at byte {exc.start}"]) from exc
    except DocumentError as exc:
        raise _refused(where, [f"{where}:{exc.line}:{exc.column}: {exc.message}"]) from exc
    record, faults = convert_record(written, TaxonomyRecord)
    sound = record or what_is_sound(written, faults)
    value_lists: dict[str, Sequence[str]] = {}
    if sound is not None:
        value_lists, more = _value_lists(sound, file.parent)
        faults += more + faults_of(sound, value_lists)
    if record is None or faults:
        raise _refused(where, positioned(faults, node, where))
    digest = hashlib.sha256(data)
    for name, values in sorted(value_lists.items()):
        digest.update(f"\0{name}\0{chr(0).join(values)}".encode())
    return Taxonomy(
        record,
        digest=f"sha256:{digest.hexdigest()}",
        value_lists=value_lists,
        today=today,
        rebase=rebase,
    )


def _refused(where: str, errors: Sequence[str]) -> TaxonomyError:
    count = f"{len(errors)} error{'s' if len(errors) != 1 else ''}"
    return TaxonomyError(
        f"the taxonomy {where} has {count}",
        faults=errors,
    )


def _value_lists(
    record: TaxonomyRecord, folder: Path
) -> tuple[dict[str, Sequence[str]], list[Fault]]:
    lists: dict[str, Sequence[str]] = {}
    faults: list[Fault] = []
    for name, key in record.keys.items():
        values = None if key is None else key.values
        path = ("keys", name, "values")
        try:
            if isinstance(values, ValuesFile):
                values = _values_from(folder / values.file, values)
            if values is not None:
                lists[name] = values
        except (ValueError, csv.Error, DocumentError) as exc:
            faults.append((path, str(exc)))
            continue
        if values is not None and not values:
            faults.append((path, "the list of values is empty, so no value could ever be valid"))
    return lists, faults


def _values_from(file: Path, source: ValuesFile) -> list[str]:
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ValueError(f"the file {source.file} is not valid UTF-8") from exc
    except OSError as exc:
        raise ValueError(f"the file {source.file} cannot be read: {exc.strerror}") from exc
    if file.suffix.lower() == ".csv":
        return _csv_column(text, source)
    data = to_text_data(parse(text))
    if isinstance(data, list):
        return [_list_item(item, source) for item in data]
    raise ValueError(f"the file {source.file} must hold a list")


def _csv_column(text: str, source: ValuesFile) -> list[str]:
    rows = list(csv.reader(io.StringIO(text)))
    header = [name.strip() for name in rows[0]] if rows else []
    if not source.column and len(header) == 1:
        return [row[0].strip() for row in rows if row and row[0].strip()]
    if source.column not in header:
        known = ", ".join(header) or "none"
        raise ValueError(
            f"the file {source.file} has no column `{source.column}`"
            f"{did_you_mean(source.column, header)}; its columns: {known}"
        )
    at = header.index(source.column)
    return [row[at].strip() for row in rows[1:] if len(row) > at and row[at].strip()]


def _list_item(item: Any, source: ValuesFile) -> str:  # noqa: ANN401 - whatever the file holds
    if isinstance(item, dict) and source.column:
        item = item.get(source.column)
    if not isinstance(item, str):
        wanted = f"objects with a field `{source.column}`" if source.column else "texts"
        raise ValueError(f"the file {source.file} must hold a list of {wanted}")  # noqa: TRY004
    return item
