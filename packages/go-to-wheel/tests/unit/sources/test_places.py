"""Which paths in flags a record of origin tells (sources/places.py)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from go_to_wheel.sources.git import Checkout
from go_to_wheel.sources.gitcommand import Git
from go_to_wheel.sources.places import hidden_places, hide_places, places_of
from go_to_wheel.sources.process import Processes
from go_to_wheel.sources.toolchain import Toolchain

HOME = Path("/home/me")
ROOT = HOME / "src" / "repository"
SOURCE = ROOT / "tool"
PROCESSES = Processes(environment={})
CHECKOUT = Checkout(root=ROOT, git=Git(command=Path("/usr/bin/git"), processes=PROCESSES))
GO = Toolchain(
    command=Path("/tools/go1.27/bin/go"),
    version="go1.27.3",
    is_itself=True,
    environment={
        "HOME": str(HOME),
        "TMPDIR": "/scratch/me",
        "GOCACHE": "/caches/me/build",
        "GOMODCACHE": "/caches/me/mod",
        "GOPATH": "/caches/me:/elsewhere/me",
    },
    processes=PROCESSES,
    root=Path("/tools/go1.27"),
)
PLACES = places_of(SOURCE, CHECKOUT, GO.environment, GO, Path("/wheels/of/me"))
KEPT = ""


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        (f"-extldflags=-L{SOURCE}/lib", "-extldflags=-L$SOURCE/lib"),
        (f"-X main.a={SOURCE}", "-X main.a=$SOURCE"),
        (f"-X main.a={SOURCE}/../x", "-X main.a=$SOURCE/../x"),
        (f"-X main.a={ROOT}/other -X main.b=1", "-X main.a=$CHECKOUT/other -X main.b=1"),
        (f"-X 'main.a={HOME}/.config'", "-X 'main.a=$HOME/...'"),
        (f"-X 'main.a={HOME}/My Projects/x' -s", "-X 'main.a=$HOME/...' -s"),
        (f"-X 'main.a={HOME}'", "-X 'main.a=$HOME'"),
        (f"-X main.a={HOME}:{SOURCE}", "-X main.a=$HOME:$SOURCE"),
        ("-X main.a=/home//me/x", "-X main.a=$HOME/..."),
        ("-X main.a=file:///home/me/x", "-X main.a=file://$HOME/..."),
        (f"-X main.a={HOME}s/other", "-X main.a=$ELSEWHERE"),
        (f"-X main.a={ROOT}-old/x", "-X main.a=$HOME/..."),
        ("-X main.a=/scratch/me/pytest-of-me/x", "-X main.a=$TMPDIR/..."),
        ("-X main.a=/caches/me/build/ab", "-X main.a=$GOCACHE/..."),
        ("-extldflags=-L/caches/me/mod/a.b/c@v1", "-extldflags=-L$GOMODCACHE/a.b/c@v1"),
        ("-X main.a=/caches/me/bin/x", "-X main.a=$GOPATH/..."),
        ("-X main.a=/elsewhere/me/bin", "-X main.a=$GOPATH/..."),
        ("-X main.a=/tools/go1.27/lib", "-X main.a=$GOROOT/lib"),
        ("-X main.a=/wheels/of/me/x.whl", "-X main.a=$OUTPUT/..."),
        ("-extldflags=-Wl,-rpath,/home/you/lib", "-extldflags=-Wl,-rpath,$ELSEWHERE"),
        ("-X main.a=/Users/you/x -w", "-X main.a=$ELSEWHERE -w"),
        ("-X main.a=/root/x", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/private/var/folders/ab/cd/T", "-X main.a=$ELSEWHERE"),
        (r"-X main.a=C:\Users\you\x", "-X main.a=$ELSEWHERE"),
        (r"-X 'main.a=c:/Users/you/My Files/x'", "-X 'main.a=$ELSEWHERE'"),
        (r"-X main.a=D:\build\x;E:\y", "-X main.a=$ELSEWHERE;$ELSEWHERE"),
        (r"-X main.a=C:\Windows\Temp\x", "-X main.a=$ELSEWHERE"),
        (r"-X main.a=\\server\share", "-X main.a=$ELSEWHERE"),
        ("-X main.prefix=/usr/share/tool", KEPT),
        ("-X main.prefix=/usr/local", KEPT),
        ("-X main.prefix=/opt/tool/lib", KEPT),
        ("-X main.config=/etc/tool/tool.conf", KEPT),
        ("-X main.socket=/tmp/no-such-thing.sock", KEPT),
        ("-X main.tmp=/tmp", KEPT),
        ("-X main.url=https://example.com/home/me/x", KEPT),
        ("-X main.url=https://home/me/x", KEPT),
        ("-X main.url=//example.com/home/me", KEPT),
        ("-X example.com/home/me/x.Name=1", KEPT),
        ("-X main.route=/home", KEPT),
        ("-X main.route=/api/v1/users", KEPT),
        ("-X main.path=../home/me ~/x ./home/me", KEPT),
        (r"-X main.prefix=C:\ProgramData\tool", KEPT),
        (r"-X 'main.prefix=C:\Program Files\tool'", KEPT),
        ("-X main.time=12:30:00 -X main.c=a:b", KEPT),
    ],
)
def test_a_path_of_this_machine_is_not_told(flag: str, told: str) -> None:
    assert hide_places([flag], PLACES) == (told or flag,)


def test_a_folder_that_is_there_is_not_told_wherever_it_lies(tmp_path: Path) -> None:
    told = hide_places([f"-X main.a={tmp_path}/x -s"], places_of(SOURCE, None, {}))

    assert told == ("-X main.a=$ELSEWHERE -s",)


def test_a_path_is_not_told_by_its_real_name_either(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)

    places = places_of(link, None, {})

    assert hide_places([f"-a={link}/x", f"-b={real}/x"], places) == ("-a=$SOURCE/x", "-b=$SOURCE/x")


def test_folders_of_windows_are_found_however_they_are_written() -> None:
    place = ("$HOME", Path(r"C:\Users\me"))

    flags = [r"-a=c:/users/ME/x", r"-a='C:\\Users\\me\\My Files'", r"-a=C:\Users\mean"]

    assert hide_places(flags, (place,)) == ("-a=$HOME/...", "-a='$HOME/...'", "-a=$ELSEWHERE")


@pytest.mark.parametrize("home", ["/", "", "relative"])
def test_a_home_that_says_nothing_hides_nothing(home: str) -> None:
    assert hide_places(["-a=/x/relative"], places_of(SOURCE, None, {"HOME": home})) == (
        "-a=/x/relative",
    )


def test_folders_that_many_machines_have_are_part_of_the_program() -> None:
    go = replace(GO, root=Path("/usr/local/go"), environment={"TMPDIR": "/tmp", "GOPATH": "/usr"})

    flags = ("-X main.a=/usr/local/go/x", "-X main.b=/tmp/no-such-thing", "-X main.c=/usr/bin")

    assert hide_places(flags, places_of(SOURCE, None, {}, go)) == flags


def test_flags_that_are_not_whole_say_so() -> None:
    flags = hide_places([f"-a={SOURCE}/x", f"-b={HOME}/y -c=/home/you/z"], PLACES)

    assert hidden_places(flags) == ("$ELSEWHERE", "$HOME", "$SOURCE")
    assert hidden_places(["-X main.a=/usr/share", "-X main.b=$HOMES"]) == ()
