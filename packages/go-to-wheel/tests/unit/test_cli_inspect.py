"""The command ``inspect``: what it prints, and how it ends (cli/inspect.py)."""

from __future__ import annotations

import io
import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from go_to_wheel.cli import main
from go_to_wheel.cli.pages import inspection_page
from go_to_wheel.inspection import inspect_wheel
from go_to_wheel.provenance.origin import (
    BinaryOrigin,
    BuildRecord,
    FileOrigin,
    FolderOrigin,
    ModuleOrigin,
    OriginRecord,
    ReleaseOrigin,
    SourceOrigin,
)
from go_to_wheel.provenance.record import render_origin
from go_to_wheel.release import Proof, ProofKind
from helpers.binaries import Elf, build_info
from unit.check.wheels import (
    INFO,
    LINUX,
    MACOS,
    PROGRAM,
    SCRIPT,
    WINDOWS,
    Wheel,
    elf,
    macho,
    pe,
    pure,
    with_program,
    with_script,
)

SHA = "ab" * 32
DEPENDENCIES = [f"dep\texample.com/dep{number}\tv0.{number}.0\th1:def=" for number in range(12)]
GO = Elf(
    data=build_info(
        "go1.27.3",
        [
            "path\texample.com/tool/cmd/tool",
            "mod\texample.com/tool\tv1.2.3\th1:abc=",
            *DEPENDENCIES,
            "=>\texample.com/fork\tv9.0.0\th1:ghi=",
            "build\tGOOS=linux",
        ],
    )
).build()
WHEEL = with_program(GO, LINUX)


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Command:
    """``go-to-wheel inspect``, run in this process."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture

    def __call__(self, *arguments: str | Path) -> Ended:
        with pytest.raises(SystemExit) as left:
            main(["inspect", *map(str, arguments)])
        out, err = self.capture.readouterr()
        assert isinstance(left.value.code, int)
        return Ended(code=left.value.code, out=out, err=err)


@pytest.fixture
def inspect(capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """The command; the signal handlers that it sets are put back."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield Command(capsys)
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def with_origin(
    source: SourceOrigin, build: BuildRecord | None = None, given: tuple[tuple[str, str], ...] = ()
) -> Wheel:
    binary = BinaryOrigin(
        path=PROGRAM, sha256=SHA, size=1, target="linux-amd64", source=source, build=build
    )
    record = render_origin(OriginRecord(tool_version="0.3.0", binaries=(binary,), given=given))
    return WHEEL.plus({f"{INFO}/go-to-wheel.json": record})


def test_the_page_shows_what_is_inside(inspect: Command, tmp_path: Path) -> None:
    ended = inspect(WHEEL.write(tmp_path))

    assert (ended.code, ended.err) == (0, "")
    for words in (
        f"tool-1.0-{LINUX}.whl",
        "name        tool 1.0",
        "tags        manylinux2014_x86_64",
        "deserved: it is static",
        "licence     MIT",
        "            licenses/LICENSE",
        "SBOM        none",
        "origin      not recorded",
        "RECORD      tells the truth of all 7 files",
        "program     ELF, Linux, amd64, static",
        "Go          go1.27.3, example.com/tool/cmd/tool",
        "module      example.com/tool v1.2.3",
        "linked in   example.com/dep0 v0.0.0",
    ):
        assert words in ended.out, words
    assert all(line == line.rstrip() for line in ended.out.splitlines())


def test_long_lists_are_cut_off_and_said_so(inspect: Command, tmp_path: Path) -> None:
    path = WHEEL.write(tmp_path)

    short, whole = inspect(path).out, inspect("-v", path).out

    assert "and 4 more modules; -v lists all" in short
    assert "dep11" not in short
    assert "example.com/dep11 v0.11.0 => example.com/fork v9.0.0" in whole
    assert "GOOS=linux" in whole
    assert "more" not in whole


