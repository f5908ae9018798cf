"""A digest of what a build of Go source depends on (sources/golang/digest.py)."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.sources.golang import digest
from go_to_wheel.sources.golang.digest import digest_inputs
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes


@pytest.fixture
def go(tmp_path: Path) -> Toolchain:
    command = tmp_path / "go"
    command.write_text("#!/bin/sh\n")
    return Toolchain(
        command=command,
        version="go1.27.3",
        is_itself=True,
        environment={},
        processes=Processes(environment={}),
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A module with a file in a folder."""
    root = tmp_path / "module"
    (root / "cmd").mkdir(parents=True)
    (root / "go.mod").write_text("module example.com/mod\n\nrequire example.com/x v1.0.0\n")
    (root / "cmd" / "main.go").write_text("package main\n")
    (root / "all.go").write_text("package mod\n\n//go:embed *\n")
    return root


def test_the_same_files_have_the_same_digest(go: Toolchain, root: Path) -> None:
    first = digest_inputs(go, root, "")
    assert first
    os.utime(root / "go.mod", (1, 1))
    assert digest_inputs(go, root, "-X main.a=b") == first


def test_whatever_changes_in_the_module_changes_the_digest(go: Toolchain, root: Path) -> None:
    digests = [digest_inputs(go, root, "")]
    (root / "cmd" / "main.go").write_text("package main\n\n")
    digests.append(digest_inputs(go, root, ""))
    (root / "cmd" / "main.go").rename(root / "main.go")
    digests.append(digest_inputs(go, root, ""))
    (root / "data.txt").write_text("embedded")
    digests.append(digest_inputs(go, root, ""))
    (root / ".hidden").write_text("may be embedded too")
    digests.append(digest_inputs(go, root, ""))
    (root / "go.sum").write_text("x\n")
    digests.append(digest_inputs(go, root, ""))
    (root / "a").write_text("bc")
    digests.append(digest_inputs(go, root, ""))
    (root / "a").rename(root / "ab")
    (root / "ab").write_text("c")
    digests.append(digest_inputs(go, root, ""))
    assert None not in digests
    assert len(set(digests)) == len(digests)


def test_another_go_or_another_place_changes_the_digest(
    go: Toolchain, root: Path, tmp_path: Path
) -> None:
    first = digest_inputs(go, root, "")
    assert digest_inputs(replace(go, version="go1.27.4"), root, "") != first
    other = tmp_path / "go9"
    other.write_text("#!/bin/sh\n")
    assert digest_inputs(replace(go, command=other), root, "") != first
    go.command.write_text("#!/bin/sh\necho newer\n")
    assert digest_inputs(go, root, "") != first
    moved = root.rename(tmp_path / "moved")
    assert digest_inputs(go, moved, "") != first


def test_a_go_that_depends_on_the_folder_is_not_known(go: Toolchain, root: Path) -> None:
    assert digest_inputs(replace(go, is_itself=False), root, "") is None


def test_only_source_and_what_it_embeds_counts(
    go: Toolchain, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "all.go").unlink()
    (root / "cmd" / "main.go").write_text("package main\n\n//go:embed text.txt all:Web/*.js\n")
    monkeypatch.setattr(digest, "_MOST_BYTES", 1000)
    first = digest_inputs(go, root, "")
    (root / "dist").mkdir()
    for other in ("dist/tool-1.0-py3-none-any.whl", "text.txt", "cmd/tool.whl"):
        (root / other).write_bytes(bytes(1001))
        assert digest_inputs(go, root, "") == first
    digests = [first]
    (root / "cmd" / "web").mkdir()
    for read in ("cmd/text.txt", "cmd/web/a.js", "dist/x.go", "cmd/default.pgo", "go.sum", "x.h"):
        (root / read).write_text("x")
        digests.append(digest_inputs(go, root, ""))
    assert None not in digests
    assert len(set(digests)) == len(digests)


@pytest.mark.parametrize(
    ("name", "content", "read"),
    [("x.go", '//go:embed "a b.txt"', "a b.txt"), ("x.go", "//go:embed `a`", "a/b"),
     ("x.go", "//go:embed [a-z]*", "cmd/anything"), ("x.go", "//go:embed .", "cmd/anything"),
     ("x.go", '//go:embed "\\x61"', "cmd/anything"), ("x.go", "//go:embed größe", "größe"),
     ("x.go", "//go:embed all:*", "cmd/.anything"), ("x.s", '#include "any.inc"', "cmd/any.inc"),
     ("x.s", "#include ANY", "cmd/anything"), ("x.c", '#embed "../any.bin"', "any.bin"),
     ("x.go", 'import "C"\n// #include "any.inc"', "any.inc"),
     ("x.go", 'import "C"\n// #cgo LDFLAGS: ${SRCDIR}/libany.a', "libany.a"),
     ("x.go", 'import "example.com/mod/cmd/testdata/any"', "cmd/testdata/any/x.go")],
)  # fmt: skip
def test_what_a_source_brings_in_counts(
    go: Toolchain, root: Path, name: str, content: str, read: str
) -> None:
    (root / "all.go").unlink()
    (root / name).write_text(content)
    (root / read).parent.mkdir(parents=True, exist_ok=True)
    first = digest_inputs(go, root, "")
    (root / read).touch()
    assert first
    assert digest_inputs(go, root, "") != first


