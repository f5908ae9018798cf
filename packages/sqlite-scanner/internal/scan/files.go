package scan

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// fileSystem is the edge between the walk and the disk. Implementations never
// follow a link in the last part of a path, and never wait for a FIFO or a
// device that took the place of a file since its folder was read.
type fileSystem interface {
	// openFolder opens a folder to read what is in it.
	openFolder(path string) (folder, error)

	// probe reads the start of the file at path, and reports whether it is a
	// database. If it is one and wantSize is set, size is its length in bytes.
	probe(path string, wantSize bool) (is bool, size int64, err error)
}

// folder is an open folder. One goroutine calls next; any may call probe.
type folder interface {
	// next returns some more items of the folder, in no order. The slice is
	// the caller's to keep. The error is io.EOF when there are no more.
	next() ([]item, error)

	// probe is fileSystem's, for a file in this folder.
	probe(name string, wantSize bool) (is bool, size int64, err error)

	close()
}

// item is one name in a folder.
type item struct {
	name string
	kind kind
}

// kind is what a name in a folder stands for, as far as a walk needs to know.
type kind uint8

const (
	kindOther kind = iota // a link, FIFO, device, socket: left alone
	kindFile
	kindFolder
)

// batch is how many items of a folder are read at a time.
const batch = 512

// osFileSystem is the portable implementation.
type osFileSystem struct{}

func (osFileSystem) openFolder(path string) (folder, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, err
	}
	return &osFolder{dir: dir, path: path}, nil
}

func (osFileSystem) probe(path string, wantSize bool) (bool, int64, error) {
	return probeFile(path, wantSize)
}

type osFolder struct {
	dir  *os.File
	path string
}

func (f *osFolder) next() ([]item, error) {
	entries, err := f.dir.ReadDir(batch)
	items := make([]item, len(entries))
	for i, entry := range entries {
		items[i] = item{name: entry.Name(), kind: kindOf(entry.Type())}
	}
	return items, err
}

func (f *osFolder) probe(name string, wantSize bool) (bool, int64, error) {
	return probeFile(join(f.path, name), wantSize)
}

func (f *osFolder) close() {
	_ = f.dir.Close() // it was only read: nothing can be lost
}

func kindOf(mode fs.FileMode) kind {
	switch {
	case mode.IsRegular():
		return kindFile
	case mode.IsDir():
		return kindFolder
	default:
		return kindOther
	}
}

// readHead fills head from read and returns how much of it there was.
func readHead(read func([]byte) (int, error), head []byte) (int, error) {
	got := 0
	for got < len(head) {
		n, err := read(head[got:])
		got += max(n, 0)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			break
		}
		if err != nil {
			return got, err
		}
	}
	return got, nil
}
