"""The Python part of a wheel: the template, rendered and run (wheel/shim.py, shim/)."""

from __future__ import annotations

import ast
import importlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.version import Version

import go_to_wheel.shim
from go_to_wheel.model import Layout
from go_to_wheel.names import CommandName, ImportName
from go_to_wheel.wheel.shim import Shim, entry_points, render_shim
from helpers.needs import requirement

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the executables are scripts")

PACKAGE = "some_tool"
# Tells what reached it: each argument with a NUL behind it, and its process number on stderr.
ECHO = "#!/bin/sh\nprintf '%s\\0' \"$@\"\necho $$ >&2\nexit 7\n"
# What a native executable begins with: the native layout takes nothing else.
NATIVE = "\x7fELF"


def shim(
    *commands: str, layout: Layout = Layout.PACKAGE, version: str = "1.2.3", **aliases: str
) -> Shim:
    names = commands or ("some-tool",)
    return Shim(
        distribution=PACKAGE,
        version=Version(version),
        package=ImportName(PACKAGE),
        layout=layout,
        binaries=tuple((CommandName(name), name) for name in names),
        aliases=tuple((CommandName(alias), CommandName(name)) for alias, name in aliases.items()),
    )


def guest(*commands: str, layout: Layout = Layout.PACKAGE, **aliases: str) -> Shim:
    """A launcher in a project's own package, whose name is not the distribution's."""
    return replace(shim(*commands, layout=layout, **aliases), distribution="dist_x", is_guest=True)


def write_package(site: Path, filled: Shim) -> Path:
    """Put the package into a folder, without its executables."""
    package = site / PACKAGE
    package.mkdir(parents=True, exist_ok=True)
    for name, content in render_shim(filled).items():
        (package / name).write_bytes(content)
    return package


