"""The public API: complete, documented, and light to import."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import go_to_wheel
from go_to_wheel import errors

SOURCE = Path(go_to_wheel.__file__).parent
PUBLIC = sorted(set(go_to_wheel.__all__) - {"__version__"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("name", go_to_wheel.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(go_to_wheel, name) is not None


def test_all_is_sorted_and_complete() -> None:
    homes = [name for names in go_to_wheel._HOMES.values() for name in names]
    assert len(homes) == len(set(homes))
    assert {*homes, "__version__"} == set(go_to_wheel.__all__)
    constants = [name for name in go_to_wheel.__all__ if name.isupper()]
    classes = [name for name in go_to_wheel.__all__ if name[0].isupper() and not name.isupper()]
    others = [name for name in go_to_wheel.__all__ if not name[0].isupper()]
    assert go_to_wheel.__all__ == [*sorted(constants), *sorted(classes), *sorted(others)]


def test_the_homes_are_those_that_type_checkers_see() -> None:
    seen: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(Path(go_to_wheel.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            for statement in node.body:
                assert isinstance(statement, ast.ImportFrom)
                assert statement.module
                seen[statement.module] = {alias.name for alias in statement.names}
    assert seen == {module: set(names) for module, names in go_to_wheel._HOMES.items()}


@pytest.mark.parametrize(("module", "names"), go_to_wheel._HOMES.items())
def test_every_name_comes_from_its_home(module: str, names: tuple[str, ...]) -> None:
    home = importlib.import_module(f"go_to_wheel.{module}")
    for name in names:
        assert getattr(go_to_wheel, name) is getattr(home, name)


def test_dir_lists_what_is_public_and_nothing_else_exists() -> None:
    assert dir(go_to_wheel) == sorted(go_to_wheel.__all__)
    with pytest.raises(AttributeError, match="module 'go_to_wheel' has no attribute 'nothing'"):
        _ = go_to_wheel.nothing
    star: dict[str, object] = {}
    exec("from go_to_wheel import *", star)
    assert set(PUBLIC) <= set(star)


def test_importing_the_package_imports_nothing_else_of_it() -> None:
    code = "import sys, go_to_wheel; print(*(n for n in sys.modules if 'go_to_wheel' in n))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert set(done.stdout.decode().split()) == {"go_to_wheel", "go_to_wheel._version"}


def test_the_version_is_one_that_the_index_takes() -> None:
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?((a|b|rc)\d+)?(\.dev\d+)?", go_to_wheel.__version__)


def test_the_package_says_that_it_is_typed() -> None:
    assert (SOURCE / "py.typed").is_file()


def classes_in(annotation: object) -> Iterator[type]:
    """Our classes that a type names: itself, or what stands between its brackets and bars."""
    if inspect.isclass(annotation) and annotation.__module__.split(".")[0] == "go_to_wheel":
        yield annotation
    for inner in get_args(annotation):
        yield from classes_in(inner)


def annotated(value: object) -> Iterator[object]:
    """The types of a function's parameters and result, of a class's fields and public methods."""
    if not inspect.isclass(value) and not inspect.isfunction(value):
        yield value
        return
    members = vars(value).items() if inspect.isclass(value) else ()
    public = [member for name, member in members if not name.startswith("_")]
    methods = [member.fget if isinstance(member, property) else member for member in public]
    for each in (value, *filter(inspect.isfunction, methods)):
        yield from get_type_hints(each, localns=NAMED_FOR_TYPES).values()


# What modules import for type checkers alone; it lies in these.
NAMED_FOR_TYPES = {
    name: value
    for home in ("errors", "model", "planning", "targets")
    for name, value in vars(importlib.import_module(f"go_to_wheel.{home}")).items()
}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_class_that_something_public_names_is_public(name: str) -> None:
    named = {each for type_ in annotated(getattr(go_to_wheel, name)) for each in classes_in(type_)}
    assert {each.__name__ for each in named} - set(go_to_wheel.__all__) == set()


# Docstrings


def definitions() -> Iterator[tuple[str, ast.Module, Function | ast.ClassDef]]:
    """Everything public: functions, classes and methods of public modules and classes."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.stem.startswith("_") and path.stem != "__init__":
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        where = str(path.relative_to(SOURCE))
        for node in module.body:
            if not isinstance(node, Function | ast.ClassDef) or node.name.startswith("_"):
                continue
            yield f"{where}: {node.name}", module, node
            for inner in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{where}: {node.name}.{inner.name}", module, inner


def test_everything_public_has_a_docstring() -> None:
    found = list(definitions())
    assert len(found) > 100
    assert [where for where, _, node in found if not ast.get_docstring(node)] == []


