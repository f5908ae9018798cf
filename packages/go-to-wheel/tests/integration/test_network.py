"""Encryption and proxies, with a server that has a certificate of the test's own authority."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from go_to_wheel.cache import Cache
from go_to_wheel.errors import DownloadError
from go_to_wheel.sources.github.api import open_github
from go_to_wheel.sources.releases.downloads import Downloads
from helpers import github_faults as faults
from helpers.clock import FakeClock
from helpers.github_documents import HostedAsset
from helpers.github_server import GitHubServer, a_release, hosting, sample
from helpers.proxy import Proxy, proxying

NAME = "octo-org/tool"
TOOL = sample("tool")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that no system knows."""
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA, tmp_path: Path) -> dict[str, str]:
    """An environment that trusts it."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return {"SSL_CERT_FILE": str(file)}


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[GitHubServer]:
    """A server that speaks https."""
    yield from _serving(authority, "127.0.0.1", "localhost")


@pytest.fixture
def impostor(authority: trustme.CA) -> Iterator[GitHubServer]:
    """A server whose certificate is for another name."""
    yield from _serving(authority, "github.example")


def _serving(authority: trustme.CA, *names: str) -> Iterator[GitHubServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    repository = a_release(HostedAsset(name="tool.zip", content=TOOL))
    with GitHubServer(repositories=[repository], tls=context) as running:
        yield running


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy."""
    with proxying() as running:
        yield running


def _fetch(environment: dict[str, str], server: GitHubServer, folder: Path) -> bytes:
    """Fetch the asset; everything on the way there must work."""
    variables = {"GITHUB_API_URL": server.api_url, **environment}
    github = open_github(variables, cancelled=lambda: False, clock=FakeClock())
    with closing(github.http):
        release = github.latest_release(NAME)
        downloads = Downloads(github.http, Cache(), folder)
        return downloads.fetch(release, release.assets[0]).path.read_bytes()


def test_an_asset_is_fetched_over_https(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path
) -> None:
    assert _fetch(trusting, server, tmp_path) == TOOL


def test_a_certificate_of_an_unknown_authority_is_an_error_at_once(
    server: GitHubServer, tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match="its certificate is not trusted") as caught:
        _fetch({}, server, tmp_path)
    assert "SSL_CERT_FILE" in caught.value.hint
    assert server.requests == []


def test_a_certificate_for_another_name_is_an_error_at_once(
    impostor: GitHubServer, trusting: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(DownloadError, match="its certificate is not trusted"):
        _fetch(trusting, impostor, tmp_path)
    assert impostor.requests == []


@pytest.mark.parametrize("path", ["releases/latest", "download", "/storage/"])
def test_a_redirect_from_https_to_http_is_refused(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path, path: str
) -> None:
    with hosting(a_release(HostedAsset(name="tool.zip", content=TOOL))) as plain:
        target = f"{plain.web_url}/octo-org/tool/releases/download/v1.2.3/tool.zip"
        server.fail(path, faults.redirect(target), times=1000)
        with pytest.raises(DownloadError, match=r"redirects to http://.* not encrypted"):
            _fetch(trusting, server, tmp_path)
        assert plain.requests == []
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["authority.pem"]


def test_an_asset_that_the_api_itself_gives_a_plain_address_is_refused(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path
) -> None:
    def plain(wire: faults.Wire, reply: faults.Reply) -> None:
        wire.send(
            faults.Reply(body=reply.bytes().replace(b"https://localhost", b"http://localhost"))
        )

    server.fail("releases/latest", plain)
    with pytest.raises(DownloadError, match=r"names http://localhost.* not encrypted"):
        _fetch(trusting, server, tmp_path)
    assert len(server.requests) == 1


def test_a_broken_connection_is_made_again_over_https(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path
) -> None:
    server.fail("releases/latest", faults.reset_after(200), times=2)
    server.fail("/storage/", faults.cut_after(100_000), times=2)
    assert _fetch(trusting, server, tmp_path) == TOOL


def test_a_server_that_speaks_no_tls_is_an_error(tmp_path: Path) -> None:
    with hosting() as plain:
        plain_url = plain.api_url.replace("http:", "https:")
        github = open_github(
            {"GITHUB_API_URL": plain_url}, cancelled=lambda: False, clock=FakeClock()
        )
        with closing(github.http), pytest.raises(DownloadError, match="TLS failed"):
            github.repository(NAME)


def test_the_users_proxy_is_used(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path, proxy: Proxy
) -> None:
    environment = trusting | {"HTTPS_PROXY": f"http://user:secret@{proxy.address}"}
    assert _fetch(environment, server, tmp_path) == TOOL
    port = server.api_url.rpartition(":")[2]
    assert set(proxy.connected) == {f"127.0.0.1:{port}", f"localhost:{port}"}
    assert set(proxy.credentials) == {"Basic dXNlcjpzZWNyZXQ="}
    assert all("proxy-authorization" not in request.headers for request in server.requests)


def test_no_proxy_goes_straight(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path, proxy: Proxy
) -> None:
    environment = trusting | {"https_proxy": proxy.address, "no_proxy": "localhost"}
    assert _fetch(environment, server, tmp_path) == TOOL
    assert {name.rpartition(":")[0] for name in proxy.connected} == {"127.0.0.1"}


def test_a_proxy_that_is_not_there_is_an_error(
    server: GitHubServer, trusting: dict[str, str], tmp_path: Path
) -> None:
    with proxying() as gone:
        address = gone.address
    environment = trusting | {"HTTPS_PROXY": f"http://user:secret@{address}"}
    with pytest.raises(DownloadError, match="cannot be read") as caught:
        _fetch(environment, server, tmp_path)
    assert "HTTPS_PROXY" in caught.value.hint
    assert "secret" not in str(caught.value)
    assert server.requests == []
