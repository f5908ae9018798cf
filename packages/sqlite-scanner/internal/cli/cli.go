// Package cli is the sqlite-scanner command: it reads the arguments, runs a
// scan, prints what it finds, and decides the exit code.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// Exit codes.
const (
	exitOK          = 0   // everything was looked at, but for what may not be read below the paths
	exitFailed      = 1   // something could not be looked at, or the output not written
	exitMisuse      = 2   // the arguments make no sense; nothing was scanned
	exitInterrupted = 130 // 128 and the number of SIGINT, as shells have it
)

// Command is the program with its surroundings.
type Command struct {
	// Stdout takes the databases found, and the answers to --help and
	// --version. Each find is written as soon as no other is at hand.
	Stdout io.Writer

	// Stderr takes warnings and errors, and what --stats says.
	Stderr io.Writer

	// Terminal says that a person looks at Stderr: during a long scan a line
	// there tells how far it is.
	Terminal bool

	// Version is the program's version as the linker set it, or "dev".
	Version string
}

// Main runs the command with the arguments that follow its name, and returns
// its exit code. When ctx ends, a scan is over.
func (c *Command) Main(ctx context.Context, args []string) int {
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
	return c.scan(ctx, opts)
}

func (c *Command) print(text string) int {
	if _, err := io.WriteString(c.Stdout, text); err != nil {
		return c.cannotWrite(err)
	}
	return exitOK
}

func (c *Command) scan(ctx context.Context, opts options) int {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the walk when the output cannot be written

	begun := time.Now()
	found := scan.Start(ctx, opts.config())
	r := reporter{command: c, scan: found, progress: progress{w: c.Stderr}}
	if c.Terminal {
		ticker := time.NewTicker(progressEvery)
		defer ticker.Stop()
		r.ticks = ticker.C
	}
	err := r.report(ctx.Done(), opts)
	if err != nil {
		return c.cannotWrite(err)
	}
	if opts.stats {
		fmt.Fprintln(c.Stderr, r.summary(time.Since(begun)))
	}
	switch {
	case r.interrupted:
		return exitInterrupted
	case r.failed:
		return exitFailed
	}
	return exitOK
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
