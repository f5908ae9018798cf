"""Whether the record of origin is right that a commit holds all that was compiled.

Real Go says what is compiled, and real git what the commit holds.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from go_to_wheel.cache import Cache
from go_to_wheel.events import Event, Warned
from go_to_wheel.metadata import Metadata
from go_to_wheel.model import GoOptions, PythonPackage
from go_to_wheel.names import ImportName, parse_version
from go_to_wheel.provenance.origin import FolderOrigin
from go_to_wheel.provenance.record import FILE_NAME, parse_origin
from go_to_wheel.sources.compile.source import open_go_source
from go_to_wheel.sources.context import Context
from go_to_wheel.sources.process import Processes
from go_to_wheel.targets import find_target
from helpers.dist import HOST
from helpers.gomodules import from_proxy, publish
from helpers.listing import members
from helpers.needs import requirement
from helpers.tool import Tool, clean_environment
from helpers.zig import keep_c_libraries, needs_zig

VERSION = parse_version("1.0")
FILES = {
    "go.work.off": "go 1.24\n\nuse (\n\t./tool\n\t./lib\n)\n",
    "tool/go.mod": "module example.com/tool\n\ngo 1.24\n\nrequire example.com/lib v1.0.0\n\n"
    "replace example.com/lib => ../lib\n",
    "tool/main.go": 'package main\n\nimport (\n\t_ "embed"\n\n\t"example.com/lib"\n)\n\n'
    "//go:embed data/*\nvar data string\n\nfunc main() { println(data, lib.Name) }\n",
    "tool/main_windows.go": "package main\n",
    "tool/data/a.txt": "a\n",
    "tool/notes.txt": "notes\n",
    "lib/go.mod": "module example.com/lib\n\ngo 1.24\n",
    "lib/lib.go": 'package lib\n\nconst Name = "lib"\n',
    "lib/unused/unused.go": "package unused\n",
    "LICENSE": "All of it is mine.\n",
    ".gitignore": "*.gen.go\n*.gen.txt\n*.gen.h\ngo.work*\n/outer/\n/tool/vendor/\n!go.work.off\n",
}


@dataclass(frozen=True)
class Project:
    """A checkout with a program in ``tool`` that uses ``lib``, and Go to look at it.

    Attributes:
        root: the checkout's root folder.
        go: the command of Go.
        environment: the variables of Go and git.
        warnings: what was told.
        package: the project's own Python package.
    """

    root: Path
    go: Path
    environment: dict[str, str]
    warnings: list[str] = field(default_factory=list)
    package: PythonPackage | None = None

    def git(self, *arguments: str | Path, folder: Path | None = None) -> str:
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=folder or self.root, env=self.environment, check=True, capture_output=True,
            encoding="utf-8",
        )  # fmt: skip
        return done.stdout.strip()

    def ask_go(self, *arguments: str | Path) -> str:
        return subprocess.run(
            [self.go, *arguments], cwd=self.root / "tool", env=self.environment, check=True,
            capture_output=True, encoding="utf-8",
        ).stdout  # fmt: skip

    def commit(self, folder: Path | None = None) -> None:
        self.git("add", "--all", folder=folder)
        self.git("commit", "--quiet", "--allow-empty", "--message=change", folder=folder)

    def write(self, name: str, text: str = "package lib\n", base: Path | None = None) -> Path:
        path = (base or self.root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def origin(
        self, options: GoOptions | None = None, *targets: str, cache: Path | None = None
    ) -> FolderOrigin:
        """What the record says of a build of ``tool``; nothing is compiled."""
        scratch = self.root.parent / "scratch"
        scratch.mkdir(exist_ok=True)
        wanted = [find_target(name) for name in targets or (HOST,)]
        with ExitStack() as resources:
            context = Context(
                processes=Processes(environment=self.environment),
                cache=Cache(folder=cache),
                scratch=scratch,
                resources=resources,
                tell=self._hear,
                given=Metadata(version=VERSION),
                may_fetch=False,
                output_dir=self.root / "dist",
                package=self.package,
            )
            options = replace(options or GoOptions(), binary=str(self.go))
            source = open_go_source(self.root / "tool", options, wanted, context)
            source.linked(wanted)
            assert source.unlisted == {}, "this module is not as Go wants it"
            ((origin, _),) = source.origins(wanted[0], VERSION)
        assert isinstance(origin, FolderOrigin)
        return origin

    def _hear(self, event: Event) -> None:
        if isinstance(event, Warned):
            self.warnings.append(event.message)

    def is_dirty(self) -> bool | None:
        """What the record says of that."""
        return self.origin().dirty


@pytest.fixture
def project(tmp_path: Path, go: Path) -> Project:
    requirement("git", shutil.which("git"), "the program git is not on PATH")
    (tmp_path / "gitconfig").write_text("[user]\nname = A\nemail = a@example.com\n")
    environment = clean_environment() | {
        "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GOCACHE": os.environ["GOCACHE"],
        "GOPROXY": "off",
    }
    made = Project(root=tmp_path / "checkout", go=go, environment=environment)
    for name, text in FILES.items():
        made.write(name, text)
    made.git("init", "--quiet")
    made.commit()
    return made


def test_what_a_commit_holds_is_not_called_changed(project: Project) -> None:
    origin = project.origin()

    assert (origin.dirty, origin.subfolder) == (False, "tool")
    assert origin.commit == project.git("rev-parse", "HEAD")
    assert project.warnings == []


def test_a_checkout_of_another_user_is_told_since_its_commit_is_not(project: Project) -> None:
    project.environment["GIT_TEST_ASSUME_DIFFERENT_OWNER"] = "1"

    assert project.origin().commit == ""
    (told,) = project.warnings
    assert f"{project.root} is a git checkout, and git refuses to read it" in told
    assert "belongs to another user: the record of origin misses the commit" in told
    assert f"Let git read it with 'git config --global --add safe.directory {project.root}'" in told


def test_what_git_says_of_a_checkout_that_it_cannot_read_is_told(project: Project) -> None:
    config = project.root / ".git" / "config"
    config.write_text("[core\n")

    assert project.origin().commit == ""
    (told,) = project.warnings
    assert "(fatal: bad config line 1 in file" in told
    assert "the record of origin misses the commit" in told
    assert told.endswith("Do what git says.")


def test_a_checkout_is_told_of_where_no_git_can_read_it(project: Project, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    project.environment["PATH"] = str(tmp_path / "empty")

    assert project.origin().commit == ""
    (told,) = project.warnings
    assert f"{project.root} is a git checkout, and there is no git command" in told
    assert told.endswith("nobody can prove the wheel. Install git.")
    shutil.rmtree(project.root / ".git")
    project.warnings.clear()
    assert project.origin().commit == ""
    assert project.warnings == []


def change_library(project: Project) -> None:
    project.write("lib/lib.go", 'package lib\n\nconst Name = "other"\n')


def add_ignored_to_library(project: Project) -> None:
    project.write("lib/more.gen.go")


def remove_from_library(project: Project) -> None:
    (project.root / "lib/unused/unused.go").unlink()


def use_ignored_workspace(project: Project) -> None:
    project.write("go.work", FILES["go.work.off"])


def embed_ignored_file(project: Project) -> None:
    project.write("tool/data/b.gen.txt", "b\n")


def compile_ignored_file(project: Project) -> None:
    project.write("tool/more.gen.go", "package main\n")


def assume_unchanged(project: Project) -> None:
    project.git("update-index", "--assume-unchanged", "tool/data/a.txt")
    project.write("tool/data/a.txt", "other\n")


def skip_work_tree(project: Project) -> None:
    project.git("update-index", "--skip-worktree", "tool/main.go")
    project.write("tool/main.go", FILES["tool/main.go"] + "\nvar more = 1\n")


def skip_work_tree_of_a_text(project: Project) -> None:
    project.git("update-index", "--skip-worktree", "tool/notes.txt")
    project.write("tool/notes.txt", "other\n")


def leave_out_what_would_be_embedded(project: Project) -> None:
    project.write("tool/data/deep/b.txt", "b\n")
    project.commit()
    project.git("sparse-checkout", "set", "--no-cone", "/*", "!/tool/data/deep/")
    assert not (project.root / "tool/data/deep").exists()


def leave_out_a_source_in_library(project: Project) -> None:
    project.write("lib/more.go")
    project.commit()
    project.git("sparse-checkout", "set", "--no-cone", "/*", "!/lib/more.go")
    assert not (project.root / "lib/more.go").exists()


def put_another_in_the_commit_s_place(project: Project) -> None:
    project.git("branch", "good")
    change_library(project)
    project.commit()
    project.git("replace", "good", "HEAD")
    project.git("reset", "--quiet", "--hard", "good")
    assert "other" in (project.root / "lib/lib.go").read_text()
    assert project.git("status", "--porcelain") == ""


def have_git_convert_line_ends_here(project: Project) -> None:
    """What an installation of git for Windows may set for its user."""
    project.git("config", "--global", "core.autocrlf", "true")
    (project.root / "tool/data/a.txt").unlink()
    project.git("checkout", "--", ".")
    assert (project.root / "tool/data/a.txt").read_bytes() == b"a\r\n"
    assert project.git("status", "--porcelain") == ""


def have_git_convert_line_ends_for_this_user(project: Project) -> None:
    project.write("../attributes", "*.txt eol=crlf\n")
    project.git("config", "--global", "core.attributesFile", project.root.parent / "attributes")
    (project.root / "tool/data/a.txt").unlink()
    project.git("checkout", "--", ".")
    assert (project.root / "tool/data/a.txt").read_bytes() == b"a\r\n"


def have_git_convert_line_ends_in_this_clone(project: Project) -> None:
    """Attributes that no commit holds; git reads them whatever else it is told."""
    project.write(".git/info/attributes", "*.txt text eol=crlf\n")
    (project.root / "tool/data/a.txt").unlink()
    project.git("checkout", "--", ".")
    assert (project.root / "tool/data/a.txt").read_bytes() == b"a\r\n"
    assert project.git("status", "--porcelain") == ""


def have_git_convert_line_ends_in_a_submodule(project: Project) -> None:
    """Its own attributes count for it, not those of the checkout around it."""
    folder = add_submodule_with_a_text(project)
    project.write(".gitattributes", "*.txt eol=crlf\n")
    project.commit()
    attributes = project.git("rev-parse", "--git-path", "info/attributes", folder=folder)
    project.write(attributes, "*.txt eol=crlf\n", folder)
    check_the_text_out_with_crlf(project, folder)


def ignore_the_readme(project: Project) -> None:
    project.write(".git/info/exclude", "README.md\n")
    project.write("tool/README.md", "# Made up\n")


def ignore_the_licence(project: Project) -> None:
    project.write(".git/info/exclude", "LICENSE\n")
    project.write("tool/LICENSE", "Take it.\n")


def ignore_the_settings(project: Project) -> None:
    project.write(".git/info/exclude", "pyproject.toml\n")
    project.write("tool/pyproject.toml", "[tool.go-to-wheel]\nldflags = '-X main.x=y'\n")


def pass_the_licence_above_over(project: Project) -> None:
    project.git("update-index", "--assume-unchanged", "LICENSE")
    project.write("LICENSE", "Take it.\n")


def keep_size_and_time(project: Project) -> None:
    keep_its_size_and_time(project, project.root / "tool/data/a.txt", "b\n")


def keep_its_size_and_time(project: Project, path: Path, text: str) -> None:
    os.utime(path, (1_600_000_000, 1_600_000_000))
    project.git("-c", "core.trustctime=false", "update-index", "--refresh")
    project.git("config", "core.trustctime", "false")
    project.git("config", "core.checkStat", "minimal")
    path.write_text(text)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert project.git("status", "--porcelain") == ""


def use_other_repository(project: Project) -> None:
    project.write("elsewhere/go.mod", FILES["lib/go.mod"], project.root.parent)
    project.write("elsewhere/lib.go", FILES["lib/lib.go"], project.root.parent)
    project.write("tool/go.mod", FILES["tool/go.mod"].replace("../lib", "../../elsewhere"))
    project.commit()


def use_ignored_folder(project: Project) -> None:
    for name in ("go.mod", "lib.go"):
        project.write(f"outer/{name}", FILES[f"lib/{name}"])
    project.write("tool/go.mod", FILES["tool/go.mod"].replace("../lib", "../outer"))
    project.commit()


def vendor_and_ignore_it(project: Project) -> None:
    for name in ("main.go", "go.mod"):
        project.write(f"tool/{name}", FILES[f"tool/{name}"])
    project.write("tool/vendor/modules.txt", "# example.com/lib v1.0.0 => ../lib\n## explicit;"
                  " go 1.24\nexample.com/lib\n# example.com/lib => ../lib\n")  # fmt: skip
    project.write("tool/vendor/example.com/lib/lib.go", FILES["lib/lib.go"])


def link_to_ignored_file(project: Project) -> None:
    project.write("lib/real.gen.go")
    (project.root / "lib/link.go").symlink_to("real.gen.go")
    project.git("add", "lib/link.go")
    project.git("commit", "--quiet", "--message=link")


def add_ignored_profile(project: Project) -> None:
    project.write(".git/info/exclude", "default.pgo\n")
    project.write("tool/default.pgo", "")


def include_ignored_header(project: Project) -> None:
    project.write("lib/asm.s", '#include "../common/x.h"\n')
    project.write("common/x.h", '#include "inner/x.gen.h"\n')
    project.commit()
    project.write("common/inner/x.gen.h", "\n")


def filter_hides_the_change(project: Project) -> None:
    """A filter of the user's own may make the same of any bytes."""
    project.git("config", "--global", "filter.same.clean", "echo a")
    project.write(".gitattributes", "*.txt filter=same\n")
    project.commit()
    project.write("tool/data/a.txt", "b\n")  # git does not ask the filter for another size
    assert project.git("status", "--porcelain") == ""


