package scan

import (
	"errors"
	"io"
	"os"
)

// portableDisk goes by package os and by full paths, and so works anywhere.
type portableDisk struct{}

func (portableDisk) open(path string, follow bool) (folder, error) {
	return openPortable(path, follow)
}

func (portableDisk) probe(path string, ask ask, into *head) (answer, error) {
	return probePath(path, ask, into)
}

func (portableDisk) madeUp(string) bool { return false }

func (portableDisk) openFiles() int { return openFileLimit() }

type portableFolder struct {
	dir  *os.File
	path string
	id   identity
}

func openPortable(path string, follow bool) (folder, error) {
	dir, err := openDir(path, follow)
	if err != nil {
		return nil, err
	}
	info, err := dir.Stat()
	if err != nil {
		_ = dir.Close()
		return nil, err
	}
	return &portableFolder{dir: dir, path: path, id: identityOfFolder(dir, info)}, nil
}

func (f *portableFolder) open(name string, follow bool) (folder, error) {
	return openPortable(join(f.path, name), follow)
}

func (f *portableFolder) identity() identity { return f.id }

func (f *portableFolder) madeUp() bool { return false }

func (f *portableFolder) close() { _ = f.dir.Close() }

// portableItems is how many items are read at a time.
const portableItems = 512

func (f *portableFolder) read(into *batch) (bool, error) {
	entries, err := f.dir.ReadDir(portableItems)
	into.items, into.names = into.items[:0], into.names[:0]
	into.crowded = len(entries) == portableItems
	for _, entry := range entries {
		from := int32(len(into.names))
		into.names = append(into.names, entry.Name()...)
		into.items = append(into.items, item{from: from, to: int32(len(into.names)), kind: kindOf(entry.Type())})
		into.names = append(into.names, 0)
	}
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

func (f *portableFolder) probe(name []byte, ask ask, into *head) (answer, error) {
	return probePath(join(f.path, string(name)), ask, into)
}

func (f *portableFolder) stat(name string) (kind, identity, error) {
	path := join(f.path, name)
	info, err := os.Stat(path)
	if err != nil {
		return kindOther, identity{}, err
	}
	id, err := identityAt(path, info)
	return kindOf(info.Mode()), id, err
}

// join is filepath.Join for a clean folder and a single name.
func join(folder, name string) string {
	if os.IsPathSeparator(folder[len(folder)-1]) { // "/", or "C:\"
		return folder + name
	}
	return folder + string(os.PathSeparator) + name
}
