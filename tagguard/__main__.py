"""Lets `python -m tagguard` do what the `tagguard` command does."""

from __future__ import annotations

from tagguard.cli import main

if __name__ == "__main__":
    main()
