"""Versions: from git tags and Go modules to PEP 440 (names.py)."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from packaging.version import Version

from go_to_wheel.errors import InvalidVersionError
from go_to_wheel.names import next_development_version, parse_version

NUMBERS = st.integers(min_value=0, max_value=10**6)
CORES = st.tuples(NUMBERS, NUMBERS, NUMBERS).map(lambda core: ".".join(map(str, core)))
COMMITS = st.integers(min_value=0, max_value=10**6)
PRE_WORDS = {"alpha": "a", "beta": "b", "rc": "rc", "pre": "rc", "a": "a", "b": "b"}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v1.2.3", "1.2.3"),
        ("V1.2.3", "1.2.3"),
        (" 1.2.3\n", "1.2.3"),
        ("v1", "1"),
        ("2024.01.02", "2024.1.2"),
        ("v1.2.3-rc.1", "1.2.3rc1"),
        ("v1.2.3-RC1", "1.2.3rc1"),
        ("v1.2.3-rc", "1.2.3rc0"),
        ("v1.2.3-alpha.1", "1.2.3a1"),
        ("v1.2.3-alpha", "1.2.3a0"),
        ("v1.2.3-beta", "1.2.3b0"),
        ("v1.2.3-beta2", "1.2.3b2"),
        ("v1.2.3-dev.3", "1.2.3.dev3"),
        ("v1.2.3-SNAPSHOT", "1.2.3.dev0"),
        ("v1.2.3-next.4", "1.2.3.dev4"),
        ("1.2.3rc1.post2.dev3", "1.2.3rc1.post2.dev3"),
        ("1!2.3", "1!2.3"),
        ("v1.2.3+build.5", "1.2.3+build.5"),
        ("v1.2.3-rc.1+Build-5", "1.2.3rc1+build.5"),
        ("v1.2.3-snapshot+abc", "1.2.3.dev0+abc"),
        ("v2.0.0+incompatible", "2.0.0"),
        ("v2.0.0-rc.1+incompatible", "2.0.0rc1"),
        # The three forms of go.dev/ref/mod#pseudo-versions, then what Go adds to them.
        ("v0.0.0-20191109021931-daa7c04131f5", "0.0.0.dev20191109021931"),
        ("v1.2.4-0.20191109021931-daa7c04131f5", "1.2.4.dev20191109021931"),
        ("v1.2.3-rc.1.0.20191109021931-daa7c04131f5", "1.2.3rc2.dev20191109021931"),
        ("v2.0.0-20191109021931-daa7c04131f5+incompatible", "2.0.0.dev20191109021931"),
        ("v0.0.0-20191109021931-daa7c04131f5+dirty", "0.0.0.dev20191109021931+dirty"),
    ],
)
def test_tags_of_semver_and_go_become_pep_440(tag: str, expected: str) -> None:
    version = parse_version(tag)
    assert str(version) == expected


@pytest.mark.parametrize(
    "text",
    ["", "v", "latest", "(devel)", "1.2.3-", "v1.2.3-foo", "1.2.3-rc.1.2", "1..2", "1.2.3+", "+x",
     "1.2.3\n4", "v1.2.٣", "v1.2.٣-rc.1", "v1.2.٣-20191109021931-daa7c04131f5",
     "v1.2.3-foo.0.20191109021931-daa7c04131f5", "1.2.3+a--b", "9" * 5000, "1.2.3-rc." + "9" * 5000,
     "../1", "1.2.3; x"],
)  # fmt: skip
def test_what_is_no_version_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InvalidVersionError, match="PEP 440") as caught:
        parse_version(text)
    assert "--version" in caught.value.hint
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


@given(
    st.text()
    | st.text(alphabet="v0129.-+!rcalphbetdsnx_\u0663\n ", max_size=20)
    | st.from_regex(r"v?\d+\.\d+\.\d+-(\w{0,5}\.0\.|0\.)?\d{14}-[0-9a-f]{12}(\+\w+)?")
)
def test_any_text_is_a_version_or_refused(text: str) -> None:
    try:
        version = parse_version(text)
    except InvalidVersionError:
        return
    assert parse_version(str(version)) == version
    assert Version(str(version)) == version


@given(core=CORES, word=st.sampled_from(sorted(PRE_WORDS)), number=NUMBERS)
def test_a_pre_release_keeps_its_place_before_the_release(
    core: str, word: str, number: int
) -> None:
    version = parse_version(f"v{core}-{word}.{number}")
    assert str(version) == f"{core}{PRE_WORDS[word]}{number}"
    assert version < parse_version(f"v{core}")
    assert version < parse_version(f"v{core}-{word}.{number + 1}")


@given(core=CORES, number=NUMBERS, time=st.integers(10**13, 10**14 - 1))
def test_a_pseudo_version_sorts_where_go_sorts_it(core: str, number: int, time: int) -> None:
    tail = f"{time}-daa7c04131f5"
    before_release = parse_version(f"v{core}-0.{tail}")
    assert before_release < parse_version(f"v{core}")
    after_candidate = parse_version(f"v{core}-rc.{number}.0.{tail}")
    assert parse_version(f"v{core}-rc.{number}") < after_candidate
    assert after_candidate < parse_version(f"v{core}-rc.{number + 1}")


@st.composite
def versions(draw: st.DrawFn) -> Version:
    """Any PEP 440 version without a local part."""
    text = ".".join(map(str, draw(st.lists(NUMBERS, min_size=1, max_size=5))))
    if draw(st.booleans()):
        text = f"{draw(NUMBERS)}!{text}"
    for part in (f"{draw(st.sampled_from(['a', 'b', 'rc']))}", ".post", ".dev"):
        if draw(st.booleans()):
            text += f"{part}{draw(NUMBERS)}"
    return Version(text)


@given(tagged=versions(), commits=COMMITS)
@example(tagged=Version("1.2.3.dev5"), commits=0)
@example(tagged=Version("1.2.3rc1.dev3"), commits=4)
@example(tagged=Version("1!1.2"), commits=1)
def test_a_development_version_sorts_between_its_tag_and_the_next_release(
    tagged: Version, commits: int
) -> None:
    version = next_development_version(tagged, commits)
    assert version.dev is not None
    assert version > tagged
    if tagged.pre is not None or tagged.dev is not None:
        assert version < Version(tagged.base_version) or tagged.post is not None
    epoch = f"{tagged.epoch}!" if tagged.epoch else ""
    release = (*tagged.release, 0, 0)[: max(3, len(tagged.release))]
    following = f"{epoch}{'.'.join(map(str, release[:-1]))}.{release[-1] + 1}"
    assert version < Version(following)


@given(tagged=versions(), commits=COMMITS, more=st.integers(min_value=1, max_value=1000))
def test_more_commits_sort_later(tagged: Version, commits: int, more: int) -> None:
    assume(commits > 0)
    earlier = next_development_version(tagged, commits)
    assert earlier < next_development_version(tagged, commits + more)


@pytest.mark.parametrize(
    ("tagged", "commits", "expected"),
    [
        ("1.2.3", 4, "1.2.4.dev4"),
        ("1.2", 1, "1.2.1.dev1"),
        ("1", 0, "1.0.1.dev0"),
        ("1.2.3.4", 2, "1.2.3.5.dev2"),
        ("1.2.3rc1", 4, "1.2.3rc2.dev4"),
        ("1.2.3.post1", 4, "1.2.4.dev4"),
        ("1.2.3.dev5", 4, "1.2.3.dev9"),
        ("1.2.3.dev5", 0, "1.2.3.dev6"),
        ("1!1.2.3", 4, "1!1.2.4.dev4"),
    ],
)
def test_the_next_development_version(tagged: str, commits: int, expected: str) -> None:
    assert str(next_development_version(Version(tagged), commits)) == expected
