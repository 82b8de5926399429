"""gather(return_exceptions=True) behind a semaphore is fetch_many, and an exception in its list is an error.

fails: test_any_value_is_ok, test_an_exception_is_err, test_urls_are_taken_as_needed, test_any_other_error_comes_out
seen_in: gather, return_exceptions
feedback: Four things at once: gather wants all its tasks before it begins; its list holds
    errors and values side by side, so a returned exception looks like a raised one; it files a
    BaseException there, too; and a StopIteration cannot cross an asyncio future. Make the
    outcome in the thread, and start a task when another has ended.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    async def run(pool: ThreadPoolExecutor) -> list[T | BaseException]:
        slots = asyncio.Semaphore(workers)
        loop = asyncio.get_running_loop()

        async def one(url: str) -> T:
            async with slots:
                return await loop.run_in_executor(pool, fetch, url)

        return await asyncio.gather(*[one(url) for url in urls], return_exceptions=True)

    with ThreadPoolExecutor(workers) as pool:
        found = asyncio.run(run(pool))
    return [Err(one) if isinstance(one, BaseException) else Ok(one) for one in found]
