"""actionlint, which checks GitHub's workflows: packaged by the command itself, and installed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from helpers.clients import Home
from helpers.dist import HOST
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import Tool, clean_environment

SOURCE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
_NO_PROXY = re.compile("no answer from the module proxy|the module proxy does not give it")


def find_actionlint(shared: Path) -> Path:
    """The installed command; made once for a session, through the module proxy.

    Args:
        shared: the folder that all workers share.
    """
    folder = made_once(shared, "actionlint", _install)
    return folder / "venv" / "bin" / "actionlint"


def _install(folder: Path) -> None:
    done = Tool(folder=folder).run(SOURCE, "--platforms", HOST)
    is_missing = done.code != 0 and _NO_PROXY.search(done.stderr) is not None
    requirement("actionlint", not is_missing, f"it cannot be fetched: {done.stderr}")
    assert done.code == 0, done.stderr
    home = Home(folder=folder, find_links=folder / "dist")
    home.uv("pip", "install", "--python", home.venv(), "actionlint")


def problems(actionlint: Path, workflow: Path) -> str:
    """What actionlint finds wrong with a workflow; empty where that is nothing.

    Its scripts are checked, too, where shellcheck is beside this Python.

    Args:
        actionlint: the command.
        workflow: a file below ``.github/workflows``.
    """
    top = workflow.parent.parent.parent
    done = subprocess.run(
        [actionlint, "-no-color", "-oneline", workflow.relative_to(top)],
        cwd=top,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
