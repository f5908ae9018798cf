"""Setting up a catalogue: the file that lists tools, and the workflow that builds them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import DownloadError, ReleaseNotFoundError, SourceNotFoundError
from ..metadata import Metadata
from ..names import DistributionName
from ..pipeline import plan_build
from ..planning import BuildPlan
from ..request import BuildRequest
from ..sources.files import absolute_folder
from ..sources.forms import GitHubRelease
from ..sources.github.api import open_github
from ..sources.process import Processes
from ..wording import counted
from .catalogue import FILE_NAME, Tool, extras_of, read_catalogue
from .existing import added
from .fill import Value, fill
from .git import checkout_of, keeps_wheels, repository_of
from .notes import KEEPS_WHEELS, OUTSIDE_GIT, publisher_of
from .project import escaped, from_source, requirement, trial, word
from .values import WORKFLOWS, NewFile, Scaffold, Wishes

_WORKFLOW = "wheels.yml"
_TRIGGER = f"push a change of {FILE_NAME} to the default branch"


def set_up_factory(folder: Path, processes: Processes) -> Scaffold:
    """Decide what to write for a catalogue; one that is there stays as it is.

    Args:
        folder: where it goes; it need not be there.
        processes: what runs git.

    Raises:
        SourceNotFoundError: the folder is a file.
        ConfigError: the catalogue that is there is wrong.
    """
    place = _place(folder, processes)
    listed = read_catalogue(place.catalogue) if place.catalogue.exists() else None
    note = f"{FILE_NAME} shows how a tool is listed; there is none in it yet."
    if listed is not None:
        note = f"{place.catalogue} stays as it is; it lists {counted(len(listed), 'tool')}."
    return Scaffold(
        description="A catalogue of tools, each of which becomes a distribution",
        files=(
            *(() if listed is not None else (_catalogue(place, ""),)),
            _workflow(place, listed or ()),
        ),
        notes=(note, *place.notes),
        commands=(("go-to-wheel", "factory", _word_of(folder), "--dry-run"),),
        publisher=publisher_of(place.repository, _WORKFLOW),
        trigger=_TRIGGER,
        kept=() if listed is None else (place.catalogue,),
    )


def set_up_release(
    form: GitHubRelease, folder: Path | None, wishes: Wishes, processes: Processes
) -> Scaffold:
    """Look at a release on GitHub, and decide what to write for a catalogue that lists it.

    To a catalogue that is there it is added, if the wishes have ``force``.

    Args:
        form: the repository, and perhaps the tag.
        folder: where it goes; None for one that is called after the repository.
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
    with _asking(form.repository):
        source = f"gh:{form.repository}@{form.tag or _latest(form.repository, processes)}"
        plan = _plan(source, wishes, processes)
    name = wishes.name or plan.distribution.name
    tool = fill("tool.toml", {"name": str(name), "source": source})
    listing = _list(place, name, tool, force=wishes.force)
    file = _word_of(folder)
    return Scaffold(
        description=f"{plan.description}\n{name}: {counted(len(plan.targets), 'target')}",
        files=(*listing.files, _workflow(place, listing.tools)),
        notes=(*plan.warnings, *listing.notes, *place.notes),
        commands=(
            ("go-to-wheel", "factory", file, "--tool", str(name)),
            ("go-to-wheel", "check", "dist"),
            trial(str(name), plan.commands[0]),
        ),
        publisher=publisher_of(place.repository, _WORKFLOW),
        trigger=_TRIGGER,
        kept=() if listing.files else (place.catalogue,),
        addition=listing.addition,
        tried=plan.commands[0],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What becomes of a catalogue: the file to write, or what to add to it by hand.

    ``tools`` are those that it lists already.
    """

    tools: tuple[Tool, ...]
    files: tuple[NewFile, ...] = ()
    notes: tuple[str, ...] = ()
    addition: str = ""


def _list(place: _Place, name: DistributionName, tool: str, *, force: bool) -> _Listing:
    """Have a tool listed; a catalogue that is there is added to only if told to."""
    path = place.catalogue
    tools = read_catalogue(path) if path.exists() else ()
    if any(each.name.normalized == name.normalized for each in tools):
        return _Listing(tools=tools, notes=(f"{path} lists {name} already, and stays as it is.",))
    if force or not path.exists():
        return _Listing(tools=tools, files=(_catalogue(place, tool),))
    note = (
        f"{path} stays as it is. Put the lines below at its end, or let --force do so; the"
        " commands count on them."
    )
    return _Listing(tools=tools, notes=(note,), addition=tool)


@contextmanager
def _asking(repository: str) -> Iterator[None]:
    """Say which repository was asked for: what fails may name a page of GitHub's API alone."""
    try:
        yield
    except ReleaseNotFoundError:
        raise
    except DownloadError as error:
        raise type(error)(
            f"What gh:{repository} has released is not known: {error.message}",
            hint=error.hint,
            detail=error.detail,
        ) from None


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
        notes: what the user should know of it.
    """

    catalogue: Path
    top: Path
    repository: str = ""
    notes: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, Value]:
        """What the templates want to know."""
        return {
            "file": self.catalogue.relative_to(self.top).as_posix(),
            "pattern": escaped(self.catalogue.relative_to(self.top).as_posix()),
            "workflow": _WORKFLOW,
            "title": "wheels",
        }


def _place(folder: Path, processes: Processes) -> _Place:
    place = Path(os.path.realpath(absolute_folder(folder)))
    if place.exists() and not place.is_dir():
        raise SourceNotFoundError(f"{folder} is a file.", hint="Give a folder for the catalogue.")
    catalogue = place / FILE_NAME
    if catalogue.exists() and not catalogue.is_file():  # a pipe would keep us waiting
        raise SourceNotFoundError(f"{catalogue} is no file.", hint="Move it away.")
    near = next(each for each in (place, *place.parents) if each.is_dir())
    checkout = checkout_of(near, processes)
    if checkout is None:
        return _Place(catalogue=catalogue, top=place, notes=(OUTSIDE_GIT,))
    return _Place(
        catalogue=catalogue,
        top=Path(os.path.realpath(checkout.root)),
        repository=repository_of(checkout, near),
        notes=(KEEPS_WHEELS,) if keeps_wheels(checkout) else (),
    )


def _catalogue(place: _Place, tool: str) -> NewFile:
    """The catalogue with a tool at its end; what it lists already stays before it."""
    path = place.catalogue
    if path.exists():
        text = added(path, path.read_bytes().decode(), tool)
    else:
        empty = fill("tools.toml", place.values)
        text = f"{empty}\n{tool}" if tool else empty
    return NewFile(path=path, text=text, top=path.parent)


def _word_of(folder: Path) -> str:
    """The catalogue as a word of a command."""
    path = folder / FILE_NAME
    return word(path) if str(path).startswith("-") else str(path)


def _workflow(place: _Place, tools: Sequence[Tool]) -> NewFile:
    """The workflow, with the extras that the tools of today need."""
    extras = ("go", *extras_of(tools))
    values = {
        **place.values,
        "requirement": requirement(*extras),
        "from_source": from_source(*extras),
    }
    return NewFile(
        path=place.top / WORKFLOWS / _WORKFLOW,
        text=fill("factory.yml", values),
        top=place.top,
    )
