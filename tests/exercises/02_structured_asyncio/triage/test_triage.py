"""The behaviours of triage, each proven by one check. drive.py says how an error's shape is written as data."""

from itertools import count

RETRYABLE = ("Retryable", "Throttled", "ShopTimeout")
DOMAIN = ("DomainError", "OutOfStock", "NotToMinors")
UNKNOWN = (
    "KeyError",
    "ValueError",
    "TimeoutError",
    "ConnectionError",
    "ZeroDivisionError",
    "Outage",
)
BASE = ("KeyboardInterrupt", "CancelledError")
PLACES = ("cart", "shop", "payment", "stock", "delivery", "refund", "quote")
KIN = {
    "Throttled": "Throttled is a Retryable",
    "ShopTimeout": "ShopTimeout is a Retryable",
    "OutOfStock": "OutOfStock is a DomainError",
    "NotToMinors": "NotToMinors is an OutOfStock, and that a DomainError",
}
EQUAL = ("Throttled", "OutOfStock", "NotToMinors")  # two of one of these are equal
NOTES = ("seen by the gateway", "order 4711", "after two tries", "in the night run")


def test_two_flat_lists(answer, rng):
    """A group, nested to any depth, gives two flat lists of the very objects in it, from left to right."""
    flat = [rng.choice(RETRYABLE), rng.choice(DOMAIN), rng.choice(RETRYABLE)]
    shapes = [
        _numbered(_group(rng, _shuffled(rng, flat))),
        _of_one_kind(rng, RETRYABLE),
        _of_one_kind(rng, DOMAIN),
        _of_known(rng),
        _numbered(_group(rng, ["Throttled", "OutOfStock", "Throttled", "OutOfStock"])),
    ]
    for shape, seen in zip(shapes, _triaged(answer, shapes), strict=True):
        _assert_lists(shape, seen)


def test_a_bare_error_counts_as_a_group_of_one(answer):
    """A bare Retryable or DomainError counts as a group of one."""
    shapes = [f"{kind}-1" for kind in (*RETRYABLE, *DOMAIN)]
    for shape, seen in zip(shapes, _triaged(answer, shapes), strict=True):
        _assert_lists(shape, seen)


def test_the_rest_comes_out(answer, rng):
    """If anything else is in the group, triage raises what split would leave of it: same leaves, nesting, messages and notes."""
    shapes = [
        _mixed(rng, rng.sample(UNKNOWN, 5)),
        _mixed(rng, [BASE[0], *rng.sample(UNKNOWN, 3), BASE[1]]),
        _with_one_unknown(rng),
        _of_one_kind(rng, UNKNOWN),
    ]
    for shape, seen in zip(shapes, _triaged(answer, shapes), strict=True):
        _assert_rest(shape, seen)


def test_its_leaves_keep_notes_and_traceback(answer, rng):
    """The leaves of what is raised keep their notes and the traceback of their origin."""
    for shape in (_mixed(rng, rng.sample(UNKNOWN, 5)), "KeyError-1"):
        found = answer.run("looked_through", shape=shape, told=_text(shape))

        assert found, (
            f"triage({_text(shape)}) raised none of the errors that nobody has foreseen; expected them to come out, with their "
            "notes and tracebacks"
        )
        for leaf in found:
            what = f"triage({_text(shape)}) raised, and {leaf['name']} in what it raised"
            assert leaf["notes"], (
                f"{what} has not its two notes any longer. Somebody wrote down there which order it was about"
            )
            assert leaf["traceback"], (
                f"{what} has lost its traceback. It is a bug that nobody has foreseen, and the line where it arose is all "
                "there is to find it by: raise the object that you got, as it is"
            )


def test_a_bare_unknown_error_comes_out(answer, rng):
    """A bare error of any other kind comes out, the same object."""
    kinds = [kind for kind in UNKNOWN if kind != "TimeoutError"]
    shapes = [f"{kind}-1" for kind in (*rng.sample(kinds, 2), "TimeoutError", "KeyboardInterrupt")]
    for shape, seen in zip(shapes, _triaged(answer, shapes), strict=True):
        places = {"Retryable": [[shape], []], "DomainError": [[], [shape]]}
        filed = next((kind for kind, lists in places.items() if lists == seen["lists"]), "")
        instead = f"put it among the {filed}s" if filed else _ended(seen)
        assert seen["leaves"] == [shape], (
            f"triage({shape}), an error that is neither Retryable nor DomainError; expected that very object to come out, "
            f"but triage {instead}"
        )


