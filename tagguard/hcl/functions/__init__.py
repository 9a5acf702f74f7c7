"""The functions of the Terraform language, as of Terraform 1.11.

`call` computes those whose result depends on their arguments and the files of the tree alone; the
others (time, randomness, secrets, providers) give unknown with the function's name. `try` and
`can` catch failures of their arguments, so they belong to the evaluator. One table names all
functions; a module is imported when a function of it is first called.

Types are known as far as values show them: what Terraform refuses only because an empty list or a
null has a certain type is computed here all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module

from tagguard.hcl.functions.context import Context
from tagguard.hcl.functions.signatures import Implementation
from tagguard.hcl.values import Failure, Unknown, Value

__all__ = ["FUNCTIONS", "UNDECIDED", "Context", "call"]

FUNCTIONS: Mapping[str, str] = {
    "abs": "numbers:abs_",
    "abspath": "files:abspath",
    "alltrue": "sequences:alltrue",
    "anytrue": "sequences:anytrue",
    "base64decode": "encodings:base64decode",
    "base64encode": "encodings:base64encode",
    "base64sha256": "hashes:base64sha256",
    "base64sha512": "hashes:base64sha512",
    "basename": "files:basename",
    "ceil": "numbers:ceil",
    "chomp": "strings:chomp",
    "chunklist": "sequences:chunklist",
    "cidrhost": "networks:cidrhost",
    "cidrnetmask": "networks:cidrnetmask",
    "cidrsubnet": "networks:cidrsubnet",
    "cidrsubnets": "networks:cidrsubnets",
    "coalesce": "mappings:coalesce",
    "coalescelist": "sequences:coalescelist",
    "compact": "sequences:compact",
    "concat": "sequences:concat",
    "contains": "sequences:contains",
    "csvdecode": "encodings:csvdecode",
    "dirname": "files:dirname",
    "distinct": "sequences:distinct",
    "element": "sequences:element",
    "endswith": "strings:endswith",
    "ephemeralasnull": "casts:ephemeralasnull",
    "file": "files:file",
    "filebase64": "files:filebase64",
    "filebase64sha256": "hashes:filebase64sha256",
    "filebase64sha512": "hashes:filebase64sha512",
    "fileexists": "files:fileexists",
    "filemd5": "hashes:filemd5",
    "fileset": "files:fileset",
    "filesha1": "hashes:filesha1",
    "filesha256": "hashes:filesha256",
    "filesha512": "hashes:filesha512",
    "flatten": "sequences:flatten",
    "floor": "numbers:floor",
    "format": "formatting:format_",
    "formatdate": "dates:formatdate",
    "formatlist": "formatting:formatlist",
    "indent": "strings:indent",
    "index": "sequences:index",
    "issensitive": "casts:issensitive",
    "join": "strings:join",
    "jsondecode": "json_text:jsondecode",
    "jsonencode": "json_text:jsonencode",
    "keys": "mappings:keys",
    "length": "sequences:length",
    "log": "numbers:log",
    "lookup": "mappings:lookup",
    "lower": "strings:lower",
    "matchkeys": "sequences:matchkeys",
    "max": "numbers:max_",
    "md5": "hashes:md5",
    "merge": "mappings:merge",
    "min": "numbers:min_",
    "nonsensitive": "casts:nonsensitive",
    "one": "sequences:one",
    "parseint": "numbers:parseint",
    "pathexpand": "files:pathexpand",
    "pow": "numbers:pow_",
    "range": "sequences:range_",
    "regex": "patterns:regex",
    "regexall": "patterns:regexall",
    "replace": "patterns:replace",
    "reverse": "sequences:reverse",
    "sensitive": "casts:sensitive",
    "setintersection": "sets:setintersection",
    "setproduct": "sets:setproduct",
    "setsubtract": "sets:setsubtract",
    "setunion": "sets:setunion",
    "sha1": "hashes:sha1",
    "sha256": "hashes:sha256",
    "sha512": "hashes:sha512",
    "signum": "numbers:signum",
    "slice": "sequences:slice_",
    "sort": "sequences:sort",
    "split": "strings:split",
    "startswith": "strings:startswith",
    "strcontains": "strings:strcontains",
    "strrev": "strings:strrev",
    "substr": "strings:substr",
    "sum": "sequences:sum_",
    "templatefile": "files:templatefile",
    "templatestring": "files:templatestring",
    "textdecodebase64": "encodings:textdecodebase64",
    "textencodebase64": "encodings:textencodebase64",
    "timeadd": "dates:timeadd",
    "timecmp": "dates:timecmp",
    "title": "strings:title",
    "tobool": "casts:tobool",
    "tolist": "casts:tolist",
    "tomap": "casts:tomap",
    "tonumber": "casts:tonumber",
    "toset": "casts:toset",
    "tostring": "casts:tostring",
    "transpose": "mappings:transpose",
    "trim": "strings:trim",
    "trimprefix": "strings:trimprefix",
    "trimspace": "strings:trimspace",
    "trimsuffix": "strings:trimsuffix",
    "upper": "strings:upper",
    "urlencode": "encodings:urlencode",
    "uuidv5": "hashes:uuidv5",
    "values": "mappings:values",
    "yamldecode": "yaml_text:yamldecode",
    "yamlencode": "yaml_text:yamlencode",
    "zipmap": "mappings:zipmap",
}
"""Function -> the module and the name in it."""

UNDECIDED = frozenset({"base64gzip", "bcrypt", "plantimestamp", "rsadecrypt", "timestamp", "uuid"})
"""Functions whose results nobody can know from source alone."""


def call(name: str, args: Sequence[Value], context: Context) -> Value:
    """Call a function on values, of which not everything need be known.

    Raises Failure where Terraform would refuse: no such function, wrong arguments.
    """
    plain = name.removeprefix("core::")
    if "::" in plain or plain in UNDECIDED:
        return Unknown(f"{plain}() is only known when Terraform runs")
    if plain not in FUNCTIONS:
        raise Failure(f"there is no function called `{name}`")
    try:
        return _implementation(plain)(args, context)
    except Failure as failure:
        raise Failure(f"{plain}(): {failure.message}") from failure


@cache
def _implementation(name: str) -> Implementation:
    module, _, attribute = FUNCTIONS[name].partition(":")
    found: Implementation = getattr(import_module(f"{__name__}.{module}"), attribute)
    return found
