"""Log from requests in tasks, threads and jobs of a pool, and write down which id each record carries.

The time is real, and nothing sleeps: gates and meeting points hold open what must overlap. A gate lets its job through after
two seconds if it is never opened, which ends a hang and decides nothing.
"""

import asyncio
import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, ContextVar

from pypatterns.course.checking.probes.rendezvous import Meeting

GATE = 2.0  # seconds
MISSING = "no request_id"
OWN = logging.getLogger("shop")  # made before any handler is tagged
# A job may take any: ThreadPoolExecutor.submit keeps no name for itself.
KEYWORDS = {"order": 17, "timeout": 1, "fn": 2, "self": 3, "context": 4, "args": 5, "kwargs": 6}
tenant = ContextVar("tenant", default="no tenant")


class Sold(Exception):
    """There is nothing left."""


class Kept(logging.Handler):
    """Keeps its records."""

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)

    def lines(self):
        """Each message with the id that its record carries."""
        return [[each.getMessage(), _id(each)] for each in self.records]


def _id(record):
    got = getattr(record, "request_id", MISSING)
    return got if type(got) is str else repr(got)[:80]


def _log(text):
    """Log with a logger that is made after the handler was tagged, as that of a library."""
    logging.getLogger("bank.client").info(text)


def _tagged(answer):
    handler, root = Kept(), logging.getLogger()
    root.setLevel(1)
    root.addHandler(handler)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # "Using selector" is a record, too
    answer.tag(handler)
    make = logging.getLogRecordFactory()
    if not isinstance(make("shop", logging.INFO, "", 0, "", (), None), logging.LogRecord):
        # a factory of the answer's that makes no record would fail inside of logging, out of the answer's sight
        logging.setLogRecordFactory(logging.LogRecord)
    return handler


def _raise(error):
    raise error


def blocks(answer, *, first, second):
    """Blocks of request({first!r}) and request({second!r}) in each other, which end in each way."""
    handler = _tagged(answer)

    def returns():
        with answer.request(second):
            return _log("returning")

    _log("before")
    with answer.request(first):
        _log("in first")
        with answer.request(second):
            _log("in second")
        _log("first after second")
        with answer.request(first):
            _log("first in first")
        _log("first after first")
        try:
            with answer.request(second):
                _raise(Sold())
        except Sold:
            _log("first after an error")
        returns()
        _log("first after a return")
    _log("after")
    try:
        with answer.request(second):
            _raise(asyncio.CancelledError())
    except asyncio.CancelledError:
        _log("after a cancellation")
    return handler.lines()


def turns(answer, *, ids):
    """{ids!r} are requests that take turns on one loop, and each starts a task and sets a callback that run after its block."""
    handler = _tagged(answer)

    async def main():
        loop = asyncio.get_running_loop()
        everyone, over, children, arrived = asyncio.Event(), loop.create_future(), [], []

        async def child(name):
            await over
            _log(f"{name}: task")

        async def one(name):
            with answer.request(name):
                _log(f"{name}: begins")
                children.append(asyncio.create_task(child(name)))
                over.add_done_callback(lambda _: _log(f"{name}: callback"))
                arrived.append(name)
                if len(arrived) == len(ids):
                    everyone.set()
                await everyone.wait()
                _log(f"{name}: goes on")
            _log(f"{name}: after")

        await asyncio.gather(*[one(name) for name in ids])
        over.set_result(None)
        await asyncio.gather(*children)

    asyncio.run(main())
    return handler.lines()


def in_threads(answer, *, ids):
    """{ids!r} are requests that call asyncio.to_thread, all at the same time, and twice."""
    handler = _tagged(answer)
    barrier = threading.Barrier(len(ids))

    def log(name):
        barrier.wait()
        _log(f"{name}: thread")

    async def one(name):
        with answer.request(name):
            await asyncio.to_thread(log, name)
            await asyncio.to_thread(log, name)

    async def main():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(ids)))
        await asyncio.gather(*[one(name) for name in ids], asyncio.to_thread(_log, "outside"))

    asyncio.run(main())
    return handler.lines()


def given(answer, *, first, second):
    """Request {first!r} starts the only thread of a ContextPool; behind its job request {second!r} submits others, and both are over before these run."""
    handler, gate = _tagged(answer), threading.Event()

    def wait_and_log(text):
        gate.wait(GATE)
        _log(text)

    def log(*args, **more):
        _log(" ".join([*args, *(f"{name}={value}" for name, value in more.items())]))

    async def main():
        pool = answer.ContextPool(1)
        with answer.request(first):
            jobs = [pool.submit(wait_and_log, "starts the thread")]
        with answer.request(second):
            jobs.append(pool.submit(log, "submit", order=17))
            mapped = pool.map(log, ["map 1", "map 2"])
            later = asyncio.get_running_loop().run_in_executor(pool, log, "run_in_executor")
        jobs.append(pool.submit(log, "outside"))
        with answer.request(first):
            jobs.append(pool.submit(log, "again"))
        gate.set()
        for job in jobs:
            job.result()
        list(mapped)
        await later
        pool.shutdown()

    asyncio.run(main())
    return handler.lines()


