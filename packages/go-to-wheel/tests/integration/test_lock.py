"""The lock and the age of a release, with the real command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from go_to_wheel.sources.releases.lock import Lock, parse_lock
from helpers.archives import LINUX_AMD64, LINUX_ARM64, pack, program, text
from helpers.github_documents import HostedAsset, HostedRelease
from helpers.github_server import GitHubServer, a_release, hosting
from helpers.listing import listing
from helpers.released import against, checksums
from helpers.tool import Outcome, Tool

NAME = "octo-org/tool"
GH = f"gh:{NAME}"
LOCK = "go-to-wheel.lock"
AMD64 = "tool_1.2.3_linux_amd64.tar.gz"
ARM64 = "tool_1.2.3_linux_arm64.tar.gz"


def _archive(name: str, content: bytes, more: str = "") -> HostedAsset:
    members = [text("LICENSE", f"A licence.{more}\n"), program("tool", content)]
    return HostedAsset(name=name, content=pack("tar.gz", members))


def _assets(more: str = "") -> list[HostedAsset]:
    return [_archive(AMD64, LINUX_AMD64, more), _archive(ARM64, LINUX_ARM64, more)]


@dataclass(frozen=True, kw_only=True)
class Released:
    """A release for two targets, and the command against it.

    Attributes:
        tool: the command; its folder is where the lock lies.
    """

    server: GitHubServer
    tool: Tool

    @property
    def releases(self) -> list[HostedRelease]:
        return self.server.repositories[0].releases

    @property
    def assets(self) -> list[HostedAsset]:
        return self.releases[0].assets

    @property
    def path(self) -> Path:
        return self.tool.folder / LOCK

    @property
    def lock(self) -> Lock:
        return parse_lock(self.path.read_text(encoding="utf-8"), LOCK)

    def run(self, *arguments: str | Path, source: str = GH) -> Outcome:
        return self.tool.run(source, *arguments)

    def refused(self, *words: str, arguments: tuple[str, ...] = (), code: int = 1) -> str:
        """Build, which must fail and change nothing."""
        before = listing(self.tool.folder)
        said = self.run(*arguments).refused(code, *words)
        assert listing(self.tool.folder) == before
        return said


@pytest.fixture
def released(tool: Tool, tmp_path: Path) -> Iterator[Released]:
    with hosting(a_release(*_assets())) as server:
        yield Released(server=server, tool=against(tool, server, XDG_CACHE_HOME=tmp_path / "cache"))


@pytest.fixture
def locked(released: Released) -> Released:
    """The same, with a lock, and the wheels away."""
    assert released.run("--update-lock", "--output-dir", "wheels").code == 0
    for path in (released.tool.folder / "wheels").iterdir():
        path.unlink()
    return released


# --- writing it ---------------------------------------------------------------------------


def test_without_being_asked_nothing_is_written(released: Released) -> None:
    assert released.run().code == 0
    assert {path.name for path in released.tool.folder.iterdir()} == {"dist"}


def test_it_pins_repository_tag_and_every_asset(released: Released) -> None:
    assert len(released.run("--update-lock").wheels) == 2
    lock = released.lock
    assert (lock.repository, lock.tag) == (NAME, "v1.2.3")
    assert {asset.name: (asset.size, asset.digest.hex) for asset in lock.assets} == {
        asset.name: (asset.length, asset.sha256) for asset in released.assets
    }
    assert {path.name for path in released.tool.folder.iterdir()} == {"dist", LOCK}


def test_it_pins_all_assets_though_only_one_target_is_built(released: Released) -> None:
    assert released.run("--update-lock", "--platforms", "linux-amd64").code == 0
    assert [asset.name for asset in released.lock.assets] == [AMD64, ARM64]


def test_where_no_digest_was_published_it_is_taken_from_the_bytes(released: Released) -> None:
    for asset in released.assets:
        asset.digest = ""
    released.refused("No digest", arguments=("--update-lock",))
    assert released.run("--update-lock", "--allow-unverified").code == 0
    assert {asset.digest.hex for asset in released.lock.assets} == {
        asset.sha256 for asset in released.assets
    }


def test_it_may_lie_elsewhere(released: Released) -> None:
    assert released.run("--update-lock", "--lock", "locks.toml").code == 0
    assert not released.path.exists()
    assert released.run("--lock", "locks.toml").code == 0
    released.refused("no.lock", arguments=("--lock", "no.lock"), code=2)


def test_a_link_to_a_lock_that_is_not_there_is_not_passed_over(released: Released) -> None:
    released.path.symlink_to("gone.lock")
    released.refused("it is a link to a file that is not there", code=2)
    released.refused("is not there", arguments=("--lock", LOCK), code=2)


def test_a_wheel_is_the_same_with_a_lock_and_without(released: Released, tmp_path: Path) -> None:
    def made(*arguments: str) -> bytes:
        (wheel,) = released.run("--platforms", "linux-amd64", *arguments).wheels
        return wheel.read_bytes()

    contents = [made(), made("--update-lock"), made()]
    assert contents[0] == contents[1] == contents[2]
    said = released.run("--platforms", "linux-amd64", "--json").stdout
    (wheel,) = json.loads(said)["wheels"]
    assert "lock" in {proof["how"] for proof in wheel["verified"]}


def test_verify_heeds_no_lock_but_one_that_is_named(released: Released, tmp_path: Path) -> None:
    (wheel,) = released.run("--update-lock", "--platforms", "linux-amd64").wheels
    other = replace(released.tool, folder=tmp_path / "elsewhere")
    other.folder.mkdir()
    assert ": proven, " in other.run("verify", wheel).stdout

    text = released.path.read_text(encoding="utf-8")
    mine = other.folder / LOCK
    mine.write_text(text.replace('"v1.2.3"', '"v1.0.0"'), encoding="utf-8")
    assert ": proven, " in other.run("verify", wheel).stdout
    refused = other.run("verify", wheel, "--lock", mine)
    assert refused.code == 1
    assert ": not proven\n" in refused.stdout
    assert "v1.2.3 was asked for" in refused.stdout
    assert ": proven, " in other.run("verify", wheel, "--lock", released.path).stdout


@pytest.mark.parametrize("arguments", [("--dry-run",), ("--binary", "other")])
def test_a_run_that_builds_nothing_writes_none(
    released: Released, arguments: tuple[str, ...]
) -> None:
    released.run("--update-lock", *arguments)
    assert not released.path.exists()


def test_a_run_with_a_failed_target_writes_none(released: Released) -> None:
    released.assets[1] = _archive(ARM64, LINUX_AMD64)
    assert released.run("--update-lock", "--keep-going").code == 1
    assert not released.path.exists()


def test_a_run_whose_wheels_cannot_be_written_writes_none(released: Released) -> None:
    (released.tool.folder / "dist").write_text("a file, where a folder should be")
    released.refused("dist cannot be written", arguments=("--update-lock",))


def test_a_lock_that_cannot_be_written_is_told_after_the_wheels(released: Released) -> None:
    done = released.run("--update-lock", "--lock", "missing/my.lock")
    done.refused(1, "missing/my.lock", "cannot be written")
    assert len(listing(released.tool.folder / "dist")) == 2


# --- holding to it ------------------------------------------------------------------------


def test_an_unchanged_release_is_built_as_before(locked: Released) -> None:
    before = locked.path.read_bytes()
    done = locked.run()
    assert len(done.wheels) == 2
    assert f"as {LOCK} pins it" in done.stderr
    assert locked.path.read_bytes() == before


def test_a_dry_run_shows_it(locked: Released) -> None:
    done = locked.run("--dry-run", "--json")
    document = json.loads(done.stdout)
    assert document["source"].endswith(f"as {LOCK} pins it")
    assert f"by GitHub's digest and {LOCK}" in document["targets"][0]["origin"]


def test_a_replaced_asset_is_an_error_that_says_so(locked: Released) -> None:
    was = locked.assets[0].sha256
    locked.assets[0] = _archive(AMD64, LINUX_AMD64, " And more.")
    locked.refused(AMD64, was, locked.assets[0].sha256, "--update-lock")


def test_a_removed_asset_is_an_error_that_says_so(locked: Released) -> None:
    del locked.assets[0]
    locked.refused(f"{AMD64} is gone")


def test_a_new_asset_for_a_target_is_an_error_that_says_so(locked: Released) -> None:
    name = "tool_1.2.3_linux_386.tar.gz"
    locked.assets.append(_archive(name, LINUX_AMD64))
    locked.refused(f"{name} is not in the lock")


def test_of_many_changes_all_are_told_and_the_error_stays_short(locked: Released) -> None:
    was = [asset.sha256 for asset in locked.assets]
    locked.assets[:] = [*_assets(" And more."), _archive("tool_1.2.3_linux_386.tar.gz", b"x")]
    done = locked.run()
    done.refused(1, AMD64, "and 3 more")
    for word in (*was, ARM64, "tool_1.2.3_linux_386.tar.gz is not in the lock"):
        assert word in done.stderr


def test_other_new_files_are_not(locked: Released) -> None:
    locked.assets.append(checksums(locked.assets))
    assert locked.run().code == 0


def test_bytes_that_nobody_published_a_digest_of_are_compared_too(
    locked: Released, tmp_path: Path
) -> None:
    for asset in locked.assets:
        asset.digest = ""
    assert locked.run().code == 0  # the lock itself vouches for them
    content = locked.assets[0].content
    assert isinstance(content, bytes)
    locked.assets[0].content = content[:-1] + bytes([content[-1] ^ 1])
    assert locked.run("--output-dir", "again").code == 0  # it is still in the cache
    fresh = against(locked.tool, locked.server, XDG_CACHE_HOME=tmp_path / "empty")
    done = fresh.run(GH, "--output-dir", "fresh")
    done.refused(1, f"{AMD64} is not what was published", f"{LOCK} says sha256:")


def test_the_latest_release_is_the_locked_one(locked: Released) -> None:
    locked.releases.insert(0, HostedRelease(tag="v2.0.0", assets=_assets(" 2")))
    assert "tool-1.2.3-" in locked.run().wheels[0].name
    assert locked.run("--update-lock").code == 0
    assert locked.lock.tag == "v2.0.0"
    assert "tool-2.0.0-" in locked.run().wheels[0].name


def test_another_tag_is_an_error(locked: Released) -> None:
    locked.releases.insert(0, HostedRelease(tag="v2.0.0", assets=_assets(" 2")))
    locked.run(source=f"{GH}@v2.0.0").refused(1, "v1.2.3", "v2.0.0", "--update-lock")
    assert locked.run(source=f"{GH}@v1.2.3").code == 0


def test_another_repository_s_lock_is_an_error_and_never_overwritten(locked: Released) -> None:
    locked.server.repositories[0].name = "octo-org/other"
    before = locked.path.read_bytes()
    for option in ([], ["--update-lock"]):
        done = locked.run(*option, source="gh:octo-org/other")
        done.refused(1, "pins octo-org/tool, not octo-org/other")
    assert locked.path.read_bytes() == before


def test_case_in_the_repository_s_name_does_not_count(locked: Released) -> None:
    locked.server.repositories[0].name = "Octo-Org/Tool"
    assert locked.run(source="gh:Octo-Org/Tool").code == 0


@pytest.mark.parametrize("option", [[], ["--update-lock"]])
def test_a_broken_lock_is_an_error_before_anything_is_asked(
    released: Released, option: list[str]
) -> None:
    released.path.write_bytes(b"version = [\xff")
    released.refused(LOCK, arguments=tuple(option), code=2)
    assert released.server.requests == []


def test_a_lock_means_nothing_for_what_lies_on_disk(locked: Released) -> None:
    archive = locked.tool.folder / AMD64
    assert isinstance(locked.assets[0].content, bytes)
    archive.write_bytes(locked.assets[0].content)
    locked.path.write_text("nonsense")
    assert locked.run("--version", "1", source=AMD64).code == 0


# --- age --------------------------------------------------------------------------------


def _ago(days: float) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_an_old_release_is_taken(released: Released) -> None:
    released.releases[0].published = _ago(7.5)
    for asset in released.assets:
        asset.updated = _ago(7.5)
    done = released.run("--min-age", "7", "--dry-run")
    assert f"published {_ago(7.5)[:10]}" in done.stderr
    assert released.run("--min-age", "7").code == 0


def test_a_young_release_is_refused_with_the_day_from_which_on_it_is_not(
    released: Released,
) -> None:
    released.releases[0].published = _ago(6.5)
    said = released.refused("v1.2.3 was published", arguments=("--min-age", "7"))
    assert f"{_ago(-0.5)[:10]}" in said
    assert released.run().code == 0


def test_a_file_that_was_replaced_lately_is_refused(released: Released) -> None:
    released.releases[0].published = _ago(100)
    released.assets[0].updated = _ago(100)
    released.assets[1].updated = _ago(1)
    released.refused(f"{ARM64} was published", arguments=("--min-age", "7"))
    released.assets[1].name = "notes.txt"
    assert released.run("--min-age", "7").code == 0


def test_only_files_that_something_is_taken_from_must_be_old(released: Released) -> None:
    released.releases[0].published = _ago(100)
    released.assets[0].updated = _ago(100)
    released.assets[1].updated = _ago(1)
    one = ("--min-age", "7", "--platforms", "linux-amd64")
    assert len(released.run(*one).wheels) == 1
    for path in (released.tool.folder / "dist").iterdir():
        path.unlink()
    released.refused(f"{ARM64} was published", arguments=("--min-age", "7"))


def test_the_file_whose_licence_is_taken_must_be_old_too(released: Released) -> None:
    released.server.repositories[0].license = None
    released.releases[0].published = _ago(100)
    released.assets[0].updated = _ago(1)
    released.assets[1].updated = _ago(100)
    other = ("--min-age", "7", "--platforms", "linux-arm64")
    assert released.run(*other, "--dry-run").code == 0  # which takes none
    released.refused(f"{AMD64} was published", arguments=other)


def test_a_date_in_the_future_is_told_as_such(released: Released) -> None:
    released.releases[0].published = _ago(-2)
    said = released.refused("v1.2.3 was published", arguments=("--min-age", "0"))
    assert "which is in the future by the clock of this machine" in said
    assert "0 days" not in said


def test_what_is_not_published_is_refused(released: Released) -> None:
    released.releases[0].draft = True
    done = against(released.tool, released.server, GITHUB_TOKEN="a-valid-token").run(
        f"{GH}@v1.2.3", "--min-age", "0"
    )
    done.refused(1, "not published yet")


def test_an_age_without_end_is_no_trouble(released: Released) -> None:
    said = released.refused("--min-age asks for", arguments=("--min-age", "999999999999"))
    assert said.endswith("No release ever gets so old: ask for fewer days.")
    released.run("--min-age", "-1").refused(2, "--min-age")


def test_an_old_lock_does_not_make_a_young_release_older(locked: Released) -> None:
    locked.releases[0].published = _ago(1)
    locked.refused("v1.2.3 was published", arguments=("--min-age", "2"))


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01T00:00:00Z", "\u001b[31m"])
def test_a_date_that_is_none_is_an_error(released: Released, moment: str) -> None:
    released.releases[0].published = moment
    released.refused("published_at")
