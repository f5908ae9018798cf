"""Which of a release's programs belong to one tool, and which tool is wanted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from .names import AssetName
from .pieces import Words
from .words import BUNDLES, Cpu, Os


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One tool of a release.

    Attributes:
        words: the words of its name; where its assets do not agree, those of the first.
        assets: its programs, for one platform each or for none that they say.
    """

    words: Words
    assets: tuple[AssetName, ...]

    @property
    def title(self) -> str:
        """Its name, as most of its assets spell it; empty where they give it none."""
        titles = Counter(asset.title for asset in self.assets)
        return max(sorted(titles), key=lambda title: (titles[title], len(title)), default="")

    @property
    def is_full(self) -> bool:
        """Whether the name of one of its assets says both system and processor."""
        return any(asset.os is not None and asset.cpu is not None for asset in self.assets)

    @property
    def claims(self) -> frozenset[tuple[Os | None, Cpu | None]]:
        """The platforms that its assets say they are for."""
        return frozenset((asset.os, asset.cpu) for asset in self.assets)


def group_by_tool(programs: Sequence[AssetName]) -> list[Tool]:
    """The programs by tool: by the words of their names, or as one where these may be one.

    Only names that say a platform in a usual format make a tool; the others join theirs.
    """
    labelled = [asset for asset in programs if asset.labelled]
    makers = [asset for asset in labelled if not asset.last_resort] or labelled or programs
    made = {asset.name for asset in makers}
    others = [asset for asset in programs if asset.name not in made]
    tools = _without_strays(_by_words(makers))
    if tools and _may_be_one(tools):
        assets = [asset for tool in tools for asset in tool.assets]
        words = {asset.words for asset in assets}
        joined = [asset for asset in others if asset.words in words]
        return [Tool(words=tools[0].words, assets=(*assets, *joined))]
    return [
        Tool(
            words=tool.words,
            assets=(*tool.assets, *(asset for asset in others if asset.words == tool.words)),
        )
        for tool in tools
    ]


def choose_tool(tools: Sequence[Tool], wanted: frozenset[Words]) -> Tool | None:
    """The only tool, or the one whose name fits the wanted commands best, if it is just one."""
    if len(tools) == 1:
        return tools[0]
    if not tools or not wanted:
        return None
    scores = [_affinity(tool.words, wanted) for tool in tools]
    best = max(scores)
    winners = [tool for tool, score in zip(tools, scores, strict=True) if score == best]
    if best == _NO_AFFINITY:
        # a command that is no tool's name comes with others, in a file that says so
        winners = [tool for tool in tools if "".join(tool.words).endswith(BUNDLES)]
    return winners[0] if len(winners) == 1 else None


def _by_words(assets: Iterable[AssetName]) -> list[Tool]:
    groups: dict[Words, list[AssetName]] = defaultdict(list)
    for asset in assets:
        groups[asset.words].append(asset)
    return [Tool(words=words, assets=tuple(group)) for words, group in groups.items()]


def _without_strays(tools: Sequence[Tool]) -> list[Tool]:
    """The tools without those that say little and have a name all of their own.

    Beside files that say system and processor, ``helper.exe`` is something else.
    """
    full = [tool for tool in tools if tool.is_full]
    return [
        tool
        for tool in tools
        if not full or tool.is_full or any(_are_related(tool, other) for other in full)
    ]


def _may_be_one(tools: Sequence[Tool]) -> bool:
    """Whether these are one tool's files that are not all named alike.

    They are not where two have a file for the same platform.
    """
    claims = [claim for tool in tools for claim in tool.claims]
    return len(claims) == len(set(claims)) and all(
        _are_related(tool, other) for tool, other in combinations(tools, 2)
    )


def _are_related(tool: Tool, other: Tool) -> bool:
    """Whether two names have a word in common, or one has no words."""
    return not tool.words or not other.words or bool(set(tool.words) & set(other.words))


class _Degree(IntEnum):
    """How closely a tool's name fits a command."""

    NONE = 0
    PART = 1  # they share a word
    AROUND = 2  # the tool's name is inside the command: vela of kubevela
    INSIDE = 3  # the command is inside the tool's name: aws of terraformer-aws
    EXACT = 4


_Affinity = tuple[int, int, int]
_NO_AFFINITY: _Affinity = (0, 0, 0)


def _affinity(words: Words, wanted: Iterable[Words]) -> _Affinity:
    """How well a tool fits the commands: how many of them, how closely, with how little else."""
    degrees = [_degree(words, command) for command in wanted]
    inside = sum(degree >= _Degree.INSIDE for degree in degrees)
    return inside, max(degrees), -len(words) if inside else 0


def _degree(words: Words, command: Words) -> _Degree:
    tool, name = "".join(words), "".join(command)
    if tool == name:
        return _Degree.EXACT
    if _holds(words, command):
        return _Degree.INSIDE
    is_most_of_it = len(tool) * 2 >= len(name) and (name.startswith(tool) or name.endswith(tool))
    if is_most_of_it or _holds(command, words):
        return _Degree.AROUND
    return _Degree.PART if set(words) & set(command) else _Degree.NONE


def _holds(longer: Words, shorter: Words) -> bool:
    """Whether the words of one stand together, in order, in the other."""
    size = len(shorter)
    starts = range(len(longer) - size + 1)
    return size > 0 and any(longer[start : start + size] == shorter for start in starts)