@pytest.mark.parametrize(
    ("name", "content", "other"),
    [("x.go", "//go:embed a", "b"), ("x.go", "//go:embed *.txt", "cmd/a.txt"),
     ("x.go", "//go:embed cmd", "cmd/.hidden"), ("x.s", '#include "any.inc"', "many.inc"),
     ("x.go", '// #include "any.inc"', "any.inc"), ("x.go", "package x", "x_test.go"),
     ("x.go", "package x", "testdata/any/x.go"), ("x.go", "package x", "_any/x.go"),
     ("x.go", "package x", "_any.go"), ("x_test.go", "//go:embed a", "a")],
)  # fmt: skip
def test_what_no_source_brings_in_does_not_count(
    go: Toolchain, root: Path, name: str, content: str, other: str
) -> None:
    (root / "all.go").unlink()
    (root / name).write_text(content)
    (root / other).parent.mkdir(parents=True, exist_ok=True)
    first = digest_inputs(go, root, "")
    (root / other).touch()
    assert first
    assert digest_inputs(go, root, "") == first


def test_git_and_our_own_staging_do_not_count(go: Toolchain, root: Path) -> None:
    first = digest_inputs(go, root, "")
    for name in (".git", ".go-to-wheel-x1"):
        (root / name).mkdir()
        (root / name / "file").write_text("x")
    assert digest_inputs(go, root, "") == first


@pytest.mark.parametrize(
    "version", ["devel go1.28-abc", "go1.27.3 X:synctest", "", "go1.27-custom"]
)
def test_a_go_that_is_no_release_is_not_trusted(go: Toolchain, root: Path, version: str) -> None:
    assert digest_inputs(replace(go, version=version), root, "") is None


@pytest.mark.parametrize("ldflags", ["-extld=clang", "-linkmode external", "-s '-extldflags=-lm'"])
def test_another_linker_is_not_known(go: Toolchain, root: Path, ldflags: str) -> None:
    assert digest_inputs(go, root, ldflags) is None


@pytest.mark.parametrize(
    "line",
    ["replace example.com/x => ../x", "replace example.com/x v1 => ./x", "replace a =>   /abs/x",
     'replace a => "../x"', "replace (\n\ta => ../x\n)", "replace a => C:\\x"],
)  # fmt: skip
def test_a_folder_outside_the_module_is_not_known(go: Toolchain, root: Path, line: str) -> None:
    (root / "go.mod").write_text(f"module example.com/mod\n\n{line}\n")
    assert digest_inputs(go, root, "") is None


def test_another_module_in_place_of_one_is_known(go: Toolchain, root: Path) -> None:
    (root / "go.mod").write_text("module m\n\nreplace a => example.com/fork v1.0.0\n")
    assert digest_inputs(go, root, "")


def test_a_workspace_is_not_known(go: Toolchain, root: Path) -> None:
    named = replace(go, environment={"GOWORK": "/some/go.work"})
    assert digest_inputs(named, root, "") is None
    (root.parent / "go.work").touch()
    assert digest_inputs(go, root, "") is None
    assert digest_inputs(replace(go, environment={"GOWORK": "off"}), root, "")


def test_links_and_what_cannot_be_read_are_not_known(go: Toolchain, root: Path) -> None:
    link = root / "link"
    link.symlink_to(root / "go.mod")
    assert digest_inputs(go, root, "") is None
    link.unlink()
    link.symlink_to(root / "cmd")
    assert digest_inputs(go, root, "") is None
    link.unlink()
    (root / "go.mod").write_bytes(b"\xff")
    assert digest_inputs(go, root, "") is None
    (root / "go.mod").unlink()
    assert digest_inputs(go, root, "") is None


@pytest.mark.parametrize(("limit", "value"), [("_MOST_FILES", 1), ("_MOST_BYTES", 10)])
def test_a_module_too_large_to_hash_is_left_to_go(
    go: Toolchain, root: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(digest, limit, value)
    assert digest_inputs(go, root, "") is None
