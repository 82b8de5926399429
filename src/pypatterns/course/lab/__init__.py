"""What a learner sees: the checks below a cell, the desk with their work, the server and the doctor.

>>> from pypatterns.course.lab import check
>>> check("single_flight_cache")
single_flight_cache: PASS, 8 of 8 checks
"""

from pypatterns.course.lab.cell.extension import check

__all__ = ["check"]
