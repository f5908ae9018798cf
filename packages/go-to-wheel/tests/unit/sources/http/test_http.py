"""The rules of the network client, as far as they need no network."""

from __future__ import annotations

import os
import re
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3 import ProxyManager

from go_to_wheel.errors import Cancelled, DownloadError, OutputError, UsageError
from go_to_wheel.sources.http.address import Address, join_address, parse_address
from go_to_wheel.sources.http.client import Http, HttpOptions
from go_to_wheel.sources.http.connect import Connector, Timeouts, goes_straight
from go_to_wheel.sources.http.partials import Partials, strong_etag
from go_to_wheel.sources.http.retry import (
    BrokenRequest,
    Retrier,
    RetryPolicy,
    asked_pause,
    describe_moment,
    limit_reset,
)
from helpers.clock import FakeClock

NOW = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC
URL = "https://example.com/tool.zip"


def _address(text: str) -> Address:
    address = parse_address(text)
    assert address is not None
    return address


# --- addresses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://api.github.com", ("https", "api.github.com", 443)),
        ("HTTPS://API.GitHub.com:443/x", ("https", "api.github.com", 443)),
        ("https://api.github.com:8443", ("https", "api.github.com", 8443)),
        ("http://[::1]:80/", ("http", "[::1]", 80)),
        ("https://api.github.com./", ("https", "api.github.com.", 443)),
    ],
)
def test_servers_are_told_apart_by_scheme_host_and_port(
    text: str, origin: tuple[str, str, int]
) -> None:
    assert _address(text).origin == origin


