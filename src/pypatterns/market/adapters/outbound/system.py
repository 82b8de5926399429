"""The machine's own clock, chance and log."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import uuid4

from pypatterns.market.domain.lifecycle import StatusChanged

log = logging.getLogger(__name__)


class SystemClock:
    """The time in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def new_uuid() -> str:
    """Make a random UUID (RFC 9562, version 4)."""
    return str(uuid4())


def log_event(event: StatusChanged) -> None:
    """Announce a change in the log."""
    log.info("market %s: %s -> %s", event.market_id, event.before, event.after)
