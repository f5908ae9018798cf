//go:build unix

package scan

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// openDir opens a folder. If something else has taken its place since, a link
// or a FIFO, that is an error and not a way out of the tree, or a long wait.
func openDir(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
}

// probeFile does without os.File: three system calls per file are all there is
// to do, and a walk makes millions of them.
func probeFile(path string, wantSize bool) (is bool, size int64, err error) {
	fd, err := openFile(path)
	if err != nil {
		return false, 0, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)

	var head [header.Len]byte
	n, err := readHead(func(p []byte) (int, error) { return readRetrying(fd, p) }, head[:])
	if err != nil {
		return false, 0, readError(fd, path, err)
	}
	if !header.IsDatabase(head[:n]) || !wantSize {
		return header.IsDatabase(head[:n]), 0, nil
	}
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return false, 0, &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	return true, stat.Size, nil
}

// openFile opens with O_NONBLOCK, which regular files do not heed, so that a
// FIFO that has taken a file's place cannot hold up the walk.
func openFile(path string) (int, error) {
	const flags = syscall.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NOCTTY | syscall.O_CLOEXEC
	fd, err := openRetrying(path, flags|syscall.O_NONBLOCK)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		// The one thing O_NONBLOCK does to a regular file: it will not wait
		// for a lease (a file server holds them for its clients) to be given
		// back. Only regular files have leases, so waiting is safe here.
		fd, err = openRetrying(path, flags)
	}
	return fd, err
}

func openRetrying(path string, flags int) (int, error) {
	for {
		fd, err := syscall.Open(path, flags, 0)
		if !errors.Is(err, syscall.EINTR) {
			return fd, err
		}
	}
}

func readRetrying(fd int, p []byte) (int, error) {
	for {
		n, err := syscall.Read(fd, p)
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// readError drops the error if the file is too short to be a database anyway.
// That is every file in /proc, many of which open and cannot be read, and a
// FIFO with nothing in it yet.
func readError(fd int, path string, err error) error {
	var stat syscall.Stat_t
	if syscall.Fstat(fd, &stat) == nil && stat.Size < int64(header.Len) {
		return nil
	}
	return &fs.PathError{Op: "read", Path: path, Err: err}
}

// isGone reports whether err means that what a folder named is not there any
// more, or is now something else: a link (ELOOP), a socket (ENXIO), a file
// where a folder was (ENOTDIR) or the other way round (EISDIR), a process that
// ended (ESRCH), a file deleted on the server (ESTALE).
func isGone(err error) bool {
	for _, gone := range []error{
		fs.ErrNotExist, syscall.ELOOP, syscall.ENXIO, syscall.ENOTDIR,
		syscall.EISDIR, syscall.ESRCH, syscall.ESTALE,
	} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}
