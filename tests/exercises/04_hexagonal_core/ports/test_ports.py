"""What the ports let in and keep out, in the words of `mypy --strict`; nothing of the answer runs.

adapters/ holds one adapter a file. `fits_*` must be taken as its port, `unfit_*` must be refused, each by an error of its own.
A file's docstring says what the adapter is, and which member of which port it is about.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

ADAPTERS = Path(__file__).parent / "adapters"
SWITCHES = re.compile(r"#\s*(type:\s*ignore|mypy:)")
MEMBER = re.compile(r"^ +(?:def )?(\w+)[(:]", re.MULTILINE)  # what mypy names in its hint
REFUSAL = "return-value"  # mypy's rule where an adapter is returned that does not fit its port


def test_the_answer_is_clean(answer):
    """The answer is clean under mypy --strict, and no comment in it switches mypy off."""
    for line, comment in _comments(answer.answer.source):
        assert not SWITCHES.search(comment), (
            f"line {line} says {comment!r}; expected no comment that switches mypy off. A port is read by whoever writes "
            "an adapter: mypy must be able to stand behind every line of it"
        )

    for remark in _remarks(answer, "answer.py"):
        raise AssertionError(
            f"mypy --strict read your answer and objects to {_your_line(answer, remark.line)}: {remark}{_more(remark)}"
        )


def test_repositories_fit(answer):
    """A repository fits MarketRepository by its shape, also with tuples as pages, other names for what is given by position, or more parameters."""
    _all_fit(answer, "MarketRepository")


def test_units_fit(answer):
    """A unit fits UnitOfWork by its shape, whether its markets is a plain attribute or a property, of a type of its own."""
    _all_fit(answer, "UnitOfWork")


def test_factories_and_clocks_fit(answer):
    """A class, a function, a method and a lambda that make units fit UnitOfWorkFactory, and what tells the time fits Clock."""
    _all_fit(answer, "UnitOfWorkFactory", "Clock")


def test_unfit_repositories_are_refused(answer):
    """A repository is refused that is not async, lacks a method, takes other arguments, gives other things back, or deals in rows of its own."""
    _none_fits(answer, "MarketRepository")


def test_unfit_units_are_refused(answer):
    """A unit is refused whose commit or markets is not async, whose commit or __aexit__ returns a bool, that lacks commit, or that `async with` cannot enter and leave."""
    _none_fits(answer, "UnitOfWork")


def test_unfit_factories_and_clocks_are_refused(answer):
    """A factory is refused that is a unit, needs an argument, or makes something else, and a clock whose now is async or a number."""
    _none_fits(answer, "UnitOfWorkFactory", "Clock")


def test_use_cases_rest_on_the_ports(answer):
    """The given use cases, which open a unit, find, add, list and commit, and ask the clock, are clean against the ports."""
    for remark in _remarks(answer, "use_case.py"):
        code = _text("use_case.py").splitlines()[remark.line - 1].strip()
        raise AssertionError(
            f"mypy --strict read a use case that knows your ports and no adapter, and objects to `{code}`: "
            f"{remark}{_more(remark)}\nA use case sees of an adapter what the port promises, and nothing else"
        )


def _all_fit(answer, *ports):
    for file, what, port, member in _adapters("fits", ports):
        for remark in _remarks(answer, file):
            raise AssertionError(
                f"mypy refuses an adapter that does all that {port} asks for. The adapter: {what}. mypy says: "
                f"{remark}{_more(remark)}\n{_cause(answer, port, remark, member)}"
            )


def _none_fits(answer, *ports):
    for file, what, port, member in _adapters("unfit", ports):
        remarks = _remarks(answer, file)
        other = next((each for each in remarks if each.code != REFUSAL), None)
        assert other is None, f"mypy cannot take {port} for a type: {other}{_more(other)}"
        assert remarks, (
            f"mypy takes an adapter for a {port} that is none; expected an error. The adapter: {what}\n"
            f"{_place(answer, port, member)}"
        )


def _adapters(kind, ports):
    """The adapters of a kind: file, what it is, the port, and the member that it is about ("" for all)."""
    for path in sorted(ADAPTERS.glob(f"{kind}_*.py")):
        what, _, about = ast.get_docstring(ast.parse(_text(path.name))).partition("\n\nport: ")
        port, _, member = about.partition(".")
        if port in ports:
            yield path.name, what, port, member


def _text(file):
    return (ADAPTERS / file).read_text(encoding="utf-8")


def _remarks(answer, file):
    return [remark for remark in answer.mypy(ADAPTERS) if remark.file == file]


def _more(remark):
    return f"\n{remark.hint}" if remark.hint else ""


def _comments(source):
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(each.start[0], each.string) for each in tokens if each.type == tokenize.COMMENT]


def _cause(answer, port, remark, member):
    """What to look at where an adapter is refused; a factory of units that do not fit is no trouble of its own."""
    units = [file for file, *_ in _adapters("fits", ["UnitOfWork"]) if _remarks(answer, file)]
    if port == "UnitOfWorkFactory" and units:
        return "Mend UnitOfWork first: it refuses the units that this factory makes"
    return _place(answer, port, *MEMBER.findall(remark.hint), member)


def _place(answer, port, *members):
    """Where the answer states the first of these members that it states, or else the port."""
    tree = ast.parse(answer.answer.source)
    own = [node for node in tree.body if _name(node) == port]
    for member in filter(None, members):
        for node in (*(node for each in own for node in ast.walk(each)), *ast.walk(tree)):
            if _name(node) == member:
                return f"In your answer you state {member} in {_your_line(answer, node.lineno)}"
    return f"Your {port} is {_your_line(answer, own[0].lineno)}" if own else ""


def _name(node):
    """What a statement defines: a class, a function, or one name."""
    if isinstance(node, ast.Assign):
        return node.targets[0].id if isinstance(node.targets[0], ast.Name) else ""
    if isinstance(node, ast.AnnAssign) or type(node).__name__ == "TypeAlias":
        target = node.target if isinstance(node, ast.AnnAssign) else node.name
        return target.id if isinstance(target, ast.Name) else ""
    return getattr(node, "name", "") if isinstance(node, ast.stmt) else ""


def _your_line(answer, number):
    lines = answer.answer.source.splitlines()
    return (
        f"line {number}, `{lines[number - 1].strip()}`"
        if number <= len(lines)
        else f"line {number}"
    )
