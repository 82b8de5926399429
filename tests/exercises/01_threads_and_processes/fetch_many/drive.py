"""Put fetch_many to work and write down what happened.

No driver hopes that fetches overlap. A fetch that others must join or overtake is held until they have done so, or until
everyone else stands still, so that they never will. A right answer waits for milliseconds, and a wrong one shows every
time. The caller is a thread as well: a call that can never end is proven to be one.
"""

from collections.abc import Iterable
from threading import Event, Lock

from pypatterns.concurrency import Err, Ok
from pypatterns.course.checking.probes.errors import leaves
from pypatterns.course.checking.probes.process_leaks import Before
from pypatterns.course.checking.probes.rendezvous import Meeting
from pypatterns.course.checking.probes.sources import Counted
from pypatterns.course.checking.probes.threads import together, values
from pypatterns.course.checking.probes.watch import Watch


class Page:
    """What a fetch returns: an object of its own, equal to no other."""

    def __init__(self, url):
        self.url = url

    def __repr__(self):
        return f"Page({self.url!r})"


class NoPrice(Exception):
    """A page without what was asked for."""


class Halt(BaseException):
    """Somebody stops the program: no Exception."""


ERRORS = {
    each.__name__: each for each in (ConnectionError, Halt, KeyboardInterrupt, NoPrice, SystemExit)
}


def in_order(answer, urls, workers):
    """fetch_many is called with {urls} and workers={workers}; the first {workers} fetches end in reverse order."""
    pages, counting = [], Lock()
    ended = [Event() for _ in range(workers)]
    watch, is_alone = Watch(), Event()

    def fetch(url):
        page = Page(url)
        with counting:
            pages.append(page)
            nth = len(pages)
        if nth < workers and not is_alone.is_set():
            if watch.expect(ended[nth]):
                watch.settle()  # whoever collects has seen the other one's end
            else:
                is_alone.set()
        if nth <= workers:
            ended[nth - 1].set()
        return page

    (got,) = values(together(lambda: answer.fetch_many(urls, fetch, workers=workers)))
    return {
        "type": type(got).__name__,
        "text": repr(got)[:300],
        "fetched": [page.url for page in pages],
        "outcomes": [_page_of(each, pages) for each in got] if isinstance(got, list) else [],
    }


def _page_of(outcome, pages):
    """Which fetch an outcome is of, by number and url; -1 and None if it is of none."""
    value = outcome.value if isinstance(outcome, Ok) else None
    nth = next((nth for nth, page in enumerate(pages) if page is value), -1)
    return {"nth": nth, "url": value.url if nth >= 0 else None, "text": repr(outcome)[:100]}


def returning(answer, workers):
    """fetch_many is called with workers={workers}; each fetch returns something else: None, False, an exception object, an Err, ….

    What came of it is told for each.
    """
    error = NoPrice("sold out")
    given = {
        "a page": Page("tea"),
        "None": None,
        "False": False,
        "an empty string": "",
        "a string that begins with Error": "Error: sold out",
        "an exception object": error,
        "an exception class": NoPrice,
        "a KeyboardInterrupt object": KeyboardInterrupt(),
        "an Ok": Ok("tea"),
        "an Err": Err(error),
        "an empty list": [],
    }
    (got,) = values(together(lambda: answer.fetch_many(list(given), given.get, workers=workers)))
    return [
        _compared(what, Ok(value), _at(got, n)) for n, (what, value) in enumerate(given.items())
    ]


def raising(answer, workers, but=""):
    """fetch_many is called with workers={workers}; some fetches return a page, others raise a ConnectionError, a TimeoutError, a StopIteration, …."""
    errors = [
        ConnectionError("reset by the shop"),
        NoPrice("sold out"),
        TimeoutError("no answer"),
        StopIteration("no line with a price"),
        KeyError("price"),
        ExceptionGroup("two lines", [NoPrice("tea"), NoPrice("salt")]),
    ]
    page = Page("tea")
    given = [page, *errors[:4], page, *errors[4:], page]
    given = [page if type(one).__name__ == but else one for one in given]
    left = dict(enumerate(given))

    def fetch(url):
        one = left.pop(int(url), page)  # whoever tries again after an error gets a page
        if one is page:
            return page
        raise one

    urls = map(str, range(len(given)))
    (got,) = values(together(lambda: answer.fetch_many(urls, fetch, workers=workers)))
    return [
        _compared(
            "returned a page" if one is page else f"raised {type(one).__name__}",
            Ok(page) if one is page else Err(one),
            _at(got, n),
        )
        for n, one in enumerate(given)
    ]


def _at(got, place):
    """The outcome at a place, or a word that there is none."""
    return got[place] if isinstance(got, list) and place < len(got) else "nothing"


def _compared(what, expected, got):
    """Both in words, and whether the outcome is of the right kind and holds the very object."""
    return {
        "what": what,
        "expected": repr(expected)[:100],
        "got": repr(got)[:100],
        "right": isinstance(got, type(expected)) and _held_in(got) is _held_in(expected),
    }


def _held_in(outcome):
    return outcome.value if isinstance(outcome, Ok) else outcome.error


def at_once(answer, workers, count, rounds):
    """fetch_many is called with {count} urls and workers={workers}; each fetch waits until {workers} run, and then until one too many runs or nobody can get further."""
    meeting, urls = Meeting(workers, rounds=rounds), HeldOpen(map(str, range(count)))

    def fetch(url):
        with meeting.visit(url):
            return Page(url)

    values(together(lambda: answer.fetch_many(urls, fetch, workers=workers)))
    return {"met": meeting.met, "highest": meeting.highest, "clashed": urls.clashed}


