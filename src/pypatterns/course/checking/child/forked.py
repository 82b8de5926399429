"""The child of one forked call: take over the descriptors, prepare the autopsy, carry out the call, write one frame, end."""

from __future__ import annotations

import faulthandler
import linecache  # noqa: F401 - loaded once here instead of in every child that describes an error
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Any

from pypatterns.course.checking.child import call
from pypatterns.course.checking.child.monkeypatches import Names
from pypatterns.course.checking.introspection import autopsy
from pypatterns.course.checking.shared import protocol, rlimits, scratch, wire
from pypatterns.course.checking.shared.protocol import AFTER_AUTOPSY, QUESTION, RESULT, TRACES

Write = Callable[[bytes], object]


def run_one_call(folder: str, channel: int, output: int, names: Names) -> None:
    """Be the child of one call: settle in, read the request, carry it out, write one frame, end."""
    os.setsid()
    # who starts us in a shell's background has it ignored, and so would every answer
    signal.signal(signal.SIGINT, signal.default_int_handler)
    write = _take(channel, output)
    rlimits.limit_this_process()
    request = _request()
    try:
        call.settle_in(request, folder)
    except scratch.NoRoom as error:
        write(wire.pack({"no_room": str(error)}))
        os._exit(1)
    _prepare_autopsy(folder, write)
    own, get_pid, end = os.getpid(), os.getpid, os._exit
    write(wire.pack({"begun": True}))  # what goes wrong before this is our doing
    result = call.packed_result(request, folder, names)
    if get_pid() == own:  # a copy that the answer forked and let run on has nothing to say
        try:
            write(result)
        except OSError:
            end(protocol.NO_CHANNEL)
    end(0)


def _take(channel: int, output: int) -> Write:
    """Put the descriptors in their places; what writes to the channel needs no further one."""
    os.dup2(channel, RESULT, inheritable=False)
    os.dup2(output, TRACES, inheritable=False)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(channel)
    os.close(output)
    call.speak_plainly()
    return socket.socket(fileno=RESULT).sendall


def _request() -> dict[str, Any]:
    frames = wire.Frames()
    while data := os.read(RESULT, 1 << 16):
        for message in frames.feed(data):
            return message
    os._exit(1)  # the judge is gone


def _prepare_autopsy(folder: str, write: Write) -> None:
    """SIGUSR1: say where everything stands, and end. SIGUSR2: the same by faulthandler, should Python itself be stuck.

    The onlooker's question: end only if it is proven that nothing can go on.
    """
    own, get_pid, end_now = os.getpid(), os.getpid, os._exit
    take, pack, ask = autopsy.take, call.packed, QUESTION

    def say_and_end(number: int, _frame: FrameType | None) -> None:
        if get_pid() != own:  # a process that the answer forked has the handler too
            return
        found = take(folder, only_proven=number == ask)
        if number != ask or found.proof:
            write(pack({"autopsy": found.to_dict()}))
            end_now(AFTER_AUTOPSY)

    signal.signal(signal.SIGUSR1, say_and_end)
    if ask:
        signal.signal(ask, say_and_end)
    faulthandler.register(signal.SIGUSR2, file=TRACES, all_threads=True, chain=False)
