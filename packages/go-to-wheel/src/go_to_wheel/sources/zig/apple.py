"""What Go's programs need of macOS beside its C library: stubs that a linker takes for it.

Zig carries no more than the C library. A stub (a ``.tbd`` file, as Apple's developer tools hold
for every library of macOS) says where a library lies and which names it exports. Ours say
no more than Go's own source does: it names each library and each name that its programs import
(``//go:cgo_import_dynamic``, see ``go doc cmd/cgo``).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ...errors import GoError, OutputError

# Where Go's library imports something of macOS: the resolver, and what checks certificates.
_FOLDERS = ("internal/syscall/unix", "crypto/x509/internal/macos", "crypto/x509/internal/macOS")
_IMPORT = re.compile(
    r"^//go:cgo_import_dynamic[ \t]+\S+[ \t]+(?P<name>\w+)[ \t]+\"(?P<library>/[\w./+-]+)\"",
    re.MULTILINE,
)
_FRAMEWORK = re.compile(r".*/(?P<name>\w+)\.framework/.*")
_LIBRARY = re.compile(r".*/lib(?P<name>\w+)(?:\.\w+)*\.dylib")
_OF_ZIG = "/usr/lib/libSystem."
_STUB = """\
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '{library}'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ {names} ]
...
"""


def write_stubs(root: Path, folder: Path) -> tuple[str, ...]:
    """Write stubs of what a Go toolchain's own packages import of macOS.

    Args:
        root: the toolchain's GOROOT.
        folder: where they go; below it each set has a folder of its own, which is never changed.

    Returns:
        The flags with which the C compiler finds them.

    Raises:
        GoError: Go's source cannot be read.
        OutputError: the folder cannot be written.
    """
    files = _stubs(_imports(root))
    text = "\0".join(f"{name}\0{content}" for name, content in sorted(files.items()))
    place = folder / "macos" / hashlib.sha256(text.encode()).hexdigest()[:16]
    try:
        if not place.is_dir():
            _write(place, files)
    except OSError as error:
        raise OutputError(
            f"{place} cannot be written: {error.strerror}.", hint="Make room on its disk."
        ) from error
    return (f"-L{place}", f"-F{place}")


def _imports(root: Path) -> Mapping[str, set[str]]:
    """Library → the names that Go's packages import from it."""
    found: dict[str, set[str]] = {}
    try:
        for folder in _FOLDERS:
            for path in sorted((root / "src" / folder).glob("*.go")):
                for each in _IMPORT.finditer(path.read_text(encoding="utf-8", errors="replace")):
                    if not each["library"].startswith(_OF_ZIG):
                        found.setdefault(each["library"], set()).add(each["name"])
    except OSError as error:
        raise GoError(
            f"The source of Go's library in {root} cannot be read: {error.strerror}.",
            hint="Install Go anew, or name another one with --go-binary.",
        ) from error
    return found


def _stubs(imports: Mapping[str, set[str]]) -> Mapping[str, str]:
    """Path below the folder → content."""
    files = {}
    for library, names in imports.items():
        if match := _FRAMEWORK.fullmatch(library):
            path = f"{match['name']}.framework/{match['name']}.tbd"
        elif match := _LIBRARY.fullmatch(library):
            path = f"lib{match['name']}.tbd"
        else:
            continue
        symbols = ", ".join(f"_{name}" for name in sorted(names))
        files[path] = _STUB.format(library=library, names=symbols)
    return files


def _write(place: Path, files: Mapping[str, str]) -> None:
    """Write all files, or none: another process may do the same at the same time."""
    place.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=place.parent))
    try:
        for name, content in files.items():
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text(content, encoding="utf-8")
        made.chmod(0o755)
        os.replace(made, place)  # noqa: PTH105 - over an empty folder, or where there is none
    except OSError:
        if not place.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
