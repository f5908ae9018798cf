"""Real release asset names with their true answers: tests/data/corpus (see its README)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from go_to_wheel.sources.assets import match_assets

_DATA = Path(__file__).parent.parent / "data" / "corpus" / "dev.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One package of a release.

    Attributes:
        package: the package in the registry, as owner/repository or owner/repository/tool.
        version: the release's tag.
        assets: the names in the release.
        right: the assets that are right, by target; one of them suffices.
        absent: the targets that have no asset.
        portable: it is a script or a jar, and in no figure.
        single: the release holds no other tool.
        commands: the command's names, and the package's.
    """

    package: str
    version: str
    assets: tuple[str, ...]
    right: Mapping[str, frozenset[str]]
    absent: frozenset[str]
    portable: bool
    single: bool
    commands: tuple[str, ...]

    @property
    def name(self) -> str:
        """The repository's name."""
        return self.package.split("/")[1]


@dataclass(slots=True, kw_only=True)
class Score:
    """How well a number of releases were matched.

    Attributes:
        pairs: how many pairs of a release and a target have an answer.
        misses: the pairs without the right answer.
        absences: how many pairs have no asset.
        false_picks: those of them that were given one.
    """

    pairs: int = 0
    misses: list[str] = field(default_factory=list)
    absences: int = 0
    false_picks: list[str] = field(default_factory=list)

    @property
    def exact(self) -> float:
        """The share of pairs with the right answer."""
        return 1 - len(self.misses) / self.pairs

    @property
    def false(self) -> float:
        """The share of absent pairs that were given an asset."""
        return len(self.false_picks) / self.absences


def load() -> tuple[Release, ...]:
    """Every release of the corpus."""
    return tuple(_release(line) for line in _DATA.read_text(encoding="utf-8").splitlines())


def _release(line: str) -> Release:
    row = json.loads(line)
    also_right = row.get("truth_alt_musl", {})
    commands = [file["name"] for file in row["files"]]
    return Release(
        package=row["pkg"],
        version=row["version"],
        assets=tuple(row["assets"]),
        right={
            _target(platform): frozenset({asset, also_right.get(platform, asset)})
            for platform, asset in row["truth"].items()
        },
        absent=_targets(row.get("absent", ())),
        portable=row.get("portable", False),
        single=not row.get("sibling_packages", 0),
        commands=(*commands, row["pkg"].split("/")[-1]),
    )


def _target(platform: str) -> str:
    return platform.replace("/", "-")


def _targets(platforms: Iterable[str]) -> frozenset[str]:
    return frozenset(_target(platform) for platform in platforms)


def score(
    releases: Iterable[Release],
    *,
    commands: bool,
    thrown_in: Callable[[Release], Sequence[str]] = lambda _: (),
) -> Score:
    """Match releases, told their commands or not, with other names thrown in, and count."""
    result = Score()
    for release in releases:
        if release.portable:
            continue
        found = match_assets(
            (*release.assets, *thrown_in(release)),
            commands=release.commands if commands else (),
        )
        for target, right in release.right.items():
            result.pairs += 1
            if found.get(target) not in right:
                result.misses.append(f"{release.package} {target}: {found.get(target)}")
        for target in release.absent:
            result.absences += 1
            if target in found:
                result.false_picks.append(f"{release.package} {target}: {found[target]}")
    return result
