package scan

import (
	"errors"
	"io"
	"io/fs"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// disk is the edge between the walk and the operating system. There are two:
// portableDisk works anywhere; linuxDisk makes as few system calls as can be.
//
// Neither follows a link in the last part of a path unless told to, and
// neither waits for a FIFO or a device that took the place of a file since its
// folder was read.
type disk interface {
	// open opens the folder at an absolute path; follow says whether a link to
	// one will do.
	open(path string, follow bool) (folder, error)

	// probe looks at the file at an absolute path.
	probe(path string, ask ask, into *head) (answer, error)

	// madeUp is folder's, for what is at an absolute path.
	madeUp(path string) bool

	// openFiles is how many files this process may have open.
	openFiles() int
}

// folder is an open folder. One goroutine at a time calls read; any may call
// the others.
type folder interface {
	// read fills the batch with some more of the folder's items, in no order,
	// and reports whether there may be more. Items that came before an error
	// are in the batch.
	read(into *batch) (more bool, err error)

	// open opens a folder in this one.
	open(name string, follow bool) (folder, error)

	// probe looks at a file in this folder. A NUL must follow the name in its
	// array, as in a batch.
	probe(name []byte, ask ask, into *head) (answer, error)

	// stat says what name is, and which, behind all links.
	stat(name string) (kind, identity, error)

	// identity is this folder's own.
	identity() identity

	// madeUp reports whether the kernel makes the folder and its files up, as
	// in /proc: no database can be there, and reading may have side effects.
	// The answer is the same in all of a file system.
	madeUp() bool

	close()
}

// identity is what tells files and folders apart, whatever their path.
type identity struct{ device, number uint64 }

// kind is what a name in a folder stands for, as far as a walk needs to know.
type kind uint8

const (
	kindOther  kind = iota // a FIFO, device, socket: left alone
	kindLink               // a symbolic link, left alone unless links are followed
	kindFile               // a regular file
	kindFolder             // a folder
)

func kindOf(mode fs.FileMode) kind {
	switch mode.Type() {
	case 0:
		return kindFile
	case fs.ModeDir:
		return kindFolder
	case fs.ModeSymlink:
		return kindLink
	default:
		return kindOther
	}
}

// ask says what to find out about a file.
type ask struct {
	size     bool // its length, if it is a database
	details  bool // the rest of its header, if it is a database
	identity bool // which file it is, if it is a database
	follow   bool // what a link leads to, if it is one
}

// more reports whether there is something to find out about a database.
func (a ask) more() bool { return a.size || a.details || a.identity || a.follow }

// answer is what was found out about a file.
type answer struct {
	database bool
	size     int64
	details  *header.Details // nil where the file ends too soon
	identity identity
}

// head is where the first bytes of files are read to.
type head [header.FullLen]byte

// batchBytes is the room for the names that are read at a time.
const batchBytes = 32 << 10

// batch is some of a folder's items. It is filled again and again.
type batch struct {
	names []byte // a NUL follows each name
	items []item

	// crowded says that there was no room for more.
	crowded bool
}

// item is one name in a batch.
type item struct {
	from, to int32 // where its name is in names
	kind     kind
}

func newBatch() *batch {
	return &batch{names: make([]byte, batchBytes), items: make([]item, 0, batchBytes/24)}
}

// name returns an item's name. It is good until the batch is filled again.
func (b *batch) name(i item) []byte {
	return b.names[i.from:i.to]
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
