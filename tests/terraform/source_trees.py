"""Factories: small trees of Terraform source, and the resources in them."""

from __future__ import annotations

from tagguard.hcl.folder import Folders
from tagguard.model import Problem
from tagguard.terraform.source_root import RootOptions, read_root
from tagguard.tree import Tree

AWS = 'provider "aws" {\n  default_tags { tags = { Owner = "team", Env = "prod" } }\n}\n'


def queue(name="q", arguments=""):
    return f'resource "aws_sqs_queue" "{name}" {{\n{arguments}\n}}\n'


def items(folder, files, **options):
    """Write the files (a text is `main.tf`) and read the folder as a root module."""
    files = {"main.tf": files} if isinstance(files, str) else files
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    tree = Tree([folder], cwd=folder)
    return read_root(".", "scope", RootOptions(**options), tree, Folders(tree)).items


def resources(folder, files, **options):
    """Give the resources by address; there must be no problems."""
    read = items(folder, files, **options)
    assert [item for item in read if isinstance(item, Problem)] == []
    return {item.address: item for item in read}


def tags(resource):
    """Give the tags by key; None for an unknown value, and `...` where there may be more."""
    told = {tag.key: tag.value for tag in resource.tags}
    return told if resource.tags.complete else {**told, ...: None}


def all_tags(folder, files, **options):
    """Give the tags of each resource by address."""
    return {at: tags(each) for at, each in resources(folder, files, **options).items()}
