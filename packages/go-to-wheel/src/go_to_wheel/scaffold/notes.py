"""What the user should know of a project that is set up: what was decided, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from .existing import Existing
from .look import GoProject
from .values import Publisher

_LISTED = 6  # names in a note


def notes(project: GoProject, *, is_told: bool) -> Iterator[str]:
    """What was decided for the user, and what only the user can decide.

    Args:
        project: what was found.
        is_told: pyproject.toml will say how the wheels are made.
    """
    if project.existing:
        yield from _of_existing(project, project.existing, is_told=is_told)
    yield from _of_programs(project)
    yield from _of_place(project)


def _of_existing(project: GoProject, existing: Existing, *, is_told: bool) -> Iterator[str]:
    if existing.config:
        yield f"{existing.path} says already how its wheels are made, and stays as it is."
        return
    if is_told:
        return
    yield (
        f"{existing.path} is about something else and stays as it is, so the wheels are described"
        " by options. --force adds the tables below to it; or do so by hand."
    )
    name = existing.name
    if name and canonicalize_name(name) == project.names.distribution.normalized:
        yield (
            f"[project] there is called {name} too, and the index takes one of the two: give the"
            " Go program another name with --name."
        )


def _of_programs(project: GoProject) -> Iterator[str]:
    reach, left_out = project.reach, project.chosen.left_out
    if reach.cgo:
        of = f", that of {listed(reach.c_code)}" if reach.c_code else ""
        yield f"C code is compiled too{of}, by zig: pip install 'go-to-wheel[cgo]' brings it."
    for package in dict.fromkeys(package for _, package in reach.unfit):
        names = [target for target, missing in reach.unfit if missing == package]
        yield f"Not built for {listed(names)}: of {package} there is no file for that."
    if left_out:
        yield f"Left out: {listed(left_out)}. --package, or packages in the file, takes others."
    if project.has_releaser:
        yield (
            "GoReleaser builds these programs too: 'go-to-wheel dist' after it makes wheels of its"
            " very binaries, and 'go-to-wheel init gh:OWNER/REPO' a workflow for its releases."
        )


def _of_place(project: GoProject) -> Iterator[str]:
    place = project.place
    if project.license is None and not (project.existing and project.existing.config):
        yield "No licence is certain: write its SPDX expression as license in [project]."
    if place.repository and not publisher_of(place.repository, "").owner:
        yield f"The repository is {place.repository}, and the workflow is for GitHub Actions."
    if not place.is_tagged:
        yield f"No git tag tells a version yet; one like {tag_prefix(project)}0.1.0 does."


def tag_prefix(project: GoProject) -> str:
    """How the tags of a module begin (the Go modules reference, "Mapping versions to commits")."""
    below = project.place.below
    return "v" if below == "." else f"{below}/v"


def publisher_of(repository: str, workflow: str) -> Publisher:
    """What to tell the index, for a repository on GitHub; others leave owner and name open."""
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").partition("/")
    known = parts.hostname == "github.com" and name and "/" not in name
    return Publisher(
        owner=owner if known else "", repository=name if known else "", workflow=workflow
    )


def listed(names: Sequence[str]) -> str:
    """Names for a note: no more than anyone reads."""
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
