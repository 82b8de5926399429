"""What the contracts find, and what the package still does.

trees/clean/ is a package that keeps all rules and shares nothing with the answer's but the names of its modules; each other
folder of trees/ is a file or two that take their places there and break one rule.
"""

import tomllib
from pathlib import Path

TREES = Path(__file__).parent / "trees"


def test_the_contracts_hold_on_your_package(answer):
    """lint-imports finds nothing to object to in your package."""
    _must_hold(answer.run("lint_own"), "your package")


def test_the_contracts_hold_on_another_clean_package(answer):
    """With the same pyproject.toml it finds nothing in another package of these modules that keeps the rules."""
    [seen] = answer.run("lint_trees", trees=[_files()])

    _must_hold(seen, "another package of the same modules, which keeps all rules")


def test_a_framework_in_the_core_is_found(answer):
    """Each of the four third parties is a broken contract where domain or application imports it, or a part of it."""
    _must_break(answer, "fastapi_in_domain", "pydantic_in_domain", "starlette_in_application")
    _must_break(answer, "sqlalchemy_in_domain", "sqlalchemy_orm_in_application")


def test_a_framework_behind_a_helper_is_found(answer):
    """It is a broken contract where domain or application imports utils, and utils imports a third party."""
    _must_break(answer, "fastapi_in_utils")


def test_adapters_that_know_each_other_are_found(answer):
    """It is a broken contract where one adapter imports the other, in either direction."""
    _must_break(answer, "http_knows_sql", "sql_knows_http")


def test_imports_that_point_outward_are_found(answer):
    """It is a broken contract where domain imports application, application an adapter, or an adapter bootstrap."""
    _must_break(answer, "domain_knows_application", "application_knows_sql", "sql_knows_bootstrap")


def test_the_package_still_works(answer, word):
    """Your package does what it did: it opens, finds and lists markets, and answers 422, 409 and 404 where it did."""
    name, slug = f"Best {word}!", f"best-{word}"
    market = {"name": name, "slug": slug}
    silk = {"name": "Silk", "slug": "silk"}
    calls = [
        ("one app", "GET", "/markets", None, [200, []]),
        ("one app", "POST", "/markets", {"name": "  Silk "}, [201, silk]),
        ("one app", "POST", "/markets", {"name": name}, [201, market]),
        ("one app", "GET", f"/markets/{slug}", None, [200, market]),
        (
            "one app",
            "GET",
            "/markets",
            None,
            [200, sorted([market, silk], key=lambda m: m["slug"])],
        ),
        ("another app", "GET", f"/markets/{slug}", None, [200, market]),
        ("another app", "POST", "/markets", {"name": name.upper()}, [409, None]),
        ("one app", "GET", f"/markets/{slug}", None, [200, market]),
        ("one app", "GET", f"/markets/no-{word}", None, [404, None]),
        ("one app", "POST", "/markets", {"name": "?!"}, [422, None]),
        (
            "one app",
            "POST",
            "/markets",
            {"name": "x" * 40},
            [201, {"name": "x" * 40, "slug": "x" * 40}],
        ),
        ("one app", "POST", "/markets", {"name": "x" * 41}, [422, None]),
        ("one app", "POST", "/markets", {"title": "Silk"}, [422, None]),
    ]

    seen = answer.run("serve", calls=[call[:4] for call in calls])

    assert not seen["missing"], f"there is no {seen['missing']}; expected it to stay where it was"
    for (app, method, path, body, expected), (status, got) in zip(
        calls, seen["replies"], strict=True
    ):
        sent = f"{method} {path}" + (f" with {body}" if body else "")
        assert status == expected[0], (
            f"{app} was sent {sent}; expected {expected[0]}, but it answered {status}: {got}. A package that is repaired "
            "does what it did before"
        )
        assert expected[1] is None or got == expected[1], (
            f"{app} was sent {sent}; expected {expected[1]}, but it answered {got}"
        )


def test_the_contracts_are_of_the_tools_own_types(answer):
    """The contracts are of import-linter's own types: there is no contract_types."""
    try:
        tool = tomllib.loads(answer.answer.files.get("pyproject.toml", "")).get("tool", {})
    except tomllib.TOMLDecodeError:
        return  # the other checks say so
    assert "contract_types" not in tool.get("importlinter", {}), (
        "pyproject.toml has contract_types; expected contracts of import-linter's own types. That key names code, which "
        "runs wherever somebody runs lint-imports, also on a change that nobody has read yet"
    )


def _must_hold(seen, package):
    assert not seen["trouble"], (
        f"lint-imports cannot judge {package} by your pyproject.toml: {seen['trouble'].rstrip('.')}. Until it can, it finds nothing"
    )
    assert not seen["broken"], (
        f"lint-imports judged {package}; expected every contract to be kept, but {_named(seen['broken'])} broken:\n{seen['said']}"
    )


def _must_break(answer, *plants):
    judged = answer.run("lint_trees", trees=[_files(plant) for plant in plants])

    for plant, seen in zip(plants, judged, strict=True):
        what = _text(f"{plant}/PLANT.md").strip()
        assert not seen["trouble"], (
            f"lint-imports cannot judge a package in which {what}: {seen['trouble'].rstrip('.')}. That is no broken contract: it would "
            "say the same of a clean one"
        )
        assert seen["broken"], (
            f"in a package that keeps the rules but for one, {what}; expected a broken contract, but all of yours "
            f"({seen['kept']}) are kept"
        )


def _files(*plants):
    """The clean package, with a plant's files in place of its own."""
    files = {}
    for tree in ("clean", *plants):
        for path in sorted((TREES / tree).rglob("*.py")):
            name = path.relative_to(TREES / tree).as_posix()
            files[name] = _text(f"{tree}/{name}")
    return files


def _text(name):
    return (TREES / name).read_text(encoding="utf-8")


def _named(contracts):
    names = ", ".join(repr(name) for name in contracts)
    return f"the contract {names} is" if len(contracts) == 1 else f"the contracts {names} are"
