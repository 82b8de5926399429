"""Put the parts together: the one module that knows them all."""

from fastapi import FastAPI

from market.adapters.http import routes
from market.adapters.sql import SqlMarkets


def create_app(url: str) -> FastAPI:
    """The service on the database at this URL."""
    app = FastAPI(title="Markets")
    markets = SqlMarkets(url)
    app.include_router(routes(markets.add, markets.by_slug, markets.all))
    return app
