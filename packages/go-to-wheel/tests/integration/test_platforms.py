"""Every wheel on its own platform: found by real resolvers, run where that can be done here."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
from packaging.metadata import Metadata
from packaging.tags import Tag, parse_tag
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from go_to_wheel import DEFAULT_TARGETS, TARGETS
from go_to_wheel.binary import read_binary
from go_to_wheel.binary.codesign import verify_code_signature
from helpers.clients import PYTHON, Home
from helpers.dist import Dist
from helpers.foreign import Wine, run_under_qemu

_ALL = [target.name for target in TARGETS]
_MACOS = [name for name in _ALL if name.startswith("darwin-")]
_LINUX = [name for name in _ALL if name.startswith("linux-")]

# What uv calls each target: the oldest system that the wheel is for, newer ones, musl.
_TRIPLES = {
    "linux-amd64": [
        "linux",
        "x86_64-manylinux2014",
        "x86_64-manylinux_2_17",
        "x86_64-manylinux_2_40",
        "x86_64-unknown-linux-gnu",
        "x86_64-unknown-linux-musl",
    ],
    "linux-arm64": [
        "aarch64-manylinux2014",
        "aarch64-manylinux_2_40",
        "aarch64-unknown-linux-gnu",
        "aarch64-unknown-linux-musl",
    ],
    "linux-riscv64": ["riscv64-unknown-linux"],
    "darwin-amd64": ["x86_64-apple-darwin"],
    "darwin-arm64": ["aarch64-apple-darwin", "macos"],
    "windows-amd64": ["x86_64-pc-windows-msvc", "windows"],
    "windows-arm64": ["aarch64-pc-windows-msvc"],
    "windows-386": ["i686-pc-windows-msvc"],
    "android-arm64": ["aarch64-linux-android"],
}
# uv has no name for these: pip is asked for the wheel of a platform tag instead.
_PLATFORM_TAGS = {
    "linux-386": ["manylinux2014_i686", "manylinux_2_17_i686", "musllinux_1_1_i686"],
    "linux-armv7": ["manylinux2014_armv7l", "manylinux_2_17_armv7l", "musllinux_1_1_armv7l"],
    "linux-armv6": ["linux_armv6l"],
    "linux-ppc64le": ["manylinux2014_ppc64le", "musllinux_1_1_ppc64le"],
    "linux-s390x": ["manylinux2014_s390x", "musllinux_1_1_s390x"],
}
_ON_UV = [(target, triple) for target, triples in _TRIPLES.items() for triple in triples]
_ON_PIP = [(target, tag) for target, tags in _PLATFORM_TAGS.items() for tag in tags]


@pytest.fixture
def home(tmp_path: Path, scanner: Dist) -> Home:
    folder = tmp_path / "home"
    folder.mkdir()
    return Home(folder=folder, find_links=scanner.folder)


def test_every_target_has_a_resolver_that_is_asked() -> None:
    assert {*_TRIPLES, *_PLATFORM_TAGS} == set(_ALL)
    assert {target.name for target in DEFAULT_TARGETS} <= set(_TRIPLES)


# --- resolvers -----------------------------------------------------------------------------


@pytest.mark.parametrize(("target", "triple"), _ON_UV)
def test_uv_takes_the_wheel_of_the_platform(
    target: str, triple: str, home: Home, scanner: Dist
) -> None:
    home.uv("pip", "install", "--python-platform", triple, "--target", "got", "sqlite-scanner")
    (record,) = (home.folder / "got").glob("*.dist-info/RECORD")
    (wanted,) = _members(scanner.wheels[target], "*.dist-info/RECORD")
    assert _binary_line(record.read_text()) == _binary_line(wanted)


@pytest.mark.parametrize(("target", "triple"), _ON_UV)
def test_uv_takes_no_other_wheel_for_the_platform(
    target: str, triple: str, home: Home, scanner: Dist, tmp_path: Path
) -> None:
    others = tmp_path / "others"
    others.mkdir()
    for name, wheel in scanner.wheels.items():
        if name != target:
            (others / wheel.name).symlink_to(wheel)
    done = home.run(
        "uv", "pip", "install", "--python-platform", triple, "--target", "got", "sqlite-scanner",
        UV_FIND_LINKS=others,
    )  # fmt: skip
    assert done.returncode != 0
    assert "no wheels with a matching platform tag" in " ".join(done.stderr.split())


@pytest.mark.parametrize(("target", "tag"), _ON_PIP)
def test_pip_takes_the_wheel_of_the_platform(
    target: str, tag: str, home: Home, scanner: Dist
) -> None:
    home.do(
        PYTHON, "-m", "pip", "download", "--platform", tag, "--only-binary", ":all:",
        "--dest", "got", "sqlite-scanner",
    )  # fmt: skip
    (got,) = (home.folder / "got").iterdir()
    assert got.name == scanner.wheels[target].name


@pytest.mark.parametrize("target", _MACOS)
def test_uv_refuses_a_macos_that_is_older_than_the_tag(
    target: str, home: Home, scanner: Dist
) -> None:
    (tag,) = _platforms(scanner.wheels[target])
    major = int(re.fullmatch(r"macosx_(\d+)_0_(?:x86_64|arm64)", tag)[1])  # type: ignore[index]
    for version, works in ((major, True), (major - 1, False)):
        done = home.run(
            "uv", "pip", "install", "--python-platform", _TRIPLES[target][0],
            "--target", f"got-{version}", "sqlite-scanner",
            MACOSX_DEPLOYMENT_TARGET=f"{version}.0",
        )  # fmt: skip
        assert (done.returncode == 0) == works, done.stderr


# --- what is written in the wheel ----------------------------------------------------------


def test_twine_accepts_every_wheel(
    scanner: Dist, native_scanner: Dist, probe: Dist, native_probe: Dist
) -> None:
    dists = (scanner, native_scanner, probe, native_probe)
    wheels = [str(wheel) for dist in dists for wheel in dist.wheels.values()]
    done = subprocess.run(
        [sys.executable, "-m", "twine", "check", "--strict", *wheels],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == len(wheels)


@pytest.mark.parametrize("target", _ALL)
def test_packaging_reads_name_version_and_tags(target: str, scanner: Dist) -> None:
    wheel = scanner.wheels[target]
    name, version, build, tags = parse_wheel_filename(wheel.name)
    assert (name, version, build) == (canonicalize_name("sqlite-scanner"), Version("1.2.3"), ())

    (content,) = _members(wheel, "*.dist-info/WHEEL")
    lines = BytesParser().parsebytes(content.encode()).get_all("Tag", [])
    assert {tag for line in lines for tag in parse_tag(line)} == tags
    assert len(lines) == len(tags), "one line for each expanded tag"
    assert tags == {Tag("py3", "none", platform) for platform in _platforms(wheel)}
    assert _platforms(wheel) == sorted(_platforms(wheel))


@pytest.mark.parametrize("target", _ALL)
def test_packaging_reads_the_metadata(target: str, scanner: Dist) -> None:
    wheel = scanner.wheels[target]
    (content,) = _members(wheel, "*.dist-info/METADATA")
    metadata = Metadata.from_email(content, validate=True)
    assert metadata.name == "sqlite-scanner"
    assert metadata.version == Version("1.2.3")
    assert metadata.metadata_version == "2.4"
    assert metadata.requires_python is not None
    assert metadata.requires_python.contains("3.10")
    assert metadata.license_files == ["LICENSE", "std/LICENSE"]  # Go's own library is in it
    assert _members(wheel, "*.dist-info/licenses/LICENSE")
    assert metadata.description_content_type == "text/markdown"
    assert "sqlite-scanner" in (metadata.description or "")


# --- the binaries --------------------------------------------------------------------------


@pytest.mark.parametrize("target", _LINUX)
def test_a_linux_program_runs_on_its_architecture(
    target: str, scanner: Dist, tmp_path: Path
) -> None:
    binary = scanner.unpack_binary(target, tmp_path)
    arch = next(str(each.arch) for each in TARGETS if each.name == target)
    done = run_under_qemu(arch, binary, "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == "1.2.3"

    (tmp_path / "räum").mkdir()
    database = tmp_path / "räum" / "x y"
    database.write_bytes(b"SQLite format 3\0".ljust(512, b"\0"))
    done = run_under_qemu(arch, binary, str(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"{database}\n")


@pytest.mark.parametrize("layout", ["package", "native"])
def test_the_windows_program_runs(
    layout: str, scanner: Dist, native_scanner: Dist, wine: Wine, tmp_path: Path
) -> None:
    dist = {"package": scanner, "native": native_scanner}[layout]
    binary = dist.unpack_binary("windows-amd64", tmp_path)
    assert binary.name == "sqlite-scanner.exe"
    folder = tmp_path / "the räum"
    folder.mkdir()
    (folder / "x y.db").write_bytes(b"SQLite format 3\0".ljust(512, b"\0"))
    done = wine.run(binary, wine.path(folder))
    assert (done.returncode, done.stdout.splitlines()) == (0, [wine.path(folder / "x y.db")])


def test_the_windows_program_takes_arguments_input_and_leaves_with_its_code(
    probe: Dist, wine: Wine, tmp_path: Path
) -> None:
    binary = probe.unpack_binary("windows-amd64", tmp_path)
    arguments = ["a b", 'say "hi"', "it's", "", "back\\slash\\", "ünïcödé 日本"]
    done = wine.run(binary, "args", *arguments)
    expected = ", ".join(f'"{argument.encode().hex()}"' for argument in arguments)
    assert done.stdout.strip() == f"[{expected.replace(', ', ',')}]"
    assert wine.run(binary, "echo", stdin="one\ntwo").stdout == "one\ntwo"
    assert wine.run(binary, "exit", "42").returncode == 42


@pytest.mark.parametrize("target", _MACOS)
def test_a_macos_program_is_one_that_macos_would_start(
    target: str, scanner: Dist, tmp_path: Path
) -> None:
    binary = scanner.unpack_binary(target, tmp_path)
    (facts,) = read_binary(binary)
    assert facts.has_uuid
    assert facts.min_os is not None
    (tag,) = _platforms(scanner.wheels[target])
    assert tag == "macosx_{}_{}_{}".format(
        *facts.min_os, {"darwin-amd64": "x86_64", "darwin-arm64": "arm64"}[target]
    )
    (signature,) = verify_code_signature(binary)
    if target == "darwin-arm64":  # an Intel Mac starts programs without one, too
        assert signature.present
        assert signature.ad_hoc
        assert signature.pages == -(-_code_size(binary) // 4096)
    assert not signature.problem


def test_a_byte_changed_after_signing_is_noticed(scanner: Dist, tmp_path: Path) -> None:
    binary = scanner.unpack_binary("darwin-arm64", tmp_path)
    content = bytearray(binary.read_bytes())
    content[len(content) // 2] ^= 1
    binary.write_bytes(content)
    (signature,) = verify_code_signature(binary)
    assert "does not fit 1 of" in signature.problem


@pytest.mark.parametrize("target", _LINUX)
def test_a_linux_program_needs_no_library(target: str, scanner: Dist, tmp_path: Path) -> None:
    (facts,) = read_binary(scanner.unpack_binary(target, tmp_path))
    assert facts.static
    assert facts.needed == ()


def _members(wheel: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return [
            archive.read(name).decode() for name in archive.namelist() if Path(name).match(pattern)
        ]


def _platforms(wheel: Path) -> list[str]:
    return wheel.stem.split("-")[-1].split(".")


def _binary_line(record: str) -> str:
    """The line of RECORD that tells one platform's wheel from another's: that of the binary."""
    (line,) = re.findall(
        r"^sqlite_scanner/bin/sqlite-scanner(?:\.exe)?,sha256=.*$", record, re.MULTILINE
    )
    return str(line)


def _code_size(binary: Path) -> int:
    """How many bytes lie in front of the signature, which is the end of the file."""
    content = binary.read_bytes()
    return content.rindex(b"\xfa\xde\x0c\xc0")
