"""Reads one Terraform file: `.tf` and `.tofu` in native syntax, `.tf.json` and `.tofu.json`.

It reads and points; it gives no meaning to anything and opens no file.
"""

from __future__ import annotations

from tagguard.errors import InputError
from tagguard.hcl.nodes import File
from tagguard.hcl.parsing import Allowance
from tagguard.tree import to_utf8

MAX_BYTES = 4_000_000
"""Largest file: the parser takes up to 400 bytes of memory for a byte that makes no sense."""


def read(path: str, data: bytes, allowance: Allowance | None = None) -> File:
    """Read a file's blocks with their positions; syntax errors are listed in `File.faults`.

    `path` is as it is shown; its ending decides the syntax. `allowance` is the time that texts in
    native syntax share. Raises InputError for bytes that are no text, and for too many.
    """
    data = to_utf8(data)
    if len(data) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES:,} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as exc:
        raise InputError(
            f"not valid UTF-8 (byte {exc.start} is 0x{data[exc.start]:02X})",
            hint="save the file as UTF-8",
            line=data.count(b"\n", 0, exc.start) + 1,
        ) from exc
    if path.endswith(".json"):
        from tagguard.hcl.json_syntax import read_json  # noqa: PLC0415 - few files need it

        return read_json(path, text)
    from tagguard.hcl.native_syntax import read_native  # noqa: PLC0415 - few need both

    return read_native(path, data, allowance)
