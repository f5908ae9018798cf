"""A server on this machine that speaks GitHub's REST API for repositories and releases.

As GitHub does, it lives under several names: the API is ``127.0.0.1``; the release pages and the
storage that assets are redirected to, with a signature in the query, are ``localhost``. An
address under the wrong name is not found.
"""

from __future__ import annotations

import base64
import contextlib
import email.utils
import hashlib
import json
import re
import shutil
import socket
import ssl
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from helpers.github_documents import (
    Document,
    HostedAsset,
    HostedRelease,
    HostedRepository,
    Places,
    asset_documents,
    asset_number,
    attestations_document,
    error_document,
    file_document,
    git_document,
    license_document,
    release_document,
    repository_document,
)
from helpers.github_faults import Fault, Reply

_JSON = "application/json; charset=utf-8"
_LOG = "/rekor/api/v1/log/entries"
_EMBEDDED = 30  # assets in a release's own answer; the rest is in the list of assets
_USUAL_PAGE, _LARGEST_PAGE = 30, 100
SIGNATURE = "signature-as-good-as-a-password"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that came in.

    Attributes:
        host: the name that the client gave the server, without the port.
        path: the path, without the query.
        query: the query's values.
        headers: by names in lower case.
        body: what came with it.
    """

    host: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def token(self) -> str | None:
        """The token that came with it."""
        return self.headers.get("authorization")


@dataclass(kw_only=True)
class _Planned:
    """A fault that waits for requests for a path."""

    pattern: re.Pattern[str]
    fault: Fault
    left: int


@dataclass(kw_only=True)
class GitHubServer:
    """The server; it runs as long as the ``with`` block that it is the context of.

    Attributes:
        root: the path of the API, for example ``/api/v3`` as on GitHub Enterprise Server.
        token: the only valid token.
        tls: makes it speak https.
        repositories: what it hosts.
        requests: what came in, in that order.
        answers: the JSON values that the API gave, each with the path asked for.
        log: the entries of a transparency log of sigstore, as its own API gives them.
    """

    root: str = ""
    token: str = "a-valid-token"
    tls: ssl.SSLContext | None = None
    repositories: list[HostedRepository] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[str, object]] = field(default_factory=list)
    log: list[Document] = field(default_factory=list)
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.github = self
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        assert not self._server.errors, self._server.errors

    @property
    def api_url(self) -> str:
        """The root of the API: what GITHUB_API_URL is to be."""
        return f"{self._origin('127.0.0.1')}{self.root}"

    @property
    def web_url(self) -> str:
        """The root of the pages for people."""
        return self._origin("localhost")

    @property
    def log_url(self) -> str:
        """The root of the transparency log."""
        return f"{self._origin('127.0.0.1')}/rekor"

    def fail(self, pattern: str, fault: Fault, *, times: int = 1) -> None:
        """Answer the next requests for a path with a fault.

        Args:
            pattern: a regular expression that is searched for in the path.
            fault: what to do instead of answering.
            times: for so many requests; then all is well again.
        """
        self._planned.append(_Planned(pattern=re.compile(pattern), fault=fault, left=times))

    def take_fault(self, path: str) -> Fault | None:
        """The fault that is planned for this request."""
        with self._lock:
            for planned in self._planned:
                if planned.left and planned.pattern.search(path):
                    planned.left -= 1
                    return planned.fault
        return None

    def count(self, pattern: str) -> int:
        """How many requests there were for paths that the pattern is found in."""
        return sum(1 for request in self.requests if re.search(pattern, request.path))

    @property
    def stopping(self) -> threading.Event:
        """Set when the server shall end."""
        return self._stopping

    def reply(self, request: Request) -> Reply:
        """The right answer to a request."""
        if request.path.startswith(_LOG):
            return self._log(request)
        if request.host == "localhost":
            return self._page(request)
        if request.token not in (None, f"Bearer {self.token}"):
            return self._error(401, "Bad credentials")
        if request.host != "127.0.0.1" or not request.path.startswith(f"{self.root}/repos/"):
            return self._error(404, "Not Found")
        return self._api(request)

    def _log(self, request: Request) -> Reply:
        """Rekor's API, version 1: an entry by its number, or by what it is of."""
        if request.path == f"{_LOG}/retrieve":
            (wanted,) = json.loads(request.body)["entries"]
            text = json.dumps(wanted, sort_keys=True, separators=(",", ":")).encode()
            body = base64.b64encode(text).decode()
            found = [{"uuid": entry} for entry in self.log if entry["body"] == body]
            return Reply(headers={"Content-Type": _JSON}, body=json.dumps(found).encode())
        number = int(request.query["logIndex"][0])
        for entry in self.log:
            if entry["logIndex"] == number:
                body = json.dumps({"uuid": entry})
                return Reply(headers={"Content-Type": _JSON}, body=body.encode())
        return self._error(404, "entry not found")

    def _api(self, request: Request) -> Reply:
        path = request.path.removeprefix(f"{self.root}/repos/")
        hosted = self._repository(path, request)
        if hosted is None:
            return self._error(404, "Not Found")
        rest = path.removeprefix(hosted.name).strip("/")
        page = re.fullmatch(r"releases(?:/(\d+)/assets)?", rest)
        if page is not None:
            return self._list(request, hosted, page[1])
        download = re.fullmatch(r"releases/assets/(\d+)", rest)
        if download and request.headers.get("accept") == "application/octet-stream":
            return self._to_storage(int(download[1]))
        document = self._document(hosted, rest, request)
        return self._error(404, "Not Found") if document is None else self._json(request, document)

    def _repository(self, path: str, request: Request) -> HostedRepository | None:
        for hosted in self.repositories:
            if f"{path}/".startswith(f"{hosted.name}/"):
                return hosted if not hosted.private or request.token else None
        return None

    def _document(self, hosted: HostedRepository, rest: str, request: Request) -> Document | None:
        ref = request.query.get("ref", ["main"])[0]
        if rest == "":
            return repository_document(hosted, self.places)
        if rest == "readme":
            return hosted.readme and file_document(hosted, hosted.readme, ref, self.places)
        if rest == "license":
            return hosted.license and license_document(hosted, ref, self.places)
        attested = re.fullmatch("attestations/sha256:([0-9a-f]{64})", rest)
        if attested:
            return attestations_document(hosted, attested[1], self.places)
        if rest.startswith("git/"):
            return git_document(hosted, unquote(rest.removeprefix("git/")), self.places)
        return self._release(hosted, rest)

    def _release(self, hosted: HostedRepository, rest: str) -> Document | None:
        for release in hosted.releases:
            latest = rest == "releases/latest" and not release.prerelease
            named = unquote(rest) == f"releases/tags/{release.tag}"
            if (latest or named) and not release.draft:
                return release_document(hosted, release, self.places, embedded=_EMBEDDED)
        return None

    def _list(self, request: Request, hosted: HostedRepository, number: str | None) -> Reply:
        if number is None:
            items = [
                release_document(hosted, release, self.places, embedded=_EMBEDDED)
                for release in hosted.releases
                if request.token or not release.draft
            ]
        else:
            items = asset_documents(hosted, hosted.releases[int(number) - 1], self.places)
        per_page = min(int(request.query.get("per_page", [str(_USUAL_PAGE)])[0]), _LARGEST_PAGE)
        page = int(request.query.get("page", ["1"])[0])
        headers = {}
        if page * per_page < len(items):
            following = f"{self._origin('127.0.0.1')}{request.path}?per_page={per_page}&page="
            headers["Link"] = (
                f'<{following}{page + 1}>; rel="next",'
                f' <{following}{-(-len(items) // per_page)}>; rel="last"'
            )
        return self._json(request, items[(page - 1) * per_page : page * per_page], headers)

    def _page(self, request: Request) -> Reply:
        """The release pages, which redirect to the storage, and the storage."""
        stored = re.fullmatch(r"/storage/(\d+)", request.path)
        if stored is not None:
            asset = self._asset(int(stored[1]))
            signed = request.query.get("sig") == [SIGNATURE]
            return _stored(asset) if asset and signed else Reply(status=403)
        for hosted in self.repositories:
            for release in () if hosted.private else hosted.releases:
                start = f"/{hosted.name}/releases/download/{release.tag}/"
                names = [asset.name for asset in release.assets]
                name = unquote(request.path.removeprefix(start))
                if request.path.startswith(start) and name in names:
                    return self._to_storage(asset_number(hosted, release, names.index(name)))
        return Reply(status=404)

    def _to_storage(self, number: int) -> Reply:
        if self._asset(number) is None:
            return self._error(404, "Not Found")
        location = f"{self._origin('localhost')}/storage/{number}?sig={SIGNATURE}"
        return Reply(status=302, headers={"Location": location})

    def _asset(self, number: int) -> HostedAsset | None:
        for hosted in self.repositories:
            for release in hosted.releases:
                index = number - asset_number(hosted, release, 0)
                if 0 <= index < len(release.assets):
                    return release.assets[index]
        return None

    @property
    def places(self) -> Places:
        """The roots of the addresses in its answers."""
        return Places(api=self.api_url, web=self.web_url)

    def _origin(self, host: str) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{host}:{self._server.server_address[1]}"

    def _json(
        self, request: Request, document: object, headers: Mapping[str, str] | None = None
    ) -> Reply:
        self.answers.append((request.path.removeprefix(self.root), document))
        limit = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "59"}
        head = {"Content-Type": _JSON, **limit, **(headers or {})}
        return Reply(headers=head, body=json.dumps(document).encode())

    def _error(self, code: int, message: str) -> Reply:
        body = json.dumps(error_document(message)).encode()
        return Reply(status=code, headers={"Content-Type": _JSON}, body=body)


