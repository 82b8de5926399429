"""What a check holds in its hands: the answer, to be put to work in a process of its own.

`Subject.run("driver", **inputs)` gives the driver's data. Whatever else can happen to a call becomes a `CallFailed`, with
the verdict and the words that the learner reads. The judge never imports the answer.
"""

from __future__ import annotations

import ast
import base64
import py_compile
import re
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pypatterns.course.answers import Answer
from pypatterns.course.catalog import Exercise
from pypatterns.course.checking import typechecker, wire
from pypatterns.course.checking.child import NO_CHANNEL
from pypatterns.course.checking.judge import (
    KEPT_OUTPUT,
    MOST_MEMORY,
    MOST_PROCESSES,
    Ended,
    Worker,
    WorkerBroken,
)
from pypatterns.course.checking.report import Verdict
from pypatterns.course.checking.stands import Line, Stand
from pypatterns.course.checking.typechecker import Remark

LOOK = "pypatterns.course.checking.builtin:look"
IMPORT_DEADLINE = 5.0  # seconds: an import may have to load a library that nobody has preloaded
MOST_LINES, MOST_STANDS = 6, 24


class CallFailed(Exception):
    """A call gave no data: the verdict on it, and why, for the learner; `raised` names the type of an error, if there was one."""

    def __init__(
        self,
        verdict: Verdict,
        message: str,
        lines: Sequence[Line] = (),
        stands: Sequence[Stand] = (),
        raised: str = "",
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.lines = tuple(lines)
        self.stands = tuple(stands)
        self.raised = raised


class Subject:
    """One answer, as its checks see it. `called` and `output` tell of the latest calls, for the report."""

    def __init__(self, answer: Answer, exercise: Exercise, worker: Worker) -> None:
        self.answer = answer
        self.exercise = exercise
        self.called = ""
        self.output = ""
        self._worker = worker
        self._seconds = 0.0  # used by its calls so far, less their waits for a core
        self._seen: list[dict[str, Any]] | None = None  # what it defines, once that is known
        self._remarks: dict[
            Path, tuple[Remark, ...]
        ] = {}  # mypy's, by the folder that it read beside

    def run(self, driver: str, **inputs: Any) -> Any:
        """Run a driver of the exercise's drive.py on the answer; what it returned, as plain data. Raises `CallFailed`."""
        drivers = drivers_of(self.exercise)
        self.called = _description(drivers.docstrings.get(driver, ""), inputs) if drivers else ""
        return self.work(f"drive:{driver}", inputs, self.exercise.call_deadline)

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call something that the answer defines; what it returned, as plain data. Raises `CallFailed`."""
        given = [repr(arg) for arg in args] + [f"{key}={value!r}" for key, value in kwargs.items()]
        self.called = f"{name}({', '.join(given)})"
        return self.work(
            "pypatterns.course.checking.builtin:call",
            {"name": name, "args": args, "kwargs": kwargs},
            self.exercise.call_deadline,
        )

    def mypy(self, beside: Path) -> tuple[Remark, ...]:
        """All that `mypy --strict` objects to in the answer (answer.py) and in the .py files of the folder `beside`.

        They are read together, once for all checks of this answer. Raises `CallFailed`.
        """
        if beside not in self._remarks:
            files = {path.name: path.read_text(encoding="utf-8") for path in beside.glob("*.py")}
            files[typechecker.MODULE] = self.answer.source
            self.called = "mypy --strict reads the answer"
            typechecker.prepare(files)
            began = time.monotonic()
            try:
                self._remarks[beside] = typechecker.remarks(files, seconds=self._left())
            except typechecker.TooSlow:
                words = f"mypy had not read the answer after {self._left():.0f} s, and was stopped."
                raise CallFailed(Verdict.TIMEOUT, words) from None
            finally:
                self._seconds += time.monotonic() - began
        return self._remarks[beside]

    def look(self, wanted: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What the answer defines of the `wanted` names (see `builtin.look`). Raises `CallFailed`."""
        if self._seen is None:
            self._seen = self.work(LOOK, {"wanted": wanted}, self.exercise.call_deadline)
        return self._seen

    def enter(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        """Import the answer, and look at what it defines while it is there.

        Raises `CallFailed` with the verdict ERROR, or what kept the import from ending.
        """
        try:
            self._import_and_look(wanted)
        except CallFailed as failed:
            if failed.verdict in (Verdict.ERROR, Verdict.INFRASTRUCTURE):
                raise
            # It crashed, exited, used too much: there is nothing to check.
            fatal = failed.verdict is Verdict.FAIL
            raise CallFailed(
                Verdict.ERROR if fatal else failed.verdict,
                f"{failed.message} This happens when it is imported.",
                failed.lines,
                failed.stands,
            ) from None

    def _import_and_look(self, wanted: Sequence[Mapping[str, Any]]) -> None:
        try:
            if wanted:
                self._seen = self.work(LOOK, {"wanted": wanted}, IMPORT_DEADLINE)
                return
        except CallFailed as failed:
            if failed.verdict is not Verdict.FAIL:
                raise
            self.output = ""  # what fails may be the look at it: that is for a check to tell, later
        self.work("", {}, IMPORT_DEADLINE)

    def work(self, driver: str, inputs: Mapping[str, Any], deadline: float) -> Any:
        """One call of any driver, named "module:function"."""
        left = self._left()
        files = {"answer.py": self.answer.source}
        name = self.exercise.name
        files |= {f"{name}/{path}": text for path, text in self.answer.files.items()}
        drivers = drivers_of(self.exercise)
        if drivers is not None:
            files["drive.py"] = drivers.source
        began, waited = time.monotonic(), 0.0
        try:
            ended = self._worker.call(
                {
                    "files": files,
                    "compiled": drivers.compiled if drivers else "",
                    "driver": driver,
                    "inputs": wire.encode(dict(inputs)),
                },
                min(deadline, left),
            )
            waited = ended.waited
        finally:
            self._seconds += time.monotonic() - began - waited
        self.output = (self.output + ended.output)[-KEPT_OUTPUT:]
        return value_of(ended, self.answer, min(deadline, left))

    def _left(self) -> float:
        """Seconds that are left of this answer's. Raises `CallFailed` when there are none."""
        left = self.exercise.answer_deadline - self._seconds
        if left <= 0:
            raise CallFailed(
                Verdict.TIMEOUT,
                f"The {self.exercise.answer_deadline:g} s for all checks of an answer are used up.",
            )
        return left


def value_of(ended: Ended, answer: Answer, deadline: float) -> Any:
    """The data that a call ended with. Raises `CallFailed` for all other ends."""
    if not ended.begun and not ended.tampered:
        raise WorkerBroken(_not_begun(ended))
    if ended.why != "exit":
        raise _was_ended(ended, deadline)
    if ended.tampered:
        raise CallFailed(Verdict.FAIL, f"{_TAMPERED} ({ended.tampered}). {_ONLY_YOUR_OWN}")
    if ended.frame is None:
        raise _ended_itself(ended)
    try:
        return _value(ended.frame, answer)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, wire.WireError):
        raise CallFailed(Verdict.FAIL, f"{_TAMPERED}. {_ONLY_YOUR_OWN}") from None


TOO_DEEP = "Python cannot read the answer: its expressions are nested too deep."
_TAMPERED = "The answer wrote into the channel that carries its results"
_ONLY_YOUR_OWN = "Write to files and descriptors that you opened yourself, and to no other."


def _not_begun(ended: Ended) -> str:
    if ended.frame is not None and "no_room" in ended.frame:
        return str(ended.frame["no_room"])
    return f"The process for the answer did not start (exit status {ended.status}): {ended.output[-500:]}"


def _value(frame: Mapping[str, Any], answer: Answer) -> Any:
    if "value" in frame:
        return wire.decode(frame["value"])
    if "deadlock" in frame:
        raise _deadlock(frame["deadlock"])
    if "unreadable" in frame:
        raise CallFailed(
            Verdict.FAIL,
            f"What came back cannot be compared with anything: {str(frame['unreadable'])[:300]}.",
        )
    if "broken" in frame:
        raise _broken(frame)
    raise _raised(frame, answer)


def _broken(frame: Mapping[str, Any]) -> CallFailed:
    """The process could not tell its result, although the answer had run."""
    if frame["blame"] == "answer":
        return CallFailed(
            Verdict.FAIL,
            f"Your answer ran, and left its process so broken that the result could not be told: {frame['broken']}."
            + _replaced(frame),
        )
    return CallFailed(
        Verdict.INFRASTRUCTURE,
        f"The engine failed after your answer had run, which is not your doing: {frame['broken']}\n{frame['trace']}",
    )


def _replaced(frame: Mapping[str, Any]) -> str:
    names = str(frame.get("replaced", ""))
    return f"\nThe answer had replaced {names}, which Python and the check use." if names else ""


_NEVER_ENDS = "The call can never end:"
_DEADLOCKS = {
    "self": "a thread waits for a lock that it holds itself, and a Lock, unlike an RLock, cannot be taken twice.",
    "cycle": "its threads wait for each other in a circle, and none lets go before it has what the next one holds.",
    "idle loop": "all tasks of the event loop wait, and nothing is scheduled or under way that could wake one.",
    "all wait": "all of its threads wait, and none is left that could wake one of them.",
}
_LOST = "A notify() wakes those who wait at that moment, and nobody later: look at the state before waiting, as wait_for() does."


def _deadlock(autopsy: Mapping[str, Any] | None, output: str = "") -> CallFailed:
    """A proven one; how it came about is the child's word."""
    stands = _stands(autopsy) if autopsy else _from_traces(output)
    proof = str(autopsy.get("proof", "")) if autopsy else ""
    if proof == "cycle" and any(stand.held_by == stand.who for stand in stands):
        proof = "self"
    words = f"{_NEVER_ENDS} {_DEADLOCKS.get(proof, _DEADLOCKS['all wait'])}"
    if any(stand.waits_for == "Condition.wait()" for stand in stands):
        words += f" {_LOST}"
    return CallFailed(Verdict.DEADLOCK, words, stands=stands)


def _was_ended(ended: Ended, deadline: float) -> CallFailed:
    at_the_end = ended.why in ("deadline", "starved")
    if ended.why == "deadlock" or (at_the_end and (ended.autopsy or {}).get("proof")):
        return _deadlock(ended.autopsy, ended.output)
    match ended.why:
        case "starved":
            words = (
                f"It had not ended, but could not run for {ended.waited:.0f} s, since other programs had all cores of this "
                "machine. Nothing can be said of your answer: check it again when less runs beside it."
            )
            return CallFailed(Verdict.INFRASTRUCTURE, words)
        case "deadline":
            stands = _stands(ended.autopsy) if ended.autopsy else _from_traces(ended.output)
            words = f"It had not ended after {deadline:g} s, and was stopped."
            return CallFailed(Verdict.TIMEOUT, words, stands=stands)
        case "memory":
            words = f"It used more than {MOST_MEMORY >> 20} MiB of memory, and was stopped."
        case "processes":
            words = f"It had started more than {MOST_PROCESSES} processes, and was stopped."
        case _:
            words = "The answer killed the process that runs it: it sent a signal to a process that is not its own."
    return CallFailed(Verdict.FAIL, words)


# What a signal says about whoever it ended.
_SIGNALS = {
    "SIGSEGV": "C code touched memory that is not its own",
    "SIGBUS": "C code touched memory that is not its own",
    "SIGABRT": "C code, or the interpreter itself, gave up",
    "SIGFPE": "C code divided by zero",
    "SIGKILL": "somebody killed it, or the system did for want of memory",
    "SIGALRM": "an alarm rang for which there is no handler",
}


def _ended_itself(ended: Ended) -> CallFailed:
    status = ended.status or 0
    if status == NO_CHANNEL:
        words = "The answer closed descriptors that it had not opened, and so the channel that carries its results."
        return CallFailed(Verdict.FAIL, f"{words} Close what you opened yourself, and no other.")
    if status >= 0:
        words = f"The answer ended its process (exit status {status}) before there was a result: something like os._exit() ran."
        return CallFailed(Verdict.FAIL, words)
    known = -status in signal.Signals.__members__.values()
    name = signal.Signals(-status).name if known else f"signal {-status}"
    reason = f": {_SIGNALS[name]}" if name in _SIGNALS else ""
    return CallFailed(Verdict.FAIL, f"The process of the answer was ended by {name}{reason}.")


def _raised(frame: Mapping[str, Any], answer: Answer) -> CallFailed:
    raised = frame["raised"]
    what = f"{raised['type']}: {raised['text']}" if raised["text"] else str(raised["type"])
    lines = tuple(_line(line) for line in raised["lines"][:MOST_LINES])
    if frame["phase"] == "import":
        return CallFailed(Verdict.ERROR, _import_words(frame, what, answer, lines), lines)
    if frame["blame"] != "answer":
        return CallFailed(
            Verdict.INFRASTRUCTURE,
            f"The driver itself failed, which is not your doing: {what}\n{raised['trace']}",
        )
    words = _exited_or_raised(raised, what) + _missing_name(raised, answer) + _replaced(frame)
    return CallFailed(Verdict.FAIL, words, lines, raised=str(raised["type"]))


def _exited_or_raised(raised: Mapping[str, Any], what: str) -> str:
    if raised["type"] == "SystemExit":
        return "It ended with SystemExit instead of returning: exit(), quit() or sys.exit() ran."
    if raised["text"] == "EOF when reading a line":
        return (
            f"It raised {what}. Nobody can be asked while an answer is checked: take out input()."
        )
    # The driver could not go on: the call did not fit, or what it gave was something else.
    if not raised["lines"]:
        return f"Using your answer as the prompt says raised {what}"
    return f"It raised {what}"


def _import_words(
    frame: Mapping[str, Any], what: str, answer: Answer, lines: Sequence[Line]
) -> str:
    raised = frame["raised"]
    if raised["type"] in ("SyntaxError", "IndentationError"):
        if lines and (words := magic(lines[0])):
            return words
        if frame.get("top_level_await"):
            return "The answer awaits at top level, which only a notebook's cell can do. An answer is a plain module: put the await into an async function."
    if raised["type"] == "SystemExit":
        return "The answer ends its process when it is imported: exit(), quit() or sys.exit() runs at top level."
    if not lines and raised["type"] in ("MemoryError", "RecursionError"):
        return TOO_DEEP
    return f"Importing the answer raised {what}{_missing_name(raised, answer)}{_replaced(frame)}"


def magic(line: Line) -> str:
    """What to say of a line that only IPython reads; "" for all others."""
    code = line.code.strip()
    if code.startswith(("%", "!")) or code.endswith("?"):
        return f"Line {line.number} is notebook magic ({code}); an answer is plain Python. Move the magic to another cell."
    return ""


def _missing_name(raised: Mapping[str, Any], answer: Answer) -> str:
    name = raised.get("name")
    if not isinstance(name, str) or name not in answer.elsewhere:
        return ""
    return f"\n`{name}` is defined in {answer.elsewhere[name]}, not in this answer. An answer stands alone: put what it needs into its own cell."


def _line(data: Mapping[str, Any]) -> Line:
    return Line(int(data["number"]), str(data["code"])[:200], str(data["function"])[:80])


def _stands(autopsy: Mapping[str, Any]) -> tuple[Stand, ...]:
    """Where things stood, as the child says: its word is shown to the learner and decides no mark."""
    try:
        return tuple(map(_stand, autopsy["stands"][:MOST_STANDS]))
    except (KeyError, TypeError):
        return ()


def _stand(data: Mapping[str, Any]) -> Stand:
    texts = {name: str(data[name])[:200] for name in Stand.__slots__ if name != "line"}
    return Stand(line=data["line"] if type(data["line"]) is int else None, **texts)


_TRACE = re.compile(
    r'^(?:Current t|T)hread (?P<thread>0x[0-9a-f]+)|^  File ".*answer\.py", line (?P<line>\d+) in (?P<function>\S+)',
    re.MULTILINE,
)


def _from_traces(output: str) -> tuple[Stand, ...]:
    """Where each thread stood, read from faulthandler's text: its innermost line in the answer."""
    stands: dict[str, Stand] = {}
    thread = ""
    for match in _TRACE.finditer(output):
        thread = match["thread"] or thread
        if match["line"] and thread not in stands:
            stands[thread] = Stand(
                f"thread {len(stands) + 1}", "thread", int(match["line"]), "", match["function"]
            )
    return tuple(stands.values())[:MOST_STANDS]


@dataclass(frozen=True, slots=True)
class Drivers:
    """An exercise's drive.py: its text, its bytecode (base64, "" if it does not compile), its functions' docstrings, and
    the modules that it imports, which are loaded once instead of in the process of every call.
    """

    source: str
    compiled: str
    docstrings: Mapping[str, str]
    imports: frozenset[str] = frozenset()


def drivers_of(exercise: Exercise) -> Drivers | None:
    """The exercise's drivers, read once and read again when the file changes; None if it has none."""
    try:
        return _drivers(exercise.driver_file, exercise.driver_file.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@cache
def _drivers(file: Path, _changed: int) -> Drivers:
    source = file.read_text(encoding="utf-8")
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the call will say so
        return Drivers(source, "", {})
    functions = (
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    docstrings = {node.name: ast.get_docstring(node) or "" for node in functions}
    return Drivers(source, _bytecode(file), docstrings, frozenset(_imports(tree)))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def preload_of(exercise: Exercise) -> set[str]:
    """The modules to load before any answer to this exercise runs: those of course.toml, and what its drivers import."""
    drivers = drivers_of(exercise)
    return {*exercise.preload, *(drivers.imports if drivers else ())}


def _bytecode(file: Path) -> str:
    """Compiled once here, where it would else be compiled in the process of every call."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, "drive.pyc")
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(
            str(file), str(compiled), "drive.py", doraise=True, invalidation_mode=unchecked
        )
        return base64.b64encode(compiled.read_bytes()).decode("ascii")


def _description(docstring: str, inputs: Mapping[str, Any]) -> str:
    """The first sentence of a driver's docstring with the inputs in their places."""
    sentence = re.split(r"(?<=\.)\s", " ".join(docstring.split()), maxsplit=1)[0]
    try:
        return sentence.format(**inputs)
    except (KeyError, IndexError, ValueError):
        return sentence
