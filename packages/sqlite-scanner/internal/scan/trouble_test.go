package scan

import (
	"path/filepath"
	"sync"
	"sync/atomic"
)

// trouble is a disk with faults, and a record of its use.
type trouble struct {
	disk
	root string

	// Faults by path below root: on opening a folder, on reading on in one
	// after its first items, on probing a file.
	onOpen, onRead, onProbe map[string]error

	// limit is what openFiles returns, if not 0.
	limit int

	mu      sync.Mutex
	probed  []string
	opened  atomic.Int32 // folders open now
	ever    atomic.Int32 // folders opened ever
	most    atomic.Int32 // folders open at a time
	madeUps map[string]bool
	devices map[string]uint64 // of folders, where they differ from the disk's

	// twins are, by path below root, files and folders that are said to be the
	// same as others, as they are where large and small letters are alike.
	twins map[string]identity
}

func (s *trouble) relative(path string) string {
	below, err := filepath.Rel(s.root, path)
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(below)
}

func (s *trouble) openFiles() int {
	if s.limit != 0 {
		return s.limit
	}
	return s.disk.openFiles()
}

func (s *trouble) madeUp(path string) bool { return s.madeUps[s.relative(path)] }

func (s *trouble) open(path string, follow bool) (folder, error) {
	return s.troubled(path, func() (folder, error) { return s.disk.open(path, follow) })
}

func (s *trouble) troubled(path string, open func() (folder, error)) (folder, error) {
	if err := s.onOpen[s.relative(path)]; err != nil {
		return nil, err
	}
	opened, err := open()
	if err != nil {
		return nil, err
	}
	s.ever.Add(1)
	if now := s.opened.Add(1); now > s.most.Load() {
		s.most.Store(now)
	}
	return &troubledFolder{folder: opened, of: s, path: path}, nil
}

func (s *trouble) probe(path string, ask ask, into *head) (answer, error) {
	if err := s.note(path); err != nil {
		return answer{}, err
	}
	return s.disk.probe(path, ask, into)
}

// note writes down that a file was looked at, and returns its fault.
func (s *trouble) note(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probed = append(s.probed, s.relative(path))
	return s.onProbe[s.relative(path)]
}

type troubledFolder struct {
	folder
	of     *trouble
	path   string
	closed atomic.Bool
}

func (f *troubledFolder) mustBeOpen() {
	if f.closed.Load() {
		panic(f.path + " was used after it was closed")
	}
}

func (f *troubledFolder) open(name string, follow bool) (folder, error) {
	f.mustBeOpen()
	return f.of.troubled(filepath.Join(f.path, name), func() (folder, error) { return f.folder.open(name, follow) })
}

func (f *troubledFolder) read(into *batch) (bool, error) {
	f.mustBeOpen()
	more, err := f.folder.read(into)
	if fault := f.of.onRead[f.of.relative(f.path)]; fault != nil {
		return false, fault
	}
	return more, err
}

func (f *troubledFolder) identity() identity {
	if twin, ok := f.of.twins[f.of.relative(f.path)]; ok {
		return twin
	}
	id := f.folder.identity()
	if device, set := f.of.devices[f.of.relative(f.path)]; set {
		id.device = device
	}
	return id
}

func (f *troubledFolder) madeUp() bool { return f.of.madeUps[f.of.relative(f.path)] }

func (f *troubledFolder) probe(name []byte, ask ask, into *head) (answer, error) {
	f.mustBeOpen()
	if err := f.of.note(filepath.Join(f.path, string(name))); err != nil {
		return answer{}, err
	}
	got, err := f.folder.probe(name, ask, into)
	if twin, ok := f.of.twins[f.of.relative(filepath.Join(f.path, string(name)))]; ok && ask.identity {
		got.identity = twin
	}
	return got, err
}

func (f *troubledFolder) close() {
	if f.closed.Swap(true) {
		panic(f.path + " was closed twice")
	}
	f.of.opened.Add(-1)
	f.folder.close()
}
