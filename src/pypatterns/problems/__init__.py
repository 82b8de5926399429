"""Problem documents (RFC 9457) for a FastAPI app, ready for use: the market's own, what lesson 06 builds.

>>> from pypatterns.problems import HANDLERS, Incidents
>>> app = FastAPI(exception_handlers=HANDLERS)
>>> app.add_middleware(Incidents)                # before CORSMiddleware, which then covers the 500 as well
>>> problem(409, type="tag:shop.example,2026:sold-out", title="Sold out", extensions={"left": 0})

The modules lie in `pypatterns.market.adapters.inbound.http`; to copy them, copy that folder (market/README.md).
"""

from pypatterns.market.adapters.inbound.http.handlers import (
    HANDLERS,
    on_group,
    on_http,
    on_invalid,
    on_refused,
)
from pypatterns.market.adapters.inbound.http.middleware import Incidents
from pypatterns.market.adapters.inbound.http.openapi import HonestAPI
from pypatterns.market.adapters.inbound.http.problem import MEDIA_TYPE, problem
from pypatterns.market.adapters.inbound.http.refusals import Refusal, refuse

__all__ = [
    "HANDLERS",
    "MEDIA_TYPE",
    "HonestAPI",
    "Incidents",
    "Refusal",
    "on_group",
    "on_http",
    "on_invalid",
    "on_refused",
    "problem",
    "refuse",
]