def _stored(asset: HostedAsset) -> Reply:
    etag = f'"0x{hashlib.sha256(asset.sha256.encode()).hexdigest()[:15].upper()}"'
    headers = {"ETag": etag, "Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
    return Reply(headers=headers, body=asset.content)


class _Server(ThreadingHTTPServer):
    """Keeps errors of its threads, so that a test can fail for them."""

    github: GitHubServer
    daemon_threads = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.errors: list[BaseException | None] = []
        self._connections: set[socket.socket] = set()

    def hang_up(self) -> None:
        """End the connections that clients keep open."""
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def close_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        error = sys.exception()
        # Clients may go away at any time, and some refuse our certificate.
        if not isinstance(error, ConnectionError | ssl.SSLError | TimeoutError):
            self.errors.append(error)


class _Handler(BaseHTTPRequestHandler):
    """One connection; it is also the wire that faults work on."""

    protocol_version = "HTTP/1.1"
    server: _Server
    connection: socket.socket
    timeout = 10

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            host=self.headers.get("Host", "").rpartition(":")[0],
            path=parts.path,
            query=parse_qs(parts.query),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length", "0"))),
        )
        github = self.server.github
        github.requests.append(request)
        fault = github.take_fault(request.path)
        reply = github.reply(request)
        if fault is None:
            self.send(reply)
        else:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                fault(self, reply)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def send(self, reply: Reply, *, ranges: bool = True) -> None:
        start = self._start(reply) if ranges else None
        if start is not None and start >= reply.length:
            self.send_head(Reply(status=416, headers={"Content-Length": "0"}))
            return
        headers = dict(reply.headers)
        if start is not None:
            headers["Content-Range"] = f"bytes {start}-{reply.length - 1}/{reply.length}"
        headers.setdefault("Content-Length", str(reply.length - (start or 0)))
        self.send_head(Reply(status=reply.status if start is None else 206, headers=headers))
        if isinstance(reply.body, bytes):
            self.write(reply.body[start or 0 :])
        else:
            with reply.body.open("rb") as stream:
                stream.seek(start or 0)
                shutil.copyfileobj(stream, self.wfile, 1024 * 1024)

    def send_head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def write(self, data: bytes) -> None:
        self.wfile.write(data)

    def hang_up(self) -> None:
        self.close_connection = True

    def wait(self, seconds: float) -> bool:
        return not self.server.github.stopping.wait(seconds)

    def _start(self, reply: Reply) -> int | None:
        """Where the asked part begins; None for the whole (RFC 9110, sections 13.1.5 and 14.2)."""
        etags = {name.lower(): value for name, value in reply.headers.items()}.get("etag")
        condition = self.headers.get("If-Range")
        if reply.status != 200 or (condition and condition != etags):
            return None
        return self.range_start

    @property
    def range_start(self) -> int | None:
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(wanted[1]) if wanted else None

    def date_time_string(self, timestamp: float | None = None) -> str:
        return email.utils.formatdate(timestamp, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextlib.contextmanager
def hosting(*repositories: HostedRepository, root: str = "") -> Iterator[GitHubServer]:
    """A server with these repositories."""
    with GitHubServer(root=root, repositories=list(repositories)) as server:
        yield server


def a_release(*assets: HostedAsset, tag: str = "v1.2.3") -> HostedRepository:
    """A repository with one release."""
    return HostedRepository(releases=[HostedRelease(tag=tag, assets=list(assets))])


def sample(name: str, size: int = 300_000) -> bytes:
    """Bytes that are the same each time, do not repeat, and differ from name to name."""
    return hashlib.shake_256(name.encode()).digest(size)
