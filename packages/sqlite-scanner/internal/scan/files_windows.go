package scan

import (
	"errors"
	"io/fs"
	"os"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func openDir(path string) (*os.File, error) {
	return os.Open(path)
}

func probeFile(path string, wantSize bool) (is bool, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return false, 0, err
	}
	defer file.Close()

	var head [header.Len]byte
	n, err := readHead(file.Read, head[:])
	if err != nil {
		return false, 0, err
	}
	if !header.IsDatabase(head[:n]) || !wantSize {
		return header.IsDatabase(head[:n]), 0, nil
	}
	info, err := file.Stat()
	if err != nil {
		return false, 0, err
	}
	return true, info.Size(), nil
}

// isGone reports whether err means that what a folder named is not there any
// more.
func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist)
}
