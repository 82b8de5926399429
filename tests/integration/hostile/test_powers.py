"""Answers that want powers which they have not: another user's, the system's, those over the process that runs them."""

from __future__ import annotations

from typing import Any

import pytest

from pypatterns.course.checking.report.model import Verdict

# What each attack does, in the sandbox only; it is won where this returns something true.
POWERS = {
    "becomes root": "os.setuid(0)\nreturn True",
    "joins root's group": "os.setgroups([0])\nreturn True",
    "runs a program of root's": (
        "return subprocess.run(['su', '-c', 'true'], capture_output=True).returncode == 0"
    ),
    "has a capability left": (
        "kept = [line for line in open('/proc/self/status') if line[:3] == 'Cap']\n"
        "return any(int(line.split()[1], 16) for line in kept)"
    ),
    "may gain new powers": "return 'NoNewPrivs:\\t1' not in open('/proc/self/status').read()",
    "mounts a disk": "return libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0",
    "mounts its folder on the library": "return libc.mount(b'/tmp', b'/usr', None, 4096, None) == 0",
    "has the library made writable": "return libc.mount(None, b'/usr', None, 4096 | 32, None) == 0",
    "takes a mount away": "return libc.umount2(b'/usr', 2) == 0",
    "makes a user space of its own": "return libc.unshare(0x10000000) == 0",
    "has a program make a user space": (
        "return subprocess.run(['unshare', '--user', 'true'], capture_output=True).returncode == 0"
    ),
    "makes a network of its own": "return libc.unshare(0x40000000) == 0",
    "enters its parent's spaces": "return libc.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0) == 0",
    "changes its root": "os.chroot('/tmp')\nreturn True",
    "makes a disk": "os.mknod('disk', 0o60600, os.makedev(254, 0))\nreturn True",
    "changes the kernel's settings": "return open('/proc/sys/kernel/core_pattern', 'a')",
    "changes the memory's settings": "return open('/proc/sys/vm/drop_caches', 'a')",
    "calls the system's emergency key": "return open('/proc/sysrq-trigger', 'a')",
    "makes itself the last to be killed": "return open('/proc/self/oom_score_adj', 'a')",
    "renames the machine": "socket.sethostname('mine')\nreturn True",
    "sets the clock": "time.clock_settime(time.CLOCK_REALTIME, time.time())\nreturn True",
    "puts itself first": "return os.nice(-5) < 0",
    "raises its limits": (
        "_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "try: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard + 1))\n"
        "except ValueError: return False\n"
        "return True"
    ),
    "switches the machine off": "return libc.reboot(0) == 0 or ctypes.get_errno() != 1",
    "traces its parent": "return libc.ptrace(16, 1, 0, 0) == 0",
    "seizes its parent": "return libc.ptrace(0x4206, 1, 0, 0) == 0",
    "reads its parent's memory": "return open('/proc/1/mem', 'rb')",
    "writes its parent's memory": "return open('/proc/1/mem', 'wb')",
    "copies its parent's memory": (
        "class Piece(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('size', ctypes.c_size_t)]\n"
        "into = ctypes.create_string_buffer(8)\n"
        "own = Piece(ctypes.addressof(into), 8)\n"
        "return libc.process_vm_readv(1, ctypes.byref(own), 1, ctypes.byref(own), 1, 0) > 0"
    ),
    "opens its parent's descriptor": "return os.open('/proc/1/fd/3', os.O_RDWR)",
    "takes its parent's descriptor": (
        "parent = os.pidfd_open(1)\n"
        "return any(libc.syscall(438, parent, number, 0) >= 0 for number in range(3, 64))"
    ),
    "reads its parent's environment": "return open('/proc/1/environ', 'rb').read()",
    "kills its parent": "os.kill(1, 9)\ntime.sleep(0.05)\nreturn os.getppid() != 1",
}


@pytest.mark.parametrize("name", POWERS)
def test_no_power_is_to_be_had(fire: Any, attack: Any, name: str) -> None:
    """The attack fails, and so does its check; a right answer after it passes."""
    seen = fire(name, attack(POWERS[name], only_inside=True), "once")

    assert (seen.verdict, seen.next) == (Verdict.FAIL, Verdict.PASS), seen.words
    assert "returned 0; expected" in seen.words
