"""Put the parts together: the one module that knows them all."""

from fastapi import FastAPI

from market.adapters.http import routes


def create_app(url: str) -> FastAPI:
    """The service on the database at this URL."""
    app = FastAPI(title="Markets")
    app.include_router(routes(url))
    return app
