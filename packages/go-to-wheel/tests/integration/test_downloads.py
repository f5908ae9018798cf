"""Assets downloaded from a server on this machine: verified, continued, cached, and every fault.

Each fault ends in a recovery or in one clear error, and never leaves a file that is not whole.
"""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from go_to_wheel.cache import Cache
from go_to_wheel.errors import (
    AccessDeniedError,
    Cancelled,
    ChecksumFileError,
    DigestMismatchError,
    DownloadError,
    OutputError,
    RateLimitError,
    UnverifiedError,
)
from go_to_wheel.release import Release, VerifiedFile
from go_to_wheel.sources.github.api import GitHub, open_github
from go_to_wheel.sources.releases.downloads import Downloads
from helpers import github_faults as faults
from helpers.clock import FakeClock
from helpers.github_documents import HostedAsset, HostedRepository
from helpers.github_server import SIGNATURE, GitHubServer, a_release, hosting, sample

NAME = "octo-org/tool"
TOOL = sample("tool")
SHA256 = hashlib.sha256(TOOL).hexdigest()
STORAGE = "/storage/"


@dataclass(kw_only=True)
class Run:
    """One run of the tool: a client, and its downloads.

    Attributes:
        cache: the folder that runs share; None for none.
        progress: what was told of the download.
    """

    server: GitHubServer
    github: GitHub
    downloads: Downloads
    cache: Path
    clock: FakeClock
    progress: list[tuple[int, int | None]] = field(default_factory=list)

    def release(self) -> Release:
        """The release, as the API tells of it."""
        return self.github.latest_release(NAME)

    def fetch(self, name: str = "tool.zip", **options: bool) -> VerifiedFile:
        """Fetch one asset of it."""
        release = self.release()
        asset = next(asset for asset in release.assets if asset.name == name)
        return self.downloads.fetch(
            release,
            asset,
            progress=lambda done, total: self.progress.append((done, total)),
            **options,
        )


Start = Callable[..., Run]


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    """A server with one release of one asset, whose digest GitHub tells."""
    with hosting(a_release(HostedAsset(name="tool.zip", content=TOOL))) as running:
        yield running


@pytest.fixture
def start(server: GitHubServer, tmp_path: Path) -> Iterator[Start]:
    """Starts a run; all of them share one cache."""
    with ExitStack() as stack:

        def start(
            *,
            token: str | None = None,
            cancelled: Callable[[], bool] = lambda: False,
            clock: FakeClock | None = None,
            limit: int = 30_000_000,
        ) -> Run:
            clock = clock or FakeClock(time.time())
            environment = {"GITHUB_API_URL": server.api_url} | (
                {"GITHUB_TOKEN": token} if token else {}
            )
            github = open_github(environment, cancelled=cancelled, clock=clock)
            stack.callback(github.http.close)
            cache = Cache(folder=tmp_path / "cache")
            downloads = Downloads(github.http, cache, tmp_path / "scratch", limit=limit)
            return Run(
                server=server,
                github=github,
                downloads=downloads,
                cache=tmp_path / "cache" / "assets",
                clock=clock,
            )

        yield start


@pytest.fixture
def run(start: Start) -> Run:
    """A run without a token."""
    return start()


def _hosted(server: GitHubServer) -> HostedRepository:
    return server.repositories[0]


def _add(server: GitHubServer, name: str, content: str | bytes, digest: str | None = None) -> None:
    body = content.encode() if isinstance(content, str) else content
    asset = HostedAsset(name=name, content=body, digest=digest)
    _hosted(server).releases[0].assets.append(asset)


def _without_digest(server: GitHubServer) -> None:
    for asset in _hosted(server).releases[0].assets:
        asset.digest = ""


def _files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def _only_whole(run: Run, *wholes: bytes) -> None:
    """Make sure that the cache holds these files and no others, under their digests."""
    names = {f"sha256/{hashlib.sha256(whole).hexdigest()}": whole for whole in wholes}
    assert _files(run.cache) == names


