"""The behaviours of batches, each proven by one check."""


def test_every_item_comes_in_order(answer, word):
    """Every item comes once, in order, in lists of `size`; only the last list may be shorter."""
    for items, expected in (
        (list(word[:4]), [list(word[:2]), list(word[2:4])]),
        (["tea", word, "rice"], [["tea", word], ["rice"]]),
        ([], []),
    ):
        got = answer.run("taken_apart", items=items, size=2)["at_once"]

        assert got == expected, (
            f"list(batches({items!r}, 2)) gave {got!r}; expected {expected!r}. Ask what happens to the items that are "
            "left when the loop ends"
        )


def test_a_batch_keeps_its_items(answer, word):
    """A batch that was handed out keeps its items when the next one is made."""
    items = ["tea", word, "rice", "salt"]

    seen = answer.run("taken_apart", items=items, size=2)

    assert seen["at_once"], f"batches({items!r}, 2) gave no batch; expected two"
    assert seen["in_the_end"] == seen["at_once"], (
        f"the first batch of batches({items!r}, 2) was {seen['at_once'][0]!r} when it came; expected it to stay so, but "
        f"after the last one had come it was {seen['in_the_end'][0]!r}. Whoever keeps a batch must own it: hand out a "
        "new list each time"
    )


def test_no_item_is_read_ahead(answer, rng):
    """A batch comes as soon as it is full: no item beyond it has been read."""
    count, size = rng.randrange(2, 5), rng.randrange(3, 6)

    seen = answer.run("first_batches", count=count, size=size)

    expected = [list(range(first, first + size)) for first in range(0, count * size, size)]
    assert seen["got"] == expected, (
        f"the first {count} batches of {size} from the orders 0, 1, 2, … were {seen['got']!r}; expected {expected!r}"
    )
    assert seen["read"] == count * size, (
        f"for {count} batches of {size}, {seen['read']} orders were read; expected {count * size}. An order that is read "
        "too early waits for others that may come in an hour"
    )
