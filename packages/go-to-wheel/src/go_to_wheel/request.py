"""What a user asks for: every option of a build in one frozen object."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from .errors import UsageError
from .metadata import Metadata
from .model import GoOptions, Layout
from .release import ReleaseOptions
from .wheel.write import DEFAULT_EPOCH


def _current_environment() -> Mapping[str, str]:
    return dict(os.environ)


def _users_cache() -> Path:
    return platformdirs.user_cache_path("go-to-wheel", appauthor=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """A build, described.

    Attributes:
        source: where the program comes from, as it is written on the command line; several
            words are archives and binaries.
        output_dir: where the wheels shall lie; made where it is missing.
        targets: names of targets, or ``all``; none for the six default ones of Go source,
            and for all that a release, or a folder of artifacts, has files for.
        layout: where the binary lies in the wheel; None for what the project's settings
            say, else ``package``.
        entry_point: the command's name; None for the distribution's.
        metadata: what the user says of the distribution; it goes before all else.
        go: how to build Go source.
        release: how to use a release, or artifacts on disk.
        jobs: how many targets at once; None for as many as there are processors.
        keep_going: build the other targets when one fails, and publish those.
        cache_dir: where results of slow steps are kept from one build to the next; None
            keeps nothing. The user's cache folder by default.
        environment: the variables to run other programs with; this process's by default.
    """

    source: str | Path | Sequence[str | Path]
    output_dir: Path = Path("dist")
    targets: tuple[str, ...] = ()
    layout: Layout | None = None
    entry_point: str | None = None
    metadata: Metadata = Metadata()
    go: GoOptions = GoOptions()
    release: ReleaseOptions = field(default_factory=ReleaseOptions)
    jobs: int | None = None
    keep_going: bool = False
    cache_dir: Path | None = field(default_factory=_users_cache)
    environment: Mapping[str, str] = field(default_factory=_current_environment)

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
