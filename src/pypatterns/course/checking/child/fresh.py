"""One call in a Python of its own, where there is no fork: `python -m pypatterns.course.checking.child.fresh FOLDER DEADLINE`.

The request comes by stdin, the result leaves by what was stdout, all that is printed by stderr. Shortly before the
deadline faulthandler, which needs no signal, writes where every thread stands.
"""

from __future__ import annotations

import faulthandler
import os
import sys
from contextlib import suppress
from typing import Any

import psutil

from pypatterns.course.checking.child import call
from pypatterns.course.checking.child.monkeypatches import Names
from pypatterns.course.checking.shared import protocol, scratch, wire


def main() -> None:
    """Carry out the one request and end."""
    folder, deadline = sys.argv[1], float(sys.argv[2])
    request = _request()
    result = os.dup(1)
    traces = os.fdopen(os.dup(2), "wb", 0)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    call.speak_plainly()
    faulthandler.dump_traceback_later(deadline, file=traces)
    try:
        call.settle_in(request, folder)
    except scratch.NoRoom as error:
        _write(result, wire.pack({"no_room": str(error)}))
        os._exit(1)
    _write(result, wire.pack({"begun": True}))
    own, end = os.getpid(), os._exit
    names = Names()
    frame = call.packed_result(request, folder, names)
    names.restore()
    if os.getpid() != own:  # a copy that the answer forked and let run on has nothing to say
        end(0)
    try:
        _write(result, frame)
    except OSError:
        end(protocol.NO_CHANNEL)
    _end_children()
    end(0)


def _end_children() -> None:
    """What the answer left running; a process that has cut its ties escapes, which only the forking worker prevents."""
    with suppress(psutil.Error):
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                process.kill()


def _write(channel: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(channel, rest) :]


def _request() -> dict[str, Any]:
    frames = wire.Frames()
    while data := os.read(0, 1 << 16):
        for message in frames.feed(data):
            return message
    sys.exit("the judge is gone")


if __name__ == "__main__":
    main()
