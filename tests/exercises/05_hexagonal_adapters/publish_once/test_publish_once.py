"""The behaviours of publish_once, each proven by one check."""

MANY = 8


def test_a_draft_is_published(answer, word, rng):
    """A DRAFT becomes ACTIVE: 200 with slug, status and version, which has grown by one; an unknown slug is 404, a market that is no DRAFT 409."""
    version = rng.randrange(1, 50)
    others = [
        (f"{word}-{status.lower()}", status, 3) for status in ("ACTIVE", "SUSPENDED", "CLOSED")
    ]
    wanted = [word, f"{word}-unknown", *(slug for slug, *_ in others), word]
    seen = answer.run("one_by_one", markets=[(word, "DRAFT", version), *others], wanted=wanted)

    first, unknown, *refused = seen["replies"]
    expected = _published(word, version)
    assert first["status"] == 200 and _shows(first, expected), (
        f"publish_once(sessions, {word!r}, key=…) of a DRAFT at version {version}: {first['said']}; expected (200, {expected})"
    )
    assert unknown["status"] == 404, (
        f"publish_once of a slug that is not stored: {unknown['said']}; expected (404, {{…}})"
    )
    for (slug, status, _), reply in zip([*others, (word, "ACTIVE", 0)], refused, strict=True):
        assert reply["status"] == 409, (
            f"publish_once of {slug!r}, which is {status}, with a new key: {reply['said']}; expected (409, {{…}})"
        )
    stored = {word: ["ACTIVE", version + 1], **{slug: [status, v] for slug, status, v in others}}
    assert seen["markets"] == stored, (
        f"after one publication and {len(refused)} refusals the markets were {seen['markets']}; expected {stored}"
    )


def test_one_of_many_publishes(answer, word, rng):
    """Of two calls that have read before either writes, with keys of their own, from one process or from two, one gets 200 and the other 409; of eight one and seven. Nothing is raised, and the version grows by one."""
    for count, instances, where in (
        (2, 1, "one instance"),
        (2, 2, "two instances"),
        (MANY, 2, "two instances"),
    ):
        version = rng.randrange(1, 50)
        calls = [(word, f"{word}-{n}") for n in range(count)]
        markets = [(word, "DRAFT", version)]
        seen = answer.run("at_once", markets=markets, calls=calls, instances=instances)

        what = f"{count} calls, each with a key of its own, came from {where} at once, and all had read before the first one wrote"
        _none_raised(seen["replies"], what)
        statuses = sorted(reply["status"] for reply in seen["replies"])
        stored = seen["markets"][word]
        assert statuses == [200] + [409] * (count - 1), (
            f"{what}; {_counted(statuses)}, and the version grew by {stored[1] - version}; expected 1 x 200 and {count - 1} "
            "x 409. Between your read and your write others read the same: the write itself has to ask whether it still holds"
        )
        assert stored == ["ACTIVE", version + 1], (
            f"{what}, and one was told 200; then the market was {stored}, expected ['ACTIVE', {version + 1}]"
        )


def test_the_same_key_later(answer, word, rng):
    """The same key later, from either instance, gives the same status and body and changes nothing, whatever has become of the market."""
    for becomes in ("suspended", "made a DRAFT again", "deleted"):
        seen = _later(answer, word, rng, becomes)

        first = seen["first"]
        assert first["status"] == 200, f"publish_once of a DRAFT: {first['said']}; expected 200"
        for who, reply in seen["again"].items():
            assert (reply["status"], reply["body"]) == (200, first["body"]), (
                f"a call was told {first['said']}, and the market was {becomes} afterwards; then the same key came again, "
                f"to {who}: {reply['said']}. Expected the same reply: whoever sends a request twice did not hear the first "
                "answer"
            )
        assert seen["after"] == seen["before"], (
            f"a key had published a market, which was {becomes} afterwards, and came again twice; before that the markets "
            f"were {seen['before']}, afterwards {seen['after']}; expected no change: its work is done"
        )


