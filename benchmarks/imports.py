"""What an import costs on top of an empty Python: `python benchmarks/imports.py`. `import pypatterns` stays under 50 ms.

Each is a fresh process; the least of several runs is what the import costs, all above it is what else the machine did.
"""

from __future__ import annotations

import subprocess
import sys
import time

RUNS = 15
PROGRAMS = {
    "nothing": "",
    "import pypatterns": "import pypatterns",
    "import json": "import json",
    "import IPython": "import IPython",
}


def main() -> None:
    """Print one line a program: milliseconds, and how many times an empty Python that is."""
    least = dict.fromkeys(PROGRAMS, float("inf"))
    for _ in range(RUNS):
        for name, program in PROGRAMS.items():
            least[name] = min(least[name], seconds(program))
    empty = least["nothing"]
    print(f"{'program':<20}{'start to end':>13}{'import':>10}{'ratio':>8}")
    for name, took in least.items():
        print(f"{name:<20}{took * 1000:>11.1f}ms{(took - empty) * 1000:>8.1f}ms{took / empty:>7.2f}x")  # fmt: skip


def seconds(program: str) -> float:
    """How long a Python lives that runs this."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
