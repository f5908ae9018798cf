"""GitHub's API, spoken by a server on this machine whose answers GitHub's description proves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from go_to_wheel.errors import (
    AccessDeniedError,
    Cancelled,
    DownloadError,
    RateLimitError,
    ReleaseNotFoundError,
)
from go_to_wheel.release import RepositoryFile
from go_to_wheel.sources.github.api import GitHub, open_github
from helpers import github_faults as faults
from helpers.clock import FakeClock
from helpers.github_documents import HostedAsset, HostedRelease, HostedRepository
from helpers.github_server import GitHubServer, hosting, sample
from helpers.githubs_description import githubs_description

NAME = "octo-org/tool"
_ATTESTED = "ab" * 32  # the digest of a file
_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_BUNDLES = Path(__file__).parent.parent / "data" / "sigstore"


@pytest.fixture(params=["", "/api/v3"], ids=["root", "api-v3"])
def server(request: pytest.FixtureRequest) -> Iterator[GitHubServer]:
    """A server as github.com is, and one as GitHub Enterprise Server is."""
    with hosting(_repository(), root=request.param) as running:
        yield running


def _repository() -> HostedRepository:
    assets = [HostedAsset(name=f"tool-{n}.zip", content=sample(str(n), 100)) for n in range(3)]
    return HostedRepository(
        homepage="https://tool.example",
        commits={"v1.2.3": _COMMIT, "cmd/v1.0.0": _COMMIT, "endless": _COMMIT},
        annotated={"cmd/v1.0.0": 1, "endless": 9},
        attestations={
            _ATTESTED: [
                json.loads((_BUNDLES / name).read_bytes())
                for name in ("reusable-workflow-attestation.sigstore.json",) * 2
            ]
        },
        releases=[
            HostedRelease(tag="v2.0.0-draft", draft=True),
            HostedRelease(tag="v2.0.0-rc.1", prerelease=True, assets=assets[:1]),
            HostedRelease(tag="v1.2.3", assets=assets),
            HostedRelease(tag="cmd/v1.0.0", assets=assets[:2]),
        ],
    )


@contextmanager
def _asking(
    server: GitHubServer,
    *,
    token: str | None = None,
    clock: FakeClock | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[GitHub]:
    environment = {"GITHUB_API_URL": server.api_url} | ({"GITHUB_TOKEN": token} if token else {})
    github = open_github(environment, cancelled=cancelled, clock=clock or FakeClock(time.time()))
    with closing(github.http):
        yield github


# --- what there is -----------------------------------------------------------------------


def test_everything_is_read_and_every_answer_is_as_github_describes_it(
    server: GitHubServer, shared: Path
) -> None:
    description = githubs_description(shared)
    with _asking(server) as github:
        github.repository(NAME)
        github.latest_release(NAME)
        github.release(NAME, "cmd/v1.0.0")
        github.tags(NAME)
        github.license_file(NAME, "v1.2.3")
        github.readme(NAME, "v1.2.3")
        assert len(github.attestations(NAME, _ATTESTED)) == 2
        assert github.attestations(NAME, "0" * 64) == ()
        assert github.tag_commit(NAME, "cmd/v1.0.0") == _COMMIT
    assert len(server.answers) == 10
    problems = [p for path, answer in server.answers for p in description.problems(path, answer)]
    assert problems == []


def test_an_answer_that_is_not_as_described_would_be_noticed(
    server: GitHubServer, shared: Path
) -> None:
    description = githubs_description(shared)
    with _asking(server) as github:
        github.latest_release(NAME)
    ((path, answer),) = server.answers
    assert isinstance(answer, dict)
    answer["assets"][1]["size"] = "large"
    del answer["tag_name"]
    problems = description.problems(path, answer)
    assert any("$.assets[1].size" in problem for problem in problems)
    assert any("tag_name" in problem for problem in problems)


def test_a_repository_tells_of_itself(server: GitHubServer) -> None:
    with _asking(server) as github:
        repository = github.repository(NAME)
    assert repository.full_name == NAME
    assert repository.description == "A tool for tests"
    assert repository.homepage == "https://tool.example"
    assert repository.license_spdx == "MIT"
    assert repository.topics == ("cli", "go")


def test_the_latest_release_is_neither_a_draft_nor_a_prerelease(server: GitHubServer) -> None:
    with _asking(server) as github:
        release = github.latest_release(NAME)
    assert release.tag == "v1.2.3"
    assert [asset.name for asset in release.assets] == ["tool-0.zip", "tool-1.zip", "tool-2.zip"]


@pytest.mark.parametrize("tag", ["v1.2.3", "v2.0.0-rc.1", "cmd/v1.0.0"])
def test_a_release_is_found_by_its_tag(server: GitHubServer, tag: str) -> None:
    with _asking(server) as github:
        release = github.release(NAME, tag)
    assert release.tag == tag


@pytest.mark.parametrize(
    ("tag", "commit"),
    [
        ("v1.2.3", _COMMIT),
        ("cmd/v1.0.0", _COMMIT),
        ("v9", None),
        ("../v1.2.3", None),
        ("endless", None),
    ],
)
def test_a_tag_s_commit_is_found_also_behind_an_annotated_tag(
    server: GitHubServer, tag: str, commit: str | None
) -> None:
    with _asking(server) as github:
        assert github.tag_commit(NAME, tag) == commit


@pytest.mark.parametrize(
    "answer",
    [
        {"ref": "refs/heads/v1.2.3", "object": {"type": "commit", "sha": _COMMIT}},
        {"ref": "refs/tags/v1.2.3"},
        {"ref": "refs/tags/v1.2.3", "object": {"type": "commit", "sha": "../.."}},
        {"ref": "refs/tags/v1.2.3", "object": {"type": "tag"}},
        [],
    ],
)
def test_a_wrong_answer_about_a_tag_is_no_commit(server: GitHubServer, answer: object) -> None:
    body = json.dumps(answer).encode()
    server.fail("/git/ref/", lambda wire, _: wire.send(faults.Reply(body=body)))
    with _asking(server) as github, pytest.raises(DownloadError, match="not as GitHub describes"):
        github.tag_commit(NAME, "v1.2.3")


def test_a_draft_is_found_by_those_who_may_see_it(server: GitHubServer) -> None:
    with _asking(server, token=server.token) as github:
        assert github.release(NAME, "v2.0.0-draft").published is None
    with _asking(server) as github, pytest.raises(ReleaseNotFoundError):
        github.release(NAME, "v2.0.0-draft")


def test_licence_and_readme_come_with_their_names(server: GitHubServer) -> None:
    with _asking(server) as github:
        readme = RepositoryFile(name="README.md", content=b"# tool\n\nDoes something.\n")
        assert github.readme(NAME, "v1.2.3") == readme
        licence = RepositoryFile(name="LICENSE", content=b"Permission is granted.\n")
        assert github.license_file(NAME, "cmd/v1.0.0") == licence
    assert [request.query["ref"] for request in server.requests] == [["v1.2.3"], ["cmd/v1.0.0"]]


def test_licence_and_readme_may_be_missing(server: GitHubServer) -> None:
    server.repositories[0].license = server.repositories[0].readme = None
    with _asking(server) as github:
        assert github.readme(NAME, "v1.2.3") is None
        assert github.license_file(NAME, "v1.2.3") is None


@pytest.mark.parametrize("count", [29, 30, 31, 100, 101, 250])
def test_every_asset_is_found_however_many_there_are(server: GitHubServer, count: int) -> None:
    names = [f"tool-{number}.zip" for number in range(count)]
    server.repositories[0].releases[2].assets = [
        HostedAsset(name=name, content=b"zip") for name in names
    ]
    with _asking(server) as github:
        assert [asset.name for asset in github.latest_release(NAME).assets] == names


def test_a_list_without_end_is_an_error(server: GitHubServer) -> None:
    server.repositories[0].releases[2].assets *= 20
    path = f"{server.api_url}/repos/{NAME}/releases/3/assets"
    circle = f'<{path}?page=1&per_page=100>; rel="next"'
    server.fail(r"/assets$", faults.with_headers(link=circle), times=100)
    with _asking(server) as github, pytest.raises(DownloadError, match="a list with an end"):
        github.latest_release(NAME)
    assert server.count(r"/assets$") == 2


def test_the_client_says_who_it_is_and_which_version_of_the_api_it_means(
    server: GitHubServer,
) -> None:
    with _asking(server) as github:
        github.repository(NAME)
    (request,) = server.requests
    assert request.headers["user-agent"].startswith("go-to-wheel/")
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["x-github-api-version"] == "2022-11-28"


# --- what there is not -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["octo-org/none", "octo-org/tool2"])
def test_a_repository_that_is_not_there_is_an_error(server: GitHubServer, name: str) -> None:
    with _asking(server) as github:
        for ask in (github.repository, github.latest_release, github.tags):
            with pytest.raises(ReleaseNotFoundError, match=f"no repository {name}") as caught:
                ask(name)
            assert "GITHUB_TOKEN" in caught.value.hint
        with pytest.raises(ReleaseNotFoundError, match=f"no repository {name}"):
            github.release(name, "v1")


def test_a_private_repository_needs_the_token(server: GitHubServer) -> None:
    server.repositories[0].private = True
    with _asking(server) as github, pytest.raises(ReleaseNotFoundError, match="private"):
        github.repository(NAME)
    with _asking(server, token=server.token) as github:
        assert github.repository(NAME).full_name == NAME


def test_gh_token_serves_where_github_token_is_not_set(server: GitHubServer) -> None:
    environment = {"GITHUB_API_URL": server.api_url, "GITHUB_TOKEN": "", "GH_TOKEN": server.token}
    with closing(open_github(environment, cancelled=lambda: False).http) as http:
        assert http.has_token
        http.get(f"{server.api_url}/repos/{NAME}", headers={}, limit=100_000)
    assert server.requests[0].token == f"Bearer {server.token}"


def test_a_wrong_token_is_an_error(server: GitHubServer) -> None:
    message = "401 Unauthorized: Bad credentials"
    with (
        _asking(server, token="wrong") as github,
        pytest.raises(AccessDeniedError, match=message) as caught,
    ):
        github.repository(NAME)
    assert "GITHUB_TOKEN" in caught.value.hint
    assert "wrong" not in str(caught.value)


def test_a_forbidden_repository_is_an_error(server: GitHubServer) -> None:
    server.fail(NAME, faults.status(403, "Resource protected by organization SAML enforcement."))
    with _asking(server) as github, pytest.raises(AccessDeniedError, match="SAML") as caught:
        github.repository(NAME)
    assert "GITHUB_TOKEN" in caught.value.hint


def test_a_repository_without_releases_is_an_error(server: GitHubServer) -> None:
    server.repositories[0].releases = []
    with _asking(server) as github:
        with pytest.raises(ReleaseNotFoundError, match="has no releases"):
            github.latest_release(NAME)
        with pytest.raises(ReleaseNotFoundError, match="no release with the tag 'v1'") as caught:
            github.release(NAME, "v1")
    assert caught.value.hint == "It has no releases."


def test_a_repository_with_prereleases_alone_names_them(server: GitHubServer) -> None:
    server.repositories[0].releases = server.repositories[0].releases[:2]
    with _asking(server) as github, pytest.raises(ReleaseNotFoundError) as caught:
        github.latest_release(NAME)
    assert caught.value.hint == "Name one of them by its tag: v2.0.0-rc.1."


@pytest.mark.parametrize("tag", ["v9", "..", ".", "v1.2", "../../octo-org/tool", "%2e%2e"])
def test_a_tag_that_is_not_there_names_those_that_are(server: GitHubServer, tag: str) -> None:
    with _asking(server) as github, pytest.raises(ReleaseNotFoundError) as caught:
        github.release(NAME, tag)
    assert caught.value.hint == "There are: v2.0.0-rc.1, v1.2.3, cmd/v1.0.0."
    assert repr(tag) in caught.value.message
    assert all("/releases" in request.path for request in server.requests)


def test_the_hint_names_a_few_tags_of_many(server: GitHubServer) -> None:
    server.repositories[0].releases = [HostedRelease(tag=f"v{9 - n}") for n in range(8)]
    with _asking(server) as github, pytest.raises(ReleaseNotFoundError) as caught:
        github.release(NAME, "v100")
    assert caught.value.hint == "There are: v9, v8, v7, v6, v5 and more."


# --- faults ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_trouble_that_passes_is_waited_for(server: GitHubServer, code: int) -> None:
    server.fail(NAME, faults.status(code), times=3)
    clock = FakeClock()
    with _asking(server, clock=clock) as github:
        assert github.repository(NAME).full_name == NAME
    assert len(server.requests) == 4
    assert 0 < clock.slept < 10


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_trouble_that_does_not_pass_is_an_error(server: GitHubServer, code: int) -> None:
    server.fail(NAME, faults.status(code), times=1000)
    clock = FakeClock()
    with _asking(server, clock=clock) as github, pytest.raises(DownloadError, match=str(code)):
        github.repository(NAME)
    assert len(server.requests) == 5
    assert clock.slept < 60


@pytest.mark.parametrize("code", [400, 410, 418, 451, 501, 599])
def test_other_refusals_are_not_asked_again(server: GitHubServer, code: int) -> None:
    server.fail(NAME, faults.status(code, "No way"), times=1000)
    with _asking(server) as github, pytest.raises(DownloadError, match=f"{code}.*: No way"):
        github.repository(NAME)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "fault", [faults.reset_after(0), faults.reset_after(200), faults.cut_after(200)]
)
def test_a_connection_that_breaks_is_made_again(server: GitHubServer, fault: faults.Fault) -> None:
    server.fail(NAME, fault, times=3)
    with _asking(server) as github:
        assert github.repository(NAME).full_name == NAME
    assert len(server.requests) == 4


def test_a_connection_that_always_breaks_is_an_error(server: GitHubServer) -> None:
    server.fail(NAME, faults.cut_after(200), times=1000)
    message = "the connection was closed too early"
    with _asking(server) as github, pytest.raises(DownloadError, match=message) as caught:
        github.repository(NAME)
    assert "Check the network" in caught.value.hint
    assert len(server.requests) == 5


def test_nobody_at_the_other_end_is_an_error(server: GitHubServer) -> None:
    with hosting() as gone:
        url = gone.api_url
    clock = FakeClock()
    github = open_github({"GITHUB_API_URL": url}, cancelled=lambda: False, clock=clock)
    with pytest.raises(DownloadError, match="connection refused"):
        github.repository(NAME)
    assert 0 < clock.slept < 60


def test_429_is_asked_again_when_the_server_says(server: GitHubServer) -> None:
    server.fail(NAME, faults.status(429, retry_after="37"))
    clock = FakeClock()
    with _asking(server, clock=clock) as github:
        github.repository(NAME)
    assert clock.slept == pytest.approx(38, abs=1)


def test_a_date_in_retry_after_is_understood(server: GitHubServer) -> None:
    clock = FakeClock(start=1_700_000_000)  # 2023-11-14 22:13:20 UTC
    server.fail(NAME, faults.status(503, retry_after="Tue, 14 Nov 2023 22:13:40 GMT"))
    with _asking(server, clock=clock) as github:
        github.repository(NAME)
    assert clock.slept == pytest.approx(20)


@pytest.mark.parametrize("seconds", ["90", "3600"])
def test_a_server_that_asks_to_wait_long_is_an_error(server: GitHubServer, seconds: str) -> None:
    server.fail(NAME, faults.status(503, retry_after=seconds), times=1000)
    clock = FakeClock()
    with _asking(server, clock=clock) as github, pytest.raises(DownloadError, match="503"):
        github.repository(NAME)
    assert clock.slept == 0
    assert len(server.requests) == 1


def test_githubs_limit_is_waited_for_where_it_soon_ends(server: GitHubServer) -> None:
    clock = FakeClock(start=1_700_000_000)
    server.fail(NAME, faults.rate_limited(1_700_000_045))
    with _asking(server, clock=clock) as github:
        github.repository(NAME)
    assert clock.slept == pytest.approx(46)


@pytest.mark.parametrize("token", [None, "a-valid-token"])
def test_githubs_limit_says_when_it_ends_and_what_raises_it(
    server: GitHubServer, token: str | None
) -> None:
    clock = FakeClock(start=1_700_000_000)
    server.fail(NAME, faults.rate_limited(1_700_002_280), times=1000)
    with (
        _asking(server, clock=clock, token=token) as github,
        pytest.raises(RateLimitError) as caught,
    ):
        github.repository(NAME)
    assert "its limit resets at 22:51 UTC (in 38 minutes)" in caught.value.message
    assert ("GITHUB_TOKEN" in caught.value.hint) is (token is None)
    assert clock.slept == 0
    assert len(server.requests) == 1


def test_githubs_secondary_limit_is_one_with_retry_after(server: GitHubServer) -> None:
    server.fail(NAME, faults.status(403, "Secondary rate limit", retry_after="600"), times=1000)
    with _asking(server) as github, pytest.raises(RateLimitError, match="in 10 minutes"):
        github.repository(NAME)
    assert len(server.requests) == 1


def test_an_answer_that_is_no_json_is_an_error(server: GitHubServer) -> None:
    server.fail(NAME, lambda wire, _: wire.send(faults.Reply(body=b"<html>Sign in</html>")))
    with _asking(server) as github, pytest.raises(DownloadError, match="is not as GitHub"):
        github.repository(NAME)


def test_an_answer_without_end_is_stopped(server: GitHubServer) -> None:
    server.fail(NAME, faults.endless, times=1000)
    with _asking(server) as github, pytest.raises(DownloadError, match="larger than 33554432"):
        github.repository(NAME)
    assert len(server.requests) == 1


def test_a_renamed_repository_is_found_by_its_redirect(server: GitHubServer) -> None:
    new = f"{server.api_url}/repos/{NAME}"
    server.fail("octo-org/old", faults.redirect(new, code=301))
    with _asking(server, token=server.token) as github:
        assert github.repository("octo-org/old").full_name == NAME
    assert [request.token for request in server.requests] == [f"Bearer {server.token}"] * 2


def test_redirects_in_circles_end(server: GitHubServer) -> None:
    start, other = f"{server.api_url}/repos/{NAME}", f"{server.api_url}/elsewhere"
    server.fail(f"{NAME}$", faults.redirect(other), times=1000)
    server.fail("elsewhere", faults.redirect(start), times=1000)
    with _asking(server) as github, pytest.raises(DownloadError, match="in circles"):
        github.repository(NAME)
    assert len(server.requests) == 2


def test_redirects_without_end_end(server: GitHubServer) -> None:
    def onwards(wire: faults.Wire, reply: faults.Reply) -> None:
        place = f"{server.api_url}/elsewhere/{len(server.requests)}"
        faults.redirect(place)(wire, reply)

    server.fail("", onwards, times=1000)
    with _asking(server) as github, pytest.raises(DownloadError, match="without end"):
        github.repository(NAME)
    assert len(server.requests) == 11


def test_ten_redirects_are_followed(server: GitHubServer) -> None:
    for number in range(9):
        target = f"{server.api_url}/elsewhere/{number + 1}"
        server.fail(f"elsewhere/{number}$", faults.redirect(target))
    server.fail("octo-org/old", faults.redirect(f"{server.api_url}/elsewhere/0"))
    server.fail("elsewhere/9$", faults.redirect(f"{server.api_url}/repos/{NAME}"))
    with _asking(server) as github, pytest.raises(DownloadError, match="without end"):
        github.repository("octo-org/old")
    server.fail("elsewhere/1$", faults.redirect(f"{server.api_url}/repos/{NAME}"))
    server.fail("octo-org/old", faults.redirect(f"{server.api_url}/elsewhere/1"))
    with _asking(server) as github:
        assert github.repository("octo-org/old").full_name == NAME


@pytest.mark.parametrize(
    "location",
    ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", "https://u:p@localhost/", "https://"],
)
def test_a_redirect_to_nowhere_is_an_error(server: GitHubServer, location: str) -> None:
    server.fail(NAME, faults.redirect(location), times=1000)
    with _asking(server) as github, pytest.raises(DownloadError, match="cannot be used"):
        github.repository(NAME)
    assert len(server.requests) == 1


def test_a_redirect_to_another_machine_without_encryption_is_refused(
    server: GitHubServer,
) -> None:
    server.fail(NAME, faults.redirect("http://192.0.2.1/x"), times=1000)
    message = r"redirects to http://192\.0\.2\.1/x, which is not encrypted"
    with _asking(server) as github, pytest.raises(DownloadError, match=message):
        github.repository(NAME)


def test_the_token_does_not_come_back_from_another_host(server: GitHubServer) -> None:
    back = f"{server.api_url}/repos/{NAME}"
    server.fail("octo-org/old", faults.redirect(f"{server.web_url}/elsewhere"))
    server.fail("elsewhere", faults.redirect(back))
    with _asking(server, token=server.token) as github:
        github.repository("octo-org/old")
    assert [(request.host, request.token) for request in server.requests] == [
        ("127.0.0.1", f"Bearer {server.token}"),
        ("localhost", None),
        ("127.0.0.1", None),
    ]


def test_ctrl_c_ends_the_waiting(server: GitHubServer) -> None:
    server.fail(NAME, faults.status(503, retry_after="50"), times=1000)
    clock = FakeClock()
    with (
        _asking(server, clock=clock, cancelled=lambda: clock.slept > 1) as github,
        pytest.raises(Cancelled),
    ):
        github.repository(NAME)
    assert 1 < clock.slept < 2


@pytest.mark.parametrize("fault", [faults.silence, faults.stall_after(100)])
def test_ctrl_c_ends_the_reading_of_a_server_that_says_nothing(
    server: GitHubServer, fault: faults.Fault
) -> None:
    server.fail(NAME, fault)
    stopped = threading.Event()
    with _asking(server, cancelled=stopped.is_set) as github, ThreadPoolExecutor() as pool:
        asked = pool.submit(github.repository, NAME)
        while not server.requests:
            time.sleep(0.01)
        stopped.set()
        github.http.interrupt()
        with pytest.raises(Cancelled):
            asked.result(timeout=10)  # far less than the 30 seconds after which it would give up
