package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilInterrupted returns a context that a signal to stop ends. A program
// calls it before all else: a signal before that ends it at once. The signal
// after that ends the process at once, as if nobody listened. A signal that
// was ignored when the program began, as for nohup, stays ignored.
func UntilInterrupted(parent context.Context) (context.Context, context.CancelFunc) {
	var signals []os.Signal
	for _, each := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if !signal.Ignored(each) {
			signals = append(signals, each)
		}
	}
	if len(signals) == 0 { // NotifyContext takes none for all
		return context.WithCancel(parent)
	}
	ctx, stop := signal.NotifyContext(parent, signals...)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
