"""A service that ends in order when it gets SIGTERM: a program to try, or to send a signal to.

    python -m pypatterns.flow.demo --grace 0.5

Three orders are under way whenever the signal comes. The bank confirms two of them 0.1 s later; the third one hangs, and is
cancelled when the grace period is over. The program says what happens, and exits with 0. Not on Windows, which has no SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from pypatterns.flow.service import Service

HANGS = 3  # the number of the order that the bank never confirms


async def serve(grace: float) -> None:
    """Run until SIGTERM; then finish what is under way within `grace` seconds, and close."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    closers = [partial(close, "journal"), partial(close, "database")]
    service = Service(booking(told), closers, grace=grace)
    async with asyncio.TaskGroup() as group:
        group.create_task(service.run())
        for order in (1, 2, HANGS):
            service.submit(order)
        say("ready: 3 orders are under way")
        await told.wait()
        say(f"SIGTERM: no new orders, and {grace:g} s for those under way")
        service.stop()


def booking(told: asyncio.Event) -> Callable[[int], Coroutine[Any, Any, None]]:
    """Return the handler: an order waits for the bank, which confirms it soon after `told` is set."""

    async def book(order: int) -> None:
        try:
            await told.wait()
            await asyncio.sleep(3600 if order == HANGS else 0.1)
        except asyncio.CancelledError:
            say(f"order {order} is cancelled")
            raise
        say(f"order {order} is booked")

    return book


async def close(resource: str) -> None:
    """Close a resource of the service."""
    say(f"{resource} closed")


def say(words: str) -> None:
    """Print a line at once, also into a pipe."""
    print(words, flush=True)  # noqa: T201 - a program


def main() -> None:
    """Serve with the grace period of the command line, in seconds."""
    parser = argparse.ArgumentParser(description="Run a service until SIGTERM.")
    parser.add_argument("--grace", type=float, default=10, help="seconds for what is under way")
    asyncio.run(serve(parser.parse_args().grace))


if __name__ == "__main__":
    main()
