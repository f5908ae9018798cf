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
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

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
		needs.Skip(t, "only Linux says which files a program has open")
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
