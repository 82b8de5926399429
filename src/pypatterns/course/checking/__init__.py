"""One answer -> one report. The judge (trusted, pytest) and the answer never share a process; see client.py for the way in."""

from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.pool import JudgePool
from pypatterns.course.checking.report import Cause, CheckResult, Line, Report, Stand, Verdict
from pypatterns.course.checking.sandbox import Sandbox

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