@pytest.mark.parametrize(
    "text",
    [
        *("", "api.github.com", "/repos/o/r", "ftp://example.com/x", "file:///etc/passwd"),
        *("https://", "https:///x", "https://user@example.com", "https://u:p@example.com/"),
        *("https://example.com:99999/", "https://example.com:x/", "https://[::1", "data:,x"),
        *("https://api.github.com@evil.example/", "javascript:alert(1)"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(text: str) -> None:
    assert parse_address(text) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_addresses(text: str) -> None:
    for found in (parse_address(text), join_address(_address("https://example.com/a/b"), text)):
        assert found is None or found.scheme in ("http", "https")


def test_an_address_is_shown_without_its_query() -> None:
    address = _address("https://example.com:8443/a%20b?signature=secret#part")
    assert str(address) == "https://example.com:8443/a%20b"
    assert address.url == "https://example.com:8443/a%20b?signature=secret"


@pytest.mark.parametrize(
    ("text", "loopback"),
    [
        ("http://127.0.0.1:8080/", True),
        ("http://127.8.9.10/", True),
        ("http://localhost/", True),
        ("http://LOCALHOST/", True),
        ("http://[::1]:8080/", True),
        ("http://localhost.example.com/", False),
        ("http://127.0.0.1.example.com/", False),
        ("http://0.0.0.0/", False),
        ("http://10.0.0.1/", False),
        ("http://[::2]/", False),
    ],
)
def test_this_machine_is_known_by_its_own_names_alone(text: str, loopback: bool) -> None:
    assert _address(text).is_loopback is loopback


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("https://other.example/x?y", "https://other.example/x?y"),
        ("//other.example/x", "https://other.example/x"),
        ("/x", "https://example.com/x"),
        ("x", "https://example.com/a/x"),
        ("?page=2", "https://example.com/a/b?page=2"),
    ],
)
def test_redirects_may_be_relative(reference: str, url: str) -> None:
    joined = join_address(_address("https://example.com/a/b"), reference)
    assert joined is not None
    assert joined.url == url


@pytest.mark.parametrize("url", ["http://example.com/x", "http://localhost/x"])
def test_without_encryption_nothing_is_asked(url: str) -> None:
    http = Http(HttpOptions(home=_address("https://api.github.com")))
    with pytest.raises(DownloadError, match="not encrypted"):
        http.get(url, headers={}, limit=1)


def test_another_machine_is_not_asked_without_encryption_even_if_the_home_server_is() -> None:
    http = Http(HttpOptions(home=_address("http://127.0.0.1:1")))
    with pytest.raises(DownloadError, match="not encrypted"):
        http.get("http://192.0.2.1/x", headers={}, limit=1)


def test_no_representation_shows_the_token() -> None:
    options = HttpOptions(home=_address("https://api.github.com"), token="ghp_secret")
    assert "ghp_secret" not in repr(options)
    assert "ghp_secret" not in repr(Http(options))


# --- proxies and certificates ------------------------------------------------------------


@pytest.mark.parametrize(
    ("no_proxy", "url", "straight"),
    [
        ("", URL, False),
        ("example.com", URL, True),
        ("EXAMPLE.com", URL, True),
        (".example.com", URL, True),
        ("*.example.com", "https://a.b.example.com", True),
        ("example.com", "https://api.example.com", True),
        ("example.com", "https://badexample.com", False),
        ("other.com, example.com", URL, True),
        ("*", URL, True),
        ("example.com:443", URL, True),
        ("example.com:8443", URL, False),
        ("127.0.0.1", "http://127.0.0.1:8080", True),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("::1", "http://[::1]:8080", True),
        ("[::1]:8080", "http://[::1]:8080", True),
        ("[::1]:81", "http://[::1]:8080", False),
        (",,", URL, False),
        ("nonsense/99", URL, False),
    ],
)
def test_no_proxy_takes_addresses_out(no_proxy: str, url: str, straight: bool) -> None:
    assert goes_straight(_address(url), no_proxy) is straight


@given(st.text())
@example("[]:1")
@example("0/0")
def test_no_text_breaks_the_reading_of_no_proxy(text: str) -> None:
    goes_straight(_address(URL), text)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://proxy.example:3128"}, "proxy.example"),
        ({"https_proxy": "proxy.example:3128"}, "proxy.example"),
        ({"HTTPS_PROXY": "http://a.example", "https_proxy": "http://b.example"}, "b.example"),
        ({"ALL_PROXY": "http://all.example"}, "all.example"),
        ({"ALL_PROXY": "http://all.example", "HTTPS_PROXY": "http://one.example"}, "one.example"),
        ({"HTTP_PROXY": "http://proxy.example"}, None),
        ({"HTTPS_PROXY": "http://proxy.example", "NO_PROXY": "example.com"}, None),
        ({"HTTPS_PROXY": ""}, None),
    ],
)
def test_the_environment_names_the_proxy(environment: dict[str, str], proxy: str | None) -> None:
    manager = Connector(environment, Timeouts()).manager(_address(URL))
    found = manager.proxy.host if isinstance(manager, ProxyManager) and manager.proxy else None
    assert found == proxy


def test_name_and_password_of_a_proxy_become_a_header_and_stay_out_of_its_address() -> None:
    connector = Connector({"HTTPS_PROXY": "http://user:secret@proxy.example:3128"}, Timeouts())
    manager = connector.manager(_address(URL))
    assert isinstance(manager, ProxyManager)
    assert str(manager.proxy) == "http://proxy.example:3128"
    assert manager.proxy_headers == {"proxy-authorization": "Basic dXNlcjpzZWNyZXQ="}


@pytest.mark.parametrize("proxy", ["socks5://u:secret@proxy.example:1080", "http://", "http://[x"])
def test_a_proxy_that_cannot_be_used_is_named_without_its_password(proxy: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY") as caught:
        Connector({"HTTPS_PROXY": proxy}, Timeouts())
    assert "secret" not in str(caught.value)


def test_certificates_that_are_not_there_are_the_users_mistake(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.touch()
    for path in (tmp_path / "missing.pem", empty):
        with pytest.raises(UsageError, match="SSL_CERT_FILE"):
            Connector({"SSL_CERT_FILE": str(path)}, Timeouts())


# --- when to try again -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pause"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW + 90), 90.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("9" * 5000, None),
        ("Fri, 99 Foo 99999 99:99:99 GMT", None),
    ],
)
def test_retry_after_holds_seconds_or_a_date(text: str, pause: float | None) -> None:
    assert asked_pause({"Retry-After": text}, NOW) == pause


