"""Patterns for work that flows: what lesson 03 builds, ready for use. One module per pattern; import them from here.

>>> from pypatterns.flow import pipeline
>>> await pipeline(feed(), store, workers=4, maxsize=100)
[…]
"""

from pypatterns.flow.context import ContextPool, request, tag
from pypatterns.flow.limiter import RateLimiter
from pypatterns.flow.pipelining import pipeline
from pypatterns.flow.service import Service, ServiceStopped

__all__ = [
    "ContextPool",
    "RateLimiter",
    "Service",
    "ServiceStopped",
    "pipeline",
    "request",
    "tag",
]
