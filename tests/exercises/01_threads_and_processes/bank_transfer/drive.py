"""Put a Bank to work and write down what happened.

No driver hopes that two transfers overlap. A transfer is stopped at each step that it takes in the answer, one after
the other, and meanwhile the others come as far as they can: to their end, to a stop of their own, or to a lock. So it
does not matter what an answer locks with, and a wrong one shows every time.

A transfer is a triple (source, target, amount) of two account numbers and cents, a scene a tuple of transfers.
"""

import linecache
import sys
from contextlib import suppress
from functools import partial
from itertools import pairwise
from threading import Event, get_ident
from time import monotonic

from pypatterns.concurrency import Account, InsufficientFunds
from pypatterns.course.checking.probes.locks import meeting_locks
from pypatterns.course.checking.probes.prepare import prepared
from pypatterns.course.checking.probes.races import hooked
from pypatterns.course.checking.probes.threads import Deadlocked, together
from pypatterns.course.checking.probes.watch import Watch

MOST_STEPS = 200
LONGEST = 2.0  # seconds of a call after which no further step is tried
BOUND = 2.0  # seconds; the others stand still long before
TURNS = 4  # looks that find everybody standing still
MEETING = 8  # looks for which a lock that meets holds its thread
AT = {
    "line": "before line",
    "return": "at the end of a call in line",
    "read": "after it had read a balance in line",
    "write": "before it wrote a balance in line",
}
# Sizes of an array of locks: two accounts whose numbers differ by one of these would share a lock.
STRIPES = (*range(2, 65), 100, 128, 256, 500, 512, 1000, 1024)


class Teller:
    """Makes transfers in a thread of its own. It may stop at its nth step of some kinds, until an event or until it is told."""

    def __init__(self, *transfers, steps=(), nth=0, until=None):
        self.transfers = transfers
        self.begin, self.ended = Event(), Event()
        self.rests = Event()  # it has stopped, or it has ended
        self.go_on = until or Event()
        self.waits_for_us = until is None
        self.where = ""  # it stopped
        self.in_time = False  # it rested before anybody was told to go on
        self.said = []  # how each transfer ended
        self._steps, self._left = steps, nth

    def run(self, bank, accounts):
        """Make all the transfers."""
        self.begin.wait()
        _at_work[get_ident()] = self
        try:
            for source, target, amount in self.transfers:
                self.said.append("is not over")
                self.said[-1] = self._transfer(bank, accounts[source], accounts[target], amount)
        finally:
            del _at_work[get_ident()]
            self.ended.set()
            self.rests.set()

    def _transfer(self, bank, *asked):
        if self._left:
            sys.settrace(self._trace)
        try:
            bank.transfer(*asked)
        except InsufficientFunds:
            return "raised InsufficientFunds"
        except Exception as error:
            if type(error).__name__ != "InsufficientFunds":
                raise
            return "raised an InsufficientFunds of its own"
        finally:
            sys.settrace(None)
        return "returned"

    def step(self, kind, frame):
        """Stop here if it is the step to stop at."""
        if kind not in self._steps or not self._left:
            return
        self._left -= 1
        if self._left == 0:
            self.where = _where(kind, frame)
            self.rests.set()
            self.go_on.wait()

    def _trace(self, frame, *_):
        """Follow the lines of the answer and the ends of what it calls: there it may just have taken a lock."""
        if _is_answers(frame):
            return self._in_answer
        return self._in_library if _is_answers(frame.f_back) and not _is_ours(frame) else None

    def _in_answer(self, frame, event, _):
        if event in ("line", "return"):
            self.step(event, frame)
        return self._in_answer

    def _in_library(self, frame, event, _):
        if event == "return":
            self.step(event, frame)
        return self._in_library


def _is_answers(frame):
    return frame is not None and frame.f_globals.get("__name__") == "answer"


def _is_ours(frame):
    """Whether it runs our accounts."""
    return frame.f_globals.get("__name__") == hooked.__module__


