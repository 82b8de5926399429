"""One answer -> one report. The judge (trusted, pytest) and the answer never share a process; see client.py for the way in."""

from pypatterns.course.checking.client import Judge
from pypatterns.course.checking.pool import JudgePool
from pypatterns.course.checking.report import Cause, CheckResult, Line, Report, Stand, Verdict

__all__ = ["Cause", "CheckResult", "Judge", "JudgePool", "Line", "Report", "Stand", "Verdict"]
