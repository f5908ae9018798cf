"""Which files of this machine a program is built from (sources/compile/built_from.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.sources.compile.built_from import (
    Compiled,
    compiled_files,
    dump_compiled,
    load_compiled,
    with_surroundings,
)
from go_to_wheel.sources.golang.gomod import used_folders
from go_to_wheel.sources.golang.included import find_included
from go_to_wheel.sources.golang.linked import LinkedModule
from go_to_wheel.sources.golang.programs import Program
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes

CGO = 'package main\n\n/*\n#include "a.h"\n*/\nimport "C"\n'


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def toolchain(**environment: str) -> Toolchain:
    return Toolchain(
        command=Path("/usr/bin/go"),
        version="go1.27.3",
        is_itself=True,
        environment=environment,
        processes=Processes(environment={}),
    )


def surroundings(root: Path, go: Toolchain) -> list[str]:
    program = Program(
        import_path="a.b/t", folder=root / "tool/cmd", module="a.b/t", module_root=root / "tool"
    )
    found = with_surroundings(Compiled(), go, [program], root)
    return [Path(file).resolve().relative_to(root.resolve()).as_posix() for file in found.files]


def test_only_modules_with_files_of_their_own_count() -> None:
    here, there = Path("/b"), Path("/a")
    modules = [
        LinkedModule(path="a.b/t", version="", folder=here, files=(here / "y", here / "x")),
        LinkedModule(path="a.b/d", version="v1", folder=Path("/cache")),
        LinkedModule(path="a.b/l", version="", folder=there, files=(there / "x",)),
    ]

    found = compiled_files(modules)

    assert found == Compiled(files=(there / "x", here / "x", here / "y"), folders=(there, here))
    assert load_compiled(dump_compiled(found)) == found


@pytest.mark.parametrize("kept", [None, b"", b"x", b"[]", b"[[1], []]", b"[" * 100_000, b"3"])
def test_what_was_not_kept_so_is_nothing(kept: bytes | None) -> None:
    assert load_compiled(kept) is None


def test_settings_of_modules_and_profiles_count(tmp_path: Path) -> None:
    write(tmp_path, {"tool/go.mod": "replace a.b/c => ../c\nreplace a.b/d => ../d\n",
                     "c/go.mod": "", "tool/cmd/default.pgo": "", "tool/default.pgo": ""})  # fmt: skip
    assert surroundings(tmp_path, toolchain()) == [
        "c/go.mod",
        "tool/cmd/default.pgo",
        "tool/go.mod",
    ]

    write(tmp_path, {"tool/go.sum": "", "tool/vendor/modules.txt": ""})
    assert surroundings(tmp_path, toolchain()) == [
        "tool/cmd/default.pgo", "tool/go.mod", "tool/go.sum", "tool/vendor/modules.txt",
    ]  # fmt: skip


def test_a_workspace_brings_its_modules_in(tmp_path: Path) -> None:
    write(tmp_path, {"go.work": "use ./tool\nuse ./other // why\nreplace a.b/c => ./c\n",
                     "go.work.sum": "", "tool/go.mod": "", "other/go.mod": "", "other/go.sum": "",
                     "c/go.mod": "", "mine.work": "use tool\n"})  # fmt: skip
    own = ["c/go.mod", "go.work", "go.work.sum", "other/go.mod", "other/go.sum", "tool/go.mod"]

    assert surroundings(tmp_path, toolchain()) == own
    assert surroundings(tmp_path, toolchain(GOWORK="off")) == ["tool/go.mod"]
    named = toolchain(GOWORK=str(tmp_path / "mine.work"))
    assert surroundings(tmp_path, named) == ["mine.work", "tool/go.mod"]


def test_use_lines_are_read_as_go_reads_them() -> None:
    text = 'go 1.24\n// use ./x\nuse ./a\nuse (\n\t./b // b\n\t"./c d"\n)\nuse ./a\n'

    assert used_folders(text) == ("./a", "./b", "./c d")


def test_what_c_code_includes_counts(tmp_path: Path) -> None:
    write(tmp_path, {
        "m/main.go": CGO, "m/pure.go": "package main\n", "m/inc/a.h": '#include "deep/b.h"\n',
        "m/inc/deep/b.h": '#include "../../../beside/c.h"\n', "m/inc/unused.h": "",
        "beside/c.h": '#include "d.h"\n#include <stdio.h>\n', "beside/d.h": "", "m/lib/x.a": "",
    })  # fmt: skip
    included = ("main.go", "inc/a.h", "inc/deep/b.h", "../beside/c.h", "../beside/d.h")

    assert sorted(find_included(tmp_path / "m", ["main.go", "pure.go"])) == sorted(included)
    assert find_included(tmp_path / "m", ["pure.go"]) == ()


def test_where_a_macro_says_what_is_included_all_c_code_counts(tmp_path: Path) -> None:
    write(tmp_path, {"a.s": "#include NAME\n", "b.h": "", "c.txt": "", "d.go": "", "x/e.c": ""})

    assert sorted(find_included(tmp_path, ["a.s"])) == ["a.s", "b.h", "x/e.c"]


def test_what_flags_of_c_code_name_counts(tmp_path: Path) -> None:
    """Also what clang takes in place of a header that is named (its manual, "-include-pch")."""
    write(tmp_path, {
        "out/x.h": "", "top/m/main.go": CGO, "top/m/a.h": "#include <deep/v.h>\n",
        "top/m/hid.inc": '#include "w.h"\n', "top/m/hid.inc.pch": "", "top/common/deep/v.h": "",
        "top/common/w.h": "", "top/common/unused.h": "", "top/common/z.h": "",
        "top/libs/libx.a": "", "top/libs/notes.txt": "", "top/script.map": "",
    })  # fmt: skip
    module = tmp_path / "top/m"
    compiled = Compiled(
        files=(module / "main.go",), folders=(module,),
        named=(module / "hid.inc", module / "../common", tmp_path / "out", module / "z.h"),
        linking=(module / "../libs", module / "../script.map", tmp_path / "out/x.h"),
    )  # fmt: skip
    program = Program(import_path="a", folder=module, module="a", module_root=module)

    found = with_surroundings(compiled, toolchain(), [program], tmp_path / "top")

    top = (tmp_path / "top").resolve()
    assert {file.resolve().relative_to(top).as_posix() for file in found.files} == {
        "m/main.go", "m/a.h", "m/hid.inc", "m/hid.inc.pch", "common/deep/v.h", "common/w.h",
        "common/z.h", "libs/libx.a", "script.map",
    }  # fmt: skip
    assert {folder.resolve() for folder in found.folders} == {
        module.resolve(), top / "common", top / "libs",
    }  # fmt: skip
    assert load_compiled(dump_compiled(compiled)) == compiled


def test_headers_are_found_through_links_in_the_checkout(tmp_path: Path) -> None:
    write(tmp_path, {"out/a.h": "", "top/m/main.go": CGO, "top/real/deep/a.h": ""})
    for name, to in (("inc", "../real"), ("round", "."), ("far", "../../out"), ("b", "../real")):
        (tmp_path / "top/m" / name).symlink_to(to)

    found = find_included(tmp_path / "top/m", ["main.go"], (), tmp_path.resolve() / "top")

    assert found == ("main.go", "b/deep/a.h")


def test_paths_are_normal(tmp_path: Path) -> None:
    write(tmp_path, {"tool/go.mod": "replace a.b/c => ../c\n", "c/go.mod": "",
                     "w/go.work": "use ../tool\n"})  # fmt: skip
    program = Program(
        import_path="a", folder=tmp_path / "tool", module="a", module_root=tmp_path / "tool"
    )
    for go in (toolchain(), toolchain(GOWORK=str(tmp_path / "w/go.work"))):
        found = with_surroundings(Compiled(), go, [program], tmp_path)
        assert tmp_path / "tool/go.mod" in found.files
        assert not any(".." in file.parts for file in found.files)


def test_libraries_beside_the_source_count(tmp_path: Path) -> None:
    cgo = 'package main\n\n// #cgo LDFLAGS: ${SRCDIR}/lib/libx.a\nimport "C"\n'
    write(tmp_path, {"main.go": cgo, "lib/libx.a": "", "lib/notes.txt": ""})

    assert find_included(tmp_path, ["main.go"]) == ("main.go", "lib/libx.a")
