"""Finds out which column of a table, or which field of JSON lines, says what.

The configuration says so for the paths that it matches. Where it is silent only names that leave no
doubt are understood, and only where an address is a cloud's own id; what was understood is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from tagguard.config import Columns
from tagguard.errors import InputError
from tagguard.globs import compile_globs
from tagguard.report import Note
from tagguard.sources import Document, ReadOptions

OBVIOUS: dict[str, tuple[str, ...]] = {
    "address": ("arn", "resourcearn", "resourceid", "id", "address", "name"),
    "type": ("resourcetype", "assettype", "type"),
    "account": ("accountid", "account", "subscriptionid", "projectid", "project"),
    "region": ("region", "awsregion", "location"),
    "namespace": ("namespace",),
    "tags": ("tags", "labels", "resourcetags"),
}
"""Meaning -> names in the order of choice, without case, spaces, `_` and `-`."""
PREFIXES = ("resourcetags/user:", "resourcetags/", "tags.", "tags/", "tag: ", "tag:", "labels.")
"""How names of columns begin, without case, that hold the values of one tag."""
BILLS = frozenset(
    {
        "billedcost",
        "billingperiodstart",
        "billingperiodstartdate",
        "chargeperiodstart",
        "cost",
        "costinbillingcurrency",
        "effectivecost",
        "lineitem/unblendedcost",
        "lineitemunblendedcost",
        "pretaxcost",
        "usagequantity",
    }
)
"""Names that only bills have: those list a resource once for every day and every charge."""


class Understood(Struct, frozen=True, kw_only=True):
    """What the columns of one document mean."""

    columns: Columns
    provider: str | None = None
    """None: each address tells."""
    configured: bool = True
    prefix: str = ""
    """How names of columns begin that hold one tag each; empty: `columns.tags` holds all."""

    def prefixed(self, names: Sequence[str]) -> dict[str, str]:
        """Give the columns that hold one tag each, and their keys."""
        head = self.prefix
        if not head:
            return {}
        return {
            name: name[len(head) :]
            for name in names
            if len(name) > len(head) and name[: len(head)].casefold() == head.casefold()
        }

    def note(self, document: Document) -> Note:
        """Tell what was understood without being told."""
        one = self.columns
        named = {
            "address": one.address,
            "type": one.type,
            "account": one.account,
            "region": one.region,
            "namespace": one.namespace,
            "tags": one.tags,
        }
        said = ", ".join(f"{meaning} from `{name}`" for meaning, name in named.items() if name)
        silent = "" if one.tags else "; no column holds tags, so they are unknown"
        return Note(
            where=document.path,
            message=f"read with {said}{silent}",
            hint="if that is wrong, say under `inventories` in tagguard.yaml what the columns mean",
        )


def configured(document: Document, options: ReadOptions) -> Understood | None:
    """Give what the configuration says of the document; None: nothing."""
    for one in options.inventories:
        if compile_globs([one.match], paths=True)(document.scope):
            tags = one.columns.tags or ""
            prefix = tags[:-1] if tags.endswith("*") else ""
            return Understood(columns=one.columns, provider=one.provider, prefix=prefix)
    return None


def obvious(names: Sequence[str]) -> Understood | None:
    """Give what the names mean where they leave no doubt; None where they do not tell a resource.

    A list of resources names their ids, and beside them their types or their tags.
    """
    plain = {_plain(name): name for name in reversed(names)}
    if BILLS.intersection(plain):
        return None
    found = {
        meaning: next((plain[one] for one in known if one in plain), None)
        for meaning, known in OBVIOUS.items()
    }
    prefix = ""
    if found["tags"] is None:
        prefix = next((one for name in names if (one := _prefix(name))), "")
        found["tags"] = f"{prefix}*" if prefix else None
    address = found.pop("address")
    if address is None or not (found["type"] or found["tags"]):
        return None
    columns = Columns(address=address, **found)
    return Understood(columns=columns, configured=False, prefix=prefix)


def _prefix(name: str) -> str:
    lowered = name.casefold()
    head = next((one for one in PREFIXES if lowered.startswith(one) and lowered != one), "")
    return name[: len(head)]


def _plain(name: str) -> str:
    return name.strip().casefold().translate({ord(mark): None for mark in " _-"})


def require(understood: Understood, names: Collection[str]) -> None:
    """Refuse a configured column that is not there; raises InputError that names those that are.

    An absent column of tags is no fault here: it makes the tags unknown.
    """
    one = understood.columns
    for name in (one.address, one.type, one.account, one.region, one.namespace):
        if name is not None and name not in names:
            there = ", ".join(f"`{name}`" for name in list(names)[:20]) or "none"
            raise InputError(
                f"has no column `{name}`, as tagguard.yaml says; it has {there}",
                hint="mend `columns` under `inventories` in tagguard.yaml",
            )
