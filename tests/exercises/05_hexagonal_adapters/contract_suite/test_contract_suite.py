"""The behaviours of a contract suite, each proven by one check."""

from functools import cache

TRANSACTIONS = {
    "keeps": "keeps the work of a unit that an error has ended",
    "commits on exit": "commits on exit",
    "never commits": "commits nothing at all",
    "dirty": "shows uncommitted work to other units",
}
RULES = {
    "duplicates": "ignores duplicate slugs",
    "duplicates untranslated": "answers a duplicate slug with the database's own IntegrityError",
    "duplicates not found": "answers a duplicate slug with MarketNotFound",
    "missing": "accepts the update of a missing market",
    "missing untranslated": "answers the update of a missing market with a KeyError",
    "missing taken": "answers the update of a missing market with SlugTaken",
    "status": "loses the status when it commits",
    "status not updated": "keeps the old status when a market is updated",
}
PAGES = {
    "unsorted": "lists pages in the order of adding",
    "limit": "lists one market more than the limit",
    "offset": "ignores the offset",
}
LEFT_OPEN = (
    "The contract leaves open whether add and update raise, or the commit: put them into one `raises`, and "
    "nothing else"
)
GOES_ON = ("PendingRollbackError", "it can only be left")
SHOWN = 3


def test_every_test_runs(answer):
    """There are tests, and each of them runs on each store: none is skipped or expected to fail, and new_store is the given one."""
    for seen in _on_both(answer):
        _refuse(seen)
        for name, test in seen["tests"].items():
            assert test["outcome"] in ("passed", "failed"), (
                f"{name} was {test['outcome']} on the store of {seen['store']}{_quoted(test)}; expected that it runs. A "
                "contract binds every adapter: what is not tested on one of them is what will differ there"
            )


def test_right_stores_pass(answer):
    """All tests pass on the right store in memory and on the right one in SQLite."""
    for seen in _on_both(answer):
        _accept(seen)
        assert not seen["failed"], (
            f"the store of {seen['store']} keeps the contract, but {_failures(seen)}. "
            + _why(seen, "Either the test is wrong, or it wants what the contract does not promise")
        )


def test_errors_come_at_once_or_at_the_commit(answer):
    """They also pass on right stores that report every error at once, and on right stores that report it at the commit."""
    for seen in answer.run("on_right_stores", stores=["at once", "at the commit"]):
        _accept(seen)
        assert not seen["failed"], (
            f"on a store that keeps the contract and reports every error {seen['store']}, {_failures(seen)}. "
            + _why(seen, LEFT_OPEN)
        )


def test_broken_transactions_are_noticed(answer):
    """At least one test fails on a store that keeps what an error has ended, commits on exit, commits nothing, or shows uncommitted work to others."""
    _killed(answer, TRANSACTIONS)


def test_broken_rules_are_noticed(answer):
    """At least one test fails on a store that ignores a duplicate slug or a missing market, reports them by another error, or loses the status that a market was added or updated with."""
    _killed(answer, RULES)


def test_broken_pages_are_noticed(answer):
    """At least one test fails on a store whose pages are unsorted, exceed the limit, or ignore the offset."""
    _killed(answer, PAGES)


@cache  # two checks look at one run
def _on_both(answer):
    return answer.run("on_right_stores", stores=["memory", "SQLite"])


def _killed(answer, broken):
    """At least one test that passes on a right store fails on each of the broken ones."""
    seen = answer.run("on_broken_stores", broken=list(broken))
    _accept(seen)
    survivors = [words for name, words in broken.items() if name in seen["survivors"]]
    tests = "1 test" if seen["passed"] == 1 else f"{seen['passed']} tests"
    assert not survivors, (
        f"the suite killed {len(broken) - len(survivors)} of {len(broken)}; survivor{'s' * (len(survivors) > 1)}: a store "
        f"that {'; a store that '.join(survivors)}. {tests} passed on a right store, and not one of them failed there"
    )


def _accept(seen):
    """The suite has run on the given store, and not on one of its own."""
    _refuse(seen)
    assert seen["passed"] or seen["failed"], (
        "no test ran to its end: all are skipped. A suite that runs nothing accepts every store"
    )
    assert seen["asked"], (
        f"{len(seen['tests'])} tests ran, and none called new_store(); expected that they ask it for their stores. Tests of "
        "a store of their own say nothing about any other"
    )


def _refuse(seen):
    """There is a suite, with the fixture that it was given."""
    assert not seen["broken"], f"pytest cannot collect the tests: {seen['broken']}"
    assert not seen["overridden"], (
        "the answer defines new_store itself, and its tests get that one; expected the given fixture: the checks hand "
        "over another kind of store with every run"
    )
    assert seen["tests"], (
        "pytest found no test; expected functions test_…, or classes Test… with such methods. A suite of no tests accepts "
        "every store"
    )


def _failures(seen):
    shown = [f"{name} failed{_quoted(seen['tests'][name])}" for name in seen["failed"][:SHOWN]]
    more = len(seen["failed"]) - SHOWN
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _why(seen, otherwise):
    """What the failures come from: a unit that goes on after an error, or something else."""
    texts = " ".join(seen["tests"][name]["text"] for name in seen["failed"][:SHOWN])
    if any(phrase in texts for phrase in GOES_ON):
        return (
            "After an error, a unit can only be left: let what raises be the last thing in its unit"
        )
    return otherwise


def _quoted(test):
    where = f" (line {test['line']}, {test['code']})" if test["line"] else ""
    said = " ".join(test["text"].split())
    return f"{where}: {said}" if said else where
