package scan

import (
	"encoding/binary"
	"strings"
	"syscall"
	"unsafe"
)

// linuxDisk reads folders by getdents64, which also says what each name is,
// and opens what is in them relative to the folder: one openat, one pread and
// one close per file is all there is. No path is built, no memory taken.
type linuxDisk struct{}

func newDisk() disk { return linuxDisk{} }

const (
	openFlags   = syscall.O_RDONLY | syscall.O_CLOEXEC | syscall.O_LARGEFILE
	folderFlags = openFlags | syscall.O_DIRECTORY
	// Regular files do not heed O_NONBLOCK, but a FIFO that has taken a file's
	// place cannot hold up the walk, nor a terminal become this process's own.
	fileFlags = openFlags | syscall.O_NONBLOCK | syscall.O_NOCTTY

	// pathFlag is O_PATH, from open(2): to ask what something is and not open
	// it. Package syscall has no name for it.
	pathFlag = 0x200000

	// atCurrent is AT_FDCWD.
	atCurrent = -100

	// longestPath is how much of a path is given to the kernel at a time. The
	// most it takes is PATH_MAX, 4096 with the NUL.
	longestPath = 4000
)

func (linuxDisk) open(path string, follow bool) (folder, error) {
	fd, err := openFar(path, follow)
	if err != nil {
		return nil, err
	}
	return newLinuxFolder(fd)
}

// openFar opens a folder whose path may be longer than the kernel takes.
func openFar(path string, follow bool) (int, error) {
	at := atCurrent
	for len(path) > longestPath {
		cut := strings.LastIndexByte(path[:longestPath], '/')
		if cut <= 0 {
			break
		}
		next, err := openAt(at, []byte(path[:cut]+"\x00"), folderFlags)
		closeUnlessCurrent(at)
		if err != nil {
			return -1, err
		}
		at, path = next, path[cut+1:]
	}
	fd, err := openAt(at, []byte(path+"\x00"), flagsOf(follow))
	closeUnlessCurrent(at)
	return fd, err
}

func flagsOf(follow bool) int {
	if follow {
		return folderFlags
	}
	return folderFlags | syscall.O_NOFOLLOW
}

func closeUnlessCurrent(fd int) {
	if fd != atCurrent {
		_ = syscall.Close(fd)
	}
}

func (linuxDisk) probe(path string, ask ask, into *head) (answer, error) {
	return probeAt(atCurrent, []byte(path + "\x00")[:len(path)], ask, into)
}

func (linuxDisk) openFiles() int { return openFileLimit() }

type linuxFolder struct {
	fd int
	id identity
}

func newLinuxFolder(fd int) (folder, error) {
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	return &linuxFolder{fd: fd, id: identityOf(&stat)}, nil
}

func (f *linuxFolder) open(name string, follow bool) (folder, error) {
	fd, err := openAt(f.fd, []byte(name+"\x00"), flagsOf(follow))
	if err != nil {
		return nil, err
	}
	return newLinuxFolder(fd)
}

func (f *linuxFolder) identity() identity { return f.id }

func (f *linuxFolder) close() { _ = syscall.Close(f.fd) }

func (f *linuxFolder) read(into *batch) (bool, error) {
	into.items = into.items[:0]
	n, err := syscall.ReadDirent(f.fd, into.names)
	for err == syscall.EINTR {
		n, err = syscall.ReadDirent(f.fd, into.names)
	}
	if err != nil || n <= 0 {
		return false, err
	}
	into.crowded = n > len(into.names)-longestDirent
	f.parse(into, n)
	return true, nil
}

// Where things are in a struct linux_dirent64, see getdents(2).
const (
	direntLength = 16
	direntType   = 18
	direntName   = 19

	longestDirent = 280
)

// parse finds the items in what the kernel has put into names.
func (f *linuxFolder) parse(into *batch, n int) {
	for at := 0; at+direntName < n; {
		length := int(binary.NativeEndian.Uint16(into.names[at+direntLength:]))
		if length <= direntName || at+length > n {
			return // no kernel does this
		}
		start, end := at+direntName, at+length
		stop := start
		for stop < end && into.names[stop] != 0 {
			stop++
		}
		if name := into.names[start:stop]; stop < end && !isDots(name) {
			kind := f.kindOf(into.names[at+direntType], name)
			into.items = append(into.items, item{from: int32(start), to: int32(stop), kind: kind})
		}
		at += length
	}
}

func isDots(name []byte) bool {
	return string(name) == "." || string(name) == ".."
}

