from __future__ import annotations

from typing import Any

import pytest

from tagguard.aws.collectors import Api, Call, MissingError, Target
from tagguard.aws.regions import DESCRIBE_REGIONS, Regions, enabled_regions


class Asked:
    """An account with these Regions; None: it does not tell."""

    target = Target("111111111111", "eu-west-1")

    def __init__(self, names: list[str] | None, state: Any = "denied") -> None:
        self._names, self._state = names, state

    def call(self, call: Call, /, **parameters: Any) -> dict[str, Any]:
        assert call is DESCRIBE_REGIONS
        assert parameters == {}
        if self._names is None:
            raise MissingError(self._state, "no")
        return {"Regions": [{"RegionName": name} for name in self._names]}


def regions(names: list[str] | None, *asked: str, state: str = "denied") -> Regions:
    api: Any = Asked(names, state)
    checked: Api = api
    return enabled_regions(checked, asked)


ENABLED = ["us-east-1", "eu-west-1", "eu-central-1"]


def test_all_enabled_ones_unless_asked() -> None:
    assert regions(ENABLED) == Regions(("eu-central-1", "eu-west-1", "us-east-1"))


def test_names_and_globs_choose() -> None:
    assert regions(ENABLED, "eu-*", "us-east-?") == Regions(tuple(sorted(ENABLED)))
    assert regions(ENABLED, "eu-west-1") == Regions(("eu-west-1",))


def test_what_is_not_enabled_is_told() -> None:
    expected = Regions(("eu-west-1",), ("ap-*", "mars-1"))
    assert regions(ENABLED, "ap-*", "eu-west-1", "mars-1") == expected


def test_where_nobody_may_ask_full_names_are_believed() -> None:
    assert regions(None, "us-east-1", "eu-west-1") == Regions(("eu-west-1", "us-east-1"))


@pytest.mark.parametrize("asked", [(), ("eu-*",), ("eu-west-1", "us-*")])
def test_where_nobody_may_ask_no_glob_is_guessed(asked: tuple[str, ...]) -> None:
    with pytest.raises(MissingError):
        regions(None, *asked)


def test_only_a_denial_is_got_over() -> None:
    with pytest.raises(MissingError):
        regions(None, "eu-west-1", state="failed")