# --- what is right -----------------------------------------------------------------------


def test_an_asset_is_fetched_verified_and_kept_under_its_digest(run: Run) -> None:
    file = run.fetch()
    assert file.path.read_bytes() == TOOL
    assert file.path == run.cache / "sha256" / SHA256
    assert (file.sha256, file.size) == (SHA256, len(TOOL))
    assert file.verified_by == "GitHub's digest"
    _only_whole(run, TOOL)


def test_progress_is_told_from_the_first_byte_to_the_last(run: Run) -> None:
    run.fetch()
    counts = [done for done, _ in run.progress]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, len(TOOL))
    assert {total for _, total in run.progress} == {len(TOOL)}


def test_without_a_token_downloads_do_not_count_towards_the_apis_limit(run: Run) -> None:
    run.fetch()
    hosts = [(request.host, request.path) for request in run.server.requests]
    assert hosts == [
        ("127.0.0.1", f"/repos/{NAME}/releases/latest"),
        ("localhost", f"/{NAME}/releases/download/v1.2.3/tool.zip"),
        ("localhost", "/storage/10000"),
    ]


def test_the_token_goes_to_the_api_and_not_to_the_storage(start: Start) -> None:
    run = start(token="a-valid-token")
    _hosted(run.server).private = True
    run.fetch()
    assert [(request.host, request.token) for request in run.server.requests] == [
        ("127.0.0.1", "Bearer a-valid-token"),
        ("127.0.0.1", "Bearer a-valid-token"),
        ("localhost", None),
    ]
    assert run.server.requests[1].path == f"/repos/{NAME}/releases/assets/10000"
    storage = run.server.requests[2].headers
    assert "a-valid-token" not in "".join(storage.values())


def test_a_second_run_needs_no_network_for_assets(start: Start) -> None:
    start().fetch()
    run = start()
    before = len(run.server.requests)
    file = run.fetch()
    assert file.path.read_bytes() == TOOL
    assert [request.host for request in run.server.requests[before:]] == ["127.0.0.1"]


def test_an_asset_is_fetched_once_however_often_it_is_wanted(run: Run) -> None:
    release = run.release()
    with ThreadPoolExecutor(max_workers=8) as pool:
        wanted = [pool.submit(run.downloads.fetch, release, release.assets[0]) for _ in range(8)]
        assert {one.result().path for one in wanted} == {run.cache / "sha256" / SHA256}
    assert run.server.count(STORAGE) == 1


def test_several_assets_are_fetched_side_by_side(run: Run) -> None:
    contents = {f"tool-{number}.zip": sample(str(number), 100_000) for number in range(12)}
    for name, content in contents.items():
        _add(run.server, name, content)
    release = run.release()
    with ThreadPoolExecutor(max_workers=6) as pool:
        files = pool.map(lambda asset: run.downloads.fetch(release, asset), release.assets[1:])
        assert [file.path.read_bytes() for file in files] == list(contents.values())


def test_an_empty_asset_is_an_asset(run: Run) -> None:
    _add(run.server, "empty", b"")
    assert run.fetch("empty").size == 0


def test_without_a_cache_assets_go_to_the_scratch_folder(run: Run, tmp_path: Path) -> None:
    downloads = Downloads(run.github.http, Cache(), tmp_path / "elsewhere")
    release = run.release()
    file = downloads.fetch(release, release.assets[0])
    assert file.path == tmp_path / "elsewhere" / "assets" / "sha256" / SHA256


