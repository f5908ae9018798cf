"""GitHub's answers, read: the right ones, recorded ones, and wrong ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from go_to_wheel.errors import DownloadError, UsageError
from go_to_wheel.release import Digest, RepositoryFile
from go_to_wheel.sources.github.answers import (
    read_asset,
    read_file,
    read_release,
    read_repository,
)
from go_to_wheel.sources.github.api import open_github
from go_to_wheel.sources.github.fields import Fields
from go_to_wheel.sources.github.rest import read_api_root
from helpers.github_documents import (
    HostedAsset,
    HostedRelease,
    HostedRepository,
    Places,
    asset_documents,
    file_document,
    license_document,
    release_document,
    repository_document,
)

RECORDED: dict[str, Any] = json.loads(
    Path(__file__).parents[3].joinpath("data", "github", "recorded.json").read_bytes()
)
PLACES = Places(api="https://api.github.com", web="https://github.com")
HOSTED = HostedRepository(
    releases=[HostedRelease(assets=[HostedAsset(name="tool.zip", content=b"zip")])]
)
READERS: dict[str, Callable[[Fields], object]] = {
    "repository": read_repository,
    "release": lambda fields: read_release("octo-org/tool", fields, ()),
    "asset": lambda fields: read_asset(fields, through_api=True),
    "file": read_file,
}
DOCUMENTS: dict[str, Any] = {
    "repository": repository_document(HOSTED, PLACES),
    "release": release_document(HOSTED, HOSTED.releases[0], PLACES, embedded=30),
    "asset": asset_documents(HOSTED, HOSTED.releases[0], PLACES)[0],
    "file": file_document(HOSTED, ("README.md", "# tool\n"), "v1.2.3", PLACES),
}


def test_a_recorded_repository_is_read() -> None:
    found = read_repository(Fields(RECORDED["repository"], "repository"))
    assert found.full_name == "octokit-fixture-org/hello-world"
    assert found.topics == ("fixtures", "hello", "hello-world")
    assert found.html_url == "https://github.com/octokit-fixture-org/hello-world"
    assert (found.description, found.homepage, found.license_spdx) == ("", "", None)


def test_a_recorded_release_is_read() -> None:
    assets = [read_asset(Fields(a, "a"), through_api=True) for a in RECORDED["assets"]]
    (asset,) = assets
    assert asset is not None
    assert (asset.name, asset.size, asset.digest) == ("test-upload.txt", 14, None)
    start = "https://api.github.com/repos/octokit-fixture-org/release-assets"
    assert asset.url == f"{start}/releases/assets/1000"
    found = read_release("o/r", Fields(RECORDED["release"], "release"), (asset,))
    assert (found.tag, found.name) == ("v1.0.0", "Version 1.0.0")
    assert found.assets == (asset,)


@pytest.mark.parametrize(
    ("recorded", "ours"),
    [
        ("repository", DOCUMENTS["repository"]),
        ("release", DOCUMENTS["release"]),
        ("assets", [DOCUMENTS["asset"]]),
    ],
)
def test_the_answers_of_the_tests_server_are_shaped_like_the_recorded_ones(
    recorded: str, ours: Any
) -> None:
    theirs, kinds = dict(_kinds(RECORDED[recorded])), dict(_kinds(ours))
    left_out = {place.split(".")[0] for place in theirs.keys() - kinds.keys()}
    assert left_out <= _NOT_OURS
    for place in theirs.keys() & kinds.keys():
        assert theirs[place] == kinds[place] or "NoneType" in (theirs[place], kinds[place]), place


_NOT_OURS = {  # told to those who may write to the repository, and of organizations
    *("permissions", "temp_clone_token", "allow_squash_merge", "allow_merge_commit"),
    *("allow_rebase_merge", "allow_auto_merge", "delete_branch_on_merge", "allow_update_branch"),
    *("use_squash_pr_title_as_default", "allow_forking", "is_template"),
    *("web_commit_signoff_required", "organization"),
}


def _kinds(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Each place of a JSON value with the kind of what is there."""
    if place:
        yield place, type(value).__name__
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _kinds(inner, f"{place}.{key}" if place else key)
    if isinstance(value, list) and value:
        yield from _kinds(value[0], f"{place}[]")


