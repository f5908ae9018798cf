"""Stubs of macOS's libraries, from what Go's own source says (sources/zig/apple.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.errors import OutputError
from go_to_wheel.sources.zig.apple import write_stubs

_FOUNDATION = "/System/Library/Frameworks/CoreFoundation.framework/Versions/A/CoreFoundation"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A GOROOT whose packages import of the resolver, a framework and the C library."""
    unix = tmp_path / "root" / "src" / "internal" / "syscall" / "unix"
    macos = tmp_path / "root" / "src" / "crypto" / "x509" / "internal" / "macos"
    unix.mkdir(parents=True)
    macos.mkdir(parents=True)
    (unix / "net_darwin.go").write_text(
        "package unix\n\n"
        '//go:cgo_import_dynamic libresolv_b res_9_nsearch "/usr/lib/libresolv.9.dylib"\n'
        '//go:cgo_import_dynamic libresolv_a res_9_ninit "/usr/lib/libresolv.9.dylib"\n'
        '//go:cgo_import_dynamic libc_x x "/usr/lib/libSystem.B.dylib"\n'
        '// see //go:cgo_import_dynamic no_import no_import "/usr/lib/libresolv.9.dylib"\n'
    )
    (macos / "corefoundation.go").write_text(
        f'//go:cgo_import_dynamic x509_CFRelease CFRelease "{_FOUNDATION}"\n'
    )
    return tmp_path / "root"


def test_each_library_says_where_it_lies_and_what_go_imports(root: Path, tmp_path: Path) -> None:
    libraries, frameworks = write_stubs(root, tmp_path / "keep")
    folder = Path(libraries.removeprefix("-L"))
    assert frameworks == f"-F{folder}"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.tbd")} == {
        "libresolv.tbd",
        "CoreFoundation.framework/CoreFoundation.tbd",
    }
    resolver = (folder / "libresolv.tbd").read_text()
    assert "install-name: '/usr/lib/libresolv.9.dylib'\n" in resolver
    assert "symbols: [ _res_9_ninit, _res_9_nsearch ]\n" in resolver
    foundation = (folder / "CoreFoundation.framework" / "CoreFoundation.tbd").read_text()
    assert f"install-name: '{_FOUNDATION}'\n" in foundation
    assert "symbols: [ _CFRelease ]\n" in foundation


def test_the_same_go_finds_its_stubs_again(root: Path, tmp_path: Path) -> None:
    first = write_stubs(root, tmp_path / "keep")
    assert write_stubs(root, tmp_path / "keep") == first
    assert [path.name for path in (tmp_path / "keep" / "macos").iterdir()] == [Path(first[0]).name]


def test_another_go_has_its_own(root: Path, tmp_path: Path) -> None:
    first = write_stubs(root, tmp_path / "keep")
    more = root / "src" / "internal" / "syscall" / "unix" / "more_darwin.go"
    more.write_text('//go:cgo_import_dynamic a res_9_more "/usr/lib/libresolv.9.dylib"\n')
    second = write_stubs(root, tmp_path / "keep")
    assert second != first
    assert "_res_9_more" not in Path(first[0].removeprefix("-L"), "libresolv.tbd").read_text()
    assert "_res_9_more" in Path(second[0].removeprefix("-L"), "libresolv.tbd").read_text()


def test_a_folder_that_cannot_be_written_is_told(root: Path, tmp_path: Path) -> None:
    (tmp_path / "keep").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        write_stubs(root, tmp_path / "keep")
