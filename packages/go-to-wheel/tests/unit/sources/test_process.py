"""Other programs, and their end (sources/process.py)."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from go_to_wheel.errors import Cancelled
from go_to_wheel.sources.process import Finished, Processes

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell lines")

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}


def sh(processes: Processes, script: str, cwd: Path) -> Finished:
    return processes.run(["/bin/sh", "-c", script], cwd=cwd)


def test_a_program_s_output_and_exit_code_come_back(tmp_path: Path) -> None:
    done = sh(Processes(environment=ENVIRONMENT), "echo out; echo err >&2; exit 3", tmp_path)
    assert done == Finished(code=3, stdout="out\n", stderr="err\n")


@pytest.mark.parametrize(
    ("stdout", "stderr", "message"),
    [("out\n", "", "out"), ("out", " err\n", "err"), ("", "", "")],
)
def test_its_message_is_its_errors_or_else_its_output(
    stdout: str, stderr: str, message: str
) -> None:
    assert Finished(code=0, stdout=stdout, stderr=stderr).message == message


def test_it_gets_the_folder_the_variables_and_no_input(tmp_path: Path) -> None:
    processes = Processes(environment=ENVIRONMENT | {"A": "1"})
    assert sh(processes, "pwd", tmp_path).stdout == f"{tmp_path}\n"
    assert sh(processes, "echo $A$HOME", tmp_path).stdout == "1\n"
    assert sh(processes, "cat; echo end", tmp_path).stdout == "end\n"
    other = processes.run(["/bin/sh", "-c", "echo $A"], cwd=tmp_path, environment={"A": "2"})
    assert other.stdout == "2\n"


def test_it_does_not_read_what_is_meant_for_us(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom go_to_wheel.sources.process import Processes\n"
        "done = Processes(environment={}).run(['/bin/cat'], cwd=Path.cwd())\n"
        "print([done.stdout, sys.stdin.read()])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=b"ours",
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=60,
    )
    assert done.stdout == b"['', 'ours']\n"


def test_output_that_is_no_utf_8_is_read_all_the_same(tmp_path: Path) -> None:
    done = sh(Processes(environment=ENVIRONMENT), r"printf 'a\377b'", tmp_path)
    assert done.stdout == "a\ufffdb"


def test_arguments_arrive_unchanged(tmp_path: Path) -> None:
    words = ["a b", "'\"", "$HOME", "*", "ü", "\udcff", ""]
    script = 'for word; do printf "%s|" "$word"; done'
    done = Processes(environment=ENVIRONMENT).run(
        [Path("/bin/sh"), "-c", script, "sh", *words], cwd=tmp_path
    )
    assert done.stdout == "a b|'\"|$HOME|*|ü|\ufffd||"


def test_every_command_line_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, ...]] = []
    processes = Processes(environment=ENVIRONMENT, started=told.append)
    processes.run([Path("/bin/echo"), "x"], cwd=tmp_path)
    assert told == [("/bin/echo", "x")]


def test_each_line_of_its_errors_is_heard_as_it_comes(tmp_path: Path) -> None:
    """The program waits until its first line was heard."""
    heard: list[str] = []

    def listen(line: str) -> None:
        heard.append(line)
        (tmp_path / "heard").touch()

    processes = Processes(environment=ENVIRONMENT, heard=listen)
    waits = "until [ -e heard ] || [ $((n += 1)) -gt 1000 ]; do sleep 0.01; done"
    script = f"echo out; echo 1 >&2; {waits}; [ -e heard ] && printf 'a\\n b' >&2"
    done = sh(processes, script, tmp_path)
    assert heard == ["1", "a", " b"]
    assert done == Finished(code=0, stdout="out\n", stderr="1\na\n b")


def test_more_than_a_pipe_holds_is_read_from_both_at_once(tmp_path: Path) -> None:
    script = "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"
    bounded = f"exec timeout 20 sh -c {shlex.quote(script)}"
    done = sh(Processes(environment=ENVIRONMENT), bounded, tmp_path)
    assert (len(done.stdout), len(done.stderr)) == (300_000, 600_000)


def test_a_listener_that_fails_ends_the_program(tmp_path: Path) -> None:
    def listen(line: str) -> None:
        raise BrokenPipeError(line)

    processes = Processes(environment=ENVIRONMENT, heard=listen)
    with pytest.raises(BrokenPipeError, match="x"):
        sh(processes, "echo x >&2; sleep 10; touch survived", tmp_path)
    assert not (tmp_path / "survived").exists()


def test_what_cannot_be_started_is_an_os_error(tmp_path: Path) -> None:
    processes = Processes(environment=ENVIRONMENT)
    with pytest.raises(OSError, match="No such file"):
        processes.run([tmp_path / "missing"], cwd=tmp_path)
    with pytest.raises(OSError, match="No such file"):
        processes.run(["/bin/echo"], cwd=tmp_path / "missing")
    assert sh(processes, "echo x", tmp_path).stdout == "x\n"


def wait_for_line(path: Path) -> int:
    """The number that another program writes into a file, once it is there."""
    while not (path.is_file() and path.read_text().endswith("\n")):
        threading.Event().wait(0.01)
    return int(path.read_text())


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def wait_until_gone(process: int) -> None:
    while is_alive(process):
        threading.Event().wait(0.01)


# A program with a child of its own, as Go has compilers; both would run for minutes.
FAMILY = "sleep 300 & echo $! > child; echo $$ > parent; wait"


def test_cancelling_ends_every_program_and_its_children(tmp_path: Path) -> None:
    processes = Processes(environment=ENVIRONMENT)
    folders = [tmp_path / "1", tmp_path / "2"]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(sh, processes, FAMILY, folder) for folder in folders]
        members = [
            wait_for_line(folder / name) for folder in folders for name in ("parent", "child")
        ]
        processes.cancel()
        for run in runs:
            with pytest.raises(Cancelled):
                run.result()
    for member in members:
        wait_until_gone(member)


def test_after_cancelling_nothing_is_started(tmp_path: Path) -> None:
    processes = Processes(environment=ENVIRONMENT)
    processes.cancel()
    with pytest.raises(Cancelled):
        sh(processes, "touch file", tmp_path)
    assert not (tmp_path / "file").exists()
    processes.cancel()  # a second time does no harm


CTRL_C = """
import signal, sys
from pathlib import Path
from go_to_wheel.sources.process import Processes
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & may have it ignored
try:
    Processes(environment={"PATH": sys.argv[1]}).run(["/bin/sh", "-c", sys.argv[2]], cwd=Path.cwd())
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_the_program_that_is_waited_for(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CTRL_C, ENVIRONMENT["PATH"], FAMILY],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        members = [wait_for_line(tmp_path / name) for name in ("parent", "child")]
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=60)
    assert stdout == b"interrupted\n"
    for member in members:
        wait_until_gone(member)
