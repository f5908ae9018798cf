//go:build unix

package scan

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"syscall"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// answerOf looks at an open file. What is not at the start of a regular file,
// a FIFO above all, cannot be read by pread, so nothing is taken from it.
func answerOf(fd int, ask ask, into *head) (answer, error) {
	n, err := syscall.Pread(fd, into[:header.Len], 0)
	if n < header.Len {
		n, err = readHead(from(fd), into[:header.Len])
	}
	if err != nil {
		return answer{}, readError(fd, err)
	}
	if !header.IsDatabase(into[:n]) {
		return answer{}, nil
	}
	if !ask.more() {
		return answer{database: true}, nil
	}
	return moreOf(fd, ask, into)
}

// moreOf finds out about a database what goes beyond its first bytes.
func moreOf(fd int, ask ask, into *head) (answer, error) {
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return answer{}, err
	}
	if stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return answer{}, nil
	}
	got := answer{database: true, size: stat.Size, identity: identityOf(&stat)}
	if !ask.details {
		return got, nil
	}
	n, err := readHead(from(fd), into[:])
	if err != nil {
		return answer{}, err
	}
	got.details = header.Parse(into[:n], stat.Size)
	return got, nil
}

// from reads a file from its start, whatever was read of it before.
func from(fd int) func([]byte) (int, error) {
	var at int64
	return func(p []byte) (int, error) {
		for {
			n, err := syscall.Pread(fd, p, at)
			if err == syscall.EINTR {
				continue
			}
			at += int64(max(n, 0))
			return n, err
		}
	}
}

// readError drops the error if the file is too short to be a database anyway,
// as files in /proc are, many of which open and cannot be read; or if it is no
// regular file any more.
func readError(fd int, err error) error {
	var stat syscall.Stat_t
	if syscall.Fstat(fd, &stat) != nil {
		return err
	}
	if stat.Size < int64(header.Len) || stat.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil
	}
	return err
}

// identityOf converts: the fields have other types on other systems.
func identityOf(stat *syscall.Stat_t) identity {
	return identity{device: uint64(stat.Dev), number: uint64(stat.Ino)}
}

// openFileLimit asks the system. Go's runtime has raised the limit as far as
// it may at the start of the program.
func openFileLimit() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return fewestOpenFiles
	}
	return int(min(uint64(limit.Cur), math.MaxInt32))
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

// openDir opens a folder. If something else has taken its place since, a link
// or a FIFO, that is an error and not a way out of the tree, or a long wait.
func openDir(path string, follow bool) (*os.File, error) {
	flags := os.O_RDONLY | syscall.O_DIRECTORY
	if !follow {
		flags |= syscall.O_NOFOLLOW
	}
	return os.OpenFile(path, flags, 0)
}

// probePath looks at a file without package os: three system calls are all
// there is to do, and a walk makes millions of them.
func probePath(path string, ask ask, into *head) (answer, error) {
	flags := syscall.O_RDONLY | syscall.O_CLOEXEC | syscall.O_NONBLOCK | syscall.O_NOCTTY
	if !ask.follow {
		flags |= syscall.O_NOFOLLOW
	}
	fd, err := openPath(path, flags)
	if err == syscall.EWOULDBLOCK {
		fd, err = openPath(path, flags&^syscall.O_NONBLOCK) // see openFile
	}
	if err != nil {
		return answer{}, err
	}
	defer syscall.Close(fd)
	return answerOf(fd, ask, into)
}

func openPath(path string, flags int) (int, error) {
	for {
		fd, err := syscall.Open(path, flags, 0)
		if err != syscall.EINTR {
			return fd, err
		}
	}
}

// identityOfFolder is that of an open folder.
func identityOfFolder(_ *os.File, info fs.FileInfo) identity {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return identityOf(stat)
	}
	return identity{}
}

// hasOneName reports whether a file has no other hard links.
func hasOneName(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Nlink == 1
}

// identityAt is that of what is at path, behind all links.
func identityAt(_ string, info fs.FileInfo) (identity, error) {
	return identityOfFolder(nil, info), nil
}
