//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// nobody is a user whom mode bits hold back, as they do not hold back root.
const nobody = 65534

// ordinaryCommand returns a command that runs the built program as a user who
// is not root, and a folder that user can see.
func ordinaryCommand(t *testing.T) (run func(args ...string) *exec.Cmd, folder string) {
	t.Helper()
	program := build(t)
	folder = t.TempDir()
	if os.Getuid() != 0 {
		return func(args ...string) *exec.Cmd { return exec.Command(program, args...) }, folder
	}

	// A temporary folder, and the test's own around it, are closed to others.
	for _, inner := range []string{filepath.Dir(program), folder} {
		for _, path := range []string{inner, filepath.Dir(inner)} {
			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	run = func(args ...string) *exec.Cmd {
		command := exec.Command(program, args...)
		command.Dir = folder
		command.SysProcAttr = &syscall.SysProcAttr{
			Credential: &syscall.Credential{Uid: nobody, Gid: nobody},
		}
		return command
	}
	if err := run("--version").Run(); err != nil {
		skip(t, "this test needs a temporary folder that a user who is not root can see: "+err.Error())
	}
	return run, folder
}

// skip skips a test, or fails it where every test must run.
func skip(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

func TestWhatMayNotBeReadIsToldAndSkipped(t *testing.T) {
	run, folder := ordinaryCommand(t)
	locked := filepath.Join(folder, "locked")
	unreadable := filepath.Join(folder, "unreadable.db")
	listed := filepath.Join(folder, "listed")   // its names can be read, its files not reached
	through := filepath.Join(folder, "through") // the other way round
	for _, path := range []string{locked, listed, filepath.Join(through, "below")} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{
		unreadable,
		filepath.Join(folder, "fine.db"),
		filepath.Join(locked, "a.db"),
		filepath.Join(listed, "b.db"),
		filepath.Join(through, "below", "c.db"),
	} {
		if err := os.WriteFile(path, []byte(header.Magic), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for path, mode := range map[string]os.FileMode{locked: 0, unreadable: 0, listed: 0o444, through: 0o711} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o755) }) // or it cannot be removed
	}

	fine := filepath.Join(folder, "fine.db") + "\n"
	below := filepath.Join(through, "below", "c.db") + "\n"
	if os.Getuid() != 0 {
		// Our own folder: its owner, too, needs the mode bit to list it.
		if err := os.Chmod(through, 0o311); err != nil {
			t.Fatal(err)
		}
	}
	met := []string{locked, unreadable, through, filepath.Join(listed, "b.db")}
	for name, test := range map[string]struct {
		args   []string
		want   []string
		denied []string
		code   int
	}{
		"met in a walk":                   {[]string{folder}, []string{fine}, met, 0},
		"a folder that is named":          {[]string{locked}, nil, []string{locked}, 1},
		"a file that is named":            {[]string{unreadable}, nil, []string{unreadable}, 1},
		"below one, and named":            {[]string{filepath.Join(locked, "a.db")}, nil, []string{filepath.Join(locked, "a.db")}, 1},
		"named, and only its files are":   {[]string{listed}, nil, []string{filepath.Join(listed, "b.db")}, 0},
		"one of two that are named":       {[]string{filepath.Join(through, "below"), locked}, []string{below}, []string{locked}, 1},
		"a root behind one in the walk":   {[]string{folder, filepath.Join(through, "below")}, []string{fine, below}, met, 0},
		"a root named before the outer":   {[]string{filepath.Join(through, "below"), folder}, []string{fine, below}, met, 0},
		"a file root behind one, as well": {[]string{folder, strings.TrimSpace(below)}, []string{fine, below}, met, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			command := run(append(test.args, "--stats")...)
			command.Stdout, command.Stderr = &stdout, &stderr
			if err := command.Run(); command.ProcessState.ExitCode() != test.code {
				t.Errorf("exit code %d: %v", command.ProcessState.ExitCode(), err)
			}
			for _, line := range test.want {
				if !strings.Contains(stdout.String(), line) {
					t.Errorf("%q is missing", line)
				}
			}
			if got := len(stdout.String()); got != len(strings.Join(test.want, "")) {
				t.Errorf("printed %q", stdout.String())
			}
			lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
			last := len(lines) - 1
			if counts := fmt.Sprintf(" %d not readable, %d errors, ", len(test.denied), len(test.denied)); !strings.Contains(lines[last], counts) {
				t.Errorf("counted: %s", lines[last])
			}
			var want []string
			for _, path := range test.denied {
				want = append(want, "warning: "+path+": permission denied")
			}
			slices.Sort(want)
			slices.Sort(lines[:last])
			if !slices.Equal(lines[:last], want) {
				t.Errorf("stderr: %q, not %q", lines[:last], want)
			}
		})
	}
}

