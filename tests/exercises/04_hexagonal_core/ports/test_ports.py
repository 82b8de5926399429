"""What the ports let in and keep out, in the words of `mypy --strict`; nothing of the answer runs.

adapters/ holds one adapter a file. `fits_*` must be taken as its port, `unfit_*` must be refused, each by an error of its own.
A file's docstring says what the adapter is, and which member of which port it is about. `*_plain_*` comes first, for it has
nothing of its own: what is refused there is refused for no peculiarity of the adapter.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

ADAPTERS = Path(__file__).parent / "adapters"
PLAIN_REPOSITORY, PLAIN_UNIT = "fits_plain_repository.py", "fits_plain_attribute.py"
INLINE = "# mypy:"
IGNORE = re.compile(r"#\s*type:\s*([^#]*#\s*type:\s*)?ignore\s*(\[|#|$)")  # what mypy takes for one
DIRECTIVE = re.compile(
    r'([\w-]+)\s*(?:=\s*("[^"]*"|[^,]*))?'
)  # of "# mypy: warn-unreachable, strict-equality=False"
LOOSENS = ("allow-", "disable-error-code", "follow-imports", "ignore-", "implicit-")
NOT_SO = ("false", "no", "off", "0", "normal")
MEMBER = re.compile(r"^ +(?:def )?(\w+)[(:]", re.MULTILINE)  # what mypy names in its hint
REFUSAL = "return-value"  # mypy's rule where an adapter is returned that does not fit its port


def test_the_answer_is_clean(answer):
    """The answer is clean under mypy --strict, and no comment in it switches mypy off."""
    for comment in _comments(answer.answer.source):
        assert not _switches_off(comment), (
            f"line {comment.start[0]} says {comment.string!r}; expected no comment that switches mypy off. A port is read by whoever writes "
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
    for port in ports:
        adapters = list(_adapters("fits", port))
        refused = [each for each in adapters if _remarks(answer, each[0])]
        for file, what, _, member in refused[:1]:
            remark = _remarks(answer, file)[0]
            count = "all" if refused == adapters else f"{len(refused)} of"
            raise AssertionError(
                f"mypy refuses {count} {len(adapters)} adapters that do what {port} asks for. The first: {what}. "
                f"mypy says: {remark}{_more(remark)}\n{_cause(answer, port, remark, member)}"
            )


def _none_fits(answer, *ports):
    for file, what, port, member in _adapters("unfit", *ports):
        remarks = _remarks(answer, file)
        other = next((each for each in remarks if each.code != REFUSAL), None)
        assert other is None, f"mypy cannot take {port} for a type: {other}{_more(other)}"
        assert remarks, (
            f"mypy takes an adapter for a {port} that is none; expected an error. The adapter: {what}\n"
            f"{_place(answer, port, member)}"
        )


def _adapters(kind, *ports):
    """The adapters of a kind, the plain one first: file, what it is, the port, and the member that it is about ("" for all)."""
    paths = sorted(ADAPTERS.glob(f"{kind}_*.py"))
    for path in sorted(paths, key=lambda path: "_plain_" not in path.name):
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
    return [each for each in tokens if each.type == tokenize.COMMENT]


def _switches_off(comment):
    """Whether mypy says less by this comment: some make it say more, and most are none of its business."""
    if comment.start[1] == 0 and comment.string.startswith(INLINE):
        directives = DIRECTIVE.findall(comment.string.removeprefix(INLINE))
        return any(_loosens(option, value) for option, value in directives)
    return bool(IGNORE.match(comment.string))


def _loosens(option, value):
    """Whether an option, written as mypy reads it, lets more pass: ignore-errors does, and no-ignore-errors does not."""
    option, turned = option.lower().replace("_", "-"), value.strip(' "').lower() in NOT_SO
    if option.startswith("no-"):
        option, turned = option.removeprefix("no-"), not turned
    return option.startswith(LOOSENS) != turned


def _cause(answer, port, remark, member):
    """What to look at where an adapter is refused; that its parts do not fit their own port is no trouble of this one."""
    members = MEMBER.findall(remark.hint)
    makes_units = port == "UnitOfWorkFactory" and _remarks(answer, PLAIN_UNIT)
    holds_markets = makes_units or (port == "UnitOfWork" and "markets" in members)
    if holds_markets and _remarks(answer, PLAIN_REPOSITORY):
        return "Mend MarketRepository first: it refuses the repository that such a unit holds"
    if makes_units:
        return "Mend UnitOfWork first: it refuses the units that this factory makes"
    return _place(answer, port, *members, member)


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
