"""Have lint-imports judge packages by the answer's contracts, and put the answer's package to work."""

import asyncio
import importlib
import inspect
import shutil
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
from fastapi import FastAPI

from pypatterns.course.checking.probes.import_contracts import lint_imports

ANSWER = Path("contracts")
CONFIGURATION = ANSWER / "pyproject.toml"


def lint_own(answer):
    """lint-imports judges your package by your contracts."""
    return lint_imports(ANSWER)


def lint_trees(answer, trees):
    """lint-imports judges other packages of the same modules by your contracts."""
    here, judged = Path.cwd(), []
    for number, files in enumerate(trees):
        tree = here / f"tree-{number}"
        for name, text in files.items():
            file = tree / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        if (here / CONFIGURATION).is_file():
            shutil.copy(here / CONFIGURATION, tree)
        judged.append(lint_imports(tree))
    return judged


def serve(answer, calls):
    """Each request goes to an app that create_app has made; all apps have one database."""
    sys.path.insert(0, str(ANSWER.resolve()))
    if not (ANSWER / "market" / "bootstrap.py").is_file():
        return {"missing": "market/bootstrap.py"}
    create_app = getattr(importlib.import_module("market.bootstrap"), "create_app", None)
    if not callable(create_app):
        return {"missing": "create_app in market/bootstrap.py"}
    try:
        inspect.signature(create_app).bind("sqlite://")
    except TypeError as error:
        return {"missing": f"create_app(url) in market/bootstrap.py: {error}"}
    apps = {name: create_app("sqlite:///markets.db") for name in {call[0] for call in calls}}
    if not all(isinstance(app, FastAPI) for app in apps.values()):
        return {"missing": "FastAPI app that create_app returns"}
    return {"missing": "", "replies": asyncio.run(_replies(apps, calls))}


async def _replies(apps, calls):
    """The status and the JSON of each reply: a server that raises answers 500, as uvicorn does."""
    replies = []
    async with AsyncExitStack() as running:
        for app in apps.values():
            await running.enter_async_context(app.router.lifespan_context(app))
        for name, method, path, body in calls:
            transport = httpx.ASGITransport(apps[name], raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://market") as client:
                reply = await client.request(method, path, json=body)
            is_json = reply.headers.get("content-type", "").startswith("application/json")
            replies.append([reply.status_code, reply.json() if is_json else reply.text])
    return replies
