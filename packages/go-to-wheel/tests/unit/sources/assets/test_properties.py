"""What holds for every list of names, also for those that nobody publishes."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from go_to_wheel.sources.assets import explain_assets, match_assets, tools_in
from go_to_wheel.targets import TARGETS

_PROPERTY = settings(deadline=None, database=None, max_examples=300)

_TOOLS = ["tool", "tool-cli", "other", "debug", "src", "setup", "1.2.3", "v2"]
_SYSTEMS = ["linux", "darwin", "macos", "windows", "win32", "osx", "freebsd", "android"]
_CPUS = ["amd64", "x86_64", "x64", "arm64", "aarch64", "armv7", "arm", "386", "x86", "64-bit"]
_WORDS = [*_TOOLS, *_SYSTEMS, *_CPUS, "universal", "all", "musl", "gnu", "static"]
_ENDINGS = ["", ".tar.gz", ".zip", ".exe", ".gz", ".7z", ".dmg", ".pkg", ".deb", ".txt", ".sha256"]

_likely = st.builds(
    lambda words, separator, ending: separator.join(words) + ending,
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=5),
    st.sampled_from("-_."),
    st.sampled_from(_ENDINGS),
)
_names = st.lists(_likely | st.text(max_size=30), max_size=12)
_commands = st.lists(st.sampled_from(["tool", "other", "tool-cli", "cli.exe", ""]), max_size=2)


@_PROPERTY
@given(names=_names, commands=_commands, random=st.randoms())
def test_the_order_of_the_list_means_nothing(
    names: list[str], commands: list[str], random: Random
) -> None:
    shuffled = [*names, *names[:2]]
    random.shuffle(shuffled)
    assert match_assets(shuffled, commands=commands) == match_assets(names, commands=commands)
    assert tools_in(shuffled) == tools_in(names)


@_PROPERTY
@given(names=_names, commands=_commands)
def test_only_names_of_the_list_go_to_targets_of_the_table(
    names: list[str], commands: list[str]
) -> None:
    found = match_assets(names, commands=commands)
    assert set(found.values()) <= set(names)
    order = [target.name for target in TARGETS]
    assert list(found) == sorted(found, key=order.index)


@_PROPERTY
@given(names=_names, commands=_commands)
def test_checksums_and_signatures_change_nothing(names: list[str], commands: list[str]) -> None:
    sidecars = [name + end for name in names for end in (".sha256", ".sig", ".sbom.json")]
    beside = [*names, *sidecars, "checksums.txt", "SHA256SUMS", "tool_1.2.3_SHA256SUMS"]
    assert match_assets(beside, commands=commands) == match_assets(names, commands=commands)


@_PROPERTY
@given(names=_names, commands=_commands)
def test_a_choice_and_its_explanation_agree(names: list[str], commands: list[str]) -> None:
    explained = explain_assets(names, commands=commands)
    assert {match.target: match.asset for match in explained} == match_assets(
        names, commands=commands
    )


@_PROPERTY
@given(names=st.lists(st.text(), max_size=8), commands=st.lists(st.text(), max_size=3))
def test_no_text_is_too_strange(names: list[str], commands: list[str]) -> None:
    match_assets(names, commands=commands)
    tools_in(names)