def filter_of_line_ends_hides_the_change(project: Project) -> None:
    project.git("config", "core.autocrlf", "input")
    project.write("tool/data/b.txt", "b\nb\n")
    project.commit()
    project.write("tool/data/b.txt", "b\r\nb\n")
    project.git("add", "--all")
    assert project.git("status", "--porcelain") == ""


def change_licence_above(project: Project) -> None:
    project.write("LICENSE", "Take it.\n")


@pytest.mark.parametrize(
    "change",
    [
        change_library, add_ignored_to_library, remove_from_library, use_ignored_workspace,
        embed_ignored_file, compile_ignored_file, assume_unchanged, skip_work_tree,
        skip_work_tree_of_a_text, leave_out_what_would_be_embedded, leave_out_a_source_in_library,
        put_another_in_the_commit_s_place, have_git_convert_line_ends_here,
        have_git_convert_line_ends_for_this_user, have_git_convert_line_ends_in_this_clone,
        have_git_convert_line_ends_in_a_submodule, ignore_the_readme, ignore_the_licence,
        ignore_the_settings, pass_the_licence_above_over, keep_size_and_time,
        use_other_repository, use_ignored_folder, vendor_and_ignore_it, link_to_ignored_file,
        add_ignored_profile, include_ignored_header, filter_hides_the_change,
        filter_of_line_ends_hides_the_change, change_licence_above,
    ],
)  # fmt: skip
def test_what_no_commit_holds_is_called_changed(
    project: Project, change: Callable[[Project], None]
) -> None:
    change(project)

    assert project.is_dirty() is True
    assert len(project.warnings) == 1
    assert "nobody can prove the wheel" in project.warnings[0]


