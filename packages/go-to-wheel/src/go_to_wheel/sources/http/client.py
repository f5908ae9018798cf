"""A client for one server and for where it redirects to: it reads only, careful and patient.

- Encrypted, always: plain ``http`` is for a server of this machine (loopback) alone, and only
  where the client was made for one; from ``https`` there is no way back to ``http``.
- The token goes to the one server it is for, and no redirect takes it elsewhere.
- What fails for a moment is tried again: broken connections and the statuses 429, 500, 502,
  503 and 504, as often and as long as the policy allows, and when the server says so.
- The user's Ctrl-C ends waiting and reading at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

import urllib3
from urllib3.exceptions import HTTPError

from ..._version import __version__
from ...errors import DownloadError, RateLimitError
from .address import Address, join_address, parse_address
from .connect import Connector, Timeouts
from .faults import describe_fault, is_certificate_fault
from .retry import (
    BrokenRequest,
    Clock,
    Retrier,
    RetryPolicy,
    SystemClock,
    asked_pause,
    describe_moment,
    limit_reset,
)

Response = urllib3.BaseHTTPResponse

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({429, 500, 502, 503, 504})  # statuses that may be gone at the next try
_LIMITED = frozenset({403, 429})  # statuses that GitHub's limits come with
_MOST_REDIRECTS = 10
_PIECE = 256 * 1024  # bytes read at once
_COMMON_HEADERS = {
    "Accept-Encoding": "identity",  # sizes and digests are those of the bytes as they are stored
    "User-Agent": f"go-to-wheel/{__version__}",
}


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """What a client is made for.

    Attributes:
        home: the server that gets the token. Where it is plain http on this machine, other
            servers of this machine may be so too.
        token: sent to ``home`` as a bearer token (RFC 6750) and to nobody else.
        environment: names proxies and certificates; see ``Connector``.
        timeouts: how long to wait for a server.
        retries: how often and how patiently to try.
        clock: what passes the time between tries.
        cancelled: whether the user stopped the run.
    """

    home: Address
    token: str | None = field(default=None, repr=False)
    environment: Mapping[str, str] = field(default_factory=dict)
    timeouts: Timeouts = field(default_factory=Timeouts)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Clock = field(default_factory=SystemClock)
    cancelled: Callable[[], bool] = _never


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer, kept in memory.

    Attributes:
        address: what was asked for, not where redirects led.
        status: the HTTP status; never one that another try may mend.
        headers: whatever the case of their names.
        body: as it came.
    """

    address: Address
    status: int
    headers: Mapping[str, str]
    body: bytes


