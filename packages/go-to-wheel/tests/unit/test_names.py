"""Names of distributions, packages and commands (names.py)."""

from __future__ import annotations

import keyword
import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name, parse_wheel_filename

from go_to_wheel.errors import InvalidNameError
from go_to_wheel.names import import_name_of, parse_command_name, parse_distribution_name

LETTERS_AND_DIGITS = "ABCXYZabcxyz0179"
NAMES = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9])?", fullmatch=True)
WORDS = st.text(alphabet=LETTERS_AND_DIGITS + "-_.+~! /\\:\n\t\0é\u017f\u212a漢\udcff", max_size=12)
WINDOWS_DEVICES = ["con", "prn", "aux", "nul", "com1", "com9", "lpt1", "lpt9"]


@given(NAMES)
def test_an_accepted_distribution_name_survives_packaging(text: str) -> None:
    name = parse_distribution_name(text)
    assert name.display == str(name) == text
    assert name.normalized == canonicalize_name(text, validate=True)
    assert canonicalize_name(name.wheel) == name.normalized
    parsed, *_ = parse_wheel_filename(f"{name.wheel}-1.0-py3-none-any.whl")
    assert parsed == name.normalized


@given(NAMES)
def test_spellings_that_the_index_takes_for_one_name_give_one_wheel_name(text: str) -> None:
    other = re.sub(r"[-_.]+", "__", text).upper()
    assert parse_distribution_name(other).wheel == parse_distribution_name(text).wheel


@given(st.text() | WORDS)
def test_any_text_is_a_distribution_name_or_refused(text: str) -> None:
    try:
        name = parse_distribution_name(text)
    except InvalidNameError:
        return
    assert re.fullmatch(r"[a-z0-9]+(?:_[a-z0-9]+)*", name.wheel)


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "-a", "a-", ".", "name\n", "\u017fqlite", "\u212aite", "é", "a/b", "a\0"],
)
def test_what_pep_508_does_not_allow_is_no_distribution_name(text: str) -> None:
    with pytest.raises(InvalidNameError, match="name of a Python distribution") as caught:
        parse_distribution_name(text)
    assert "--name" in caught.value.hint


def test_runs_of_punctuation_collapse() -> None:
    name = parse_distribution_name("My.__-Tool")
    assert (name.normalized, name.wheel) == ("my-tool", "my_tool")


@given(NAMES)
@example("json")
@example("7tool")
@example("class")
def test_an_import_name_can_always_be_imported(text: str) -> None:
    name = parse_distribution_name(text)
    try:
        module = import_name_of(name)
    except InvalidNameError:
        return
    assert module.isidentifier()
    assert not keyword.iskeyword(module)
    assert module not in sys.stdlib_module_names
    assert module not in WINDOWS_DEVICES
    assert canonicalize_name(module) == name.normalized


def test_no_module_of_the_standard_library_is_hidden() -> None:
    # Not _thread and its like: no distribution can be called so.
    modules = [name for name in sys.stdlib_module_names if re.fullmatch(r"[a-z0-9]+", name)]
    assert len(modules) > 100
    for module in modules:
        with pytest.raises(InvalidNameError, match="standard library"):
            import_name_of(parse_distribution_name(module))


@pytest.mark.parametrize("text", ["test", "distutils", "imp", "cgi", "tomllib", "compression"])
def test_the_standard_library_of_other_pythons_counts_too(text: str) -> None:
    with pytest.raises(InvalidNameError, match="standard library"):
        import_name_of(parse_distribution_name(text))


@pytest.mark.parametrize("text", [word for word in keyword.kwlist if word.islower()])
def test_no_keyword_is_an_import_name(text: str) -> None:
    with pytest.raises(InvalidNameError, match="is a keyword of Python"):
        import_name_of(parse_distribution_name(text.upper()))


