"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Give the folder of real inputs that others wrote, or skip."""
    folder = Path(os.environ.get("TAGGUARD_CORPUS", PROJECT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip("no corpus: set TAGGUARD_CORPUS to a folder with tfplan/ and cfn/")
    return folder
