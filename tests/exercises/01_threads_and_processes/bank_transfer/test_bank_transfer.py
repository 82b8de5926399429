"""The behaviours of Bank.transfer, each proven by one check. A transfer is (source, target, amount), by account numbers."""

from pypatterns.course.checking.judge.failures import CallFailed
from pypatterns.course.checking.report.model import Verdict

WAY = ("line", "return")  # steps on the way to the accounts
STEPS = (*WAY, "read", "write")

ONE_STEP = "Between a look at a balance and the write that follows from it, nobody else may change it: hold a lock over both"
ONE_ORDER = "Each has what another wants. The order in which two accounts are taken must be the same for everybody"
BOTH_WAYS = f"{ONE_STEP}. The account in the middle gets and gives: one lock must guard both"


def test_concurrent_transfers_add_up(answer, rng):
    """After concurrent transfers have ended, the sum of all balances is unchanged and each balance is what the transfers imply."""
    a, b, c = _numbers(rng, 3)
    opening = {number: rng.randrange(600, 900) for number in (a, b, c)}
    ways = [(a, b), (b, a), (a, c), (c, a), (b, c), (c, b)]
    transfers = [(*way, rng.randrange(1, 100)) for way in ways]
    seen = answer.run("in_turn", opening=opening, threads=[transfers])
    expected = _after(opening, transfers)

    assert seen["balances"] == expected, (
        f"with the balances {opening}, one thread transferred {_list(transfers)}; expected {expected} in the end, got "
        f"{seen['balances']}. The source gives and the target gets, whichever has the lower number"
    )

    # all meet at b, which has neither the lowest number nor the highest
    why_of = {
        ((a, b, 30), (a, b, 20)): ONE_STEP,
        (
            (b, a, 30),
            (b, c, 20),
        ): f"{ONE_STEP}. These are different pairs with one account in common: what needs a lock is an account",
        (
            (a, b, 30),
            (c, b, 20),
        ): f"{ONE_STEP}. Both give to one account: the account that gets needs a lock, too",
        ((a, b, 30), (b, c, 20)): BOTH_WAYS,
        ((c, b, 30), (b, a, 20)): BOTH_WAYS,
    }
    scenes = list(why_of)
    for seen in answer.run("overtaken", opening=opening, scenes=scenes, steps=["write"]):
        _assert_adds_up(opening, seen, why_of[seen["transfers"]])

    why = f"Both were about to write at the same time, each with a lock for {b}: there must be one, made once"
    both = {"steps": WAY, "last_steps": ["write"]}
    for seen in answer.run("overtaken", opening=opening, scenes=scenes[1:2], **both):
        _assert_adds_up(opening, seen, why)

    why = "Whoever has waited must look again: another may have been faster"
    seen = answer.run("queued", opening=opening, transfer=(a, b, 30))
    _assert_adds_up(opening, seen, why)


def test_opposite_transfers_and_rings_end(answer, rng):
    """Opposite transfers, and transfers in a ring, all end, also where balances are equal."""
    first = rng.randrange(10, 100)
    # whoever orders by a rest of the number finds no difference between these
    c, a, b = (first + step for step in (0, 8_064_000, 16_128_000))
    unequal, equal = {a: 300, b: 500, c: 900}, dict.fromkeys((a, b, c), 500)
    opposite, ring = ((a, b, 30), (b, a, 20)), ((a, b, 30), (b, c, 20), (c, a, 10))
    for why, opening in (
        (f"{ONE_ORDER}: it must not depend on who gives and who gets", unequal),
        (
            f"{ONE_ORDER}: with unequal balances these transfers ended, with equal ones they do not",
            equal,
        ),
    ):
        _assert_all_end(answer, why, "at_once", opening=opening, scenes=[opposite, ring])

    why = (
        f"{ONE_ORDER}, whatever it is that others have to wait for: a mark in a set is a lock, too"
    )
    for opening, scene in ((unequal, opposite), (equal, ring)):
        _assert_all_end(answer, why, "overtaken", opening=opening, scenes=[scene], steps=WAY)

    why = f"{ONE_ORDER}: here it changed between a look at the balances and the first lock"
    scene = ((a, b, 30), (c, a, 400), (b, a, 20))
    _assert_all_end(answer, why, "reordered", opening=unequal, scene=scene)