def test_a_cache_that_cannot_be_written_is_left_alone(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the cache folder should be")
    downloads = Downloads(run.github.http, Cache(folder=blocked), tmp_path / "elsewhere")
    release = run.release()
    assert downloads.fetch(release, release.assets[0]).path.read_bytes() == TOOL
    assert blocked.is_file()


def test_what_was_not_used_for_long_makes_room(run: Run, start: Start) -> None:
    file = run.fetch()
    old = time.time() - 24 * 3600
    os.utime(file.path, (old - 100, old - 100))
    start().fetch()  # from the cache, which counts as a use
    for number in range(5):
        path = run.cache / "sha256" / f"{number:064}"
        with path.open("wb") as stream:
            stream.truncate(1024**3)  # a hole: it takes no room on the disk
        os.utime(path, (old - number, old - number))
    start()
    assert file.path.exists()
    assert sorted(path.name[-1] for path in file.path.parent.glob("0*")) == ["0", "1", "2"]


# --- what is published of the bytes ------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("checksums.txt", f"{SHA256}  tool.zip\n"),
        ("tool_1.2.3_checksums.txt", f"{'0' * 64}  other.zip\n{SHA256}  tool.zip\n"),
        ("SHA256SUMS", f"{SHA256.upper()} *tool.zip\r\n"),
        ("tool.zip.sha256", SHA256),
        ("SHA512SUMS", f"SHA512 (tool.zip) = {hashlib.sha512(TOOL).hexdigest()}\n"),
    ],
)
def test_a_checksum_file_vouches_where_github_does_not(run: Run, file: str, text: str) -> None:
    _add(run.server, file, text)
    _without_digest(run.server)
    found = run.fetch()
    assert (found.sha256, found.verified_by) == (SHA256, file)


def test_both_vouch_where_both_do(run: Run) -> None:
    _add(run.server, "checksums.txt", f"{SHA256}  tool.zip\n")
    assert run.fetch().verified_by == "GitHub's digest and checksums.txt"
    assert run.downloads.promise(run.release(), run.release().assets[0]).by == (
        "GitHub's digest and checksums.txt"
    )


def test_a_checksum_file_is_fetched_once_for_all_assets(run: Run) -> None:
    for number in range(6):
        _add(run.server, f"tool-{number}.zip", sample(str(number), 100))
    lines = "".join(
        f"{asset.sha256}  {asset.name}\n" for asset in _hosted(run.server).releases[0].assets
    )
    _add(run.server, "checksums.txt", lines)
    _without_digest(run.server)
    release = run.release()
    for asset in release.assets[:-1]:
        assert run.downloads.fetch(release, asset).verified_by == "checksums.txt"
    assert run.server.count(r"checksums\.txt$") == 1


def test_with_digests_of_everything_a_second_run_asks_for_no_checksum_file(start: Start) -> None:
    run = start()
    _add(run.server, "checksums.txt", f"{SHA256}  tool.zip\n")
    run.fetch()
    before = len(run.server.requests)
    assert start().fetch().verified_by == "GitHub's digest and checksums.txt"
    assert len(run.server.requests) == before + 1


def test_where_a_sidecar_vouches_no_list_is_asked_for(run: Run) -> None:
    _add(run.server, "checksums.txt", f"{SHA256}  tool.zip\n")
    _add(run.server, "tool.zip.sha256", SHA256)
    _without_digest(run.server)
    assert run.fetch().verified_by == "tool.zip.sha256"
    assert run.server.count(r"checksums\.txt$") == 0


def test_the_list_that_knows_the_asset_is_found_among_several(run: Run) -> None:
    _add(run.server, "tool-a_checksums.txt", f"{'0' * 64}  a.zip\n")
    _add(run.server, "tool-b_checksums.txt", f"{SHA256}  tool.zip\n")
    _without_digest(run.server)
    assert run.fetch().verified_by == "tool-b_checksums.txt"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (None, ""),
        ("checksums.txt", ""),
        ("checksums.txt", f"{SHA256}  tool.zip.sbom\n"),
        ("md5sums.txt", f"{hashlib.md5(TOOL).hexdigest()}  tool.zip\n"),
        ("checksums.txt", f"{hashlib.sha1(TOOL).hexdigest()}  tool.zip\n"),
        ("other.zip.sha256", SHA256),
    ],
)
def test_without_a_digest_an_asset_is_taken_only_if_that_is_allowed(
    run: Run, file: str | None, text: str
) -> None:
    if file is not None:
        _add(run.server, file, text)
    _without_digest(run.server)
    with pytest.raises(UnverifiedError, match=r"No digest was published for tool\.zip") as caught:
        run.fetch()
    assert "--allow-unverified" in caught.value.hint
    assert run.server.count(STORAGE) <= (file is not None)
    found = run.fetch(allow_unverified=True)
    assert (found.sha256, found.verified_by) == (SHA256, "")
    with pytest.raises(UnverifiedError):
        run.fetch()


