package scan

import "sync"

// task is work for one worker: a folder to read or a root to look at, or, when
// names is set, files of an open folder.
type task struct {
	root  *root
	path  string
	in    *sharedFolder
	names []string
}

// queue holds the tasks that are waiting. The newest goes out first: that way
// a walk goes down before it goes across, and few folders wait at a time.
type queue struct {
	mu      sync.Mutex
	changed sync.Cond
	waiting []task
	open    int // tasks pushed and not yet done
	idle    int // workers with nothing to do
	stopped bool
}

func newQueue() *queue {
	q := &queue{}
	q.changed.L = &q.mu
	return q
}

// push adds a task.
func (q *queue) push(t task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.add(t)
}

// offer adds a task only if a worker is idle and will take it at once, and
// reports whether it did. So no more than the work of the pool ever waits.
func (q *queue) offer(t task) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped || q.idle <= len(q.waiting) {
		return false
	}
	q.add(t)
	return true
}

func (q *queue) add(t task) {
	q.waiting = append(q.waiting, t)
	q.open++
	q.changed.Signal()
}

// pop returns a task, waiting for one as long as some worker may still push
// more. It returns false when nothing is left or the queue was stopped.
func (q *queue) pop() (task, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) == 0 && q.open > 0 && !q.stopped {
		q.idle++
		q.changed.Wait()
		q.idle--
	}
	if len(q.waiting) == 0 || q.stopped {
		return task{}, false
	}
	last := len(q.waiting) - 1
	t := q.waiting[last]
	q.waiting[last] = task{} // let go of its strings
	q.waiting = q.waiting[:last]
	return t, true
}

// done says that a task which pop returned is finished.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.open--
	if q.open == 0 {
		q.changed.Broadcast()
	}
}

// stop makes every pop return false from now on.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.changed.Broadcast()
}
