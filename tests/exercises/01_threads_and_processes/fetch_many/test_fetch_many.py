"""The behaviours of fetch_many, each proven by one check."""

from collections import Counter

from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.report.model import Verdict

CANNOT_HOLD = "An asyncio Future cannot hold a StopIteration"
NO_STOP_ITERATION = (
    "fetch had raised StopIteration for the url at place 4, and its outcome never came; without that error the call ends. "
    f"{CANNOT_HOLD}, and a thread that takes it for the end of urls is gone: catch the error "
    "where fetch is called."
)
MANY = 40  # workers: more than any usual number of cores, and than a pool's own limit
WHEN = {
    "returns": "with workers=3 and 12 urls",
    "fetch raises": "when fetch had raised Halt, a BaseException,",
    "urls raises": "when urls had raised ConnectionError",
    "no urls": "with workers=3 and no urls",
}


def test_one_outcome_a_url_in_order(answer, word, rng):
    """There is one Outcome for each url, in the order of urls; a url that stands twice is fetched twice, and no urls give []."""
    urls = [*(f"/{word}/{n}" for n in range(4)), "", f"/{word}/5"]
    again = urls[rng.randrange(3)]
    for given in ([*urls, again, urls[5], again], [again, again, urls[3], again], []):
        seen = answer.run("in_order", urls=given, workers=3)

        call = f"fetch_many({given!r}, fetch, workers=3)"
        assert seen["type"] == "list", (
            f"{call} returned {seen['text']}, a {seen['type']}; expected a list, as the signature says"
        )
        never = [place for place, url in enumerate(given) if url not in seen["fetched"]]
        assert not never, (
            f"in {call} the url at place {never[0]}, {given[never[0]]!r}, was never fetched; expected a fetch for each place. "
            "Any string is a url, the empty one as well; urls end where next() raises StopIteration"
        )
        for url, times in Counter(given).items():
            fetched = seen["fetched"].count(url)
            assert fetched == times, (
                f"in {call} the url {url!r} stands at {times} places; expected as many fetches of it, but there were "
                f"{fetched}"
            )
        assert len(seen["outcomes"]) == len(given), (
            f"{call} returned {len(seen['outcomes'])} outcomes for {len(given)} urls: {seen['text']}; expected one for "
            "each. What is kept by url, not by place, is kept once for all places of that url"
        )
        for place, (url, got) in enumerate(zip(given, seen["outcomes"], strict=True)):
            assert got["url"] == url, (
                f"place {place} of {call} holds {got['text']}, "
                f"{'not Ok with a page that fetch returned' if got['url'] is None else 'the outcome of another url'}; expected "
                f"Ok(Page({url!r})). The first fetches ended in reverse order: where an outcome belongs is known when "
                "its fetch is started, not when it ends"
            )
        numbers = [got["nth"] for got in seen["outcomes"]]
        assert len(set(numbers)) == len(numbers), (
            f"in the list that {call} returned, the page of one fetch stands at two places; expected at each place the "
            "page that was fetched for it. Keep outcomes by place: the same url may have another page a moment later"
        )


def test_any_value_is_ok(answer):
    """Whatever fetch returns becomes Ok with that very object, be it None or an exception object."""
    for seen in answer.run("returning", workers=1):
        assert seen["right"], (
            f"fetch returned {seen['what']}; expected {seen['expected']} with that very object, got {seen['got']}. Only "
            "where fetch is called it is known whether it returned or raised: make the outcome there"
        )


def test_an_exception_is_err(answer):
    """An Exception that fetch raises, of whatever type, becomes Err with that very object, and the other urls are fetched all the same."""
    try:
        outcomes = answer.run("raising", workers=1)
    except CallFailed as failed:
        if failed.verdict is Verdict.DEADLOCK and _ends_but_for_stop_iteration(answer):
            failed.message = f"{failed.message} {NO_STOP_ITERATION}"
        raise
    for place, seen in enumerate(outcomes):
        why = f"{CANNOT_HOLD}. " if "StopIteration interacts badly" in seen["got"] else ""
        assert seen["right"], (
            f"at place {place}, fetch {seen['what']}; expected {seen['expected']} with that very object, got "
            f"{seen['got']}. {why}The caller decides what an error means, and needs the object for it, whatever its type, and "
            "every other outcome"
        )


def _ends_but_for_stop_iteration(answer):
    try:
        answer.run("raising", workers=1, but="StopIteration")
    except CallFailed:
        return False
    return True


def test_workers_fetch_at_once(answer, rng):
    """`workers` fetches run at the same time as soon as there are as many urls, and never more."""
    few = rng.randrange(3, 6)
    for workers, count, rounds in ((few, 2 * few, 2), (MANY, MANY, 1)):
        seen = answer.run("at_once", workers=workers, count=count, rounds=rounds)

        assert seen["highest"] <= workers, (
            f"with workers={workers} and {count} urls, {seen['highest']} fetches were running at the same time; expected "
            f"never more than {workers}: that is what the shop can bear"
        )
        ran = "they did so once only" if seen["met"] else f"at most {seen['highest']} ran"
        clash = (
            '. Two of your threads called next(urls) at once, and a generator refuses that: "ValueError: generator '
            'already executing". One thread at a time may read'
        )
        assert seen["met"] == rounds, (
            f"with workers={workers} and {count} urls, each fetch waited until {workers} were running; expected that they "
            f"come together, but {ran}{clash if seen['clashed'] else ''}"
        )