def test_downloads_go_to_the_release_page_unless_there_is_a_token() -> None:
    fields = Fields(DOCUMENTS["asset"], "asset")
    page = "https://github.com/octo-org/tool/releases/download/v1.2.3/tool.zip"
    for through_api, url in [
        (False, page),
        (True, "https://api.github.com/repos/octo-org/tool/releases/assets/10000"),
    ]:
        asset = read_asset(fields, through_api=through_api)
        assert asset is not None
        assert (asset.url, asset.public_url) == (url, page)


@pytest.mark.parametrize(
    ("digest", "expected"),
    [
        (f"sha256:{'Ab' * 32}", Digest(algorithm="sha256", hex="ab" * 32)),
        (f"sha512:{'ab' * 64}", Digest(algorithm="sha512", hex="ab" * 64)),
        (None, None),
        ("", None),
        ("md5:d41d8cd98f00b204e9800998ecf8427e", None),
        ("blake3:1234", None),
    ],
)
def test_the_digest_of_an_asset_is_read(digest: str | None, expected: Digest | None) -> None:
    asset = read_asset(Fields(DOCUMENTS["asset"] | {"digest": digest}, "a"), through_api=True)
    assert asset is not None
    assert asset.digest == expected


@pytest.mark.parametrize("digest", ["sha256:", "sha256:abc", f"sha256:{'g' * 64}"])
def test_a_digest_that_is_none_is_an_error(digest: str) -> None:
    fields = Fields(DOCUMENTS["asset"] | {"digest": digest}, "a")
    with pytest.raises(DownloadError, match=r"the digest of tool\.zip is not sha256"):
        read_asset(fields, through_api=True)


def test_an_unfinished_upload_is_no_asset() -> None:
    fields = Fields(DOCUMENTS["asset"] | {"state": "open"}, "a")
    assert read_asset(fields, through_api=True) is None


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\nb", "a\0b", "\x1b[2J"])
def test_a_name_that_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(DownloadError, match="a file's name"):
        read_asset(Fields(DOCUMENTS["asset"] | {"name": name}, "a"), through_api=True)
    with pytest.raises(DownloadError, match="a file's name"):
        read_file(Fields(DOCUMENTS["file"] | {"name": name}, "f"))


def test_files_come_as_base64_in_lines() -> None:
    text = "# tool\n" * 100
    document = file_document(HOSTED, ("README.md", text), "v1", PLACES)
    assert "\n" in str(document["content"])
    found = read_file(Fields(document, "readme"))
    assert found == RepositoryFile(name="README.md", content=text.encode())
    licence = license_document(HOSTED, "v1", PLACES)
    assert read_file(Fields(licence, "license")) == RepositoryFile(
        name="LICENSE", content=b"Permission is granted.\n"
    )


def test_a_file_too_large_for_the_api_is_none() -> None:
    assert read_file(Fields(DOCUMENTS["file"] | {"encoding": "none", "content": ""}, "f")) is None


@pytest.mark.parametrize("content", ["a", "ä", "YQ"])
def test_a_file_that_is_no_base64_is_an_error(content: str) -> None:
    with pytest.raises(DownloadError, match="base64"):
        read_file(Fields(DOCUMENTS["file"] | {"content": content}, "f"))


@pytest.mark.parametrize("spdx", ["NOASSERTION", "", None])
def test_a_licence_that_github_does_not_know_is_none(spdx: str | None) -> None:
    document = DOCUMENTS["repository"] | {"license": {"spdx_id": spdx}}
    assert read_repository(Fields(document, "r")).license_spdx is None


_READ = {
    "repository": ["full_name", "description", "license", "topics", "html_url", "homepage"],
    "release": ["tag_name", "html_url", "name"],
    "asset": ["name", "size", "url", "state", "digest", "browser_download_url"],
    "file": ["name", "content", "encoding"],
}
_MAY_BE_MISSING = ["description", "digest", "homepage", "license", "topics"]
_CASES = [(kind, key) for kind, keys in _READ.items() for key in keys]


@pytest.mark.parametrize(("kind", "key"), _CASES)
@pytest.mark.parametrize("value", [3.5, -1, [[]], [3], "\ud800"])
def test_a_field_of_a_wrong_kind_is_an_error_that_names_it(
    kind: str, key: str, value: object
) -> None:
    document = copy.deepcopy(DOCUMENTS[kind]) | {key: value}
    with pytest.raises(DownloadError) as caught:
        READERS[kind](Fields(document, kind))
    assert f"{kind}.{key}" in str(caught.value)
    str(caught.value).encode()


@pytest.mark.parametrize(("kind", "key"), _CASES)
def test_a_missing_field_is_left_open_or_an_error_that_names_it(kind: str, key: str) -> None:
    document = {name: value for name, value in DOCUMENTS[kind].items() if name != key}
    if key in _MAY_BE_MISSING or (kind, key) == ("release", "name"):
        READERS[kind](Fields(document, kind))
        return
    with pytest.raises(DownloadError, match=rf"{kind}\.{key} is not"):
        READERS[kind](Fields(document, kind))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(kind=st.sampled_from(sorted(READERS)), data=st.data())
def test_no_answer_breaks_us(kind: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(sorted(DOCUMENTS[kind])), max_size=3))
    document = DOCUMENTS[kind] | {key: data.draw(JSON) for key in keys}
    try:
        READERS[kind](Fields(document, kind))
    except DownloadError as error:
        assert "The server's answer" in error.message  # noqa: PT017


