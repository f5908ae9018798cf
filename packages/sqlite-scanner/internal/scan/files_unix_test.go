//go:build unix

package scan

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

func TestOnlyRegularFilesAreEverOpened(t *testing.T) {
	folder := tree(t, "a.db", "b.txt", "sub/c.db")
	t.Chdir(folder) // a socket's path must be short
	if err := syscall.Mkfifo("fifo", 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for name, target := range map[string]string{
		"file": "a.db", "folder": "sub", "up": ".", "nowhere": "missing", "device": os.DevNull, "to-fifo": "fifo",
	} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}

	files := &trouble{folder: folder}
	scanAll(t, folder, Config{Roots: []string{folder}, files: files}).check(t, []string{"a.db", "sub/c.db"}, nil)
	slices.Sort(files.probed)
	if !slices.Equal(files.probed, []string{"a.db", "b.txt", "sub/c.db"}) {
		t.Errorf("opened: %q", files.probed)
	}

	files = &trouble{folder: folder}
	roots := []string{"fifo", "socket", "device", "to-fifo", os.DevNull}
	scanAll(t, folder, Config{Roots: roots, files: files}).check(t, nil, nil)
	if len(files.probed) > 0 {
		t.Errorf("named and opened: %q", files.probed)
	}
}

// TestWhatTookAFilesPlaceIsNoTrap plays the moment between reading a folder
// and opening what is in it. A test that waits for the FIFO never ends.
func TestWhatTookAFilesPlaceIsNoTrap(t *testing.T) {
	folder := tree(t, "a.db", "sub/b.db")
	t.Chdir(folder)
	if err := syscall.Mkfifo("fifo", 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	for name, target := range map[string]string{"file-link": "a.db", "folder-link": "sub"} {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}

	for _, name := range []string{"fifo", "socket", "file-link", "sub", "missing", filepath.Join("a.db", "below")} {
		is, _, err := probeFile(filepath.Join(folder, name), true)
		if is || err != nil && !isGone(err) {
			t.Errorf("probing %s: %t, %v", name, is, err)
		}
	}
	for _, name := range []string{"fifo", "socket", "a.db", "folder-link", "missing"} {
		if _, err := openDir(filepath.Join(folder, name)); err == nil || !isGone(err) {
			t.Errorf("opening %s: %v", name, err)
		}
	}

	// A FIFO that somebody holds open for writing has nothing to read yet.
	writer, err := os.OpenFile("fifo", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if is, _, err := probeFile(filepath.Join(folder, "fifo"), true); is || err != nil {
		t.Errorf("probing a FIFO with a writer: %t, %v", is, err)
	}
}

func TestErrorsThatMeanGone(t *testing.T) {
	gone := []error{
		fs.ErrNotExist, syscall.ENOENT, syscall.ELOOP, syscall.ENXIO, syscall.ENOTDIR,
		syscall.EISDIR, syscall.ESRCH, syscall.ESTALE,
	}
	for _, err := range gone {
		if !isGone(&fs.PathError{Op: "open", Path: "/a", Err: err}) {
			t.Errorf("%v is a warning", err)
		}
	}
	for _, err := range []error{syscall.EIO, syscall.EMFILE, syscall.EACCES, syscall.ENAMETOOLONG} {
		if isGone(&fs.PathError{Op: "open", Path: "/a", Err: err}) {
			t.Errorf("%v is no warning", err)
		}
	}
}
