"""The behaviours of create_app, each proven by one check."""

from collections import Counter

from pypatterns.course.checking.judge.replies import Reply

MANY = 8  # SQLite lets one write and has the others sleep for up to 100 ms at a time


def test_a_post_creates_a_draft(answer, word):
    """POST /markets stores a draft and answers 201 with its id, name, slug and status; a taken slug is 409, and what no Market can be made of is 422."""
    bad = [
        {"name": "Tea futures"},
        {"name": "Tea futures", "slug": "Tea Futures"},
        {"name": "Tea futures", "slug": "tea--futures"},
        {"name": "   ", "slug": "green-tea"},
        {"name": "tea" * 100, "slug": "green-tea"},
    ]
    seen = answer.run("posted", word=word, slug=word, bad=bad)

    assert seen["type"] == "FastAPI", (
        f"create_app(new_unit, new_id) returned a {seen['type']}; expected a FastAPI"
    )
    created, taken, *refused = (
        Reply(**each) for each in (seen["created"], seen["taken"], *seen["bad"])
    )
    assert created.status == 201, (
        f"POST /markets with a new slug was answered with {created}; expected 201"
    )
    shown = created.json()
    made = shown.get("id") if isinstance(shown, dict) else None
    assert made in seen["ids"], (
        f"POST /markets was answered with {created}; expected the id that new_id() made, one of {seen['ids']}"
    )
    _has(
        {"id": made, "name": "Tea futures", "slug": word, "status": "DRAFT"},
        created,
        "POST /markets",
        "Market trims a name",
    )
    assert taken.status == 409, (
        f"POST /markets with the slug of a stored market was answered with {taken}; expected 409"
    )
    for body, reply in zip(bad, refused, strict=True):
        assert reply.status == 422, (
            f"POST /markets with {str(body)[:80]} was answered with {reply}; expected 422: no Market can be made of it"
        )
    assert seen["stored"] == {word: [made, "Tea futures", "DRAFT"]}, (
        f"one POST was answered with 201 {created.text}, and no other could succeed; then the store held {seen['stored']}"
    )


def test_a_get_shows_what_is_stored(answer, word):
    """GET /markets/{slug} answers 200 with id, name, slug and status of what is stored, whoever stored it, or 404; for what is no slug, 404 or 422."""
    own, other = slugs = [word, f"{word}-other"]
    impossible = ["Not A Slug", f"{word}--futures", "tea" * 100]
    seen = answer.run("got", slugs=slugs, impossible=impossible)

    missing, found, refused = (
        [Reply(**each) for each in seen[name]] for name in ("missing", "found", "impossible")
    )
    for slug, reply in zip(slugs, missing, strict=True):
        assert reply.status == 404, (
            f"GET /markets/{slug} before it was created was answered with {reply}; expected 404"
        )
    not_alone = "this service is not the only one that writes"
    for slug, reply, when, who in (
        (own, found[0], "before", "a POST stored it"),
        (own, found[1], "after", f"another program has changed it since: {not_alone}"),
        (other, found[2], "after", f"another program has stored it since: {not_alone}"),
    ):
        what = f"GET /markets/{slug}"
        assert reply.status == 200, f"{what} was answered with {reply}; expected 200: {who}"
        made, name, status = seen[when].get(slug, ["", "", ""])
        _has({"id": made, "name": name, "slug": slug, "status": status}, reply, what, who)
    for slug, reply in zip(impossible, refused, strict=True):
        assert reply.status in (404, 422), (
            f"GET /markets/{slug[:40]} was answered with {reply}; expected 404 or 422: no market has such a slug, and "
            "that is no failure of the service"
        )


def _has(market, reply, what, why):
    """The reply shows the market as it is stored; more members are welcome."""
    shown = reply.json()
    assert isinstance(shown, dict) and {name: shown.get(name) for name in market} == market, (
        f"{what} was answered with {reply}; expected the market as it is stored: {market}; {why}"
    )


def test_two_apps_are_independent(answer, word):
    """Two apps of one process store in their own stores."""
    slugs = [f"{word}-a", f"{word}-b"]
    seen = answer.run("two_apps", slugs=slugs)

    elsewhere, *replies = (Reply(**each) for each in (seen["elsewhere"], *seen["replies"]))
    for which, slug, reply in zip(("first", "second"), slugs, replies, strict=True):
        assert reply.status == 201, (
            f"the {which} of two apps of one process got a POST of {slug!r} and answered with {reply}; expected 201"
        )
    assert seen["stored"] == [[slugs[0]], [slugs[1]]], (
        f"of two apps, the first got a POST of {slugs[0]!r}, the second one of {slugs[1]!r}; then the first one's store "
        f"held {seen['stored'][0]}, the second one's {seen['stored'][1]}. What is made at module level is the same for "
        "all apps of a process"
    )
    assert elsewhere.status == 404, (
        f"{slugs[0]!r} is in the first app's store, and the second app answered GET /markets/{slugs[0]} with {elsewhere}; "
        "expected 404: it has a store of its own"
    )


