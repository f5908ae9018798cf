from __future__ import annotations

import json
from pathlib import Path

import pytest
from identify.vendor.licenses import LICENSES

from go_to_wheel.errors import GoError
from go_to_wheel.provenance.identify import identify_license
from go_to_wheel.provenance.licenses import ModuleLicenses, dump_licenses, load_licenses
from go_to_wheel.sources.compile.licenses import collect_licenses
from go_to_wheel.sources.golang.linked import LinkedModule, merge_modules, parse_packages

TEXTS = {name: text.encode() for name, text in LICENSES}
CACHE = "/cache/mod"


def package(path: str, module: str, folder: str, **fields: object) -> dict[str, object]:
    about = {"Path": module, **fields}
    return {"ImportPath": path, "Dir": folder, "Module": about}


def listed(*packages: dict[str, object]) -> str:
    return "".join(f"{json.dumps(each, indent=1)}\n" for each in packages)


STANDARD: dict[str, object] = {
    "ImportPath": "fmt", "Dir": "/go/src/fmt", "Standard": True, "Root": "/go",
}  # fmt: skip
DEP = package("a.b/dep", "a.b/dep", f"{CACHE}/a.b/dep@v1.0.0", Version="v1.0.0")
DEP_INNER = package("a.b/dep/x/y", "a.b/dep", f"{CACHE}/a.b/dep@v1.0.0/x/y", Version="v1.0.0")
MAIN = package("a.b/tool/cmd/tool", "a.b/tool", "/home/tool/cmd/tool", Main=True)


def test_the_modules_are_told_once_each_and_sorted() -> None:
    modules = parse_packages(listed(STANDARD, DEP_INNER, DEP, MAIN), "go1.27.3")

    assert [module.path for module in modules] == ["a.b/dep", "a.b/tool", "std"]
    root = Path(CACHE, "a.b/dep@v1.0.0")
    assert modules[0] == LinkedModule(
        path="a.b/dep", version="v1.0.0", folder=root, packages=(root, root / "x" / "y")
    )
    assert modules[1].main
    assert modules[1].folder == Path("/home/tool")
    assert modules[2] == LinkedModule(path="std", version="go1.27.3", folder=Path("/go"))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"CFiles": ["a.c"], "CgoLDFLAGS": ["-lm"]}, False),
        ({"CXXFiles": ["a.cc"]}, True),
        ({"SwigCXXFiles": ["a.swigcxx"]}, True),
        ({"CgoLDFLAGS": ["-lm", "-lstdc++"]}, True),
    ],
)
def test_what_the_compiler_for_c_plus_plus_links_is_known(
    fields: dict[str, object], expected: bool
) -> None:
    modules = parse_packages(listed(STANDARD, DEP, {**DEP_INNER, **fields}, MAIN), "go1")

    assert [module.cxx for module in modules] == [expected, False, False]
    plain = parse_packages(listed(STANDARD, DEP), "go1")
    assert [module.cxx for module in merge_modules([plain, modules])] == [expected, False, False]


def test_a_vendored_module_lies_in_vendor() -> None:
    inner = package("a.b/dep/x", "a.b/dep", "/home/tool/vendor/a.b/dep/x", Version="v1.0.0")

    (module,) = parse_packages(listed(inner), "go1.27.3")

    assert module.folder == Path("/home/tool/vendor/a.b/dep")


def test_a_replacement_s_version_is_the_one_that_is_linked_in() -> None:
    fork = package(
        "a.b/dep", "a.b/dep", "/x", Version="v1.0.0", Replace={"Path": "c.d/f", "Version": "v2.0.0"}
    )
    folder = package("a.b/e", "a.b/e", "/y", Version="v1.0.0", Replace={"Path": "../e"})

    assert [each.version for each in parse_packages(listed(fork, folder), "go1")] == ["v2.0.0", ""]


def test_the_files_of_this_machine_are_told_and_not_those_that_go_sum_vouches_for(
    tmp_path: Path,
) -> None:
    cache, own = tmp_path / "link", str(tmp_path / "own")
    (tmp_path / "cache").mkdir()
    cache.symlink_to("cache")
    files: dict[str, object] = {"GoFiles": ["a.go"], "HFiles": ["a.h"], "EmbedFiles": ["d/x.txt"]}
    kept = package("a.b/dep", "a.b/dep", str(tmp_path / "cache" / "dep"), Version="v1.0.0")
    main = package("a.b/t", "a.b/t", own, Main=True, GoMod=f"{own}/go.mod")
    vendored = package("a.b/v", "a.b/v", f"{own}/vendor/a.b/v", Version="v1.0.0")
    folder = package("a.b/f", "a.b/f", str(tmp_path / "cache" / "f"), Replace={"Path": "../f"})
    answer = listed(*({**each, **files} for each in (STANDARD, kept, main, vendored, folder)))

    found = {each.path: each.files for each in parse_packages(answer, "go1", str(cache))}

    base = Path(own)
    assert found == {
        "a.b/dep": (),
        "a.b/f": tuple(tmp_path / "cache" / "f" / name for name in ("a.go", "a.h", "d/x.txt")),
        "a.b/t": tuple(base / name for name in ("a.go", "a.h", "d/x.txt", "go.mod")),
        "a.b/v": tuple(base / "vendor/a.b/v" / name for name in ("a.go", "a.h", "d/x.txt")),
        "std": (),
    }
    merged = merge_modules([parse_packages(answer, "go1", str(cache))] * 2)
    assert {each.path: each.files for each in merged} == found