def test_a_cancellation_always_comes_out(answer, rng):
    """A CancelledError always comes out, whether it is bare or in a BaseExceptionGroup."""
    cancelled = "CancelledError-1"
    shapes = [
        cancelled,
        _group(rng, [cancelled]),
        _group(rng, ["Throttled-2", cancelled, "OutOfStock-3"]),
        _group(rng, ["OutOfStock-2", _group(rng, ["ValueError-3", _group(rng, [cancelled])])]),
    ]
    for shape, seen in zip(shapes, _triaged(answer, shapes), strict=True):
        assert cancelled in seen["leaves"], (
            f"triage({_text(shape)}); expected that {cancelled}, the very object, is among what comes out, but triage "
            f"{_ended(seen)}. Whoever cancelled this task waits until the cancellation has come out at the top"
        )


def _triaged(answer, shapes):
    return answer.run("triaged", shapes=shapes, told=" and ".join(map(_text, shapes)))


def _of_known(rng):
    """Groups in groups, and after them two leaves: in a walk level by level, these come first."""
    deep = _group(rng, [rng.choice(RETRYABLE), rng.choice(DOMAIN)])
    for _ in range(rng.randrange(10, 18)):
        deep = _group(rng, [deep])
    inner = [rng.choice(DOMAIN), _group(rng, _shuffled(rng, ["Retryable", "DomainError"]))]
    first = [deep, _group(rng, _shuffled(rng, inner)), rng.choice(RETRYABLE)]
    last = [rng.choice(RETRYABLE), rng.choice(DOMAIN)]
    return _numbered(_group(rng, [*_shuffled(rng, first), *_shuffled(rng, last)]))


def _of_one_kind(rng, kinds):
    one, two, three = rng.sample(kinds, 3)
    return _numbered(_group(rng, [one, _group(rng, [two, _group(rng, [three])])]))


def _mixed(rng, unknown):
    """Known and unknown in one group, each alone in one, and both at the top."""
    one, two, three, four, five = unknown
    inner = _group(rng, _shuffled(rng, [rng.choice(DOMAIN), two, three]))
    members = [
        _group(rng, [rng.choice(RETRYABLE), rng.choice(DOMAIN)]),
        _group(rng, _shuffled(rng, [one, rng.choice(RETRYABLE), inner])),
        _group(rng, [four]),
        five,
        rng.choice(RETRYABLE),
        rng.choice(DOMAIN),
    ]
    return _numbered(_group(rng, _shuffled(rng, members)))


def _with_one_unknown(rng):
    inner = _group(rng, _shuffled(rng, [rng.choice(RETRYABLE), rng.choice(UNKNOWN)]))
    middle = _group(rng, _shuffled(rng, [rng.choice(DOMAIN), inner]))
    return _numbered(_group(rng, _shuffled(rng, [rng.choice(RETRYABLE), middle])))


def _group(rng, members):
    message = f"{rng.choice(PLACES)}-{rng.randrange(100, 1000)}"
    return [message, rng.sample(NOTES, rng.randrange(1, 3)), members]


def _shuffled(rng, members):
    return rng.sample(members, len(members))


def _numbered(shape, numbers=None):
    """Give each leaf a number, from left to right, so that no two have the same name."""
    numbers = numbers or count(1)
    if isinstance(shape, str):
        return f"{shape}-{next(numbers)}"
    message, notes, members = shape
    return [message, notes, [_numbered(member, numbers) for member in members]]


def _assert_lists(shape, seen):
    names = _leaves(shape)
    expected = [[name for name in names if _kind(name) in kinds] for kinds in (RETRYABLE, DOMAIN)]
    what = f"triage({_text(shape)}){_kin(shape)}; expected {_lists(expected)}"
    assert seen["raised"] is None, f"{what}, but triage {_ended(seen)}{_nothing_else(shape)}"
    got = seen["lists"]
    assert got is not None, (
        f"{what}, but it returned {seen['returned']}, which is no tuple of two lists"
    )
    assert got == expected, f"{what}, but got {_lists(got)}. {_unlike(got, expected)}"


def _lists(lists):
    return f"([{', '.join(lists[0])}], [{', '.join(lists[1])}])"


def _nothing_else(shape):
    if isinstance(shape, str):
        return ""
    is_flat = all(isinstance(member, str) for member in shape[2])
    below = "" if is_flat else ", nor in its groups"
    return f". There is nothing else in this group{below}, so nothing is left to raise"


def _unlike(got, expected):
    """Why these are not the lists."""
    if got == [errors[::-1] for errors in expected]:
        return "The right errors, from right to left: tasks are started from left to right, and so they are read"
    if [sorted(errors) for errors in got] == [sorted(errors) for errors in expected]:
        return "The right errors, in another order: left to right is the order in which the tasks were started"
    why = "A caller finds each error once, and finds the object itself: its attributes say which order it was"
    equal = [one for one in _missing(got, expected) if _kind(one) in EQUAL]
    return (
        f"{why}. Two {_kind(equal[0])} are equal, and two all the same: `is` tells them apart"
        if equal
        else why
    )


