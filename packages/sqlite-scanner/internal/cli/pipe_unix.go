//go:build unix

package cli

import (
	"errors"
	"syscall"
)

// isBrokenPipe reports whether err is that of writing to a pipe that nobody
// reads any more. If that is the process's own stdout, Go's runtime has ended
// it by SIGPIPE before.
func isBrokenPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE)
}
