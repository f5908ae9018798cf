// Package scan walks folders and finds the SQLite databases in them.
//
// A pool of workers shares one queue of folders to read. What they find comes
// out of one channel, so printing is somebody else's job. The package touches
// the disk through the fileSystem interface only; a faster walk for one
// operating system is another implementation of that.
package scan

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"sync"
)

// MaxWorkers is the most workers a scan starts, however many are asked for. A
// worker that waits for a slow disk holds a thread, and threads are not free.
const MaxWorkers = 256

// eventBuffer is how many events may wait for a slow reader before the workers
// wait too.
const eventBuffer = 256

// Config says what a scan looks at and how.
type Config struct {
	// Roots are the paths to scan: folders, which are walked, or single files.
	// A relative path starts at the current directory. A root that is a
	// symbolic link is followed; links met during the walk are not. Where one
	// root lies inside another, what it holds is found once.
	Roots []string

	// Workers is how many goroutines read folders and files at the same time.
	// Zero means one for each CPU that this process may use; more than
	// MaxWorkers count as MaxWorkers.
	Workers int

	// Size asks for the size of each database. Without it Entry.Size stays 0,
	// and one system call per database is saved.
	Size bool

	// files is the way to the disk. Nil, outside this package's tests, means
	// the operating system's own.
	files fileSystem
}

// Entry is one database.
type Entry struct {
	// Path is absolute. It holds the bytes of the file's name as they are on
	// disk, and they need not be UTF-8.
	Path string

	// Size is the file's length in bytes if Config.Size asked for it, else 0.
	Size int64
}

// Event is one thing to tell during a scan: a database found, or something
// that could not be looked at.
type Event struct {
	// Entry is the database. It means nothing when Err is set.
	Entry Entry

	// Err is what kept a path from being looked at: the path, as given if it
	// is a root and absolute if not, and the reason. The scan goes on.
	Err *fs.PathError
}

// Start begins a scan and returns the channel on which its events arrive, in
// no order, as they happen. The channel is closed when all is done.
//
// Paths that may not be read are left out without an event, and so are files
// that vanish in mid-walk. Only regular files are ever opened.
//
// When ctx ends the scan stops early. Reading the channel until it is closed,
// or ending ctx, is what frees the workers.
func Start(ctx context.Context, cfg Config) <-chan Event {
	s := newScanner(ctx, cfg.Size, cfg.files)
	go s.run(cfg.Roots, workerCount(cfg.Workers))
	return s.events
}

func workerCount(asked int) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return min(asked, MaxWorkers)
}

// scanner is one scan under way.
type scanner struct {
	ctx    context.Context
	size   bool
	files  fileSystem
	queue  *queue
	events chan Event
}

func newScanner(ctx context.Context, size bool, files fileSystem) *scanner {
	if files == nil {
		files = osFileSystem{}
	}
	return &scanner{
		ctx:    ctx,
		size:   size,
		files:  files,
		queue:  newQueue(),
		events: make(chan Event, eventBuffer),
	}
}

func (s *scanner) run(given []string, workers int) {
	defer close(s.events)
	defer context.AfterFunc(s.ctx, s.queue.stop)()

	roots, problems := resolveRoots(given)
	for _, err := range problems {
		s.emit(Event{Err: err})
	}
	// The queue hands out the newest task first: with one worker the roots are
	// scanned in the order they were named.
	for i := len(roots) - 1; i >= 0; i-- {
		s.queue.push(task{root: roots[i], path: roots[i].shown})
	}

	var wait sync.WaitGroup
	for range workers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			s.work()
		}()
	}
	wait.Wait()
}

// emit sends an event unless the scan was stopped: nobody may be reading then.
func (s *scanner) emit(event Event) {
	select {
	case s.events <- event:
	case <-s.ctx.Done():
	}
}

// found tells of a database.
func (s *scanner) found(path string, size int64) {
	s.emit(Event{Entry: Entry{Path: path, Size: size}})
}

// problem tells of a path met in the walk that could not be looked at, unless
// it may not be read, or is no longer what its folder said it was.
func (s *scanner) problem(path string, err error) {
	if errors.Is(err, fs.ErrPermission) || isGone(err) {
		return
	}
	s.emit(Event{Err: pathError(path, err)})
}

// pathError puts path in front of the plain reason, in place of whatever paths
// err itself names.
func pathError(path string, err error) *fs.PathError {
	op := "scan"
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		op, err = inner.Op, inner.Err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