def test_transfer_to_itself_leaves_the_balance(answer, rng):
    """A transfer from an account to itself returns and leaves the balance as it is."""
    a, b, c = _numbers(rng, 3)
    opening = {number: rng.randrange(300, 900) for number in (a, b, c)}
    itself, others = (b, b, rng.randrange(1, 300)), [(a, b, 20), (b, c, 10)]
    seen = answer.run("to_itself", opening=opening, threads=[[itself], others])
    expected = _after(opening, others)

    assert seen["said"] == [["returned"], ["returned", "returned"]], (
        f"with the balances {opening}, one thread transferred {_words(itself)}, and then another {_list(others)}; expected "
        f"all three to return, but the first {seen['said'][0][0]}, the others {' and '.join(seen['said'][1])}"
    )
    assert seen["balances"] == expected, (
        f"with the balances {opening}, one thread transferred {_words(itself)}, and then another {_list(others)}; expected "
        f"{expected} in the end, got {seen['balances']}. What an account gives to itself it still has"
    )

    shared = ((b, a, 30), (b, c, 20))
    scenes = [shared, ((b, b, 30), (b, c, 20)), ((b, c, 20), (b, b, 30))]
    outcomes = answer.run("overtaken", opening=opening, scenes=scenes, steps=["write"])
    usual = [seen for seen in outcomes if seen["transfers"] == shared]
    if all(seen["balances"] == _after(opening, shared) for seen in usual):
        for seen in outcomes:  # else it is not the transfer to itself that makes the difference
            _assert_adds_up(opening, seen, f"{ONE_STEP}, also if an account gives to itself")


def test_disjoint_transfers_write_at_the_same_time(answer, rng):
    """Transfers that have no account in common write at the same time, unless a transfer that waits wants one of their accounts."""
    for nth in (1, 2):
        number = rng.randrange(10, 100)
        seen = answer.run("beside_a_write", number=number, nth=nth)

        assert seen["where"], (
            f"a transfer of 1 from {number} to {number + 1} came to its end without having written {('a balance', 'two balances')[nth - 1]}; "
            "expected it to change both"
        )
        others = (
            f"{seen['made']} other transfers were made"
            if seen["made"]
            else "no other transfer could be made"
        )
        assert seen["waits"] is None, (
            f"a transfer of 1 from {number} to {number + 1} stopped {seen['where']}. Meanwhile {others}; then {_words(seen['waits'])} "
            "began. Expected it to be made, as it has no account in common with the first, but it waits until the first is "
            "over. What is locked while a balance is written must belong to one account alone"
        )

    a, b, c, d, e = _numbers(rng, 5)
    assert answer.run("beside_a_queue", numbers=[a, b, c, d, e]), (
        f"while 1 from {a} to {b} was being written, 1 from {a} to {c} began and had to wait for {a}; then 1 from {d} to {e} "
        "began. Expected it to be made, as it has no account in common with either, but it waits. Who waits must keep nobody "
        "else waiting: not with a lock in hand that all others need, and not in one queue for all"
    )
    assert answer.run("behind_a_queue", numbers=[a, b, c, d, e]), (
        f"while 1 from {a} to {b} and 1 from {c} to {d} were being written, 1 from {a} to {c} began and had to wait, and then 1 from "
        f"{b} to {e} did; then the first ended. Expected 1 from {b} to {e} to be made now, as both of its accounts are free, but "
        f"it still waits. Only 1 from {a} to {c} was woken, which still has to wait for {c}: whoever can begin must learn it"
    )


def test_refused_transfer_changes_nothing(answer, rng):
    """If the source holds less than the amount, InsufficientFunds is raised, both balances stay, and both accounts stay usable."""
    a, b, c = _numbers(rng, 3)
    opening = {number: rng.randrange(100, 300) for number in (a, b, c)}
    too_much = [
        (a, b, opening[a] + rng.randrange(1, 50)),
        (b, a, opening[b] + rng.randrange(1, 50)),
    ]
    others = [(a, c, 1), (c, b, 2), (b, a, 3), (c, a, 4), (b, c, 5), (a, b, 6)]
    everything = (a, b, _after(opening, others)[a])
    seen = answer.run("refused", opening=opening, threads=[too_much, [*others, everything]])
    said, (*_, last) = seen["said"]

    for transfer, ended in zip(too_much, said, strict=True):
        assert ended == "raised InsufficientFunds", (
            f"{transfer[0]} held {opening[transfer[0]]} and was to give {_words(transfer)}; expected transfer to raise the InsufficientFunds "
            f"of pypatterns.concurrency, but it {ended}"
        )
    expected = _after(opening, [*others, everything] if last == "returned" else others)
    assert seen["balances"] == expected, (
        f"with the balances {opening}, {_list(too_much)} were refused, and then {_list(others)} were made; expected {expected} in the "
        f"end, got {seen['balances']}. A refused transfer leaves both balances as they were"
    )
    assert last == "returned", (
        f"{a} held {everything[2]} and was to give {_words(everything)}, which is all of it; expected transfer to return, but it {last}. "
        "Only a balance below the amount is too little"
    )


