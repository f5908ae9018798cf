"""Which recorded flags of Go are used again (verification/flags.py)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from packaging.version import Version

from go_to_wheel.errors import OriginError
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.compile.compiler import build_flags, own_build_id
from go_to_wheel.verification.flags import read_flags

PLAIN = ("-trimpath", "-buildvcs=false", "-ldflags=-s -w")


@pytest.mark.parametrize(
    "options",
    [
        GoOptions(),
        GoOptions(tags=("netgo", "osusergo")),
        GoOptions(version_variable="main.version"),
        GoOptions(version_variable="example.com/a/b.version", ldflags="-X main.date=today"),
        GoOptions(ldflags="-X 'main.words=one two' -X \"main.more='=-extld\""),
        GoOptions(ldflags="-X=main.name=value -s"),
        GoOptions(ldflags="-H windowsgui -X example.com/os.x=y -X mainly.x=y"),
        GoOptions(ldflags="-H=windowsgui -compressdwarf=false"),
        GoOptions(ldflags="-extldflags=-static"),
        GoOptions(ldflags="-extldflags '-static' '-extldflags=-static'"),
        GoOptions(ldflags="-B gobuildid -B 0xabcdef -H=linux"),
        GoOptions(ldflags="-compressdwarf=true -compressdwarf=0 -s=1"),
        GoOptions(ldflags="-buildid= -linkmode=internal -linkmode internal"),
        GoOptions(ldflags="-buildid=a/b_c+d="),
        GoOptions(ldflags="\n\t'-X' \"main.a=b\"\n"),
        GoOptions(ldflags="-X main.a=Größe\u00a0👨\u200d👩"),
    ],
)
def test_what_a_build_writes_gives_the_same_flags_again(options: GoOptions) -> None:
    for build_id in (None, own_build_id(replace(options, cgo=True))):
        flags = build_flags(options, Version("1.2.3"), build_id)
        assert build_flags(read_flags(flags), Version("9"), build_id) == flags


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        ((), "-trimpath is not"),
        (("-trimpath",), "-buildvcs=false is not"),
        (("-buildvcs=false", "-trimpath"), "-trimpath is not"),
        (("-trimpath", "-buildvcs=false"), "-ldflags=-s -w is not"),
    ],
)
def test_a_flag_that_is_missing_is_named(flags: tuple[str, ...], missing: str) -> None:
    with pytest.raises(OriginError, match=f": {missing} where it should be"):
        read_flags(flags)


@pytest.mark.parametrize(
    "flags",
    [
        ("-toolexec=/bin/sh", *PLAIN),
        ("-toolexec=/bin/sh", "-a", PLAIN[2]),
        (*PLAIN, "-toolexec=/bin/sh"),
        (*PLAIN, "-tags=a", "-overlay=x.json"),
        (*PLAIN, "-overlay", "x.json"),
        (*PLAIN, "-mod=mod"),
        (*PLAIN, "-o=/etc/passwd"),
        (*PLAIN, "-tags=a b"),
        (*PLAIN, "-tags=$(x)"),
        (*PLAIN, "-tags="),
        (*PLAIN[:2], "-ldflags=-w -s"),
        (*PLAIN[:2], "-ldflags=all=-s -w"),
        (*PLAIN[:2], "-ldflags=-s -wx"),
        *(
            (*PLAIN[:2], f"-ldflags=-s -w {more}")
            for more in (
                "-X @flags.file=1",
                "-extld=/bin/sh",
                "-extld /bin/sh",
                "-extldflags=-fplugin=x",
                "-linkmode=external",
                "-X",
                "-X main.a",
                "-X '-extld' -extld",
                "-X main.a=b -extld=sh",
                "-X 'main.a=b'-extld=sh",
                "'-extld=sh'",
                "'unfinished",
                "-tmpdir=/tmp",
                "-cpuprofile=/etc/x",
                "-o /etc/x",
                "-I /bin/sh",
                "@file",
                "-r /lib",
                "-L /lib",
                "-buildid",
                "-buildid -extld=sh",
                "-buildid=x,y",
                "-linkmode=auto",
                "-extldflags=-static,-o,x",
                "'-extldflags=-static -o x'",
                "-X main.a=1'\u00a0\"",
                "-H",
                "--X main.a=b",
                "'-X main.a=b'",
                "-X runtime.buildVersion=go9",
                "-X=runtime.buildVersion=go9",
                "-X 'runtime/debug.x=y'",
                "-X os.x=y",
                "-X crypto/tls.x=y",
                "-X internal/godebug.x=y",
                "-X vendor/golang.org/x/net/http2.x=y",
                "-X cmd/go.x=y",
                "-X main.a=b -X time.x=y",
            )
        ),
    ],
)
def test_flags_that_could_run_or_write_something_are_refused(flags: tuple[str, ...]) -> None:
    with pytest.raises(OriginError, match="on a record's word"):
        read_flags(flags)