@pytest.mark.parametrize(
    ("wheel", "words"),
    [
        (with_script(macho(), MACOS), ["Mach-O, macOS, arm64", "macOS 12.0", "fits the bytes of"]),
        (with_script(macho(signed=False), MACOS), ["signature   none"]),
        (with_program(pe(), WINDOWS, ".exe"), ["PE, Windows, amd64", "Windows NT 6.1"]),
        (with_program(b"#no", LINUX), ["fault       is a text file, not an executable"]),
        (with_program(elf(machine=183), LINUX), ["not deserved: it is a Linux program for arm64"]),
        (pure().plus({"tool/a.so": elf(kind=3)}), ["libraries   tool/a.so (ELF, ", "not judged"]),
        (pure().plus({f"{INFO}/sboms/a.json": b"x"}), ["a.json: it is no JSON"]),
        (pure().metadata("License-Expression: MIT\n", ""), ["licence     not named"]),
        (pure().minus(f"{INFO}/METADATA"), ["metadata    not readable: "]),
        (replace(pure(), filename="tool.whl"), ["tags        Invalid wheel filename"]),
        (
            replace(pure(), record=lambda _: b""),
            ["RECORD      does not tell the truth", "tool/__init__.py: RECORD does not list"],
        ),
        (replace(WHEEL, modes={PROGRAM: 0o100644}), ["packed, no execute bit"]),
        (pure().plus({"tool/../../x.py": b""}), ["unsafe      tool/../../x.py: The name has '..'"]),
        (
            with_script(elf(), LINUX).plus({"a.pth": b""}),
            [
                "effects     a.pth is read whenever Python starts, and may run code\n",
                f"            {SCRIPT} goes among the commands\n",
            ],
        ),
    ],
)
def test_what_is_odd_is_shown(
    wheel: Wheel, words: list[str], inspect: Command, tmp_path: Path
) -> None:
    ended = inspect(wheel.write(tmp_path))

    assert ended.code == 0
    for each in words:
        assert each in ended.out


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            FolderOrigin(
                package="example.com/tool",
                commit="12" * 20,
                dirty=True,
                repository="https://example.com/tool",
            ),
            ["Go source example.com/tool", "1212, with changes that no commit holds", "of https:"],
        ),
        (
            ModuleOrigin(package="a.b/c", module="a.b/c", version="v1.0.0", sum="h1:x="),
            ["Go module a.b/c v1.0.0 h1:x="],
        ),
        (
            ReleaseOrigin(repository="o/r", tag="v1", asset="a.zip", sha256=SHA),
            ["a.zip of github.com/o/r v1", "not verified: no digest was published"],
        ),
        (
            ReleaseOrigin(
                repository="o/r",
                tag="v1",
                asset="a.zip",
                sha256=SHA,
                proofs=(Proof(how=ProofKind.CHECKSUM_FILE, file="checksums.txt"),),
            ),
            ["verified by checksum file: checksums.txt"],
        ),
        (
            FileOrigin(
                name="tool.zip",
                sha256=SHA,
                proofs=(Proof(how=ProofKind.SIGSTORE, identity="some workflow"),),
            ),
            [f"tool.zip, sha256 {SHA}", "verified by sigstore: some workflow"],
        ),
    ],
)
def test_the_origin_is_shown_for_every_kind(
    source: SourceOrigin, words: list[str], inspect: Command, tmp_path: Path
) -> None:
    build = BuildRecord(go_version="go1.27.3", flags=("-trimpath",), zig_version="0.17.1")

    ended = inspect(with_origin(source, build).write(tmp_path))

    for each in (*words, "recorded by go-to-wheel 0.3.0", "compiled by go1.27.3 and zig 0.17.1"):
        assert each in ended.out, each
    assert "the digests differ" in ended.out  # SHA is not the program's


def test_what_the_build_was_told_is_shown(inspect: Command, tmp_path: Path) -> None:
    source = FileOrigin(name="tool.zip", sha256=SHA)
    given = (("author", "Me"), ("description", "Greets"))
    ended = inspect(with_origin(source, given=given).write(tmp_path))
    assert "given       author: Me\n            description: Greets\n" in ended.out


def test_the_c_library_of_c_code_is_shown(inspect: Command, tmp_path: Path) -> None:
    source = ModuleOrigin(package="a.b/c", module="a.b/c", version="v1.0.0")
    build = BuildRecord(go_version="go1.27.3", zig_version="0.17.1", libc="musl")
    assert "with C code, for musl" in inspect(with_origin(source, build).write(tmp_path)).out