def test_what_the_flags_of_c_code_may_name_is_told() -> None:
    flags = {"CgoCFLAGS": ["-I/top/inc"], "CgoCPPFLAGS": ["-include", "x.h"],
             "CgoCXXFLAGS": ["-I../b"], "CgoLDFLAGS": ["-L/top/lib", "-lx"]}  # fmt: skip
    answer = listed({**MAIN, **flags}, {**DEP, **flags})

    dep, main = parse_packages(answer, "go1", CACHE)

    base = Path("/home/tool/cmd/tool")
    assert main.named == tuple(sorted((Path("/top/inc"), base / "x.h", base / "../b")))
    assert main.linking == (Path("/top/lib"),)
    assert (dep.named, dep.linking) == ((), ())
    assert merge_modules([[main], [main]]) == (main,)


def test_nothing_at_all_is_no_module() -> None:
    assert parse_packages(" \n", "go1.27.3") == ()


@pytest.mark.parametrize(
    "answer",
    [
        "x",
        "[1]",
        listed(DEP) + "}",
        listed({**DEP, "Dir": 3}),
        listed({**DEP, "ImportPath": ""}),
        listed({**DEP, "Module": {"Version": "v1"}}),
        listed({**MAIN, "GoFiles": "a.go"}),
        listed({**MAIN, "CFiles": [3]}),
        listed({**MAIN, "CgoCFLAGS": [3]}),
        listed({**MAIN, "CgoLDFLAGS": "-lx"}),
        listed(package("a.b/t", "a.b/t", "/t", GoMod=3)),
        "[" * 100_000,
    ],
)
def test_an_answer_that_go_would_not_give_is_an_error(answer: str) -> None:
    with pytest.raises(GoError, match="cannot be read"):
        parse_packages(answer, "go1.27.3")


def module(root: Path, *packages: str, path: str = "a.b/dep") -> LinkedModule:
    for each in packages:
        (root / each).mkdir(parents=True, exist_ok=True)
    return LinkedModule(
        path=path, version="v1.0.0", folder=root, packages=tuple(root / each for each in packages)
    )