def test_concurrent_withdrawals_never_overdraw(answer, rng):
    """Concurrent withdrawals never take more than an account holds."""
    a, b, c = _numbers(rng, 3)
    holds = rng.randrange(100, 300)
    amount = rng.randrange(holds // 2 + 1, holds)
    opening, scene = {a: holds, b: 0, c: 0}, ((a, b, amount), (a, c, amount))
    either = [_after(opening, [transfer]) for transfer in scene]

    for seen in answer.run("overtaken", opening=opening, scenes=[scene], steps=STEPS):
        said = [ended for (ended,) in seen["said"]]
        begun = f"{a} held {holds}; {_told(seen)}; "
        assert seen["balances"] in either or "raised InsufficientFunds" in said, (
            f"{begun}there was enough for one of them, but both returned, and {a} held {seen['balances'][a]} in the end. What "
            "was seen of the funds must still be true when the balance is written: hold the lock over both"
        )
        assert sorted(said) == ["raised InsufficientFunds", "returned"], (
            f"{begun}expected one to return and the other to raise the InsufficientFunds of pypatterns.concurrency, but the first "
            f"{said[0]}, the second {said[1]}"
        )
        expected = either[said.index("returned")]
        assert seen["balances"] == expected, (
            f"{begun}one returned and the other raised InsufficientFunds; expected {expected} in the end, got {seen['balances']}. "
            "A refused transfer changes nothing"
        )


def _assert_all_end(answer, why, driver, **asked):
    """Transfers that want each other's accounts end, and none raises."""
    try:
        outcomes = answer.run(driver, **asked)
    except CallFailed as failed:
        if failed.verdict in (Verdict.DEADLOCK, Verdict.TIMEOUT):
            failed.message = f"{failed.message} {why}."
        raise
    for seen in outcomes:
        _assert_returned(seen)
        assert seen["balances"] != asked["opening"], (
            f"with the balances {asked['opening']}, {_told(seen)}, and no balance has changed; expected the money to move. "
            "Only who does something can be in another's way"
        )


def _assert_adds_up(opening, seen, why):
    """The transfers of a scene were made, and nothing else."""
    _assert_returned(seen)
    transfers, balances = seen["transfers"], seen["balances"]
    expected = _after(opening, transfers)
    without = [_after(opening, transfers[:n] + transfers[n + 1 :]) for n in range(len(transfers))]
    if len(set(transfers)) > 1 and balances in without:
        why = f"It is as if {_words(transfers[without.index(balances)])} had not been made, though transfer returned"
    assert balances == expected, (
        f"with the balances {opening}, {_told(seen)}; expected {expected} in the end, got {balances}. {why}"
    )


def _assert_returned(seen):
    others = [ended for (ended,) in seen["said"] if ended != "returned"]
    assert not others, (
        f"{_told(seen)}; expected all to return, as there was money enough, but one {others[0]}"
    )


def _told(seen):
    """Which transfers were made, and where they were stopped."""
    stops = [f" and stopped {where}" if where else "" for where in seen["where"]]
    begun = zip(seen["transfers"], stops, strict=True)
    return ", then ".join(f"{_words(transfer)} began{stop}" for transfer, stop in begun)


def _words(transfer):
    """A transfer in words: "30 from 11 to 12"."""
    source, target, amount = transfer
    return f"{amount} from {source} to {target}"


def _list(transfers):
    return ", ".join(map(_words, transfers))


def _numbers(rng, count):
    """So many account numbers, the lowest first."""
    return sorted(rng.sample(range(10, 100), count))


def _after(opening, transfers):
    """The balances that transfers leave, in whatever order they were made."""
    left = dict(opening)
    for source, target, amount in transfers:
        left[source] -= amount
        left[target] += amount
    return left
