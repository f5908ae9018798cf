package scan

import (
	"sync"
	"sync/atomic"
)

// task is work for one worker.
type task struct {
	do taskKind

	// in is the folder to begin or read on in; or the folder that name is in.
	in   *node
	name string

	// held says that the task counts among the users of in, which keep it open.
	held bool
}

type taskKind uint8

const (
	doRoot   taskKind = iota // look at what was asked for
	doReadOn                 // read what is still unread of a folder
	doFolder                 // walk a folder in a folder
	doLink                   // walk the folder that a link leads to
	doFile                   // look at the file that a link leads to
)

// drop forgets a task that nobody will do.
func (t task) drop() {
	if t.held {
		t.in.release()
	}
}

// pool holds the tasks that wait for a worker. Each worker has tasks of its
// own besides, and hands some in when others have nothing to do.
type pool struct {
	// hungry is how many workers wait that no task here waits for. Workers look
	// at it between two files, so it is kept beside the lock, not under it.
	hungry atomic.Int32

	mu      sync.Mutex
	changed sync.Cond
	waiting []task
	links   []task // doLink: begun when all else is done
	files   []task // doFile: begun when all links to folders are done, too
	workers int
	idle    int
	stopped bool
}

func newPool(workers int) *pool {
	p := &pool{workers: workers}
	p.changed.L = &p.mu
	return p
}

// give adds tasks. The last is taken first.
func (p *pool) give(tasks ...task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(tasks)
}

func (p *pool) add(tasks []task) {
	if p.stopped {
		for _, t := range tasks {
			t.drop()
		}
		return
	}
	p.waiting = append(p.waiting, tasks...)
	p.count()
	for range min(len(tasks), p.idle) {
		p.changed.Signal()
	}
}

// later adds a task for when all that needs no link is done.
func (p *pool) later(t task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t.do == doFile {
		p.files = append(p.files, t)
	} else {
		p.links = append(p.links, t)
	}
}

// share takes the older half of a worker's own tasks, those that are likely to
// hold the most work, if others have nothing to do; it returns the rest.
func (p *pool) share(own []task) []task {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hungry.Load() <= 0 {
		return own
	}
	half := (len(own) + 1) / 2
	p.add(own[:half])
	rest := copy(own, own[half:])
	clear(own[rest:])
	return own[:rest]
}

// take returns a task, waiting for one as long as some worker may still give
// more. It returns false when nothing is left or the pool was stopped.
func (p *pool) take() (task, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.waiting) == 0 && !p.stopped {
		if p.idle+1 == p.workers {
			p.beginNext()
			continue
		}
		p.idle++
		p.count()
		p.changed.Wait()
		p.idle--
		p.count()
	}
	if p.stopped {
		return task{}, false
	}
	last := len(p.waiting) - 1
	t := p.waiting[last]
	p.waiting[last] = task{} // let go of its strings
	p.waiting = p.waiting[:last]
	p.count()
	return t, true
}

// beginNext goes on to the links when all else is done. When there are none,
// it is the end.
func (p *pool) beginNext() {
	switch {
	case len(p.links) > 0:
		p.waiting, p.links = p.links, nil
	case len(p.files) > 0:
		p.waiting, p.files = p.files, nil
	default:
		p.stopped = true
	}
	p.count()
	p.changed.Broadcast()
}

func (p *pool) count() {
	p.hungry.Store(int32(max(0, p.idle-len(p.waiting))))
}

// stop makes every take return false from now on, and drops what waits.
func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	for _, t := range p.waiting {
		t.drop()
	}
	p.waiting, p.links, p.files = nil, nil, nil
	p.changed.Broadcast()
}
