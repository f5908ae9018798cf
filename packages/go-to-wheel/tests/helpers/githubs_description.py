"""GitHub's own description of its API (OpenAPI 3.0), from the npm registry.

The package ``@octokit/openapi`` (MIT licence, GitHub 2025) is fetched by npm for a test and not
kept in this repository: it is 29 MB.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

from helpers.needs import requirement
from helpers.once import made_once

_PACKAGE = "@octokit/openapi@23.0.2"
_MEMBER = "package/generated/api.github.com.json"
_FILE = "api.github.com.json"
_REASON = f"npm is missing, or it could not fetch {_PACKAGE}"


class Description:
    """The description, ready to compare answers with it."""

    def __init__(self, document: Any) -> None:
        self._document = document

    def problems(self, path: str, answer: object) -> list[str]:
        """What is wrong with the answer to a GET request; nothing where it is as described.

        Args:
            path: the path below the API's root, for example ``/repos/o/r/releases/latest``.
            answer: the JSON value.
        """
        schema = {**self._schema(path), "components": self._document["components"]}
        errors = OAS30Validator(schema).iter_errors(answer)
        return [f"{path}: {error.json_path}: {error.message[:200]}" for error in errors]

    def _schema(self, path: str) -> dict[str, Any]:
        template = self._template(path)
        content = self._document["paths"][template]["get"]["responses"]["200"]["content"]
        schema: dict[str, Any] = content["application/json"]["schema"]
        return schema

    def _template(self, path: str) -> str:
        """The described path that this one is an instance of, the most exact one."""
        paths: dict[str, dict[str, Any]] = self._document["paths"]
        found = [
            template
            for template, methods in paths.items()
            if "get" in methods and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
        ]
        return min(found, key=lambda template: template.count("{"))


def githubs_description(shared: Path) -> Description:
    """The description; the test is skipped where npm cannot fetch it.

    Args:
        shared: the folder that all workers of the test session share.
    """
    npm = requirement("npm", shutil.which("npm"), _REASON)
    folder = made_once(shared, "githubs-description", lambda folder: _fetch(npm, folder))
    file = folder / _FILE
    requirement("GitHub's description of its API", file.exists(), _REASON)
    return _load(file)


@cache
def _load(file: Path) -> Description:
    return Description(json.loads(file.read_bytes()))


def _fetch(npm: str, folder: Path) -> None:
    """Put the description into a folder; leave the folder empty where that does not work."""
    done = subprocess.run(
        [npm, "pack", "--silent", "--pack-destination", str(folder), _PACKAGE],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=240,
    )
    for archive in folder.glob("*.tgz") if done.returncode == 0 else ():
        with tarfile.open(archive) as members:
            member = members.extractfile(_MEMBER)
            assert member is not None
            with (folder / _FILE).open("wb") as file:
                shutil.copyfileobj(member, file)
        archive.unlink()
