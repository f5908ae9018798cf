"""From a GitHub release to wheels, with the real command and a server on this machine."""

from __future__ import annotations

import json
import signal
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from go_to_wheel.targets import TARGETS
from helpers import github_faults as faults
from helpers.archives import (
    DARWIN_BOTH,
    LINUX_AMD64,
    LINUX_ARM64,
    WINDOWS_AMD64,
    pack,
    program,
    text,
)
from helpers.binaries import Elf
from helpers.clients import Home, run_by_uvx
from helpers.dist import Dist, read_dist
from helpers.github_documents import HostedAsset, HostedRelease, HostedRepository
from helpers.github_server import GitHubServer, a_release, hosting
from helpers.listing import listing
from helpers.once import made_once
from helpers.released import LICENSE, against, archives_of, checksums, programs_of, sha256
from helpers.tool import Outcome, Tool

SCANNER = "octo-org/sqlite-scanner"
NAME = "octo-org/tool"
GH = f"gh:{NAME}"
ASSETS = r"/(storage|releases/(download|assets))/"


# --- the whole of it, with real programs ----------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """The wheels of a release of sqlite-scanner for all targets.

    Attributes:
        dist: the wheels.
        published: target → the executable in the release.
    """

    dist: Dist
    published: Mapping[str, bytes]

    def metadata(self) -> Message:
        """METADATA of the host's wheel."""
        with zipfile.ZipFile(self.dist.host) as wheel:
            content = wheel.read("sqlite_scanner-1.2.3.dist-info/METADATA")
        return BytesParser().parsebytes(content)


def _scanner_repository(assets: list[HostedAsset]) -> HostedRepository:
    return HostedRepository(
        name=SCANNER,
        description="Find SQLite databases",
        homepage="https://scanner.example",
        topics=("sqlite", "cli"),
        spdx="Apache-2.0",
        readme=("README.md", "# sqlite-scanner\n\nAt the tag.\n"),
        license=("LICENSE.txt", LICENSE),
        releases=[HostedRelease(tag="v1.2.3", assets=[*assets, checksums(assets)])],
    )


@pytest.fixture(scope="session")
def published(scanner: Dist, tmp_path_factory: pytest.TempPathFactory) -> list[HostedAsset]:
    """The archives of a release of sqlite-scanner for all targets."""
    programs = programs_of(scanner, tmp_path_factory.mktemp("programs"))
    return archives_of("sqlite-scanner", programs)


@pytest.fixture(scope="session")
def packaged(
    shared: Path,
    scanner: Dist,
    published: list[HostedAsset],
    tmp_path_factory: pytest.TempPathFactory,
) -> Packaged:
    """What the command makes of that release."""

    def make(folder: Path) -> None:
        with hosting(_scanner_repository(published)) as server:
            tool = against(Tool(folder=folder), server)
            done = tool.run(
                f"https://github.com/{SCANNER}", "--binary", "sqlite-scanner", "--json",
                "--output-dir", "dist",
            )  # fmt: skip
        assert done.code == 0, done.stderr
        (folder / "report.json").write_text(done.stdout, encoding="utf-8")

    programs = programs_of(scanner, tmp_path_factory.mktemp("programs"))
    both = _only_program(next(each for each in published if "darwin_all" in each.name))
    return Packaged(
        dist=read_dist(made_once(shared, "released", make)),
        published={
            target: both if target.startswith("darwin-") else content
            for target, content in programs.items()
        },
    )


def _only_program(asset: HostedAsset) -> bytes:
    import io
    import tarfile

    assert isinstance(asset.content, bytes)
    with tarfile.open(fileobj=io.BytesIO(asset.content)) as archive:
        stream = archive.extractfile("sqlite-scanner")
        assert stream is not None
        return stream.read()


def test_a_release_becomes_a_wheel_for_each_target_it_has_a_file_for(packaged: Packaged) -> None:
    assert list(packaged.dist.wheels) == [target.name for target in TARGETS]
    assert len(list(packaged.dist.folder.iterdir())) == len(TARGETS)


@pytest.mark.parametrize("target", [target.name for target in TARGETS])
def test_users_get_the_bytes_that_were_published(
    target: str, packaged: Packaged, tmp_path: Path
) -> None:
    binary = packaged.dist.unpack_binary(target, tmp_path)
    assert binary.read_bytes() == packaged.published[target]


