"""The behaviours of SqlUnitOfWork, each proven by one check."""

DUPLICATES = {
    "commit": "is stored already",
    "caught": "is stored already, and the body catches what commit() raises",
    "twice": "was added to the same unit before",
    "meanwhile": "another process stored between add and commit",
    "read": "is stored already; by_slug, called before the commit, flushes it",
}


def test_nothing_is_kept_without_a_commit(answer, word):
    """A unit that is left without a commit, be it at the end of its body or by an error, has stored nothing; the error comes out."""
    for seen in answer.run("left", slug=word):
        raised = seen["raised"]
        what = (
            f"a unit added the market {word!r}{', read something' if seen['is_sent'] else ''} and was left "
            f"{f'by {raised}' if raised else 'without a commit'}"
        )
        assert seen["came_out"]["kind"] == ("own" if raised else "none"), (
            f"{what}; expected {f'that very {raised}' if raised else 'no error'} to come out of the async with, got "
            f"{seen['came_out']['text']}"
        )
        assert not seen["stored"], (
            f"{what}, and then the file held {seen['stored']}; expected nothing. What was not committed never happened: "
            "whoever leaves early has not decided to keep it"
        )


def test_a_commit_stores_at_once(answer, word):
    """After commit() a new session sees what was added, even before the unit is left."""
    slugs = [f"{word}-a", f"{word}-b"]

    seen = answer.run("committed", slugs=slugs)

    assert seen["came_out"]["kind"] == "none", (
        f"a unit added {slugs} and committed; expected no error, got {seen['came_out']['text']}"
    )
    for moment, when in (("inside", "right after commit()"), ("after", "after the unit was left")):
        found = seen[moment]
        assert found == slugs, (
            f"a unit added {slugs} and called commit(); {when} the file held {found or 'nothing'}; expected both. What "
            "the caller does next, an event, a reply, relies on what commit() has said"
        )


def test_a_duplicate_slug_is_slug_taken(answer, word):
    """A duplicate slug is SlugTaken: commit() itself raises it; where a flush in the body meets it first, SlugTaken comes out of the async with at the latest."""
    for seen in answer.run("duplicates", slug=word, hows=list(DUPLICATES)):
        how, in_commit, came_out = seen["how"], seen["commit"], seen["came_out"]
        if how == "meanwhile" and not seen["by_other"]:
            continue  # the unit has sent its row by then: the file is locked, and nobody comes between

        what = f"a unit adds the slug {word!r}, which {DUPLICATES[how]}"
        assert not seen["committed"], (
            f"{what}; expected SlugTaken out of commit(), which returned as if all were well. Whoever goes on from there "
            "tells the world of a market that is not stored"
        )
        assert in_commit is None or in_commit["kind"] == "SlugTaken", (
            f"{what}; expected SlugTaken out of commit(), got {in_commit['text']}. The caller catches it there, and knows "
            "of no database"
        )
        is_caught = how == "caught" and in_commit is not None
        assert came_out["kind"] == ("none" if is_caught else "SlugTaken"), (
            f"{what}; expected {'no further error' if is_caught else 'SlugTaken'} out of the async with, got "
            f"{came_out['text']}. A caller that knows of no database can only catch what its port promises"
        )


def test_other_integrity_errors_come_out(answer, word):
    """Any other IntegrityError, of an id that is taken or a name that is missing, comes out as it is."""
    taken_for_slug = []
    for seen in answer.run("broken_rules", slug=word):
        if seen["came_out"]["kind"] == "SlugTaken":
            taken_for_slug.append(seen["what"])
            continue
        what = f"a unit added the market {word!r} with {seen['what']}{', and by_slug flushed it' if seen['is_sent'] else ''}"
        assert seen["came_out"]["kind"] == "IntegrityError", (
            f"{what}; expected SQLAlchemy's IntegrityError, got {seen['came_out']['text']}"
        )
    assert not taken_for_slug, (
        f"units added the market {word!r} with {' and with '.join(dict.fromkeys(taken_for_slug))}; expected SQLAlchemy's "
        "IntegrityError, got SlugTaken. Nobody has that slug: whoever is told so tries another one, and the mistake is "
        "never found"
    )


def test_connections_go_back(answer, word):
    """When a unit has been left, with or without a commit, by an error or by a cancellation, the pool has no connection out."""
    for seen in answer.run("connections", slug=word):
        assert seen["has_read"], (
            f"a unit was to read from the database and to be left {seen['way']}, and never came as far: {seen['text']}"
        )
        assert seen["out"] == 0, (
            f"a unit read from the database and was left {seen['way']} (out of the async with came {seen['text']}); "
            f"expected no connection out of the pool, but {seen['out']} was. The pool is bounded: when all its "
            "connections are lost, each request waits for one until it gives up"
        )


def test_an_instance_is_entered_again(answer, word):
    """An instance can be entered again after it was left, however it was left, and begins anew."""
    for seen in answer.run("again", word=word):
        slug, before = seen["slug"], seen["before"]
        new = sorted(set(seen["stored"]) - set(before))
        assert new == [slug], (
            f"an instance {seen['way']} (out of the async with came {seen['earlier']}); then it was entered again, added "
            f"{slug!r} and committed. Expected {slug!r} to be new in the file, but {new or 'nothing'} was (out of this "
            f"second async with came {seen['text']})"
        )


def test_two_instances_are_independent(answer, word):
    """Two instances that are open at once are independent: each keeps and forgets its own."""
    slugs = [f"{word}-a", f"{word}-b"]
    expected = {"the first": slugs[:1], "the second": slugs[1:], "the first, early": []}
    for seen in answer.run("two_at_once", slugs=slugs, committing=list(expected)):
        commits, found = seen["commits"], seen["stored"]

        told = {
            "the first": f"; the first added {slugs[0]!r} and committed",
            "the second": f", committing first; the first added {slugs[0]!r} and did not commit",
            "the first, early": "; in between the first, which had added nothing, committed",
        }
        assert found == expected[commits], (
            f"while one instance was open, a second one added {slugs[1]!r} and was left{told[commits]}. Expected "
            f"{expected[commits] or 'nothing'} in the file, which held {found or 'nothing'} (out of the second came "
            f"{seen['second']['text']}, out of the first {seen['first']['text']}). Two requests at once must not share a "
            "transaction"
        )


def test_an_open_instance_is_not_harmed(answer, word):
    """Entering an instance that is open raises RuntimeError and leaves the open unit intact, or gives an independent unit."""
    slugs = [f"{word}-outer", f"{word}-inner"]
    expected = {"does nothing": slugs[:1], "adds": slugs[:1], "commits": []}
    for seen in answer.run("nested", slugs=slugs, hows=list(expected)):
        how, found = seen["how"], seen["stored"]

        what = "an instance was entered while it was open"
        assert seen["refused"] or (seen["entered"] and seen["inner"]["kind"] == "none"), (
            f"{what}; expected RuntimeError, or a unit of its own, got {seen['inner']['text']}"
        )
        does = {"adds": f"added {slugs[1]!r} and was left", "commits": "committed and was left"}
        inner = "was refused" if seen["refused"] else does.get(how, "was left")
        why = (
            "Refuse before you touch anything that the open unit works with"
            if seen["refused"]
            else "One session for both is one transaction for both"
        )
        outer = "did not commit" if how == "commits" else "committed"
        assert found == expected[how], (
            f"{what}: the inner one {inner}, the outer one added {slugs[0]!r} and {outer}. Expected "
            f"{expected[how] or 'nothing'} in the file, which held {found or 'nothing'} (out of the outer one came "
            f"{seen['outer']['text']}). {why}"
        )
