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

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func TestOnlyRegularFilesAreEverOpened(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
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

		watched := &trouble{disk: disk, root: folder}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: watched}).check(t, []string{"a.db", "sub/c.db"}, nil)
		slices.Sort(watched.probed)
		if !slices.Equal(watched.probed, []string{"a.db", "b.txt", "sub/c.db"}) {
			t.Errorf("opened: %q", watched.probed)
		}

		watched = &trouble{disk: disk, root: folder}
		roots := []string{"fifo", "socket", "device", "to-fifo", os.DevNull}
		scanAll(t, folder, Config{Roots: roots, disk: watched}).check(t, nil, nil)
		if len(watched.probed) > 0 {
			t.Errorf("named and opened: %q", watched.probed)
		}
	})
}

// TestWhatTookAFilesPlaceIsNoTrap plays the moment between reading a folder
// and opening what is in it. A test that waits for the FIFO never ends.
func TestWhatTookAFilesPlaceIsNoTrap(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
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

		opened, err := disk.open(folder, false)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.close()
		all := ask{size: true, details: true, identity: true}
		for _, name := range []string{"fifo", "socket", "file-link", "sub", "missing", filepath.Join("a.db", "below")} {
			got, err := opened.probe([]byte(name + "\x00")[:len(name)], all, new(head))
			if got.database || err != nil && !isGone(err) {
				t.Errorf("probing %s: %+v, %v", name, got, err)
			}
			got, err = disk.probe(filepath.Join(folder, name), all, new(head))
			if got.database || err != nil && !isGone(err) {
				t.Errorf("probing %s by its path: %+v, %v", name, got, err)
			}
		}
		for _, name := range []string{"fifo", "socket", "a.db", "folder-link", "missing"} {
			if _, err := opened.open(name, false); err == nil || !isGone(err) {
				t.Errorf("opening %s: %v", name, err)
			}
			if _, err := disk.open(filepath.Join(folder, name), false); err == nil || !isGone(err) {
				t.Errorf("opening %s by its path: %v", name, err)
			}
		}

		// A FIFO with something in it: that is still there afterwards.
		both, err := os.OpenFile("fifo", os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer both.Close()
		for _, content := range []string{"", header.Magic} {
			if _, err := both.WriteString(content); err != nil {
				t.Fatal(err)
			}
			got, err := opened.probe([]byte("fifo\x00")[:4], ask{follow: true}, new(head))
			if got.database || err != nil {
				t.Errorf("probing a FIFO that holds %q: %+v, %v", content, got, err)
			}
		}
		if n, err := both.Read(make([]byte, 100)); n != len(header.Magic) || err != nil {
			t.Errorf("of what was in the FIFO %d bytes are left, %v", n, err)
		}
	})
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