def test_json_holds_everything(inspect: Command, tmp_path: Path) -> None:
    source = FileOrigin(name="tool.zip", sha256=SHA)

    ended = inspect("--json", with_origin(source).write(tmp_path))

    assert (ended.code, ended.err) == (0, "")
    (wheel,) = ended.document["wheels"]
    assert ended.document["failures"] == []
    assert wheel["metadata"]["name"] == "tool"
    assert [each["deserved"] for each in wheel["platform_tags"]] == [True, True, True]
    assert wheel["record"] == {"files": 8, "problems": []}
    assert wheel["origin"]["binaries"][0]["source"]["kind"] == "file"
    assert wheel["origin_faults"]
    (program,) = wheel["programs"]
    assert program["architectures"][0]["arch"] == "amd64"
    assert program["go"]["version"] == "go1.27.3"
    assert len(program["go"]["modules"]) == 12
    assert program["go"]["modules"][11]["replaced_by"]["path"] == "example.com/fork"


def test_json_tells_signatures(inspect: Command, tmp_path: Path) -> None:
    document = inspect("--json", with_script(macho(), MACOS).write(tmp_path)).document

    (signature,) = document["wheels"][0]["programs"][0]["signatures"]
    assert (signature["valid"], signature["arch"]) == (True, "arm64")


def test_a_folder_means_the_wheels_in_it(inspect: Command, tmp_path: Path) -> None:
    pure().write(tmp_path)
    WHEEL.write(tmp_path)

    ended = inspect(tmp_path)

    assert ended.out.count("\nname        tool 1.0") == 2
    assert "\n\ntool-1.0-py3-none-many" in ended.out


def test_a_folder_without_wheels_is_an_error(inspect: Command, tmp_path: Path) -> None:
    ended = inspect(tmp_path)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: There is no wheel in ")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_that_is_no_wheel_does_not_hide_the_others(
    as_json: bool, inspect: Command, tmp_path: Path
) -> None:
    broken = tmp_path / "broken-1.0-py3-none-any.whl"
    broken.write_bytes(b"PK\x03\x04")

    ended = inspect(*(["--json"] if as_json else []), broken, WHEEL.write(tmp_path))

    assert ended.code == 1
    assert ended.err.startswith("error: broken-1.0-py3-none-any.whl: the wheel is not a readable")
    assert ended.err.count("\n") == 1
    if as_json:
        assert len(ended.document["wheels"]) == 1
        assert "not a readable ZIP" in ended.document["failures"][0]["error"]
    else:
        assert "program     ELF" in ended.out


@pytest.mark.parametrize("name", ["tool-1.0.tar.gz", "gone-1.0-py3-none-any.whl"])
def test_what_cannot_be_a_wheel_is_one_short_paragraph(
    name: str, inspect: Command, tmp_path: Path
) -> None:
    ended = inspect(tmp_path / name)

    assert (ended.code, ended.out.strip()) == (1, "")
    assert ended.err.startswith("error: ")
    assert name in ended.err
    assert ended.err.count("\n") == 1


def test_nothing_named_is_a_misuse(inspect: Command) -> None:
    assert inspect().code == 2


@pytest.mark.parametrize("width", [60, 80])
def test_the_page_fits_the_terminal_and_loses_nothing(width: int, tmp_path: Path) -> None:
    source = FolderOrigin(package="example.com/tool", commit="12" * 20)
    wheel = inspect_wheel(with_origin(source).write(tmp_path))
    out = io.StringIO()

    Console(file=out, width=width).print(inspection_page(wheel, verbose=True))

    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    together = "".join(line[12:].strip() for line in lines)
    assert wheel.programs[0].sha256 in together
    assert "12" * 20 in together
    assert "…" not in out.getvalue()


def test_a_name_with_markup_in_it_is_shown_as_it_is(inspect: Command, tmp_path: Path) -> None:
    wheel = pure().metadata("Summary: A tool", "Summary: [bold]A[/bold] [/red] :smile: tool")

    assert "summary     [bold]A[/bold] [/red] :smile: tool" in inspect(wheel.write(tmp_path)).out
