"""Finds the code of called modules: local folders, and what `terraform init` has installed.

Nothing is fetched. What lies outside the tree, or was never installed, is not at hand.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from functools import cached_property

import msgspec
from msgspec import Struct, field

from tagguard.errors import InputError
from tagguard.tree import Tree

LOCAL = ("./", "../", ".\\", "..\\")
"""How the source of a local module begins."""
INSTALLED = ".terraform"
"""The folder under which modules are installed, which nobody edits."""


def is_installed(folder: str) -> bool:
    """Tell whether code was fetched, so that nobody edits it here."""
    return INSTALLED in folder.split("/")


def without_secrets(source: str) -> str:
    """Show where code comes from, without the passwords and keys that an address may hold."""
    return _QUERY.sub(r"\1…", _CREDENTIALS.sub("//…@", source))


_CREDENTIALS = re.compile(r"//[^/\s]+@")
_QUERY = re.compile(r"([?&](?!(?:ref|depth)=)[^=&]*=)[^&]+")
"""Such as `sshkey=`: https://developer.hashicorp.com/terraform/language/modules/sources."""


class ModuleSources:
    """Where the modules below one root are."""

    def __init__(self, tree: Tree, root: str) -> None:
        """`root` is the root module's folder."""
        self._tree = tree
        self._root = root

    def folder(self, source: str, by: str, address: str) -> str | None:
        """Give the folder of a called module; None for one that is not at hand.

        `by` is the file with the call, `address` the module's without instance keys. A local
        module's folder is given even if it is not there.
        """
        source = source.replace("\\", "/")
        if source.startswith(LOCAL) or source in {".", ".."}:
            return self._tree.named(source, by=by)
        return self._installed.get(".".join(address.split(".")[1::2]))

    @cached_property
    def _installed(self) -> Mapping[str, str]:
        """Module keys (`app.network`) and folders, as `terraform init` noted them."""
        path = posixpath.normpath(posixpath.join(self._root, INSTALLED, "modules/modules.json"))
        if not self._tree.has_file(path):
            return {}
        try:
            manifest = msgspec.json.decode(self._tree.read(path), type=_Manifest)
        except (InputError, msgspec.DecodeError, UnicodeDecodeError):
            return {}
        folders = ((entry.key, entry.dir.replace("\\", "/")) for entry in manifest.modules)
        return {
            key: posixpath.normpath(posixpath.join(self._root, folder))
            for key, folder in folders
            if not posixpath.isabs(folder) and ":" not in folder
        }


class _Installed(Struct, frozen=True):
    """One module that `terraform init` installed."""

    key: str = field(name="Key", default="")
    dir: str = field(name="Dir", default="")


class _Manifest(Struct, frozen=True):
    """`.terraform/modules/modules.json`."""

    modules: list[_Installed] = field(name="Modules", default_factory=list)
