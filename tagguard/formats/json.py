"""The JSON report: the `Report` itself, for programs. Nothing is shortened or left out.

Its shape is the contract in ``schema/report-1.json``.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tagguard.formats import RenderOptions
from tagguard.formats.wording import encodable
from tagguard.report import Report


def render(report: Report, options: RenderOptions) -> str:  # noqa: ARG001 - every format takes options
    """Encode the report; a lone surrogate, which JSON texts cannot carry, becomes U+FFFD."""
    try:
        text = msgspec.json.encode(report, enc_hook=_one_by_one).decode()
    except UnicodeEncodeError:
        import json  # noqa: PLC0415 - only texts that msgspec refuses need it

        text = encodable(json.dumps(msgspec.to_builtins(report, enc_hook=list), ensure_ascii=False))
    return msgspec.json.format(text, indent=2) + "\n"


def _one_by_one(told: Any) -> msgspec.Raw:  # noqa: ANN401 - as msgspec calls it
    """Encode what is made when it is read, without having all of it in memory as objects."""
    encode = msgspec.json.Encoder().encode
    return msgspec.Raw(b"[" + b",".join(map(encode, told)) + b"]")
