"""One answer -> one report. The judge (trusted, pytest) and the answer never share a process; see client.py for the way in.

The names are looked up when they are first used: the process that starts answers is of this package, too, and needs none.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypatterns.course.checking.client import Judge
    from pypatterns.course.checking.pool import JudgePool
    from pypatterns.course.checking.report import (
        Cause,
        CheckResult,
        Report,
        Sandbox,
        Verdict,
    )
    from pypatterns.course.checking.stands import Line, Stand

__all__ = [
    "Cause",
    "CheckResult",
    "Judge",
    "JudgePool",
    "Line",
    "Report",
    "Sandbox",
    "Stand",
    "Verdict",
]
_ELSEWHERE = {"Judge": "client", "JudgePool": "pool", "Line": "stands", "Stand": "stands"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE.get(name, 'report')}"), name)
