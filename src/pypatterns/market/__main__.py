"""`python -m pypatterns.market`: serve the markets with uvicorn until SIGINT or SIGTERM.

A signal ends the intake; requests in flight have `GRACE` seconds, then the store is closed.
"""

from __future__ import annotations

import logging
import os
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser

import uvicorn

from pypatterns.market.bootstrap import from_environment

GRACE = 10  # seconds


def main() -> None:
    """Serve."""
    parser = ArgumentParser(
        prog="python -m pypatterns.market",
        description="Serve the markets over HTTP.",
        epilog="MARKET_DATABASE_URL names the database, market.db in this folder unless it is set; "
        "MARKET_ORIGINS the web pages that may call the service.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="the port; 0 takes any free one")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    uvicorn.run(
        from_environment(os.environ),
        host=asked.host,
        port=asked.port,
        http="h11",  # httptools, where it is installed, answers unknown methods itself, in plain text
        log_config=None,  # uvicorn's loggers then hand on to the log that is configured here
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


if __name__ == "__main__":
    main()