def test_the_wheels_pass_the_check(packaged: Packaged, tool: Tool) -> None:
    done = tool.run("check", *packaged.dist.wheels.values())
    assert done.code == 0, done.stdout
    assert done.stdout.count(": ok\n") == len(TARGETS)


def test_pip_installs_it_and_it_runs(packaged: Packaged, tmp_path: Path) -> None:
    home = Home(folder=tmp_path, find_links=packaged.dist.folder)
    python = home.venv()
    home.pip("install", "sqlite-scanner", python=python)
    assert home.do(python.with_name("sqlite-scanner"), "--version") == "1.2.3\n"


def test_uvx_runs_it(packaged: Packaged, tmp_path: Path) -> None:
    said = run_by_uvx(tmp_path, packaged.dist.host, "sqlite-scanner", "--version")
    assert said == "1.2.3\n"


def test_metadata_comes_from_the_repository_and_the_tag(packaged: Packaged) -> None:
    metadata = packaged.metadata()
    fields = ("Name", "Version", "Summary", "License-Expression", "Keywords", "License-File")
    assert {field: metadata[field] for field in fields} == {
        "Name": "sqlite-scanner",
        "Version": "1.2.3",
        "Summary": "Find SQLite databases",
        "License-Expression": "Apache-2.0",
        "Keywords": "sqlite,cli",
        "License-File": "LICENSE.txt",
    }
    urls = dict(url.split(", ", 1) for url in metadata.get_all("Project-URL", []))
    assert urls["Homepage"] == "https://scanner.example"
    assert urls["Source"].endswith(f"/{SCANNER}")
    assert urls["Release Notes"].endswith(f"/{SCANNER}/releases/tag/v1.2.3")
    assert metadata["Description-Content-Type"].startswith("text/markdown")
    assert metadata.get_payload() == "# sqlite-scanner\n\nAt the tag.\n"
    with zipfile.ZipFile(packaged.dist.host) as wheel:
        text = wheel.read("sqlite_scanner-1.2.3.dist-info/licenses/LICENSE.txt")
    assert text.decode() == LICENSE


# --- a small release, for all else ----------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Small:
    """A release of stubs, the command against it, and a cache of its own.

    Attributes:
        server: its requests are the whole truth of what was asked for.
        tool: the command.
        cache: the user's cache.
    """

    server: GitHubServer
    tool: Tool
    cache: Path

    @property
    def hosted(self) -> HostedRepository:
        """The repository."""
        return self.server.repositories[0]

    @property
    def release(self) -> HostedRelease:
        """Its newest release."""
        return self.hosted.releases[0]

    def asset(self, part: str) -> HostedAsset:
        """The asset with this in its name."""
        (found,) = [each for each in self.release.assets if part in each.name]
        return found

    def host(self, *assets: HostedAsset) -> None:
        """Put other assets into the release."""
        self.release.assets[:] = assets

    def fetched(self) -> int:
        """How often an asset was asked for."""
        return self.server.count(ASSETS)

    def fetched_names(self) -> set[str]:
        """The names of the files that were asked for."""
        paths = [Path(request.path) for request in self.server.requests]
        return {path.name for path in paths if "download" in path.parts}

    def build(self, *arguments: str, source: str = GH) -> dict[str, dict[str, object]]:
        """Build, and return target → what the document says of its wheel."""
        done = self.tool.run(source, "--json", *arguments)
        assert done.code == 0, done.stderr
        return {wheel["target"]: wheel for wheel in json.loads(done.stdout)["wheels"]}

    def refused(self, code: int, *words: str, arguments: tuple[str, ...] = ()) -> Outcome:
        """Build, which must fail, say so in one error, and leave nothing."""
        temporary = self.tool.folder.parent / "temporary"
        temporary.mkdir(exist_ok=True)
        before = listing(self.tool.folder)
        done = self.tool.run(GH, *arguments, TMPDIR=temporary)
        done.refused(code, *words)
        assert listing(self.tool.folder) == before
        assert listing(temporary) == {}
        return done

    def member(self, wheel: Mapping[str, object], name: str) -> bytes:
        """The file of this name in a wheel."""
        with zipfile.ZipFile(self.tool.folder / str(wheel["path"])) as archive:
            (found,) = [each for each in archive.namelist() if Path(each).name == name]
            return archive.read(found)

    def metadata(self, wheel: Mapping[str, object]) -> Message:
        """METADATA of a wheel."""
        return BytesParser().parsebytes(self.member(wheel, "METADATA"))


