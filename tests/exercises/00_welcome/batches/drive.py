"""Take batches, and write down what each held when it came, what it holds at the end, and how far the items were read."""

from itertools import islice


def taken_apart(answer, items, size):
    """batches({items!r}, {size}) is read to its end; every batch is kept."""
    at_once, kept = [], []
    for batch in answer.batches(items, size):
        at_once.append(list(batch))
        kept.append(batch)
    return {"at_once": at_once, "in_the_end": [list(batch) for batch in kept]}


def first_batches(answer, count, size):
    """{count} batches of {size} are taken from a thousand orders."""
    read = []

    def orders():
        for number in range(1000):
            read.append(number)
            yield number

    got = [list(batch) for batch in islice(answer.batches(orders(), size), count)]
    return {"got": got, "read": len(read)}
