from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from identify.vendor.licenses import LICENSES

from go_to_wheel import __version__
from go_to_wheel.binary import read_binary
from go_to_wheel.cache import Cache
from go_to_wheel.check import check_wheel
from go_to_wheel.evidence import Made, with_evidence, with_licenses, without_license
from go_to_wheel.inspection import inspect_wheel
from go_to_wheel.metadata import LicenseText, Metadata
from go_to_wheel.model import Layout
from go_to_wheel.provenance.licenses import ModuleLicenses
from go_to_wheel.provenance.origin import BuildRecord, FolderOrigin
from go_to_wheel.wheel.core_metadata import render_metadata
from go_to_wheel.wheel.plan import WheelPlan, plan_wheel
from go_to_wheel.wheel.write import WriteOptions, write_wheel
from helpers.binaries import Elf, build_info
from helpers.plans import make_binary, make_distribution

TEXTS = {name: text.encode() for name, text in LICENSES}
SOURCE = FolderOrigin(package="example.com/tool", commit="ab" * 20, dirty=False)
GO = Elf(data=build_info("go1.27.3", ["path\ta.b/t", "mod\ta.b/t\t(devel)", "dep\ta.b/d\tv1"]))
DEP = ModuleLicenses(
    path="a.b/d",
    version="v1",
    texts=(LicenseText(path=PurePosixPath("a.b/d/LICENSE"), content=TEXTS["BSD-3-Clause"]),),
    expression="BSD-3-Clause",
)


def own(**files: str) -> tuple[LicenseText, ...]:
    return tuple(
        LicenseText(path=PurePosixPath(name), content=TEXTS[text]) for name, text in files.items()
    )


def bill_of(plan: WheelPlan) -> bytes:
    (bill,) = (entry.content for entry in plan.entries if entry.path.endswith(".cdx.json"))
    assert isinstance(bill, bytes)
    return bill


def planned(
    folder: Path, layout: Layout = Layout.PACKAGE, tools: int = 1, bills: Cache | None = None
) -> WheelPlan:
    distribution = make_distribution(layout=layout)
    binaries = [make_binary(folder, f"tool{number}", content=GO.build()) for number in range(tools)]
    plan = plan_wheel(distribution, binaries, ["manylinux_2_17_x86_64", "musllinux_1_1_x86_64"])
    made = [
        Made(
            binary=binary,
            facts=read_binary(binary.path),
            source=SOURCE,
            build=BuildRecord(go_version="go1.27.3"),
        )
        for binary in binaries
    ]
    return with_evidence(plan, distribution, made, [DEP], bills or Cache())


@pytest.mark.parametrize("layout", Layout)
def test_the_record_names_the_binaries_where_they_lie(layout: Layout, tmp_path: Path) -> None:
    file = write_wheel(planned(tmp_path, layout, tools=2), tmp_path, WriteOptions())

    wheel = inspect_wheel(file.path)

    assert wheel.origin is not None
    assert wheel.origin_faults == ()
    assert wheel.origin.tool_version == __version__
    for binary in wheel.origin.binaries:
        assert binary.sha256 == hashlib.sha256(GO.build()).hexdigest()
        assert (binary.target, binary.source) == ("linux-amd64", SOURCE)
    assert len(wheel.origin.binaries) == 2


def test_the_bill_of_materials_is_there(tmp_path: Path) -> None:
    wheel = inspect_wheel(write_wheel(planned(tmp_path), tmp_path, WriteOptions()).path)

    (bill,) = wheel.bills
    assert bill.path == "my_tool-1.2.3.dist-info/sboms/my_tool.cdx.json"
    assert (bill.format, bill.components) == ("CycloneDX 1.6", 4)


def test_the_index_would_take_the_wheel(tmp_path: Path) -> None:
    file = write_wheel(planned(tmp_path), tmp_path, WriteOptions())

    assert check_wheel(file.path).errors == ()


def test_the_dist_info_folder_stays_last_and_in_order(tmp_path: Path) -> None:
    names = [entry.path for entry in planned(tmp_path).entries]

    info = [name for name in names if ".dist-info/" in name]
    assert names[-len(info) :] == info == sorted(info)


def test_the_same_binaries_give_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    first, second = (planned(folder).entries for folder in folders)

    for one, two in zip(first, second, strict=True):
        assert one.path == two.path
        assert one.content == two.content or isinstance(one.content, Path)


@pytest.mark.parametrize(
    ("given", "texts", "modules", "expected"),
    [
        ("MIT", {}, [DEP], "BSD-3-Clause AND MIT"),
        (None, {"LICENSE": "MIT"}, [DEP], "BSD-3-Clause AND MIT"),
        (None, {"LICENSE": "MIT", "NOTICE": "ISC"}, [], "MIT"),
        ("MIT OR Apache-2.0", {}, [DEP], "BSD-3-Clause AND (MIT OR Apache-2.0)"),
        ("MIT", {}, [DEP, replace(DEP, expression=None)], "MIT"),
        (None, {"LICENSE": "MIT"}, [replace(DEP, expression=None)], None),
        (None, {"LICENSE-A": "MIT", "LICENSE-B": "ISC"}, [DEP], None),
        (None, {"LICENSE": "GPL-3.0"}, [DEP], None),
        (None, {}, [DEP], None),
        ("Some words", {}, [DEP], "Some words"),
        ("BSD-3-Clause", {}, [DEP], "BSD-3-Clause"),
    ],
)
def test_the_licence_is_that_of_the_whole_where_that_is_certain(
    given: str | None,
    texts: dict[str, str],
    modules: list[ModuleLicenses],
    expected: str | None,
) -> None:
    metadata = Metadata(license=given, license_files=own(**texts))

    whole = with_licenses(metadata, modules)

    assert whole.license == expected
    assert len(whole.license_files or ()) == len(texts) + len(modules)


def test_every_text_has_its_line_in_the_metadata() -> None:
    distribution = make_distribution()
    metadata = Metadata(
        name=distribution.name, version=distribution.version, license_files=own(LICENSE="MIT")
    )

    rendered = render_metadata(with_licenses(metadata, [DEP])).decode()

    assert "License-Expression: BSD-3-Clause AND MIT\n" in rendered
    assert "License-File: LICENSE\n" in rendered
    assert "License-File: a.b/d/LICENSE\n" in rendered


def test_modules_without_a_licence_that_can_be_recognised_are_named() -> None:
    assert without_license([DEP, replace(DEP, recognised=False)]) == ("a.b/d v1",)


def test_a_bill_is_kept_for_the_same_binaries_alone(tmp_path: Path) -> None:
    kept = Cache(folder=tmp_path / "bills")
    first = bill_of(planned(tmp_path, bills=kept))
    (name,) = (path.name for path in (tmp_path / "bills").iterdir())
    kept.put(name, b"kept")

    assert bill_of(planned(tmp_path, bills=kept)) == b"kept"
    assert bill_of(planned(tmp_path, tools=2, bills=kept)) != b"kept"
    assert bill_of(planned(tmp_path, Layout.NATIVE, bills=kept)) != b"kept"
    assert first == bill_of(planned(tmp_path))