def test_the_key_of_another_market(answer, word, rng):
    """The same key with another slug, later or at once, gives 409 or 422 and does not change that market."""
    seen = _later(answer, word, rng, "suspended")
    for reply in seen["elsewhere"]:
        is_first = reply["body"] == seen["first"]["body"]
        assert reply["status"] in (409, 422), (
            f"a key had published {word!r}, and came with '{word}-other': {reply['said']}"
            f"{f', which is the reply for {word!r}' if is_first else ''}; expected 409 or 422: a key belongs to one request"
        )
    assert seen["after_elsewhere"] == seen["after"], (
        f"a key came with another slug; before that the markets were {seen['after']}, afterwards "
        f"{seen['after_elsewhere']}; expected no change"
    )

    slugs = [f"{word}-a", f"{word}-b"]
    drafts = [(slug, "DRAFT", 1) for slug in slugs]
    seen = answer.run("at_once", markets=drafts, calls=[(slug, word) for slug in slugs])
    what = "one key came with two slugs at once, and both calls had read before either wrote"
    _none_raised(seen["replies"], what)
    statuses = sorted(reply["status"] for reply in seen["replies"])
    published = [slug for slug, (status, _) in seen["markets"].items() if status == "ACTIVE"]
    assert statuses[0] == 200 and statuses[1] in (409, 422) and len(published) == 1, (
        f"{what}; {_counted(statuses)}, and of the markets {published} were published; expected one 200 and one 409 or 422, "
        "and one market published"
    )


def test_the_same_key_twice_at_once(answer, word, rng):
    """The same key twice at once publishes once; the other call gets the same reply, or 409."""
    version = rng.randrange(1, 50)
    seen = answer.run("at_once", markets=[(word, "DRAFT", version)], calls=[(word, word)] * 2)

    what = (
        "the same key came twice at once, from two instances, and both had read before either wrote"
    )
    _none_raised(seen["replies"], what)
    told = [reply["said"] for reply in seen["replies"]]
    good = [reply for reply in seen["replies"] if reply["status"] == 200]
    assert good and all(_shows(reply, _published(word, version)) for reply in good), (
        f"{what}: {told}; expected (200, {_published(word, version)}) for one of them at least"
    )
    assert all(reply["status"] in (200, 409) for reply in seen["replies"]), (
        f"{what}: {told}; expected the same reply twice, or 409 for the other one"
    )
    assert seen["markets"][word] == ["ACTIVE", version + 1], (
        f"{what}; then the market was {seen['markets'][word]}, expected ['ACTIVE', {version + 1}]"
    )


def test_a_death_at_any_commit(answer, word, rng):
    """If the process dies before any of its writes or commits, trying again with the same key gives 200 and the version grown by one."""
    version = rng.randrange(1, 50)
    runs = answer.run("dying", slug=word, key=f"{word}-key", version=version)

    assert runs, (
        "publish_once wrote nothing through sessions of `sessions`; expected that all SQL goes through them"
    )
    for seen in runs:
        *done, last = seen["points"]
        what = f"the process died before {last}, after {' and '.join(done) if done else 'nothing'}"
        assert seen["reply"]["status"] == 200 and _shows(
            seen["reply"], _published(word, version)
        ), (
            f"{what}; a new one tried again with the same key: {seen['reply']['said']}; expected (200, "
            f"{_published(word, version)}). Market and key are changed by one commit, or a death between two tears them apart"
        )
        assert seen["markets"][word] == ["ACTIVE", version + 1], (
            f"{what}, and a new one tried again; then the market was {seen['markets'][word]}, expected "
            f"['ACTIVE', {version + 1}]"
        )


def _later(answer, word, rng, becomes):
    key, version = f"{word}-{rng.randrange(1000)}", rng.randrange(1, 50)
    slugs = {"slug": word, "other": f"{word}-other"}
    return answer.run("later", **slugs, key=key, version=version, becomes=becomes)


def _published(slug, version):
    return {"slug": slug, "status": "ACTIVE", "version": version + 1}


def _shows(reply, expected):
    return {name: reply["body"].get(name) for name in expected} == expected


def _none_raised(replies, what):
    odd = [reply["said"] for reply in replies if reply["status"] == 0]
    assert not odd, (
        f"{what}; {len(odd)} of them ended otherwise than with a status and a body: it {odd[0]}. Losing a race is nothing "
        "unforeseen, and has a status: 409"
    )


def _counted(statuses):
    return ", ".join(f"{statuses.count(each)} x {each}" for each in sorted(set(statuses)))
