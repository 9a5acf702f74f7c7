"""The table of service listings: one record a resource type, one module a family of services.

Whoever adds one adds a record; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from tagguard.aws.collectors.listings import compute, data, governance, messaging, network
from tagguard.aws.collectors.listings.listing import Listing

LISTINGS: Sequence[Listing] = (
    *compute.LISTINGS,
    *network.LISTINGS,
    *data.LISTINGS,
    *messaging.LISTINGS,
    *governance.LISTINGS,
)
