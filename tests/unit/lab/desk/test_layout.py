"""The desk: starters are laid out once, one answer is reset at a time, and nothing written is lost."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pypatterns.course import answers, files, folders
from pypatterns.course.catalog import Course
from pypatterns.course.errors import CourseError
from pypatterns.course.lab.desk.layout import lay_out, reset

NOW = datetime(2026, 11, 23, 14, 5, 9, tzinfo=UTC)
MINE = "# exercise: twice\ndef twice(number):\n    return number + number\n"


def source_of(course: Course, exercise: str) -> str:
    """The answer that work/ holds."""
    found = answers.read(course.lessons[0].work, course)
    return next(answer.source for answer in found if answer.exercise == exercise)


def answer_with(course: Course, source: str) -> None:
    """Type an answer to `twice` into work/."""
    path = course.lessons[0].work
    data = json.loads(path.read_text())
    cell = next(c for c in data["cells"] if c["id"] == "twice-answer")
    cell |= {"source": source, "outputs": [{"output_type": "stream", "text": "old"}]}
    path.write_text(json.dumps(data))


def files_in(folder: Path) -> list[str]:
    """All that lies in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def test_starters_are_laid_out_once(tiny_course: Course) -> None:
    """The first time each starter is copied; the second time nothing is."""
    first = lay_out(tiny_course)
    second = lay_out(tiny_course)

    assert first.laid == second.kept == (tiny_course.lessons[0].work,)
    assert first.kept == second.laid == ()
    assert tiny_course.lessons[0].work.read_bytes() == tiny_course.lessons[0].starter.read_bytes()


@pytest.mark.parametrize("content", ["mine", ""], ids=["written", "emptied"])
def test_what_is_there_is_never_overwritten(tiny_course: Course, content: str) -> None:
    """Whatever a learner left in work/ stays, byte by byte."""
    tiny_course.work.mkdir()
    tiny_course.lessons[0].work.write_text(content)

    lay_out(tiny_course)

    assert tiny_course.lessons[0].work.read_text() == content
    assert files_in(tiny_course.work) == ["01_doubling.ipynb"]


def test_a_file_that_appears_meanwhile_is_kept(tiny_course: Course) -> None:
    """Two `pypatterns lab` at the same time: whoever comes second leaves the first one's file alone."""

    def late(path: Path, data: bytes) -> bool:
        path.write_text("theirs")
        return files.write_new(path, data)

    done = lay_out(tiny_course, write=late)

    assert done.kept == (tiny_course.lessons[0].work,)
    assert tiny_course.lessons[0].work.read_text() == "theirs"
    assert files_in(tiny_course.work) == ["01_doubling.ipynb"]


def test_without_hard_links_a_file_is_still_never_overwritten(tmp_path: Path) -> None:
    """On a file system that knows no links the file is made exclusively."""
    mine = tmp_path / "mine.ipynb"

    assert files._write_exclusively(mine, b"first")
    assert not files._write_exclusively(mine, b"second")
    assert mine.read_bytes() == b"first"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EROFS, "Copy the course to a folder of your own"),
        (errno.EACCES, "Copy the course to a folder of your own"),
        (errno.ENOSPC, "Free some space and try again; nothing was changed"),
    ],
    ids=["read-only", "not-allowed", "disk-full"],
)
def test_where_work_cannot_be_written_a_sentence_says_so(
    tiny_course: Course, number: int, sentence: str
) -> None:
    """A read-only course or a full disk is told with the way out."""

    def refuse(path: Path, data: bytes) -> bool:
        raise OSError(number, "no")

    with pytest.raises(CourseError, match=sentence):
        lay_out(tiny_course, write=refuse)


