"""The author's desk: execute notebooks, derive starters, prove the checks, lint the course's shape.

`build` writes what is derived, `verify` is the gate; both hand back data, and the commands only print it.
"""
