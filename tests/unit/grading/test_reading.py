"""What is read of a submission, and what each trick costs: its own learner a look, and nobody anything else."""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pypatterns.course.catalog import Course
from pypatterns.course.grading import entries, reading
from pypatterns.course.grading.reading import NoRoom, Submission, read
from pypatterns.course.grading.submissions import handed_in

from .conftest import notebook, right

Read = Callable[..., dict[str, Submission]]


@pytest.fixture
def read_all(tiny_course: Course, handed: Path) -> Read:
    """Every submission, read, by learner."""

    def read_all(where: Path = handed) -> dict[str, Submission]:
        chosen = tuple(tiny_course.exercises)
        return {
            each.learner: read(each, tiny_course, chosen) for each in handed_in(where, tiny_course)
        }

    return read_all


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    """A zip as bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return made.getvalue()


def test_every_form_of_a_submission_gives_its_answers(read_all: Read, handed: Path) -> None:
    """A folder with folders in it, files, a zip, a zip in a folder."""
    (handed / "ana" / "work").mkdir(parents=True)
    (handed / "ana" / "work" / "01_doubling.ipynb").write_text(notebook(right(), right("thrice")))
    (handed / "ben_twice.py").write_text("def twice(number):\n    return 2 * number\n")
    (handed / "chen.zip").write_bytes(
        zipped(("chen/twice.py", right()), ("thrice.py", right("thrice")))
    )
    (handed / "dora").mkdir()
    (handed / "dora" / "all.zip").write_bytes(zipped(("twice.py", right())))

    found = read_all()

    assert {name: sorted(each.answers) for name, each in found.items()} == {
        "ana": ["thrice", "twice"],
        "ben": ["twice"],
        "chen": ["thrice", "twice"],
        "dora": ["twice"],
    }
    assert found["ana"].answers["twice"].origin == "01_doubling.ipynb, cell 1"


def test_two_answers_to_one_exercise_are_for_a_person_to_judge(
    read_all: Read, handed: Path
) -> None:
    """Unless they are the same code, neither counts, and both places are named."""
    (handed / "ana").mkdir()
    (handed / "ana" / "a.py").write_text(right())
    (handed / "ana" / "b.py").write_text(right() + "# the same, with a comment\n")
    (handed / "ben").mkdir()
    (handed / "ben" / "a.py").write_text(right())
    (handed / "ben" / "b.py").write_text(right() + "twice(1)\n")

    found = read_all()

    assert sorted(found["ana"].answers) == ["twice"]
    assert found["ben"].answers == {}
    assert "a.py and b.py" in found["ben"].unsure["twice"]


def test_the_rest_of_the_course_may_come_along(
    read_all: Read, tiny_course: Course, handed: Path
) -> None:
    """A starter beside an answer is none, and an empty module of a package is no lost one."""
    (handed / "ana" / "work").mkdir(parents=True)
    (handed / "ana" / "exercises").mkdir()
    (handed / "ana" / "exercises" / "01_doubling.ipynb").write_bytes(
        tiny_course.lessons[0].starter.read_bytes()
    )
    (handed / "ana" / "work" / "TWICE.PY").write_text(right())
    (handed / "ana" / "__init__.py").write_text("")

    ana = read_all()["ana"]

    assert ana.refused == ()
    assert ana.unsure == {}
    assert ana.answers["twice"].source == right()


def test_an_empty_answer_is_told(read_all: Read, handed: Path) -> None:
    """A file with an exercise's name that holds nothing may have been lost on the way."""
    (handed / "ana_twice.py").write_text("")

    assert "is empty" in read_all()["ana"].refused[0]


def test_a_submission_without_a_known_exercise_is_refused(read_all: Read, handed: Path) -> None:
    """The reason says what was looked for."""
    (handed / "ana.py").write_text("x = 1")
    (handed / "ben.py").write_text("# exercise: twise\n")

    found = read_all()

    assert found["ana"].refused == (
        "no answer in it: no cell and no .py file starts with '# exercise: NAME'",
    )
    assert "did you mean 'twice'" in found["ben"].refused[0]


