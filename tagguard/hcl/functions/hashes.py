"""Digests of strings and files, and identifiers made of them."""

from __future__ import annotations

import base64
import hashlib
import uuid

from tagguard.hcl.functions.context import Context
from tagguard.hcl.functions.parameters import text
from tagguard.hcl.functions.signatures import Implementation, function
from tagguard.hcl.values import Failure, Unknown, Value

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def _digest(algorithm: str, data: bytes, *, in_base64: bool) -> str:
    found = hashlib.new(algorithm, data, usedforsecurity=False)
    return base64.b64encode(found.digest()).decode() if in_base64 else found.hexdigest()


def _of_text(algorithm: str, *, in_base64: bool = False) -> Implementation:
    @function(text("str"))
    def digest(value: str) -> Value:
        return _digest(algorithm, value.encode(), in_base64=in_base64)

    return digest


def _of_file(algorithm: str, *, in_base64: bool = False) -> Implementation:
    @function(text("path"), context=True)
    def digest(context: Context, path: str) -> Value:
        data = artifact(context, path)
        if isinstance(data, Unknown):
            return data
        return _digest(algorithm, data, in_base64=in_base64)

    return digest


def artifact(context: Context, path: str) -> bytes | Unknown:
    """Read a file that a build may yet have to make, so that a missing one is unknown only."""
    try:
        return context.read(path)
    except Failure as failure:
        return Unknown(failure.message)


md5, sha1 = _of_text("md5"), _of_text("sha1")
sha256, sha512 = _of_text("sha256"), _of_text("sha512")
base64sha256 = _of_text("sha256", in_base64=True)
base64sha512 = _of_text("sha512", in_base64=True)
filemd5, filesha1 = _of_file("md5"), _of_file("sha1")
filesha256, filesha512 = _of_file("sha256"), _of_file("sha512")
filebase64sha256 = _of_file("sha256", in_base64=True)
filebase64sha512 = _of_file("sha512", in_base64=True)


@function(text("namespace"), text("name"))
def uuidv5(namespace: str, name: str) -> Value:
    """Give a name's identifier in a namespace: `dns`, `url`, `oid`, `x500` or an identifier."""
    try:
        base = _NAMESPACES.get(namespace) or uuid.UUID(namespace)
    except ValueError as exc:
        raise Failure(f"`{namespace}` is no namespace") from exc
    return str(uuid.uuid5(base, name))
