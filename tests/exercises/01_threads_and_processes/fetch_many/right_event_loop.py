"""An event loop that hands each fetch to a pool; a group of tasks behind a semaphore that is taken before the next url."""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    def outcome(url: str) -> Outcome[T] | BaseException:
        try:
            return Ok(fetch(url))
        except Exception as error:
            return Err(error)
        except BaseException as error:
            return error

    async def run(pool: ThreadPoolExecutor) -> list[Outcome[T]]:
        slots = asyncio.Semaphore(workers)
        loop = asyncio.get_running_loop()

        async def one(url: str) -> Outcome[T]:
            try:
                got = await loop.run_in_executor(pool, outcome, url)
            finally:
                slots.release()
            if isinstance(got, BaseException):
                raise got
            return got

        tasks = []
        async with asyncio.TaskGroup() as group:
            for url in urls:
                await slots.acquire()
                tasks.append(group.create_task(one(url)))
        return [task.result() for task in tasks]

    with ThreadPoolExecutor(workers) as pool:
        return asyncio.run(run(pool))