def ignore_what_is_not_compiled(project: Project) -> None:
    project.write("lib/unused/more.gen.go", "package unused\n")
    project.write("tool/more_test.gen.go", "//go:build never\n\npackage main\n")
    project.write("lib/new.txt", "nothing that Go reads\n")
    project.write("lib/new_test.go")


def commit_a_workspace(project: Project) -> None:
    project.write("go.work", FILES["go.work.off"])
    project.git("add", "--force", "go.work")
    project.commit()


def commit_vendor(project: Project) -> None:
    vendor_and_ignore_it(project)
    project.git("add", "--force", "tool/vendor")
    project.commit()
    shutil.rmtree(project.root / "lib" / "unused")  # Go does not look there
    project.commit()


def commit_a_link(project: Project) -> None:
    (project.root / "lib/link.go").symlink_to("inner/../real.txt")
    project.write("lib/real.txt")
    project.write("lib/inner/inner.go", "package inner\n")
    project.commit()


def have_git_convert_line_ends(project: Project) -> None:
    project.write(".gitattributes", "*.txt eol=crlf\n")
    project.commit()
    (project.root / "tool/data/a.txt").unlink()
    project.git("checkout", "--", ".")
    assert (project.root / "tool/data/a.txt").read_bytes() == b"a\r\n"


