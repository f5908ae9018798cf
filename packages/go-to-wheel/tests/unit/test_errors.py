"""The tree of errors (errors.py), and how they are raised everywhere."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import go_to_wheel
from go_to_wheel import errors
from go_to_wheel.errors import Cancelled, GoToWheelError, UsageError

SOURCE = Path(go_to_wheel.__file__).parent
CLASSES = {
    name: value
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, GoToWheelError)
}
_LINE = re.compile(r"(?P<branch>[ │├└─]*)(?P<name>\w+) +(?P<code>\d+)?")


def drawn_tree() -> dict[str, tuple[str | None, int]]:
    """Name → parent and exit code, as the docstring draws them; a child inherits the code."""
    drawn: dict[str, tuple[str | None, int]] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").partition("::")[2].splitlines():
        found = _LINE.match(line.removeprefix("    "))
        if found is None or found["name"] not in CLASSES:
            continue
        above = above[: len(found["branch"]) // 4]
        parent = above[-1] if above else None
        code = int(found["code"]) if found["code"] else drawn[parent or ""][1]
        drawn[found["name"]] = (parent, code)
        above.append(found["name"])
    return drawn


def test_the_tree_in_the_docstring_is_the_real_one() -> None:
    real = {
        name: (None if each is GoToWheelError else each.__bases__[0].__name__, each.exit_code)
        for name, each in CLASSES.items()
    }
    assert drawn_tree() == real


def test_every_error_has_an_exit_code_that_says_error() -> None:
    assert {each.exit_code for each in CLASSES.values()} == {1, 2, 130}
    assert all((each.exit_code == 2) == issubclass(each, UsageError) for each in CLASSES.values())


@pytest.mark.parametrize("error", CLASSES.values(), ids=CLASSES)
def test_every_error_carries_a_message_a_hint_and_a_detail(error: type[GoToWheelError]) -> None:
    full = error("It broke.", hint="Mend it.", detail="line 1\nline 2")
    assert str(full) == "It broke. Mend it."
    assert (full.message, full.hint, full.detail) == ("It broke.", "Mend it.", "line 1\nline 2")
    bare = error("It broke.")
    assert (str(bare), bare.hint, bare.detail) == ("It broke.", "", "")
    assert inspect.getdoc(error)


def raises() -> Iterator[tuple[str, type[GoToWheelError], ast.Call]]:
    """Each place of the source that makes one of our errors: where, which, how."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CLASSES
            ):
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", CLASSES[node.func.id], node


def ending(node: ast.expr) -> str | None:
    """How a text ends, where that stands in the source.

    A variable may be a sentence, and so may what a function of the same module makes.
    """
    if isinstance(node, ast.JoinedStr):
        return ending(node.values[-1])
    if isinstance(node, ast.FormattedValue):
        function = getattr(node.value, "func", None)
        made_here = getattr(function, "attr", getattr(function, "id", "")).startswith("_")
        return "." if isinstance(node.value, ast.Name) or made_here else None
    if isinstance(node, ast.IfExp):
        ends = {ending(node.body), ending(node.orelse)}
        return ends.pop() if len(ends) == 1 else "different ends"
    return (
        node.value[-1:] if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
    )


def test_every_message_and_hint_is_a_sentence() -> None:
    places = list(raises())
    assert len(places) > 50
    wrong = [
        where
        for where, _, call in places
        for text in (*call.args, *(each.value for each in call.keywords if each.arg == "hint"))
        if isinstance(text, ast.JoinedStr | ast.Constant) and ending(text) not in {".", "?"}
    ]
    assert not wrong, "\n".join(wrong)


def test_every_error_says_what_to_do() -> None:
    def says_it(call: ast.Call) -> bool:
        hints = [each.value for each in call.keywords if each.arg == "hint"]
        return any(not (isinstance(hint, ast.Constant) and not hint.value) for hint in hints)

    without = [
        where
        for where, error, call in raises()
        if error is not Cancelled and not says_it(call)  # who stops a run knows what they want
    ]
    assert not without, "\n".join(without)


def test_every_error_without_kinds_of_its_own_is_raised_somewhere() -> None:
    leaves = {name for name, each in CLASSES.items() if not each.__subclasses__()}
    assert leaves - {error.__name__ for _, error, _ in raises()} == set()


def test_messages_are_given_by_position_and_all_else_by_name() -> None:
    assert [where for where, _, call in raises() if len(call.args) != 1] == []
