"""Awaiting run_in_executor raises whatever the call raised.

fails: test_an_exception_is_err
says: asyncio Future cannot hold a StopIteration
seen_in: run_in_executor or to_thread
feedback: All but one: an asyncio Future cannot hold a StopIteration, since that would end the
    coroutine that awaits it. It never ends, or, in a newer Python, raises a RuntimeError instead.
    Make the outcome in the thread, where fetch is called: an Err crosses as a value.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    fatal: list[BaseException] = []

    def call(url: str) -> T:
        try:
            return fetch(url)
        except Exception:
            raise
        except BaseException as error:
            fatal.append(error)

    async def run(pool: ThreadPoolExecutor) -> list[Outcome[T]]:
        slots = asyncio.Semaphore(workers)
        loop = asyncio.get_running_loop()

        async def one(url: str) -> Outcome[T]:
            try:
                return Ok(await loop.run_in_executor(pool, call, url))
            except Exception as error:
                return Err(error)
            finally:
                slots.release()

        tasks = []
        async with asyncio.TaskGroup() as group:
            for url in urls:
                await slots.acquire()
                if fatal:
                    break
                tasks.append(group.create_task(one(url)))
        if fatal:
            raise fatal[0]
        return [task.result() for task in tasks]

    with ThreadPoolExecutor(workers) as pool:
        return asyncio.run(run(pool))