def copies(answer, *, first, inner):
    """Request {first!r} submits jobs to a ContextPool of one thread; each sets a context variable and opens request({inner!r})."""
    handler, gate, seen = _tagged(answer), threading.Event(), {}

    def job(name):
        seen[name] = tenant.get()
        tenant.set(f"set by {name}")
        OWN.info(f"{name} begins")
        with answer.request(inner):
            OWN.info(f"{name} in a block")
        OWN.info(f"{name} ends")

    pool = answer.ContextPool(1)
    with answer.request(first):
        pool.submit(gate.wait, GATE)
        tenant.set("tea house")
        held = pool.submit(job, "job 1")
        tenant.set("rice house")  # too late for job 1
        gate.set()
        held.result()
        seen["the submitter"] = tenant.get()
        pool.submit(job, "job 2").result()
        list(pool.map(job, ["job 3", "job 4"]))
    Context().run(lambda: pool.submit(job, "job 5").result())  # from outside of all this
    pool.shutdown()
    return {"seen": seen, "lines": handler.lines()}


def at_once(answer, *, workers, request_id):
    """Request {request_id!r} submits to a ContextPool of {workers} workers as many jobs, which wait for each other."""
    handler, meeting = _tagged(answer), Meeting(workers)

    def job(number):
        with meeting.visit(number):
            OWN.info(f"job {number}")

    pool = answer.ContextPool(workers)
    with answer.request(request_id):
        jobs = [pool.submit(job, number) for number in range(workers)]
        errors = [each.exception() for each in jobs]
    pool.shutdown()
    return {
        "met": meeting.met,
        "highest": meeting.highest,
        "errors": [f"{type(each).__name__}: {each}"[:200] for each in errors if each],
        "lines": sorted(handler.lines()),
    }


def tagged(answer, *, request_id):
    """Records of all kinds, in request({request_id!r}) and outside of it, for two tagged handlers and one with a formatter."""
    root, alone, text = logging.getLogger(), Kept(), io.StringIO()
    made_before = logging.getLogger("made.before")
    handler = _tagged(answer)
    formatting = logging.StreamHandler(text)
    formatting.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
    for each, logger in (
        (alone, logging.getLogger("alone")),
        (formatting, logging.getLogger("text")),
    ):
        each.addFilter(lambda record: "secret" not in record.getMessage())
        answer.tag(each)
        logger.addHandler(each)
        logger.propagate = False
    made_after = logging.getLogger("made.after")
    with answer.request(request_id):
        root.info("root")
        made_before.warning("made before")
        made_after.info("made after")
        logging.getLogger("alone").error("propagate off")
        logging.getLogger("alone").error("a secret")
        logging.getLogger("text").info("formatted")
        made_after.log(5, "level 5")
        made_after.critical("critical")
        made_after.info("%s of %d", "args", 2)
        made_after.info("with extra", extra={"order": 17})
        try:
            _raise(Sold())
        except Sold:
            made_after.exception("with exc_info")
        logging.LoggerAdapter(made_after, {"order": 18}).info("adapter")
    made_after.info("outside")
    return {
        "rows": [_row(each) for each in [*handler.records, *alone.records]],
        "text": text.getvalue(),
    }


def _row(record):
    error = record.exc_info[0].__name__ if record.exc_info else None
    order = getattr(record, "order", None)
    return [record.getMessage(), _id(record), record.name, record.levelno, error, order]


def pooled(answer, *, request_id, prefix, word):
    """What a ThreadPoolExecutor does, done by a ContextPool in request({request_id!r}), with thread_name_prefix={prefix!r} and the argument {word!r}."""
    seen, gate, error, thing, begun = {}, threading.Event(), Sold(word), object(), []

    def echo(*args, **more):
        return args, more, threading.current_thread().name

    def fail():
        raise error

    with answer.request(request_id):
        with answer.ContextPool(
            2, thread_name_prefix=prefix, initializer=begun.append, initargs=(word,)
        ) as pool:
            try:
                args, more, name = pool.submit(echo, thing, word, **KEYWORDS).result()
            except TypeError as taken:  # by a parameter of the answer's
                args, more, name = (thing, word), f"TypeError: {taken}", prefix
            seen["is_executor"] = isinstance(pool, ThreadPoolExecutor)
            seen["args"] = len(args) == 2 and args[0] is thing and args[1] == word
            seen["more"] = more
            seen["prefix"] = name.startswith(prefix)
            seen["raised"] = pool.submit(fail).exception() is error
            seen["mapped"] = list(pool.map(lambda a, b: [a, b, word], "xyz", [3, 2, 1]))
            last = pool.submit(echo)
        seen["waited"] = last.done()
        seen["initialized"] = begun[:1] == [word]
        one = answer.ContextPool(max_workers=1)
        one.submit(gate.wait, GATE)
        pending = one.submit(echo)
        seen["cancelled"] = pending.cancel() and pending.cancelled()
        gate.set()
        one.shutdown()
        try:
            one.submit(echo)
        except RuntimeError:
            seen["shut_down"] = True
        else:
            seen["shut_down"] = False
    return seen