@pytest.mark.parametrize("text", WINDOWS_DEVICES)
def test_no_windows_device_is_an_import_name(text: str) -> None:
    with pytest.raises(InvalidNameError, match="device on Windows") as caught:
        import_name_of(parse_distribution_name(text.upper()))
    assert "--entry-point" not in caught.value.hint  # no command could have that name either


@pytest.mark.parametrize("text", ["json", "7tool", "7", "class", "7-zip", "aux", "0.1"])
def test_the_name_that_a_hint_suggests_is_a_good_one(text: str) -> None:
    with pytest.raises(InvalidNameError) as caught:
        import_name_of(parse_distribution_name(text))
    suggested = re.search(r"example --name ([\w.-]*\w)", caught.value.hint)
    assert suggested
    assert import_name_of(parse_distribution_name(suggested[1]))
    kept = re.search(r"--entry-point ([\w.-]*\w)", caught.value.hint)
    assert kept is None or parse_command_name(kept[1]) == text


@given(st.text() | WORDS)
@example("con.txt")
@example("a.exe.exe")
def test_an_accepted_command_is_a_safe_file_name_everywhere(text: str) -> None:
    try:
        command = parse_command_name(text)
    except InvalidNameError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_.+-]+", command)
    assert command[0] not in "-.+"  # no option, no hidden file
    assert command[-1] != "."  # which Windows drops
    assert command.split(".")[0].lower() not in WINDOWS_DEVICES
    assert not command.lower().endswith(".exe")
    assert len(f"{command}.exe".encode()) <= 255
    assert parse_command_name(command) == command
    assert parse_command_name(f"{command}.exe") == command


@pytest.mark.parametrize("text", ["sqlite-scanner", "g++", "k9s", "_x", "a.b", "7z", "A" * 251])
def test_commands_of_every_usual_shape_are_taken(text: str) -> None:
    assert parse_command_name(text) == text


@pytest.mark.parametrize(
    "text",
    ["", ".exe", "-x", ".x", "x.", "a b", "a/b", "a\\b", "a:b", "a\n", "é", "NUL", "com3.x", "=",
     "A" * 252],
)  # fmt: skip
def test_names_that_some_system_refuses_are_no_commands(text: str) -> None:
    with pytest.raises(InvalidNameError, match="cannot be the name of a command") as caught:
        parse_command_name(text)
    assert "--entry-point" in caught.value.hint


@pytest.mark.parametrize("text", ["con", "NUL", "com3.x", "aux.exe"])
def test_a_command_named_like_a_device_is_told_that_windows_reserves_it(text: str) -> None:
    with pytest.raises(InvalidNameError, match="Windows reserves it") as caught:
        parse_command_name(text)
    assert "letters" not in caught.value.hint


@pytest.mark.parametrize(
    "text",
    ["python", "Python.exe", "python3", "python3.14", "python3.14t", "pythonw", "pip", "pip3",
     "pip3.12", "pipx", "uv", "uvx", "activate", "activate.bat", "deactivate"],
)  # fmt: skip
def test_no_command_takes_the_place_of_the_environment_s_own(text: str) -> None:
    with pytest.raises(InvalidNameError, match="environment's own") as caught:
        parse_command_name(text)
    suggested = re.search(r"example --entry-point (\S+)\.$", caught.value.hint)
    assert suggested
    assert parse_command_name(suggested[1])


@pytest.mark.parametrize("text", ["pythonic", "python-tool", "pipe", "uv-tool", "activator", "uvw"])
def test_commands_that_only_begin_like_the_environment_s_own_are_taken(text: str) -> None:
    assert parse_command_name(text) == text


@pytest.mark.parametrize(
    ("text", "suggestion"), [("1tool", "my-1tool"), ("3d-tool", "my-3d-tool"), ("json", "json-bin")]
)
def test_the_suggested_name_keeps_what_was_given(text: str, suggestion: str) -> None:
    with pytest.raises(InvalidNameError, match="package") as caught:
        import_name_of(parse_distribution_name(text))
    assert f"--name {suggestion};" in caught.value.hint
