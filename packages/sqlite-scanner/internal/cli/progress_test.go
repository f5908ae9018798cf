package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

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