def executable(path: Path, text: str = ECHO, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder as installers fill it: the package with one executable."""
    site = tmp_path / "site-packages"
    write_package(site, shim())
    executable(site / PACKAGE / "bin" / "some-tool")
    return site


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], ModuleType]]:
    """Imports the package from a folder; afterwards it is as if it never was."""
    before = set(sys.modules)

    def load_from(site: Path) -> ModuleType:
        monkeypatch.syspath_prepend(str(site))
        return importlib.import_module(PACKAGE)

    yield load_from
    for name in set(sys.modules) - before:
        del sys.modules[name]


def python(site: Path, code: str, *arguments: str | bytes, **options: Any) -> Any:
    """Run code in a Python of its own that finds the package."""
    start = f"import sys; sys.path.insert(0, {str(site)!r})\n{code}"
    flags = options.pop("flags", ["-I"])
    return subprocess.run(
        [sys.executable, *flags, "-c", start, *arguments],
        capture_output=True,
        check=False,
        timeout=60,
        **options,
    )


MAIN = f"from {PACKAGE} import main; sys.exit(main())"


# Rendering


def test_the_package_layout_has_three_files() -> None:
    assert list(render_shim(shim())) == ["__init__.py", "__main__.py", "py.typed"]


def test_the_native_layout_knows_where_installers_put_commands() -> None:
    files = render_shim(shim(layout=Layout.NATIVE))
    assert list(files) == ["__init__.py", "__main__.py", "py.typed", "_scripts.py"]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("commands", [["one"], ["one", "two.x", "g++"]])
def test_four_lines_of_the_template_are_filled(layout: Layout, commands: list[str]) -> None:
    rendered = render_shim(shim(*commands, layout=layout, version="1!2.0rc1+x"))
    template = Path(go_to_wheel.shim.__file__).read_text(encoding="utf-8").splitlines()
    lines = rendered["__init__.py"].decode().splitlines()
    changed = [line for line, before in zip(lines, template, strict=True) if line != before]
    assert "__version__ = '1!2.0rc1+x'" in changed
    assert f"_BINARIES = { {name: name for name in commands}!r}" in changed
    assert f"_DISTRIBUTION = {PACKAGE!r}" in changed
    assert len(changed) == 3 + (layout is Layout.NATIVE)
    assert ("_IN_PACKAGE = False" in changed) is (layout is Layout.NATIVE)


@pytest.mark.parametrize("layout", Layout)
def test_every_file_is_python_3_8(layout: Layout) -> None:
    for filled in (shim("a", "b", layout=layout), guest("a", layout=layout)):
        for name, content in render_shim(filled).items():
            ast.parse(content, name, feature_version=(3, 8))


@pytest.mark.parametrize("layout", Layout)
def test_no_file_evaluates_annotations_that_old_pythons_do_not_know(layout: Layout) -> None:
    # The syntax of `list[str]` is old, its meaning is not: only as text is it left alone.
    for content in render_shim(shim(layout=layout)).values():
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.FunctionDef):
                arguments = [*node.args.args, *node.args.kwonlyargs, node.args.kwarg]
                notes = [each.annotation for each in arguments if each] + [node.returns]
                assert all(isinstance(note, ast.Constant | ast.Name | None) for note in notes), (
                    node.name
                )


def test_a_guest_brings_the_launcher_alone() -> None:
    assert list(render_shim(guest())) == ["_binary.py"]
    native = render_shim(guest(layout=Layout.NATIVE))
    assert list(native) == ["_binary.py", "_binary_scripts.py"]
    assert b"from ._binary_scripts import" in native["_binary.py"]
    assert b"._scripts import" not in native["_binary.py"]


def test_entry_points_of_one_and_of_several_commands() -> None:
    assert entry_points(shim("a-b")) == b"[console_scripts]\na-b = some_tool:main\n"
    assert entry_points(shim("b", "a-b")) == (
        b"[console_scripts]\na-b = some_tool:main_a_b\nb = some_tool:main_b\n"
    )
    assert entry_points(shim("a", layout=Layout.NATIVE)) == b""
    assert entry_points(guest("a")) == b"[console_scripts]\na = some_tool._binary:main\n"


@pytest.mark.parametrize("layout", Layout)
def test_an_alias_has_an_entry_point_in_every_layout(layout: Layout) -> None:
    one = entry_points(shim("tool", layout=layout, t="tool")).decode().splitlines()
    assert [line for line in one if not line.startswith("tool ")] == [
        "[console_scripts]", "t = some_tool:main",
    ]  # fmt: skip
    assert ("tool = some_tool:main" in one) is (layout is Layout.PACKAGE)
    two = entry_points(shim("a", "b", layout=layout, c="b")).decode().splitlines()
    assert two[-1] == "c = some_tool:main_b"


def test_entry_points_of_the_project_join_ours() -> None:
    own = (
        ("console_scripts", (("z", "pkg.cli:z"), ("one", "pkg.cli:one"))),
        ("gui_scripts", (("two", "pkg.gui:two"),)),
        ("plugins", (("p", "pkg.plugin"),)),
    )
    # "one" and "two" are names of programs: the project's own scripts take their place.
    assert entry_points(guest("one", "two", "three"), own).decode() == (
        "[console_scripts]\n"
        "one = pkg.cli:one\n"
        "three = some_tool._binary:main_three\n"
        "z = pkg.cli:z\n"
        "\n"
        "[gui_scripts]\n"
        "two = pkg.gui:two\n"
        "\n"
        "[plugins]\n"
        "p = pkg.plugin\n"
    )
    native = entry_points(guest("one", layout=Layout.NATIVE), own[2:])
    assert native == b"[plugins]\np = pkg.plugin\n"


# Finding the executable


def test_the_path_of_the_only_executable(site: Path, load: Callable[[Path], ModuleType]) -> None:
    package = load(site)
    path = package.get_binary_path()
    assert path == str(site / PACKAGE / "bin" / "some-tool")
    assert package.get_binary_path("some-tool") == path
    assert package.__version__ == "1.2.3"
    assert all(hasattr(package, name) for name in package.__all__)


def test_an_unknown_name_lists_the_known(
    tmp_path: Path, load: Callable[[Path], ModuleType]
) -> None:
    write_package(tmp_path, shim("one", "two"))
    executable(tmp_path / PACKAGE / "bin" / "one")
    package = load(tmp_path)
    assert package.get_binary_path() == package.get_binary_path("one")
    with pytest.raises(ValueError, match="some_tool has no binary named 'three'; it has: one, two"):
        package.get_binary_path("three")
    with pytest.raises(FileNotFoundError, match="bin/two"):
        package.get_binary_path("two")


def test_a_missing_file_is_told_with_the_place(
    tmp_path: Path, load: Callable[[Path], ModuleType]
) -> None:
    write_package(tmp_path, shim())
    with pytest.raises(FileNotFoundError) as caught:
        load(tmp_path).get_binary_path()
    lines = str(caught.value).splitlines()
    assert "is missing. Reinstall some_tool." in lines[0]
    assert lines[1:] == [f"  {tmp_path}/some_tool/bin/some-tool"]


def test_a_missing_exec_bit_is_told_with_its_remedy(
    site: Path, load: Callable[[Path], ModuleType]
) -> None:
    path = site / PACKAGE / "bin" / "some-tool"
    path.chmod(0o644)
    with pytest.raises(PermissionError) as caught:
        load(site).get_binary_path()
    remedy = str(caught.value).rpartition("or run: ")[2]
    subprocess.run(remedy.split(), check=True)
    assert importlib.import_module(PACKAGE).get_binary_path() == str(path)


def test_a_folder_is_no_executable(tmp_path: Path, load: Callable[[Path], ModuleType]) -> None:
    write_package(tmp_path, shim())
    (tmp_path / PACKAGE / "bin" / "some-tool").mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        load(tmp_path).get_binary_path()


def test_the_path_is_absolute_when_the_package_was_found_by_a_relative_one(site: Path) -> None:
    code = f"sys.path[0] = '.'; from {PACKAGE} import get_binary_path as g; print(g())"
    done = python(site, code, cwd=site)
    assert done.stdout.decode().strip() == str(site / PACKAGE / "bin" / "some-tool")


@pytest.mark.parametrize("name", ["alias", "other"])
def test_an_alias_leads_to_its_command(
    tmp_path: Path, load: Callable[[Path], ModuleType], name: str
) -> None:
    write_package(tmp_path, shim("some", "other", alias="other"))
    path = executable(tmp_path / PACKAGE / "bin" / "other", "#!/bin/sh\necho other\n")
    package = load(tmp_path)
    assert package.get_binary_path(name) == str(path)
    assert package.run(name=name, capture_output=True).stdout == b"other\n"
    code = f"from {PACKAGE} import main_{name} as m; sys.exit(m())"
    assert python(tmp_path, code).stdout == b"other\n"


def test_a_guest_finds_what_lies_beside_it(tmp_path: Path) -> None:
    package = write_package(tmp_path, guest())
    (package / "__init__.py").write_text("from ._binary import get_binary_path\n")
    path = executable(package / "bin" / "some-tool")
    assert found(tmp_path) == str(path)
    path.unlink()
    done = python(tmp_path, f"from {PACKAGE}._binary import main; sys.exit(main())")
    assert done.returncode == 127
    assert b"dist_x is missing. Reinstall dist_x." in done.stderr


def test_a_guest_finds_a_native_command_by_the_distribution_s_record(tmp_path: Path) -> None:
    site = tmp_path / "prefix" / "lib" / "python3" / "site-packages"
    package = write_package(site, guest(layout=Layout.NATIVE))
    (package / "__init__.py").write_text("from ._binary import get_binary_path\n")
    path = executable(tmp_path / "prefix" / "odd" / "some-tool", NATIVE)
    record(site, "../../../odd/some-tool", name="dist_x")
    assert found(site) == str(path)


# Starting it


def test_main_hands_over_every_argument_unchanged(site: Path) -> None:
    arguments: list[str | bytes] = [
        "",
        "a b",
        "'\"",
        "$HOME `x` \\",
        "*",
        "--",
        "-x",
        "ü漢🙂",
        "line\nbreak",
        b"\xff\xfe",
    ]
    done = python(site, MAIN, *arguments)
    expected = [os.fsencode(argument) for argument in arguments]
    assert done.stdout.split(b"\0")[:-1] == expected
    assert done.returncode == 7


def test_main_takes_the_place_of_the_process(site: Path) -> None:
    start = f"import sys; sys.path.insert(0, {str(site)!r}); {MAIN}"
    with subprocess.Popen(
        [sys.executable, "-I", "-c", start], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        _, stderr = process.communicate(timeout=60)
    assert int(stderr) == process.pid


def test_main_passes_standard_input_and_signals_on(site: Path) -> None:
    executable(site / PACKAGE / "bin" / "some-tool", "#!/bin/sh\ncat\nkill -TERM $$\n")
    done = python(site, MAIN, input=b"\0in\xff")
    assert done.stdout == b"\0in\xff"
    assert done.returncode == -signal.SIGTERM


@pytest.mark.parametrize("flags", [["-I"], ["-I", "-S"], ["-E", "-B", "-O"]])
def test_main_works_whatever_python_leaves_out(site: Path, flags: list[str]) -> None:
    assert python(site, MAIN, "x", flags=flags).stdout == b"x\0"


def test_python_dash_m_starts_it_too(site: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", PACKAGE, "x"],
        cwd=site,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (7, b"x\0")


@pytest.mark.parametrize("name", ["SIGPIPE", "SIGXFSZ"])
def test_signals_that_python_ignores_are_as_they_were(site: Path, name: str) -> None:
    number = getattr(signal, name)
    executable(site / PACKAGE / "bin" / "some-tool", f"#!/bin/sh\nkill -{int(number)} $$\n")
    assert python(site, MAIN).returncode == -number


def test_a_reader_that_stops_early_ends_it_quietly(site: Path) -> None:
    yes = requirement("yes", shutil.which("yes"), "a program that never stops writing")
    shutil.copy(yes, site / PACKAGE / "bin" / "some-tool")
    start = f"import sys; sys.path.insert(0, {str(site)!r}); {MAIN}"
    with subprocess.Popen(
        [sys.executable, "-I", "-c", start], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"y\n"
        process.stdout.close()
        assert process.wait(timeout=60) == -signal.SIGPIPE
        assert process.stderr.read() == b""


def test_several_commands_have_a_function_each(tmp_path: Path) -> None:
    write_package(tmp_path, shim("one", "a.b-c"))
    for name in ("one", "a.b-c"):
        executable(tmp_path / PACKAGE / "bin" / name, f"#!/bin/sh\nprintf {name}\n")
    for function, expected in [("main", b"one"), ("main_one", b"one"), ("main_a_b_c", b"a.b-c")]:
        code = f"from {PACKAGE} import {function}; sys.exit({function}())"
        assert python(tmp_path, code).stdout == expected


def test_other_attributes_do_not_exist(site: Path, load: Callable[[Path], ModuleType]) -> None:
    package = load(site)
    for name in ("main_", "main_other", "nothing", "__path_"):
        assert not hasattr(package, name)
    with pytest.raises(AttributeError, match="module 'some_tool' has no attribute 'main_x'"):
        _ = package.main_x


@pytest.mark.parametrize(
    ("mode", "code", "message"),
    [(None, 127, "is missing"), (0o644, 126, "is not executable"), (0o755, 126, "cannot be started: Exec format error")],
)  # fmt: skip
def test_what_cannot_be_started_is_told_without_a_traceback(
    site: Path, mode: int | None, code: int, message: str
) -> None:
    path = site / PACKAGE / "bin" / "some-tool"
    path.write_bytes(b"\x7fELF nothing")
    if mode is None:
        path.unlink()
    else:
        path.chmod(mode)
    done = python(site, MAIN)
    assert done.returncode == code
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_run_waits_and_takes_what_subprocess_takes(
    site: Path, load: Callable[[Path], ModuleType]
) -> None:
    package = load(site)
    done = package.run(["a", "b"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (7, "a\0b\0")
    with pytest.raises(subprocess.CalledProcessError):
        package.run(check=True, capture_output=True)


def test_run_takes_the_name_of_one_of_several(
    tmp_path: Path, load: Callable[[Path], ModuleType]
) -> None:
    write_package(tmp_path, shim("one", "two"))
    for name in ("one", "two"):
        executable(tmp_path / PACKAGE / "bin" / name, f"#!/bin/sh\nprintf {name}$1\n")
    package = load(tmp_path)
    for chosen, expected in [(None, b"one!"), ("one", b"one!"), ("two", b"two!")]:
        assert package.run(["!"], name=chosen, capture_output=True).stdout == expected
    with pytest.raises(ValueError, match="it has: one, two"):
        package.run(name="three")


# What it costs


LOADED = """
before = set(sys.modules)
import os
before |= set(sys.modules)
def execv(path, arguments):
    print(*sorted(set(sys.modules) - before))
    sys.exit()
os.execv = execv
"""


def test_nothing_but_os_and_sys_is_imported_to_start_a_command(site: Path) -> None:
    done = python(site, LOADED + MAIN, flags=["-I", "-S"])
    assert done.stdout.decode().split() == [PACKAGE], done.stderr


def test_a_native_command_needs_sysconfig_beside_them(tmp_path: Path) -> None:
    write_package(tmp_path, shim(layout=Layout.NATIVE))
    executable(tmp_path / "bin" / "some-tool", NATIVE)
    done = python(tmp_path, LOADED + MAIN, flags=["-I", "-S"])
    loaded = set(done.stdout.decode().split())
    assert {PACKAGE, f"{PACKAGE}._scripts", "sysconfig"} <= loaded
    assert not loaded & {"subprocess", "typing", "signal", "pathlib", "re", "csv", "importlib"}


# Where the native layout looks


def native(tmp_path: Path, site: str = "lib/python3/site-packages") -> tuple[Path, Path]:
    """A prefix, and the package in a folder of it."""
    prefix = tmp_path / "prefix"
    write_package(prefix / site, shim(layout=Layout.NATIVE))
    return prefix, prefix / site


def found(site: Path) -> str:
    code = f"from {PACKAGE} import get_binary_path; print(get_binary_path())"
    done = python(site, code)
    return str(done.stdout.decode().strip() or done.stderr.decode().splitlines()[-1])


def record(site: Path, *paths: str, name: str = PACKAGE) -> None:
    info = site / f"{name}-1.2.3.dist-info"
    info.mkdir()
    lines = [f"{path},sha256=x,1\n" for path in paths]
    (info / "RECORD").write_text("".join(lines), encoding="utf-8")


def test_it_lies_beside_the_package_under_target(tmp_path: Path) -> None:
    _, site = native(tmp_path)
    path = executable(site / "bin" / "some-tool", NATIVE)
    assert found(site) == str(path)


@pytest.mark.parametrize("site_folder", ["lib/python3/site-packages", "Lib/site-packages"])
def test_it_lies_in_the_prefix(tmp_path: Path, site_folder: str) -> None:
    prefix, site = native(tmp_path, site_folder)
    path = executable(prefix / "bin" / "some-tool", NATIVE)
    assert found(site) == str(path)


def test_record_goes_before_every_guess(tmp_path: Path) -> None:
    prefix, site = native(tmp_path)
    executable(site / "bin" / "some-tool", NATIVE)
    executable(prefix / "bin" / "some-tool", NATIVE)
    recorded = executable(prefix / "odd place" / "ü" / "some-tool", NATIVE)
    record(site, f"{PACKAGE}/__init__.py", '"../../../odd place/ü/some-tool"')
    assert found(site) == str(recorded)


def test_the_record_of_another_package_does_not_count(tmp_path: Path) -> None:
    prefix, site = native(tmp_path)
    executable(prefix / "theirs" / "some-tool", NATIVE)
    record(site, "../../../theirs/some-tool", name="some_tool_extra")
    ours = executable(prefix / "bin" / "some-tool", NATIVE)
    assert found(site) == str(ours)


@pytest.mark.parametrize("content", [b"\xff\xfe,,\n", b"", b",,,,\n\n\0", b"some-tool"])
def test_a_broken_record_does_no_harm(tmp_path: Path, content: bytes) -> None:
    prefix, site = native(tmp_path)
    record(site)
    (site / f"{PACKAGE}-1.2.3.dist-info" / "RECORD").write_bytes(content)
    path = executable(prefix / "bin" / "some-tool", NATIVE)
    assert found(site) == str(path)


def test_a_dist_info_without_record_does_no_harm(tmp_path: Path) -> None:
    prefix, site = native(tmp_path)
    (site / f"{PACKAGE}-1.2.3.dist-info").mkdir()
    path = executable(prefix / "bin" / "some-tool", NATIVE)
    assert found(site) == str(path)


def test_a_script_of_that_name_is_not_the_program(tmp_path: Path) -> None:
    # One that imports the package would start itself for ever.
    prefix, site = native(tmp_path)
    script = executable(
        prefix / "bin" / "some-tool",
        f"#!{sys.executable} -I\nimport sys; sys.path.insert(0, {str(site)!r})\n{MAIN}\n",
    )
    record(site, "../../../bin/some-tool")
    done = subprocess.run([script], capture_output=True, check=False, timeout=60)
    assert done.returncode == 127
    assert f"\n  {script}\n" in done.stderr.decode()


@pytest.mark.parametrize(
    "magic",
    ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "4d5a9000"],
)
def test_native_executables_of_every_kind_are_taken(tmp_path: Path, magic: str) -> None:
    prefix, site = native(tmp_path)
    path = executable(prefix / "bin" / "some-tool")
    path.write_bytes(bytes.fromhex(magic) + b"\0")
    assert found(site) == str(path)


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fEL", b"\xfe\xed", b"text"])
def test_other_files_are_passed_over(tmp_path: Path, content: bytes) -> None:
    prefix, site = native(tmp_path)
    executable(site / "bin" / "some-tool").write_bytes(content)
    path = executable(prefix / "bin" / "some-tool", NATIVE)
    assert found(site) == str(path)


@pytest.mark.parametrize("ending", ["", ".exe"])
def test_the_command_that_runs_is_not_the_program(tmp_path: Path, ending: str) -> None:
    # As on Windows, where the launchers of console scripts are executables of their own.
    prefix, site = native(tmp_path)
    package = site / PACKAGE / "__init__.py"
    name = f"some-tool{ending}"
    package.write_text(package.read_text().replace("'some-tool'}", f"{name!r}}}"))
    launcher = executable(prefix / "bin" / name, "MZ")
    code = f"sys.argv[0] = {str(prefix / 'bin' / 'some-tool')!r}; {MAIN}"
    done = python(site, code)
    assert done.returncode == 127
    assert f"\n  {launcher}\n" in done.stderr.decode()


def test_when_it_is_nowhere_every_place_is_listed_once(
    tmp_path: Path, load: Callable[[Path], ModuleType]
) -> None:
    prefix, site = native(tmp_path)
    record(site, "../../../recorded/some-tool")
    with pytest.raises(FileNotFoundError) as caught:
        load(site).get_binary_path()
    first, *places = [line.strip() for line in str(caught.value).splitlines()]
    assert first.endswith("Looked at:")
    assert len(places) == len(set(places))
    assert places[0] == str(prefix / "recorded" / "some-tool")
    for folder in (site / "bin", prefix / "bin", Path(sys.executable).parent):
        assert str(folder / "some-tool") in places


def test_a_package_in_a_zip_file_is_told_where_it_was_looked_for(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in render_shim(shim(layout=Layout.NATIVE)).items():
            packed.writestr(f"{PACKAGE}/{name}", content)
    done = python(archive, MAIN)
    assert done.returncode == 127
    assert f"\n  {archive}/bin/some-tool\n" in done.stderr.decode()


# The child process of Windows, which works on other systems too


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, 0),
        (7, 7),
        (0x7FFF_FFFF, 0x7FFF_FFFF),
        (0x8000_0000, -0x8000_0000),
        (0xC000_013A, -1_073_741_510),  # ended by Ctrl-C
        (0xFFFF_FFFF, -1),
    ],
)
def test_windows_exit_codes_become_signed(
    monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    class Ended:
        def __init__(self, arguments: list[str]) -> None:
            assert arguments == ["tool", "x"]

        def wait(self) -> int:
            return code

    monkeypatch.setattr(subprocess, "Popen", Ended)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert go_to_wheel.shim._start_child(["tool", "x"]) == expected


def test_a_child_has_ctrl_c_for_itself(site: Path) -> None:
    path = executable(site / PACKAGE / "bin" / "some-tool", "#!/bin/sh\nkill -INT $PPID\nexit 5\n")
    code = f"from {PACKAGE} import _start_child; sys.exit(_start_child([{str(path)!r}]))"
    done = python(site, code)
    assert (done.returncode, done.stderr) == (5, b"")
