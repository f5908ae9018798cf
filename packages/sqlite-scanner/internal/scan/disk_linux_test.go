package scan

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

// From fcntl(2); package syscall has no names for them.
const (
	fSetLease = 1024
	fGetLease = 1025
)

// TestALeaseIsWaitedFor holds a lease on a file, as file servers do for their
// clients. Opening such a file with O_NONBLOCK fails until it is given back.
func TestALeaseIsWaitedFor(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		path := filepath.Join(tree(t, "a.db"), "a.db")
		holder, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close()
		if err := lease(holder, syscall.F_WRLCK); err != nil {
			needs.Skip(t, "no leases on this file system: ", err)
		}

		type result struct {
			is  bool
			err error
		}
		results := make(chan result)
		go func() {
			got, err := disk.probe(path, ask{}, new(head))
			results <- result{got.database, err}
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
	})
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
		needs.Skip(t, "no /proc here: ", err)
	}
	onEachDisk(t, func(t *testing.T, disk disk) {
		scanAll(t, folder, Config{Roots: []string{folder}, disk: disk}).check(t, nil, nil)
	})
}

func TestFilesOfTheKernelAreLeftAlone(t *testing.T) {
	if _, err := os.Stat("/proc/self"); err != nil {
		needs.Skip(t, "no /proc here: ", err)
	}
	scan := Start(t.Context(), Config{Roots: []string{"/proc", "/proc/self", "/proc/self/status"}})
	for event := range scan.Events {
		t.Errorf("%+v", event)
	}
	if got := scan.Stats(); got != (Stats{}) {
		t.Errorf("looked at %+v", got)
	}
	opened, err := linuxDisk{}.open("/proc", false)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	if !opened.madeUp() {
		t.Error("/proc is taken for a disk")
	}
	opened, err = linuxDisk{}.open(tree(t), false)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	if opened.madeUp() {
		t.Error("a disk is taken for made up")
	}
}

// TestAPathMayBeLongerThanTheKernelTakes walks a tree so deep that the kernel
// refuses its paths, with folders held open and without.
func TestAPathMayBeLongerThanTheKernelTakes(t *testing.T) {
	const depth = 60
	folder := tree(t, "a.db")
	name := strings.Repeat("n", 200)
	at, err := openAt(atCurrent, []byte(folder+"\x00"), folderFlags)
	if err != nil {
		t.Fatal(err)
	}
	path := folder
	for range depth {
		if err := syscall.Mkdirat(at, name, 0o755); err != nil {
			t.Fatal(err)
		}
		next, err := openAt(at, []byte(name+"\x00"), folderFlags)
		_ = syscall.Close(at)
		if err != nil {
			t.Fatal(err)
		}
		at, path = next, path+"/"+name
	}
	defer syscall.Close(at)
	fd, err := syscall.Openat(at, "deep.db", syscall.O_CREAT|syscall.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := syscall.Write(fd, []byte(header.Magic)); err != nil {
		t.Fatal(err)
	}
	_ = syscall.Close(fd)

	// The whole tree by its open folders, then by paths alone.
	for _, limit := range []int{1000, 1} {
		watched := &trouble{disk: linuxDisk{}, root: folder, limit: limit}
		scanAll(t, folder, Config{Roots: []string{folder}, Follow: true, disk: watched}).check(t,
			[]string{"a.db", strings.TrimPrefix(path, folder+"/") + "/deep.db"}, nil)
	}
	if _, err := (linuxDisk{}).open(path+"/missing", false); err != syscall.ENOENT {
		t.Errorf("what is not there: %v", err)
	}
}

// TestWhatTheFileSystemDoesNotSayIsFoundOut plays a file system that says of no
// name what it is.
func TestWhatTheFileSystemDoesNotSayIsFoundOut(t *testing.T) {
	folder := tree(t, "file.db", "folder/a.db")
	link(t, folder, "file.db", "link")
	if err := syscall.Mkfifo(folder+"/fifo", 0o644); err != nil {
		t.Fatal(err)
	}
	opened, err := linuxDisk{}.open(folder, false)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	for name, want := range map[string]kind{
		"file.db": kindFile, "folder": kindFolder, "link": kindLink, "fifo": kindOther, "gone": kindFile,
	} {
		got := opened.(*linuxFolder).kindOf(syscall.DT_UNKNOWN, []byte(name + "\x00")[:len(name)])
		if got != want {
			t.Errorf("%s is %d, not %d", name, got, want)
		}
	}
}

// FuzzWhatAKernelNeverSaysDoesNoHarm parses anything as a listing.
func FuzzWhatAKernelNeverSaysDoesNoHarm(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x18\x00\x08a.db\x00"))
	f.Add(make([]byte, 64))
	f.Fuzz(func(t *testing.T, listing []byte) {
		into := newBatch()
		n := copy(into.names, listing)
		(&linuxFolder{fd: -1}).parse(into, n)
		for _, found := range into.items {
			if name := into.name(found); into.names[found.to] != 0 || isDots(name) {
				t.Errorf("%q", name)
			}
		}
	})
}
