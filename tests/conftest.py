"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--rewrite`, which writes the expectations of the case folders anew."""
    parser.addoption("--rewrite", action="store_true", help="rewrite tests/cases/*/expected")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Give the folder of real inputs that others wrote, or skip."""
    folder = Path(os.environ.get("TAGGUARD_CORPUS", PROJECT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip("no corpus: set TAGGUARD_CORPUS to a folder with tfplan/ and cfn/")
    return folder