def test_creates_at_once_are_all_stored(answer, word):
    """Eight creates at once, each of another slug, are answered with 201, and eight markets are stored."""
    slugs = [f"{word}-{n}" for n in range(MANY)]
    seen = answer.run("at_once_on_a_file", slugs=slugs, apps=1)

    what = f"{MANY} POSTs of different slugs were sent at once, to an app on a SQLite file"
    replies = [Reply(**each) for each in seen["replies"]]
    assert _counted(replies) == f"{MANY} x 201", (
        f"{what}; they were answered with {_told(replies, 201)}; expected {MANY} x 201. Each request needs a unit of "
        "work of its own: what two share, neither can commit"
    )
    assert seen["stored"] == sorted(slugs), (
        f"{what} and answered with 201; then {len(seen['stored'])} markets were stored, expected {MANY}"
    )


def test_one_slug_is_created_once(answer, word):
    """Of eight creates of one slug at once, also over two apps on one file, one is answered with 201 and seven with 409."""
    on_a_file = answer.run("at_once_on_a_file", slugs=[word] * MANY, apps=2)
    in_memory = answer.run("at_once_in_memory", slug=word, times=MANY)

    for what, seen in (
        ("to two apps, whose units are on one SQLite file", on_a_file),
        ("to one app, and all were added before the first one was committed", in_memory),
    ):
        replies = [Reply(**each) for each in seen["replies"]]
        assert _counted(replies) == f"1 x 201, {MANY - 1} x 409", (
            f"{MANY} POSTs of the slug {word!r} were sent at once {what}; they were answered with "
            f"{_told(replies, 201, 409)}; expected 1 x 201 and {MANY - 1} x 409. SlugTaken comes from add or from commit, "
            "and whoever looks first can still be overtaken"
        )
        assert seen["stored"] == [word], (
            f"{MANY} POSTs of the slug {word!r} were sent at once {what}; then the store held {seen['stored']}"
        )


def _counted(replies):
    statuses = sorted(Counter(reply.status for reply in replies).items())
    return ", ".join(f"{times} x {status}" for status, times in statuses)


def _told(replies, *expected):
    """How many of each status, and the first reply whose status is none of these."""
    other = [
        f", the first other one with {each}" for each in replies if each.status not in expected
    ]
    return _counted(replies) + "".join(other[:1])


def test_units_are_open_at_the_same_time(answer):
    """Two requests have units open at the same time."""
    pairs = [["POST", "POST"], ["GET", "GET"], ["POST", "GET"], ["GET", "POST"]]
    for (first, second), seen in zip(pairs, answer.run("held_open", pairs=pairs), strict=True):
        if seen["entered"] < 2 and "GET" in (first, second):
            continue  # it waits for nobody: what a GET shows that enters no unit is another check's affair
        replies = [str(Reply(**each)) for each in seen["replies"]]
        why = "One request waits for the other, and a slow one stops the service"
        assert seen["highest"] >= 2, (
            f"a {first} was sent and then a {second}, and the unit of the first stayed open until the other one's would "
            f"be open too; it never was: at most {seen['highest']} of those that requests entered was open. "
            f"{why if seen['highest'] else 'They entered none'}. They were answered with {replies}"
        )


def test_units_are_entered_by_requests_and_left(answer, word):
    """No unit is entered before the first request, and every unit that was entered is left when its request has been answered."""
    for seen in answer.run("counted", slug=word):
        entered, left = seen["entered"], seen["left"]
        if seen["when"] in ("create_app had returned", "the app had started"):
            assert entered == 0, (
                f"when {seen['when']}, {entered} unit of work was entered; expected none before the first request: a "
                "unit belongs to one request"
            )
        assert entered == left, (
            f"when {seen['when']}, {entered} units had been entered and {left} left; expected all. A unit that stays open "
            "keeps its connection, and whatever it did is in no other's sight"
        )
    assert seen["entered"] > 0, "requests were answered, and no unit of work was entered"


def test_a_failed_commit_is_no_success(answer, word):
    """Where commit raises a RuntimeError the status is 500 or more, never 2xx, and the next request works."""
    seen = answer.run("failing_commit", slug=word)

    failed, missing, again, found = (
        Reply(**seen[name]) for name in ("failed", "missing", "again", "found")
    )
    assert failed.status >= 500, (
        f"commit raised RuntimeError('the disk is full'), and POST /markets was answered with {failed}; expected 500 or "
        "more. Nothing is stored: whoever gets a 2xx believes that it is, and a 4xx blames the sender"
    )
    assert missing.status == 404, (
        f"commit raised RuntimeError('the disk is full'), and GET of that market was answered with {missing}; expected "
        "404: what was not committed never happened"
    )
    assert again.status == 201 and found.status == 200, (
        f"after a commit that had failed, a POST of the same market was answered with {again}, and a GET of it with "
        f"{found}; expected 201 and 200: the next request has nothing to do with the last one"
    )


def test_operation_ids_are_unique(answer):
    """The operationIds in app.openapi() are unique, and building it warns of nothing, whichever app of the process it is."""
    for which, seen in zip(("first", "second"), answer.run("documented"), strict=True):
        what = f"two apps were made in one process. In app.openapi() of the {which} one"
        for name, operations in seen["operations"].items():
            assert len(operations) == 1, (
                f"{what} the operationId {name!r} is that of {' and of '.join(operations)}; expected another one for each: "
                "clients that are generated from it lose one of the operations"
            )
        assert not seen["said"], f"{what}, {seen['said'][0]}; expected a document and no warning"
