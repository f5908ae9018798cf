"""Which of one tool's assets goes to which target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...targets import TARGETS, Arch, Target
from .names import AssetName
from .words import LAST_RESORTS, Cpu, Linkage, Os


class Evidence(StrEnum):
    """How an asset came to its target, from the certain to the less certain."""

    NAMED = "named"
    """Its name says system and processor."""
    DEFAULT_CPU = "default-cpu"
    """Its name says the system only."""
    DEFAULT_OS = "default-os"
    """Its name says the processor only."""
    LEFT_OVER = "left-over"
    """Its name says neither, and the rest of the list explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetMatch:
    """One target and the asset that was chosen for it.

    Attributes:
        target: the target's name, for example ``linux-amd64``.
        asset: the asset's name.
        evidence: why; with anything but NAMED the file may turn out to be for another target.
    """

    target: str
    asset: str
    evidence: Evidence


_Fit = Callable[[AssetName, Target], bool]

_CPUS: Mapping[str, tuple[Cpu, ...]] = {
    "amd64": (Cpu.AMD64, Cpu.UNIVERSAL),
    "arm64": (Cpu.ARM64, Cpu.UNIVERSAL),
    "386": (Cpu.I386,),
    # A v7 processor runs what was made for v6 and v5, and a v6 one what was made for v5.
    # Which version a plain "arm" means, only the file knows.
    "armv7": (Cpu.ARMV7, Cpu.ARM, Cpu.ARMV6, Cpu.ARMV5),
    "armv6": (Cpu.ARMV6, Cpu.ARMV5),
    "ppc64le": (Cpu.PPC64LE,),
    "s390x": (Cpu.S390X,),
    "riscv64": (Cpu.RISCV64,),
}
"""By the second half of a target's name: the processors whose files run there, best first."""

_USUAL_SYSTEMS = frozenset({Os.LINUX, Os.DARWIN, Os.WINDOWS})


def place(assets: Sequence[AssetName]) -> tuple[AssetMatch, ...]:
    """The matches, in the order of the targets."""
    chosen = _Chosen()
    usual = [asset for asset in assets if not asset.last_resort]
    chosen.fill_from(usual)
    _explain_left_over(chosen, usual, is_whole_list=len(usual) == len(assets))
    for suffix in LAST_RESORTS:
        missing = _USUAL_SYSTEMS - chosen.systems
        pool = [asset for asset in assets if asset.suffix == suffix and asset.os in missing]
        chosen.fill_from(pool)
    return chosen.matches


class _Chosen:
    """What has been chosen so far; a target once filled stays as it is."""

    def __init__(self) -> None:
        self._matches: dict[str, AssetMatch] = {}

    @property
    def matches(self) -> tuple[AssetMatch, ...]:
        names = [target.name for target in TARGETS]
        return tuple(self._matches[name] for name in names if name in self._matches)

    @property
    def systems(self) -> frozenset[str]:
        """The systems that have an asset."""
        return frozenset(name.partition("-")[0] for name in self._matches)

    def __contains__(self, target: str) -> bool:
        return target in self._matches

    def add(self, target: str, asset: AssetName, evidence: Evidence) -> None:
        self._matches[target] = AssetMatch(target=target, asset=asset.name, evidence=evidence)

    def fill_from(self, pool: Sequence[AssetName]) -> None:
        """Give each free target its best asset, from the names that say most to the others."""
        for evidence, fits in _FITS.items():
            for target in [target for target in TARGETS if target.name not in self]:
                best = _best([asset for asset in pool if fits(asset, target)], target)
                if best is not None:
                    self.add(target.name, best, evidence)


def _best(fitting: Sequence[AssetName], target: Target) -> AssetName | None:
    """The asset that ranks highest for a target, or None where the first two rank the same."""
    ranked = sorted((_rank(asset, target), asset.name, asset) for asset in fitting)
    if not ranked or [rank for rank, _, _ in ranked[:2]].count(ranked[0][0]) > 1:
        return None
    return ranked[0][2]


def _rank(asset: AssetName, target: Target) -> tuple[int, bool, int, Linkage, int, int]:
    """What makes one asset better than another for the same target; the lowest wins."""
    cpus = _cpus_of(target)
    return (
        cpus.index(asset.cpu) if asset.cpu in cpus else 0,  # made for just this processor,
        asset.vague,  # which it says, and not only how wide it is;
        asset.special,  # for every such processor and system;
        asset.linkage,  # for every Linux;
        asset.format_rank,  # in the format that loses least;
        asset.length,  # with the plainest name
    )


def _cpus_of(target: Target) -> tuple[Cpu, ...]:
    return _CPUS[target.name.partition("-")[2]]


def _is_for(os: Os | None, target: Target) -> bool:
    return os is not None and os.value == target.system.value


def _fits_fully(asset: AssetName, target: Target) -> bool:
    return _is_for(asset.os, target) and asset.cpu in _cpus_of(target)


def _fits_by_os(asset: AssetName, target: Target) -> bool:
    """A name without a processor: amd64, and on macOS, where it may hold both, arm64 too."""
    if asset.cpu is not None or not _is_for(asset.os, target):
        return False
    return target.arch is Arch.AMD64 or (target.arch is Arch.ARM64 and asset.os is Os.DARWIN)


def _fits_by_cpu(asset: AssetName, target: Target) -> bool:
    """A name without a system: Linux, or macOS where it is for two processors."""
    os = Os.DARWIN if asset.cpu is Cpu.UNIVERSAL else Os.LINUX
    return asset.os is None and _is_for(os, target) and asset.cpu in _cpus_of(target)


_FITS: Mapping[Evidence, _Fit] = {
    Evidence.NAMED: _fits_fully,
    Evidence.DEFAULT_CPU: _fits_by_os,
    Evidence.DEFAULT_OS: _fits_by_cpu,
}
"""What an asset must say to be taken on each kind of evidence, the most certain first."""


def _explain_left_over(
    chosen: _Chosen, assets: Sequence[AssetName], *, is_whole_list: bool
) -> None:
    """Explain a file whose name says nothing by the one place that the others leave free."""
    alike = {asset.suffix for asset in assets if asset.labelled}
    bare = [asset for asset in assets if not asset.labelled]
    if len(bare) > 1:
        bare = [asset for asset in bare if asset.suffix in alike]
    if len(bare) != 1:
        return
    if alike:
        targets = _left_for(bare[0], alike, chosen)
    else:
        # the only file of a release, for nobody knows what: the likeliest is tried
        targets = ("linux-amd64",) if is_whole_list else ()
    for target in targets:
        chosen.add(target, bare[0], Evidence.LEFT_OVER)


def _left_for(bare: AssetName, alike: set[str], chosen: _Chosen) -> tuple[str, ...]:
    """The targets that a file without any label must be for, if there are such.

    An archive may hold the source instead, so more must speak for it: no version in its name,
    which a source archive has, or only one system that is left.
    """
    missing = _USUAL_SYSTEMS - chosen.systems
    if bare.suffix == "zip" and all(suffix.startswith("t") for suffix in alike):
        # zip is what Windows opens, and a source archive would be a tar like the others
        return ("windows-amd64",) if missing == {Os.WINDOWS} else ()
    if "linux-amd64" not in chosen:
        is_program = not bare.versioned or bare.suffix in {"", "bin"}
        return ("linux-amd64",) if is_program or missing <= {Os.LINUX} else ()
    if Os.DARWIN in missing and bare.suffix in alike and not bare.versioned:
        return ("darwin-amd64", "darwin-arm64")
    return ()
