"""Sources: each turns one kind of input into `Resource`s.

A source is a module with a class that satisfies `Source`, a test module, and a line in `SOURCES`.
Third parties register under the entry point group ``tagguard.sources``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from msgspec import Struct, field

from tagguard.config import InventoryFormat
from tagguard.errors import InputError
from tagguard.model import Account, Item
from tagguard.report import Input, Note
from tagguard.tree import Tree

SOURCES = {
    "terraform-plan": "tagguard.sources.terraform_plan:TerraformPlan",
    "cloudformation": "tagguard.sources.cloudformation:CloudFormation",
    "terraform-hcl": "tagguard.sources.terraform_hcl:TerraformHcl",
    "inventory": "tagguard.sources.inventory_file:InventoryFile",
}
"""Kind -> class, in the order in which they are asked whether they recognise an input."""


class Document(Struct, frozen=True):
    """One input's bytes, already unpacked and UTF-8 without a byte order mark."""

    path: str
    """As it is shown: relative to the working directory, with `/`; `-` for stdin."""
    data: bytes
    explicit: bool = True
    """Named by the caller, not merely met in a folder."""
    home: str = ""
    """Its path as seen from the configuration's folder; empty: the same as `path`."""
    opener: Callable[[], BinaryIO] | None = None
    """Opens all of it, where it is read row by row and `data` holds its first lines only; None:
    `data` is all of it."""

    def open(self) -> BinaryIO:
        """Open all of it at its beginning, unpacked and as UTF-8; the reader closes it.

        Parquet is never text. Reading may raise InputError (damaged gzip) and OSError.
        """
        return BytesIO(self.data) if self.opener is None else self.opener()

    @property
    def scope(self) -> str:
        """The file, as part of a fingerprint: the same from wherever a check is run."""
        return self.home or self.path

    @property
    def folder_scope(self) -> str:
        """The file's folder, as part of a fingerprint; `.` where there is none."""
        return self.scope.rpartition("/")[0] or "."

    def text(self) -> str:
        """Decode the bytes; raises InputError naming the first bad byte."""
        try:
            return self.data.decode()
        except UnicodeDecodeError as exc:
            raise InputError(
                f"not valid UTF-8 (byte {exc.start} is 0x{self.data[exc.start]:02X})",
                hint="save the file as UTF-8",
                line=self.data.count(b"\n", 0, exc.start) + 1,
            ) from exc


class ModuleFile(Struct, frozen=True):
    """One file of a Terraform module. Sources read such files folder by folder, from the tree."""

    path: str
    """As it is shown."""
    explicit: bool = True
    """Named by the caller, not merely met in a folder."""


class ReadOptions(Struct, frozen=True, kw_only=True):
    """What the caller knows that the inputs do not say."""

    parameters: Mapping[str, str | None] = field(default_factory=dict)
    """CloudFormation parameter values; None: the stack keeps its previous one, which is not
    known."""
    stack_tags: Mapping[str, str] = field(default_factory=dict)
    """Tags that the stack will be created with."""
    catalog: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """The user's additions to the catalog: type -> entry."""
    inventories: Sequence[InventoryFormat] = ()
    """How to read exports of an organisation's own make; the first one that matches counts."""
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """What is known of accounts by id; the configuration's file."""
    tree: Tree | None = None
    """The files that inputs may name (nested templates, includes, Terraform source); None: none."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Values of Terraform's root variables as they are written (`--var`)."""
    var_files: Sequence[str] = ()
    """Terraform variable files for every root, as they are shown; a later one wins."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """`TF_VAR_…` of the environment, where the caller asks for them."""
    workspace: str = ""
    """What `terraform.workspace` is; empty: not known."""
    with_attributes: bool = True
    """Somebody will ask for `Resource.attributes`; a source may save itself the work else."""
    cache: Path | None = None
    """Folder in which what was read is kept for the next run; None: nowhere."""
    source: str | None = None
    """Folder of the Terraform source that plans were made from, as it is shown; None: the plan's
    own folder, where it holds any."""


class Source(Protocol):
    """What a source provides. It is created once a run, with the caller's options."""

    kind: str

    def __init__(self, options: ReadOptions) -> None:
        """Keep the options."""

    def recognises(self, document: Document) -> bool:
        """Tell from the content, cheaply, whether this source reads the document.

        Raises InputError for content that is surely its own kind but not readable here (a binary
        plan, a state file): the message says what it is and what to give instead.
        """

    def resources(self, document: Document) -> Iterator[Item | Input | Note]:
        """Yield what the document describes, in a stable order; last, on choice, the `Input`.

        A source does that whose inputs are of several kinds, or that knows more of them. A `Note`
        says how something was read.

        Never raises for bad input: what cannot be read becomes a `Problem` (or an InputError before
        the first item, which the caller turns into one).
        """