def test_a_checksum_file_that_is_far_too_large_is_none(run: Run) -> None:
    _add(run.server, "checksums.txt", bytes(5_000_000))
    assert run.fetch().verified_by == "GitHub's digest"
    assert run.server.count(STORAGE) == 1


def test_digests_that_differ_are_an_error_before_anything_is_fetched(run: Run) -> None:
    _add(run.server, "checksums.txt", f"{'0' * 64}  tool.zip\n")
    with pytest.raises(DigestMismatchError, match="Two digests were published") as caught:
        run.fetch(allow_unverified=True)
    assert SHA256 in caught.value.message
    assert "checksums.txt" in caught.value.message
    assert run.server.count("/storage/10000") == 0


@pytest.mark.parametrize("digest", [None, ""])
def test_a_wrong_line_of_a_checksum_file_is_an_error(run: Run, digest: str | None) -> None:
    _add(run.server, "checksums.txt", f"{SHA256[:-1]}  tool.zip\n")
    _hosted(run.server).releases[0].assets[0].digest = digest
    with pytest.raises(ChecksumFileError, match=r"checksums\.txt, line 1"):
        run.fetch(allow_unverified=True)


def test_a_line_with_the_digest_of_something_else_is_an_error(run: Run) -> None:
    _add(run.server, "checksums.txt", f"{'0' * 64}  tool.zip\n")
    _without_digest(run.server)
    with pytest.raises(DigestMismatchError, match=r"tool\.zip is not what was published"):
        run.fetch(allow_unverified=True)
    _only_whole(run)


@pytest.mark.parametrize("digest", [None, ""])
def test_a_checksum_file_that_cannot_be_had_is_an_error(run: Run, digest: str | None) -> None:
    _add(run.server, "checksums.txt", f"{SHA256}  tool.zip\n", digest)
    run.server.fail("checksums", faults.status(404), times=1000)
    with pytest.raises(DownloadError, match="404 Not Found"):
        run.fetch()


# --- faults that pass --------------------------------------------------------------------


def test_a_connection_reset_in_mid_body_is_continued(run: Run) -> None:
    run.server.fail(STORAGE, faults.reset_after(100_000))
    assert run.fetch().path.read_bytes() == TOOL
    ranges = [r.headers.get("range") for r in run.server.requests if STORAGE in r.path]
    assert ranges[0] is None
    assert ranges[1] is not None
    assert 0 < int(ranges[1].removeprefix("bytes=").removesuffix("-")) <= 100_000
    _only_whole(run, TOOL)


@pytest.mark.parametrize("fault", [faults.cut_after(100_000), faults.cut_chunks(100_000)])
def test_a_truncated_body_is_continued(run: Run, fault: faults.Fault) -> None:
    run.server.fail(STORAGE, fault)
    assert run.fetch().path.read_bytes() == TOOL
    ranges = [r.headers.get("range") for r in run.server.requests if STORAGE in r.path]
    assert ranges == [None, "bytes=100000-"]


def test_a_body_of_which_only_the_end_mark_is_missing_is_whole(run: Run) -> None:
    run.server.fail(STORAGE, faults.cut_chunks(len(TOOL)))
    assert run.fetch().path.read_bytes() == TOOL
    assert run.server.count(STORAGE) == 1


