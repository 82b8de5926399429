"""The bounds of one call, in one place. The judge, the zygote and the child all read them.

Plain numbers, with no import of `resource`, which Windows lacks: rlimits.py applies those that the system enforces.
"""

from __future__ import annotations

MOST_MEMORY = 1 << 30  # bytes of real memory that a call's processes may use together
MOST_PROCESSES = 256  # of one call
KEPT_OUTPUT = 64 << 10  # bytes of what an answer prints; the rest is read and dropped
LONGER = 8  # times a deadline, on a machine so busy that the answer hardly gets to run
# Bytes: only a backstop, since threads and arenas reserve much that they never touch.
ADDRESS_SPACE = 4 << 30
LARGEST_FILE = 256 << 20  # bytes
MOST_DESCRIPTORS = 4096
THREAD_STACK = 1 << 20  # bytes
