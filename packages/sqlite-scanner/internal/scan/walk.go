package scan

import (
	"errors"
	"io/fs"
	"sync/atomic"
)

// worker does tasks. It does the newest of its own first: that way a walk goes
// down before it goes across, and few folders wait, or are open, at a time.
type worker struct {
	*scanner
	own   []task
	batch *batch
	head  *head
	done  *counters
}

// counters are what one worker has done, for others to read.
type counters struct {
	folders, files, denied atomic.Int64
	_                      [40]byte // so that no two workers share a cache line
}

// work does tasks until none are left.
func (w *worker) work() {
	for {
		next, ok := w.next()
		if !ok {
			return
		}
		w.perform(next)
	}
}

func (w *worker) next() (task, bool) {
	if w.stopped.Load() {
		for _, t := range w.own {
			t.drop()
		}
		w.own = nil
	}
	if len(w.own) == 0 {
		return w.pool.take()
	}
	w.share()
	if len(w.own) == 0 {
		return w.pool.take()
	}
	last := len(w.own) - 1
	t := w.own[last]
	w.own[last] = task{}
	w.own = w.own[:last]
	return t, true
}

// share hands in tasks if other workers have none. It costs nothing else.
func (w *worker) share() {
	if w.pool.hungry.Load() > 0 && len(w.own) > 0 {
		w.own = w.pool.share(w.own)
	}
}

func (w *worker) perform(t task) {
	switch t.do {
	case doRoot:
		w.begin(t.in)
	case doReadOn:
		w.readOn(t.in)
	case doFolder, doLink:
		w.enter(t)
	case doFile:
		w.lookThroughLink(t)
	}
}

// begin looks at a root.
func (w *worker) begin(n *node) {
	if w.disk.madeUp(n.root.real) {
		return
	}
	if !n.root.isFolder {
		got, err := w.disk.probe(n.root.real, w.ask, w.head)
		w.tell(answered{in: n, got: got}, err)
		return
	}
	if w.maxDepth == 0 {
		return
	}
	opened, err := w.disk.open(n.root.real, false)
	if err != nil {
		w.problem(n, "", err)
		return
	}
	w.walk(n, opened)
}

// enter walks a folder in a folder.
func (w *worker) enter(t task) {
	follow := t.do == doLink
	n := &node{
		root: t.in.root, parent: t.in, name: t.name, depth: t.in.depth + 1,
		linked: t.in.linked || follow,
	}
	var opened folder
	var err error
	if t.held {
		opened, err = t.in.folder.open(t.name, follow)
		t.in.release()
	} else {
		opened, err = w.disk.open(n.real(), follow)
	}
	if err != nil {
		w.problem(n, "", err)
		return
	}
	w.walk(n, opened)
}

// walk reads a folder that was just opened, unless it should be left alone.
func (w *worker) walk(n *node, opened folder) {
	if !w.wanted(n, opened) {
		opened.close()
		return
	}
	n.folder = opened
	n.opened = &w.opened
	n.opened.Add(1)
	n.users.Store(1)
	if n.root.others != nil {
		n.leftOut = n.root.others[n.shown()]
	}
	w.done.folders.Add(1)
	w.readOn(n)
}

// wanted reports whether an open folder is to be walked.
func (w *worker) wanted(n *node, opened folder) bool {
	id := opened.identity()
	n.device = id.device
	crossed := n.parent != nil && n.parent.device != id.device
	if crossed && (w.oneFileSystem || opened.madeUp()) {
		return false
	}
	if n.parent != nil && w.rootPlaces[id] {
		return false // a root whose name is written in another way than in this folder
	}
	return w.folders == nil || w.folders.add(id)
}

// readOn reads what is still unread of an open folder. It ends the task of
// reading, or passes it on.
func (w *worker) readOn(n *node) {
	for again := false; !w.stopped.Load(); again = true {
		more, err := n.folder.read(w.batch)
		passOn := more && (again || w.batch.crowded) && len(w.batch.items) > 0 && w.canHold()
		if passOn {
			// Below the folders of this batch, so that they are done before:
			// in a folder of a million folders, few of them ever wait. And
			// where others have nothing to do, they can read on meanwhile.
			n.users.Add(1)
			w.own = append(w.own, task{do: doReadOn, in: n, held: true})
		}
		w.queueFolders(n)
		w.lookAtFiles(n)
		if err != nil {
			w.problem(n, "", err)
		}
		if passOn || !more {
			break
		}
	}
	n.release()
}

