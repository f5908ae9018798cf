"""Setting up a catalogue: the file that lists tools, and the workflow that builds them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..errors import SourceNotFoundError
from ..metadata import Metadata
from ..names import DistributionName
from ..pipeline import plan_build
from ..planning import BuildPlan
from ..request import BuildRequest
from ..sources.files import absolute_folder
from ..sources.forms import GitHubRelease
from ..sources.git import find_checkout, web_address
from ..sources.github import open_github
from ..sources.process import Processes
from .catalogue import FILE_NAME, read_catalogue
from .fill import Value, fill
from .notes import publisher_of
from .project import requirement, trial
from .values import WORKFLOWS, NewFile, Scaffold, Wishes

_WORKFLOW = "wheels.yml"
_TRIGGER = f"push a change of {FILE_NAME} to the default branch"


def set_up_factory(folder: Path, processes: Processes) -> Scaffold:
    """Decide what to write for a catalogue; one that is there stays as it is.

    Args:
        folder: where it shall lie; it need not be there.
        processes: what runs git.

    Raises:
        SourceNotFoundError: the folder is a file.
        ConfigError: the catalogue that is there is wrong.
    """
    place = _place(folder, processes)
    listed = read_catalogue(place.catalogue) if place.catalogue.exists() else None
    note = f"{FILE_NAME} shows how a tool is listed; there is none in it yet."
    if listed is not None:
        note = f"{place.catalogue} stays as it is; it lists {len(listed)} tools."
    return Scaffold(
        description="A catalogue of tools, each of which becomes a distribution",
        files=(*(() if listed is not None else (_catalogue(place, ""),)), _workflow(place)),
        notes=(note,),
        commands=(("go-to-wheel", "factory", str(folder / FILE_NAME), "--dry-run"),),
        publisher=publisher_of(place.repository, _WORKFLOW),
        trigger=_TRIGGER,
    )


def set_up_release(
    form: GitHubRelease, folder: Path | None, wishes: Wishes, processes: Processes
) -> Scaffold:
    """Look at a release on GitHub, and decide what to write for a catalogue that lists it.

    To a catalogue that is there it is added, if the wishes have ``force``.

    Args:
        form: the repository, and perhaps the tag.
        folder: where it shall lie; None for one that is called after the repository.
        wishes: the name of the distribution counts.
        processes: what runs git; its variables are the user's.

    Raises:
        SourceNotFoundError: the folder is a file.
        ConfigError: the catalogue that is there is wrong.
        ReleaseNotFoundError: there is no such repository, release or tag.
        NoMatchingAssetError: no file of the release is a program for a target.
        DownloadError: GitHub could not be asked.
    """
    folder = folder or Path(f"{form.repository.partition('/')[2]}-wheels")
    place = _place(folder, processes)
    source = f"gh:{form.repository}@{form.tag or _latest(form.repository, processes)}"
    plan = _plan(source, wishes, processes)
    name = wishes.name or plan.distribution.name
    tool = fill("tool.toml", {"name": str(name), "source": source})
    listing = _list(place, name, tool, force=wishes.force)
    file = str(folder / FILE_NAME)
    return Scaffold(
        description=f"{plan.description}\n{name}: {len(plan.targets)} targets",
        files=(*listing.files, _workflow(place)),
        notes=(*plan.warnings, *listing.notes),
        commands=(
            ("go-to-wheel", "factory", file, "--tool", str(name)),
            ("go-to-wheel", "check", "dist"),
            trial(str(name), plan.commands[0]),
        ),
        publisher=publisher_of(place.repository, _WORKFLOW),
        trigger=_TRIGGER,
        addition=listing.addition,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What becomes of a catalogue: the file to write, or what to add to it by hand."""

    files: tuple[NewFile, ...] = ()
    notes: tuple[str, ...] = ()
    addition: str = ""


def _list(place: _Place, name: DistributionName, tool: str, *, force: bool) -> _Listing:
    """Have a tool listed; a catalogue that is there is added to only if told to."""
    path = place.catalogue
    tools = read_catalogue(path) if path.exists() else ()
    if any(each.name.normalized == name.normalized for each in tools):
        return _Listing(notes=(f"{path} lists {name} already, and stays as it is.",))
    if force or not path.exists():
        return _Listing(files=(_catalogue(place, tool),))
    note = (
        f"{path} stays as it is. Put the lines below at its end, or let --force do so; the"
        " commands count on them."
    )
    return _Listing(notes=(note,), addition=tool)


def _latest(repository: str, processes: Processes) -> str:
    github = open_github(processes.environment, cancelled=lambda: processes.cancelled)
    try:
        return github.latest_release(repository).tag
    finally:
        github.http.close()


def _plan(source: str, wishes: Wishes, processes: Processes) -> BuildPlan:
    metadata = Metadata(name=wishes.name)
    return plan_build(
        BuildRequest(source=source, metadata=metadata, environment=processes.environment)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a catalogue lies.

    Attributes:
        catalogue: the file.
        top: the top of the repository; the file's folder without git.
        repository: the web address of the repository; empty where it has none.
    """

    catalogue: Path
    top: Path
    repository: str = ""

    @property
    def values(self) -> dict[str, Value]:
        """What the templates want to know."""
        return {
            "file": self.catalogue.relative_to(self.top).as_posix(),
            "workflow": _WORKFLOW,
            "title": "wheels",
            "requirement": requirement("go"),
        }


def _place(folder: Path, processes: Processes) -> _Place:
    place = Path(os.path.realpath(absolute_folder(folder)))
    if place.exists() and not place.is_dir():
        raise SourceNotFoundError(f"{folder} is a file.", hint="Give a folder for the catalogue.")
    near = next(each for each in (place, *place.parents) if each.is_dir())
    checkout = find_checkout(near, processes)
    if checkout is None:
        return _Place(catalogue=place / FILE_NAME, top=place)
    remote = checkout.git.run("config", "--get", "remote.origin.url", cwd=near)
    return _Place(
        catalogue=place / FILE_NAME,
        top=Path(os.path.realpath(checkout.root)),
        repository=web_address(remote.stdout.strip()),
    )


def _catalogue(place: _Place, tool: str) -> NewFile:
    """The catalogue with a tool at its end; what it lists already stays before it."""
    path = place.catalogue
    text = path.read_text(encoding="utf-8") if path.exists() else fill("tools.toml", place.values)
    return NewFile(path=path, text=f"{text.rstrip()}\n\n{tool}" if tool else text, top=path.parent)


def _workflow(place: _Place) -> NewFile:
    return NewFile(
        path=place.top / WORKFLOWS / _WORKFLOW,
        text=fill("factory.yml", place.values),
        top=place.top,
    )
