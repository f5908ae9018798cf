from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import go_to_wheel
from go_to_wheel.errors import OutputError
from go_to_wheel.scratch import scratch_folder


def test_it_is_gone_after_the_work() -> None:
    with scratch_folder() as folder:
        (folder / "file").touch()
    assert not folder.exists()


def test_nothing_to_write_to_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(OutputError, match="cannot be written: No such file"), scratch_folder():
        pass


def test_only_one_module_makes_such_folders() -> None:
    root = Path(go_to_wheel.__file__).parent
    texts = {path.name: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    assert [name for name, text in texts.items() if "TemporaryDirectory" in text] == ["scratch.py"]
