// Command reverse-proxy stands in front of a web server, and passes streams on as they come.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
)

// version is set when the program is linked.
var version = "dev"

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // it could not listen, or had to cut answers short when it ended
	exitMisuse = 2 // the arguments make no sense
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks a second time need not wait
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run serves until ctx ends, and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	opts, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, help)
		return exitOK
	case err != nil:
		fmt.Fprintf(stderr, "error: %v\nTry: reverse-proxy -help\n", err)
		return exitMisuse
	case opts.version:
		fmt.Fprintln(stdout, version)
		return exitOK
	}
	if opts.watchStdin {
		ctx = untilEnd(ctx, stdin)
	}
	logger := log.New(stderr, "reverse-proxy: ", 0)
	listener, err := net.Listen("tcp", opts.listen)
	if err == nil {
		fmt.Fprintf(stdout, `{"url":"http://%s"}`+"\n", listener.Addr())
		err = serve(ctx, listener, opts, logger)
	}
	if err != nil {
		logger.Println(err)
		return exitFailed
	}
	return exitOK
}

// untilEnd returns a context that also ends when nothing more can come from r: a pipe ends when
// the program that holds its other side closes it, or is gone, however that came about.
func untilEnd(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, r) // an error is an end, too
		cancel()
	}()
	return ctx
}