class HeldOpen:
    """A generator whose first reader is held while it reads: it refuses a second one at once, as all generators do."""

    def __init__(self, urls):
        self.clashed = False
        self._urls = self._read(urls)

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._urls)
        except ValueError:  # generator already executing
            self.clashed = True
            raise

    def _read(self, urls):
        Watch().settle()  # no fetch has begun yet: nobody waits for this reader but those that read as well
        yield from urls


def looked_ahead(answer, workers, count, most):
    """fetch_many is called with {count} urls and workers={workers}; some fetches are held until more than {most} urls were taken beyond those fetched, or nobody can get further."""
    urls, watch = Counted(map(str, range(count)), most_ahead=most), Watch()
    held = {*range(workers), *range(3 * workers, 4 * workers)}
    at_first = []

    def fetch(url):
        if int(url) in held:
            watch.hold(urls.overdrawn)
            at_first.append(urls.furthest)
        urls.done()
        return Page(url)

    values(together(lambda: _read(answer.fetch_many(urls, fetch, workers=workers))))
    return {"furthest": urls.furthest, "taken": urls.taken, "at_first": at_first[:1]}


def _read(outcomes):
    """Read them all, where they come one by one; that they were to be a list is for another check to tell."""
    return list(outcomes) if isinstance(outcomes, Iterable) else outcomes


def failing(answer, *, workers, count, error, places, most):
    """fetch_many is called with {count} urls and workers={workers}; fetch raises {error} for those at {places}, and others that have begun are held until {most} further ones begin, or nobody can get further."""
    watch, all_begun, begun = Watch(), Event(), []
    after, raised = _After(most), []
    meet = max(places) < workers

    def fetch(url):
        place = int(url)
        is_further = after.begins()
        if meet and place < workers and not is_further:
            begun.append(url)
            if len(begun) == workers:
                all_begun.set()
            watch.expect(all_begun)
        if place in places and not is_further:
            watch.settle()  # whoever submitted it has gone on, and waits
            raised.append(ERRORS[error](f"in the fetch of url {url}"))
            after.happened.set()
            raise raised[-1]
        if all_begun.is_set() and place < workers:
            watch.expect(after.happened)
            watch.hold(after.too_many)
        return Page(url)

    urls = Counted(map(str, range(count)))
    (ended,) = together(lambda: answer.fetch_many(urls, fetch, workers=workers))
    return _came_of(ended, raised, after)


def breaking_off(answer, workers, count, error, most):
    """urls gives {count} urls and then raises {error}, workers={workers}; the first fetches are held until then, or until nobody can get further; whoever reads on after the error finds more urls."""
    watch, after, places = Watch(), _After(most), iter(range(count + 1 + 3 * most))
    raised = [ERRORS[error]("the list of urls breaks off")]

    def give():
        place = next(places, None)
        if place == count:
            after.happened.set()
            raise raised[0]
        return place if place is None else str(place)

    def fetch(url):
        if not after.begins() and int(url) < workers:
            watch.hold(after.happened)
        return Page(url)

    urls = Counted(iter(give, None))  # no generator: that would be over after its error
    (ended,) = together(lambda: answer.fetch_many(urls, fetch, workers=workers))
    return _came_of(ended, raised, after)


class _After:
    """Counts the fetches that begin after something has happened, and tells when they are too many."""

    def __init__(self, most):
        self.happened, self.too_many = Event(), Event()
        self.begun = 0
        self._most, self._counting = most, Lock()

    def begins(self):
        """One more begins: whether it does so after it has happened."""
        if not self.happened.is_set():
            return False
        with self._counting:
            self.begun += 1
            if self.begun >= self._most:
                self.too_many.set()
        return True


def _came_of(ended, raised, after):
    """How fetch_many ended: with what was raised, bare or in a group, and after how many further fetches."""
    if ended.error is not None and not after.happened.is_set():
        raise ended.error
    found = ended.value if isinstance(ended.value, list) else []
    filed = [each.error for each in found if isinstance(each, Err)]
    return {
        "happened": after.happened.is_set(),
        "came_out": any(leaf is one for leaf in leaves(ended.error) for one in raised),
        "filed": any(error is one for error in filed for one in raised),
        "ended": str(ended),
        "further": after.begun,
    }


def left_behind(answer, workers, end):
    """fetch_many is called with more than {workers} urls, or none, and workers={workers}, and {end}; fetches that have begun before are held until fetch_many ends, or nobody can get further."""
    before, meeting, watch, is_over = Before(), Meeting(workers), Watch(), Event()
    begun, overtaken = [], []

    def give():
        if end == "no urls":
            return
        yield from map(str, range(workers - 1))
        if end == "urls raises":
            raise ConnectionError("the list of urls breaks off")
        yield from map(str, range(workers - 1, 4 * workers))

    def fetch(url):
        place = int(url)
        begun.append(url)
        if end == "fetch raises" and place < workers:
            with meeting.visit(url):
                pass
            if place == workers - 1:
                raise Halt
        if place < workers - 1 and end != "returns" and watch.hold(is_over):
            overtaken.append(url)
        return Page(url)

    def call():
        try:
            return answer.fetch_many(Counted(give()), fetch, workers=workers)
        finally:
            is_over.set()

    (ended,) = together(call)  # kept below: an error keeps all that its traceback refers to
    left = (
        before.threads_left()
    )  # first: a fetch that was overtaken writes it down when it gets a core
    return {
        "begun": len(begun),
        "overtaken": len(overtaken),
        "left": left,
        "ended": str(ended)[:100],
    }
