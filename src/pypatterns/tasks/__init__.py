"""Patterns for tasks on an event loop: what lesson 02 builds, grown up. One module a pattern; import them from here.

>>> from pypatterns.tasks import bounded_map
>>> await bounded_map(fetch_price, urls, limit=8)
[320, 410, …]
"""

from pypatterns.tasks.budget import call_with_budget
from pypatterns.tasks.errors import DomainError, Retryable
from pypatterns.tasks.mapping import bounded_map
from pypatterns.tasks.racing import first_success
from pypatterns.tasks.sorting import triage
from pypatterns.tasks.virtual import run_virtual

__all__ = [
    "DomainError",
    "Retryable",
    "bounded_map",
    "call_with_budget",
    "first_success",
    "run_virtual",
    "triage",
]
