"""Which asset of a release is the program for which target: reasoning over the whole list.

``match_assets`` is a pure function over names. It goes from the certain to the less certain:

1. Each name is read for itself (names.py); what holds no program is put aside.
2. The list settles words that mean different things in different lists (``x86``, ``arm``),
   and by-products of a program that is there too (``-src``, ``-setup``) are put aside.
3. What is left is grouped by tool (tools.py). Two tools that claim the same platform
   make the list ambiguous, and only a command's name can choose among them.
4. Names that say system and processor are placed (places.py); among several the ranking
   chooses, and where two rank the same neither is taken.
5. The places still free explain the names that say less: a macOS file without a processor, a
   bare ``tool`` beside ``tool-darwin``. Where nothing fits, nothing is chosen.

What the checksum files of a list say of its assets is read in checksums.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .names import AssetName, first_word, read_asset, told_words, words_of
from .pieces import Words
from .places import AssetMatch, place
from .tools import Tool, choose_tool, group_by_tool
from .words import BY_PRODUCTS, COMPANIONS, INSTALLERS, Cpu, Os


def match_assets(names: Sequence[str], *, commands: Sequence[str] = ()) -> Mapping[str, str]:
    """The asset for each target, from a release's list of names.

    Args:
        names: every name of the release, in any order; what is no program is passed over.
        commands: the names under which the one wanted program is known: its command, its
            package, or a name that ``tools_in`` gave. They choose among the tools of a release
            and change nothing where it has only one. For several tools call once for each.

    Returns:
        Asset names by the names of ``targets.TARGETS``; a target is missing where no asset fits
        it, or where several do and nothing chooses among them.
    """
    return {match.target: match.asset for match in explain_assets(names, commands=commands)}


def explain_assets(names: Sequence[str], *, commands: Sequence[str] = ()) -> tuple[AssetMatch, ...]:
    """Like ``match_assets``, each choice with its evidence, in the order of the targets."""
    told = frozenset(told_words(command) for command in commands) - {()}
    wanted = told | frozenset(words_of(command) for command in commands) - {()}
    tool = choose_tool(group_by_tool(_programs(names, wanted, told)), wanted)
    return place(tool.assets) if tool is not None else ()


def tools_in(names: Sequence[str]) -> tuple[str, ...]:
    """The tools that a release holds, by the names its assets give them, sorted.

    One name, or none where the assets are named after platforms alone (``Linux.zip``), for a
    release with a single tool. Each of several names, given as a command to ``match_assets``,
    chooses that tool.
    """
    tools = group_by_tool(_programs(names))
    titles = {title for tool in tools for title in _titles(tool, alone=len(tools) == 1)}
    return tuple(sorted(titles - {""}))


def _titles(tool: Tool, *, alone: bool) -> set[str]:
    """A tool's name; beside others what has none may be called ``static``, or ``dev``."""
    if tool.title or alone:
        return {tool.title}
    return {first_word(asset.name) for asset in tool.assets}


def _programs(
    names: Iterable[str],
    wanted: frozenset[Words] = frozenset(),
    told: frozenset[Words] = frozenset(),
) -> list[AssetName]:
    """The assets that may be programs for a target, in the order of their names."""
    read = [read_asset(name, told=told) for name in sorted(set(names))]
    assets = _without_shared_system([asset for asset in read if asset is not None], told)
    usable = [asset for asset in assets if asset.os is not Os.OTHER and asset.cpu is not Cpu.OTHER]
    return _without_by_products(_settle(usable), wanted)


def _without_shared_system(assets: list[AssetName], told: frozenset[Words]) -> list[AssetName]:
    """The assets, reread where no other system is named than one without wheels.

    At the beginning of the names it is the tool's then (dragonfly-x86_64, dragonfly-aarch64).
    """
    if any(asset.os is not Os.OTHER for asset in assets if asset.labelled):
        return assets
    reread = [read_asset(asset.name, first_word_is_tool=True, told=told) for asset in assets]
    return [asset for asset in reread if asset is not None]


def _settle(assets: list[AssetName]) -> list[AssetName]:
    """The assets with the words settled that mean different things in different lists."""
    named = {asset.cpu for asset in assets if asset.cpu is not None and not asset.vague}
    unnamed_in = {asset.os for asset in assets if asset.cpu is None}
    arm_is_wide = _arm_is_wide(assets, named)

    def settled(asset: AssetName) -> Cpu | None:
        if asset.cpu is Cpu.X86:
            # amd64 where nothing else is; macOS has no other since it dropped 32 bits
            beside_amd64 = Cpu.AMD64 in named or asset.os in unnamed_in
            return Cpu.I386 if beside_amd64 and asset.os is not Os.DARWIN else Cpu.AMD64
        if asset.cpu is Cpu.ARM and (arm_is_wide or asset.os in _NEVER_32_BIT_ARM):
            return Cpu.ARM64
        return asset.cpu

    return [replace(asset, cpu=settled(asset)) for asset in assets]


_NEVER_32_BIT_ARM = frozenset({Os.DARWIN, Os.WINDOWS})
"""Systems whose programs for ARM are 64 bits wide, whatever the name says."""


def _arm_is_wide(assets: Iterable[AssetName], named: set[Cpu]) -> bool:
    """Whether ``arm`` is this list's word for arm64.

    It is where macOS or Windows is given with it and arm64 is not. And where a list names no
    other processor, not even amd64, the word marks the one file that is not the usual one, and
    that is arm64 today.
    """
    if named == {Cpu.ARM}:
        return any(asset.cpu is None and asset.os is Os.LINUX for asset in assets)
    return Cpu.ARM64 not in named and any(
        asset.cpu is Cpu.ARM and asset.os in _NEVER_32_BIT_ARM for asset in assets
    )


def _without_by_products(assets: list[AssetName], wanted: frozenset[Words]) -> list[AssetName]:
    """The assets without sources, symbols, installers and the like of a tool that is there.

    What a command is called is none of these (``sbom`` may be the tool).
    """
    stems = {asset.words for asset in assets}
    tools = {asset.words for asset in assets if asset.labelled}

    def is_by_product(asset: AssetName) -> bool:
        if not asset.words:
            return not asset.labelled  # v1.2.3.tar.gz: the source under the tag's name
        if len(stems) == 1 or asset.words in wanted:
            return False
        markers = BY_PRODUCTS if asset.labelled else COMPANIONS
        main = tuple(word for word in asset.words if not _is_marker(word, markers))
        if main == asset.words:
            return False
        return (not main or main in stems) if asset.labelled else asset.words not in tools

    return [asset for asset in assets if not is_by_product(asset)]


def _is_marker(word: str, markers: frozenset[str]) -> bool:
    return word in markers or word.endswith(INSTALLERS)