@given(st.text())
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("1 Jan 0001 00:00:00 +2359")
def test_no_retry_after_breaks_us(text: str) -> None:
    pause = asked_pause({"Retry-After": text}, NOW)
    assert pause is None or pause >= 0


@pytest.mark.parametrize(
    ("remaining", "reset", "expected"),
    [
        ("0", "1700000900", 1_700_000_900.0),
        ("1", "1700000900", None),
        ("0", "", None),
        ("0", "9" * 5000, None),
        ("", "1700000900", None),
    ],
)
def test_a_limit_is_reached_where_nothing_remains(
    remaining: str, reset: str, expected: float | None
) -> None:
    headers = {"x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}
    assert limit_reset(headers) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2280, "at 22:51 UTC (in 38 minutes)"),
        (61, "at 22:14 UTC (in 1 minute)"),
        (10.0**15, "in 16666666666667 minutes"),
    ],
)
def test_moments_are_told_with_their_distance(seconds: float, text: str) -> None:
    assert describe_moment(NOW + seconds, NOW) == text


def test_pauses_double_up_to_the_longest_and_half_of_each_is_chance() -> None:
    policy = RetryPolicy(first_pause=1, longest_pause=10)
    assert [policy.pause(failures, 1.0) for failures in range(1, 7)] == [1, 2, 4, 8, 10, 10]
    assert [policy.pause(failures, 0.0) for failures in range(1, 7)] == [0.5, 1, 2, 4, 5, 5]
    assert policy.pause(10_000, 1.0) == 10


def _retrier(clock: FakeClock, *, cancelled: bool = False, **policy: float) -> Retrier:
    return Retrier(
        policy=RetryPolicy(**policy),  # type: ignore[arg-type]
        clock=clock,
        cancelled=lambda: cancelled,
        chance=lambda: 1.0,
    )


class _Failing:
    """Fails so many times, then succeeds."""

    def __init__(self, times: int, pause: float | None = None) -> None:
        self.left, self.pause, self.calls = times, pause, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise BrokenRequest(DownloadError(f"failure {self.calls}"), self.pause)
        return "done"


def test_what_fails_for_a_moment_is_tried_again() -> None:
    clock, attempt = FakeClock(), _Failing(3)
    assert _retrier(clock).run(attempt) == "done"
    assert attempt.calls == 4
    assert clock.slept == pytest.approx(0.5 + 1 + 2)


def test_the_number_of_attempts_has_an_end() -> None:
    clock, attempt = FakeClock(), _Failing(1000)
    with pytest.raises(DownloadError, match="failure 5"):
        _retrier(clock).run(attempt)
    assert attempt.calls == 5
    assert clock.slept == pytest.approx(0.5 + 1 + 2 + 4)


def test_the_server_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() -> None:
    clock = FakeClock()
    _retrier(clock).run(_Failing(1, pause=42))
    assert clock.slept == pytest.approx(42)
    _retrier(clock).run(_Failing(1, pause=0))
    assert clock.slept == pytest.approx(42.5)


def test_all_pauses_together_have_an_end() -> None:
    clock, attempt = FakeClock(), _Failing(1000, pause=50)
    with pytest.raises(DownloadError, match="failure 3"):
        _retrier(clock).run(attempt)
    assert clock.slept == pytest.approx(100)


def test_attempts_that_bring_a_lot_do_not_count() -> None:
    attempt, size = _Failing(20), 0

    def go_on() -> str:
        nonlocal size
        size += 2 * 1024 * 1024
        return attempt()

    assert _retrier(FakeClock(), total_wait=1000).run(go_on, lambda: size) == "done"
    assert attempt.calls == 21