def _where(kind, frame):
    """A step in words, with the line of the answer."""
    while frame is not None and not _is_answers(frame):
        frame = frame.f_back
    if frame is None:  # a library's thread, which the answer gave a library's function
        return "at a balance"
    code = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    return f"{AT[kind]} {frame.f_lineno} ({code})"


_at_work = {}  # the teller of each thread
_latest = []  # the one that began last: if a thread of the answer's own touches a balance, it does so for this one


def _told_of(kind):
    def hook(_):
        teller = _at_work.get(get_ident()) or next(iter(_latest), None)
        if teller:
            teller.step(kind, sys._getframe(1))

    return hook


Watched = hooked(Account, "balance", after_read=_told_of("read"), before_write=_told_of("write"))


def _accounts(opening):
    return {number: Watched(number, balance) for number, balance in opening.items()}


def _play(answer, accounts, *tellers, conduct=None):
    """Let the tellers work; what they said, where they stopped, and the balances in the end."""
    bank = answer.Bank(list(accounts.values()))
    calls = [partial(teller.run, bank, accounts) for teller in tellers]
    for call in together(*calls, *[partial(conduct, tellers)] if conduct else []):
        if call.error is not None:
            raise call.error
    return {
        "balances": {number: account.balance for number, account in accounts.items()},
        "said": [teller.said for teller in tellers],
        "where": [teller.where for teller in tellers],
    }


def _overlap(tellers, turns=TURNS):
    """Each begins when all before it rest or can get no further; then they are told to go on, in the same order."""
    watch = Watch()
    for teller in tellers:
        _latest[:] = [teller]
        teller.begin.set()
        watch.hold(teller.rests, turns=turns, bound=BOUND)
    for teller in tellers:
        teller.in_time = teller.rests.is_set()
    for teller in tellers:
        if not teller.waits_for_us:
            continue
        teller.go_on.set()
        watch.hold(teller.ended, turns=turns, bound=BOUND)
        if not all(other.rests.is_set() for other in tellers):
            watch.settle(turns=turns, bound=BOUND)


_end = monotonic() + LONGEST  # of this call: the module is imported anew for each


def _turns():
    """Numbers from 1, as long as there is time."""
    for nth in range(1, MOST_STEPS):
        if monotonic() > _end:
            return
        yield nth


def _distinct(played):
    """Each outcome once, as it came about first."""
    found = {}
    for seen in played:
        found.setdefault(repr((seen["transfers"], seen["balances"], seen["said"])), seen)
    return list(found.values())


def in_turn(answer, opening, threads):
    """One thread after another makes some transfers, alone."""
    tellers = [Teller(*transfers) for transfers in threads]
    for one, other in pairwise(tellers):
        other.begin = one.ended
    tellers[0].begin.set()
    return _play(answer, _accounts(opening), *tellers)


def to_itself(answer, opening, threads):
    """One thread makes a transfer from an account to itself, and after it another thread makes transfers with this account."""
    return in_turn(answer, opening, threads)


def refused(answer, opening, threads):
    """One thread makes transfers of more than the source holds, and after it another thread makes transfers between the same accounts."""
    return in_turn(answer, opening, threads)


def overtaken(answer, opening, scenes, steps, last_steps=()):
    """Some transfers begin, each in its thread; each but the last stops on its way, while the next ones come as far as they can; then they go on; so for each step on the way."""
    played = (_overtaken(answer, opening, scene, steps, last_steps) for scene in scenes)
    return _distinct(seen for outcomes in played for seen in outcomes)


def _overtaken(answer, opening, scene, steps, last_steps):
    """All but the last stop at their first step, then at their second, and so on; the last stops at its first of `last_steps`."""
    *before, last = scene
    for nth in _turns():
        tellers = [Teller(transfer, steps=steps, nth=nth) for transfer in before]
        final = Teller(last, steps=last_steps, nth=1)
        seen = _play(answer, _accounts(opening), *tellers, final, conduct=_overlap)
        yield {"transfers": scene} | seen
        if not tellers[0].where:
            return


def queued(answer, opening, transfer):
    """Three threads make the same transfer, and each stops before it writes: the first while the others come to wait, the others once the first is over."""
    tellers = [Teller(transfer, steps=["write"], nth=1) for _ in range(3)]
    return {"transfers": (transfer,) * 3} | _play(
        answer, _accounts(opening), *tellers, conduct=_overlap
    )


