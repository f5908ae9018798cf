//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
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
		needs.Skip(t, "this test needs a temporary folder that a user who is not root can see: "+err.Error())
	}
	return run, folder
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