def _missing(got, expected):
    found = [name for errors in got for name in errors]
    return [name for errors in expected for name in errors if name not in found]


def _assert_rest(shape, seen):
    expected, got = _rest(shape), seen["raised"]
    what = f"triage({_text(shape)}){_kin(shape)}; expected it to raise {_text(expected)}"
    assert got is not None, (
        f"{what}, but triage {_ended(seen)}. An error that nobody has foreseen must not be lost: everything else can "
        "wait until it is mended"
    )
    wanted, found = _leaves(expected), seen["leaves"]
    assert sorted(found) == sorted(wanted), (
        f"{what}, but it raised {_text(got)}. {_wrong_leaves(wanted, found)}"
    )
    assert _nesting(got) == _nesting(expected), (
        f"{what}, but it raised {_text(got)}: the right leaves, {_in_which_way(got)}. The groups say which task failed "
        "inside of which: leave out only those that would be empty"
    )
    assert _messages(got) == _messages(expected), (
        f"{what}, but it raised {_text(got)}: the groups have other messages. They were "
        "written where the tasks were started, and say what those were for"
    )
    for message, there, kept in zip(
        _messages(expected), _notes(expected), _notes(got), strict=True
    ):
        assert kept == there, (
            f"{what}, which it did, but the group {message!r} {_unlike_notes(kept, there)}"
        )


def _unlike_notes(kept, there):
    if kept[: len(there)] == there:
        more = len(kept) - len(there)
        return (
            f"has {more} note{'s' if more > 1 else ''} more than split would leave: {kept[len(there) :]}. Whoever reads the "
            "notes takes them for those of the tasks"
        )
    return (
        f"has the notes {kept}; expected {there}. derive() makes a group with the same message and nothing else: split() "
        "and subgroup() take notes and traceback along"
    )


def _wrong_leaves(wanted, found):
    """In words what is missing and what is too much."""
    missing = [name for name in wanted if name not in found]
    known = [name for name in found if _kind(name) in RETRYABLE + DOMAIN]
    is_base = any(_kind(name) in BASE for name in wanted)
    of = " of a BaseExceptionGroup either" if is_base else ""
    said = [f"Missing: {', '.join(missing)}."] if missing else []
    return " ".join(
        [*said, f"Known, and not to come out{of}: {', '.join(known)}."] if known else said
    )


def _in_which_way(got):
    is_flat = not isinstance(got, str) and all(isinstance(member, str) for member in got[2])
    return "all in one group" if is_flat else "nested in another way"


def _rest(shape):
    """What is left without Retryable and DomainError: None, if nothing is."""
    if isinstance(shape, str):
        return None if _kind(shape) in RETRYABLE + DOMAIN else shape
    message, notes, members = shape
    left = [rest for member in members if (rest := _rest(member)) is not None]
    return [message, notes, left] if left else None


def _kind(name):
    return name.partition("-")[0]


def _kin(shape):
    """What the subclasses in it are: a reader of the prompt has not met them."""
    there = {_kind(name) for name in _leaves(shape)}
    said = [what for kind, what in KIN.items() if kind in there]
    return f" ({'; '.join(said)})" if said else ""


def _leaves(shape):
    if isinstance(shape, str):
        return [shape]
    return [leaf for member in shape[2] for leaf in _leaves(member)]


def _nesting(shape):
    return shape if isinstance(shape, str) else [_nesting(member) for member in shape[2]]


def _messages(shape):
    """The messages of all groups, outermost first."""
    if isinstance(shape, str):
        return []
    return [shape[0], *(message for member in shape[2] for message in _messages(member))]


def _notes(shape):
    """The notes of all groups, in the same order."""
    if isinstance(shape, str):
        return []
    return [shape[1], *(notes for member in shape[2] for notes in _notes(member))]


def _text(shape):
    """A shape in short: "cart-4(KeyError-1, shop-7(ValueError-2))"."""
    if isinstance(shape, str):
        return shape
    levels, inner = 0, shape
    while len(inner[2]) == 1 and not isinstance(inner[2][0], str):
        levels, inner = levels + 1, inner[2][0]
    if levels > 3:
        return f"{shape[0]}({levels} groups in each other: {_text(inner)})"
    return f"{shape[0]}({', '.join(map(_text, shape[2]))})"


def _ended(seen):
    if seen["raised"] is not None:
        return f"raised {_text(seen['raised'])}"
    return f"returned {seen['returned']}"