@prepared(meeting_locks)
def at_once(answer, opening, scenes):
    """Two opposite transfers begin at the same time, and neither takes a second lock before the other has its first; then the same with a ring of three."""
    return [{"transfers": scene} | _at_once(answer, opening, scene) for scene in scenes]


def _at_once(answer, opening, scene):
    tellers = [Teller(transfer) for transfer in scene]
    for teller in tellers:
        teller.begin.set()
    return _play(answer, _accounts(opening), *tellers)


@prepared(meeting_locks)
def reordered(answer, opening, scene):
    """A transfer stops after a look at a balance; a second one changes which account is the poorer one; a third, opposite to the first, stops on its way; then both go on; so for each look and each step."""
    return _distinct({"transfers": scene} | seen for seen in _reordered(answer, opening, scene))


def _reordered(answer, opening, scene):
    first, between, opposite = scene
    for nth in _turns():
        for mth in _turns():
            tellers = [
                Teller(first, steps=["read"], nth=nth),
                Teller(between),
                Teller(opposite, steps=["return"], nth=mth),
            ]
            # a lock that meets holds its thread for a moment, which must not pass for the end of its way
            conduct = partial(_overlap, turns=3 * MEETING)
            yield _play(answer, _accounts(opening), *tellers, conduct=conduct)
            if not tellers[0].where:
                return
            # a later step of the last one shows more only if nobody had to wait so far
            if not (tellers[-1].where and all(teller.in_time for teller in tellers)):
                break


def beside_a_write(answer, number, nth):
    """Account {number} gives to the next one, and the thread stays in front of its write number {nth} until another thread has made transfers between other accounts."""
    accounts = _sharing_stripes(number)
    others = [other for other in accounts if other not in (number, number + 1)]
    passing = Teller(*[(*pair, 1) for pair in zip(others[::2], others[1::2], strict=True)])
    writing = Teller((number, number + 1, 1), steps=["write"], nth=nth, until=passing.ended)
    with suppress(Deadlocked):
        _play(answer, accounts, writing, passing, conduct=_overlap)
    made = passing.said.count("returned")
    waits = None if passing.ended.is_set() else passing.transfers[made]
    return {"made": made, "waits": waits, "where": writing.where}


def _sharing_stripes(number):
    """This account and the next, and others that share a lock with it if locks are taken from an array, by number or by hash."""
    first, second, *pool = [Watched(number + place, 100) for place in range(2000)]
    accounts = {number: first, number + 1: second}
    for size in STRIPES:
        alike = (other for other in pool if (hash(other) - hash(first)) % size == 0)
        chosen = next(alike, pool[-1])
        pool.remove(chosen)
        chosen.number = number + size
        accounts[chosen.number] = chosen
    return accounts


def beside_a_queue(answer, numbers):
    """Of five accounts the first gives to the second, and also begins to give to the third; the first write goes on when the fourth has given to the fifth."""
    a, b, c, d, e = numbers
    third = Teller((d, e, 1))
    first = Teller((a, b, 1), steps=["write"], nth=1, until=third.ended)
    return _comes_through(answer, numbers, first, Teller((a, c, 1)), third)


def behind_a_queue(answer, numbers):
    """Of five accounts the first gives to the second and the third to the fourth; then the first begins to give to the third, and the second to the fifth; the first write goes on, and the other one when the second has given to the fifth."""
    a, b, c, d, e = numbers
    last = Teller((b, e, 1))
    first = Teller((a, b, 1), steps=["write"], nth=1)
    other = Teller((c, d, 1), steps=["write"], nth=1, until=last.ended)
    return _comes_through(answer, numbers, first, other, Teller((a, c, 1)), last)


def _comes_through(answer, numbers, *tellers):
    """Whether the last one does."""
    with suppress(Deadlocked):
        _play(answer, _accounts(dict.fromkeys(numbers, 100)), *tellers, conduct=_overlap)
    return tellers[-1].ended.is_set()
