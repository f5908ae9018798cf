"""Which paths in flags a record of origin tells (sources/compile/places.py)."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from go_to_wheel.sources.compile.places import PEOPLE, Hidden, hide_places, places_of
from go_to_wheel.sources.git.checkout import Checkout
from go_to_wheel.sources.git.command import Git
from go_to_wheel.sources.golang.toolchain import Toolchain
from go_to_wheel.sources.process import Processes

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
KEPT_BUT_HOME = "'-X=main.a=$ELSEWHERE' '-X=main.b=/data/my files'"


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
        ("-X main.a=/private/var/folders/ab/cd/T", "-X main.a=$ELSEWHERE"),
        (r"-X main.a=C:\Users\you\x", "-X main.a=$ELSEWHERE"),
        (r"-X 'main.a=c:/Users/you/My Files/x'", "-X 'main.a=$ELSEWHERE'"),
        (r"-X main.a=D:\build\x;E:\y", "-X main.a=$ELSEWHERE;$ELSEWHERE"),
        (r"-X main.a=C:\Windows\Temp\x", "-X main.a=$ELSEWHERE"),
        (r"-X main.a=\\server\share", "-X main.a=$ELSEWHERE"),
        ("-X main.a=dir-/home/joe", "-X main.a=dir-$ELSEWHERE"),
        ("-X main.a=100%/home/joe", "-X main.a=100%$ELSEWHERE"),
        ("-X main.a=/var/home/joe/x", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/usr/home/joe", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/System/Volumes/Data/Users/joe", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/mnt/c/Users/joe", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/run/user/1000/bus", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/media/joe/disk", "-X main.a=$ELSEWHERE"),
        ("-X main.a=/tmp/build.4Xf/out", "-X main.a=$ELSEWHERE"),
        ("'-X=main.a=/home/you/x y' '-X=main.b=/data/my files'", KEPT_BUT_HOME),
        ("-X main.data=/mnt/data", KEPT),
        ("-X main.data=/data/tool -X=main.b=/srv/tool", KEPT),
        ("-X main.url=git-s://home/me", KEPT),
        ("-X main.pid=/run/tool.pid", KEPT),
        ("-X main.a=$HOME/x -X main.b=${HOME}/home/y", KEPT),
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
    assert hide_places([flag], PLACES).flags == (told or flag,)


@pytest.mark.parametrize("folder", sorted(PEOPLE))
def test_a_folder_below_which_people_live_is_never_told(folder: str) -> None:
    assert hide_places([f"-X main.a=/{folder}/x"], PLACES).flags == ("-X main.a=$ELSEWHERE",)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /tmp")
def test_what_lies_on_the_disk_does_not_matter() -> None:
    with TemporaryDirectory(dir="/tmp") as there:
        flags = tuple(f"-X main.a={path}" for path in (there, "/tmp/none", "/tmp/none/x"))

        told = hide_places(flags, places_of(SOURCE, None, {})).flags

    assert told == (*flags[:2], "-X main.a=$ELSEWHERE")


@pytest.mark.parametrize("variable", ["HOME", "TMPDIR", "GOCACHE", "GOPATH"])
@pytest.mark.parametrize(
    "folder", ["/opt/joe", "/var/lib/jnk", "/var/home/joe", "/usr/joe/x", "/go", "/export/joe"]
)
def test_a_folder_of_the_user_is_hidden_wherever_it_lies(variable: str, folder: str) -> None:
    name = f"${variable}"

    told = hide_places([f"-X main.a={folder}/secret"], places_of(SOURCE, None, {variable: folder}))

    assert told.flags == (f"-X main.a={name}/...",)
    assert told.names == (name,)


@pytest.mark.parametrize("folder", ["/data/w/tool", "/tmp/w/tool"])
def test_what_lies_near_a_known_folder_is_hidden(folder: str) -> None:
    near = Path(folder).parent
    flags = [f"-X main.a={near}/other", "-X main.a=/api/v1", "-X main.a=/tmp/x.sock"]

    told = hide_places(flags, places_of(Path(folder), None, {}))

    assert told.flags == ("-X main.a=$ELSEWHERE", *flags[1:])


def test_a_file_that_go_shall_read_is_hidden_wherever_it_lies() -> None:
    flags = ["-extldflags=-L/data/lib", "-X main.a=/data/lib -r /data/lib", "-r /usr/lib/x"]

    told = hide_places(flags, PLACES)

    assert told.flags == (
        "-extldflags=-L$ELSEWHERE",
        "-X main.a=/data/lib -r $ELSEWHERE",
        "-r /usr/lib/x",
    )


def test_a_path_is_not_told_by_its_real_name_either(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)

    places = places_of(link, None, {})

    told = hide_places([f"-a={link}/x", f"-b={real}/x"], places)

    assert told.flags == ("-a=$SOURCE/x", "-b=$SOURCE/x")


def test_folders_of_windows_are_found_however_they_are_written() -> None:
    place = ("$HOME", Path(r"C:\Users\me"))

    flags = [r"-a=c:/users/ME/x", r"-a='C:\\Users\\me\\My Files'", r"-a=C:\Users\mean"]

    assert hide_places(flags, (place,)).flags == ("-a=$HOME/...", "-a='$HOME/...'", "-a=$ELSEWHERE")


@pytest.mark.parametrize("home", ["/", "", "relative"])
def test_a_home_that_says_nothing_hides_nothing(home: str) -> None:
    flags = ("-X main.a=/x/relative",)
    assert hide_places(flags, places_of(SOURCE, None, {"HOME": home})).flags == flags


def test_a_source_that_is_the_whole_disk_hides_no_more_than_others() -> None:
    told = hide_places(["-X main.a=/api/v1 -X main.b=/home/me"], places_of(Path("/"), None, {}))

    assert told.flags == ("-X main.a=/api/v1 -X main.b=$ELSEWHERE",)


def test_folders_that_many_machines_have_are_part_of_the_program() -> None:
    go = replace(GO, root=Path("/usr/local/go"), environment={"TMPDIR": "/tmp", "GOPATH": "/usr"})

    flags = ("-X main.a=/usr/local/go/x", "-X main.b=/tmp/no-such-thing", "-X main.c=/usr/bin")

    assert hide_places(flags, places_of(SOURCE, None, {}, go)).flags == flags


def test_flags_that_are_not_whole_say_so() -> None:
    told = hide_places([f"-a={SOURCE}/x", f"-b={HOME}/y -c=/home/you/z"], PLACES)

    assert told.names == ("$ELSEWHERE", "$HOME", "$SOURCE")
    literal = ("-X main.a=/usr/share", "-X main.b=$HOME/x")
    assert hide_places(literal, PLACES) == Hidden(flags=literal)
