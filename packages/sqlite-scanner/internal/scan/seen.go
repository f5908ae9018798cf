package scan

import "sync"

// seen remembers which files or folders were met.
type seen struct {
	mu  sync.Mutex
	met map[identity]struct{}
}

func newSeen() *seen {
	return &seen{met: make(map[identity]struct{})}
}

// add reports whether it is met for the first time. What has no identity is
// always new.
func (s *seen) add(id identity) bool {
	if id == (identity{}) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, met := s.met[id]; met {
		return false
	}
	s.met[id] = struct{}{}
	return true
}
