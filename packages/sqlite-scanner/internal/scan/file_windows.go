package scan

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func openDir(path string, _ bool) (*os.File, error) {
	return os.Open(path)
}

func probePath(path string, ask ask, into *head) (answer, error) {
	file, err := os.Open(path)
	if err != nil {
		return answer{}, err
	}
	defer file.Close()

	n, err := readHead(file.Read, into[:header.Len])
	if err != nil {
		return answer{}, err
	}
	if !header.IsDatabase(into[:n]) {
		return answer{}, nil
	}
	if !ask.more() {
		return answer{database: true}, nil
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return answer{}, err
	}
	got := answer{database: true, size: info.Size(), identity: identityOfFolder(file, info)}
	if ask.details {
		n, err := readHead(file.Read, into[header.Len:])
		if err != nil {
			return answer{}, err
		}
		got.details = header.Parse(into[:header.Len+n], info.Size())
	}
	return got, nil
}

// identityOfFolder asks by the handle: the number of a file on its volume is
// not in what a listing says.
func identityOfFolder(file *os.File, _ fs.FileInfo) identity {
	var info syscall.ByHandleFileInformation
	if err := syscall.GetFileInformationByHandle(syscall.Handle(file.Fd()), &info); err != nil {
		return identity{}
	}
	return identity{
		device: uint64(info.VolumeSerialNumber),
		number: uint64(info.FileIndexHigh)<<32 | uint64(info.FileIndexLow),
	}
}

// hasOneName would report whether a file has no other hard links. To ask, the
// file would have to be opened; and EvalSymlinks has its path as it is on disk.
func hasOneName(fs.FileInfo) bool { return false }

// identityAt is that of what is at path, behind all links.
func identityAt(path string, _ fs.FileInfo) (identity, error) {
	file, err := os.Open(path)
	if err != nil {
		return identity{}, err
	}
	defer file.Close()
	return identityOfFolder(file, nil), nil
}

// openFileLimit is far below what Windows sets, and far above what is needed.
func openFileLimit() int { return 16 << 10 }

// isGone reports whether err means that what a folder named is not there any
// more.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist)
}
