"""Verifying wheels of files on disk, which needs no other program (verification/prove.py)."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from rich.console import Console

from go_to_wheel._version import __version__
from go_to_wheel.check.opened import open_wheel
from go_to_wheel.cli import main
from go_to_wheel.cli.pages import verification_page
from go_to_wheel.events import Event, SourceRead
from go_to_wheel.metadata import Metadata
from go_to_wheel.model import Layout
from go_to_wheel.names import parse_distribution_name, parse_version
from go_to_wheel.pipeline import build
from go_to_wheel.release import Proof, ProofKind
from go_to_wheel.request import BuildRequest, parse_alias
from go_to_wheel.verification import (
    Choice,
    Verdict,
    Verification,
    VerifyOptions,
    verify_wheels,
)
from go_to_wheel.verification.compare import differences
from helpers.archives import pack, program, text
from helpers.binaries import Elf, build_info
from helpers.tampering import Change, flip_at, sha256_in, swapped, tampered
from unit.check.wheels import LINUX, Wheel, elf, with_program


def of_module(module: str) -> bytes:
    lines = [f"path\t{module}", f"mod\t{module}\tv1.0.0\th1:abc=", "build\tGOOS=linux"]
    return Elf(data=build_info("go1.27.3", lines)).build()


GO, OTHER = of_module("example.com/tool"), of_module("example.com/evil")


@dataclass(frozen=True)
class Made:
    """A wheel of ours, and the file that it was made from."""

    wheel: Path
    source: Path

    def verify(self, wheel: Path | None = None, *, source: Path | None = None) -> Verification:
        options = VerifyOptions(source=source or self.source)
        (found,) = verify_wheels([wheel or self.wheel], options)
        return found


def make(folder: Path, content: bytes = GO, **more: Any) -> Made:
    source = folder / "tool_linux_amd64.tar.gz"
    members = [text("LICENSE", "of tool"), text("README.md", "# Tool\n"), program("tool", content)]
    source.write_bytes(pack("tar.gz", members))
    metadata = Metadata(name=parse_distribution_name("My.Tool"), version=parse_version("1.2.3"))
    request = BuildRequest(
        source=source, output_dir=folder / "dist", metadata=metadata, cache_dir=None, **more
    )
    (wheel,) = build(request).wheels
    return Made(wheel=wheel.path, source=source)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make(tmp_path)


def findings(found: Verification) -> str:
    return "\n".join(" ".join([each.where, each.message, *each.lines]) for each in found.findings)


def test_a_wheel_that_can_be_made_again_is_proven(made: Made) -> None:
    found = made.verify()

    assert (found.verdict, found.findings) == (Verdict.PROVEN, ())
    assert found.method == "taken again from tool_linux_amd64.tar.gz (tool)"
    assert found.same == ("my_tool/bin/My.Tool",)
    assert found.origin is not None
    assert "Who built the program" in found.notes[0]


@pytest.mark.parametrize(
    "more",
    [
        {"layout": Layout.NATIVE},
        {"entry_point": "other", "aliases": (parse_alias("zz"), parse_alias("aa=other"))},
        {"layout": Layout.NATIVE, "aliases": (parse_alias("zz"),)},
        {"environment": {"SOURCE_DATE_EPOCH": "1700000000"}},
    ],
)
def test_what_the_record_does_not_say_is_read_from_the_wheel(
    more: dict[str, Any], tmp_path: Path
) -> None:
    found = make(tmp_path, **more).verify()
    assert (findings(found), found.verdict) == ("", Verdict.PROVEN)


def test_what_the_builder_chose_is_told(tmp_path: Path) -> None:
    source = make(tmp_path).source
    metadata = Metadata(
        name=parse_distribution_name("tool"),
        version=parse_version("1"),
        description="A tool of mine",
        license="MIT",
    )
    request = BuildRequest(
        source=source, output_dir=tmp_path / "two", metadata=metadata, cache_dir=None
    )
    (wheel,) = build(request).wheels
    found = Made(wheel=wheel.path, source=source).verify()
    assert found.verdict is Verdict.PROVEN
    assert [(each.name, each.value) for each in found.chosen] == [
        ("name", "tool"),
        ("version", "1"),
        ("description", "A tool of mine"),
        ("license", "MIT"),
    ]


BINARY, METADATA, SBOM = "/bin/My.Tool", ".dist-info/METADATA", ".cdx.json"


@pytest.mark.parametrize(
    ("ending", "change", "words"),
    [
        (METADATA, flip_at(-3), ("METADATA", "-# Tonl", "+# Tool")),
        (METADATA, swapped("Name: My.Tool", "Name: my.tool"), ("cdx.json",)),
        (SBOM, swapped("example.com/tool", "example.com/toom"), ("example.com/toom",)),
        (SBOM, flip_at(-2), ("cdx.json",)),
        ("licenses/LICENSE", flip_at(0), ("licenses/LICENSE", "-nf tool", "+of tool")),
        ("/__main__.py", flip_at(-2), ("__main__.py",)),
        ("/WHEEL", swapped("Root-Is-Purelib: false", "Root-Is-Purelib: true"), ("WHEEL",)),
        ("entry_points.txt", swapped(":main", ":run"), ("entry_points.txt",)),
        ("/go-to-wheel.json", swapped("tool_linux", "tool_linus"), ("go-to-wheel.json",)),
    ],
)
def test_one_changed_byte_is_seen_although_record_was_mended(
    ending: str, change: Change, words: tuple[str, ...], made: Made, tmp_path: Path
) -> None:
    found = made.verify(tampered(made.wheel, tmp_path / "bad", (ending, change)))

    assert found.verdict is Verdict.DIFFERENT
    for word in words:
        assert word in findings(found)
    assert all(not finding.where.endswith("RECORD") for finding in found.findings)


def test_a_changed_binary_is_told_before_anything_is_built(made: Made, tmp_path: Path) -> None:
    bad = tampered(made.wheel, tmp_path / "bad", (BINARY, flip_at(-1)))
    found = made.verify(bad, source=tmp_path / "not there")

    assert (found.verdict, found.method, found.same) == (Verdict.DIFFERENT, "", ())
    assert "the digests differ" in findings(found)
    assert found.findings[0].where == "my_tool/bin/My.Tool"


def lying(made: Made, folder: Path, change: Change) -> Path:
    """A wheel with another binary, whose record and bill tell of that one."""
    digest = sha256_in(made.wheel, BINARY)
    other = tampered(made.wheel, folder, (BINARY, change))
    told = swapped(digest, sha256_in(other, BINARY))
    return tampered(other, folder, ("/go-to-wheel.json", told), (SBOM, told))


def test_a_flipped_byte_is_seen_although_record_and_bill_tell_of_it(
    made: Made, tmp_path: Path
) -> None:
    found = made.verify(lying(made, tmp_path / "bad", flip_at(-1)))

    assert (found.verdict, found.same) == (Verdict.DIFFERENT, ())
    assert f"the first byte that differs is number {len(GO) - 1}, of {len(GO)}" in findings(found)


def test_other_programs_of_go_are_told_apart_by_their_build_info(
    made: Made, tmp_path: Path
) -> None:
    found = made.verify(lying(made, tmp_path / "bad", lambda _: OTHER))
    assert (
        "-path example.com/evil -module example.com/evil v1.0.0 h1:abc= +path example.com/tool"
        in findings(found)
    )


def test_another_source_makes_another_wheel(made: Made, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    found = made.verify(source=make(folder, OTHER).source)
    assert found.verdict is Verdict.DIFFERENT
    assert "+path example.com/evil +module example.com/evil v1.0.0 h1:abc=" in findings(found)


def from_binary(folder: Path, *, named: bool) -> Made:
    """A wheel of one binary: of its own, or of the folder in which a licence lies beside it."""
    place = folder / "built"
    place.mkdir()
    (place / "tool_linux_amd64").write_bytes(GO)
    (place / "LICENSE").write_text("of tool", encoding="utf-8")
    metadata = Metadata(name=parse_distribution_name("My.Tool"), version=parse_version("1.2.3"))
    source = place / "tool_linux_amd64" if named else place
    request = BuildRequest(
        source=source, output_dir=folder / "dist", metadata=metadata, cache_dir=None
    )
    (wheel,) = build(request).wheels
    return Made(wheel=wheel.path, source=place)


@pytest.mark.parametrize("named", [True, False])
def test_what_lies_beside_the_file_counts_as_it_did(named: bool, tmp_path: Path) -> None:
    made = from_binary(tmp_path, named=named)
    assert made.verify().verdict is Verdict.PROVEN

    (made.source / "tool_linux_amd64").write_bytes(OTHER)
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert ("LICENSE" in findings(found)) == named


@pytest.mark.parametrize("name", ["../built/tool_linux_amd64", "LICENSE"])
def test_a_name_that_lies_gives_no_other_verdict(name: str, tmp_path: Path) -> None:
    made = from_binary(tmp_path, named=True)
    change = swapped('"name": "tool_linux_amd64"', f'"name": "{name}"')
    bad = tampered(made.wheel, tmp_path / "bad", ("/go-to-wheel.json", change))
    heard: list[Event] = []
    (found,) = verify_wheels([bad], VerifyOptions(source=made.source), heard.append)

    assert found.verdict is Verdict.DIFFERENT
    assert sum(isinstance(event, SourceRead) for event in heard) == 1


def test_a_list_of_files_that_lies_is_told(made: Made, tmp_path: Path) -> None:
    lie = ("RECORD", swapped("my_tool/bin/My.Tool,sha256=", "my_tool/bin/My.Tool,sha256=A"))
    found = made.verify(tampered(made.wheel, tmp_path / "bad", lie))
    assert (found.verdict, found.method) == (Verdict.DIFFERENT, "")
    assert "RECORD's digest is" in findings(found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped("my_tool/bin/My.Tool", "my_tool/bin/none"), "it is not there"),
        (swapped('"linux-amd64"', '"linux-evil"'), "its target linux-evil is none"),
        (swapped('"format": 1', '"format": 2'), "has the form 2"),
        (lambda _: b"{", "is not JSON"),
        (lambda _: b'{"format": 1, "tool": {"version": "1"}}', "tells of no binary"),
        (swapped(f'"version": "{__version__}"', '"version": "0.0.1"'), "go-to-wheel 0.0.1 has"),
    ],
)
def test_a_record_of_origin_that_cannot_be_used_proves_nothing(
    change: Change, words: str, made: Made, tmp_path: Path
) -> None:
    found = made.verify(tampered(made.wheel, tmp_path / "bad", ("/go-to-wheel.json", change)))
    assert found.verdict is not Verdict.PROVEN
    assert found.method == ""
    assert words in findings(found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swapped("_BINARIES = {'My.Tool': 'My.Tool'}", "_BINARIES = {}"), "no launcher"),
        (swapped("'My.Tool': 'My.Tool'", "'My.Tool': 'My.Tool', 'm': 'M'"), "record says nothing"),
        (swapped("_BINARIES = {'My.Tool': 'My.Tool'}", "_BINARIES = print()"), "has no launcher"),
        (swapped("_BINARIES = {'My.Tool'", "_BINARIES = {print('x')"), "has no launcher"),
        (swapped("'My.Tool': 'My.Tool'", "'My.Tool': 'sh'"), "of which the record says nothing"),
        (swapped("'My.Tool': 'My.Tool'", "'../x': 'My.Tool'"), "has no launcher"),
        (swapped("'My.Tool': 'My.Tool'", "'con': 'My.Tool'"), "names a command con"),
        (swapped("'My.Tool': 'My.Tool'", "'other': 'My.Tool'"), "as other first"),
    ],
)
def test_a_launcher_that_no_build_writes_is_read_and_never_run(
    change: Change, words: str, made: Made, tmp_path: Path
) -> None:
    found = made.verify(tampered(made.wheel, tmp_path / "bad", ("my_tool/__init__.py", change)))
    assert found.verdict is not Verdict.PROVEN
    assert words in findings(found)


@pytest.mark.parametrize(
    ("old", "new"), [("Version: 1.2.3", "Version: 1.2.4"), ("Name: My.Tool", "Name: other")]
)
def test_metadata_of_another_wheel_proves_nothing(
    old: str, new: str, made: Made, tmp_path: Path
) -> None:
    found = made.verify(tampered(made.wheel, tmp_path / "bad", (METADATA, swapped(old, new))))
    assert found.verdict is not Verdict.PROVEN
    assert "METADATA and its file name differ" in findings(found)


def test_a_wheel_that_was_renamed_is_not_the_same(made: Made, tmp_path: Path) -> None:
    renamed = made.wheel.rename(made.wheel.with_name("my_tool-1.2.3-py3-none-any.whl"))
    found = made.verify(renamed)
    assert found.verdict is Verdict.DIFFERENT
    assert "is called my_tool-1.2.3-py3-none-manylinux2014" in findings(found)


def test_wheels_of_other_tools_are_said_to_be_so(tmp_path: Path) -> None:
    wheel: Wheel = with_program(elf(), LINUX)
    (found,) = verify_wheels([wheel.write(tmp_path)], VerifyOptions())
    assert found.verdict is Verdict.NOT_PROVEN
    assert "no record of origin" in findings(found)


def test_an_archive_that_is_packed_otherwise_is_not_the_same(made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(made.wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert "the archive is packed otherwise" in findings(found)


@pytest.mark.parametrize("date", [b"\xff\xff", b"\x00\x00", b"\xe0\x01"])
def test_a_time_that_there_is_not_proves_nothing(date: bytes, made: Made) -> None:
    content = made.wheel.read_bytes()
    made.wheel.write_bytes(content[:12] + date + content[14:])
    found = made.verify()
    assert found.verdict is not Verdict.PROVEN
    assert "a time that there is not" in findings(found)


def test_a_file_that_is_added_is_seen(made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel, "a") as archive:
        archive.writestr("sitecustomize.py", "import os")
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert "sitecustomize.py" in findings(found)


def test_a_file_that_is_missing_is_seen(made: Made, tmp_path: Path) -> None:
    import zipfile

    whole = tmp_path / "whole.whl"
    whole.write_bytes(made.wheel.read_bytes())
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("more.py", "")
    (found,) = differences(open_wheel(made.wheel), open_wheel(whole))
    assert (found.where, "this one has not" in found.message) == ("more.py", True)


LAUNCHER = "my_tool/__init__.py"


@pytest.mark.parametrize(
    ("ending", "change"),
    [
        (LAUNCHER, lambda content: content + b"\nimport evil\n"),
        (LAUNCHER, swapped("import os", "import os, evil")),
        ("/__main__.py", lambda _: b"import evil\n"),
        ("licenses/LICENSE", lambda _: b""),
        ("entry_points.txt", swapped("My.Tool = ", "git = ")),
        ("entry_points.txt", lambda content: content + b"\n[x]\ny = os:system\n"),
        ("/WHEEL", lambda content: content + b"Build: 1\n"),
    ],
)
def test_a_changed_text_is_told_with_its_lines(
    ending: str, change: Change, made: Made, tmp_path: Path
) -> None:
    found = made.verify(tampered(made.wheel, tmp_path / "bad", (ending, change)))
    assert found.verdict is Verdict.DIFFERENT
    (finding,) = found.findings
    assert finding.where.endswith(ending)
    assert finding.lines


def test_a_second_file_of_the_same_name_is_seen(made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel) as archive:
        content = archive.read(LAUNCHER)
    with zipfile.ZipFile(made.wheel, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(LAUNCHER, content)  # even one with the same bytes
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert found.method == ""
    assert f"{LAUNCHER} The archive holds 2 files of this name." in findings(found)


@pytest.mark.parametrize("comment", [b"x", b"PK\5\6" + bytes(18)])
def test_a_comment_of_the_archive_is_seen(comment: bytes, made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel, "a") as archive:
        archive.comment = comment
    found = made.verify()
    assert (found.verdict, found.method) == (Verdict.DIFFERENT, "")
    assert "a comment of 1 bytes" in findings(found) or "before the archive" in findings(found)


@pytest.mark.parametrize("change", ["extra", "comment"])
def test_what_hides_in_the_directory_of_the_archive_is_seen(change: str, made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(made.wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            setattr(info, change, b"\x99\x99\x02\x00hi")
            archive.writestr(info, content)
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert found.findings


@pytest.mark.parametrize("place", ["before", "after"])
def test_bytes_around_the_archive_are_seen(place: str, made: Made) -> None:
    content = made.wheel.read_bytes()
    more = b"#!/bin/sh\n"
    made.wheel.write_bytes(more + content if place == "before" else content + more)
    found = made.verify()
    assert found.verdict is Verdict.DIFFERENT
    assert found.method == ""


def write_members(
    path: Path, members: list[tuple[str, bytes]], modes: Mapping[str, int] = MappingProxyType({})
) -> None:
    """A wheel of these members, with a RECORD that tells the truth, the last one made anew."""
    import zipfile

    *rest, (record, _) = sorted(members, key=lambda member: member[0].endswith("/RECORD"))
    lines = [f"{record},,"]
    for name, content in rest:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        lines.append(f"{name},sha256={digest},{len(content)}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*rest, (record, "\n".join(lines).encode())]:
            info = zipfile.ZipInfo(name)
            mode = 0o100755 if "/bin/" in name else 0o100644
            info.external_attr = modes.get(name, mode) << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)


def test_an_editable_wheel_is_refused(made: Made) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel) as archive:
        members = [(info, archive.read(info)) for info in archive.infolist()]
    finder = ("_my_tool_editable.pth", b"/home/me\n")
    write_members(made.wheel, [*((info.filename, text) for info, text in members), finder])
    found = made.verify()
    assert (found.verdict, found.method) == (Verdict.NOT_PROVEN, "")
    assert "It is an editable wheel" in findings(found)


@pytest.mark.parametrize(
    ("name", "mode", "words"),
    [
        ("my_tool/../../evil.py", 0o100644, "has '..' in it"),
        ("/etc/cron.d/evil", 0o100644, "is an absolute path"),
        ("my_tool\\..\\..\\evil.py", 0o100644, "has a backslash"),
        ("my_tool/link", 0o120777, "is a symbolic link"),
    ],
)
def test_a_member_that_leaves_the_folder_is_told_before_anything_is_built(
    name: str, mode: int, words: str, made: Made, tmp_path: Path
) -> None:
    import zipfile

    with zipfile.ZipFile(made.wheel) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    write_members(made.wheel, [*members, (name, b"/etc/passwd")], {name: mode})
    found = made.verify(source=tmp_path / "not there")
    assert (found.verdict, found.method) == (Verdict.DIFFERENT, "")
    (finding,) = found.findings
    assert (finding.where, words in finding.message) == (name, True)
    assert "do not install it" in finding.hint


def test_a_version_that_is_none_gets_into_no_command_to_type(made: Made, tmp_path: Path) -> None:
    for version, hint in {
        "0.1": "uvx go-to-wheel@0.1 verify WHEEL.",
        "0.1; rm": "no such version",
    }.items():
        change = swapped(f'"version": "{__version__}"', f'"version": "{version}"')
        bad = tampered(made.wheel, tmp_path / "bad", ("/go-to-wheel.json", change))
        (finding,) = made.verify(bad).findings
        assert hint in finding.hint
        assert "rm" not in finding.hint


def test_a_choice_is_shown_whole_and_drives_no_terminal() -> None:
    value = f"-X main.a={'x' * 5000}https://evil"
    found = Verification(
        path=Path("tool.whl"),
        verdict=Verdict.PROVEN,
        method="compiled again",
        chosen=(Choice(name="ldflags", value=value), Choice(name="a\x1b[2Jb", value="\u202ex")),
        proofs=(Proof(how=ProofKind.MINISIGN, file="a.minisig", identity="RWkey"),),
    )
    console = Console(width=10_000, file=io.StringIO())
    console.print(verification_page(found))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "tool.whl: proven, compiled again, with 2 choices of its builder\n" in text
    assert f"    ldflags: {value}\n" in text
    assert "    a\\x1b[2Jb: \\u202ex\n" in text
    assert "  verified by minisign: a.minisig, RWkey\n" in text


# --- the command ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ended:
    """How a run of the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """``go-to-wheel verify``, run in this process; its signal handlers are put back."""

    def run(*arguments: str | Path) -> Ended:
        with pytest.raises(SystemExit) as left:
            main(["verify", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ended(code=left.value.code, out=out, err=err)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield run
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def test_several_wheels_are_verified_and_one_fault_decides(
    verify: Command, made: Made, tmp_path: Path
) -> None:
    bad = tampered(made.wheel, tmp_path / "bad", (METADATA, flip_at(-3)))
    foreign = with_program(elf(), LINUX).write(tmp_path)
    name = made.wheel.name

    good = verify(made.wheel.parent, "--source", made.source)
    all_three = verify(made.wheel, bad, foreign, "--source", made.source)

    assert good.code == 0
    method = "taken again from tool_linux_amd64.tar.gz (tool), with 2 choices of its builder"
    assert good.out.startswith(f"{name}: proven, {method}\n")
    assert "  the same bytes: my_tool/bin/My.Tool\n" in good.out
    assert "its source does not say:\n    name: My.Tool\n    version: 1.2.3\n" in good.out
    assert all_three.code == 1
    assert f"{name}: proven, " in all_three.out
    assert f"{name}: different, " in all_three.out
    assert f"{foreign.name}: not proven\n  It has no record of origin" in all_three.out
    assert "    -# Tonl" in all_three.out


def test_the_document_holds_all_that_the_page_says(
    verify: Command, made: Made, tmp_path: Path
) -> None:
    bad = tampered(made.wheel, tmp_path / "bad", (SBOM, flip_at(-2)))
    ended = verify("--json", made.wheel, bad, "--source", made.source)
    good, other = json.loads(ended.out)["wheels"]

    assert ended.code == 1
    assert (good["proven"], good["verdict"], good["findings"]) == (True, "proven", [])
    assert good["same_binaries"] == ["my_tool/bin/My.Tool"]
    assert good["chosen"] == [
        {"name": "name", "value": "My.Tool"},
        {"name": "version", "value": "1.2.3"},
    ]
    assert good["verified"] == []
    assert good["origin"]["binaries"][0]["source"]["kind"] == "file"
    assert (other["proven"], other["verdict"]) == (False, "different")
    assert other["findings"][0]["where"].endswith(".cdx.json")


def test_a_file_that_is_no_wheel_ends_with_1(verify: Command, tmp_path: Path) -> None:
    path = tmp_path / "no.whl"
    path.write_bytes(b"PK")
    ended = verify(path, tmp_path / "missing.whl")
    assert ended.code == 1
    assert ended.out.count("not proven") == 2
    assert "Traceback" not in ended.err
