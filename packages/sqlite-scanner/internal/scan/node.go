package scan

import (
	"os"
	"strings"
	"sync/atomic"
)

// node is a folder of the walk. It knows its place by the folder it is in, and
// not by a path: in a deep tree paths would take more memory than all else.
type node struct {
	root   *root
	parent *node  // nil for the root itself
	name   string // in parent
	depth  int    // 0 for the root
	linked bool   // reached by way of a link that was followed

	// What is known once it is open.
	folder  folder
	device  uint64
	leftOut map[string]bool // names in it that are roots themselves

	// users are the tasks that need it open: the one that reads it, those that
	// look at its files, and those that will open a folder in it. The last one
	// to leave closes it.
	users  atomic.Int32
	opened *atomic.Int64 // how many folders are open
}

func (n *node) release() {
	if n.users.Add(-1) == 0 {
		n.folder.close()
		n.folder = nil
		n.opened.Add(-1)
	}
}

// shown is the path to print.
func (n *node) shown() string { return n.below(n.root.shown, "") }

// real is the path to open.
func (n *node) real() string { return n.below(n.root.real, "") }

// child is the path to print of a name in it.
func (n *node) child(name string) string { return n.below(n.root.shown, name) }

// below puts this folder's place in its root, and a name in it if there is
// one, after the root's own path.
func (n *node) below(root, name string) string {
	length := len(root) + len(name) + 1
	for at := n; at.parent != nil; at = at.parent {
		length += len(at.name) + 1
	}
	names := make([]string, 0, 16)
	if name != "" {
		names = append(names, name)
	}
	for at := n; at.parent != nil; at = at.parent {
		names = append(names, at.name)
	}

	var path strings.Builder
	path.Grow(length)
	path.WriteString(root)
	slash := os.IsPathSeparator(root[len(root)-1]) // "/", or "C:\"
	for i := len(names) - 1; i >= 0; i-- {
		if !slash {
			path.WriteByte(os.PathSeparator)
		}
		slash = false
		path.WriteString(names[i])
	}
	return path.String()
}
