"""The documentation: it builds, every command on its pages does what they say, and it looks right.

Each page that shows commands is run in a folder and a home of its own. What is there before it
begins is named on the page, and made by the fixture ``given_NAME``.
"""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Literal

import click
import pytest
import yaml  # type: ignore[import-untyped]
from playwright.sync_api import ViewportSize

import go_to_wheel
from go_to_wheel.cli.app import application
from go_to_wheel.config.schema import get_schema
from helpers.browser import chromium, serving_files
from helpers.clients import BASE_PYTHON
from helpers.dist import HOST, Dist
from helpers.frontends import make_wheelhouse
from helpers.github_documents import HostedRelease, HostedRepository
from helpers.github_server import hosting
from helpers.needs import requirement
from helpers.once import made_once
from helpers.pages import read_page, run_page
from helpers.released import LICENSE, archives_of, checksums, programs_of
from helpers.tool import SCRIPTS, clean_environment
from helpers.zig import keep_c_libraries, needs_zig

ROOT = Path(__file__).resolve().parents[4]
DOCS = ROOT / "docs"
DATA = Path(__file__).parent.parent / "data"
PAGES = {str(path.relative_to(DOCS)): read_page(path) for path in sorted(DOCS.rglob("*.md"))}
README = read_page(ROOT / "README.md")
RUN = {name: page for name, page in PAGES.items() if page.runs}
RUN |= {"README.md": README}

_TARGET = "linux-amd64"
"""The target that pages name where one is enough."""

# Where the Python index is, and how it is reached, stays as this machine has it; so do Go's caches.
_CLEARED = re.compile(
    r"SOURCE_DATE_EPOCH|GIT_.*|GITHUB_.*|GH_.*|GO(?!PROXY|SUMDB|NOSUMDB|NOPROXY|PRIVATE|CACHE).*"
    r"|CGO_.*|PYTHON.*|VIRTUAL_ENV|COLUMNS|NO_COLOR|FORCE_COLOR|XDG_(CONFIG|DATA)_HOME|PIPX_.*"
    r"|PIP_(NO_INDEX|TARGET|PREFIX|USER|VERBOSE|QUIET|CACHE_DIR|REQUIRE.*)|UV_(?!.*INDEX).*"
)

