"""What judge, zygote and child agree on, beside the frames of wire.py: statuses, descriptors, signals, and whether calls fork."""

from __future__ import annotations

import os
import signal
import sys

# Exit statuses of a child (their numbers are those of sysexits.h).
AFTER_AUTOPSY = 75  # EX_TEMPFAIL: the autopsy is written
NO_CHANNEL = 76  # EX_PROTOCOL: the answer has closed the channel
RESULT, TRACES = 700, 701  # descriptors far from those that a careless loop closes
# Sent to an idle process, which goes on unless it can prove that it never will: a signal that no program uses.
QUESTION = int(signal.SIGRTMAX) - 1 if hasattr(signal, "SIGRTMAX") else 0
FRESH = "PYPATTERNS_FRESH_WORKERS"  # set to 1: fresh processes even where fork works


def can_fork() -> bool:
    """Whether calls are forked here; elsewhere each call is a fresh process."""
    return hasattr(os, "fork") and sys.platform != "emscripten" and os.environ.get(FRESH) != "1"
