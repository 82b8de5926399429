"""What tests of the lab share: a course that has hints and solutions."""

from __future__ import annotations

import json

import pytest

from pypatterns.course.catalog import Course

PROMPT = """\
### twice

Multiply by 2.

<details>
<summary>Hint 1: a smaller question</summary>

What is `1 + 1`? See <b>here</b>.

</details>
"""
SOLUTION = """\
# exercise: twice
def twice(number):
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION
    ### BEGIN STARTER
    # return number * number
    ### END STARTER
"""


@pytest.fixture
def helpful_course(tiny_course: Course) -> Course:
    """The tiny course; `twice` has a hint and a solution."""
    lesson = tiny_course.lessons[0]
    starter = json.loads(lesson.starter.read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in starter["cells"]}
    cells["twice-prompt"]["source"] = PROMPT.splitlines(keepends=True)
    lesson.starter.write_text(json.dumps(starter), encoding="utf-8")
    cells["twice-answer"]["source"] = SOLUTION.splitlines(keepends=True)
    lesson.solution.parent.mkdir()
    lesson.solution.write_text(json.dumps(starter), encoding="utf-8")
    return tiny_course
