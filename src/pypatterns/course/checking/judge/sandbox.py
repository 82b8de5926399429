"""The room that answers which nobody trusts run in: a bubblewrap sandbox around the zygote and all that it starts.

>>> available()
''
>>> subprocess.run([*command(), sys.executable, "-c", "print('alone')"], env=environment())

Inside there is no network but a loopback of its own, no process but the answer's, no file that can be written to but those
in a small `/tmp` and `/dev/shm`, and of the machine's files just what Python, its libraries and this package are made of:
no home, no course.toml, no checks, no solutions, no other submission. There are no capabilities and no way to any. The
judge stays outside; it hands in the control socket, and what it asks for goes through that.

What an answer can still do: fake what its own driver observes, for about the price of solving the exercise; claim a fault of
ours, which is no mark and makes somebody look; spoil the other answers of its own submission, which share its sandbox; use memory
that no process holds (memfd, shared segments), which is counted nowhere; attack the kernel. Whoever is root outside owns inside what root's
number owns: without capabilities, and with all but `/tmp` and `/dev/shm` read-only, but a plain user grades more safely.

Sources: bwrap(1), user_namespaces(7), pid_namespaces(7).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from sysconfig import get_path

import pypatterns
from pypatterns.course.checking.report.model import Sandbox
from pypatterns.course.errors import NoSandbox

PROGRAM = "bwrap"
TEMPORARY = "/tmp"  # noqa: S108 - the sandbox's own, which nobody else sees
ROOM = 256 << 20  # bytes in each of the two places that can be written to
PATIENCE = 20.0  # seconds for Python's start
PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")  # of the environment; all else stays outside
NOBODY = "1000"  # who an answer is inside, whoever grades
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = (
    *("alternatives", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d"),
    *("localtime", "mime.types", "nsswitch.conf"),
)  # of /etc
ISOLATED = (
    *("--unshare-all", "--unshare-user", "--cap-drop", "ALL", "--uid", NOBODY, "--gid", NOBODY),
    *("--as-pid-1", "--die-with-parent", "--new-session"),
)


def chosen(wish: str) -> Sandbox:
    """The sandbox for a wish: "auto" is the best there is, and never none. Raises `NoSandbox` with the way out."""
    if wish == Sandbox.NONE:
        return Sandbox.NONE
    if reason := available():
        raise NoSandbox(reason)
    return Sandbox.BWRAP


@cache
def available() -> str:
    """Why there is no sandbox here, as a sentence with the way out; "" if there is one. Really starts one."""
    if not sys.platform.startswith("linux"):
        return "The sandbox needs Linux: grade there, in a virtual machine or in a container."
    if shutil.which(PROGRAM) is None:
        return f"There is no {PROGRAM} here: install bubblewrap (apt install bubblewrap, dnf install bubblewrap)."
    if complaint := _tried([*command(), "/usr/bin/env", "true"]):
        return (
            f"bubblewrap does not start here ({complaint}). It needs user namespaces: a container must be allowed to make "
            "them (docker run --security-opt seccomp=unconfined), a machine must have kernel.unprivileged_userns_clone "
            "set to 1 and no AppArmor rule against it."
        )
    ready = "import pypatterns.course.checking.zygote.server"
    if complaint := _tried([*command(), sys.executable, "-P", "-B", "-c", ready]):
        return f"bubblewrap starts here, but Python and its libraries do not start in it ({complaint})."
    return ""


def _tried(command: list[str]) -> str:
    """The last thing that a command complained of; "" if it ended well."""
    try:
        ended = subprocess.run(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if ended.returncode == 0:
        return ""
    said = ended.stderr.decode("utf-8", "replace").strip()
    return said.splitlines()[-1] if said else f"exit status {ended.returncode}"


def command(hidden: Iterable[str] = (), package: str = "") -> list[str]:
    """What to put before a command to run it in the sandbox. `hidden` folders are not seen, even inside shown ones.

    `package` is a folder to show in the place of this package: a copy that gives no exercise's answer away.
    """
    shown = {os.path.normpath(place) for place in (*_python(), _own_folder(), *_libraries())}
    shown |= {os.path.realpath(place) for place in shown}
    covered = {os.path.realpath(folder) for folder in hidden}
    covered = {each for each in covered if any(_is_inside(each, top) for top in (*shown, "/usr"))}
    covered |= {_top(place) for place in shown if _is_inside(place, TEMPORARY)}
    return [
        shutil.which(PROGRAM) or PROGRAM,  # its own environment finds no program of a user's
        *ISOLATED,
        *(["--disable-userns"] if "--disable-userns" in _options() else []),
        *_system(),
        *("--proc", "/proc", "--dev", "/dev"),
        *_small_disk(TEMPORARY),  # before what is shown, which may lie in it
        *_small_disk("/dev/shm"),  # noqa: S108 - as above
        *_layers(shown, covered),
        *(["--ro-bind", package, _own_folder()] if package else []),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        # Who is root outside owns the settings of the kernel in there, capabilities or not.
        *("--remount-ro", "/proc", "--chdir", TEMPORARY, "--"),
    ]


def environment() -> dict[str, str]:
    """All that an answer's process sees of an environment."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = os.path.dirname(sys.executable)
    path = os.pathsep.join([*_package(), *_libraries()])
    return passed | {
        "PATH": os.pathsep.join([own, "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": TEMPORARY,
        "TMPDIR": TEMPORARY,
        "USER": "learner",
        "LOGNAME": "learner",
        **({"PYTHONPATH": path} if path else {}),
    }


def _small_disk(place: str) -> list[str]:
    return [*(["--size", str(ROOM)] if "--size" in _options() else []), "--tmpfs", place]


@cache
def _options() -> frozenset[str]:
    """The options that this bubblewrap knows: `--size` is of 0.7, `--disable-userns` of 0.8."""
    told = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=False)
    return frozenset(word for word in (told.stdout + told.stderr).split() if word[:2] == "--")


def _top(place: str) -> str:
    """The folder right in the temporary one that holds a place: nobody shall write beside it."""
    return "/".join(place.split("/")[: TEMPORARY.count("/") + 2])


def _system() -> Iterator[str]:
    """The system's programs and libraries, and the settings that these read."""
    for place in SYSTEM:
        if os.path.islink(place):
            yield from ("--symlink", os.readlink(place), place)
        elif os.path.isdir(place):
            yield from ("--ro-bind", place, place)
    for name in SETTINGS:
        yield from ("--ro-bind-try", f"/etc/{name}", f"/etc/{name}")


def _layers(shown: set[str], covered: set[str]) -> Iterator[str]:
    """Show some places and cover others: of two, one inside the other, the inner one decides."""
    for place in sorted(shown | covered, key=lambda place: place.count("/")):
        yield from ("--ro-bind", place, place) if place in shown else ("--tmpfs", place)
    for place in covered - shown:
        yield from ("--remount-ro", place)


def _python() -> set[str]:
    """The interpreter, its virtual environment and its standard library."""
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    link = sys.executable
    while os.path.islink(link):
        link = os.path.join(os.path.dirname(link), os.readlink(link))
        if not any(_is_inside(link, folder) for folder in found):
            found.add(link)
    return found


def _own_folder() -> str:
    """This package: the zygote is made of it, and exercises build on it."""
    return os.path.dirname(os.path.abspath(pypatterns.__file__))


def _package() -> list[str]:
    """Where to import this package from, unless it is installed like any other."""
    parent = os.path.dirname(_own_folder())
    return [] if parent in (get_path("purelib"), get_path("platlib")) else [parent]


def _libraries() -> list[str]:
    """Folders of libraries outside Python's own, as PYTHONPATH or a user's site-packages name them.

    Skip folders that contain pypatterns or overlap one already bound: binding them would expose their siblings.
    """
    known = {*_python(), "/usr", _own_folder()}
    return [
        folder
        for folder in map(os.path.abspath, filter(os.path.isdir, sys.path))
        if not os.path.isdir(os.path.join(folder, "pypatterns"))
        and not any(_is_inside(folder, each) or _is_inside(each, folder) for each in known)
    ]


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
