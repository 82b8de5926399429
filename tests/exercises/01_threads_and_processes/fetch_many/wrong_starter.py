"""A dict from future to url shows which page came from where, and a string says what went wrong.

fails: test_one_outcome_a_url_in_order, test_any_value_is_ok, test_an_exception_is_err, test_urls_are_taken_as_needed, test_any_other_error_comes_out, test_an_error_of_urls_comes_out
seen_in: submit, as_completed
feedback: It is the code that you were given: a result a url instead of an outcome a place,
    errors that look like pages, and every url submitted before the first page is there. Take
    one behaviour after the other.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from typing import TypeVar

from pypatterns.concurrency import Err, Ok, Outcome

T = TypeVar("T")


def fetch_many(urls: Iterable[str], fetch: Callable[[str], T], *, workers: int) -> list[Outcome[T]]:
    """Call `fetch` for each url, `workers` at a time; one `Outcome` a url, in the order of `urls`."""
    pages = {}
    with ThreadPoolExecutor(workers) as pool:
        url_of = {pool.submit(fetch, url): url for url in urls}
        for future in as_completed(url_of):
            url = url_of[future]
            try:
                pages[url] = future.result()
            except Exception as error:
                pages[url] = f"Error: {error}"
    return list(pages.values())
