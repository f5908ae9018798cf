package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// progressEvery is how often the line of progress is written. It comes for the
// first time after as long: a quick search has none.
const progressEvery = 200 * time.Millisecond

// progress is a line on a terminal that is written over again and again. It
// must be cleared before anything else is written there.
type progress struct {
	w     io.Writer
	shown int // characters that are on the terminal
}

// show writes the line. It is short enough for a narrow window: a line that
// breaks cannot be written over.
func (p *progress) show(stats scan.Stats, databases int64) {
	text := fmt.Sprintf("%s found in %s files", grouped(databases), grouped(stats.Files))
	fmt.Fprintf(p.w, "\r%-*s", p.shown, text)
	p.shown = len(text)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.shown > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.shown, "")
		p.shown = 0
	}
}

// grouped writes a number as people read it: 1,234,567.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var text strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text.WriteByte(',')
		}
		text.WriteRune(digit)
	}
	return text.String()
}

// IsTerminal reports whether a file is a terminal that a line can be written
// over on. The null device counts as one; nobody sees what is written there.
func IsTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
