package cli

import (
	"errors"
	"syscall"
)

// errNoData is ERROR_NO_DATA: the other end of the pipe is being closed.
const errNoData = syscall.Errno(232)

// isBrokenPipe reports whether err is that of writing to a pipe that nobody
// reads any more.
func isBrokenPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ERROR_BROKEN_PIPE) || errors.Is(err, errNoData)
}
