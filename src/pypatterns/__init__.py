"""Advanced Python patterns: what the course's notebooks import, and `%load_ext pypatterns`, which checks their answers."""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, whose import would take longer than this package's
if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext pypatterns`: check each answer as its cell is run."""
    # imported here: whoever wants only the patterns does not wait for the course
    from pypatterns.course.lab.cell import extension  # noqa: PLC0415

    extension.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """`%unload_ext pypatterns`: check no more."""
    from pypatterns.course.lab.cell import extension  # noqa: PLC0415

    extension.unload(shell)
