from __future__ import annotations

from pathlib import Path

import pytest

from datasette_scan.errors import SettingsError
from datasette_scan.settings import Settings, absolute, from_config, merged


def test_no_configuration_means_nothing_to_scan() -> None:
    assert from_config(None) == Settings()


def test_a_whole_configuration_is_read(tmp_path: Path) -> None:
    assert from_config(
        {
            "paths": [str(tmp_path)],
            "interval": 30,
            "exclude": ["*.bak", "cache"],
            "max_databases": 100,
            "allow": {"id": "ada"},
        }
    ) == Settings(
        paths=(str(tmp_path),),
        interval=30.0,
        exclude=("*.bak", "cache"),
        max_databases=100,
        allow={"id": "ada"},
    )


def test_one_path_needs_no_list(tmp_path: Path) -> None:
    assert from_config({"paths": str(tmp_path)}).paths == (str(tmp_path),)


def test_a_home_folder_is_known() -> None:
    assert absolute("~/data") == str(Path.home() / "data")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ([], "must be a mapping"),
        ({"path": "x"}, "unknown key 'path'"),
        ({"paths": 3}, "paths must be a text or a list of texts, and is 3"),
        ({"paths": [""]}, "paths must be"),
        ({"interval": "5"}, "interval must be a number of seconds, and is '5'"),
        ({"interval": 0}, "interval must be 0.1 seconds or more, and is 0"),
        ({"interval": float("nan")}, "interval must be a number"),
        ({"interval": True}, "interval must be a number"),
        ({"exclude": {"a": 1}}, "exclude must be"),
        ({"max_databases": 0}, "max_databases must be a whole number"),
        ({"max_databases": 2.5}, "max_databases must be a whole number"),
        ({"max_databases": True}, "max_databases must be a whole number"),
    ],
)
def test_what_is_wrong_is_said(config: object, words: str) -> None:
    with pytest.raises(SettingsError) as error:
        from_config(config)
    assert words in str(error.value)


def test_the_command_goes_before_the_configuration() -> None:
    config = Settings(paths=("/a",), interval=9.0, exclude=("x",), max_databases=3, allow=True)
    assert merged(Settings(paths=("/b",)), config) == Settings(
        paths=("/b",), interval=9.0, exclude=("x",), max_databases=3, allow=True
    )
    command = Settings(paths=("/b",), interval=1.0, exclude=("y",), max_databases=1)
    assert merged(command, config) == Settings(
        paths=("/b",), interval=1.0, exclude=("y",), max_databases=1, allow=True
    )
