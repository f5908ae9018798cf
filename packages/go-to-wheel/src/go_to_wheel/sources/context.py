"""What surrounds a source."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from ..cache import Cache
from ..events import Observer
from ..metadata import Metadata
from ..model import PythonPackage
from .process import Processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every source needs to do its work.

    Attributes:
        processes: what runs other programs, and knows when the user stops the run.
        cache: where results of slow steps are kept.
        scratch: a folder for temporary files.
        resources: what is closed when the run ends.
        tell: told of progress.
        given: what is known of the distribution already, so it need not be found out.
        may_fetch: more than metadata may be downloaded before the plan is made.
        targets: the names of the targets that are asked for, as ``select_targets`` takes them.
        output_dir: the folder into which wheels go; what lies there is no part of a source.
        package: the project's own Python package, whose files go into the wheels, too.
    """

    processes: Processes
    cache: Cache
    scratch: Path
    resources: ExitStack
    tell: Observer
    given: Metadata
    may_fetch: bool
    targets: tuple[str, ...] = ()
    output_dir: Path | None = None
    package: PythonPackage | None = None
