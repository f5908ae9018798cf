"""What the user should know of a project that is set up: what was decided, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from ..config import BACKEND
from ..wording import listed
from .existing import Existing
from .git import WHEELS
from .look import GoProject
from .values import Publisher, Wishes

_LISTED = 6  # names in a note

OUTSIDE_GIT = (
    "This is no git repository yet: GitHub reads .github at the top of one alone. Run git init"
    " there first, and init again if that is another folder."
)
KEEPS_WHEELS = (
    f"git does not ignore {WHEELS}/, where the wheels go: put {WHEELS}/ into .gitignore,"
    " and commit that, too."
)


def notes(project: GoProject, wishes: Wishes, *, is_told: bool) -> Iterator[str]:
    """What was decided for the user, and what only the user can decide.

    Args:
        project: what was found.
        wishes: what the user says of it.
        is_told: pyproject.toml will say how the wheels are made.
    """
    if project.existing:
        yield from _of_existing(project, project.existing, is_told=is_told)
    version = fixed_version(project, force=wishes.force)
    if version:
        yield (
            f"[project] fixes the version, {version}, so every tag would build that again; the"
            " workflow refuses other tags. To have tags tell the version, take the line out and"
            ' write dynamic = ["version"].'
        )
    yield from _of_programs(project)
    yield from _of_place(project)
    if not project.place.is_tagged and not version:
        yield f"No git tag tells a version yet; one like {tag_prefix(project)}0.1.0 does."


def _of_existing(project: GoProject, existing: Existing, *, is_told: bool) -> Iterator[str]:
    if existing.config:
        yield f"{existing.path} says already how its wheels are made, and stays as it is."
        return
    if is_told:
        if existing.has_build_system:
            yield (
                f"[build-system] in {existing.path} stays as it is, and names another backend: the"
                " commands below make wheels of the program, and 'pip install .' does not. With"
                f' build-backend = "{BACKEND}", and go-to-wheel in requires, it does, too.'
            )
        return
    yield (
        f"{existing.path} is not used, since it has no [tool.go-to-wheel], and stays as it is: the"
        " wheels are described by options. If it is about this program, --force adds the tables"
        " below to it; or do so by hand."
    )
    name = existing.name
    if name and canonicalize_name(name) == project.names.distribution.normalized:
        yield (
            f"[project] there is called {name}, as these wheels are. If it is another package,"
            " give the Go program another name with --name: the index takes one of the two."
        )


def _of_programs(project: GoProject) -> Iterator[str]:
    reach, left_out = project.reach, project.chosen.left_out
    if reach.cgo:
        of = f", that of {shortened(reach.c_code)}" if reach.c_code else ""
        yield f"C code is compiled too{of}, by zig: pip install 'go-to-wheel[cgo]' brings it."
    for package in dict.fromkeys(package for _, package in reach.unfit):
        names = [target for target, missing in reach.unfit if missing == package]
        yield f"Not built for {shortened(names)}: of {package} there is no file for that."
    if left_out:
        yield f"Left out: {shortened(left_out)}. --package, or packages in the file, takes others."
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
    if others := [name for name in project.publishing if name != workflow_name(project)]:
        yield f"{shortened(others)} publishes a Python package already: keep one workflow for each."
    if not place.is_checkout:
        yield OUTSIDE_GIT
    elif place.keeps_wheels:
        yield KEEPS_WHEELS


def tag_prefix(project: GoProject) -> str:
    """How the tags of a module begin (the Go modules reference, "Mapping versions to commits").

    For go-to-wheel they may lack the ``v``, where a repository has it so.
    """
    place = project.place
    return f"{'' if place.below == '.' else f'{place.below}/'}{'' if place.has_bare_tags else 'v'}"


def workflow_name(project: GoProject) -> str:
    """Modules in sub-folders have workflows of their own, beside each other at the top."""
    if project.place.below == ".":
        return "wheels.yml"
    return f"wheels-{project.names.distribution.normalized}.yml"


def fixed_version(project: GoProject, *, force: bool) -> str | None:
    """The version that ``[project]`` fixes, where that table counts or will count."""
    existing = project.existing
    return existing.version if existing and (existing.config or force) else None


def publisher_of(repository: str, workflow: str) -> Publisher:
    """What to tell the index, for a repository on GitHub; others leave owner and name open."""
    parts = urlsplit(repository)
    owner, _, name = parts.path.strip("/").partition("/")
    known = parts.hostname == "github.com" and name and "/" not in name
    return Publisher(
        owner=owner if known else "", repository=name if known else "", workflow=workflow
    )


def shortened(names: Sequence[str]) -> str:
    """Names for a note: no more than anyone reads."""
    return listed(names, _LISTED)