def _tar(name: str, *programs: tuple[str, bytes]) -> HostedAsset:
    members = [program(*each) for each in programs]
    return HostedAsset(name=name, content=pack("tar.gz", [text("LICENSE"), *members]))


def _usual() -> list[HostedAsset]:
    assets = [
        _tar("tool_1.2.3_linux_amd64.tar.gz", ("tool", LINUX_AMD64)),
        _tar("tool_1.2.3_linux_arm64.tar.gz", ("tool", LINUX_ARM64)),
        _tar("tool_1.2.3_darwin_all.tar.gz", ("tool", DARWIN_BOTH)),
        HostedAsset(
            name="tool_1.2.3_windows_amd64.zip",
            content=pack("zip", [program("tool.exe", WINDOWS_AMD64)]),
        ),
    ]
    return [*assets, checksums(assets)]


USUAL = {
    "linux-amd64": "tool_1.2.3_linux_amd64.tar.gz",
    "linux-arm64": "tool_1.2.3_linux_arm64.tar.gz",
    "darwin-amd64": "tool_1.2.3_darwin_all.tar.gz",
    "darwin-arm64": "tool_1.2.3_darwin_all.tar.gz",
    "windows-amd64": "tool_1.2.3_windows_amd64.zip",
}


@pytest.fixture
def small(tool: Tool, tmp_path: Path) -> Iterator[Small]:
    """A release for five targets."""
    with hosting(a_release(*_usual())) as server:
        cache = tmp_path / "cache"
        yield Small(server=server, tool=against(tool, server, XDG_CACHE_HOME=cache), cache=cache)


# --- naming the release ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        GH,
        f"{GH}@v1.2.3",
        f"https://github.com/{NAME}",
        f"https://github.com/{NAME}/releases",
        f"https://github.com/{NAME}/releases/tag/v1.2.3",
    ],
)
def test_every_way_to_name_a_release(source: str, small: Small) -> None:
    assert list(small.build(source=source)) == list(USUAL)


def test_a_tag_with_a_slash_is_a_tag(small: Small) -> None:
    small.release.tag = "cmd/tool/v1.2.3"
    wheels = small.build(source=f"{GH}@cmd/tool/v1.2.3")
    assert small.metadata(wheels["linux-amd64"])["Version"] == "1.2.3"


@pytest.mark.parametrize("tag", ["v9.9.9", "v1.2", "main"])
def test_a_tag_without_a_release_is_an_error(tag: str, small: Small) -> None:
    done = small.tool.run(f"{GH}@{tag}")
    done.refused(1, tag, NAME)
    assert not (small.tool.folder / "dist").exists()


def test_a_repository_that_is_not_there_is_an_error(small: Small) -> None:
    small.tool.run("gh:octo-org/other").refused(1, "octo-org/other")


def test_pre_releases_are_taken_only_when_they_are_named(small: Small) -> None:
    release = HostedRelease(tag="v2.0.0-rc.1", prerelease=True, assets=_usual())
    small.hosted.releases.insert(0, release)
    assert small.metadata(small.build()["linux-amd64"])["Version"] == "1.2.3"
    named = small.build(source=f"{GH}@v2.0.0-rc.1")
    assert small.metadata(named["linux-amd64"])["Version"] == "2.0.0rc1"


def test_drafts_are_taken_only_when_they_are_named(small: Small) -> None:
    small.hosted.releases.insert(0, HostedRelease(tag="v3.0.0", draft=True, assets=_usual()))
    assert small.metadata(small.build()["linux-amd64"])["Version"] == "1.2.3"
    named = small.tool.run(f"{GH}@v3.0.0", "--json", GITHUB_TOKEN=small.server.token)
    assert named.code == 0, named.stderr
    assert json.loads(named.stdout)["version"] == "3.0.0"


def test_a_repository_with_pre_releases_only_is_an_error_that_says_so(small: Small) -> None:
    small.release.prerelease = True
    small.refused(1, NAME)


def test_a_release_without_files_is_an_error(small: Small) -> None:
    small.host()
    small.refused(1, "v1.2.3", "no files")


# --- name, version, metadata -----------------------------------------------------------------


