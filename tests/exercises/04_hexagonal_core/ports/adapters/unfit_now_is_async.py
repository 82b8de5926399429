"""A clock whose now is async: the use case would get a coroutine, not a time

port: Clock.now
"""

from datetime import UTC, datetime

from answer import Clock


class NetworkClock:
    async def now(self) -> datetime:
        return datetime.now(UTC)


def as_port() -> Clock:
    return NetworkClock()
