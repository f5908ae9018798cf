package cli

import (
	"bufio"
	"fmt"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// reporter writes what a scan has to tell. It is the only one that writes while
// a scan runs, so that nothing comes between the parts of a line.
type reporter struct {
	command  *Command
	scan     *scan.Scan
	ticks    <-chan time.Time // when to show progress; nil: never
	progress progress

	// What came of it.
	databases   int64
	warnings    int64
	failed      bool // there was more to warn of than what may not be read
	interrupted bool
}

// report writes the events of a scan until there are no more, or until stop.
// In both cases the output is whole. The error is one of writing to Stdout.
func (r *reporter) report(stop <-chan struct{}, opts options) error {
	buffer := bufio.NewWriter(r.command.Stdout)
	out := output.New(opts.format(), buffer, output.Fields{Size: opts.size, Details: opts.details})
	if err := out.Begin(); err != nil {
		return err
	}
	if err := r.all(stop, out, buffer); err != nil {
		return err
	}
	r.progress.clear()
	if err := out.End(); err != nil {
		return err
	}
	return buffer.Flush()
}

// all writes one event after the other.
func (r *reporter) all(stop <-chan struct{}, out output.Writer, buffer *bufio.Writer) error {
	for {
		select {
		case event, ok := <-r.scan.Events:
			if !ok {
				// The channel is closed after a stop, too.
				r.interrupted = isClosed(stop)
				return nil
			}
			if err := r.one(event, out); err != nil {
				return err
			}
			if len(r.scan.Events) > 0 {
				continue
			}
			// Nothing more at hand: do not hold back what is.
			if err := buffer.Flush(); err != nil {
				return err
			}
		case <-r.ticks:
			r.progress.show(r.scan.Stats(), r.databases)
		case <-stop:
			r.interrupted = true
			return r.atHand(out)
		}
	}
}

// atHand writes the events that are there already, and waits for no other:
// workers may be stuck in a disk that does not answer.
func (r *reporter) atHand(out output.Writer) error {
	for {
		select {
		case event, ok := <-r.scan.Events:
			if !ok {
				return nil
			}
			if err := r.one(event, out); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (r *reporter) one(event scan.Event, out output.Writer) error {
	r.progress.clear()
	if event.Err != nil {
		r.warnings++
		r.failed = r.failed || !event.Skipped
		r.command.warn(event.Err.Path, event.Err.Err)
		return nil
	}
	r.databases++
	return out.Entry(event.Entry)
}

// summary is the line that --stats prints.
func (r *reporter) summary(took time.Duration) string {
	stats := r.scan.Stats()
	return fmt.Sprintf("%d folders, %d files, %d databases, %d not readable, %d errors, %.3f seconds",
		stats.Folders, stats.Files, r.databases, stats.Denied, r.warnings, took.Seconds())
}

func isClosed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
