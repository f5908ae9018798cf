"""What a user named, by its form (sources/forms.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from go_to_wheel.errors import SourceNotFoundError
from go_to_wheel.sources.forms import (
    Artifacts,
    GitHubRelease,
    GoFolder,
    ModuleAtVersion,
    recognise,
)


def folder(path: Path, *files: str) -> Path:
    """A folder with these empty files in it."""
    path.mkdir(parents=True, exist_ok=True)
    for name in files:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    return path


def refusal(*words: str | Path) -> SourceNotFoundError:
    with pytest.raises(SourceNotFoundError) as caught:
        recognise(words)
    assert caught.value.hint
    return caught.value


# On disk


def test_a_folder_with_a_go_mod_is_go_source(tmp_path: Path) -> None:
    module = folder(tmp_path / "module", "go.mod")
    assert recognise([module]) == GoFolder(folder=module)
    assert recognise([str(module)]) == GoFolder(folder=module)


def test_a_go_mod_counts_more_than_artifacts_beside_it(tmp_path: Path) -> None:
    module = folder(tmp_path, "go.mod", "artifacts.json", "tool.zip")
    assert recognise([module]) == GoFolder(folder=module)


def test_a_folder_of_go_files_inside_a_module_is_go_source(tmp_path: Path) -> None:
    folder(tmp_path, "go.mod")
    inner = folder(tmp_path / "cmd" / "tool", "main.go")
    assert recognise([inner]) == GoFolder(folder=inner)
    assert recognise([inner.parent]) == GoFolder(folder=inner.parent)


def test_a_folder_without_go_files_inside_a_module_holds_artifacts(tmp_path: Path) -> None:
    folder(tmp_path, "go.mod")
    built = folder(tmp_path / "dist", "tool_linux_amd64.tar.gz")
    assert recognise([built]) == Artifacts(paths=(built,))


def test_go_files_outside_any_module_are_no_go_source(tmp_path: Path) -> None:
    loose = folder(tmp_path, "main.go")
    assert recognise([loose]) == Artifacts(paths=(loose,))


def test_what_goreleaser_built_inside_a_module_holds_artifacts(tmp_path: Path) -> None:
    folder(tmp_path, "go.mod")
    dist = folder(tmp_path / "dist", "artifacts.json", "generated/main.go")
    assert recognise([dist]) == Artifacts(paths=(dist,))


def test_a_relative_folder_lies_in_the_module_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path, "go.mod")
    inner = folder(tmp_path / "cmd", "main.go", "inner/readme")
    monkeypatch.chdir(inner)
    assert recognise(["."]) == GoFolder(folder=Path())
    monkeypatch.chdir(inner / "inner")
    assert recognise([".."]) == GoFolder(folder=Path(".."))


def test_files_are_artifacts_one_or_several(tmp_path: Path) -> None:
    there = folder(tmp_path, "a.zip", "b")
    assert recognise([there / "a.zip"]) == Artifacts(paths=(there / "a.zip",))
    assert recognise([str(there / "b"), str(there / "a.zip")]) == Artifacts(
        paths=(there / "b", there / "a.zip")
    )


def test_a_folder_among_several_words_is_refused(tmp_path: Path) -> None:
    module = folder(tmp_path / "module", "go.mod")
    there = folder(tmp_path, "a.zip")
    for words in ([module, there / "a.zip"], [there / "a.zip", module], [module, module]):
        error = refusal(*words)
        assert error.message == (
            f"{module} is a folder, and several words can only be archives and binaries."
        )


@pytest.mark.parametrize("name", ["main.go", "go.mod", "go.sum", "go.work"])
def test_a_file_of_go_source_is_refused_for_its_folder(tmp_path: Path, name: str) -> None:
    there = folder(tmp_path, name, "a.zip")
    for words in ([there / name], [there / "a.zip", there / name]):
        error = refusal(*words)
        assert error.message == (
            f"{there / name} is a file of Go source, not an archive or a binary."
        )
        assert error.hint.startswith("Give the folder of ")


def test_a_workspace_is_not_a_module(tmp_path: Path) -> None:
    workspace = folder(tmp_path / "workspace", "go.work", "tool/go.mod", "tool/main.go")
    error = refusal(workspace)
    assert error.message == f"{workspace} is a Go workspace, which is not a module."
    assert error.hint == "Give the folder of one of its modules."
    used = "".join(f'use "./{name}"\n' for name in ("tool", "a b", *"cdefg"))
    (workspace / "go.work").write_text(f"go 1.24\n\n{used}")
    shown = ", ".join(str(workspace / name) for name in "cdef")
    assert refusal(workspace).hint == (
        f"Give the folder of one of its modules: {workspace / 'tool'}, '{workspace / 'a b'}',"
        f" {shown} and 1 more."
    )
    both = folder(tmp_path / "both", "go.work", "go.mod")
    assert recognise([both]) == GoFolder(folder=both)
    dist = folder(tmp_path / "dist", "go.work", "artifacts.json")
    assert recognise([dist]) == Artifacts(paths=(dist,))


@pytest.mark.parametrize("name", ["tool-1.0-py3-none-any.whl", "TOOL.WHL"])
def test_a_wheel_is_refused_as_made_already(tmp_path: Path, name: str) -> None:
    there = folder(tmp_path, name, "a.zip")
    for words in ([there / name], [there / "a.zip", there / name]):
        error = refusal(*words)
        assert error.message == f"{there / name} is a wheel already."
        assert "go-to-wheel check" in error.hint


# On GitHub


@pytest.mark.parametrize(
    ("word", "repository", "tag"),
    [
        ("gh:o/r", "o/r", None),
        ("gh:Some-One/my_tool.go", "Some-One/my_tool.go", None),
        ("gh:o/r@v1.2.3", "o/r", "v1.2.3"),
        ("gh:o/r@tool/v1.2.3", "o/r", "tool/v1.2.3"),
        ("gh:o/r@a@b", "o/r", "a@b"),
        ("https://github.com/o/r", "o/r", None),
        ("https://github.com/o/r/", "o/r", None),
        ("https://github.com/o/r.git", "o/r", None),
        ("https://github.com/o/r.js", "o/r.js", None),
        ("https://www.github.com/o/r", "o/r", None),
        ("HTTPS://GitHub.com/o/r", "o/r", None),
        ("https://github.com/o/r#readme", "o/r", None),
        ("https://github.com/o/r/releases", "o/r", None),
        ("https://github.com/o/r/releases/", "o/r", None),
        ("https://github.com/o/r/releases/latest", "o/r", None),
        ("https://github.com/o/r/releases/latest/", "o/r", None),
        ("https://github.com/o/r/releases/tag/v1.2.3", "o/r", "v1.2.3"),
        ("https://github.com/o/r/releases/tag/v1.2.3/", "o/r", "v1.2.3"),
        ("https://github.com/o/r/releases/tag/latest", "o/r", "latest"),
        ("https://github.com/o/r/releases/tag/tool/v1", "o/r", "tool/v1"),
        ("https://github.com/o/r/releases/tag/tool%2Fv1%2B2", "o/r", "tool/v1+2"),
    ],
)
def test_a_release_on_github_is_recognised(word: str, repository: str, tag: str | None) -> None:
    assert recognise([word]) == GitHubRelease(repository=repository, tag=tag)


@pytest.mark.parametrize(
    "word",
    [
        "http://github.com/o/r",
        "https://github.com",
        "https://github.com/o",
        "https://github.com/o/r/releases/download/v1/tool.zip",
        "https://github.com/o/r/releases/tag/",
        "https://github.com/o/r/tree/main",
        "https://github.com/o/r/blob/main/cmd/tool/main.go",
        "https://github.com/o/r?tab=readme",
        "https://github.com:8443/o/r",
        "https://example.com/o/r",
        "https://github.com.example.com/o/r",
        "https://api.github.com/repos/o/r",
        "https://[::1/o/r",
        "https://",
        "gh:",
        "gh:o",
        "gh:o/",
        "gh:o/r/x",
        "gh:o/r@",
        "gh:o/r@a b",
        "gh:o /r",
    ],
)
def test_an_address_of_something_else_is_refused(word: str) -> None:
    error = refusal(word)
    assert error.message.startswith(f"{word} does not name a GitHub repository")
    assert "gh:OWNER/REPO@TAG" in error.hint
    inside = word.startswith("https://github.com/o/r/")
    assert error.hint.endswith(" The repository itself is gh:o/r.") == inside


@pytest.mark.parametrize("user", ["name", "name:secret", ":secret", "secret@name"])
def test_an_address_with_a_user_is_refused_without_showing_it(user: str) -> None:
    error = refusal(f"https://{user}@github.com/o/r")
    assert error.message.startswith("https://...@github.com/o/r does not name a GitHub")


def test_a_file_named_like_an_address_needs_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path, "gh:o/r"))
    assert recognise(["gh:o/r"]) == GitHubRelease(repository="o/r")
    assert recognise(["./gh:o/r"]) == Artifacts(paths=(Path("gh:o/r"),))


# Nothing


@pytest.mark.parametrize("words", [[], [""], ["", ""]])
def test_an_empty_word_is_not_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(folder(tmp_path, "go.mod"))
    assert "empty" in refusal(*words).message
    assert "empty" in refusal(tmp_path, "").message


@pytest.mark.parametrize("word", ["missing", "./missing", "a\nb", "a\0b", "gh", "github.com/o/r"])
def test_what_does_not_exist_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal(word).message == f"There is no file or folder {Path(word)}."


def test_one_missing_path_among_several_is_named(tmp_path: Path) -> None:
    there = folder(tmp_path, "a.zip")
    missing = there / "b.zip"
    assert refusal(there / "a.zip", missing).message == f"There is no file or folder {missing}."
    # A release can be the only word.
    assert "gh:o/r" in refusal("gh:o/r", there / "a.zip").message


def test_a_path_that_cannot_be_looked_at_is_refused() -> None:
    assert "cannot be read: " in refusal("x" * 5000).message


# A Go package at a version


@pytest.mark.parametrize(
    ("word", "package", "version"),
    [
        ("example.com/tool@v1.2.3", "example.com/tool", "v1.2.3"),
        ("github.com/o/r/cmd/tool@latest", "github.com/o/r/cmd/tool", "latest"),
        ("example.com/t/v2/cmd/x@v2", "example.com/t/v2/cmd/x", "v2"),
        ("example.com/t@master", "example.com/t", "master"),
        ("example.com/t@feature/x", "example.com/t", "feature/x"),
        ("example.com/t@5f3a9c1d2e4b", "example.com/t", "5f3a9c1d2e4b"),
        ("example.com/t@v0.0.0-20240102030405-5f3a9c1d2e4b", "example.com/t", None),
        ("example.com/t@v2.0.0+incompatible", "example.com/t", "v2.0.0+incompatible"),
        ("example.com/t@<v1.5.0", "example.com/t", "<v1.5.0"),
        ("gopkg.in/tool.v3@v3.0.1", "gopkg.in/tool.v3", "v3.0.1"),
        ("github.com/Some-One/My_Tool~x@v1", "github.com/Some-One/My_Tool~x", "v1"),
        ("GitHub.com/Some/Tool@v1", "github.com/Some/Tool", "v1"),
        ("example.com@v1.0.0", "example.com", "v1.0.0"),
        ("example.com/t/@v1", "example.com/t", "v1"),
        ("sub.example-host.co/t@v1", "sub.example-host.co/t", "v1"),
    ],
)
def test_a_go_package_at_a_version_is_recognised(
    word: str, package: str, version: str | None
) -> None:
    expected = version or word.partition("@")[2]
    assert recognise([word]) == ModuleAtVersion(package=package, version=expected)


def test_a_folder_named_like_a_package_at_a_version_needs_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "example.com/tool@v1.0.0"
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / name, "go.mod")
    assert recognise([name]) == ModuleAtVersion(package="example.com/tool", version="v1.0.0")
    assert recognise([f"./{name}"]) == GoFolder(folder=Path(name))
    assert recognise([Path(name)]) == GoFolder(folder=Path(name))


def test_a_path_without_a_version_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = Path("example.com/tool")
    folder(module, "go.mod")
    assert recognise([str(module)]) == GoFolder(folder=module)


def test_a_file_with_an_at_in_its_name_is_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder(tmp_path, "tool.linux@2"))
    assert recognise(["tool.linux@2"]) == Artifacts(paths=(Path("tool.linux@2"),))


@pytest.mark.parametrize("word", ["example.com/tool", "github.com/o/r/cmd/x", "example.com/t@"])
def test_a_package_without_a_version_is_told_how_to_write_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"{word.rstrip('@')}@latest" in refusal(word).hint


@pytest.mark.parametrize(
    ("word", "better"),
    [
        ("gofumpt@latest", "example.com/gofumpt@latest."),
        ("cmd/tool@v1", "example.com/cmd/tool@v1."),
    ],
)
def test_a_package_without_a_host_is_told_that_it_begins_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, better: str
) -> None:
    monkeypatch.chdir(tmp_path)
    hint = refusal(word).hint
    assert "begins with a host" in hint
    assert hint.endswith(better)


def test_an_address_with_a_version_may_mean_a_go_package() -> None:
    hint = refusal("https://github.com/o/r@latest").hint
    assert "gh:OWNER/REPO@TAG" in hint
    assert hint.endswith("The Go package is github.com/o/r@latest.")
    assert "secret" not in refusal("https://a.b:secret@github.com/o/r@v1").hint
    assert "secret" not in refusal("https://secret.x@github.com/o/r").hint


@pytest.mark.parametrize("word", ["tool", "cmd/tool", "../tool@v1", "a b.c/d@v1"])
def test_what_looks_like_no_package_is_only_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.chdir(tmp_path)
    error = refusal(word)
    assert error.message == f"There is no file or folder {Path(word)}."
    assert "Go package" not in error.hint


def test_a_pattern_of_packages_is_no_package() -> None:
    error = refusal("example.com/tool/...@latest")
    assert "pattern" in error.message
    assert "--package ./cmd/tool" in error.hint


@pytest.mark.parametrize("word", ["example.com/./t@v1", "example.com/t/../u@v1"])
def test_a_package_path_has_no_dots(word: str) -> None:
    assert refusal(word).message == f"{word} is no path of a Go package."


def test_a_package_after_the_version_is_told_its_place() -> None:
    error = refusal("example.com/t@v1.2.3/cmd/x")
    assert error.hint == "Write it like example.com/t/cmd/x@v1.2.3."


def test_several_packages_at_versions_are_told_of_the_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    error = refusal("example.com/a@v1", "example.com/b@v1")
    assert "--package" in error.hint