def put(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(TEXTS.get(text, text.encode()))


def found(*modules: LinkedModule) -> ModuleLicenses:
    (licenses,) = collect_licenses(modules)
    return licenses


def paths(licenses: ModuleLicenses) -> list[str]:
    return [str(text.path) for text in licenses.texts]


def test_a_module_s_licence_goes_under_its_path(tmp_path: Path) -> None:
    put(tmp_path, LICENSE="MIT", PATENTS="a grant", COPYING_go="no licence")

    licenses = found(module(tmp_path, "x"))

    assert paths(licenses) == ["a.b/dep/LICENSE", "a.b/dep/PATENTS"]
    assert (licenses.version, licenses.expression) == ("v1.0.0", "MIT")


def test_a_folder_of_other_origin_has_its_own_licence(tmp_path: Path) -> None:
    put(tmp_path, LICENSE="BSD-3-Clause", snappy__LICENSE="Apache-2.0", unused__LICENSE="ISC")

    licenses = found(module(tmp_path, "zip", "snappy", "snappy/deep"))

    assert paths(licenses) == ["a.b/dep/LICENSE", "a.b/dep/snappy/LICENSE"]
    assert licenses.expression == "Apache-2.0 AND BSD-3-Clause"


def test_two_kinds_beside_each_other_are_not_certain(tmp_path: Path) -> None:
    put(tmp_path, **{"LICENSE-MIT": "MIT", "LICENSE-APACHE": "Apache-2.0"})

    licenses = found(module(tmp_path, "."))

    assert len(licenses.texts) == 2
    assert licenses.expression is None


@pytest.mark.parametrize("text", ["Do what you like.", "GPL-3.0"])
def test_a_text_that_is_not_certain_leaves_the_whole_open(text: str, tmp_path: Path) -> None:
    put(tmp_path, LICENSE=text, inner__LICENSE="MIT")

    licenses = found(module(tmp_path, "inner"))

    assert len(licenses.texts) == 2
    assert licenses.expression is None


def test_a_notice_alone_is_no_licence(tmp_path: Path) -> None:
    put(tmp_path, NOTICE="MIT")

    licenses = found(module(tmp_path))

    assert paths(licenses) == ["a.b/dep/NOTICE"]
    assert licenses.expression is None


def test_a_module_without_a_licence_has_none(tmp_path: Path) -> None:
    licenses = found(module(tmp_path, "x"))

    assert (licenses.texts, licenses.expression) == ((), None)


def test_a_licence_above_the_module_is_not_the_module_s(tmp_path: Path) -> None:
    put(tmp_path, LICENSE="MIT")

    assert found(module(tmp_path / "a.b" / "dep", "x")).texts == ()


def test_the_program_s_own_module_is_left_out(tmp_path: Path) -> None:
    own = LinkedModule(path="a.b/tool", version="", folder=tmp_path, main=True)
    at_version = module(tmp_path, path="a.b/other")

    assert collect_licenses([own, at_version], own={"a.b/other"}) == ()
    assert len(collect_licenses([own, at_version])) == 1


def test_go_s_own_licence_is_there_even_where_go_comes_without_it(tmp_path: Path) -> None:
    licenses = found(LinkedModule(path="std", version="go1.27.3", folder=tmp_path))

    assert paths(licenses) == ["std/LICENSE"]
    assert licenses.texts[0].content.startswith(b"Copyright 2009 The Go Authors.")
    assert identify_license(licenses.texts[0].content) == licenses.expression == "BSD-3-Clause"


def test_go_s_licence_is_taken_from_go_where_it_has_one(tmp_path: Path) -> None:
    put(tmp_path, LICENSE="ISC")

    licenses = found(LinkedModule(path="std", version="go1.27.3", folder=tmp_path))

    assert licenses.texts[0].content == TEXTS["ISC"]


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    put(tmp_path, LICENSE="MIT", NOTICE="of \u00e9l\u00e8ves")
    (tmp_path / "COPYING").write_bytes(bytes(range(256)))
    licenses = collect_licenses([module(tmp_path), module(tmp_path / "none", ".", path="c.d/e")])

    assert load_licenses(dump_licenses(licenses)) == licenses


@pytest.mark.parametrize(
    "kept",
    [None, b"", b"{}x", b"3", b"[3]", b"[[1]]", b'[["a","b",null,true,3]]',
     b'[["a","b",null,true,[[1,2]]]]', b'[["a","b",null,true,[["x","\\u4e2d"]]]]',
     b'[["a","b",null,[]]]', b"[" * 100_000],
)  # fmt: skip
def test_what_was_damaged_is_as_good_as_nothing(kept: bytes | None) -> None:
    assert load_licenses(kept) is None


def test_a_licence_with_its_module_s_name_at_the_head_is_certain(tmp_path: Path) -> None:
    put(tmp_path, LICENSE=f"d v2\n\n{TEXTS['MIT'].decode()}")

    assert found(module(tmp_path, ".", path="c.d/d/v2")).expression == "MIT"
    assert found(module(tmp_path, ".", path="c.d/e/v2")).expression is None


@pytest.mark.parametrize(
    ("files", "recognised"),
    [
        ({"LICENSE": "MIT"}, True),
        ({"LICENSE": "GPL-3.0"}, True),
        ({"LICENSE-MIT": "MIT", "LICENSE-ISC": "ISC"}, True),
        ({"LICENSE": f"Some is ours.\n{TEXTS['MIT'].decode()}"}, True),
        ({}, False),
        ({"LICENSE": "Ask us."}, False),
        ({"NOTICE": "MIT"}, False),
    ],
)
def test_a_licence_may_be_recognised_where_it_is_not_certain(
    tmp_path: Path, files: dict[str, str], recognised: bool
) -> None:
    put(tmp_path, **files)

    assert found(module(tmp_path, ".")).recognised is recognised


def test_what_is_linked_in_for_several_targets_is_put_together() -> None:
    linux = [
        LinkedModule(path="b", version="v1", folder=Path("/b"), packages=(Path("/b/x"),)),
        LinkedModule(path="c", version="v1", folder=Path("/c")),
    ]
    windows = [
        LinkedModule(path="a", version="v1", folder=Path("/a")),
        LinkedModule(path="b", version="v1", folder=Path("/b"), packages=(Path("/b/a"),)),
    ]

    merged = merge_modules([linux, windows])

    assert [each.path for each in merged] == ["a", "b", "c"]
    assert merged[1].packages == (Path("/b/a"), Path("/b/x"))
