"""The service over HTTP, by FastAPI: the one place that knows of methods, statuses and media types."""

from pypatterns.market.adapters.inbound.http.app import create_api

__all__ = ["create_api"]
