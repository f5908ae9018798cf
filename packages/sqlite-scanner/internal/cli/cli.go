// Package cli is the sqlite-scanner command: it reads the arguments, runs a
// scan, prints what it finds, and decides the exit code.
package cli

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// Exit codes.
const (
	exitOK     = 0 // everything was looked at, but for what may not be read
	exitFailed = 1 // something could not be looked at, or the output not written
	exitMisuse = 2 // the arguments make no sense; nothing was scanned
)

// Command is the program with its surroundings.
type Command struct {
	// Stdout takes the databases found, and the answers to --help and
	// --version. Each find is written as soon as no other is at hand.
	Stdout io.Writer

	// Stderr takes warnings and errors.
	Stderr io.Writer

	// Version is the program's version as the linker set it, or "dev".
	Version string
}

// Main runs the command with the arguments that follow its name, and returns
// its exit code.
func (c *Command) Main(args []string) int {
	opts, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return c.print(help)
	case err != nil:
		fmt.Fprintf(c.Stderr, "error: %v\nTry: sqlite-scanner --help\n", err)
		return exitMisuse
	case opts.version:
		return c.print(versionOf(c.Version) + "\n")
	}
	return c.scan(opts)
}

func (c *Command) print(text string) int {
	if _, err := io.WriteString(c.Stdout, text); err != nil {
		return c.cannotWrite(err)
	}
	return exitOK
}

func (c *Command) scan(opts options) int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop() // ends the walk when the output cannot be written

	events := scan.Start(ctx, scan.Config{Roots: opts.roots, Workers: opts.workers, Size: opts.size})
	warnings, err := c.report(events, opts)
	switch {
	case err != nil:
		return c.cannotWrite(err)
	case warnings > 0:
		return exitFailed
	}
	return exitOK
}

// report prints the events of a scan until there are no more, and returns how
// many of them were warnings. The error is one of writing to Stdout.
func (c *Command) report(events <-chan scan.Event, opts options) (warnings int, err error) {
	buffer := bufio.NewWriter(c.Stdout)
	out := output.New(opts.format(), buffer, opts.size)
	if err := out.Begin(); err != nil {
		return 0, err
	}
	for event := range events {
		if event.Err != nil {
			warnings++
			c.warn(event.Err.Path, event.Err.Err)
		} else if err := out.Entry(event.Entry); err != nil {
			return warnings, err
		}
		if len(events) == 0 { // nothing more at hand: do not hold back what is
			if err := buffer.Flush(); err != nil {
				return warnings, err
			}
		}
	}
	if err := out.End(); err != nil {
		return warnings, err
	}
	return warnings, buffer.Flush()
}

func (c *Command) warn(path string, reason error) {
	fmt.Fprintf(c.Stderr, "warning: %s: %v\n", printable(path), reason)
}

// cannotWrite says why, except to say that the reader has gone (`| head`): it
// knows.
func (c *Command) cannotWrite(err error) int {
	if !isBrokenPipe(err) {
		fmt.Fprintf(c.Stderr, "error: cannot write the output: %v\n", err)
	}
	return exitFailed
}

// printable quotes a path that would otherwise change lines or colours, or is
// not UTF-8.
func printable(path string) string {
	if quoted := strconv.Quote(path); strings.Trim(quoted, `"`) != path {
		return quoted
	}
	return path
}