// canHold reports whether folders may be kept open that nobody reads just now.
func (w *worker) canHold() bool {
	return w.opened.Load() < w.mostOpened
}

// queueFolders makes tasks of the folders in a batch, and of the links if they
// are followed.
func (w *worker) queueFolders(n *node) {
	deepest := n.depth+1 >= w.maxDepth
	for _, found := range w.batch.items {
		switch found.kind {
		case kindFolder:
			if deepest || w.leavesOut(n, w.batch.name(found), true) {
				continue
			}
			t := task{do: doFolder, in: n, name: string(w.batch.name(found))}
			if w.canHold() {
				n.users.Add(1)
				t.held = true
			}
			w.own = append(w.own, t)
		case kindLink:
			if w.follow {
				w.queueLink(n, string(w.batch.name(found)), deepest)
			}
		case kindFile, kindOther:
		}
	}
}

func (w *worker) queueLink(n *node, name string, deepest bool) {
	to, _, err := n.folder.stat(name)
	if err != nil {
		w.problem(n, name, err)
		return
	}
	if w.leavesOut(n, []byte(name), to == kindFolder) {
		return
	}
	switch {
	case to == kindFolder && !deepest:
		w.pool.later(task{do: doLink, in: n, name: name})
	case to == kindFile:
		w.pool.later(task{do: doFile, in: n, name: name})
	}
}

// leavesOut reports whether a name in a folder is excluded, or is a root.
func (w *worker) leavesOut(n *node, name []byte, isFolder bool) bool {
	if n.leftOut != nil && n.leftOut[string(name)] {
		return true
	}
	return !w.exclude.Empty() && w.excludes(n, name, isFolder)
}

func (w *worker) excludes(n *node, name []byte, isFolder bool) bool {
	if w.exclude.MatchesName(string(name), isFolder) {
		return true
	}
	if !w.exclude.HasPaths() {
		return false
	}
	full := n.child(string(name))
	return w.exclude.MatchesPath(full, full[len(n.root.shown):], isFolder)
}

// lookAtFiles looks at the files of a batch.
func (w *worker) lookAtFiles(n *node) {
	sorts := n.leftOut != nil || !w.exclude.Empty()
	for _, found := range w.batch.items {
		if found.kind != kindFile {
			continue
		}
		if w.stopped.Load() {
			return
		}
		w.share()
		name := w.batch.name(found)
		if sorts && w.leavesOut(n, name, false) {
			continue
		}
		got, err := n.folder.probe(name, w.ask, w.head)
		if err != nil || got.database {
			w.tell(answered{in: n, name: string(name), got: got}, err)
		} else {
			w.done.files.Add(1)
		}
	}
}

// lookThroughLink looks at the file that a link leads to.
func (w *worker) lookThroughLink(t task) {
	ask := w.ask
	ask.follow = true
	got, err := w.disk.probe(t.in.below(t.in.root.real, t.name), ask, w.head)
	w.tell(answered{in: t.in, name: t.name, got: got, linked: true}, err)
}

// answered is what came of looking at a file.
type answered struct {
	in     *node
	name   string // in the folder; empty where the root is the file
	got    answer
	linked bool
}

// tell passes on what came of looking at a file.
func (w *worker) tell(a answered, err error) {
	if err != nil {
		w.problem(a.in, a.name, err)
		return
	}
	w.done.files.Add(1)
	if !a.got.database {
		return
	}
	if a.name != "" && w.rootPlaces[a.got.identity] {
		return // as in wanted
	}
	if w.databases != nil {
		// One that can be reached without following a link has its own name,
		// and that was told of before any link was followed.
		if isNew := w.databases.add(a.got.identity); !isNew && (a.linked || a.in.linked) {
			return
		}
	}
	w.emit(Event{Entry: Entry{Path: a.in.child(a.name), Size: a.got.size, Details: a.got.details}})
}

// problem tells of what could not be looked at, unless it is no longer what
// its folder said it was: a name in a folder, or the folder itself if there is
// no name.
func (w *worker) problem(in *node, name string, err error) {
	denied := errors.Is(err, fs.ErrPermission)
	if denied {
		w.done.denied.Add(1)
	}
	if denied || !isGone(err) {
		isRoot := in.parent == nil && name == ""
		w.emit(Event{Err: pathError(in.child(name), err), Skipped: denied && !isRoot})
	}
}