func (f *linuxFolder) kindOf(direntType byte, name []byte) kind {
	switch direntType {
	case syscall.DT_REG:
		return kindFile
	case syscall.DT_DIR:
		return kindFolder
	case syscall.DT_LNK:
		return kindLink
	case syscall.DT_UNKNOWN: // some file systems leave it at that
		kind, _, err := f.look(name, syscall.O_NOFOLLOW)
		if err != nil {
			return kindFile // to be opened with care, and with an error to tell
		}
		return kind
	default:
		return kindOther
	}
}

func (f *linuxFolder) stat(name string) (kind, identity, error) {
	return f.look([]byte(name + "\x00")[:len(name)], 0)
}

// look says what name is without opening it.
func (f *linuxFolder) look(name []byte, flags int) (kind, identity, error) {
	fd, err := openAt(f.fd, name, pathFlag|syscall.O_CLOEXEC|flags)
	if err != nil {
		return kindOther, identity{}, err
	}
	defer syscall.Close(fd)
	var stat syscall.Stat_t
	if err := syscall.Fstat(fd, &stat); err != nil {
		return kindOther, identity{}, err
	}
	switch stat.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return kindFile, identityOf(&stat), nil
	case syscall.S_IFDIR:
		return kindFolder, identityOf(&stat), nil
	case syscall.S_IFLNK:
		return kindLink, identityOf(&stat), nil
	default:
		return kindOther, identityOf(&stat), nil
	}
}

func (f *linuxFolder) probe(name []byte, ask ask, into *head) (answer, error) {
	return probeAt(f.fd, name, ask, into)
}

// probeAt looks at a file. A NUL must follow its name, which is relative to
// the folder open as at.
func probeAt(at int, name []byte, ask ask, into *head) (answer, error) {
	fd, err := openFile(at, name, ask.follow)
	if err != nil {
		return answer{}, err
	}
	got, err := answerOf(fd, ask, into)
	_ = syscall.Close(fd) // it was only read: nothing can be lost
	return got, err
}

func openFile(at int, name []byte, follow bool) (int, error) {
	flags := fileFlags
	if !follow {
		flags |= syscall.O_NOFOLLOW
	}
	fd, err := openAt(at, name, flags)
	if err == syscall.EWOULDBLOCK {
		// The one thing O_NONBLOCK does to a regular file: it will not wait
		// for a lease (a file server holds them for its clients) to be given
		// back. Only regular files have leases, so waiting is safe here.
		fd, err = openAt(at, name, flags&^syscall.O_NONBLOCK)
	}
	return fd, err
}

// openAt opens what is at name, which a NUL must follow in its array. That
// saves the copy of each name that syscall.Openat makes to put one there.
func openAt(at int, name []byte, flags int) (int, error) {
	for {
		fd, _, errno := syscall.Syscall6(syscall.SYS_OPENAT,
			uintptr(at), uintptr(unsafe.Pointer(unsafe.SliceData(name))), uintptr(flags), 0, 0, 0)
		switch errno {
		case 0:
			return int(fd), nil
		case syscall.EINTR:
		default:
			return -1, errno
		}
	}
}

// madeUpFileSystems are those in which a database cannot be, by the numbers of
// statfs(2) and linux/magic.h. Reading there can take as long as it likes, use
// up what it reads, or make hardware do something.
var madeUpFileSystems = map[uint32]bool{
	0x00009fa0: true, // proc
	0x62656572: true, // sysfs
	0x64626720: true, // debugfs
	0x74726163: true, // tracefs
	0x73636673: true, // securityfs
	0xf97cff8c: true, // selinuxfs
	0x43415d53: true, // smackfs
	0x5a3c69f0: true, // apparmorfs
	0x0027e0eb: true, // cgroup
	0x63677270: true, // cgroup2
	0x07655821: true, // resctrl
	0xcafe4a11: true, // bpf
	0x6165676c: true, // pstore
	0xde5e81e4: true, // efivarfs
	0x62656570: true, // configfs
	0x00001cd1: true, // devpts
	0x19800202: true, // mqueue
	0x42494e4d: true, // binfmt_misc
	0x6e736673: true, // nsfs
	0x65735543: true, // fusectl
	0x67596969: true, // rpc_pipefs
	0x6e667364: true, // nfsd
	0xabba1974: true, // xenfs
}

func (linuxDisk) madeUp(path string) bool {
	var stat syscall.Statfs_t
	return syscall.Statfs(path, &stat) == nil && madeUpFileSystems[uint32(stat.Type)]
}

func (f *linuxFolder) madeUp() bool {
	var stat syscall.Statfs_t
	return syscall.Fstatfs(f.fd, &stat) == nil && madeUpFileSystems[uint32(stat.Type)]
}
