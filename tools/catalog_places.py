"""Tells nested places that carry tags of something else from what merely looks like them."""

from __future__ import annotations

import re

ABOUT_OTHERS = re.compile(
    r"filter|selector|criteria|scope|lifecycle_?rule|affinity|labels\.labels"  # they choose
    r"|tag_?step|override_?provider"  # they act on tags, or are a provider's configuration
    r"|influx_?db|stream_?specification|cdc_?specification|policy_checks|selected_",
    re.IGNORECASE,
)
"""Blocks whose `tags` and `labels` choose resources, or are data of a service."""


def is_about_others(path: str) -> bool:
    """Say whether the tags at a dotted path choose resources or are data, and tag nothing."""
    return ABOUT_OTHERS.search(path.rpartition(".")[0]) is not None
