"""Another day for a program: the system's clock, moved on by a library that is loaded first.

The calls are those of POSIX (``time``, ``clock_gettime``) and BSD (``gettimeofday``), by which
Python, git and C programs ask for the time. Go asks the kernel itself.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from helpers.needs import requirement
from helpers.zig import needs_zig

_SOURCE = """\
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t later(void) {
    const char *days = getenv("DAYS_LATER");
    return days ? (time_t)atol(days) * 86400 : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, clock, now);
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec += later();
    return failed;
}

time_t time(time_t *to) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *to, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    to->tv_sec = now.tv_sec;
    to->tv_usec = now.tv_nsec / 1000;
    return 0;
}
"""
_LIBRARY = "days.so"


def make_days(folder: Path) -> None:
    """Compile the library into a folder."""
    requirement("Linux", sys.platform == "linux", "libraries are loaded first otherwise elsewhere")
    needs_zig()
    source = folder / "days.c"
    source.write_text(_SOURCE, encoding="utf-8")
    command = [sys.executable, "-m", "ziglang", "cc", "-shared", "-fPIC", "-O1", "-g0"]
    subprocess.run([*command, "-o", folder / _LIBRARY, source], check=True, capture_output=True)


def days_later(folder: Path, days: int) -> dict[str, str]:
    """The variables for a program that shall think it is so many days later.

    Args:
        folder: where the library lies.
        days: how many.
    """
    variables = {"LD_PRELOAD": str(folder / _LIBRARY), "DAYS_LATER": str(days)}
    ask = [sys.executable, "-c", "import time; print(time.time())"]
    now, then = (
        float(subprocess.run(ask, env=env, check=True, capture_output=True, text=True).stdout)
        for env in ({}, variables)
    )
    assert abs(then - now - days * 86400) < 600
    return variables