def test_a_file_in_place_of_the_folder_is_told(tiny_course: Course) -> None:
    """work/ as a file is neither replaced nor a riddle."""
    tiny_course.work.write_text("a note of mine")

    with pytest.raises(CourseError, match="a file stands where a folder should be"):
        lay_out(tiny_course)
    assert tiny_course.work.read_text() == "a note of mine"


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    """A file that the system cuts short is removed, and what it should have replaced stays."""
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    mine = tmp_path / "mine.ipynb"
    mine.write_text("mine")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="large"):
            files.overwrite(mine, b"x" * 100_000)
        with pytest.raises(OSError, match="large"):
            files.write_new(tmp_path / "new.ipynb", b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert mine.read_text() == "mine"
    assert files_in(tmp_path) == ["mine.ipynb"]


def test_reset_puts_one_starter_back_and_keeps_the_answer(tiny_course: Course) -> None:
    """The old answer lies dated in work/earlier/; every other cell is as it was."""
    lay_out(tiny_course)
    before = json.loads(tiny_course.lessons[0].work.read_text())["cells"]
    answer_with(tiny_course, MINE)

    done = reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert done.kept == tiny_course.work / "earlier" / "twice.2026-11-23T14-05-09.py"
    assert done.kept.read_text() == MINE
    assert json.loads(tiny_course.lessons[0].work.read_text())["cells"] == before
    assert "work/earlier/twice.2026-11-23T14-05-09.py" in done.said
    assert "Reload Notebook from Disk" in done.said


def test_an_earlier_answer_is_never_overwritten(tiny_course: Course) -> None:
    """Two resets within one second keep two answers."""
    lay_out(tiny_course)
    for text in (MINE, MINE + "\n# again\n"):
        answer_with(tiny_course, text)
        reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    kept = files_in(tiny_course.work / "earlier")
    assert kept == ["twice.2026-11-23T14-05-09-2.py", "twice.2026-11-23T14-05-09.py"]
    assert (tiny_course.work / "earlier" / kept[1]).read_text() == MINE


def test_earlier_answers_are_not_checked_again(tiny_course: Course) -> None:
    """What a reset put away is no answer any more."""
    lay_out(tiny_course)
    answer_with(tiny_course, MINE)
    reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    found = answers.find(tiny_course.work, tiny_course)

    assert [answer.exercise for answer in found.answers] == ["twice", "thrice"]


def test_a_starter_is_not_reset(tiny_course: Course) -> None:
    """Where nothing was written nothing is changed and nothing kept."""
    lay_out(tiny_course)
    before = tiny_course.lessons[0].work.read_bytes()

    done = reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert done.kept is None
    assert "starter already" in done.said
    assert tiny_course.lessons[0].work.read_bytes() == before


def test_reset_lays_out_a_notebook_that_is_missing(tiny_course: Course) -> None:
    """A reset before the first `pypatterns lab` is one."""
    done = reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert done.kept is None
    assert "NotImplementedError" in source_of(tiny_course, "twice")


@pytest.mark.parametrize("broken", [b"{half a note", b"", b"\xff\xfe\x00"], ids=repr)
def test_a_broken_notebook_is_kept_whole(tiny_course: Course, broken: bytes) -> None:
    """What cannot be read may still hold an answer: it is put away, byte by byte."""
    lay_out(tiny_course)
    tiny_course.lessons[0].work.write_bytes(broken)

    done = reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert done.kept == tiny_course.work / "earlier" / "01_doubling.2026-11-23T14-05-09.ipynb"
    assert done.kept.read_bytes() == broken
    assert "NotImplementedError" in source_of(tiny_course, "twice")
    assert "work/earlier/01_doubling.2026-11-23T14-05-09.ipynb" in done.said


def test_a_lost_cell_comes_back_after_its_prompt(tiny_course: Course) -> None:
    """Where the answer's cell was deleted, the other answers stay and the starter stands in its old place."""
    lay_out(tiny_course)
    path = tiny_course.lessons[0].work
    data = json.loads(path.read_text())
    order = [cell["id"] for cell in data["cells"]]
    data["cells"] = [cell for cell in data["cells"] if cell["id"] != "twice-answer"]
    path.write_text(json.dumps(data))

    done = reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert [cell["id"] for cell in json.loads(path.read_text())["cells"]] == order
    assert done.kept is None
    assert "its cell was gone" in done.said


def test_a_lost_cell_and_prompt_come_back_at_the_end(tiny_course: Course) -> None:
    """Where the prompt is gone too, both are appended."""
    lay_out(tiny_course)
    path = tiny_course.lessons[0].work
    data = json.loads(path.read_text())
    data["cells"] = [cell for cell in data["cells"] if not cell["id"].startswith("twice")]
    path.write_text(json.dumps(data))

    reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    last = [cell["id"] for cell in json.loads(path.read_text())["cells"]][-2:]
    assert last == ["twice-prompt", "twice-answer"]


def test_a_notebook_behind_a_link_stays_behind_it(tiny_course: Course, tmp_path: Path) -> None:
    """Whoever keeps work elsewhere and links to it finds the reset there."""
    lay_out(tiny_course)
    answer_with(tiny_course, MINE)
    elsewhere = tmp_path / "mine.ipynb"
    tiny_course.lessons[0].work.rename(elsewhere)
    tiny_course.lessons[0].work.symlink_to(elsewhere)

    reset(tiny_course, tiny_course.exercise("twice"), now=NOW)

    assert tiny_course.lessons[0].work.is_symlink()
    assert "NotImplementedError" in elsewhere.read_text()


def test_a_folder_is_laid_out_with_its_notebook(box_course: Course) -> None:
    """Once: what a learner has changed, or taken out, stays so."""
    lay_out(box_course)
    mine = box_course.work / "01_doubling" / "box"
    assert folders.read(mine) == folders.read(box_course.root / "exercises" / "01_doubling" / "box")

    (mine / "shop.toml").write_text("mine")
    (mine / "shop" / "tea.py").unlink()
    lay_out(box_course)

    assert folders.read(mine) == {"shop.toml": "mine"}
    assert files_in(box_course.work) == ["01_doubling", "01_doubling.ipynb"]


def test_reset_puts_the_folder_back_and_keeps_the_old_one(box_course: Course) -> None:
    """All of it, whatever it holds, lies dated in work/earlier/."""
    lay_out(box_course)
    mine = box_course.work / "01_doubling" / "box"
    (mine / "shop.toml").write_text("mine")
    (mine / "market.db").write_bytes(b"\xff")

    done = reset(box_course, box_course.exercise("box"), now=NOW)

    assert done.kept == box_course.work / "earlier" / "box.2026-11-23T14-05-09"
    assert (done.kept / "shop.toml").read_text() == "mine"
    assert (done.kept / "market.db").read_bytes() == b"\xff"
    assert folders.read(mine) == folders.read(box_course.root / "exercises" / "01_doubling" / "box")
    assert done.said.startswith(
        "The starter of work/01_doubling/box/ is back; your files are kept in work/earlier/box.2026-11-23T14-05-09/."
    )


def test_a_folder_that_is_gone_comes_back(box_course: Course) -> None:
    """And one that is the starter already is left alone."""
    lay_out(box_course)
    shutil.rmtree(box_course.work / "01_doubling" / "box")

    back = reset(box_course, box_course.exercise("box"), now=NOW)
    again = reset(box_course, box_course.exercise("box"), now=NOW)

    assert "the folder was gone" in back.said and back.kept is None
    assert again.said.startswith("work/01_doubling/box/ is the starter already.")
    assert files_in(box_course.work) == ["01_doubling", "01_doubling.ipynb"]


def from_before(course: Course, *, inside: str = "") -> Path:
    """A learner's folder right beside the notebook, and one in the lesson's folder that says `inside`, if anything."""
    before, now = course.work / "box", course.work / "01_doubling" / "box"
    before.mkdir(parents=True)
    (before / "shop.toml").write_text("mine")
    if inside:
        now.mkdir(parents=True)
        (now / "shop.toml").write_text(inside)
    return before


def test_a_folder_from_before_is_moved_to_the_lessons(box_course: Course) -> None:
    """All that it holds, once, and a sentence says where it is now; the starter is not laid over it."""
    before = from_before(box_course)
    (before / "market.db").write_bytes(b"\xff")

    first, second = lay_out(box_course), lay_out(box_course)

    mine = box_course.work / "01_doubling" / "box"
    assert not before.exists()
    assert files_in(mine) == ["market.db", "shop.toml"]
    assert (mine / "shop.toml").read_text() == "mine"
    assert first.said == ("Moved work/box/ to work/01_doubling/box/",)
    assert second.said == ()


def test_where_both_folders_are_there_neither_is_touched(box_course: Course) -> None:
    """Nothing is overwritten, and a sentence says which one counts."""
    before = from_before(box_course, inside="newer")

    done = lay_out(box_course)

    assert folders.read(before) == {"shop.toml": "mine"}
    assert folders.read(box_course.work / "01_doubling" / "box") == {"shop.toml": "newer"}
    assert done.said == (
        "work/box/ stays as it is; the answer that counts is work/01_doubling/box/",
    )


def test_a_folder_that_cannot_be_moved_is_used_where_it_is(
    box_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No starter takes its place: the answer is found where the learner left it, and a sentence says why."""
    before = from_before(box_course)

    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        done = lay_out(box_course)

    assert done.said == (
        "work/box/ could not be moved to work/01_doubling/box/ (Permission denied)",
    )
    assert folders.read(before) == {"shop.toml": "mine"}
    (answer,) = answers.find(box_course.work, box_course).answers[2:]
    assert answer.files == {"shop.toml": "mine"}


def test_a_link_from_before_stays(box_course: Course, tmp_path: Path) -> None:
    """It was never an answer, and moved it could lead elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    box_course.work.mkdir()
    (box_course.work / "box").symlink_to(tmp_path / "elsewhere")

    done = lay_out(box_course)

    assert (box_course.work / "box").is_symlink()
    assert done.said == (
        "work/box/ stays as it is; the answer that counts is work/01_doubling/box/",
    )
    assert "shop.toml" in folders.read(box_course.work / "01_doubling" / "box")


def test_what_another_process_has_just_moved_is_left_alone(
    box_course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two `pypatterns lab` at the same time: one of them moves the folder, and nothing is lost."""
    before = from_before(box_course)
    rename = Path.rename

    def too_late(path: Path, target: Path) -> Path:
        if path == before:
            rename(path, target)
        return rename(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", too_late)
        done = lay_out(box_course)

    assert done.said == ()
    assert folders.read(box_course.work / "01_doubling" / "box") == {"shop.toml": "mine"}


def test_reset_keeps_a_folder_from_before_as_any_other(box_course: Course) -> None:
    """It is moved, then put away: the starter is back, and the old files lie in work/earlier/."""
    lay_out(box_course)
    shutil.rmtree(box_course.work / "01_doubling")
    before = from_before(box_course)

    done = reset(box_course, box_course.exercise("box"), now=NOW)

    assert not before.exists()
    assert done.kept is not None and folders.read(done.kept) == {"shop.toml": "mine"}
    assert done.said.startswith("Moved work/box/ to work/01_doubling/box/. The starter of work/01")
    assert "shop/tea.py" in folders.read(box_course.work / "01_doubling" / "box")


@pytest.mark.parametrize("laid_out", [True, False], ids=["after the move", "before"])
def test_an_answer_from_before_is_found_by_its_cell(box_course: Course, laid_out: bool) -> None:
    """A notebook from before says `folder = "box"`, and that holds whether or not the folder was moved."""
    lay_out(box_course)
    shutil.rmtree(box_course.work / "01_doubling")
    from_before(box_course)
    if laid_out:
        lay_out(box_course)

    found = answers.find(box_course.work, box_course)

    assert [answer.exercise for answer in found.answers] == ["twice", "thrice", "box"]
    assert found.answers[2].files == {"shop.toml": "mine"}
    assert found.answers[2].origin == "01_doubling.ipynb, cell 7"