def have_git_convert_line_ends_of_a_submodule(project: Project) -> None:
    folder = add_submodule_with_a_text(project, ".gitattributes")
    check_the_text_out_with_crlf(project, folder)


def make_the_file_of_private_attributes(project: Project) -> None:
    have_git_convert_line_ends(project)
    project.write(".git/info/attributes", "")


def keep_texts_and_settings(project: Project) -> None:
    project.write("tool/README.md", "# A tool\n")
    project.write("tool/pyproject.toml", "[tool.go-to-wheel]\n")
    project.commit()


def ignore_texts_that_are_not_used(project: Project) -> None:
    project.write(".git/info/exclude", "README.txt\nlib/LICENSE\npyproject.toml\n")
    keep_texts = {"tool/README.md": "# A tool\n", "tool/README.txt": "Not shown\n"}
    for name, text in keep_texts.items():
        project.write(name, text)
    project.commit()
    project.write("pyproject.toml", "[tool.go-to-wheel]\n")  # above the module


def keep_a_file_in_git_lfs(project: Project) -> None:
    """As git-lfs does it (the Git LFS specification, "The Pointer")."""
    content = b"large\n"
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 6\n"
    project.write("../pointer", pointer)
    project.git("config", "--global", "filter.lfs.clean", f"cat '{project.root.parent}/pointer'")
    project.write(".gitattributes", "*.txt filter=lfs\n")
    project.write("tool/data/a.txt", content.decode())
    project.write("tool/notes.txt", content.decode())
    project.commit()
    assert project.git("show", "HEAD:tool/data/a.txt") == pointer.strip()


