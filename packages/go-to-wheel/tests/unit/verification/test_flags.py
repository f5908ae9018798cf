"""Which recorded flags of Go are used again (verification/flags.py)."""

from __future__ import annotations

import pytest
from packaging.version import Version

from go_to_wheel.errors import OriginError
from go_to_wheel.model import GoOptions
from go_to_wheel.sources.compile import build_flags
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
    ],
)
def test_what_a_build_writes_gives_the_same_flags_again(options: GoOptions) -> None:
    flags = build_flags(options, Version("1.2.3"))
    assert build_flags(read_flags(flags), Version("9")) == flags


@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("-trimpath", "-buildvcs=false"),
        ("-trimpath", "-ldflags=-s -w"),
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
                "-buildid=x",
                "-H",
                "-H=linux",
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