def test_a_body_that_ends_early_without_saying_so_is_continued(run: Run) -> None:
    def cut(wire: faults.Wire, reply: faults.Reply) -> None:
        faults.without_length(wire, faults.Reply(headers=reply.headers, body=TOOL[:1000]))

    run.server.fail(STORAGE, cut)
    assert run.fetch().path.read_bytes() == TOOL
    assert run.server.count(STORAGE) == 2


@pytest.mark.parametrize("fault", [faults.chunked, faults.without_length])
def test_a_body_without_a_length_is_taken_whole(run: Run, fault: faults.Fault) -> None:
    run.server.fail(STORAGE, fault)
    assert run.fetch().path.read_bytes() == TOOL
    assert run.server.count(STORAGE) == 1


def test_a_connection_that_breaks_again_and_again_is_continued_as_long_as_it_goes_on(
    run: Run,
) -> None:
    big = sample("big", 9_000_000)
    _add(run.server, "big.zip", big)
    run.server.fail(STORAGE, _next_piece(1_500_000), times=100)
    assert run.fetch("big.zip").path.read_bytes() == big
    assert run.server.count(STORAGE) == 6


def _next_piece(size: int) -> faults.Fault:
    """Sends so many bytes from where the client stands, then closes."""

    def fault(wire: faults.Wire, reply: faults.Reply) -> None:
        start = wire.range_start or 0
        piece = reply.bytes()[start:]
        head = {**reply.headers, "Content-Length": str(len(piece))}
        if start:
            head["Content-Range"] = f"bytes {start}-{reply.length - 1}/{reply.length}"
        wire.send_head(faults.Reply(status=206 if start else 200, headers=head))
        wire.write(piece[:size])
        wire.hang_up()

    return fault


def test_a_server_without_ranges_starts_anew(run: Run) -> None:
    run.server.fail(STORAGE, faults.cut_after(100_000))
    run.server.fail(STORAGE, faults.no_ranges)
    assert run.fetch().path.read_bytes() == TOOL
    assert (0, len(TOOL)) in run.progress[2:]


def test_a_changed_etag_starts_anew(run: Run) -> None:
    run.server.fail(STORAGE, faults.cut_after(100_000))
    run.server.fail(STORAGE, faults.with_headers(etag='"changed"'))
    assert run.fetch().path.read_bytes() == TOOL
    requests = [r for r in run.server.requests if STORAGE in r.path]
    assert requests[1].headers["if-range"].startswith('"0x')
    assert (0, len(TOOL)) in run.progress[2:]


def test_a_part_of_something_else_is_thrown_away(run: Run) -> None:
    def ignoring_the_condition(wire: faults.Wire, reply: faults.Reply) -> None:
        others = sample("something else")
        headers = {
            **reply.headers,
            "ETag": '"else"',
            "Content-Range": "bytes 100000-299999/300000",
            "Content-Length": "200000",
        }
        wire.send_head(faults.Reply(status=206, headers=headers))
        wire.write(others[100_000:])

    run.server.fail(STORAGE, faults.cut_after(100_000))
    run.server.fail(STORAGE, ignoring_the_condition)
    assert run.fetch().path.read_bytes() == TOOL


@pytest.mark.parametrize("etag", ['W/"weak"', ""])
def test_without_a_strong_etag_nothing_is_continued(run: Run, etag: str) -> None:
    def cut(wire: faults.Wire, reply: faults.Reply) -> None:
        others = {name: value for name, value in reply.headers.items() if name != "ETag"}
        headers = others | ({"ETag": etag} if etag else {})
        faults.cut_after(100_000)(wire, faults.Reply(headers=headers, body=reply.body))

    run.server.fail(STORAGE, cut)
    assert run.fetch().path.read_bytes() == TOOL
    assert all("range" not in request.headers for request in run.server.requests)


