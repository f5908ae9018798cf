// Package scan walks folders and finds the SQLite databases in them.
//
// A pool of workers shares the folders to read. What they find comes out of one
// channel, so printing is somebody else's job. The package touches the disk
// through the disk interface only, which each operating system may do its way.
package scan

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/glob"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
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
	// symbolic link is followed. Where one root lies inside another, what it
	// holds is found once.
	Roots []string

	// Workers is how many goroutines read folders and files at the same time.
	// Zero means one for each CPU that this process may use; more than
	// MaxWorkers count as MaxWorkers, or as what the files that this process
	// may have open are enough for.
	Workers int

	// Size asks for the size of each database, Details for what its header
	// says. Without them a system call or two per database are saved.
	Size, Details bool

	// Follow makes the walk follow the links it meets. Each folder is walked
	// once, whatever leads to it, and what can be reached without following a
	// link is found under its own path.
	Follow bool

	// OneFileSystem keeps the walk of each root in the file system of the root.
	OneFileSystem bool

	// MaxDepth is how many steps below the roots files are looked at: at 0 only
	// roots that are files, at 1 the files right in the roots, and so on. Nil
	// means all the way down.
	MaxDepth *int

	// Exclude is what the walk leaves out. Roots are never left out.
	Exclude *glob.Set

	// disk is the way to the files. Nil, outside this package's tests, means
	// the best there is for this operating system.
	disk disk
}

// Entry is one database.
type Entry struct {
	// Path is absolute. It holds the bytes of the file's name as they are on
	// disk, and they need not be UTF-8.
	Path string

	// Size is the file's length in bytes if Config.Size or Config.Details asked
	// for it, else 0.
	Size int64

	// Details is what the header says if Config.Details asked for it. It is nil
	// if the file ends within the header.
	Details *header.Details
}

// Event is one thing to tell during a scan: a database found, or something
// that could not be looked at.
type Event struct {
	// Entry is the database. It means nothing when Err is set.
	Entry Entry

	// Err is what kept a path from being looked at: the path, as given if it
	// is a root and absolute if not, and the reason. The scan goes on.
	Err *fs.PathError

	// Skipped says that Err is no more than a path below a root that may not
	// be read.
	Skipped bool
}

// Stats is what a scan has looked at.
type Stats struct {
	Folders int64 // folders that were opened
	Files   int64 // files of which the start was read
	Denied  int64 // files and folders that may not be read
}

// Scan is a scan under way.
type Scan struct {
	// Events are what it has to tell, in no order, as they happen. The channel
	// is closed when all is done.
	Events <-chan Event

	scanner *scanner
}

// Start begins a scan.
//
// Files that vanish in mid-walk are left out without an event. Only regular
// files are ever opened.
//
// When ctx ends the scan stops early. Reading Events until the channel is
// closed, or ending ctx, is what frees the workers.
func Start(ctx context.Context, cfg Config) *Scan {
	s := newScanner(ctx, cfg)
	go s.run(cfg.Roots)
	return &Scan{Events: s.events, scanner: s}
}

// Stats returns what was looked at so far.
func (s *Scan) Stats() Stats {
	var sum Stats
	sum.Denied = s.scanner.deniedRoots.Load()
	for i := range s.scanner.counters {
		done := &s.scanner.counters[i]
		sum.Folders += done.folders.Load()
		sum.Files += done.files.Load()
		sum.Denied += done.denied.Load()
	}
	return sum
}

// What the files that may be open at a time are for.
const (
	fewestOpenFiles = 64 // to count on where the system does not say
	reservedFiles   = 16 // the standard streams, and what Go's runtime waits on
	filesPerWorker  = 3  // a folder being read, the next one, and a file
	mostHeldOpen    = 2048
)

// workerCount returns how many workers to start.
func workerCount(asked, openFiles int) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return max(1, min(asked, MaxWorkers, (openFiles-reservedFiles)/filesPerWorker))
}

// scanner is one scan under way.
type scanner struct {
	ctx           context.Context
	stopped       atomic.Bool // as ctx says; but it costs nothing to ask
	disk          disk
	ask           ask
	follow        bool
	oneFileSystem bool
	maxDepth      int
	exclude       *glob.Set

	rootPlaces map[identity]bool // nil if there is but one root

	folders   *seen // the folders walked, nil unless links are followed
	databases *seen // the databases found, nil unless links are followed

	pool        *pool
	events      chan Event
	counters    []counters // one for each worker
	deniedRoots atomic.Int64
	opened      atomic.Int64 // folders open now
	mostOpened  int64        // from which on none is kept open for later
}

func newScanner(ctx context.Context, cfg Config) *scanner {
	if cfg.disk == nil {
		cfg.disk = newDisk()
	}
	openFiles := cfg.disk.openFiles()
	workers := workerCount(cfg.Workers, openFiles)
	s := &scanner{
		ctx:           ctx,
		disk:          cfg.disk,
		ask:           ask{size: cfg.Size, details: cfg.Details, identity: cfg.Follow},
		follow:        cfg.Follow,
		oneFileSystem: cfg.OneFileSystem,
		maxDepth:      math.MaxInt,
		exclude:       cfg.Exclude,
		pool:          newPool(workers),
		events:        make(chan Event, eventBuffer),
		counters:      make([]counters, workers),
		mostOpened:    int64(min(openFiles-reservedFiles-workers*filesPerWorker, mostHeldOpen)),
	}
	if cfg.MaxDepth != nil {
		s.maxDepth = *cfg.MaxDepth
	}
	if cfg.Follow {
		s.folders, s.databases = newSeen(), newSeen()
	}
	return s
}

func (s *scanner) run(given []string) {
	defer close(s.events)
	defer context.AfterFunc(s.ctx, func() {
		s.stopped.Store(true)
		s.pool.stop()
	})()

	all := resolveRoots(given)
	s.deniedRoots.Store(all.denied())
	s.rootPlaces = all.places()
	s.ask.identity = s.ask.identity || all.haveFiles()
	for _, err := range all.problems {
		s.emit(Event{Err: err})
	}
	// The pool hands out the newest task first: with one worker the roots are
	// scanned in the order they were named.
	for i := len(all.roots) - 1; i >= 0; i-- {
		s.pool.give(task{do: doRoot, in: &node{root: all.roots[i]}})
	}

	var wait sync.WaitGroup
	for i := range s.counters {
		wait.Add(1)
		go func() {
			defer wait.Done()
			w := &worker{scanner: s, batch: newBatch(), head: new(head), done: &s.counters[i]}
			w.work()
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

// pathError puts path in front of the plain reason, in place of whatever paths
// err itself names.
func pathError(path string, err error) *fs.PathError {
	op := "scan"
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		op, err = inner.Op, inner.Err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
