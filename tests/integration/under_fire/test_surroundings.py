"""Answers that change the process around them. What does not harm a right answer must not cost it anything."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

PASS, FAIL, ERROR = Verdict.PASS, Verdict.FAIL, Verdict.ERROR
RIGHT = "def double(number):\n    return number * 2\n"

# Done at import, before a right answer.
HARMLESS = {
    "working folder": "import os; os.chdir('/')",
    "working folder removed": "import os, shutil; os.mkdir('x'); os.chdir('x'); os.rmdir('../x')",
    "its own file rewritten": "open(__file__, 'w').write('def (')",
    "its folder removed": "import os, shutil; shutil.rmtree(os.path.dirname(__file__))",
    "umask": "import os; os.umask(0o777)",
    "environment": "import os; os.environ.clear()",
    "locale": "import locale; locale.setlocale(locale.LC_ALL, 'C')",
    "signals ignored": "import signal\nfor s in signal.valid_signals() - {9, 19, 32, 33}: signal.signal(s, signal.SIG_IGN)",
    "signals handled": "import signal\nfor s in signal.valid_signals() - {9, 19, 32, 33}: signal.signal(s, lambda *_: 1 / 0)",
    "signals blocked": "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())",
    "a timer that still runs": "import signal; signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)",
    "recursion limit low": "import sys; sys.setrecursionlimit(60)",
    "recursion limit high": "import sys; sys.setrecursionlimit(10**9)",
    "switch interval": "import sys; sys.setswitchinterval(100)",
    "digits of integers": "import sys; sys.set_int_max_str_digits(640)",
    "sys.settrace": "import sys; sys.settrace(lambda *_: None)",
    "sys.setprofile": "import sys, threading; sys.setprofile(lambda *_: None); threading.setprofile(lambda *_: None)",
    "gc.disable": "import gc; gc.disable(); gc.set_threshold(1); gc.set_debug(gc.DEBUG_STATS)",
    "gc.callbacks": "import gc; gc.callbacks.append(lambda *_: 1 / 0)",
    "hooks": "import sys, threading; sys.excepthook = sys.unraisablehook = sys.displayhook = threading.excepthook = None",
    "audit hook": "import sys; sys.addaudithook(lambda event, args: None)",
    "warnings as errors": "import warnings; warnings.simplefilter('error')",
    "sys.path cleared": "import sys; sys.path.clear(); sys.path_hooks.clear(); sys.path_importer_cache.clear()",
    "sys.meta_path cleared": "import sys; sys.meta_path.clear()",
    "sys.modules without json": "import sys; sys.modules.pop('json'); sys.modules.pop('traceback')",
    "sys.modules poisoned": "import sys\nfor m in ('json', 'os', 'traceback', 'linecache', 'socket'): sys.modules[m] = None",
    "sys.stdout closed": "import sys; sys.stdout.close(); sys.stderr = None",
    "sys.stdout replaced": "import io, sys; sys.stdout = sys.stderr = io.StringIO()",
    "descriptors 1 and 2 closed": "import os; os.close(1); os.close(2)",
    "descriptors closed": "import os; os.closerange(0, 600)",
    "descriptors flooded": "import os\ntry:\n    while True: os.dup(0)\nexcept OSError: pass",
    "few descriptors allowed": "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (5, 5))",
    "no file may grow": "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
    "no further process": "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))",
    "little stack": "import resource; resource.setrlimit(resource.RLIMIT_STACK, (65536, 65536))",
    "nice": "import os; os.nice(19)",
    "a session of its own": "import os; os.setpgid(0, 0) if os.getpid() != os.getsid(0) else None",
    "not dumpable": "import ctypes; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)",
    "faulthandler off": "import faulthandler; faulthandler.disable(); faulthandler.unregister(12)",
    "logging": "import logging, sys; logging.basicConfig(level=0, stream=sys.stdout); logging.disable(); logging.raiseExceptions = False",
    "random.seed": "import random; random.seed(0)",
    "decimal context": "import decimal; decimal.getcontext().prec = 1",
    "start method": "import multiprocessing; multiprocessing.set_start_method('spawn')",
    "event loop policy": "import asyncio; asyncio.set_event_loop(asyncio.new_event_loop())",
    "thread stack size": "import threading; threading.stack_size(65536)",
    "an object in place of the module": "import sys\nclass Answer: double = staticmethod(lambda number: number * 2)\nsys.modules[__name__] = Answer()",
    "__import__ replaced": "import builtins; builtins.__import__ = None",
    "json encoder broken": "import json; json.JSONEncoder.encode = json.JSONEncoder.iterencode = None",
    "sys.modules cleared": "import sys; sys.modules.clear()",
    "every builtin gone": "import builtins\nnames = [name for name in dir(builtins) if name[0] != '_']\nvars(builtins).update(dict.fromkeys(names))",
    "print replaced": "import builtins; builtins.print = None",
    "len and open replaced": "import builtins; builtins.len = builtins.open = builtins.isinstance = None",
    "json replaced": "import json; json.dumps = json.loads = None; json.encoder.JSONEncoder = None",
    "os replaced": "import os; os._exit = os.getpid = os.write = os.path.dirname = None",
    "time replaced": "import time; time.sleep = time.monotonic = time.time = None",
    "threading replaced": "import threading; threading.Thread = threading.Lock = threading.current_thread = None",
    "socket replaced": "import socket; socket.socket = None",
    "traceback replaced": "import traceback; traceback.extract_tb = traceback.format_tb = None",
}
# What harms the answer itself: it is told so.
HARMFUL = {
    "every descriptor closed": (
        "import os\ndef double(number):\n    os.closerange(3, 5000)\n    return number * 2",
        FAIL,
        "The answer closed descriptors that it had not opened, and so the channel that carries its results.",
    ),
    "every descriptor closed at import": (
        "import os; os.closerange(3, 5000)\n" + RIGHT,
        ERROR,
        "and no other. This happens when it is imported.",
    ),
    "noise in the channel": (
        "import os\ndef double(number):\n    os.write(700, b'?' * 999)\n    return number * 2",
        FAIL,
        "The answer wrote into the channel that carries its results",
    ),
    "a result of its own making": (
        "import json, os, struct\ndef double(number):\n    data = json.dumps({'value': number * 2}).encode()\n"
        "    os.write(700, struct.pack('>I', len(data)) + data)\n    return 5",
        FAIL,
        "The answer wrote into the channel that carries its results",
    ),
    "a flood of messages": (
        "import os, struct\ndef double(number):\n    for _ in range(100_000): os.write(700, struct.pack('>I', 2) + b'{}')",
        FAIL,
        "The answer wrote into the channel that carries its results",
    ),
    "a message of all kinds": (
        "import json, os, struct\ndef double(number):\n    data = json.dumps({'raised': 1, 'blame': [], 'autopsy': 7, 'phase': {}}).encode()\n"
        "    os.write(700, struct.pack('>I', len(data)) + data)\n    os._exit(0)",
        FAIL,
        "ended its process (exit status 0)",
    ),
    "a tracer that raises": (
        "import sys\ndef trace(frame, *_): raise OSError('traced')\nsys.settrace(trace)\n" + RIGHT,
        FAIL,
        "It raised OSError: traced",
    ),
    "builtins gone one by one": (
        "import builtins\nfor name in dir(builtins): setattr(builtins, name, None)\n" + RIGHT,
        ERROR,
        "The answer had replaced builtins.ArithmeticError, builtins.AssertionError, builtins.AttributeError and",
    ),
    "len gone where it is needed": (
        "import builtins\nbuiltins.len = None\ndef double(number): return len([number]) * number * 2",
        FAIL,
        "It raised TypeError: 'NoneType' object is not callable The answer had replaced builtins.len,",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_right_answer_is_right_whatever_it_changes(fire: Any, name: str) -> None:
    """The change is its own, and the double is the double."""
    seen = fire(name, f"{HARMLESS[name]}\n{RIGHT}")

    assert (seen.verdict, seen.next) == (PASS, PASS), seen.words


@pytest.mark.parametrize("name", HARMFUL)
def test_an_answer_that_harms_itself_is_told_how(fire: Any, name: str) -> None:
    """What it broke is its own failure, in words that name it."""
    source, verdict, said = HARMFUL[name]

    seen = fire(name, source)

    assert (seen.verdict, seen.next) == (verdict, PASS), seen.words
    assert said in " ".join(seen.words.split())