class Http:
    """The client. Any number of threads may use it at once.

    Raises:
        UsageError: a variable of the environment names no usable proxy or certificates.
    """

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._connector = Connector(options.environment, options.timeouts)
        self.clock = options.clock
        self.retrier = Retrier(
            policy=options.retries, clock=options.clock, cancelled=options.cancelled
        )

    @property
    def has_token(self) -> bool:
        """Whether the home server gets a token."""
        return self._options.token is not None

    def get(self, url: str, *, headers: Mapping[str, str], limit: int) -> Answer:
        """Get something small; the answer may also be a refusal, for the caller to judge.

        Args:
            url: an absolute address.
            headers: what to send, for example the media type that is wanted.
            limit: the largest body that is taken, in bytes.

        Raises:
            DownloadError: no answer could be had, or a body over the limit.
            RateLimitError: the server wants no more requests for long.
            Cancelled: the user stopped the run.
        """
        return self.retrier.run(lambda: self._get_once(url, headers, limit))

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str], limit: int) -> Answer:
        """Ask a question that is too long for an address; else as ``get``.

        It changes nothing on the server, so it may be asked again. No redirect is followed.

        Args:
            url: an absolute address.
            body: the question.
            headers: what to send, for example the question's media type.
            limit: the largest body that is taken, in bytes.

        Raises:
            DownloadError: no answer could be had, or a body over the limit.
            RateLimitError: the server wants no more requests for long.
            Cancelled: the user stopped the run.
        """
        return self.retrier.run(lambda: self._get_once(url, headers, limit, body))

    def _get_once(
        self, url: str, headers: Mapping[str, str], limit: int, body: bytes | None = None
    ) -> Answer:
        address = self.address(url)
        with self.open(address, headers, body) as response:
            return _read_answer(response, address, limit)

    def address(self, url: str) -> Address:
        """The address of a text.

        Raises:
            DownloadError: it is none that may be asked.
        """
        address = parse_address(url)
        if address is None:
            raise DownloadError(
                f"The server {self._options.home.host} names an address that cannot be used.",
                hint="It is no http or https address.",
            )
        self._permit(address, None)
        return address

    @contextmanager
    def open(
        self, address: Address, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[Response]:
        """Ask once, follow redirects, and hand out the answer, its body not read yet.

        With a body the question is a POST.

        Raises:
            BrokenRequest: it failed, also while the body was read, and may work another time.
            DownloadError: it failed for good.
            RateLimitError: the server wants no more requests for long.
            Cancelled: the user stopped the run.
        """
        self.retrier.check_cancelled()
        try:
            with closing(self._follow(address, headers, body)) as response:
                self._judge(response, address)
                yield response
        except HTTPError as error:
            self.retrier.check_cancelled()
            raise self._broken(address, error) from error

    def interrupt(self) -> None:
        """Wake every thread that waits for a server; call it when the user stops the run.

        ``cancelled`` must say so by then: else the requests are made again.
        """
        self._connector.interrupt()

    def close(self) -> None:
        """Close every connection."""
        self._connector.close()

    def _follow(self, start: Address, headers: Mapping[str, str], body: bytes | None) -> Response:
        """The answer at the end of the redirects."""
        address, seen, at_home = start, {start.url}, True
        while True:
            # Once the way has left the home server, nobody else decides what it is asked.
            at_home = at_home and address.origin == self._options.home.origin
            response = self._ask(address, headers, body, with_token=at_home)
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location or body is not None:
                return response
            _put_away(response)
            address = self._redirected(address, location)
            if address.url in seen or len(seen) > _MOST_REDIRECTS:
                raise DownloadError(
                    f"{start} redirects in circles, or without end.",
                    hint="The server is set up wrongly; try again later.",
                )
            seen.add(address.url)

    def _ask(
        self,
        address: Address,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        with_token: bool,
    ) -> Response:
        sent = {**_COMMON_HEADERS, **headers}
        if with_token and self._options.token is not None:
            sent["Authorization"] = f"Bearer {self._options.token}"
        return self._connector.manager(address).request(
            "GET" if body is None else "POST",
            address.url,
            headers=sent,
            body=body,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )

    def _redirected(self, address: Address, location: str) -> Address:
        target = join_address(address, location)
        if target is None:
            raise DownloadError(
                f"{address} redirects to an address that cannot be used.",
                hint="The server is set up wrongly; try again later.",
            )
        self._permit(target, address)
        return target

    def _permit(self, address: Address, origin: Address | None) -> None:
        """Refuse an address that would be asked without encryption."""
        home = self._options.home
        if address.scheme == "https":
            return
        on_this_machine = home.scheme == "http" and home.is_loopback and address.is_loopback
        if on_this_machine and (origin is None or origin.scheme == "http"):
            return
        came = f"{origin} redirects to" if origin else f"The server {home.host} names"
        raise DownloadError(
            f"{came} {address}, which is not encrypted.",
            hint="Nothing was downloaded from there: only https is safe.",
        )

    def _judge(self, response: Response, address: Address) -> None:
        """Raise where the status says that this was not the answer yet."""
        now = self.clock.now()
        pause = asked_pause(response.headers, now)
        if response.status in _LIMITED:
            reset = limit_reset(response.headers)
            if reset is None and pause is not None:
                reset = now + pause
            if reset is not None:
                # A second more: their clock and ours need not agree.
                self._wait_or_raise(self._limit_error(address, reset), reset - now + 1)
        if response.status in _PASSING:
            error = DownloadError(
                f"{address} answered {describe_status(response.status)}.",
                hint="The server has trouble; try again later.",
            )
            self._wait_or_raise(error, pause)

    def _wait_or_raise(self, error: DownloadError, pause: float | None) -> None:
        if pause is not None and pause > self._options.retries.longest_wait + 1:
            raise error
        raise BrokenRequest(error, pause)

    def _limit_error(self, address: Address, reset: float) -> RateLimitError:
        moment = describe_moment(reset, self.clock.now())
        hint = "Run it again then."
        if address.origin == self._options.home.origin and not self.has_token:
            hint = "Run it again then, or set GITHUB_TOKEN to a token, which raises the limit."
        return RateLimitError(
            f"{address.host} takes no more requests for now; its limit resets {moment}.", hint=hint
        )

    def _broken(self, address: Address, error: HTTPError) -> Exception:
        """What an error of the connection means: to try again, or to give up."""
        found = DownloadError(
            f"{address} cannot be read: {describe_fault(error)}.",
            hint="Check the network (and HTTPS_PROXY, where you need one), then run it again.",
        )
        if is_certificate_fault(error):
            found.hint = "A proxy that inspects TLS needs its certificate in SSL_CERT_FILE."
            return found
        return BrokenRequest(found)


def _read_answer(response: Response, address: Address, limit: int) -> Answer:
    body = bytearray()
    for piece in pieces(response):
        body += piece
        if len(body) > limit:
            raise DownloadError(
                f"The answer of {address} is larger than {limit} bytes.",
                hint="That is not what this address should hold.",
            )
    return Answer(
        address=address, status=response.status, headers=response.headers, body=bytes(body)
    )


def pieces(response: Response) -> Iterator[bytes]:
    """The body in the pieces in which it arrives, so that nobody waits for a full one."""
    while piece := response.read1(_PIECE):
        yield piece


def _put_away(response: Response) -> None:
    """Close a response that nobody reads; where little is left of it, keep the connection."""
    left = getattr(response, "length_remaining", None)
    if left is not None and left <= _PIECE:
        response.drain_conn()
    response.close()


def describe_status(status: int) -> str:
    """A status with its name, for example ``404 Not Found`` (RFC 9110, section 15)."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
