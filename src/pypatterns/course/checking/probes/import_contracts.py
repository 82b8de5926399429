"""What `lint-imports` says of a package, by the contracts in the pyproject.toml beside it.

>>> lint_imports(Path("contracts"))
{'kept': 2, 'broken': ['The core knows no framework'], 'trouble': '', 'said': 'market.domain is not allowed to import fastapi: …'}

It runs in the answer's own process: what it reads is the learner's, and a `contract_types` in there names code that
import-linter would run. That key is refused here, and no check relies on it.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

CONFIGURATION = "pyproject.toml"
LONGEST = 1500  # characters of what it says
WIDTH = 400  # columns: a sentence stays on its line
OWN_CODE = (
    "contract_types names code that import-linter would run; write contracts of its own types"
)


def lint_imports(folder: Path) -> dict[str, Any]:
    """Judge the package in `folder`: how many contracts are kept, which are broken, and import-linter's words for these.

    `trouble` says why it could not judge: that is an error of the configuration, and never a broken contract.
    """
    os.chdir(folder)
    sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        with redirect_stdout(io.StringIO()):  # its spinner is no output of the answer's
            report = _report()
    except Exception as error:  # noqa: BLE001 - import-linter raises what it likes over a configuration
        return _judged(trouble=_words(error))
    if report.could_not_run:
        (contract, wrong), *_ = report.invalid_contract_options.items()
        fields = "; ".join(f"{field}: {what}" for field, what in wrong.errors.items())
        return _judged(trouble=f"the contract {contract!r} is not configured correctly: {fields}")
    broken = [c.name for c, check in report.get_contracts_and_checks() if not check.kept]
    return _judged(report.kept_count, broken, said=_rendered(report) if broken else "")


def _judged(
    kept: int = 0, broken: list[str] | None = None, *, trouble: str = "", said: str = ""
) -> dict[str, Any]:
    return {"kept": kept, "broken": broken or [], "trouble": trouble, "said": said[:LONGEST]}


def _report() -> Any:
    # Only now: drivers that need no import-linter do not wait for it.
    from importlinter.application import use_cases  # noqa: PLC0415
    from importlinter.configuration import configure  # noqa: PLC0415

    if not Path(CONFIGURATION).is_file():
        raise FileNotFoundError(f"there is no {CONFIGURATION}")
    tool = tomllib.loads(Path(CONFIGURATION).read_text(encoding="utf-8")).get("tool", {})
    if "contract_types" in tool.get("importlinter", {}):
        raise ValueError(OWN_CODE)
    if not tool.get("importlinter", {}).get("contracts"):
        raise ValueError("[tool.importlinter] has no contracts: nothing is forbidden")
    configure()
    options = use_cases.read_user_options(CONFIGURATION)
    use_cases._register_contract_types(options)
    return use_cases.create_report(options, cache_dir=None)


def _rendered(report: Any) -> str:
    """What lint-imports prints below "Broken contracts"."""
    from importlinter.application import output  # noqa: PLC0415
    from importlinter.application.rendering import render_report  # noqa: PLC0415

    output.console.width = WIDTH
    with redirect_stdout(io.StringIO()) as printed:
        render_report(report)
    details = printed.getvalue().partition("Broken contracts\n")[2]
    lines = (line.rstrip() for line in details.splitlines())
    return "\n".join(line for line in lines if line.strip("- "))


def _words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]!r} is missing in [tool.importlinter] or one of its contracts"
    return str(error).strip() or type(error).__name__
