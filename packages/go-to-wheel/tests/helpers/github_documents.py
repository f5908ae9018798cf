"""What GitHub's REST API says of repositories, releases and files, as JSON values.

The shapes are those of GitHub's own description of its API; test_github.py compares them.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

Document = dict[str, object]

_TIME = "2026-01-02T03:04:05Z"


@dataclass(kw_only=True)
class HostedAsset:
    """A file of a release, as the server has it.

    Attributes:
        name: its name.
        content: its bytes, or the file that holds them.
        digest: what the API says of it; None for the right SHA-256, empty for null.
        size: what the API says of it; None for the right one.
        state: ``open`` for an upload that was never finished.
        updated: when it was last changed.
    """

    name: str
    content: bytes | Path
    digest: str | None = None
    size: int | None = None
    state: str = "uploaded"
    updated: str = _TIME

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    @property
    def sha256(self) -> str:
        """The digest of its bytes, in hex."""
        if isinstance(self.content, bytes):
            return hashlib.sha256(self.content).hexdigest()
        with self.content.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(kw_only=True)
class HostedRelease:
    """A release, as the server has it; ``published`` is when that was."""

    tag: str = "v1.2.3"
    assets: list[HostedAsset] = field(default_factory=list)
    draft: bool = False
    prerelease: bool = False
    published: str = _TIME


@dataclass(kw_only=True)
class HostedRepository:
    """A repository, as the server has it; releases stand with the newest first.

    Attributes:
        readme: name and text; None for none.
        license: name and text of the file; None for none.
        spdx: what GitHub takes the licence for.
        private: only a request with the right token sees it.
        attestations: SHA-256 of a file → the bundles that GitHub has for it.
        commits: git tag → the commit that it names.
        annotated: git tag → so many objects of git between the tag and its commit.
    """

    name: str = "octo-org/tool"
    description: str | None = "A tool for tests"
    homepage: str | None = None
    topics: tuple[str, ...] = ("cli", "go")
    spdx: str = "MIT"
    readme: tuple[str, str] | None = ("README.md", "# tool\n\nDoes something.\n")
    license: tuple[str, str] | None = ("LICENSE", "Permission is granted.\n")
    releases: list[HostedRelease] = field(default_factory=list)
    private: bool = False
    attestations: dict[str, list[Document]] = field(default_factory=dict)
    commits: dict[str, str] = field(default_factory=dict)
    annotated: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Places:
    """The roots of addresses: of the API, and of the pages for people."""

    api: str
    web: str


def repository_document(hosted: HostedRepository, places: Places) -> Document:
    """``full-repository``."""
    api, web = f"{places.api}/repos/{hosted.name}", f"{places.web}/{hosted.name}"
    owner, _, name = hosted.name.partition("/")
    links = {f"{key}_url": f"{api}/{path}" for key, path in _LINKS.items()}
    flags = dict.fromkeys(
        ["archived", "disabled", "fork", "has_discussions", "has_pages"], False
    ) | dict.fromkeys(["has_downloads", "has_issues", "has_projects", "has_wiki"], True)
    counts = dict.fromkeys(_COUNTS, 42)
    return {
        "id": 1000,
        "node_id": "MDEwOlJlcG9zaXRvcnkxMDAw",
        "name": name,
        "full_name": hosted.name,
        "private": hosted.private,
        "owner": _user(owner, places, "Organization"),
        "html_url": web,
        "description": hosted.description,
        "homepage": hosted.homepage,
        "topics": list(hosted.topics),
        "license": _license(hosted, places),
        "default_branch": "main",
        "visibility": "private" if hosted.private else "public",
        "language": "Go",
        "mirror_url": None,
        "url": api,
        "clone_url": f"{web}.git",
        "svn_url": web,
        "git_url": f"git://example.com/{hosted.name}.git",
        "ssh_url": f"git@example.com:{hosted.name}.git",
        **links,
        **flags,
        **counts,
        **dict.fromkeys(["created_at", "pushed_at", "updated_at"], _TIME),
    }


def release_document(
    hosted: HostedRepository, release: HostedRelease, places: Places, *, embedded: int
) -> Document:
    """``release``, with so many of its assets at most."""
    number = hosted.releases.index(release) + 1
    api = f"{places.api}/repos/{hosted.name}/releases/{number}"
    owner, _, _ = hosted.name.partition("/")
    return {
        "url": api,
        "assets_url": f"{api}/assets",
        "upload_url": f"{api}/assets{{?name,label}}",
        "html_url": f"{places.web}/{hosted.name}/releases/tag/{release.tag}",
        "id": number,
        "node_id": "RE_kwDOAAAAAc4AAAAB",
        "author": _user(owner, places, "User"),
        "tag_name": release.tag,
        "target_commitish": "main",
        "name": f"Version {release.tag}",
        "body": "What is new.",
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": False,
        "created_at": _TIME,
        "published_at": None if release.draft else release.published,
        "updated_at": _TIME,
        "assets": asset_documents(hosted, release, places)[:embedded],
        "tarball_url": f"{places.api}/repos/{hosted.name}/tarball/{release.tag}",
        "zipball_url": f"{places.api}/repos/{hosted.name}/zipball/{release.tag}",
    }


def asset_documents(
    hosted: HostedRepository, release: HostedRelease, places: Places
) -> list[Document]:
    """``release-asset`` of each file."""
    first = asset_number(hosted, release, 0)
    owner, _, _ = hosted.name.partition("/")
    return [
        {
            "url": f"{places.api}/repos/{hosted.name}/releases/assets/{number}",
            "browser_download_url": (
                f"{places.web}/{hosted.name}/releases/download/{release.tag}/{asset.name}"
            ),
            "id": number,
            "node_id": "RA_kwDOAAAAAc4AAAAB",
            "name": asset.name,
            "label": None,
            "uploader": _user(owner, places, "User"),
            "content_type": "application/octet-stream",
            "state": asset.state,
            "size": asset.length if asset.size is None else asset.size,
            "digest": f"sha256:{asset.sha256}" if asset.digest is None else asset.digest or None,
            "download_count": 42,
            "created_at": _TIME,
            "updated_at": asset.updated,
        }
        for number, asset in enumerate(release.assets, first)
    ]


def asset_number(hosted: HostedRepository, release: HostedRelease, index: int) -> int:
    """The id of an asset: they are counted through."""
    return (hosted.releases.index(release) + 1) * 10_000 + index


def file_document(
    hosted: HostedRepository, file: tuple[str, str], ref: str, places: Places
) -> Document:
    """``content-file``: the content comes in lines of base64."""
    name, text = file
    content = text.encode()
    api = f"{places.api}/repos/{hosted.name}/contents/{name}?ref={ref}"
    sha = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    git = f"{places.api}/repos/{hosted.name}/git/blobs/{sha}"
    html = f"{places.web}/{hosted.name}/blob/{ref}/{name}"
    return {
        "name": name,
        "path": name,
        "sha": sha,
        "size": len(content),
        "url": api,
        "html_url": html,
        "git_url": git,
        "download_url": f"{places.web}/raw/{hosted.name}/{ref}/{name}",
        "type": "file",
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
        "_links": {"self": api, "git": git, "html": html},
    }


def license_document(hosted: HostedRepository, ref: str, places: Places) -> Document:
    """``license-content``."""
    assert hosted.license is not None
    document = file_document(hosted, hosted.license, ref, places)
    return {**document, "license": _license(hosted, places)}


def attestations_document(hosted: HostedRepository, sha256: str, places: Places) -> Document:
    """What ``repos/list-attestations`` answers; there is no name for its schema."""
    return {
        "attestations": [
            {
                "bundle": bundle,
                "repository_id": 1000,
                "bundle_url": f"{places.web}/attestations/{number}",
                "initiator": "user",
            }
            for number, bundle in enumerate(hosted.attestations.get(sha256, []))
        ]
    }


def git_document(hosted: HostedRepository, path: str, places: Places) -> Document | None:
    """What stands below ``git/``: ``git-ref`` or ``git-tag``."""
    kind, _, name = path.partition("/")
    if kind == "ref":
        return _ref_document(hosted, name, places)
    return _tag_document(hosted, name, places) if kind == "tags" else None


def _ref_document(hosted: HostedRepository, ref: str, places: Places) -> Document | None:
    """``git-ref`` of a tag; None where there is none."""
    tag = ref.removeprefix("tags/")
    if f"tags/{tag}" != ref or tag not in hosted.commits:
        return None
    api = f"{places.api}/repos/{hosted.name}/git"
    return {
        "ref": f"refs/tags/{tag}",
        "node_id": "MDM6UmVmcmVmcy90YWdz",
        "url": f"{api}/refs/tags/{tag}",
        "object": _tagged(hosted, tag, hosted.annotated.get(tag, 0), api),
    }


def _tag_document(hosted: HostedRepository, sha: str, places: Places) -> Document | None:
    """``git-tag`` of an annotated tag; None where there is none."""
    api = f"{places.api}/repos/{hosted.name}/git"
    for tag, depth in hosted.annotated.items():
        for level in range(1, depth + 1):
            if sha == _tag_sha(tag, level):
                return {
                    "node_id": "MDM6VGFnOTQw",
                    "tag": tag,
                    "sha": sha,
                    "url": f"{api}/tags/{sha}",
                    "message": "A release.",
                    "tagger": {"name": "Octo", "email": "octo@example.com", "date": _TIME},
                    "object": _tagged(hosted, tag, level - 1, api),
                }
    return None


def _tagged(hosted: HostedRepository, tag: str, level: int, api: str) -> Document:
    """What a reference or a tag points to, so many tags above the commit."""
    if level == 0:
        sha = hosted.commits[tag]
        return {"type": "commit", "sha": sha, "url": f"{api}/commits/{sha}"}
    sha = _tag_sha(tag, level)
    return {"type": "tag", "sha": sha, "url": f"{api}/tags/{sha}"}


def _tag_sha(tag: str, level: int) -> str:
    return hashlib.sha1(f"{tag} {level}".encode(), usedforsecurity=False).hexdigest()


def error_document(message: str) -> Document:
    """``basic-error``."""
    return {"message": message, "documentation_url": "https://docs.github.com/rest"}


def _license(hosted: HostedRepository, places: Places) -> Document | None:
    if hosted.license is None:
        return None
    key = hosted.spdx.lower() if hosted.spdx != "NOASSERTION" else "other"
    return {
        "key": key,
        "name": hosted.spdx,
        "spdx_id": hosted.spdx,
        "url": None if key == "other" else f"{places.api}/licenses/{key}",
        "node_id": "MDc6TGljZW5zZW1pdA==",
    }


def _user(login: str, places: Places, kind: str) -> Document:
    api, web = f"{places.api}/users/{login}", f"{places.web}/{login}"
    links: Mapping[str, object] = {
        f"{key}_url": f"{api}/{key}"
        for key in ("followers", "subscriptions", "repos", "received_events")
    }
    return {
        "login": login,
        "id": 1000,
        "node_id": "MDQ6VXNlcjEwMDA=",
        "avatar_url": f"{places.web}/avatars/1000",
        "gravatar_id": "",
        "url": api,
        "html_url": web,
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "organizations_url": f"{api}/orgs",
        "events_url": f"{api}/events{{/privacy}}",
        "type": kind,
        "site_admin": False,
        **links,
    }


_COUNTS = [
    *("forks", "forks_count", "network_count", "open_issues", "open_issues_count", "size"),
    *("stargazers_count", "subscribers_count", "watchers", "watchers_count"),
]
_LINKS = {
    "archive": "{archive_format}{/ref}",
    "assignees": "assignees{/user}",
    "blobs": "git/blobs{/sha}",
    "branches": "branches{/branch}",
    "collaborators": "collaborators{/collaborator}",
    "comments": "comments{/number}",
    "commits": "commits{/sha}",
    "compare": "compare/{base}...{head}",
    "contents": "contents/{+path}",
    "contributors": "contributors",
    "deployments": "deployments",
    "downloads": "downloads",
    "events": "events",
    "forks": "forks",
    "git_commits": "git/commits{/sha}",
    "git_refs": "git/refs{/sha}",
    "git_tags": "git/tags{/sha}",
    "hooks": "hooks",
    "issue_comment": "issues/comments{/number}",
    "issue_events": "issues/events{/number}",
    "issues": "issues{/number}",
    "keys": "keys{/key_id}",
    "labels": "labels{/name}",
    "languages": "languages",
    "merges": "merges",
    "milestones": "milestones{/number}",
    "notifications": "notifications{?since,all,participating}",
    "pulls": "pulls{/number}",
    "releases": "releases{/id}",
    "stargazers": "stargazers",
    "statuses": "statuses/{sha}",
    "subscribers": "subscribers",
    "subscription": "subscription",
    "tags": "tags",
    "teams": "teams",
    "trees": "git/trees{/sha}",
}
