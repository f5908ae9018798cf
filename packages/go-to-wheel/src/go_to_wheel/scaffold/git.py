"""What git tells of the place where a project is set up."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from packaging.version import Version

from ..errors import InvalidVersionError, MetadataError
from ..names import parse_version
from ..sources.git.checkout import Checkout, find_checkout, web_address
from ..sources.git.worktree import WorkTree
from ..sources.process import Processes

WHEELS = "dist"
"""The folder below the current one that wheels go to."""

_TAG = re.compile("v?[0-9]")  # what a workflow is started for


def checkout_of(folder: Path, processes: Processes) -> Checkout | None:
    """The work tree that holds a folder; None outside any.

    Raises:
        MetadataError: there is one, and it cannot be read: then nobody knows its top, where
            GitHub looks for workflows, nor its tags.
    """
    try:
        return find_checkout(folder, processes, needs_version=True)
    except MetadataError as error:
        raise MetadataError(
            f"{folder} lies in a git repository that cannot be read.",
            hint="Install git, or do what it says.",
            detail=error.detail,
        ) from None


def repository_of(checkout: Checkout, folder: Path) -> str:
    """The web address that a work tree was cloned from; empty where there is none."""
    remote = checkout.git.run("config", "--get", "remote.origin.url", cwd=folder)
    return web_address(remote.stdout.strip())


def has_bare_tags(checkout: Checkout, folder: Path) -> bool:
    """Whether the highest version that is tagged here is tagged without a ``v``.

    Of a module in a sub-folder the tags of its own count (the Go modules reference, "Mapping
    versions to commits").
    """
    real, top = Path(os.path.realpath(folder)), Path(os.path.realpath(checkout.root))
    below = real.relative_to(top).as_posix()
    prefix = "" if below == "." else f"{below}/"
    listed = checkout.git.run("tag", "--merged", "HEAD", cwd=folder).stdout.splitlines()
    names = [tag.removeprefix(prefix) for tag in listed if tag.startswith(prefix)]
    versions = [(version, name) for name in names if (version := _version(name))]
    return bool(versions) and not max(versions)[1].startswith("v")


def _version(tag: str) -> Version | None:
    try:
        return parse_version(tag) if _TAG.match(tag) else None
    except InvalidVersionError:
        return None


def uncommitted(top: Path, files: Iterable[Path], processes: Processes) -> tuple[Path, ...]:
    """Those of some files that the commit does not hold as they are, or that are not there yet.

    Args:
        top: the top of the repository.
        files: absolute paths below it.
        processes: what runs git.
    """
    checkout = checkout_of(top, processes)
    if checkout is None:
        return ()
    tree = WorkTree(root=top, git=checkout.git)

    def is_held(file: Path) -> bool:
        name = f":(literal){file.relative_to(top).as_posix()}"
        return file.exists() and not tree.status(top, name).changes

    return tuple(file for file in files if not is_held(file))


def keeps_wheels(checkout: Checkout) -> bool:
    """Whether ``git add .`` would take the wheels of a build that is started here."""
    here = Path(os.path.realpath(Path.cwd()))
    if not here.is_relative_to(os.path.realpath(checkout.root)):
        return False
    ignored = checkout.git.run("check-ignore", "--quiet", "--", f"{WHEELS}/x.whl", cwd=here)
    return ignored.code == 1
