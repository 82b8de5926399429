"""Put the parts together: the one module that knows them all."""

from fastapi import FastAPI

from market.adapters.http import routes, told_by_status
from market.adapters.sql import SqlMarkets
from market.domain import Refused


def create_app(url: str) -> FastAPI:
    """The service on the database at this URL."""
    app = FastAPI(title="Markets")
    app.add_exception_handler(Refused, told_by_status)
    app.include_router(routes(SqlMarkets(url)))
    return app