def test_a_cancelled_run_does_not_wait() -> None:
    clock, attempt = FakeClock(), _Failing(1000)
    with pytest.raises(Cancelled):
        _retrier(clock, cancelled=True).run(attempt)
    assert attempt.calls == 1
    assert clock.slept == 0


# --- unfinished downloads ----------------------------------------------------------------


@pytest.fixture
def partials(tmp_path: Path) -> Partials:
    return Partials(folder=tmp_path)


def _broken_off(partials: Partials, *, etag: str = '"v1"', size: int = 100_000) -> None:
    partial = partials.take(URL)
    partial.restart(etag)
    partial.append(b"x" * size)
    partial.keep()


def test_what_broke_off_is_continued_by_one_run_alone(partials: Partials) -> None:
    _broken_off(partials)
    first, second = partials.take(URL), partials.take(URL)
    assert (first.size, first.etag, first.inherited) == (100_000, '"v1"', True)
    assert (second.size, second.etag, second.inherited) == (0, "", False)
    assert first.path != second.path
    first.append(b"y")
    first.close()
    assert first.path.read_bytes() == b"x" * 100_000 + b"y"


def test_another_address_finds_nothing_to_continue(partials: Partials) -> None:
    _broken_off(partials)
    assert partials.take(f"{URL}?2").size == 0


@pytest.mark.parametrize(
    ("etag", "size"), [("", 100_000), ('"v1"', 1000), (f'"{"v" * 100}"', 100_000)]
)
def test_what_cannot_be_continued_is_not_kept(
    partials: Partials, tmp_path: Path, etag: str, size: int
) -> None:
    _broken_off(partials, etag=etag, size=size)
    assert list(tmp_path.iterdir()) == []


def test_what_was_moved_away_is_not_missed(partials: Partials, tmp_path: Path) -> None:
    partial = partials.take(URL)
    partial.restart('"v1"')
    partial.append(b"x" * 100_000)
    partial.close()
    partial.path.rename(tmp_path / "done")
    partial.keep()
    assert [path.name for path in tmp_path.iterdir()] == ["done"]


def test_old_files_are_removed(partials: Partials, tmp_path: Path) -> None:
    _broken_off(partials)
    crashed = partials.take(f"{URL}?crashed")
    busy = partials.take(f"{URL}?busy")
    week_ago = time.time() - 7 * 24 * 3600
    for path in tmp_path.iterdir():
        if path != busy.path:
            os.utime(path, (week_ago, week_ago))
    partials.tidy()
    assert list(tmp_path.iterdir()) == [busy.path]
    assert crashed.path != busy.path


def test_kept_files_take_no_more_room_than_is_allowed(partials: Partials, tmp_path: Path) -> None:
    for number in range(4):
        path = tmp_path / f"{number:032}.22.partial"
        with path.open("wb") as stream:
            stream.truncate(900 * 1024**2)  # a hole: it takes no room on the disk
        os.utime(path, (time.time() - number, time.time() - number))
    partials.tidy()
    assert sorted(path.name[31] for path in tmp_path.iterdir()) == ["0", "1"]


def test_a_file_with_a_strange_name_is_fetched_anew(partials: Partials, tmp_path: Path) -> None:
    _broken_off(partials)
    (kept,) = tmp_path.iterdir()
    kept.rename(tmp_path / re.sub(r"\.[0-9a-f]+\.", ".zz.", kept.name))
    assert partials.take(URL).etag == ""


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Partials(folder=tmp_path / "missing").take(URL)


@pytest.mark.parametrize(
    ("text", "etag"),
    [
        ('"abc"', '"abc"'),
        ('"0x8DC"', '"0x8DC"'),
        ('""', '""'),
        ('W/"abc"', ""),
        ("abc", ""),
        ("", ""),
        ('"a"b"', ""),
        ('"a b"', ""),
    ],
)
def test_only_strong_etags_say_that_bytes_are_the_same(text: str, etag: str) -> None:
    assert strong_etag(text) == etag