def test_a_tag_that_holds_no_version_is_an_error_that_asks_for_one(small: Small) -> None:
    small.release.tag = "nightly"
    small.refused(2, "nightly", "--version")


def test_a_version_can_be_given_where_the_tag_holds_none(small: Small) -> None:
    small.release.tag = "nightly"
    wheels = small.build("--version", "1.5")
    assert small.metadata(wheels["linux-amd64"])["Version"] == "1.5"


def test_the_users_words_go_before_the_repositorys(small: Small) -> None:
    given = {
        "--name": "my-tool",
        "--version": "4.5.6",
        "--license": "Apache-2.0",
        "--description": "Mine",
        "--url": "https://mine.example",
    }
    wheels = small.build(*(word for pair in given.items() for word in pair))
    metadata = small.metadata(wheels["linux-amd64"])
    assert metadata["Name"] == "my-tool"
    assert metadata["Version"] == "4.5.6"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Summary"] == "Mine"
    assert "Homepage, https://mine.example" in metadata.get_all("Project-URL", [])


def test_texts_are_those_at_the_tag(small: Small) -> None:
    small.build()
    asked = {
        request.path.rsplit("/", 1)[-1]: request.query
        for request in small.server.requests
        if request.path.endswith(("/readme", "/license"))
    }
    assert asked == {"readme": {"ref": ["v1.2.3"]}, "license": {"ref": ["v1.2.3"]}}


def test_without_a_licence_in_the_repository_that_of_the_archive_is_taken(small: Small) -> None:
    small.hosted.license = None
    wheel = small.build()["linux-amd64"]
    assert small.metadata(wheel)["License-File"] == "LICENSE"
    assert small.member(wheel, "LICENSE") == b"some text\n"


def test_a_repository_that_tells_nothing_of_itself_makes_wheels(small: Small) -> None:
    hosted = small.hosted
    hosted.description, hosted.readme, hosted.license, hosted.topics = None, None, None, ()
    small.host(HostedAsset(name="tool-linux-amd64", content=LINUX_AMD64))
    metadata = small.metadata(small.build()["linux-amd64"])
    assert metadata["License-File"] is None
    assert metadata["License-Expression"] is None
    assert metadata["Summary"]


def test_a_licence_that_github_does_not_know_is_not_named(small: Small) -> None:
    small.hosted.spdx = "NOASSERTION"
    metadata = small.metadata(small.build()["linux-amd64"])
    assert metadata["License-Expression"] is None
    assert metadata["License-File"] == "LICENSE"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "two\nlines\r\nand: a\tcolon"),
        ("description", "a\x00b\x1b[31m\x85\u2028\u202ec"),
        ("description", "long " * 500),
        ("description", "ünïcode 🐍 " * 30),
        ("description", "   "),
        ("homepage", "tool.example"),
        ("homepage", "javascript:alert(1)"),
        ("homepage", "https://tool.example/a b\nSummary: other"),
        ("homepage", "https://[::1"),
        ("topics", ("with,comma", "new\nline", "\x1b[31m", "", "ünï")),
        ("topics", tuple(f"topic-{number}" for number in range(200))),
        ("readme", ("README.adoc", "= tool\n")),
        ("readme", ("README", "plain\n")),
        ("readme", ("README.md", "")),
        ("readme", ("README.md", "\x00\x1b[31m\r\nName: other\n")),
        ("license", ("../../LICENSE", "text\n")),
        ("license", ("LICENSE\nName: other", "text\n")),
        ("license", ("LICENSE", "")),
        ("license", ("COPYING.txt", "\x00\x1b[31m")),
        ("spdx", "Apache-2.0 WITH Nonsense"),
        ("spdx", "MIT\nName: other"),
    ],
)
def test_whatever_a_repository_says_of_itself_the_wheels_are_right(
    field: str, value: object, small: Small
) -> None:
    """Or it is refused, in one clear error."""
    setattr(small.hosted, field, value)
    done = small.tool.run(GH, "--json", "--platforms", "linux-amd64")
    if done.code:
        assert "Traceback" not in done.stderr
        assert json.loads(done.stdout)["error"]
        assert listing(small.tool.folder) == {}
        return
    (wheel,) = json.loads(done.stdout)["wheels"]
    assert small.metadata(wheel)["Name"] == "tool"
    assert small.metadata(wheel).get_all("Name") == ["tool"]
    assert "\x1b" not in done.stderr
    checked = small.tool.run("check", wheel["path"])
    assert checked.code == 0, checked.stdout


