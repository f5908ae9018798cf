package scan

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// shareFrom is the number of files in one batch from which it is worth waking
// an idle worker for them.
const shareFrom = 32

// sharedFolder is an open folder whose files several workers may look at. The
// last one to leave closes it.
type sharedFolder struct {
	folder
	path  string
	users atomic.Int32
}

func (f *sharedFolder) release() {
	if f.users.Add(-1) == 0 {
		f.close()
	}
}

// work does tasks until none are left.
func (s *scanner) work() {
	for {
		next, ok := s.queue.pop()
		if !ok {
			return
		}
		switch {
		case next.names != nil:
			s.lookAtAll(next.in, next.names)
			next.in.release()
		case next.root.isFolder:
			s.walkFolder(next.root, next.path)
		default:
			s.lookAtRoot(next.root)
		}
		s.queue.done()
	}
}

// lookAtRoot looks at a root that is a file.
func (s *scanner) lookAtRoot(r *root) {
	is, size, err := s.files.probe(r.real, s.size)
	if err != nil {
		s.problem(r.shown, err)
	} else if is {
		s.found(r.shown, size)
	}
}

// walkFolder reads one folder: its folders are queued, its files looked at.
func (s *scanner) walkFolder(r *root, path string) {
	where := path
	if path == r.shown {
		// shown may end in a link (the current directory, entered by way of
		// one), and opening a folder never follows a link.
		where = r.real
	}
	opened, err := s.files.openFolder(where)
	if err != nil {
		s.problem(path, err)
		return
	}
	in := &sharedFolder{folder: opened, path: path}
	in.users.Store(1)
	defer in.release()

	for s.ctx.Err() == nil {
		items, err := in.next()
		s.walkItems(r, in, items)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			s.problem(path, err)
			return
		}
	}
}

// walkItems deals with some of the items of a folder. Folders come first, so
// that other workers have something to do meanwhile.
func (s *scanner) walkItems(r *root, in *sharedFolder, items []item) {
	var names []string
	for _, found := range items {
		switch found.kind {
		case kindFolder:
			if path := join(in.path, found.name); !r.leavesOut(path) {
				s.queue.push(task{root: r, path: path})
			}
		case kindFile:
			if len(r.others) == 0 || !r.leavesOut(join(in.path, found.name)) {
				names = append(names, found.name)
			}
		case kindOther:
			// Links are not followed; FIFOs, devices and sockets not opened.
		}
	}
	if len(names) >= shareFrom {
		in.users.Add(1)
		if s.queue.offer(task{in: in, names: names}) {
			return
		}
		in.users.Add(-1)
	}
	s.lookAtAll(in, names)
}

// lookAtAll looks at files of one folder.
func (s *scanner) lookAtAll(in *sharedFolder, names []string) {
	for _, name := range names {
		if s.ctx.Err() != nil {
			return
		}
		is, size, err := in.probe(name, s.size)
		if err != nil {
			s.problem(join(in.path, name), err)
		} else if is {
			s.found(join(in.path, name), size)
		}
	}
}

// join is filepath.Join for a clean folder and a single name.
func join(folder, name string) string {
	if os.IsPathSeparator(folder[len(folder)-1]) { // "/", or "C:\"
		return folder + name
	}
	return folder + string(os.PathSeparator) + name
}
