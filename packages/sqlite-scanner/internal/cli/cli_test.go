package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

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
		"print0":              {[]string{"--print0"}, options{roots: here, print0: true}},
		"a depth":             {[]string{"--max-depth", "0"}, options{roots: here, maxDepth: new(int)}},
		"all about the walk":  {[]string{"--follow", "--one-file-system", "--stats"}, options{roots: here, follow: true, oneFileSystem: true, stats: true}},
		"details":             {[]string{"--details", "a"}, options{roots: []string{"a"}, details: true}},
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
			r := reporter{command: &Command{Stdout: writer, Stderr: io.Discard}, scan: &scan.Scan{Events: events}}
			go func() {
				writer.CloseWithError(r.report(nil, opts))
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
	r := reporter{command: command, scan: &scan.Scan{Events: events}}
	if err := r.report(nil, options{json: true}); err != nil || r.warnings != 2 {
		t.Errorf("%d warnings, %v", r.warnings, err)
	}
	if !json.Valid([]byte(stdout.String())) {
		t.Errorf("stdout: %s", stdout.String())
	}
	if want := "warning: /bad: broken\nwarning: \"/\\x1b[31m\": broken\n"; stderr.String() != want {
		t.Errorf("stderr: %s", stderr.String())
	}
}

// TestAnInterruptedScanIsWhole: what is at hand is written, what never comes
// is not awaited, and the JSON is closed.
func TestAnInterruptedScanIsWhole(t *testing.T) {
	for name, ending := range map[string]func(chan scan.Event){
		"while the workers are stuck": func(chan scan.Event) {},
		"after the workers ended":     func(events chan scan.Event) { close(events) },
	} {
		t.Run(name, func(t *testing.T) {
			var stdout strings.Builder
			events := make(chan scan.Event, 2)
			events <- scan.Event{Entry: scan.Entry{Path: "/one"}}
			events <- scan.Event{Entry: scan.Entry{Path: "/two"}}
			ending(events)
			stop := make(chan struct{})
			close(stop)
			r := reporter{command: &Command{Stdout: &stdout, Stderr: io.Discard}, scan: &scan.Scan{Events: events}}
			if err := r.report(stop, options{json: true}); err != nil || !r.interrupted {
				t.Errorf("interrupted: %t, %v", r.interrupted, err)
			}
			var document struct{ Entries []struct{ Path string } }
			if err := json.Unmarshal([]byte(stdout.String()), &document); err != nil || len(document.Entries) != 2 {
				t.Errorf("%v: %s", err, stdout.String())
			}
		})
	}
}

// TestASignalBeforeTheScanLeavesWholeOutput: main listens to signals from its
// beginning, so a scan may be over before it starts.
func TestASignalBeforeTheScanLeavesWholeOutput(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var stdout strings.Builder
	command := &Command{Stdout: &stdout, Stderr: io.Discard}
	if code := command.Main(ctx, []string{"--json", t.TempDir()}); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	var document struct{ Entries *[]any }
	if err := json.Unmarshal([]byte(stdout.String()), &document); err != nil || document.Entries == nil {
		t.Errorf("%v: %s", err, stdout.String())
	}
}

// screen plays a terminal to which both outputs go: it has lines, and the
// carriage return goes back in one.
type screen struct {
	lines []string
	line  []rune
	at    int
	most  int // the longest line there ever was
}

func (s *screen) Write(p []byte) (int, error) {
	for _, r := range string(p) {
		switch r {
		case '\r':
			s.at = 0
		case '\n':
			s.lines = append(s.lines, strings.TrimRight(string(s.line), " "))
			s.line, s.at = nil, 0
		default:
			s.line = append(s.line[:s.at], append([]rune{r}, s.line[min(s.at+1, len(s.line)):]...)...)
			s.at++
			s.most = max(s.most, s.at)
		}
	}
	return len(p), nil
}

func TestProgressLeavesNothingOnTheTerminal(t *testing.T) {
	var screen screen
	events := make(chan scan.Event)
	ticks := make(chan time.Time)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	r := reporter{
		command:  &Command{Stdout: &screen, Stderr: &screen},
		scan:     scan.Start(ctx, scan.Config{}),
		ticks:    ticks,
		progress: progress{w: &screen},
	}
	r.scan.Events = events
	ended := make(chan error)
	go func() { ended <- r.report(nil, options{}) }()
	ticks <- time.Time{}
	ticks <- time.Time{}
	events <- scan.Event{Entry: scan.Entry{Path: "/a"}}
	ticks <- time.Time{}
	events <- scan.Event{Err: &fs.PathError{Op: "open", Path: "/b", Err: errors.New("broken")}}
	ticks <- time.Time{}
	close(events)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if want := []string{"/a", "warning: /b: broken"}; !slices.Equal(screen.lines, want) {
		t.Errorf("the screen shows %q", screen.lines)
	}
	if rest := strings.TrimSpace(string(screen.line)); rest != "" || screen.at != 0 {
		t.Errorf("%q is left, the cursor is at %d", rest, screen.at)
	}
	if screen.most == 0 || screen.most > 60 {
		t.Errorf("the longest line has %d characters", screen.most)
	}
}

func TestTheLineOfProgress(t *testing.T) {
	var got strings.Builder
	p := progress{w: &got}
	p.clear()
	p.show(scan.Stats{Files: 1234567}, 1000)
	p.show(scan.Stats{Files: 9}, 0)
	p.clear()
	p.clear()
	want := "\r1,000 found in 1,234,567 files" +
		"\r0 found in 9 files            " +
		"\r                  \r"
	if got.String() != want {
		t.Errorf("got\n%q\nwant\n%q", got.String(), want)
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d became %s", n, got)
		}
	}
}

func TestAFileIsNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if IsTerminal(file) {
		t.Error("a file is taken for a terminal")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	if IsTerminal(writer) {
		t.Error("a pipe is taken for a terminal")
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
		if code := command.Main(t.Context(), args); code != exitFailed {
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
	if code := command.Main(t.Context(), []string{"--json", t.TempDir()}); code != exitFailed || stderr.Len() > 0 {
		t.Errorf("exit code %d, stderr: %s", code, stderr.String())
	}
}