_GITCONFIG = """\
[user]
    name = Ada
    email = ada@example.com
[init]
    defaultBranch = main
[advice]
    detachedHead = false
"""


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a page is run.

    Attributes:
        folder: where it begins.
        home: the home folder.
        environment: all variables.
        spoken: words of the page → what is said in their place here.
    """

    folder: Path
    home: Path
    environment: dict[str, str]
    spoken: dict[str, str] = field(default_factory=dict)

    def git(self, *arguments: str | Path, cwd: Path | None = None) -> None:
        """Run git."""
        subprocess.run(
            ["git", *arguments], cwd=cwd or self.folder, env=self.environment, check=True,
            capture_output=True,
        )  # fmt: skip

    def commit(self, folder: Path, tag: str) -> None:
        """Make a folder a git repository with one commit and a tag."""
        self.git("init", "--quiet", cwd=folder)
        self.git("add", ".", cwd=folder)
        self.git("commit", "--quiet", "--message", "All of it", cwd=folder)
        self.git("tag", tag, cwd=folder)


@pytest.fixture
def place(tmp_path: Path, go: Path) -> Place:
    """An empty folder and home. Of Go and uv there is nothing but what .venv has."""
    folder, home = tmp_path / "work", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (home / ".gitconfig").write_text(_GITCONFIG, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not _CLEARED.fullmatch(name)}
    modules = subprocess.run(
        [go, "env", "GOMODCACHE"], env=clean_environment(), check=True, capture_output=True,
        text=True,
    ).stdout.strip()  # fmt: skip
    environment = {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(SCRIPTS), os.defpath]),
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(tmp_path),
        "GOMODCACHE": modules,
        "PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"),  # the machine's: Go is large
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "UV_CACHE_DIR": str(home / "uv"),
        "UV_PYTHON_DOWNLOADS": "never",
    }
    settings = Path.home() / ".config" / "pip" / "pip.conf"  # the index's, where it is told there
    if settings.exists():
        environment["PIP_CONFIG_FILE"] = str(settings)
    return Place(folder=folder, home=home, environment=kept | environment)


# --- what pages begin with --------------------------------------------------------------------


@pytest.fixture
def given_fresh(place: Place) -> None:
    """A fresh machine: Python and git, and neither Go nor uv nor anything of .venv.

    The repository is cloned from its state on this disk, and packages come in .venv's versions.
    """
    programs = place.home / "programs"
    programs.mkdir()
    for name, program in (("python3", BASE_PYTHON), ("git", shutil.which("git"))):
        script = f'#!/bin/sh\nexec {shlex.quote(str(program))} "$@"\n'
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    place.environment["PATH"] = os.pathsep.join([str(programs), os.defpath])
    pins = place.home / "pins.txt"  # a newer Go than .venv's would print other tags one day
    pinned = {each.name: each.version for each in distributions() if each.name != "go-to-wheel"}
    pins.write_text("".join(f"{name}=={version}\n" for name, version in pinned.items()))
    place.environment["PIP_CONSTRAINT"] = str(pins)
    upstream = place.home / "upstream.git"
    git_dir = (f"--git-dir={upstream}", f"--work-tree={ROOT}")
    place.git("init", "--quiet", "--bare", upstream)
    place.git(*git_dir, "add", "--all", cwd=ROOT)
    place.git(*git_dir, "commit", "--quiet", "--message", "As it lies here", cwd=ROOT)
    with (place.home / ".gitconfig").open("a", encoding="utf-8") as config:
        config.write(f'[url "{upstream}"]\n')
        config.write("    insteadOf = https://github.com/go-to-wheel/go-to-wheel\n")


@pytest.fixture
def given_mytool(place: Place) -> Path:
    """The source of a Go program in ``mytool/``, at version 1.2.3."""
    folder = place.folder / "mytool"
    shutil.copytree(DATA / "docs" / "mytool", folder)
    place.commit(folder, "v1.2.3")
    return folder


@pytest.fixture
def given_tools(place: Place) -> Path:
    """The source of two Go programs in ``tools/``, at version 1.2.3."""
    folder = place.folder / "tools"
    shutil.copytree(DATA / "docs" / "tools", folder)
    place.commit(folder, "v1.2.3")
    return folder


@pytest.fixture
def given_zig() -> None:
    """The C libraries that zig makes once, for C code."""
    needs_zig()
    keep_c_libraries()


@pytest.fixture
def given_backend(place: Place, shared: Path) -> None:
    """go-to-wheel as a wheel that pip and uv find, as if it were on the index."""
    wheels = made_once(shared, "wheelhouse", make_wheelhouse) / "wheels"
    links = [str(wheels), *os.environ.get("PIP_FIND_LINKS", "").split()]
    place.environment |= {"PIP_FIND_LINKS": " ".join(links), "UV_FIND_LINKS": str(wheels)}
    del place.environment["UV_CACHE_DIR"]  # the machine's: it need not fetch everything again
    place.environment["XDG_CACHE_HOME"] = str(Path.home() / ".cache")


@pytest.fixture
def given_sqlite_scanner(place: Place, scanner: Dist) -> None:
    """The wheel of sqlite-scanner for this machine, found by pip as if it were on the index."""
    wheels = place.home / "wheels"
    wheels.mkdir()
    shutil.copy(scanner.host, wheels)
    place.environment |= {"PIP_FIND_LINKS": str(wheels), "PIP_NO_INDEX": "1"}


@pytest.fixture
def given_release(place: Place, scanner: Dist, tmp_path: Path) -> Iterator[None]:
    """A repository octo-org/sqlite-scanner with a release, on a server in GitHub's place.

    Its files were downloaded, too.
    """
    (tmp_path / "programs").mkdir()
    assets = archives_of("sqlite-scanner", programs_of(scanner, tmp_path / "programs"))
    repository = HostedRepository(
        name="octo-org/sqlite-scanner",
        description="Find SQLite databases",
        spdx="Apache-2.0",
        readme=("README.md", "# sqlite-scanner\n"),
        license=("LICENSE", LICENSE),
        releases=[HostedRelease(tag="v1.2.3", assets=[*assets, checksums(assets)])],
    )
    downloads = place.home / "Downloads"
    downloads.mkdir()
    for asset in assets:
        assert isinstance(asset.content, bytes)
        (downloads / asset.name).write_bytes(asset.content)
    with hosting(repository) as server:
        place.environment["GITHUB_API_URL"] = server.api_url
        yield


@pytest.fixture
def given_repository(place: Place, scanner_source: Path) -> None:
    """The source of sqlite-scanner in a git repository, and two databases among Ada's documents."""
    goal = place.folder / "packages" / "sqlite-scanner"
    made = shutil.ignore_patterns("dist", "sqlite-scanner", "__pycache__")
    shutil.copytree(scanner_source, goal, ignore=made)
    place.commit(place.folder, "v0.3.0")
    for name in ("notes.db", "photos/Library"):
        database = place.home / "Documents" / name
        database.parent.mkdir(parents=True, exist_ok=True)
        database.write_bytes(b"SQLite format 3\0".ljust(8192, b"\0"))
    place.spoken["/home/ada"] = str(place.home)


