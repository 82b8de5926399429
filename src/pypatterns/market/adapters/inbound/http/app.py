"""The FastAPI application: routes, handlers and middleware put together, on use cases that somebody else made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from fastapi import FastAPI

from pypatterns.market.adapters.inbound.http.handlers import HANDLERS
from pypatterns.market.adapters.inbound.http.json_body import StrictRoute
from pypatterns.market.adapters.inbound.http.middleware import BodyLimit, Cors, HeadAsGet, Incidents
from pypatterns.market.adapters.inbound.http.openapi import HonestAPI
from pypatterns.market.adapters.inbound.http.routes import markets_router
from pypatterns.market.application.use_cases import UseCases

BODY_LIMIT: Final = 64 * 1024  # bytes
CORS: Final[dict[str, Any]] = {
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["If-None-Match"],
    "expose_headers": ["ETag", "Location"],
}
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_api(cases: UseCases, *, lifespan: Lifespan, origins: Sequence[str] = ()) -> FastAPI:
    """Put the API together. `origins` are the web pages that may call it, as in "https://shop.example"."""
    app = HonestAPI(
        title="Markets",
        version="1.0.0",
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        redirect_slashes=False,  # a redirect would be made of the Host that the sender wrote
        redoc_url=None,
    )
    app.router.route_class = StrictRoute
    app.include_router(markets_router(cases))

    @app.get("/healthz", tags=["operation"])
    async def healthz() -> dict[str, str]:
        """Say that this process answers: it asks no database, whose trouble a restart would not mend."""
        return {"status": "ok"}

    # the last one added is the outermost: CORS covers the 500 of Incidents as well
    app.add_middleware(BodyLimit, most=BODY_LIMIT)
    app.add_middleware(Incidents)
    app.add_middleware(HeadAsGet)
    if origins:
        app.add_middleware(Cors, allow_origins=origins, **CORS)
    return app