@pytest.mark.parametrize(
    "content_range",
    [
        "",
        "bytes 0-299999/300000",
        "bytes 100000-299999/*",
        "bytes 100000-200000/300000",
        "items 100000-299999/300000",
        f"bytes 100000-{'9' * 5000}/300000",
    ],
)
def test_a_part_that_does_not_fit_is_thrown_away(run: Run, content_range: str) -> None:
    def wrong(wire: faults.Wire, reply: faults.Reply) -> None:
        body = reply.bytes()[100_000:]
        headers = {**reply.headers, "Content-Length": str(len(body))}
        wire.send_head(faults.Reply(status=206, headers=headers | {"Content-Range": content_range}))
        wire.write(body)

    run.server.fail(STORAGE, faults.cut_after(100_000))
    run.server.fail(STORAGE, wrong)
    assert run.fetch().path.read_bytes() == TOOL
    assert run.server.count(STORAGE) == 3


def _broken_off(start: Start) -> Run:
    """A run that has given up after a third of the file."""
    run = start()
    run.server.fail(STORAGE, faults.cut_after(100_000))
    run.server.fail(STORAGE, faults.status(503), times=4)
    with pytest.raises(DownloadError, match="503"):
        run.fetch()
    return run


def test_what_a_run_left_is_continued_by_the_next_one(start: Start) -> None:
    run = _broken_off(start)
    (kept,) = _files(run.cache)
    assert kept.startswith("partial/")
    assert kept.endswith(".partial")
    run = start()
    assert run.fetch().path.read_bytes() == TOOL
    assert run.progress[0] == (100_000, len(TOOL))
    _only_whole(run, TOOL)


def test_what_a_run_left_is_not_continued_where_the_asset_was_replaced(start: Start) -> None:
    run = _broken_off(start)
    replaced = sample("replaced")
    _hosted(run.server).releases[0].assets[0].content = replaced
    run = start()
    assert run.fetch().path.read_bytes() == replaced
    _only_whole(run, replaced)


def test_what_a_run_left_is_fetched_anew_where_the_disk_damaged_it(start: Start) -> None:
    run = _broken_off(start)
    (kept,) = (run.cache / "partial").iterdir()
    kept.write_bytes(bytes(100_000))
    run = start()
    assert run.fetch().path.read_bytes() == TOOL
    _only_whole(run, TOOL)


def test_what_a_run_left_is_fetched_anew_where_it_is_longer_than_the_whole(start: Start) -> None:
    run = _broken_off(start)
    (kept,) = (run.cache / "partial").iterdir()
    kept.write_bytes(bytes(300_000))
    assert start().fetch().path.read_bytes() == TOOL


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_three_bad_answers_and_then_a_good_one(run: Run, code: int) -> None:
    run.server.fail("download|assets", faults.status(code), times=3)
    assert run.fetch().path.read_bytes() == TOOL


def test_429_with_retry_after_is_waited_for(run: Run) -> None:
    run.server.fail(STORAGE, faults.status(429, retry_after="37"))
    assert run.fetch().path.read_bytes() == TOOL
    assert run.clock.slept == pytest.approx(38, abs=1)


def test_a_damaged_cache_file_is_fetched_anew(start: Start) -> None:
    file = start().fetch()
    for damage in (TOOL[:-1], TOOL + b"x", b"", bytes(len(TOOL))):
        file.path.write_bytes(damage)
        assert start().fetch().path.read_bytes() == TOOL
    run = start()
    assert run.server.count(STORAGE) == 5
    _only_whole(run, TOOL)


def test_a_cache_file_that_was_removed_is_fetched_anew(run: Run) -> None:
    run.fetch().path.unlink()
    assert run.fetch().path.read_bytes() == TOOL


def test_two_runs_at_once_share_a_cache(start: Start) -> None:
    runs = [start() for _ in range(6)]
    together = threading.Barrier(len(runs))

    def fetch(run: Run) -> VerifiedFile:
        together.wait()
        return run.fetch()

    runs[0].server.fail(STORAGE, faults.cut_after(100_000), times=6)
    with ThreadPoolExecutor(max_workers=len(runs)) as pool:
        files = list(pool.map(fetch, runs))
    assert {file.path for file in files} == {runs[0].cache / "sha256" / SHA256}
    _only_whole(runs[0], TOOL)