def leave_most_of_the_checkout_out(project: Project) -> None:
    for name in ("docs/a.md", "tool/docs/a.md", "lib/other/other.go"):
        project.write(name, "package other\n")
    project.commit()
    project.git("sparse-checkout", "set", "--cone", "tool/data", "lib/unused")
    assert not (project.root / "docs").exists()
    assert not (project.root / "tool/docs").exists()
    assert not (project.root / "lib/other").exists()


def leave_a_package_out_that_is_not_used(project: Project) -> None:
    project.git("update-index", "--skip-worktree", "lib/unused/unused.go")
    (project.root / "lib/unused/unused.go").unlink()


def tell_git_not_to_look(project: Project) -> None:
    project.git("update-index", "--assume-unchanged", "tool/main.go", "tool/notes.txt")
    project.git("update-index", "--skip-worktree", "lib/lib.go")


def use_sha256(project: Project) -> None:
    shutil.rmtree(project.root / ".git")
    project.git("init", "--quiet", "--object-format=sha256")
    project.commit()


@pytest.mark.parametrize(
    "change",
    [
        ignore_what_is_not_compiled, commit_a_workspace, commit_vendor, commit_a_link,
        have_git_convert_line_ends, have_git_convert_line_ends_of_a_submodule,
        make_the_file_of_private_attributes, keep_texts_and_settings,
        ignore_texts_that_are_not_used, keep_a_file_in_git_lfs, leave_most_of_the_checkout_out,
        leave_a_package_out_that_is_not_used, tell_git_not_to_look, use_sha256,
    ],
)  # fmt: skip
def test_what_a_commit_holds_in_another_way_is_no_change(
    project: Project, change: Callable[[Project], None]
) -> None:
    change(project)

    assert project.is_dirty() is False
    assert project.warnings == []


def add_submodule(project: Project) -> Path:
    """A library in a submodule, and another submodule in it, which the program uses."""
    inner, lib = project.root.parent / "inner", project.root.parent / "submodule"
    for base, name in ((inner, "inner"), (lib, "lib")):
        project.write("go.mod", f"module example.com/{name}\n\ngo 1.24\n", base)
        project.write(f"{name}.go", f'package {name}\n\nconst Name = "{name}"\n', base)
        project.git("init", "--quiet", folder=base)
        if base == lib:
            project.git("submodule", "--quiet", "add", inner, "deep", folder=lib)
            project.write("lib.go", 'package lib\n\nimport "example.com/inner"\n\n'
                          "const Name = inner.Name\n", lib)  # fmt: skip
        project.commit(base)
    project.git("submodule", "--quiet", "add", lib, "third/lib")
    project.git("submodule", "--quiet", "update", "--init", "--recursive")
    project.write("tool/go.mod", FILES["tool/go.mod"].replace("../lib", "../third/lib")
                  + "\nrequire example.com/inner v0.0.0\n"
                  "\nreplace example.com/inner => ../third/lib/deep\n")  # fmt: skip
    project.commit()
    return project.root / "third/lib"


def add_submodule_with_a_text(project: Project, attributes: str = "other") -> Path:
    """A submodule that embeds a text, and in which a file of attributes makes its ends CRLF."""
    lib = project.root.parent / "submodule"
    project.write("go.mod", "module example.com/lib\n\ngo 1.24\n", lib)
    project.write("lib.go", 'package lib\n\nimport _ "embed"\n\n//go:embed t.txt\n'
                  "var Name string\n", lib)  # fmt: skip
    project.write("t.txt", "t\n", lib)
    project.write(attributes, "*.txt eol=crlf\n", lib)
    project.git("init", "--quiet", folder=lib)
    project.commit(lib)
    project.git("submodule", "--quiet", "add", lib, "third/lib")
    project.write("tool/go.mod", FILES["tool/go.mod"].replace("../lib", "../third/lib"))
    project.commit()
    return project.root / "third/lib"


