"""Patterns for threads and processes: what lesson 01 builds, grown up. One module a pattern; import them from here.

>>> from pypatterns.concurrency import fetch_many
>>> fetch_many(["/tea", "/coffee"], client.get, workers=8)
[Ok(value=<Response [200 OK]>), Err(error=ConnectTimeout('timed out'))]
"""

from pypatterns.concurrency.bank import Account, Bank, InsufficientFunds
from pypatterns.concurrency.cache import SingleFlightCache
from pypatterns.concurrency.fetching import fetch_many
from pypatterns.concurrency.mapping import ItemError, parallel_map
from pypatterns.concurrency.outcome import Err, Ok, Outcome

__all__ = [
    "Account",
    "Bank",
    "Err",
    "InsufficientFunds",
    "ItemError",
    "Ok",
    "Outcome",
    "SingleFlightCache",
    "fetch_many",
    "parallel_map",
]
