package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sqlite-scanner": main})
}

// TestScripts runs testdata/script. In a script $REAL is the script's folder
// without links, $NEWLINE and $ESCAPE are these characters, and these commands
// are known besides testscript's own:
//
//	exits CODE COMMAND...    runs a command that must end with this exit code
//	database FILE [BYTES]    writes a file with SQLite's header, BYTES long (4096)
//	socket FILE              makes a Unix socket
//	sorted stdout FILE       compares lines in any order; FILE may hold $REAL
//	entries FILE             takes stdout apart as the --json document, and compares
//	entries -lines FILE      the same for --jsonl; FILE holds PATH or SIZE PATH lines
//	set FILE AT HEX          writes bytes into a file
//	lines FILE               ends lines of stdout where NULs are, as FILE
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			folder, err := filepath.EvalSymlinks(env.WorkDir)
			env.Setenv("REAL", folder)
			env.Setenv("NEWLINE", "\n")
			env.Setenv("ESCAPE", "\x1b")
			// With -race each command would sleep for a second before it ends.
			env.Setenv("GORACE", "atexit_sleep_ms=0")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    scriptExits,
			"database": scriptDatabase,
			"socket":   scriptSocket,
			"sorted":   scriptSorted,
			"entries":  scriptEntries,
			"set":      scriptSet,
			"lines":    scriptLines,
		},
	})
}

func scriptExits(ts *testscript.TestScript, _ bool, args []string) {
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, not %s", got, args[0])
	}
}

func scriptDatabase(ts *testscript.TestScript, _ bool, args []string) {
	size := 4096
	if len(args) == 2 {
		var err error
		size, err = strconv.Atoi(args[1])
		ts.Check(err)
	}
	content := make([]byte, size)
	copy(content, header.Magic)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), content, 0o644))
}

func scriptSocket(ts *testscript.TestScript, _ bool, args []string) {
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: ts.MkAbs(args[0])})
	ts.Check(err)
	listener.SetUnlinkOnClose(false)
	ts.Check(listener.Close())
}

func scriptSet(ts *testscript.TestScript, _ bool, args []string) {
	at, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	content, err := hex.DecodeString(args[2])
	ts.Check(err)
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = file.WriteAt(content, at)
	ts.Check(errors.Join(err, file.Close()))
}

func scriptLines(ts *testscript.TestScript, _ bool, args []string) {
	stdout := strings.ReplaceAll(ts.ReadFile("stdout"), "\x00", "\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(stdout), 0o644))
}

func scriptSorted(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sorted stdout FILE")
	}
	compare(ts, strings.Split(ts.ReadFile(args[0]), "\n"), args[1])
}

func scriptEntries(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: entries [-lines] FILE")
	}
	stdout := strings.NewReader(ts.ReadFile("stdout"))
	decoder := json.NewDecoder(stdout)
	decoder.DisallowUnknownFields()

	type entry struct {
		Path      string
		PathBytes []byte `json:"path_bytes"`
		Size      *int
		Details   any
	}
	var all []entry
	if args[0] == "-lines" {
		for decoder.More() {
			var one entry
			ts.Check(decoder.Decode(&one))
			all = append(all, one)
		}
	} else {
		var document struct{ Entries *[]entry }
		ts.Check(decoder.Decode(&document))
		all = *document.Entries
	}
	rest, err := io.ReadAll(io.MultiReader(decoder.Buffered(), stdout))
	ts.Check(err)
	if len(bytes.TrimSpace(rest)) > 0 {
		ts.Fatalf("after the JSON there is %q", rest)
	}

	var got []string
	for _, one := range all {
		line := one.Path
		if one.PathBytes != nil {
			line = string(one.PathBytes)
		}
		if one.Size != nil {
			line = fmt.Sprint(*one.Size, " ", line)
		}
		got = append(got, line)
	}
	compare(ts, got, args[len(args)-1])
}

// compare fails the script unless the lines are those of a file, in any order.
func compare(ts *testscript.TestScript, got []string, file string) {
	expand := func(name string) string { return ts.Getenv(name) }
	want := strings.Split(os.Expand(ts.ReadFile(file), expand), "\n")
	blank := func(line string) bool { return line == "" }
	got = slices.DeleteFunc(got, blank)
	want = slices.DeleteFunc(want, blank)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		ts.Fatalf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// build builds the program as it is shipped and returns its path.
func build(t *testing.T, flags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sqlite-scanner")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	args := append([]string{"build", "-buildvcs=false", "-o", program}, flags...)
	command := exec.Command("go", append(args, ".")...)
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return program
}

func TestTheLinkerSetsTheVersion(t *testing.T) {
	program := build(t, "-ldflags=-X main.version=9.8.7")
	out, err := exec.Command(program, "--version").Output()
	if err != nil || string(out) != "9.8.7\n" {
		t.Errorf("--version printed %q, %v", out, err)
	}
}

func TestNothingBeyondTheStandardLibraryIsLinkedIn(t *testing.T) {
	const own = "github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner"
	const format = "{{if not .Standard}}{{.ImportPath}}{{end}}"
	for _, system := range []string{"linux", "darwin", "windows"} {
		command := exec.Command("go", "list", "-deps", "-f", format, ".")
		command.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range strings.Fields(string(out)) {
			if path != own && !strings.HasPrefix(path, own+"/") {
				t.Errorf("%s: %s is linked in", system, path)
			}
		}
	}
}
