"""A clock that reads the system's

port: Clock.now
"""

from datetime import UTC, datetime

from answer import Clock


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def as_port() -> Clock:
    return SystemClock()
