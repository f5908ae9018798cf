package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

func TestParse(t *testing.T) {
	here := []string{"."}
	for name, test := range map[string]struct {
		args []string
		want options
	}{
		"nothing":             {nil, options{roots: here}},
		"a path":              {[]string{"a"}, options{roots: []string{"a"}}},
		"a flag first":        {[]string{"--size", "a"}, options{roots: []string{"a"}, size: true}},
		"a flag last":         {[]string{"a", "--size"}, options{roots: []string{"a"}, size: true}},
		"a flag between":      {[]string{"a", "--json", "b"}, options{roots: []string{"a", "b"}, json: true}},
		"the next argument":   {[]string{"a", "--workers", "3", "b"}, options{roots: []string{"a", "b"}, workers: 3}},
		"after =":             {[]string{"a", "--workers=3", "b"}, options{roots: []string{"a", "b"}, workers: 3}},
		"twice":               {[]string{"--workers=3", "--workers=4"}, options{roots: here, workers: 4}},
		"a value with =":      {[]string{"--path=a=b"}, options{roots: []string{"a=b"}}},
		"a value like a flag": {[]string{"--path", "--size"}, options{roots: []string{"--size"}}},
		"a value of --":       {[]string{"--path", "--", "--size"}, options{roots: []string{"--"}, size: true}},
		"no value":            {[]string{"--path="}, options{roots: []string{""}}},
		"switched off":        {[]string{"--size", "--size=false"}, options{roots: here}},
		"the end of flags":    {[]string{"--jsonl", "--", "--json", "--", "-h"}, options{roots: []string{"--json", "--", "-h"}, jsonl: true}},
		"the end and no path": {[]string{"--version", "--"}, options{roots: here, version: true}},
		"a dash":              {[]string{"-"}, options{roots: []string{"-"}}},
		"path and a path":     {[]string{"--path", "a", "b"}, options{roots: []string{"b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parse(test.args); err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("parse(%q) = %+v, %v", test.args, got, err)
			}
		})
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add("--workers 3 -- -x")
	f.Add("--=\n---a\n-")
	f.Fuzz(func(t *testing.T, line string) {
		opts, err := parse(strings.Split(line, " "))
		if err == nil && len(opts.roots) == 0 {
			t.Errorf("%q: nothing to scan", line)
		}
	})
}

func TestEveryFlagIsInTheHelp(t *testing.T) {
	var opts options
	var path string
	define(&opts, &path).VisitAll(func(f *flag.Flag) {
		if !strings.Contains(help, "\n  --"+f.Name+" ") {
			t.Errorf("--%s is missing", f.Name)
		}
	})
}

func TestEveryFlagIsInTheReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var opts options
	var path string
	define(&opts, &path).VisitAll(func(f *flag.Flag) {
		if !strings.Contains(string(readme), "`--"+f.Name) {
			t.Errorf("--%s is missing", f.Name)
		}
	})
}

func TestTheVersionOfAModule(t *testing.T) {
	for version, want := range map[string]string{
		"":            "dev",
		"(devel)":     "dev",
		"v0.2.0":      "0.2.0",
		"v1.0.0-rc.1": "1.0.0-rc.1",
	} {
		if got := moduleVersion(version); got != want {
			t.Errorf("moduleVersion(%q) = %q", version, got)
		}
	}
	if got := versionOf("0.2.0"); got != "0.2.0" {
		t.Errorf("the linker's version became %q", got)
	}
}

// TestEachFindIsSeenAtOnce reads every line before the next find is made: if
// one were held back, neither side would ever go on.
func TestEachFindIsSeenAtOnce(t *testing.T) {
	for name, opts := range map[string]options{
		"text":  {},
		"sizes": {size: true},
		"JSON":  {json: true},
		"lines": {jsonl: true},
	} {
		t.Run(name, func(t *testing.T) {
			reader, writer := io.Pipe()
			events := make(chan scan.Event)
			command := &Command{Stdout: writer, Stderr: io.Discard}
			go func() {
				_, err := command.report(events, opts)
				writer.CloseWithError(err)
			}()

			lines := bufio.NewScanner(reader)
			for _, path := range []string{"/one", "/two", "/three"} {
				events <- scan.Event{Entry: scan.Entry{Path: path}}
				for lines.Scan() && !strings.Contains(lines.Text(), path) {
				}
				if !strings.Contains(lines.Text(), path) {
					t.Fatalf("%s never came", path)
				}
			}
			close(events)
			for lines.Scan() {
			}
			if err := lines.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTheJSONIsClosedAfterAWarning(t *testing.T) {
	var stdout, stderr strings.Builder
	command := &Command{Stdout: &stdout, Stderr: &stderr}
	events := make(chan scan.Event, 3)
	events <- scan.Event{Err: &fs.PathError{Op: "open", Path: "/bad", Err: errors.New("broken")}}
	events <- scan.Event{Entry: scan.Entry{Path: "/good"}}
	events <- scan.Event{Err: &fs.PathError{Op: "open", Path: "/\x1b[31m", Err: errors.New("broken")}}
	close(events)
	warnings, err := command.report(events, options{json: true})
	if warnings != 2 || err != nil {
		t.Errorf("report returned %d, %v", warnings, err)
	}
	if !json.Valid([]byte(stdout.String())) {
		t.Errorf("stdout: %s", stdout.String())
	}
	if want := "warning: /bad: broken\nwarning: \"/\\x1b[31m\": broken\n"; stderr.String() != want {
		t.Errorf("stderr: %s", stderr.String())
	}
}

// failing is a full disk.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestAFullDiskEndsTheScanWithOneMessage(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(header.Magic), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{folder}, {"--json", folder}, {"--jsonl", folder}, {"--help"}, {"--version"}} {
		var stderr strings.Builder
		command := &Command{Stdout: failing{errors.New("disk full")}, Stderr: &stderr}
		if code := command.Main(args); code != exitFailed {
			t.Errorf("%q: exit code %d", args, code)
		}
		if stderr.String() != "error: cannot write the output: disk full\n" {
			t.Errorf("%q: stderr: %s", args, stderr.String())
		}
	}
}

func TestAReaderThatHasGoneIsNotTold(t *testing.T) {
	var stderr strings.Builder
	command := &Command{Stdout: failing{&fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}}, Stderr: &stderr}
	if code := command.Main([]string{"--json", t.TempDir()}); code != exitFailed || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr: %s", code, stderr.String())
	}
}