@pytest.mark.parametrize("homepage", ["", "javascript:alert(1)", "https://a b"])
def test_without_a_usable_home_page_it_is_the_repository(homepage: str, small: Small) -> None:
    small.hosted.homepage = homepage
    (wheel,) = small.build("--platforms", "linux-amd64").values()
    urls = small.metadata(wheel).get_all("Project-URL", [])
    assert f"Homepage, {small.server.web_url}/{NAME}" in urls


@pytest.mark.parametrize(
    "name",
    ["../../tool_linux_amd64", "tool_linux_amd64\x1b[2J", "tool\nlinux_amd64", "/tool_linux_amd64"],
)
def test_an_assets_name_can_do_no_harm(name: str, small: Small) -> None:
    small.host(HostedAsset(name=name, content=LINUX_AMD64))
    done = small.tool.run(GH, "--verbose")
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    left = [path.name for path in small.tool.folder.rglob("*") if path.is_file()]
    assert all(name.endswith(".whl") for name in left)


# --- choosing programs and assets ------------------------------------------------------------


def _two_tools() -> list[HostedAsset]:
    return [
        _tar(f"{name}_1.2.3_{platform}.tar.gz", (name, content))
        for name in ("getter", "putter")
        for platform, content in (("linux_amd64", LINUX_AMD64), ("linux_arm64", LINUX_ARM64))
    ]


def test_a_release_of_several_tools_is_an_error_that_names_them(small: Small) -> None:
    small.host(*_two_tools())
    small.refused(1, "getter", "putter", "--binary")
    assert small.fetched() == 0


def test_one_of_several_tools_keeps_its_name(small: Small) -> None:
    small.host(*_two_tools())
    wheels = small.build("--binary", "putter")
    assert list(wheels) == ["linux-amd64", "linux-arm64"]
    assert _commands(wheels["linux-arm64"]) == ["putter"]
    assert small.member(wheels["linux-arm64"], "putter") == LINUX_ARM64
    assert small.fetched_names() == {each.name for each in _two_tools() if "putter" in each.name}


def test_several_tools_go_into_one_wheel(small: Small) -> None:
    small.host(*_two_tools())
    wheels = small.build("--binary", "putter", "--binary", "getter", "--name", "both")
    assert _commands(wheels["linux-amd64"]) == ["putter", "getter"]
    assert small.member(wheels["linux-amd64"], "getter") == LINUX_AMD64


def test_several_programs_of_one_archive(small: Small) -> None:
    ctl = Elf(data=b"another program").build()
    small.host(_tar("tool_linux_amd64.tar.gz", ("tool", LINUX_AMD64), ("tool-ctl", ctl)))
    wheels = small.build("--binary", "tool", "--binary", "tool-ctl")
    assert _commands(wheels["linux-amd64"]) == ["tool", "tool-ctl"]
    assert small.member(wheels["linux-amd64"], "tool") == LINUX_AMD64
    assert small.member(wheels["linux-amd64"], "tool-ctl") == ctl


def test_a_second_program_of_the_archive_can_be_the_only_one(small: Small) -> None:
    ctl = Elf(data=b"another program").build()
    small.host(_tar("tool_linux_amd64.tar.gz", ("tool", LINUX_AMD64), ("tool-ctl", ctl)))
    wheels = small.build("--binary", "tool-ctl")
    assert _commands(wheels["linux-amd64"]) == ["tool-ctl"]
    assert small.member(wheels["linux-amd64"], "tool-ctl") == ctl


def test_a_program_that_is_not_there_is_an_error_that_lists_what_is(small: Small) -> None:
    small.refused(1, "missing", "tool", arguments=("--binary", "missing"))


def test_the_command_is_named_like_the_distribution(small: Small) -> None:
    assert _commands(small.build("--name", "my-tool")["linux-amd64"]) == ["my-tool"]


def test_the_command_can_be_named(small: Small) -> None:
    assert _commands(small.build("--entry-point", "t")["linux-amd64"]) == ["t"]


def _commands(wheel: Mapping[str, object]) -> list[object]:
    binaries = wheel["binaries"]
    assert isinstance(binaries, list)
    return [binary["command"] for binary in binaries]


