"""Which files a build of Go source reads (sources/golang/inputs.py)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from go_to_wheel.sources.golang.inputs import find_inputs


def test_what_is_included_may_include_more(tmp_path: Path) -> None:
    for name, included in (("x.s", "a.inc"), ("a.inc", "b.inc"), ("b.inc", "c.inc")):
        (tmp_path / name).write_text(f'#include "{included}"\n')
    found = find_inputs(["a.inc", "b.inc", "c.inc", "d.inc", "x.s"], _reading(tmp_path))
    assert found.sources == ("x.s", "a.inc", "b.inc", "c.inc")


def test_modules_inside_the_module_are_others(tmp_path: Path) -> None:
    names = ["a.go", "inner/b.go", "inner/go.mod", "inner/deep/c.go", "innerer/d.go"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert find_inputs(names, _reading(tmp_path)).sources == ("a.go", "innerer/d.go")


def _reading(root: Path) -> Callable[[str], bytes]:
    return lambda name: (root / name).read_bytes() if (root / name).exists() else b""