def test_one_unreadable_file_does_not_hide_the_others(read_all: Read, handed: Path) -> None:
    """It is told, and what can be read is graded."""
    (handed / "ana").mkdir()
    (handed / "ana" / "twice.py").write_text(right())
    (handed / "ana" / "01_doubling.ipynb").write_bytes(b"\xff\xfe")

    ana = read_all()["ana"]

    assert sorted(ana.answers) == ["twice"]
    assert "01_doubling.ipynb is not text in UTF-8" in ana.refused[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")
def test_a_link_leads_nowhere(read_all: Read, handed: Path, tmp_path: Path) -> None:
    """What it points at was not handed in: neither a file, nor a folder, nor another learner's."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "twice.py").write_text(right())
    (handed / "ana").mkdir()
    (handed / "ana" / "twice.py").symlink_to(secret / "twice.py")
    (handed / "ana" / "work").symlink_to(secret)
    (handed / "ben").symlink_to(secret)
    (handed / "chen_twice.py").symlink_to(secret / "twice.py")

    found = read_all()

    assert [each.answers for each in found.values()] == [{}, {}, {}]
    assert all("is a link" in reason for each in found.values() for reason in each.refused)
    assert len(found["ana"].refused) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(read_all: Read, handed: Path) -> None:
    """Only regular files are read."""
    (handed / "ana").mkdir()
    os.mkfifo(handed / "ana" / "twice.py")
    os.mkfifo(handed / "ben_twice.py")

    assert [each.answers for each in read_all().values()] == [{}, {}]


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("twice.py")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    data = bytearray(zipped(("twice.py", right())))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def foreign_name() -> bytes:
    """A name in code page 1251, as an old Windows writes it: no UTF-8, and no flag that says which."""
    return zipped(("ab_twice.py", right())).replace(b"ab_", "ёж_".encode("cp1251"))


TRICKS = {
    "traversal": (zipped(("../twice.py", right())), "leads elsewhere"),
    "absolute": (zipped(("/tmp/twice.py", right())), "absolute"),
    "drive": (zipped(("C:/twice.py", right())), "absolute"),
    "backslash": (zipped(("a/x_twice.py", right())).replace(b"a/x", b"a\\x"), "foreign path"),
    "link": (zipped((link(), "/etc/passwd")), "is a link"),
    "case": (zipped(("twice.py", right()), ("Twice.py", right())), "which counts"),
    "encrypted": (encrypted(), "has a password"),
    "nested": (zipped(("inner.zip", zipped(("twice.py", right())))), "zip inside a zip"),
    "foreign-name": (foreign_name(), "not in UTF-8"),
    "many": (zipped(*((f"{n}.txt", "") for n in range(entries.MOST_FILES + 1))), "more than"),
    "deep": (zipped(("a/" * 20 + "twice.py", right())), "nested more than"),
    "no-zip": (b"PK nothing", "not a whole zip"),
    "empty": (b"", "not a whole zip"),
    "cut": (zipped(("twice.py", right()))[:-30], "not a whole zip"),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
@pytest.mark.parametrize("way", ["zip", "zip-in-folder", "zip-in-export"])
def test_a_zips_trick_costs_its_learner_alone(
    read_all: Read, handed: Path, tmp_path: Path, trick: tuple[bytes, str], way: str
) -> None:
    """It is refused with the reason; the next learner's answer is read."""
    data, reason = trick
    where = handed
    (handed / "zoe_twice.py").write_text(right())
    if way == "zip":
        (handed / "ana.zip").write_bytes(data)
    elif way == "zip-in-folder":
        (handed / "ana").mkdir()
        (handed / "ana" / "work.zip").write_bytes(data)
    else:
        where = tmp_path / "export.zip"
        where.write_bytes(zipped(("ana.zip", data), ("zoe_twice.py", right())))

    found = read_all(where)

    assert found["ana"].answers == {}
    assert reason in found["ana"].refused[0]
    assert sorted(found["zoe"].answers) == ["twice"]
    assert not (tmp_path / "twice.py").exists()


def test_a_bomb_is_read_no_further_than_the_limit(
    read_all: Read, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its list of files says, reading stops."""
    monkeypatch.setattr(reading, "MOST_BYTES", 1 << 20)
    (handed / "ana.zip").write_bytes(zipped(("twice.py", bytes(64 << 20))))
    lying = bytearray(zipped(("twice.py", bytes(4 << 20))))
    at = lying.index(b"PK\x01\x02") + 24
    lying[at : at + 4] = (10).to_bytes(4, "little")
    (handed / "ben.zip").write_bytes(bytes(lying))
    (handed / "chen").mkdir()
    for number in range(5):
        (handed / "chen" / f"{number}.py").write_bytes(b"#" * (300 << 10))

    found = read_all()

    assert [each.answers for each in found.values()] == [{}, {}, {}]
    assert "larger than" in found["ana"].refused[0]
    assert found["ben"].refused
    assert "larger than" in found["chen"].refused[0]


def test_a_file_that_holds_no_answer_is_never_unpacked(read_all: Read, handed: Path) -> None:
    """A learner's data may be large; it is not looked at."""
    (handed / "ana.zip").write_bytes(zipped(("data.csv", bytes(100 << 20)), ("twice.py", right())))

    assert sorted(read_all()["ana"].answers) == ["twice"]


def test_a_name_in_utf_8_without_the_flag_is_read(read_all: Read, tmp_path: Path) -> None:
    """As macOS writes it."""
    data = zipped(("xx_twice.py", right())).replace(b"xx_", "é_".encode())
    (tmp_path / "class.zip").write_bytes(data)

    assert sorted(read_all(tmp_path / "class.zip")["é"].answers) == ["twice"]


def test_an_exports_tricks_cost_their_learner_alone(read_all: Read, tmp_path: Path) -> None:
    """Within the LMS's own zip, too."""
    names = (
        "ana/../../twice.py",
        "ben/twice.py",
        "ben/sub/../twice.py",
        "/chen/twice.py",
        "dora/twice.py",
    )
    (tmp_path / "class.zip").write_bytes(zipped(*((name, right()) for name in names)))

    found = read_all(tmp_path / "class.zip")

    assert {name: sorted(each.answers) for name, each in found.items()} == {
        "ana": [],
        "ben": [],
        "chen": [],
        "dora": ["twice"],
    }
    assert all(found[name].refused for name in ("ana", "ben", "chen"))


def test_a_full_disk_of_ours_is_nobodys_fault(
    read_all: Read, handed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends the run with the way out instead of refusing a submission."""

    def full(copy: object, data: bytes) -> None:
        raise NoRoom(reading._no_room(OSError(28, "No space left on device")))

    (handed / "ana_twice.py").write_text(right())
    monkeypatch.setattr(reading, "_write", full)

    with pytest.raises(NoRoom, match=r"No space left on device. Free some space there"):
        read_all()


BOX = '# exercise: box\nfolder = "box"\n'


def hand_in_box(at: Path, price: int) -> None:
    """A learner's folder with one file and an empty module."""
    at.mkdir(parents=True)
    (at / "tea.py").write_text(f"PRICE = {price}\n")
    (at / "__init__.py").write_text("")


def read_boxes(course: Course, handed: Path) -> dict[str, Submission]:
    """Every submission to `box`, read, by learner."""
    return {
        each.learner: read(each, course, (course.exercise("box"),))
        for each in handed_in(handed, course)
    }


@pytest.mark.parametrize("within", ["01_doubling", "."], ids=["in the lesson's", "as before"])
@pytest.mark.parametrize("cell", [BOX, f"{BOX}mine = True\n", ""], ids=["cell", "own", "none"])
def test_a_folder_is_read_once_wherever_it_was_laid_out(
    box_course: Course, handed: Path, within: str, cell: str
) -> None:
    """In the lesson's folder or right beside the notebook, with the cell or without; an empty module is a part of it."""
    for learner in ("ana", "ben/work"):
        hand_in_box(handed / learner / within / "box", 5)
        if cell:
            (handed / learner / "01_doubling.ipynb").write_text(notebook(cell))
    (handed / "chen.zip").write_bytes(
        zipped((f"{within}/box/tea.py", "PRICE = 5\n"), (f"{within}/box/__init__.py", ""))
        if within != "."
        else zipped(("box/tea.py", "PRICE = 5\n"), ("box/__init__.py", ""))
    )

    found = read_boxes(box_course, handed)

    assert sorted(found) == ["ana", "ben", "chen"]
    for each in found.values():
        assert (each.refused, each.unsure) == ((), {})
        assert each.answers["box"].files == {"tea.py": "PRICE = 5\n", "__init__.py": ""}


def test_two_folders_that_differ_are_for_a_person_to_judge(
    box_course: Course, handed: Path
) -> None:
    """One in the lesson's folder and another right beside the notebook: the grader does not choose."""
    for learner, price in (("ana", 6), ("ben", 5)):
        hand_in_box(handed / learner / "box", 5)
        hand_in_box(handed / learner / "01_doubling" / "box", price)
        (handed / learner / "01_doubling.ipynb").write_text(notebook(BOX))

    found = read_boxes(box_course, handed)

    assert found["ana"].answers == {}
    assert "01_doubling.ipynb, cell 1 and box" in found["ana"].unsure["box"]
    assert found["ben"].answers["box"].files["tea.py"] == "PRICE = 5\n"


def test_a_starter_beside_a_folder_came_along(box_course: Course, handed: Path) -> None:
    """A learner who hands in all of the course has one answer, wherever an earlier version laid it out."""
    shutil.copytree(box_course.root / "exercises", handed / "ana" / "exercises")
    shutil.copytree(box_course.root / "exercises", handed / "ana" / "work")
    hand_in_box(handed / "ana" / "work" / "box", 5)

    found = read_boxes(box_course, handed)["ana"]

    assert (found.refused, found.unsure) == ((), {})
    assert found.answers["box"].files["tea.py"] == "PRICE = 5\n"


def test_a_folder_that_its_cell_names_counts_alone(box_course: Course, handed: Path) -> None:
    """A learner who works in a copy says so in the cell; the folder of the usual name is not another answer."""
    hand_in_box(handed / "ana" / "01_doubling" / "box", 4)
    hand_in_box(handed / "ana" / "01_doubling" / "my box", 5)
    (handed / "ana" / "01_doubling.ipynb").write_text(notebook(BOX.replace('"box"', '"my box"')))

    found = read_boxes(box_course, handed)["ana"]

    assert (found.refused, found.unsure) == ((), {})
    assert found.answers["box"].files["tea.py"] == "PRICE = 5\n"