def test_an_asset_can_be_named_for_a_target(small: Small) -> None:
    other = Elf(data=b"the better one").build()
    small.release.assets.append(_tar("odd-name.tar.gz", ("tool", other)))
    wheels = small.build("--asset", "linux-amd64=odd-name.tar.gz")
    assert list(wheels) == list(USUAL)
    assert small.member(wheels["linux-amd64"], "tool") == other
    assert small.member(wheels["linux-arm64"], "tool") == LINUX_ARM64


def test_an_asset_that_is_not_there_is_an_error_that_lists_what_is(small: Small) -> None:
    words = ("nothing.zip", *USUAL.values())
    small.refused(1, *words, arguments=("--asset", "linux-amd64=nothing.zip"))


def test_only_the_targets_that_were_named(small: Small) -> None:
    wheels = small.build("--platforms", "linux-arm64,windows-amd64")
    assert list(wheels) == ["linux-arm64", "windows-amd64"]
    assert small.fetched_names() == {"checksums.txt", USUAL["linux-arm64"], USUAL["windows-amd64"]}


def test_a_target_without_a_file_is_an_error_that_lists_the_files(small: Small) -> None:
    words = ("windows-arm64", "v1.2.3", *USUAL.values())
    small.refused(1, *words, arguments=("--platforms", "linux-amd64,windows-arm64"))
    assert small.fetched() == 0


def test_all_means_all_there_are(small: Small) -> None:
    assert list(small.build("--platforms", "all")) == list(USUAL)


def test_files_that_are_no_programs_are_left_alone(small: Small) -> None:
    noise = ["tool_1.2.3_amd64.deb", "tool_1.2.3_linux_amd64.tar.gz.sbom.json", "tool.rb"]
    small.release.assets.extend(HostedAsset(name=name, content=b"noise") for name in noise)
    assert list(small.build()) == list(USUAL)
    assert small.fetched_names() == {"checksums.txt", *USUAL.values()}


def test_a_release_for_no_target_is_an_error_that_lists_its_files(small: Small) -> None:
    small.host(HostedAsset(name="tool-plan9-amd64.tar.gz", content=b""))
    small.refused(1, "tool-plan9-amd64.tar.gz", "--asset")


# --- plans, documents, caches ----------------------------------------------------------------


def test_a_dry_run_prints_the_plan_and_fetches_no_asset(small: Small) -> None:
    done = small.tool.run(GH, "--dry-run", COLUMNS="200")
    assert done.code == 0, done.stderr
    for target, name in USUAL.items():
        line = next(line for line in done.stdout.splitlines() if line.startswith(target))
        assert name in line
        assert f"sha256:{small.asset(name).sha256}" in line
        assert "GitHub's digest and checksums.txt" in line
    assert "manylinux_2_17_x86_64" in done.stdout
    assert small.fetched_names() == {"checksums.txt"}
    assert listing(small.tool.folder) == {}


def test_a_dry_run_looks_for_no_licence_in_an_asset(small: Small) -> None:
    small.hosted.license = None
    assert small.tool.run(GH, "--dry-run").code == 0
    assert small.fetched_names() == {"checksums.txt"}


@pytest.mark.parametrize("columns", ["40", "80"])
def test_a_dry_run_cuts_no_digest_short(columns: str, small: Small) -> None:
    done = small.tool.run(GH, "--dry-run", "--platforms", "linux-arm64", COLUMNS=columns)
    assert done.code == 0, done.stderr
    shown = "".join(done.stdout.split())
    assert "…" not in shown
    if columns == "80":
        column = done.stdout.splitlines()[0].index("from")
        text = "".join(line[column:].strip() for line in done.stdout.splitlines())
        assert small.asset(USUAL["linux-arm64"]).sha256 in text


def test_a_dry_run_as_a_document(small: Small) -> None:
    done = small.tool.run(GH, "--dry-run", "--json")
    assert done.code == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["name"], document["version"]) == ("tool", "1.2.3")
    assert document["commands"] == ["tool"]
    assert [each["target"] for each in document["targets"]] == list(USUAL)
    for each in document["targets"]:
        name = USUAL[each["target"]]
        assert each["origin"] == (
            f"{name} (sha256:{small.asset(name).sha256}, by GitHub's digest and checksums.txt)"
        )
        assert each["platform_tags"]