def check_the_text_out_with_crlf(project: Project, folder: Path) -> None:
    (folder / "t.txt").unlink()
    project.git("checkout", "--", "t.txt", folder=folder)
    assert (folder / "t.txt").read_bytes() == b"t\r\n"
    assert project.git("status", "--porcelain") == ""


def test_a_submodule_is_held_where_it_is_at_its_commit_and_unchanged(project: Project) -> None:
    folder = add_submodule(project)
    assert project.is_dirty() is False

    inner = folder / "deep" / "inner.go"
    plain = inner.read_text()
    inner.write_text(plain + "// more\n")
    assert project.is_dirty() is True
    inner.write_text(plain)
    assert project.is_dirty() is False
    project.write("more.go", base=folder)
    assert project.is_dirty() is True
    project.commit(folder)
    assert project.is_dirty() is True, "it is at another commit"
    project.commit()
    assert project.is_dirty() is False


def test_a_submodule_of_the_module_counts_like_its_own_files(project: Project) -> None:
    texts = project.write("../texts/a.txt").parent
    project.git("init", "--quiet", folder=texts)
    project.commit(texts)
    project.git("submodule", "--quiet", "add", texts, "tool/texts")
    project.git("config", "--file=.gitmodules", "submodule.tool/texts.ignore", "all")
    project.commit()
    assert project.is_dirty() is False

    (project.root / "tool/texts/a.txt").write_text("other")
    assert project.is_dirty() is True
    project.git("checkout", "--", ".", folder=project.root / "tool/texts")
    project.git("update-index", "--assume-unchanged", "a.txt", folder=project.root / "tool/texts")
    assert project.is_dirty() is False
    (project.root / "tool/texts/a.txt").write_text("other")
    assert project.is_dirty() is True
    assert str(project.root / "tool/texts/a.txt") in project.warnings[-1]


