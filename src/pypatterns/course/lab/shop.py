"""A shop on loopback that misbehaves when asked to: what a lesson fetches from, with no internet and no luck involved.

>>> with Shop() as shop, httpx.Client(timeout=1) as client:
...     client.get(shop.url("tea", delay=0.05)).json()
{'item': 'tea', 'price': 320}

How it behaves is said in the URL, request by request: see `manners.BEHAVIOURS`. It runs in a thread of its own, on an event
loop, so a thousand slow requests are cheap. Leaving the `with` ends all of them at once.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Self
from urllib.parse import urlencode

from pypatterns.course.lab.shop_faults import BEHAVIOURS, ITEMS, Manners, Seen

BACKLOG = 1024  # connections that may wait to be accepted


class Shop:
    """Open while its `with` block runs. `delay` is in seconds before each answer, unless a URL says otherwise."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self._manners = Manners(delay)
        self._port = 0
        self._failure: OSError | None = None
        self._open = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._close: asyncio.Event
        self._thread = threading.Thread(target=self._run, name="shop", daemon=True)

    def url(self, item: str, **behaviour: float) -> str:
        """The URL of an item's price, with how the shop should behave. The port differs with every run: do not show it.

        Raises `TypeError` for a behaviour that the shop does not know.
        """
        if unknown := behaviour.keys() - BEHAVIOURS:
            raise TypeError(
                f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(BEHAVIOURS)}"
            )
        query = urlencode({name: f"{value:g}" for name, value in behaviour.items()})
        return f"http://127.0.0.1:{self._port}/{item}" + (f"?{query}" if query else "")

    def urls(self, count: int, **behaviour: float) -> list[str]:
        """So many different URLs: all the items again and again, each time as another `lot`."""
        places = (divmod(number, len(ITEMS)) for number in range(count))
        return [self.url(ITEMS[place], lot=lot, **behaviour) for lot, place in places]

    @property
    def seen(self) -> Seen:
        """What was counted up to now."""
        return self._manners.seen()

    def __enter__(self) -> Self:
        """Open on a free port of 127.0.0.1. Raises `OSError` if there is none, `RuntimeError` if it was opened before."""
        self._thread.start()
        self._open.wait()
        if self._failure:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._close.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._sell())
        except OSError as error:  # no port, or no file descriptor left for a loop
            self._failure = error
        finally:
            self._open.set()  # whoever opens it waits for this, whatever has happened

    async def _sell(self) -> None:
        self._loop, self._close = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._manners.serve, "127.0.0.1", 0, backlog=BACKLOG)
        self._port = server.sockets[0].getsockname()[1]
        self._open.set()
        await self._close.wait()
        server.close()
        await self._manners.end()