def test_a_dry_run_shows_what_nobody_vouches_for(small: Small) -> None:
    small.host(HostedAsset(name="tool_linux_amd64.tar.gz", content=b"?", digest=""))
    done = small.tool.run(GH, "--dry-run", "--json")
    assert done.code == 0, done.stderr
    (planned,) = json.loads(done.stdout)["targets"]
    assert planned["origin"] == "tool_linux_amd64.tar.gz (no digest was published)"
    assert small.fetched() == 0


def test_the_document_of_a_build(small: Small) -> None:
    done = small.tool.run(GH, "--json")
    assert done.code == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["source"] == f"Release v1.2.3 of github.com/{NAME}"
    wheel = next(each for each in document["wheels"] if each["target"] == "linux-arm64")
    assert wheel["binaries"] == [
        {"command": "tool", "size": len(LINUX_ARM64), "sha256": sha256(LINUX_ARM64)}
    ]
    path = small.tool.folder / wheel["path"]
    assert wheel["sha256"] == sha256(path.read_bytes())
    assert document["failures"] == []


def test_an_asset_for_two_targets_is_fetched_once(small: Small) -> None:
    small.build()
    stored = [request.path for request in small.server.requests if "/storage/" in request.path]
    assert len(stored) == len(set(stored)) == len(set(USUAL.values())) + 1


def test_a_second_run_needs_no_network_for_assets_and_makes_the_same_wheels(
    small: Small,
) -> None:
    first = small.build()
    before = small.fetched()
    small.server.fail(ASSETS, faults.status(500), times=100)
    second = small.build("--output-dir", "again")
    assert small.fetched() == before
    digests = [
        {target: wheel["sha256"] for target, wheel in run.items()} for run in (first, second)
    ]
    assert digests[0] == digests[1]


def test_a_token_goes_to_the_api_only_and_shows_nowhere(small: Small) -> None:
    small.hosted.private = True
    token = small.server.token
    done = small.tool.run(GH, "--verbose", GITHUB_TOKEN=token)
    assert done.code == 0, done.stderr
    assert token not in done.stdout + done.stderr
    for request in small.server.requests:
        assert (request.token is None) == (request.host == "localhost")


# --- faults ------------------------------------------------------------------------------------


def test_an_asset_without_a_digest_is_refused(small: Small) -> None:
    small.release.assets.pop()  # checksums.txt
    name = USUAL["linux-arm64"]
    small.asset(name).digest = ""
    small.refused(1, name, "--allow-unverified")


def test_an_asset_without_a_digest_can_be_allowed(small: Small) -> None:
    small.release.assets.pop()
    small.asset(USUAL["linux-arm64"]).digest = ""
    assert list(small.build("--allow-unverified")) == list(USUAL)


def test_a_checksum_file_is_as_good_as_githubs_digest(small: Small) -> None:
    for asset in small.release.assets:
        asset.digest = ""
    assert list(small.build()) == list(USUAL)


@pytest.mark.parametrize("unverified", [(), ("--allow-unverified",)])
def test_an_asset_with_a_wrong_digest_is_refused(unverified: tuple[str, ...], small: Small) -> None:
    small.release.assets.pop()
    name = USUAL["linux-arm64"]
    small.asset(name).digest = f"sha256:{'0' * 64}"
    small.refused(1, name, "0" * 64, arguments=unverified)


def test_two_digests_that_differ_are_refused_before_anything_is_fetched(small: Small) -> None:
    name = USUAL["linux-arm64"]
    small.asset(name).digest = f"sha256:{'0' * 64}"
    small.refused(1, name, "0" * 64)


def test_bytes_changed_on_the_way_are_refused(small: Small) -> None:
    index = small.release.assets.index(small.asset(USUAL["linux-arm64"]))
    small.server.fail(f"/storage/{10_000 + index}", faults.wrong_bytes, times=10)
    small.refused(1, USUAL["linux-arm64"])


