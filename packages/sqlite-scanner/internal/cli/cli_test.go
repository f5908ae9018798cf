package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

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