func TestAReaderThatHasGoneIsNoErrorToTalkAbout(t *testing.T) {
	program := build(t)
	database := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(database, []byte(header.Magic), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"SIGPIPE ends the program":                   `exec "$0" "$1"`,
		"SIGPIPE ignored, as in a child of Python's": `trap "" PIPE; exec "$0" "$1"`,
	} {
		t.Run(name, func(t *testing.T) {
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			reader.Close()
			defer writer.Close()
			var stderr strings.Builder
			command := exec.Command("sh", "-c", script, program, database)
			command.Stdout, command.Stderr = writer, &stderr
			if err := command.Run(); err == nil {
				t.Error("the exit code was 0")
			}
			if stderr.Len() > 0 {
				t.Errorf("stderr: %s", stderr.String())
			}
		})
	}
}

// manyDatabases makes a folder in which more is found than a pipe holds.
func manyDatabases(t *testing.T) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	first := filepath.Join(folder, "first")
	if err := os.WriteFile(first, []byte(header.Magic), 0o644); err != nil {
		t.Fatal(err)
	}
	for i := range muchMoreThanAPipeHolds - 1 {
		name := fmt.Sprintf("%s-%d", strings.Repeat("long", 40), i)
		if err := os.Link(first, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// patience is how long a test waits for what takes no time. Then it ends the
// program, and so fails.
const patience = 10 * time.Second

// endsInTime ends a program that has just been started if it does not end by
// itself.
func endsInTime(t *testing.T, command *exec.Cmd) {
	t.Helper()
	timer := time.AfterFunc(patience, func() {
		t.Error("the program does not end")
		_ = command.Process.Kill()
	})
	t.Cleanup(func() { timer.Stop() })
}

// started starts a scan of a folder by way of a shell script, and waits until
// it has printed something.
func started(t *testing.T, folder, script string) (command *exec.Cmd, stdout io.Reader) {
	t.Helper()
	command = exec.Command("sh", "-c", script, build(t), folder)
	pipe, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	endsInTime(t, command)
	reader := bufio.NewReader(pipe)
	if _, err := reader.Peek(1); err != nil { // it runs, and listens to signals
		t.Fatal(err)
	}
	return command, reader
}

const muchMoreThanAPipeHolds = 20_000

// interrupt sends a signal and waits until the program has taken note: then no
// worker has a folder open any more.
func interrupt(t *testing.T, command *exec.Cmd, by os.Signal, folder string) {
	t.Helper()
	if err := command.Process.Signal(by); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "linux" {
		time.Sleep(time.Second) // there is no way to ask
		return
	}
	waitUntil(t, func() bool { return !hasOpen(command.Process.Pid, folder) })
}

// waitUntil waits for what must come soon.
func waitUntil(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("what was waited for did not come")
		}
	}
}

func hasOpen(pid int, path string) bool {
	open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	return slices.ContainsFunc(open, func(fd string) bool {
		to, err := os.Readlink(fd)
		return err == nil && to == path
	})
}

func TestAnInterruptedScanEndsWithWhatWasFound(t *testing.T) {
	folder := manyDatabases(t)
	for _, by := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(by.String(), func(t *testing.T) { interruptedScan(t, folder, by) })
	}
}

func interruptedScan(t *testing.T, folder string, by os.Signal) {
	command, stdout := started(t, folder, `exec "$0" --json "$@"`)
	interrupt(t, command, by, folder)
	out, err := io.ReadAll(stdout)
	if err != nil {
		t.Fatal(err)
	}
	var document struct{ Entries []struct{ Path string } }
	if err := json.Unmarshal(out, &document); err != nil {
		t.Errorf("the JSON is broken: %v", err)
	}
	if got := len(document.Entries); got == 0 || got >= muchMoreThanAPipeHolds {
		t.Errorf("%d databases were printed", got)
	}
	exit := (*exec.ExitError)(nil)
	if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 130 {
		t.Errorf("it ended with %v", err)
	}
}

func TestASecondInterruptEndsTheProgramAtOnce(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says which files a program has open")
	}
	folder := manyDatabases(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	fill(t, writer) // so that the program waits at its first line
	command := exec.Command(build(t), folder)
	command.Stdout = writer
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	endsInTime(t, command)
	waitUntil(t, func() bool { return hasOpen(command.Process.Pid, folder) })
	interrupt(t, command, os.Interrupt, folder)

	ended := make(chan error)
	go func() { ended <- command.Wait() }()
	for waits := true; waits; {
		_ = command.Process.Signal(os.Interrupt) // the first of them may come too soon
		select {
		case err = <-ended:
			waits = false
		case <-time.After(10 * time.Millisecond):
		}
	}
	exit := (*exec.ExitError)(nil)
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v", err)
	}
}

// fill fills a pipe.
func fill(t *testing.T, writer *os.File) {
	t.Helper()
	fd := int(writer.Fd()) // which also makes writing to it wait
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	var err error
	for err == nil {
		_, err = syscall.Write(fd, make([]byte, 4096))
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
}

func TestASignalThatIsIgnoredStaysSo(t *testing.T) {
	command, stdout := started(t, manyDatabases(t), `trap "" INT; exec "$0" "$@"`)
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(stdout)
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(out, []byte("\n")); got != muchMoreThanAPipeHolds {
		t.Errorf("%d lines", got)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