def test_two_runs_at_once_do_not_continue_the_same_file(start: Start) -> None:
    run = _broken_off(start)
    runs = [start() for _ in range(4)]
    with ThreadPoolExecutor(max_workers=len(runs)) as pool:
        files = list(pool.map(Run.fetch, runs))
    assert [file.path.read_bytes() for file in files] == [TOOL] * 4
    beginnings = [run.progress[0][0] for run in runs if run.progress]  # the others found it
    assert beginnings.count(100_000) == 1
    _only_whole(run, TOOL)


# --- faults that stay --------------------------------------------------------------------


def test_wrong_bytes_are_an_error_and_nothing_of_them_is_kept(start: Start) -> None:
    run = start()
    run.server.fail(STORAGE, faults.wrong_bytes)
    with pytest.raises(DigestMismatchError, match=r"tool\.zip is not what was published") as caught:
        run.fetch(allow_unverified=True)
    assert SHA256 in caught.value.message
    assert "GitHub's digest" in caught.value.message
    _only_whole(run)
    assert run.server.count(STORAGE) == 1


def test_a_connection_that_never_gets_anywhere_is_an_error(run: Run) -> None:
    run.server.fail(STORAGE, faults.reset_after(0), times=1000)
    with pytest.raises(DownloadError, match="cannot be read"):
        run.fetch()
    assert run.server.count(STORAGE) == 5
    assert run.clock.slept < 60
    _only_whole(run)


def test_a_signature_in_an_address_is_never_shown(run: Run) -> None:
    place = f"{run.server.web_url}/storage/10000?sig={SIGNATURE}"
    run.server.fail(STORAGE, faults.redirect(place), times=1000)
    with pytest.raises(DownloadError) as caught:
        run.fetch()
    assert SIGNATURE not in str(caught.value)
    run.server.fail("download", faults.redirect(f"http://192.0.2.1/x?sig={SIGNATURE}"))
    with pytest.raises(DownloadError) as caught:
        run.fetch()
    assert SIGNATURE not in str(caught.value)


def test_redirects_in_circles_are_an_error(run: Run) -> None:
    place = f"{run.server.web_url}/storage/10000?sig={SIGNATURE}"
    run.server.fail(STORAGE, faults.redirect(place), times=1000)
    with pytest.raises(DownloadError, match="in circles"):
        run.fetch()
    assert run.server.count(STORAGE) == 1
    _only_whole(run)


def test_an_asset_that_is_gone_is_an_error(run: Run) -> None:
    run.server.fail("download", faults.status(404), times=1000)
    with pytest.raises(DownloadError, match="404 Not Found"):
        run.fetch()
    assert run.server.count("download") == 1
    _only_whole(run)


@pytest.mark.parametrize("code", [401, 403])
def test_an_asset_that_is_forbidden_is_an_error(run: Run, code: int) -> None:
    run.server.fail(STORAGE, faults.status(code), times=1000)
    with pytest.raises(AccessDeniedError, match=str(code)):
        run.fetch()
    assert run.server.count(STORAGE) == 1


def test_githubs_limit_is_an_error_that_says_when_it_ends(start: Start) -> None:
    run = start(token="a-valid-token")
    run.server.fail("releases/assets", faults.rate_limited(run.clock.now() + 2280), times=1000)
    with pytest.raises(RateLimitError, match="in 38 minutes"):
        run.fetch()
    assert run.server.count("releases/assets") == 1


@pytest.mark.parametrize("size", [100, 299_999, 300_001])
def test_an_asset_of_another_size_than_the_api_says_is_an_error(run: Run, size: int) -> None:
    _hosted(run.server).releases[0].assets[0].size = size
    with pytest.raises(DownloadError, match=f"300000 bytes long, but it should be {size}"):
        run.fetch()
    _only_whole(run)


