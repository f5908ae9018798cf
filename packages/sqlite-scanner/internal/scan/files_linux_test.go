package scan

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// From fcntl(2); package syscall has no names for them.
const (
	fSetLease = 1024
	fGetLease = 1025
)

// TestALeaseIsWaitedFor holds a lease on a file, as file servers do for their
// clients. Opening such a file with O_NONBLOCK fails until it is given back.
func TestALeaseIsWaitedFor(t *testing.T) {
	path := filepath.Join(tree(t, "a.db"), "a.db")
	holder, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer holder.Close()
	if err := lease(holder, syscall.F_WRLCK); err != nil {
		t.Skip("no leases on this file system: ", err)
	}

	type result struct {
		is  bool
		err error
	}
	results := make(chan result)
	go func() {
		is, _, err := probeFile(path, false)
		results <- result{is, err}
	}()
	// The kernel says F_UNLCK as soon as somebody waits for the file.
	for state := syscall.F_WRLCK; state == syscall.F_WRLCK; {
		got, _, errno := syscall.Syscall(syscall.SYS_FCNTL, holder.Fd(), fGetLease, 0)
		if errno != 0 {
			t.Fatal(errno)
		}
		state = int(got)
	}
	if err := lease(holder, syscall.F_UNLCK); err != nil {
		t.Fatal(err)
	}
	if got := <-results; !got.is || got.err != nil {
		t.Errorf("%+v", got)
	}
}

func lease(file *os.File, kind uintptr) error {
	_, _, errno := syscall.Syscall(syscall.SYS_FCNTL, file.Fd(), fSetLease, kind)
	if errno != 0 {
		return errno
	}
	return nil
}

// TestFilesOfTheKernelAreNoWarning walks this process in /proc, where files
// open and cannot be read, and vanish.
func TestFilesOfTheKernelAreNoWarning(t *testing.T) {
	const folder = "/proc/self"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no /proc here: ", err)
	}
	scanAll(t, folder, Config{Roots: []string{folder}}).check(t, nil, nil)
}