def test_no_program_is_run_that_a_submodule_names(project: Project) -> None:
    folder = add_submodule(project)
    mark = project.root.parent / "mark"
    program = project.write("../evil.sh", f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    program.chmod(0o755)
    project.write(".gitattributes", "*.go filter=evil\n", folder)
    project.commit(folder)
    project.commit()
    project.git("config", "filter.evil.clean", program, folder=folder)
    os.utime(folder / "lib.go", (1, 1))

    assert project.is_dirty() is False
    assert not mark.exists()
    os.utime(folder / "lib.go", (2, 2))
    project.git("status")
    assert mark.exists(), "git of itself runs it"


def test_modules_of_the_module_cache_are_held_by_go_sum(project: Project, tmp_path: Path) -> None:
    """Also where the cache lies in the checkout, as on many build servers."""
    proxy = tmp_path / "proxy"
    proxy.mkdir()
    publish(proxy, "example.com/lib", {"lib.go": FILES["lib/lib.go"]})
    project.environment.update(from_proxy(proxy, project.root / "outer" / "mod"))
    project.environment["GOFLAGS"] = "-modcacherw"
    go_mod = FILES["tool/go.mod"].partition("\nreplace")[0]
    project.write("tool/go.mod", go_mod)
    project.ask_go("mod", "tidy")
    project.commit()

    assert (project.root / "outer" / "mod" / "example.com").is_dir()
    assert project.is_dirty() is False
    project.write(".git/info/exclude", "go.sum\n")
    project.git("rm", "--quiet", "--cached", "tool/go.sum")
    project.git("commit", "--quiet", "--message=without")
    assert project.is_dirty() is True


def test_what_is_compiled_is_kept_with_the_licences_and_compared_each_time(
    project: Project, tmp_path: Path
) -> None:
    for name in ("lib/lib.go", "lib/go.mod"):
        project.write(name.replace("lib/", "tool/lib/"), FILES[name])
    project.write("tool/go.mod", "module example.com/tool\n\ngo 1.24\n")
    project.write("tool/main.go", FILES["tool/main.go"].replace("example.com/lib", "example.com/"
                  "tool/lib"))  # fmt: skip
    (project.root / "tool/lib/go.mod").unlink()
    project.write("tool/more.gen.go", "package main\n")
    project.commit()
    cache = tmp_path / "cache"
    assert project.origin(cache=cache).dirty is True
    assert len(list((cache / "linked").iterdir())) == 2

    assert project.origin(cache=cache).dirty is True
    (project.root / "tool/more.gen.go").unlink()
    assert project.origin(cache=cache).dirty is False


def test_what_is_compiled_depends_on_the_target(project: Project) -> None:
    project.write("tool/more_windows.gen.go", "package main\n")
    (project.root / "tool/more_windows.gen.go").rename(project.root / "tool/gen_windows.go")
    project.write(".git/info/exclude", "gen_windows.go\n")

    assert project.origin(None, "linux-amd64").dirty is False
    assert project.origin(None, "windows-amd64").dirty is True
    assert project.origin(None, "linux-amd64", "windows-amd64").dirty is True


def test_through_a_link_to_the_checkout_the_same_is_seen(project: Project, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(project.root)
    seen = replace(project, root=link)

    assert seen.is_dirty() is False
    compile_ignored_file(project)
    assert seen.is_dirty() is True


def test_the_user_is_told_which_file_no_commit_holds(project: Project) -> None:
    compile_ignored_file(project)
    project.origin()

    (warning,) = project.warnings
    assert str(project.root / "tool/more.gen.go") in warning


def write_notes(project: Project) -> str:
    project.write("tool/more notes.txt", "x\n")
    return "does not hold {root}/tool/more notes.txt just"


def remove_notes(project: Project) -> str:
    (project.root / "tool/notes.txt").unlink()
    return "The commit holds {root}/tool/notes.txt, and it is not here"


def write_notes_and_a_program(project: Project) -> str:
    project.write("tool/.github/more.yml")
    project.write("tool/main.go", f"{FILES['tool/main.go']}\n// changed\n")
    return "^{root}/tool/main.go goes into the wheel"


def write_notes_and_settings(project: Project) -> str:
    project.write("tool/.github/more.yml")
    project.write("tool/pyproject.toml", "[tool.go-to-wheel]\n")
    return "^{root}/tool/pyproject.toml decides what goes into the wheel"


def write_notes_and_settings_of_others(project: Project) -> str:
    project.write("tool/.github/more.yml")
    project.write("tool/pyproject.toml", "[tool.ruff]\n")
    return "does not hold {root}/tool/.github/more.yml just"


def write_notes_and_change_go_mod(project: Project) -> str:
    project.write("tool/.github/more.yml")
    project.write("tool/go.mod", f"{FILES['tool/go.mod']}// changed\n")
    return "^{root}/tool/go.mod decides what"


def set_a_workspace_up(project: Project) -> str:
    use_ignored_workspace(project)
    return "{root}/go.work decides what goes .* GOWORK=off builds without {root}/go.work"


def use_a_module_elsewhere(project: Project) -> str:
    use_ignored_folder(project)
    return "{root}/outer/go.mod decides what"


def convert_line_ends(project: Project) -> str:
    have_git_convert_line_ends_here(project)
    return "{root}/tool/data/a.txt goes into the wheel.* core.autocrlf"


@pytest.mark.parametrize(
    "change",
    [
        write_notes,
        remove_notes,
        write_notes_and_a_program,
        write_notes_and_settings,
        write_notes_and_settings_of_others,
        write_notes_and_change_go_mod,
        set_a_workspace_up,
        use_a_module_elsewhere,
        convert_line_ends,
    ],
)
def test_the_user_is_told_what_makes_the_source_changed(
    project: Project, change: Callable[[Project], str]
) -> None:
    words = change(project).format(root=re.escape(str(project.root)))
    assert project.is_dirty() is True

    (warning,) = project.warnings
    assert re.search(words, warning)


def test_an_ignored_file_that_include_brings_into_the_wheel_counts(project: Project) -> None:
    project.write("tool/python/pkg/__init__.py")
    project.commit()
    package = PythonPackage(
        name=ImportName("pkg"), folder=project.root / "tool/python/pkg", project=project.root / "tool",
        include=("python/pkg/*.gen.txt",),
    )  # fmt: skip
    seen = replace(project, package=package)
    project.write("tool/python/pkg/other.gen.go")
    assert seen.is_dirty() is False

    project.write("tool/python/pkg/data.gen.txt")
    assert project.is_dirty() is False
    assert seen.is_dirty() is True


@pytest.mark.parametrize("name", ["python/pkg/__init__.py", "pyproject.toml"])
def test_what_makes_the_python_package_is_looked_at_byte_by_byte(
    project: Project, name: str
) -> None:
    project.write("tool/python/pkg/__init__.py", "a = 1\n")
    project.write("tool/pyproject.toml", "a = 1\n")
    project.commit()
    package = PythonPackage(
        name=ImportName("pkg"), folder=project.root / "tool/python/pkg",
        project=project.root / "tool",
    )  # fmt: skip
    seen = replace(project, package=package)
    assert seen.is_dirty() is False

    path = project.root / "tool" / name
    keep_its_size_and_time(project, path, "b = 2\n")
    assert seen.is_dirty() is True


HEADER = "#define V 1\n"
NAMING = {
    "a folder beside the module": ("-I${SRCDIR}/../common", '#include "v.h"'),
    "a header that is included first": ("-include ${SRCDIR}/../common/v.h", ""),
    "a header that is found in a folder": ("-include v.h -I../common", ""),
}


@pytest.fixture
def with_c(project: Project) -> Project:
    needs_zig()
    keep_c_libraries()
    project.environment["GO_TO_WHEEL_CACHE_DIR"] = os.environ.get("GO_TO_WHEEL_CACHE_DIR", "")
    return project


@pytest.mark.parametrize("naming", NAMING)
def test_a_header_that_only_a_flag_of_c_leads_to_counts(with_c: Project, naming: str) -> None:
    project, (flags, line) = with_c, NAMING[naming]
    project.write("common/v.h", HEADER)
    project.write("common/other.gen.h", "not read\n")
    project.write(
        "tool/c.go", f'package main\n\n/*\n#cgo CFLAGS: {flags}\n{line}\n*/\nimport "C"\n'
    )
    project.commit()
    options = GoOptions(cgo=True)
    assert project.origin(options).dirty is False

    project.write("common/v.h", HEADER.replace("1", "2"))
    assert project.origin(options).dirty is True
    project.write("common/v.h", HEADER)
    project.git("rm", "--quiet", "--cached", "common/v.h")
    project.write(".gitignore", FILES[".gitignore"] + "v.h\n")
    project.commit()
    assert project.origin(options).dirty is True
    assert "/common/v.h goes into the wheel" in project.warnings[-1]


def test_what_lies_elsewhere_on_the_machine_is_not_the_checkout_s(with_c: Project) -> None:
    project = with_c
    path = project.write("../machine/v.h", HEADER)
    project.write("tool/c.go", f"package main\n\n/*\n#cgo CFLAGS: -I{path.parent.resolve()}\n"
                  '#include <v.h>\n*/\nimport "C"\n')  # fmt: skip
    project.commit()

    assert project.origin(GoOptions(cgo=True)).dirty is False


def test_the_record_and_verify_say_so(project: Project, tmp_path: Path) -> None:
    tool = Tool(folder=tmp_path, environment=project.environment)
    options = (project.root / "tool", "--version", "1.0", "--platforms", HOST)
    (clean,) = tool.run(*options, "--output-dir", "clean").wheels
    compile_ignored_file(project)
    (dirty,) = tool.run(*options, "--output-dir", "dirty").wheels
    paths = f"-X main.a={tmp_path}/x -X main.b=/usr/share/tool"
    (project.root / "tool/more.gen.go").unlink()
    (with_path,) = tool.run(*options, "--output-dir", "path", "--ldflags", paths).wheels

    def recorded(wheel: Path) -> tuple[bool | None, str]:
        (content,) = (data for name, data in members(wheel).items() if name.endswith(FILE_NAME))
        assert str(tmp_path).encode() not in content
        (binary,) = parse_origin(content).binaries
        assert isinstance(binary.source, FolderOrigin)
        assert binary.build is not None
        return binary.source.dirty, " ".join(binary.build.flags)

    assert recorded(clean)[0] is False
    assert recorded(dirty)[0] is True
    flags = recorded(with_path)[1]
    assert re.search(r"-X main\.a=\$(ELSEWHERE|TMPDIR/\.\.\.) -X main\.b=/usr/share/tool", flags)
    source = ("--source", project.root / "tool")
    assert "proven" in tool.run("verify", clean, *source).stdout
    for wheel, words in ((dirty, "with changes that no commit holds"), (with_path, "stands there")):
        outcome = tool.run("verify", wheel, *source)
        assert outcome.code == 1
        assert words in " ".join(outcome.stdout.split())
    (program,) = (data for name, data in members(with_path).items() if "/bin/" in name)
    project.write("../program", "").write_bytes(program)
    built = project.ask_go("version", "-m", project.root.parent / "program")
    assert "-trimpath=true" in built
    assert "-ldflags" not in built, "Go tells them in the program itself"