def test_urls_are_taken_as_needed(answer, rng):
    """At no moment more than 2 * workers + 2 urls have been taken beyond those whose fetch has ended."""
    workers = rng.randrange(2, 5)
    most, count = 2 * workers + 2, rng.randrange(200, 250)

    seen = answer.run("looked_ahead", workers=workers, count=count, most=most)

    assert seen["taken"] == count, (
        f"with workers={workers} and {count} urls, {seen['taken']} of them were taken; expected all"
    )
    ahead, at_first = seen["furthest"], seen["at_first"]
    grown = (
        f", though at first no more than {at_first[0]}" if at_first and at_first[0] <= most else ""
    )
    assert ahead <= most, (
        f"with workers={workers} and {count} urls, "
        f"{'all of them' if ahead == count else f'{ahead} urls'} were taken beyond those whose fetch had ended"
        f"{grown}; expected at most {most}. urls may be a file of a million lines: take the next one when a fetch has ended"
    )


def test_any_other_error_comes_out(answer, rng):
    """A BaseException that is no Exception comes out of fetch_many, and fewer than 2 * workers + 2 further fetches begin."""
    workers = rng.randrange(2, 5)
    most = 2 * workers + 2
    came_out = []
    for error, count, places in (
        ("KeyboardInterrupt", 8 * workers, [workers - 1]),
        ("SystemExit", 2 * workers, [2 * workers - 1]),
        ("Halt", 8 * workers, list(range(workers))),
    ):
        seen = answer.run(
            "failing", workers=workers, count=count, error=error, places=places, most=most
        )

        where = _places(places)
        assert seen["happened"], (
            f"fetch was to raise {error} for {where}, and was never called for it: fetch_many {seen['ended']}"
        )
        what = f"with workers={workers} and {count} urls, fetch raised {error} for {where}"
        others = f" ({' and '.join(came_out)} did come out)" if came_out else ""
        assert seen["came_out"], (
            f"{what}, and fetch_many {_instead(seen, most)}; expected that {error} comes out of it{others}. A "
            "BaseException that is no Exception tells the program to stop, and is no page's outcome"
        )
        assert seen["further"] < most, (
            f"{what}; it came out, but {seen['further']} further fetches began before; expected fewer than {most}. Who "
            "stops the program does not want to wait for all that is left"
        )
        came_out.append(error)


def _instead(seen, most):
    """What fetch_many did where an error was to come out of it."""
    if seen["filed"]:
        return f"filed it as an outcome and {seen['ended']}"
    if seen["further"] >= most:
        return f"went on without it and {seen['ended']}"
    return seen["ended"]


def _places(places):
    if len(places) == 1:
        return f"the url at place {places[0]}"
    return f"the urls at places {places[0]} to {places[-1]} at the same time"


def test_an_error_of_urls_comes_out(answer, rng):
    """An error that urls itself raises comes out of fetch_many, and fewer than 2 * workers + 2 further fetches begin."""
    workers = rng.randrange(2, 5)
    most = 2 * workers + 2
    for error, count in (
        ("ConnectionError", 4 * workers + 8),
        ("KeyboardInterrupt", 0),
    ):
        seen = answer.run("breaking_off", workers=workers, count=count, error=error, most=most)

        what = f"with workers={workers}, urls gave {count} urls and then raised {error}"
        assert seen["happened"], (
            f"urls was to give {count} urls and then to raise {error}, and was never asked so often: fetch_many "
            f"{seen['ended']}"
        )
        assert seen["came_out"], (
            f"{what}, and fetch_many {_instead(seen, most)}; expected that {error} comes out of it. Else the caller "
            "takes half a list for the whole"
        )
        assert seen["further"] < most, (
            f"{what}; it came out, but {seen['further']} further fetches began before; expected fewer than {most}. "
            "Nobody will see their outcomes"
        )


def test_no_thread_is_left(answer):
    """When fetch_many returns or raises, no fetch is running and no thread that it started is alive."""
    for end in ("returns", "fetch raises", "urls raises", "no urls"):
        seen = answer.run("left_behind", workers=3, end=end)

        what = f"{WHEN[end]} fetch_many {seen['ended']}"
        assert seen["begun"] or end in ("urls raises", "no urls"), (
            f"{what}, and no fetch had begun; expected some to have run by then"
        )
        assert seen["overtaken"] == 0, (
            f"{what} while {seen['overtaken']} fetches that it had begun were still running; expected it to wait for "
            "them. A thread cannot be stopped from outside: whoever goes on before it has ended shares everything with it"
        )
        assert not seen["left"], (
            f"{what}, and then threads that it had started were still alive: {', '.join(seen['left'])}; expected none. "
            "Each call leaves as many again"
        )
