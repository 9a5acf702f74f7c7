"""The functions on files and paths. Files are read through the context, which decides what may be.

A file that is missing fails, as it would on this tree; one of which only a digest or the bytes are
wanted is mostly made by a build, so it is unknown.
"""

from __future__ import annotations

import base64
import posixpath
import re

from tagguard.hcl.functions.context import Context
from tagguard.hcl.functions.file_patterns import compiled
from tagguard.hcl.functions.hashes import artifact
from tagguard.hcl.functions.parameters import mapping, text
from tagguard.hcl.functions.signatures import function
from tagguard.hcl.values import Failure, Object, Tuple, Unknown, Value

_NAME = re.compile(r"[^\W\d][\w-]*")


def _text_of(context: Context, path: str) -> str | Unknown:
    data = context.read(path)
    if isinstance(data, Unknown):
        return data
    try:
        return data.decode()
    except UnicodeDecodeError as exc:
        raise Failure(f"`{path}` is not UTF-8; `filebase64` reads such files") from exc


@function(text("path"), context=True)
def file(context: Context, path: str) -> Value:
    """Give a file's text."""
    return _text_of(context, path)


@function(text("path"), context=True)
def filebase64(context: Context, path: str) -> Value:
    """Give a file's bytes in Base64."""
    data = artifact(context, path)
    return data if isinstance(data, Unknown) else base64.b64encode(data).decode()


@function(text("path"), context=True)
def fileexists(context: Context, path: str) -> Value:
    """Tell whether there is such a file."""
    return context.exists(path)


@function(text("path"), mapping("vars"), context=True, knows="parts", marks="keep")
def templatefile(context: Context, path: str, variables: Object) -> Value:
    """Render a template that lies in a file."""
    template = _text_of(context, path)
    if isinstance(template, Unknown):
        return template
    return _rendered(context, template, variables, path)


@function(text("template"), mapping("vars"), context=True, knows="parts", marks="keep")
def templatestring(context: Context, template: str, variables: Object) -> Value:
    """Render a template."""
    return _rendered(context, template, variables, "templatestring()")


def _rendered(context: Context, template: str, variables: Object, name: str) -> Value:
    if not variables.complete:
        return Unknown(variables.reason)
    for variable in variables.items:
        if not _NAME.fullmatch(variable):
            raise Failure(f"`vars`: `{variable}` is no name of a variable")
    return context.render(template, variables.items, name)


@function(text("path"), text("pattern"), context=True)
def fileset(context: Context, path: str, pattern: str) -> Value:
    """List files below a folder by a pattern, with paths relative to it."""
    matcher = compiled(posixpath.normpath(pattern))
    if matcher is None:
        return Unknown(f"fileset() with the pattern `{pattern}`")
    files = context.files(path)
    if isinstance(files, Unknown):
        return files
    found = sorted(each for each in files if matcher.fullmatch(each))
    return Tuple(tuple(found), kind="set")


@function(text("path"))
def basename(path: str) -> Value:
    """Give the last part of a path."""
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


@function(text("path"))
def dirname(path: str) -> Value:
    """Give a path without its last part."""
    head = path[: path.rfind("/") + 1]
    return (
        "/" + posixpath.normpath(head).lstrip("/") if head[:1] == "/" else posixpath.normpath(head)
    )


@function(text("path"))
def abspath(path: str) -> Value:
    """Give an absolute path, as far as that does not depend on where Terraform runs."""
    if path[:1] == "/":
        return "/" + posixpath.normpath(path).lstrip("/")
    return Unknown("abspath() depends on where Terraform runs")


@function(text("path"))
def pathexpand(path: str) -> Value:
    """Give a path unchanged unless it begins with the home folder."""
    if path[:1] != "~":
        return path
    if path != "~" and path[1:2] != "/":
        raise Failure("the home folder of another user cannot be expanded")
    return Unknown("pathexpand() depends on who runs Terraform")