@given(st.binary())
def test_what_is_no_json_is_our_error(body: bytes) -> None:
    try:
        Fields.each(Fields.read_json(body, "list"), "list")
    except DownloadError as error:
        assert "list is not" in error.message  # noqa: PT017


@pytest.mark.parametrize("body", [b"[" * 100_000, b"9" * 5000, b"\xff", b"", b"{} {}"])
def test_hostile_json_is_our_error(body: bytes) -> None:
    with pytest.raises(DownloadError, match="list is not JSON"):
        Fields.read_json(body, "list")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("", "https://api.github.com"),
        ("  ", "https://api.github.com"),
        ("https://ghe.example/api/v3", "https://ghe.example/api/v3"),
        ("https://ghe.example/api/v3/", "https://ghe.example/api/v3/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:8080/api/v3", "http://localhost:8080/api/v3"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_root_of_the_api_may_be_another(text: str, url: str) -> None:
    assert read_api_root(text).url == url


@pytest.mark.parametrize("text", ["http://api.github.com", "http://ghe.example/api/v3"])
def test_a_root_without_encryption_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"GITHUB_API_URL .* not encrypted"):
        read_api_root(text)


@pytest.mark.parametrize("text", ["api.github.com", "ftp://x", "https://u:secret@ghe.example"])
def test_a_root_that_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="GITHUB_API_URL") as caught:
        read_api_root(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GH_TOKEN"])
@pytest.mark.parametrize("token", ["two words", "a\nb", "schlüssel"])
def test_a_token_with_characters_that_no_header_takes_is_refused(name: str, token: str) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        open_github({name: token}, cancelled=lambda: False)
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        *("", "tool", "octo-org/", "/tool", "octo-org/tool/x", "octo-org/..", "octo-org/."),
        *("octo org/tool", "octo-org/tool?x", "octo-org/tool#x", "octo-org/to%2fol", "../tool"),
    ],
)
def test_what_is_no_name_of_a_repository_is_never_asked_for(name: str) -> None:
    github = open_github({}, cancelled=lambda: False)
    with pytest.raises(UsageError, match="no name of a repository"):
        github.repository(name)