@pytest.fixture
def given_free_port(place: Place) -> None:
    """Port 8080 of the page is one here that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        place.spoken["8080"] = str(free.getsockname()[1])


# --- the pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_page_do_what_it_says(
    name: str, place: Place, request: pytest.FixtureRequest
) -> None:
    requirement(_TARGET, HOST == _TARGET, "the pages show what this target prints")
    page = RUN[name]
    for given in page.given:
        request.getfixturevalue(f"given_{given.replace('-', '_')}")
    run_page(page, place.folder, place.environment, place.spoken)


def test_every_command_of_a_page_is_in_a_block_that_is_run() -> None:
    for name in PAGES:
        text = (DOCS / name).read_text(encoding="utf-8")
        blocks = re.findall(r"^ *```([^`\n]*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
        for head, content in blocks:
            kind = head.split(" ")[0]
            assert kind not in {"", "bash", "sh", "shell", "shell-session"}, f"{name}: {content}"
            assert kind == "console" or not re.search(r"^ *\$ ", content, re.MULTILINE), name


_OTHER_WAYS = {
    "a fence of tildes": "^ *~~~",
    "an indented block": r"(?<=\n)\n(?: {4}|\t)\$ ",
    "a link in HTML": "<a [^>]*href",
    "a link to ourselves": re.escape("github.com/go-to-wheel/go-to-wheel/blob/"),
}


@pytest.mark.parametrize("pattern", _OTHER_WAYS.values(), ids=_OTHER_WAYS)
def test_no_page_writes_in_a_way_that_nothing_here_looks_at(pattern: str) -> None:
    for path in (*DOCS.rglob("*.md"), *ROOT.glob("examples/**/README.md"), ROOT / "README.md"):
        found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
        assert not found, f"{path}: {found}"


# --- commands within sentences, and indented ones: not run, but they must be possible -----------

_ELSEWHERE = re.compile(
    r"^ {4}(?P<indented>(?:go-to-wheel|uvx?|pipx?|twine|python -m) .+)$"
    r"|(?<!`)`(?P<inline>(?:go-to-wheel|uvx?|pipx?|twine|python -m) [^`\n]+)`",
    re.MULTILINE,
)
_FENCED = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_BEHIND = {"uvx": "uvx", "python": "python -m build"}
"""Program → what to ask for its options; others have a command as their second word."""


def _commands_elsewhere(path: Path) -> list[list[str]]:
    """The words of each command of a page that stands in no block."""
    text = _FENCED.sub("", path.read_text(encoding="utf-8"))
    shown = [found["indented"] or found["inline"] for found in _ELSEWHERE.finditer(text)]
    return [shlex.split(each, comments=True) for line in shown for each in line.split(" && ")]


_ELSEWHERE_ON = {
    name: commands
    for name, page in {**PAGES, "README.md": README}.items()
    if (commands := _commands_elsewhere(page.path))
}


@pytest.mark.parametrize("name", _ELSEWHERE_ON)
def test_commands_that_are_not_run_have_options_that_exist(name: str) -> None:
    for program, *words in _ELSEWHERE_ON[name]:
        if program == "go-to-wheel":
            _parse(words)
            continue
        asked = _BEHIND.get(program, f"{program} {words[0]}").split()
        assert _options(words) <= _known_options(tuple(asked)), (program, *words)


def _parse(words: list[str]) -> None:
    """Have our own command line read words; nothing is run."""
    named = words[0] in application.list_commands(click.Context(application))
    name, *arguments = words if named else ["build", *words]
    command = application.get_command(click.Context(application), name)
    assert command is not None
    try:
        command.make_context(name, arguments)
    except click.MissingParameter:
        assert not arguments, words  # a sentence may name the command alone


def _options(words: Sequence[str]) -> set[str]:
    return {word.partition("=")[0] for word in words if word.startswith("-")} - {"-m"}


@cache
def _known_options(command: tuple[str, ...]) -> set[str]:
    """The options that a program's help names. Its commands are those that have a help."""
    done = subprocess.run(
        [SCRIPTS / command[0], *command[1:], "--help"],
        env=clean_environment() | {"NO_COLOR": "1"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", done.stdout))


_NEEDS_IT = re.compile(r"(?:go-to-wheel|sqlite-scanner)(?:\[\w+\])?>=0\.3|'go-to-wheel\[")
_BUILDS_IT = re.compile(r"^\$ .*(?:pip install .*\.|--editable .*|uv build .*)$", re.MULTILINE)
_SAYS_SO = re.compile("until (?:sqlite-scanner )?0.3 is on the Python index", re.IGNORECASE)
_OTHERWISE = {
    "tutorial.md": "it installs the clone",
    "until-0.3.md": "it is what the others link",
}


@pytest.mark.parametrize(
    "path",
    [*DOCS.rglob("*.md"), *ROOT.glob("examples/*/README.md")],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_who_needs_what_is_not_on_the_index_reads_so_before_the_first_command(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    settings = path.with_name("pyproject.toml")
    if settings.exists() and _BUILDS_IT.search(text):
        text += settings.read_text(encoding="utf-8")
    if path.name not in _OTHERWISE and _NEEDS_IT.search(text):
        assert _SAYS_SO.search(text.partition("```console")[0]), path


def test_every_command_that_shows_something_shows_more_than_dots() -> None:
    for page in RUN.values():
        for run in page.runs:
            assert not run.printed or set(run.printed) != {"…"}, f"{page.path}, line {run.line}"


def test_pictures_are_shown_and_there() -> None:
    """Those of the comparison are drawn when the site is built, which looks at the links itself."""
    shown = set()
    for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README.path.read_text(encoding="utf-8")):
        assert (ROOT / name).stat().st_size > 0
        shown.add((ROOT / name).resolve())
    assert shown >= set(DOCS.glob("assets/*.svg"))


_ON_GITHUB = re.compile(
    r"https://(?:github\.com/go-to-wheel/go-to-wheel(?:/(?:blob|tree)/main)?"
    r"|raw\.githubusercontent\.com/go-to-wheel/go-to-wheel/main)(?:/([^#]+))?"
)


@pytest.mark.parametrize("package", ["datasette-scan", "go-to-wheel", "sqlite-scanner"])
def test_links_of_a_page_for_the_index_are_whole_and_lead_somewhere(package: str) -> None:
    """The index shows a README by itself: no file lies beside it there."""
    text = (ROOT / "packages" / package / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links
    for link in links:
        assert link.startswith("https://"), link
        if found := _ON_GITHUB.fullmatch(link):
            assert (ROOT / (found[1] or "")).exists(), link


def test_few_commands_are_not_run_and_each_for_a_reason() -> None:
    assert README.given
    assert README.left_out == ("the wheel is one of go-to-wheel 0.2",)
    assert {name: page.left_out for name, page in PAGES.items() if page.left_out} == {
        "how-to/ci.md": ("it needs a repository on GitHub", "it asks GitHub"),
        "tutorial.md": (
            "it would publish on the real index",
            "to-roman is not on the real index",
        ),
    }


# --- the site -----------------------------------------------------------------------------------


def build_site(root: Path, site: Path, mermaid: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a repository's folder strictly."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
        cwd=root,
        env=clean_environment()
        | {"MERMAID_FOLDER": str(mermaid), "DISABLE_MKDOCS_2_WARNING": "true"}
        | {"NO_MKDOCS_2_WARNING": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )


@pytest.fixture(scope="session")
def mermaid(shared: Path) -> Path:
    """The folder with the program that draws diagrams, as npm has it; empty without npm."""

    def fetch(folder: Path) -> None:
        command = [sys.executable, str(ROOT / "scripts" / "docs_mermaid.py"), str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        (folder / "said").write_text(done.stderr, encoding="utf-8")

    return made_once(shared, "mermaid", fetch)


@pytest.fixture(scope="session")
def site(shared: Path, mermaid: Path) -> Path:
    """The site."""

    def build(folder: Path) -> None:
        done = build_site(ROOT, folder, mermaid)
        assert done.returncode == 0, done.stderr

    return made_once(shared, "site", build)


def test_the_site_builds_strictly(site: Path) -> None:
    for name in PAGES:
        assert "<h1" in (site / name).with_suffix(".html").read_text(encoding="utf-8")


_BROKEN = """

[a page](nowhere.md), [a part](tutorial.md#nowhere), [a file](../nowhere.txt), [none](/nowhere/)
"""


def test_links_that_lead_nowhere_are_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in {"docs", "mkdocs.yml"} and not entry.name.startswith("."):
            (root / entry.name).symlink_to(entry)
    shutil.copy(ROOT / "mkdocs.yml", root)
    shutil.copytree(DOCS, root / "docs")
    with (root / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write(_BROKEN)
    (root / "docs" / "lonely.md").write_text("# Lonely\n", encoding="utf-8")
    done = build_site(root, tmp_path / "site", tmp_path)
    assert done.returncode == 1
    warnings = [line for line in done.stderr.splitlines() if line.startswith("WARNING")]
    for target in ("nowhere.md", "#nowhere", "../nowhere.txt", "/nowhere/"):
        assert any("index.md" in line and target in line for line in warnings), done.stderr
    assert "lonely.md" in done.stderr.split("WARNING", 1)[1]


def test_the_reference_is_complete(site: Path) -> None:
    def ids(page: str) -> set[str]:
        text = (site / "reference" / f"{page}.html").read_text(encoding="utf-8")
        return set(re.findall(r'\bid="([^"]+)"', text))

    assert set(get_schema()["properties"]) <= ids("config")
    names = set(go_to_wheel.__all__) - {"__version__"}
    assert {f"go_to_wheel.{name}" for name in names} <= ids("api")
    commands = application.list_commands(click.Context(application))
    assert {f"go-to-wheel-{name}" for name in commands} <= ids("command")


def test_the_comparison_has_every_figure_of_the_last_run(site: Path) -> None:
    page = html.unescape((site / "comparison.html").read_text(encoding="utf-8"))
    results = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    compared = {figure["base"]["what"] for figure in results["figures"]}
    peers = ("go-to-wheel 0.2", "gowheels", "sqlite-scanner 0.1.1", "datasette-scan 0.1.1")
    for peer in peers:
        assert any(peer in what for what in compared), peer
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>(.*?)</tr>", page, re.DOTALL)
    assert len(rows) > len(results["figures"])  # other tables' too
    for figure in results["figures"]:
        what, ratio = figure["base"]["what"], f"<strong>{figure['ratio']['median']:.2f}</strong>"
        absolute = "value" in (figure["goal"] or {}) or "(for information)" in figure["figure"]
        shown = not absolute or any(peer in what for peer in peers)
        cells = [rest for first, rest in rows if first.startswith(figure["figure"])]
        assert cells
        assert any(ratio in cell for cell in cells) == shown, figure


def test_the_workflow_that_is_shown_uses_the_action_as_it_is() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    page = (DOCS / "how-to" / "ci.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    step = next(each for each in yaml.safe_load(shown) if each.get("id") == "wheels")
    assert set(step["with"]) <= set(action["inputs"])
    used = set(re.findall(r"steps\.wheels\.outputs\.(\w+)", shown))
    assert used <= set(action["outputs"])
    assert step["uses"] in (ROOT / "action.yml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A way to look at a page."""

    width: int
    height: int
    scheme: Literal["dark", "light"]


_LOOKS = {
    "desktop": Look(width=1280, height=900, scheme="light"),
    "phone": Look(width=390, height=844, scheme="dark"),
}
_DRAWN = "document.querySelectorAll('pre.mermaid').length === 0"
_DIAGRAMS = "[...document.querySelectorAll('div.mermaid')].map(each => each.clientHeight)"


@pytest.mark.parametrize("look", _LOOKS.values(), ids=_LOOKS)
def test_each_page_fits_asks_no_other_host_and_draws_its_diagrams(
    look: Look, site: Path, mermaid: Path
) -> None:
    said = (mermaid / "said").read_text(encoding="utf-8")
    requirement("Mermaid", (mermaid / "mermaid.min.js").exists(), f"npm could not fetch it: {said}")
    strangers: list[str] = []
    complaints: list[str] = []
    diagrams = 0
    with serving_files(site) as url, chromium() as browser:
        size = ViewportSize(width=look.width, height=look.height)
        tab = browser.new_context(viewport=size, color_scheme=look.scheme).new_page()
        tab.on("request", lambda request: strangers.append(request.url))
        tab.on("console", lambda message: complaints.append(f"{tab.url}: {message.text}"))
        tab.on("pageerror", lambda error: complaints.append(f"{tab.url}: {error}"))
        pages = sorted(site.rglob("*.html"))
        assert {(site / name).with_suffix(".html") for name in PAGES} <= set(pages)
        for path in pages:
            tab.goto(f"{url}/{path.relative_to(site)}")
            tab.wait_for_function(_DRAWN)
            assert tab.evaluate("document.documentElement.scrollWidth") <= look.width, tab.url
            heights = tab.evaluate(_DIAGRAMS)
            assert all(height > 100 for height in heights), tab.url
            diagrams += len(heights)
    assert diagrams == sum(
        (DOCS / name).read_text(encoding="utf-8").count("```mermaid") for name in PAGES
    )
    assert [each for each in strangers if not each.startswith((f"{url}/", "data:", "blob:"))] == []
    assert complaints == []


def test_the_site_can_be_read_from_disk(site: Path) -> None:
    with chromium() as browser:
        tab = browser.new_page()
        tab.goto((site / "index.html").as_uri())
        tab.click("article >> text=The tutorial")
        assert tab.inner_text("h1").startswith("From an empty folder")
        tab.click(".md-tabs >> text=Reference")
        tab.click("article >> text=Settings")
        assert tab.inner_text("h1").startswith("Settings")


def test_the_search_finds_a_tag(site: Path) -> None:
    with serving_files(site) as url, chromium() as browser:
        tab = browser.new_page()
        tab.goto(url)
        tab.click("[data-md-component=search-query]")
        tab.keyboard.type("musllinux")
        tab.locator(".md-search-result__link[href*='reference/targets']").first.wait_for()


_COPIED = "navigator.clipboard.readText()"


def test_the_copy_button_gives_the_commands_alone(site: Path) -> None:
    """Without prompts and output, so that it can be pasted into a shell."""
    with serving_files(site) as url, chromium() as browser:
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        for name, page in PAGES.items():
            shown = [
                re.sub("^[$>] ", "", line)
                for block in _console_blocks(page.path)
                for line in block.splitlines()
                if re.match("[$>] ", line)
            ]
            tab.goto(f"{url}/{Path(name).with_suffix('.html')}")
            copied = []
            for block in tab.locator("div.highlight:has(.gp)").all():
                block.hover()
                block.locator("[data-clipboard-target]").click()
                copied += tab.evaluate(_COPIED).splitlines()
            assert copied == shown, name


def _console_blocks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    blocks = re.findall(r"^( *)```console\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for _indent, block in blocks]


@pytest.mark.parametrize("query", ["--platforms", "--min-age", "--require-signature"])
def test_the_search_finds_an_option_as_it_is_typed(site: Path, query: str) -> None:
    """To the theme alone, what begins with a dash is what is not wanted."""
    with serving_files(site) as url, chromium() as browser:
        tab = browser.new_page()
        tab.goto(url)
        tab.click("[data-md-component=search-query]")
        tab.keyboard.type(query)
        tab.locator(".md-search-result__link").first.wait_for()
