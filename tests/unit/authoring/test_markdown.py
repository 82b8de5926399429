"""The little Markdown that the lint reads."""

from __future__ import annotations

from pypatterns.course.authoring.markdown import code_blocks, headings, items

TEXT = """\
# Title

```python
# a comment, no heading
- no item
```

## Part two ##
~~~~
~~~
inside
~~~~
### Three
"""


def test_headings_are_those_outside_of_code() -> None:
    """A comment in a program is no heading."""
    assert list(headings(TEXT)) == [(1, "Title"), (2, "Part two"), (3, "Three")]


def test_a_fence_ends_at_its_like() -> None:
    """A shorter fence inside a longer one is text."""
    assert code_blocks(TEXT) == ["# a comment, no heading\n- no item", "~~~\ninside"]


def test_an_item_goes_on_where_it_is_indented() -> None:
    """The first list counts; an item's lines become one."""
    text = "Before.\n\n- one\n  more\n\n- two\n* three\n1. four\n\nAfter.\n\n- five"

    assert items(text) == ["one more", "two", "three", "four"]