def raised(module: ast.Module, node: Function) -> set[str]:
    """Our errors that a function raises: itself, or by a private helper of the same module."""
    helpers = {
        each.name: each
        for each in ast.walk(module)
        if isinstance(each, Function) and each.name.startswith("_")
    }
    seen, waiting, names = set[str](), [node], set[str]()
    while waiting:
        function = waiting.pop()
        caught = {
            name
            for each in ast.walk(function)
            if isinstance(each, ast.ExceptHandler) and each.type is not None
            for name in re.findall(r"id='(\w+)'", ast.dump(each.type))
        }
        for each in ast.walk(function):
            if isinstance(each, ast.Raise) and isinstance(each.exc, ast.Call):
                names |= _error_names(each.exc, helpers)
            if isinstance(each, ast.Call):
                name = each.func.id if isinstance(each.func, ast.Name) else ""
                name = each.func.attr if isinstance(each.func, ast.Attribute) else name
                if name in helpers and name not in seen and not caught:
                    seen.add(name)
                    waiting.append(helpers[name])
    return names


def _error_names(call: ast.Call, helpers: dict[str, Function]) -> set[str]:
    """The class of the error that is raised; a helper that makes it says so in its type."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    returned = helpers[name].returns if name in helpers else None
    name = returned.id if isinstance(returned, ast.Name) else name
    return {name} if hasattr(errors, name) else set()


def named_under_raises(node: Function) -> set[str]:
    section = re.search(
        r"^Raises:\n((?:    .*\n?|\n)+)", ast.get_docstring(node) or "", re.MULTILINE
    )
    return set(re.findall(r"^    (\w+):", section[1], re.MULTILINE)) if section else set()


def is_named(name: str, node: Function) -> bool:
    """Whether the docstring names the error, one that it is, or one that is of its kind."""
    error = getattr(errors, name)
    named = [getattr(errors, each, None) for each in named_under_raises(node)]
    related = (each for each in named if inspect.isclass(each))
    in_text = re.search(rf"\b{name}\b", ast.get_docstring(node) or "")
    return bool(in_text) or any(
        issubclass(error, each) or issubclass(each, error) for each in related
    )


def test_functions_name_the_errors_that_they_raise() -> None:
    missing = []
    for where, module, node in definitions():
        if isinstance(node, ast.ClassDef) or where.startswith("cli/"):
            continue
        if wrong := [name for name in raised(module, node) if not is_named(name, node)]:
            missing.append(f"{where} raises {', '.join(sorted(wrong))}")
    assert not missing, "\n".join(missing)


def reached(start: str) -> set[str]:
    """The modules of the package that one imports, now or on a call, and those that they do."""
    seen, waiting = set[str](), [start]
    while waiting:
        module = waiting.pop()
        path = SOURCE.joinpath(*module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if module in seen or not path.is_file():
            continue
        seen.add(module)
        package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = package[: len(package) - node.level + 1]
                base += (node.module or "").split(".") if node.module else []
                waiting.append(".".join(base))
                waiting += [".".join([*base, alias.name]) for alias in node.names]
    return seen


def families(module: str) -> set[str]:
    """The kinds of errors, just below the root, that a module makes."""
    path = SOURCE.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    made = {
        getattr(errors, node.func.id)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and inspect.isclass(getattr(errors, node.func.id, None))
    }
    return {each.__mro__[-5].__name__ for each in made if each is not errors.GoToWheelError}


# The parts of a build hold the functions that read wheels and records too, and it calls none.
_OF_READERS = {"WheelError"}


def test_a_build_names_every_kind_of_error_that_its_parts_raise() -> None:
    modules = reached("pipeline")
    assert {"sources.github.rest", "sources.compile.source", "wheel.write"} <= modules
    made = {family for module in modules for family in families(module)}
    functions = {
        node.name: named_under_raises(node)
        for where, _, node in definitions()
        if where.startswith("pipeline.py") and isinstance(node, Function)
    }
    assert functions["build"] == made - _OF_READERS
    assert functions["build"] - functions["plan_build"] == {"BinaryError"}  # it makes no binary


def test_docstrings_name_only_errors_that_exist() -> None:
    own = {
        node.name
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    wrong = [
        f"{where}: {name}"
        for where, _, node in definitions()
        if not isinstance(node, ast.ClassDef)
        for name in named_under_raises(node)
        if name not in own and not hasattr(builtins, name)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_class_and_function_explains_itself(name: str) -> None:
    value = getattr(go_to_wheel, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        text = inspect.getdoc(value) or ""
        assert text
        assert not text.startswith(f"{name}("), "that is the text which dataclass makes up"
