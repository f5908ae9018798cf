"""C code, compiled by zig for systems that are not this one: packaged, checked and run."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from go_to_wheel.binary import read_binary
from go_to_wheel.binary.codesign import verify_code_signature
from go_to_wheel.model import Libc
from helpers.dist import Dist, build_dist, read_dist
from helpers.foreign import Wine, run_under_qemu
from helpers.gomodules import write_module
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import Outcome, Tool, clean_environment
from helpers.zig import keep_c_libraries, needs_zig

DATA = Path(__file__).parent.parent / "data"
GREETING = DATA / "greeting"
NOTES = DATA / "notes"  # uses SQLite's C code

CPP = """\
#include <stdexcept>
#include <string>
extern "C" int fail(void) {
    try { throw std::runtime_error(std::string(40, 'x')); }
    catch (std::exception &error) { return 7; }
}
"""
_MACOS = ("darwin-amd64", "darwin-arm64")
_FRAMEWORKS = "/System/Library/Frameworks"


@pytest.fixture(autouse=True, scope="session")
def _zig(_caches: None) -> None:
    needs_zig()
    keep_c_libraries()


@pytest.fixture(scope="session")
def greeting(shared: Path) -> Dist:
    """A program with a C file of its own."""
    targets = ",".join(("linux-amd64", *_MACOS, "windows-amd64"))
    return _built(shared, "greeting", GREETING, "--platforms", targets)


@pytest.fixture(scope="session")
def static_greeting(shared: Path) -> Dist:
    """The same for another processor, with the C library inside."""
    options = ("--platforms", "linux-arm64", "--libc", "musl")
    return _built(shared, "static-greeting", GREETING, *options)


@pytest.fixture(scope="session")
def _sqlite(go: Path) -> None:
    done = subprocess.run(
        [go, "mod", "download"], cwd=NOTES, env=clean_environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    requirement("SQLite's C code", done.returncode == 0, f"Go cannot fetch it: {done.stderr}")


@pytest.fixture(scope="session")
def notes(shared: Path, _sqlite: None) -> Dist:
    """A program that uses SQLite."""
    return _built(shared, "notes", NOTES, "--platforms", "linux-amd64,windows-amd64")


@pytest.fixture(scope="session")
def static_notes(shared: Path, _sqlite: None) -> Dist:
    """The same for Linux on another processor, with the C library inside."""
    return _built(shared, "static-notes", NOTES, "--platforms", "linux-arm64", "--libc", "musl")


def _built(shared: Path, name: str, source: Path, *options: str) -> Dist:
    def make(folder: Path) -> None:
        build_dist(folder, source, "--cgo", *options)

    return read_dist(made_once(shared, name, make))


def _platforms(wheel: Path) -> list[str]:
    return wheel.stem.split("-")[-1].split(".")


# --- run -----------------------------------------------------------------------------------


def test_c_code_runs_on_linux(greeting: Dist, tmp_path: Path) -> None:
    done = run_under_qemu("amd64", greeting.unpack_binary("linux-amd64", tmp_path))
    assert (done.stdout, done.returncode) == ("hello 1.2.3 from greet.c\n", 0)


def test_c_code_with_its_library_inside_runs_on_another_processor(
    static_greeting: Dist, tmp_path: Path
) -> None:
    done = run_under_qemu("arm64", static_greeting.unpack_binary("linux-arm64", tmp_path))
    assert (done.stdout, done.returncode) == ("hello 1.2.3 from greet.c\n", 0)


def test_c_code_runs_on_windows(greeting: Dist, wine: Wine, tmp_path: Path) -> None:
    done = wine.run(greeting.unpack_binary("windows-amd64", tmp_path))
    assert (done.stdout.strip(), done.returncode) == ("hello 1.2.3 from greet.c", 0)


def test_names_are_looked_up_by_the_c_library(
    greeting: Dist, static_greeting: Dist, tmp_path: Path
) -> None:
    for arch, dist in (("amd64", greeting), ("arm64", static_greeting)):
        binary = dist.unpack_binary(f"linux-{arch}", tmp_path)
        done = run_under_qemu(arch, binary, "look-up", "localhost")
        assert done.stdout.endswith("] <nil>\n<nil>\n"), done.stdout + done.stderr


def _remembers(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert run("one", "zwei ü").stdout.strip() == "2: one, zwei ü"
    done = run("three")
    assert (done.stdout.strip(), done.returncode) == ("3: one, zwei ü, three", 0)


def test_sqlite_works_on_linux(notes: Dist, tmp_path: Path) -> None:
    binary = notes.unpack_binary("linux-amd64", tmp_path)
    _remembers(lambda *args: run_under_qemu("amd64", binary, str(tmp_path / "a.db"), *args))
    assert (tmp_path / "a.db").read_bytes().startswith(b"SQLite format 3\0")


def test_sqlite_works_on_another_processor(static_notes: Dist, tmp_path: Path) -> None:
    binary = static_notes.unpack_binary("linux-arm64", tmp_path)
    _remembers(lambda *args: run_under_qemu("arm64", binary, str(tmp_path / "a.db"), *args))


def test_sqlite_works_on_windows(notes: Dist, wine: Wine, tmp_path: Path) -> None:
    binary = notes.unpack_binary("windows-amd64", tmp_path)
    _remembers(lambda *args: wine.run(binary, wine.path(tmp_path / "a.db"), *args))


# --- what the binaries ask for -------------------------------------------------------------


@pytest.mark.parametrize("name", ["greeting", "notes"])
def test_a_program_for_glibc_asks_for_no_newer_one_than_its_tag(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    dist: Dist = request.getfixturevalue(name)
    (facts,) = read_binary(dist.unpack_binary("linux-amd64", tmp_path))
    assert facts.libc is Libc.GLIBC
    assert facts.glibc is not None
    assert facts.glibc <= (2, 17)
    assert _platforms(dist.wheels["linux-amd64"]) == [
        "manylinux2014_x86_64",
        "manylinux_2_17_x86_64",
    ]


def test_a_program_with_musl_inside_is_for_every_linux(
    static_greeting: Dist, tmp_path: Path
) -> None:
    (facts,) = read_binary(static_greeting.unpack_binary("linux-arm64", tmp_path))
    assert facts.static
    tags = ("manylinux2014", "manylinux_2_17", "musllinux_1_1")
    assert _platforms(static_greeting.wheels["linux-arm64"]) == [f"{tag}_aarch64" for tag in tags]


def _bill_and_licenses(wheel: Path) -> tuple[dict[str, dict[str, object]], set[str]]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (place,) = [name for name in names if name.endswith(".cdx.json")]
        components = json.loads(archive.read(place))["components"]
    licenses = {name.partition("/licenses/")[2] for name in names if "/licenses/" in name}
    return {each["name"]: each for each in components}, licenses


def test_what_zig_links_in_comes_with_its_licences(greeting: Dist, static_greeting: Dist) -> None:
    found, licenses = _bill_and_licenses(static_greeting.wheels["linux-arm64"])
    assert {"zig/LICENSE", "musl/COPYRIGHT"} <= licenses
    assert str(found["musl"]["purl"]).startswith("pkg:generic/musl@1.")
    assert found["musl"]["licenses"] == found["zig"]["licenses"] == [{"expression": "MIT"}]
    assert "mingw-w64" not in found

    libraries = {"zig", "musl", "mingw-w64", "glibc", "libc++", "libc++abi", "libunwind"}
    found, licenses = _bill_and_licenses(greeting.wheels["linux-amd64"])
    assert libraries & found.keys() == {"zig", "glibc"}
    assert "licenses" not in found["glibc"], "it is not certain"
    # All wheels of a batch carry the same licences.
    assert {"zig/LICENSE", "mingw-w64/COPYING", "glibc/LICENSES"} <= licenses
    assert {"musl/COPYRIGHT", "libc++/LICENSE.TXT"} & licenses == set()
    for target, own in (("windows-amd64", {"mingw-w64"}), ("darwin-arm64", set())):
        found, _ = _bill_and_licenses(greeting.wheels[target])
        assert libraries & found.keys() == {"zig"} | own


def test_the_c_plus_plus_library_comes_with_its_licences(tool: Tool, tmp_path: Path) -> None:
    """Where a program uses it; one beside it that is all Go has nothing of zig in it."""
    preamble = 'package main\n\n// int fail(void);\nimport "C"\n\n'
    files = {
        "cmd/thrower/main.go": f"{preamble}func main() {{ println(C.fail()) }}\n",
        "cmd/thrower/fail.cc": CPP,
        "cmd/pure/main.go": 'package main\n\nfunc main() { println("no C") }\n',
    }
    source = write_module(tmp_path / "thrower", files)
    packages = ("--package", "./cmd/thrower", "--package", "./cmd/pure")
    done = tool.run(source, "--cgo", "--version", "1", "--platforms", "linux-amd64", *packages)
    (wheel,) = done.wheels
    found, licenses = _bill_and_licenses(wheel)
    llvm = {"libc++", "libc++abi", "libunwind"}
    assert {"zig", "glibc", *llvm} <= found.keys()
    assert {f"{each}/LICENSE.TXT" for each in llvm} <= licenses
    assert found["libunwind"]["licenses"] == [{"expression": "Apache-2.0 WITH LLVM-exception"}]
    assert str(found["libc++"]["purl"]).startswith("pkg:generic/libc%2B%2B@")
    assert tool.run("check", wheel).code == 0
    again = tool.run(source, "--cgo", "--version", "1", "--platforms", "linux-amd64", *packages,
                     "--output-dir", "again")  # fmt: skip
    assert again.wheels[0].read_bytes() == wheel.read_bytes(), "what is kept is not what was told"
    alone = tool.run(source / "cmd/pure", "--cgo", "--version", "1", "--platforms", "linux-amd64")
    found, licenses = _bill_and_licenses(alone.wheels[0])
    assert found.keys() & {"zig", "glibc", *llvm} == set()
    assert "libc++/LICENSE.TXT" not in licenses


@pytest.mark.parametrize("target", _MACOS)
def test_a_program_for_macos_is_one_that_macos_would_start(
    target: str, greeting: Dist, tmp_path: Path
) -> None:
    binary = greeting.unpack_binary(target, tmp_path)
    (facts,) = read_binary(binary)
    assert facts.needed == (
        f"{_FRAMEWORKS}/CoreFoundation.framework/Versions/A/CoreFoundation",
        f"{_FRAMEWORKS}/Security.framework/Versions/A/Security",
        "/usr/lib/libSystem.B.dylib",
        "/usr/lib/libresolv.9.dylib",
    )
    assert facts.has_uuid
    machine = {"darwin-amd64": "x86_64", "darwin-arm64": "arm64"}[target]
    assert facts.min_os is not None
    assert _platforms(greeting.wheels[target]) == [
        f"macosx_{facts.min_os[0]}_{facts.min_os[1]}_{machine}"
    ]
    (signature,) = verify_code_signature(binary)
    assert not signature.problem
    if target == "darwin-arm64":
        assert signature.ad_hoc


def test_every_wheel_passes_the_check(
    greeting: Dist, static_greeting: Dist, notes: Dist, static_notes: Dist, tool: Tool
) -> None:
    dists = (greeting, static_greeting, notes, static_notes)
    wheels = [wheel for dist in dists for wheel in dist.wheels.values()]
    done = tool.run("check", *wheels)
    assert done.code == 0, done.stdout + done.stderr


# --- the same bytes everywhere -------------------------------------------------------------


def test_another_folder_with_nothing_kept_makes_the_same_bytes(
    greeting: Dist, tool: Tool, tmp_path: Path
) -> None:
    """Neither Go nor zig finds anything of the first build, nor the source where it was."""
    copy = tmp_path / "ein anderer Ordner é" / "greeting"
    shutil.copytree(GREETING, copy)
    targets = ("linux-amd64", "darwin-arm64")
    caches = {"GOCACHE": tmp_path / "go's cache", "XDG_CACHE_HOME": tmp_path / "our cache"}

    def build(folder: str) -> Outcome:
        return tool.run(
            copy, "--cgo", "--version", "1.2.3", "--set-version-var", "main.version",
            "--platforms", ",".join(targets), "--output-dir", folder, **caches,
        )  # fmt: skip

    done = build("dist")
    assert len(done.wheels) == len(targets)
    told = [f"{target}: its C library is built too, this first time" for target in targets]
    assert set(told) <= set(done.stderr.splitlines()), "it takes a minute, and nobody was told"
    again = build("again")
    assert len(again.wheels) == len(targets)
    assert "C library" not in again.stderr
    for wheel in done.wheels:
        assert _member(wheel, "greeting") == _member(greeting.folder / wheel.name, "greeting")
    assert {path.name for path in copy.iterdir()} == {path.name for path in GREETING.iterdir()}


def _member(wheel: Path, name: str) -> bytes:
    """The program in a wheel; licences may differ, which a folder outside git has none of."""
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [each for each in archive.namelist() if each.endswith(f"/bin/{name}")]
        return archive.read(member)


# --- what cannot be done -------------------------------------------------------------------


def _c_program(folder: Path, preamble: str, expression: str = "0") -> Path:
    source = f'package main\n\n/*\n{preamble}\n*/\nimport "C"\n\nfunc main() {{\n\tprintln({expression})\n}}\n'
    return write_module(folder, {"main.go": source})


def test_without_cgo_a_program_of_c_code_is_told_with_the_option(
    tool: Tool, tmp_path: Path
) -> None:
    done = tool.run(GREETING, "--output-dir", tmp_path / "dist")
    done.refused(1, "uses cgo, which is off", "--cgo")


def test_targets_out_of_reach_are_named_before_anything_is_compiled(tool: Tool) -> None:
    done = tool.run(GREETING, "--cgo", "--platforms", "all")
    done.refused(2, "linux-armv6", "android-arm64", "--libc musl")
    assert "compiling" not in done.stderr


def test_a_c_library_without_cgo_is_refused(tool: Tool) -> None:
    tool.run(GREETING, "--libc", "musl").refused(2, "--libc musl has no meaning without --cgo")


@pytest.mark.parametrize(
    ("preamble", "target", "words"),
    [
        ("this is not C;", "linux-amd64", ("Correct what Go reports",)),
        ("#include <EGL/egl.h>", "linux-amd64", ("of this machine are not used",)),
        (
            "#cgo LDFLAGS: -lz\nconst char *zlibVersion(void);",
            "linux-amd64",
            ("of this machine are not used",),
        ),
        ("#cgo pkg-config: zlib\n#include <zlib.h>", "linux-amd64", ("asks pkg-config",)),
        ("#cgo LDFLAGS: -framework IOKit", "darwin-arm64", ("IOKit belongs to Apple's",)),
        ("#include <IOKit/IOKitLib.h>", "darwin-arm64", ("IOKit belongs to Apple's",)),
    ],
)
def test_what_c_code_cannot_have_is_told(
    preamble: str, target: str, words: tuple[str, ...], tool: Tool, tmp_path: Path
) -> None:
    expression = "C.GoString(C.zlibVersion())" if "zlib" in preamble else "C.int(1)"
    source = _c_program(tmp_path / "broken", preamble, expression)
    done = tool.run(source, "--cgo", "--platforms", target)
    done.refused(1, f"does not compile for {target}", *words)
    assert not (tool.folder / "dist").exists() or not any((tool.folder / "dist").iterdir())


def test_the_c_compiler_s_own_message_comes_along(tool: Tool, tmp_path: Path) -> None:
    source = _c_program(tmp_path / "broken", "int x = y;", "C.x")
    done = tool.run(source, "--cgo", "--platforms", "linux-amd64")
    done.refused(1, "does not compile for linux-amd64")
    assert "use of undeclared identifier 'y'" in done.stderr
