"""A copy of the folder, made as its README says, is a service that runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pypatterns.market

MARKET = Path(pypatterns.market.__file__).parent
USE = """
import asyncio, sys
import httpx
from bazaar.bootstrap import create_app
from bazaar.adapters.outbound.memory import MemoryStore

async def use():
    transport = httpx.ASGITransport(create_app(MemoryStore()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bazaar.test") as client:
        made = await client.post("/markets", json={"name": "Tea", "slug": "tea"})
        missing = await client.get("/markets/cup")
    print(made.status_code, missing.status_code)
    print(sorted(name for name in sys.modules if name.startswith("pypatterns")))

asyncio.run(use())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the README's commands are for a POSIX shell")
def test_a_copy_runs(tmp_path: Path) -> None:
    """The README's commands leave a package of the new name that serves and imports nothing of ours."""
    commands = re.search(r"```sh\n(.*?)```", MARKET.joinpath("README.md").read_text(), re.DOTALL)
    assert commands is not None

    subprocess.run(
        ["sh", "-ec", commands[1]],
        cwd=tmp_path,
        env=os.environ | {"MARKET": str(MARKET)},
        check=True,
    )
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "src")}
    used = subprocess.run(
        [sys.executable, "-c", USE],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert used.stdout.splitlines() == ["201 404", "[]"], used.stderr
    assert [path.name for path in tmp_path.rglob("*.old")] == []
    assert not [path for path in tmp_path.rglob("*.py") if "pypatterns" in path.read_text()]
