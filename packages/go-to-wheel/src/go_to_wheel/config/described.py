"""What ``[project]`` leaves open, found in the project's folder, where PEP 621 lets a tool do so.

What stands neither in ``[project]`` nor in its ``dynamic`` stays open: "build back-ends MUST NOT
fill it in". Licence files are the exception (PEP 639). The command and the backend both come
through here, so that one pyproject.toml gives one METADATA.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..metadata import DEFAULT_REQUIRES_PYTHON, Metadata
from ..sources.git.checkout import Checkout, find_checkout
from ..sources.process import Processes
from ..sources.project.pkginfo import is_tracked, is_unpacked_sdist
from ..sources.project.texts import find_licenses, find_readme

DYNAMIC = ("version", "description", "readme", "requires-python")
"""The fields that may stand in ``dynamic``."""


def top_of(folder: Path, processes: Processes) -> Path:
    """The folder that the files of a project must not lead out of.

    It is the top of the checkout, or the project's own folder where git has nothing of it: a
    project that was unpacked below a home folder which is a checkout has no part in that.
    """
    if os.path.lexists(folder / ".git") or not is_tracked(folder, processes):
        return folder
    checkout = find_checkout(folder, processes)
    return checkout.root if checkout else folder


def describe(
    known: Metadata,
    folder: Path,
    dynamic: Sequence[str],
    exclude: Sequence[str],
    processes: Processes,
) -> Metadata:
    """The metadata of a project with a table ``[project]``; the version may stay open.

    So may description and README, where they must be made up: that takes the commands' names,
    which are not known yet (``made_up``).

    Args:
        known: what the user and the table say.
        folder: the project's folder.
        dynamic: the fields to fill, of ``DYNAMIC``; the licence files are filled anyway.
        exclude: patterns of files that are no part of the project.
        processes: what runs git.

    Raises:
        ProjectError: a pattern is none.
        MetadataError: a text cannot be used, or git refuses to tell the version.
    """
    is_open = known.license_files is None or ("readme" in dynamic and known.readme is None)
    checkout = None
    if is_open or known.version is None:  # git takes longer to start than all else here
        checkout = _checkout_of(known, folder, processes)
    top = checkout.root if checkout else folder
    found = Metadata(
        version=checkout.version(folder) if checkout and known.version is None else None,
        requires_python=DEFAULT_REQUIRES_PYTHON if "requires-python" in dynamic else None,
        license_files=find_licenses(folder, top, exclude) if known.license_files is None else (),
    )
    filled = known.over(found)
    if "readme" not in dynamic or filled.readme is not None:
        return filled
    return replace(filled, readme=find_readme(folder, top, exclude))


def _checkout_of(known: Metadata, folder: Path, processes: Processes) -> Checkout | None:
    """The checkout whose tags and texts are the project's own; None for an unpacked sdist."""
    if is_unpacked_sdist(folder, str(known.name), processes):
        return None
    return find_checkout(folder, processes, needs_version=known.version is None)
