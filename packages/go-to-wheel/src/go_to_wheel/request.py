"""What a user asks for: every option of a build in one frozen object."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from .errors import InvalidNameError, UsageError
from .metadata import Metadata
from .model import Alias, GoOptions, Layout, PythonPackage
from .names import parse_command_name
from .release import ReleaseOptions
from .wheel.write import DEFAULT_EPOCH


def current_environment() -> Mapping[str, str]:
    """The variables of this process: what a request takes where its caller says nothing."""
    return dict(os.environ)


def _users_cache() -> Path:
    return platformdirs.user_cache_path("go-to-wheel", appauthor=False)


def parse_alias(text: str) -> Alias:
    """Read ``NAME`` or ``NAME=COMMAND``.

    Raises:
        UsageError: it is neither, or one of the two cannot be a command's name.
    """
    name, equals, command = text.partition("=")
    if not name or (equals and not command):
        raise UsageError(
            f"The alias {text!r} has neither the form NAME nor NAME=COMMAND.",
            hint="Give one alias at a time, like my-tool or my-tool=tool.",
        )
    try:
        return Alias(
            name=parse_command_name(name), command=parse_command_name(command) if equals else None
        )
    except InvalidNameError as error:
        raise InvalidNameError(
            f"The alias {text!r} is wrong: {error.message.rstrip('.')}.",
            hint="Give one alias at a time, of letters, digits, '-', '_', '+' and '.'.",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """A build, described.

    Paths may be given as texts, the targets as a list or as one text.

    Attributes:
        source: where the program comes from, as it is written on the command line; several
            words are archives and binaries.
        output_dir: where the wheels go; made where it is missing.
        targets: names of targets, or ``all``; none for the six default ones of Go source,
            and for all that a release, or a folder of artifacts, has files for.
        layout: where the binary lies in the wheel; None for what the project's settings
            say, else ``package``.
        entry_point: the command's name; None for the distribution's.
        aliases: more names for commands; texts are read as ``NAME`` or ``NAME=COMMAND``.
        python: the project's own Python package that the program goes into; None where the
            wheel holds nothing but the program and its launcher.
        editable: leave the files of ``python`` where they are, for a wheel that is installed
            on this machine alone (PEP 660); it changes nothing without ``python``.
        metadata: what the user says of the distribution; it goes before all else.
        is_described: ``metadata`` is all there is to say; what the source tells counts for
            nothing, and what is missing stays open.
        dynamic: of what is described, the texts that are made up where they are open:
            ``description``, ``readme`` (PEP 621, "dynamic").
        go: how to build Go source.
        release: how to use a release, or artifacts on disk.
        notes: what the user should know of how this came to be; the plan warns of it.
        licensed_for: names of more targets: the licences of what is linked in for them are in
            every wheel too, as if they were built together.
        require_licenses: a program, or a Go module linked into it, without a licence that can
            be recognised is an error, and not only a warning.
        jobs: how many targets at once; None for as many as there are processors.
        keep_going: build the other targets when one fails, and publish those.
        cache_dir: where results of slow steps are kept from one build to the next; None
            keeps nothing. The user's cache folder by default.
        environment: the variables to run other programs with; this process's by default.

    Raises:
        UsageError: a value is of the wrong kind, or jobs is less than 1.
    """

    source: str | Path | Sequence[str | Path]
    output_dir: Path = Path("dist")
    targets: tuple[str, ...] = ()
    layout: Layout | None = None
    entry_point: str | None = None
    aliases: tuple[Alias, ...] = ()
    python: PythonPackage | None = None
    editable: bool = False
    metadata: Metadata = Metadata()
    is_described: bool = False
    dynamic: tuple[str, ...] = ()
    go: GoOptions = GoOptions()
    release: ReleaseOptions = field(default_factory=ReleaseOptions)
    notes: tuple[str, ...] = ()
    licensed_for: tuple[str, ...] = ()
    require_licenses: bool = False
    jobs: int | None = None
    keep_going: bool = False
    cache_dir: Path | None = field(default_factory=_users_cache)
    environment: Mapping[str, str] = field(default_factory=current_environment)

    def __post_init__(self) -> None:
        """Bring what a caller may write in several ways into one form."""
        for name, value in (
            ("source", _source(self.source)),
            ("output_dir", _path("output_dir", self.output_dir)),
            ("targets", _targets(self.targets)),
            ("layout", None if self.layout is None else _layout(self.layout)),
            ("aliases", _aliases(self.aliases)),
            ("cache_dir", None if self.cache_dir is None else _path("cache_dir", self.cache_dir)),
        ):
            object.__setattr__(self, name, value)
        if self.jobs is not None and (type(self.jobs) is not int or self.jobs < 1):
            raise UsageError(
                f"jobs is {self.jobs!r}.",
                hint="Give a whole number from 1 on, or None for one for each processor.",
            )

    @property
    def words(self) -> tuple[str | Path, ...]:
        """The words of the source: one, but for artifacts that were named one by one."""
        return (self.source,) if isinstance(self.source, str | Path) else tuple(self.source)

    @property
    def epoch(self) -> int:
        """The time of every member of a wheel, in seconds since 1970.

        It is the variable SOURCE_DATE_EPOCH (reproducible-builds.org's specification), or
        1980-01-01 without it.

        Raises:
            UsageError: the variable is no whole number of seconds.
        """
        text = self.environment.get("SOURCE_DATE_EPOCH", "")
        if not text:
            return DEFAULT_EPOCH
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise UsageError(
                f"SOURCE_DATE_EPOCH is {text!r}, which is no whole number of seconds.",
                hint="Set it to seconds since 1970, or unset it.",
            )
        return int(text)


def _source(value: object) -> str | Path | tuple[str | Path, ...]:
    if isinstance(value, str | Path):
        return value
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        words = tuple(word for word in value if isinstance(word, str | Path))
        if len(words) == len(value):
            return words
    raise UsageError(f"source is {value!r}.", hint="Give a path or a text, or several of them.")


def _path(name: str, value: object) -> Path:
    if isinstance(value, str | Path):
        return Path(value)
    raise UsageError(f"{name} is {value!r}.", hint="Give a path.")


def _targets(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence):
        names = tuple(name for name in value if isinstance(name, str))
        if len(names) == len(value):
            return names
    raise UsageError(
        f"targets is {value!r}.", hint="Give names of targets, as in ('linux-amd64',)."
    )


def _aliases(value: object) -> tuple[Alias, ...]:
    given = (value,) if isinstance(value, str | Alias) else value
    if isinstance(given, Sequence) and not isinstance(given, bytes | bytearray):
        read = tuple(
            parse_alias(each) if isinstance(each, str) else each
            for each in given
            if isinstance(each, str | Alias)
        )
        if len(read) == len(given):
            return read
    raise UsageError(f"aliases is {value!r}.", hint="Give texts like 'my-tool' or 'my-tool=tool'.")


def _layout(value: object) -> Layout:
    if isinstance(value, str) and value in list(Layout):
        return Layout(value)
    raise UsageError(f"layout is {value!r}.", hint=f"It is one of: {', '.join(Layout)}.")
