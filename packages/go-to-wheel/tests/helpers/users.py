"""Programs run by another user, to see what they can do without root's rights."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.needs import requirement

_ACCOUNT = "nobody"
_IS_NEW_ENOUGH = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherUser:
    """An account without rights, and two folders.

    Attributes:
        uid: the number of the account.
        gid: the number of its group.
        folder: made by the test's user (root), who puts in it what the account may read and
            start, but not change.
        home: inside ``folder``, and owned by the account.
    """

    uid: int
    gid: int
    folder: Path
    home: Path

    def run(
        self, *command: str | Path, stdin: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, in its home folder.

        ``env`` is added to a small environment of PATH, HOME, TMPDIR and LC_ALL.
        """
        small = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "LC_ALL": "C.UTF-8",
        }
        return subprocess.run(
            [str(part) for part in command],
            input=stdin,
            env=small | dict(env or {}),
            cwd=self.home,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            umask=0o022,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=180,
        )

    def python(self) -> Path:
        """A Python 3.11 or newer, with venv, that this user may start.

        The one that runs the tests may lie in root's home, where nobody else can reach it; then
        the system's own is taken. The test is skipped where there is none.
        """
        folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
        names = ["python3", *(f"python3.{minor}" for minor in range(11, 16))]
        base = Path(sys.base_prefix, "bin", "python3")
        for candidate in [base, *(Path(folder, name) for folder in folders for name in names)]:
            real = candidate.resolve()
            if real.is_file() and _others_reach(real) and self._can_start(real):
                return real
        return requirement(
            "a Python 3.11 or newer that every user may start",
            None,
            "only root can reach the one that runs the tests",
        )

    def _can_start(self, python: Path) -> bool:
        try:
            return self.run(python, "-c", _IS_NEW_ENOUGH).returncode == 0
        except OSError:
            return False


@pytest.fixture
def other_user() -> Iterator[OtherUser]:
    """Another user without rights; only root can become one, others skip the test."""
    requirement(
        "root", sys.platform != "win32" and os.geteuid() == 0, "only root can become another user"
    )
    import pwd  # not on Windows, where this module must still be importable

    account = pwd.getpwnam(_ACCOUNT)
    parent = requirement(
        "a folder for temporary files that every user can reach",
        next((place for place in _temporary_places() if _others_reach(place)), None),
        "set TMPDIR to one",
    )
    # Not pytest's own tmp_path: that one is closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="other-user-", dir=parent))
    mask = os.umask(0o022)
    try:
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        os.chown(home, account.pw_uid, account.pw_gid)
        yield OtherUser(uid=account.pw_uid, gid=account.pw_gid, folder=folder, home=home)
    finally:
        os.umask(mask)
        shutil.rmtree(folder)


def _temporary_places() -> list[Path]:
    places = [Path(tempfile.gettempdir()), Path("/var/tmp")]
    return [place.resolve() for place in places if place.is_dir()]


def _others_reach(path: Path) -> bool:
    """Whether every folder on the way, and the path itself, is open to other users."""
    return all(part.stat().st_mode & stat.S_IXOTH for part in (path, *path.parents))