def test_a_connection_that_breaks_is_taken_up_again(small: Small) -> None:
    small.server.fail("/storage/", faults.reset_after(100), times=1)
    assert list(small.build()) == list(USUAL)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_tar("x", ("tool", LINUX_ARM64)), ("arm64", "amd64")),
        (_tar("x", ("tool", WINDOWS_AMD64)), ("for other systems",)),
        (_tar("x", ("tool", b"#!/bin/sh\necho hello\n")), ("tool",)),
        (_tar("x", ("tool", b"")), ("tool",)),
        (_tar("x"), ("no program",)),
    ],
    ids=["arch", "system", "script", "empty", "no-program"],
)
def test_the_header_goes_before_the_assets_name(
    content: HostedAsset, words: tuple[str, ...], small: Small
) -> None:
    name = "tool_1.2.3_linux_amd64.tar.gz"
    small.host(HostedAsset(name=name, content=content.content), *_usual()[1:4])
    small.refused(1, name, *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LINUX_ARM64, ("arm64", "amd64")),
        (WINDOWS_AMD64, ()),
        (b"#!/bin/sh\necho hello\n", ("script",)),
        (b"", ()),
        (b"<html>Not Found</html>", ()),
    ],
    ids=["arch", "system", "script", "empty", "page"],
)
def test_the_header_goes_before_a_bare_assets_name(
    content: bytes, words: tuple[str, ...], small: Small
) -> None:
    small.host(HostedAsset(name="tool-linux-amd64", content=content))
    small.refused(1, "tool-linux-amd64", *words)


def test_an_asset_named_for_the_wrong_target_is_refused(small: Small) -> None:
    name = USUAL["windows-amd64"]
    small.refused(1, name, "linux-amd64", arguments=("--asset", f"linux-amd64={name}"))


def test_a_dynamic_program_gets_the_tag_it_deserves(small: Small) -> None:
    """glibc 2.28 and no older; and never musl."""
    dynamic = Elf(
        interpreter="/lib64/ld-linux-x86-64.so.2",
        needed=("libc.so.6",),
        versions={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.28")},
    ).build()
    small.host(HostedAsset(name="tool-linux-amd64", content=dynamic))
    wheel = small.build()["linux-amd64"]
    assert wheel["tags"] == ["py3-none-manylinux_2_28_x86_64"]


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_archive_is_refused(cut: float, small: Small) -> None:
    name = USUAL["linux-amd64"]
    content = small.asset(name).content
    assert isinstance(content, bytes)
    small.asset(name).content = content[: int(len(content) * cut)]
    small.release.assets.pop()
    small.refused(1, name)


def test_with_keep_going_the_other_targets_are_made(small: Small) -> None:
    small.release.assets.pop()
    small.asset(USUAL["linux-arm64"]).digest = f"sha256:{'0' * 64}"
    done = small.tool.run(GH, "--keep-going", "--json")
    assert done.code == 1
    document = json.loads(done.stdout)
    assert [each["target"] for each in document["failures"]] == ["linux-arm64"]
    assert USUAL["linux-arm64"] in document["failures"][0]["error"]
    made = [wheel["target"] for wheel in document["wheels"]]
    assert made == [target for target in USUAL if target != "linux-arm64"]
    assert len(list((small.tool.folder / "dist").iterdir())) == len(made)


def test_wheels_that_were_there_stay_as_they_are_when_a_build_fails(small: Small) -> None:
    small.build()
    small.release.assets.pop()
    small.asset(USUAL["windows-amd64"]).digest = f"sha256:{'0' * 64}"
    small.refused(1, USUAL["windows-amd64"])


@pytest.mark.parametrize("fault", [faults.drip, faults.stall_after(50), faults.silence])
def test_ctrl_c_while_files_arrive_leaves_nothing(
    fault: Callable[[faults.Wire, faults.Reply], None], small: Small, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    small.server.fail(r"/storage/1000[0-3]", fault, times=100)
    with small.tool.start(GH, TMPDIR=temporary) as process:
        while not small.server.count(r"/storage/1000[0-3]"):
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    done = Outcome(code=process.returncode, stdout=stdout, stderr=stderr, folder=small.tool.folder)
    done.refused(130, "Stopped")
    assert listing(small.tool.folder) == {}
    assert listing(temporary) == {}


def test_ctrl_c_before_the_release_is_known_leaves_nothing(small: Small) -> None:
    small.server.fail("/releases/latest", faults.silence)
    with small.tool.start(GH) as process:
        while not small.server.count("/releases/latest"):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=20)
    done = Outcome(code=process.returncode, stdout=stdout, stderr=stderr, folder=small.tool.folder)
    done.refused(130, "Stopped")
    assert listing(small.tool.folder) == {}
