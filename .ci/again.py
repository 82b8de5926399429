"""Run once more, one after the other, the tests that have just failed; tell those that pass now as FLAKY.

`python .ci/again.py .pytest_cache/v/cache/lastfailed`. A cell of a notebook needs those before it, so its whole notebook
runs. The exit code is pytest's, and so is the last line; where more than a few failed, that is no accident, and nothing is
run again.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MOST = 12  # failed tests that may be an accident


def main(file: Path) -> int:
    """Run the tests again that `file`, pytest's record of the last failures, names; the exit code."""
    before = failures(file)
    if not before or len(before) > MOST:
        return 1
    print(f"\nOnce more, by themselves: {', '.join(sorted(before))}\n", flush=True)
    wanted = sorted({name.partition("::")[0] if ".ipynb" in name else name for name in before})
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *wanted], capture_output=True, text=True, check=False
    )
    for name in sorted(before - failures(file)):
        print(f"FLAKY: {name} failed, and passes by itself.")
    print(ended.stderr, ended.stdout, sep="", end="", flush=True)
    return ended.returncode


def failures(file: Path) -> set[str]:
    """The tests that failed last."""
    return set(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else set()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