@pytest.mark.parametrize("size", [100, 299_999])
def test_a_body_without_a_length_that_is_too_long_is_an_error(run: Run, size: int) -> None:
    _hosted(run.server).releases[0].assets[0].size = size
    run.server.fail(STORAGE, faults.chunked, times=1000)
    with pytest.raises(DownloadError, match=f"it should be {size}"):
        run.fetch()
    _only_whole(run)


@pytest.mark.parametrize("told", [True, False])
def test_an_asset_over_the_limit_is_not_fetched(start: Start, *, told: bool) -> None:
    run = start(limit=200_000)
    if not told:  # the API says that it is small, and the storage says nothing
        _hosted(run.server).releases[0].assets[0].size = 1000
        run.server.fail(STORAGE, faults.endless, times=1000)
    with pytest.raises(DownloadError, match=r"tool\.zip (is larger than 200000|.* should be 1000)"):
        run.fetch()
    assert run.server.count(STORAGE) == (not told)
    _only_whole(run)


def test_an_asset_of_unknown_size_is_not_begun_where_it_is_over_the_limit(start: Start) -> None:
    run = start(limit=200_000)
    release = run.release()
    unknown = replace(release.assets[0], size=None)
    taken: list[int] = []
    with pytest.raises(DownloadError, match=r"tool\.zip is larger than 200000"):
        run.downloads.fetch(release, unknown, progress=lambda done, _total: taken.append(done))
    assert taken == []


def test_a_server_that_drips_is_given_up(start: Start) -> None:
    run = start(clock=FakeClock(time.time(), step=5))
    run.server.fail(STORAGE, faults.drip, times=1000)
    with pytest.raises(DownloadError, match="it is too slow"):
        run.fetch()
    assert run.server.count(STORAGE) == 5


def test_a_full_disk_is_an_error_and_its_room_is_given_back(run: Run) -> None:
    release = run.release()
    with _small_disk(100_000), pytest.raises(OutputError, match="cannot be written") as caught:
        run.downloads.fetch(release, release.assets[0])
    assert os.strerror(errno.EFBIG) in caught.value.message
    assert "Make room" in caught.value.hint
    _only_whole(run)
    assert run.fetch().path.read_bytes() == TOOL


@contextmanager
def _small_disk(size: int) -> Iterator[None]:
    """Let no file of this process become larger, as the kernel does it on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_cache_folder_that_vanishes_is_an_error(run: Run) -> None:
    release = run.release()
    shutil.rmtree(run.cache)
    with pytest.raises(OutputError, match="cannot be written"):
        run.downloads.fetch(release, release.assets[0])


def test_ctrl_c_ends_a_download_that_goes_well(start: Start) -> None:
    stopped, counts = threading.Event(), [0]

    def progress(done: int, _total: int | None) -> None:
        counts.append(done)
        if done:
            stopped.set()

    run = start(cancelled=stopped.is_set)
    _add(run.server, "big.zip", sample("big", 20_000_000))
    release = run.release()
    with pytest.raises(Cancelled):
        run.downloads.fetch(release, release.assets[1], progress=progress)
    assert 0 < counts[-1] < 1_000_000


def test_ctrl_c_ends_a_download_and_keeps_what_arrived(start: Start) -> None:
    stopped = threading.Event()
    run = start(cancelled=stopped.is_set)
    run.server.fail(STORAGE, faults.stall_after(100_000))

    def fetch() -> VerifiedFile:
        release = run.release()
        return run.downloads.fetch(
            release,
            release.assets[0],
            progress=lambda done, _total: arrived.set() if done >= 100_000 else None,
        )

    arrived = threading.Event()
    with ThreadPoolExecutor() as pool:
        fetching = pool.submit(fetch)
        assert arrived.wait(10)
        stopped.set()
        run.github.http.interrupt()
        with pytest.raises(Cancelled):
            fetching.result(timeout=10)
    (kept,) = _files(run.cache)
    assert kept.endswith(".partial")
    assert start().fetch().path.read_bytes() == TOOL
