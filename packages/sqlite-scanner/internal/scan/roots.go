package scan

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// root is a path to scan, found to exist.
type root struct {
	// shown is the absolute path that finds are printed under: links in the
	// path as given are resolved, links on the way to the current directory
	// are not, as in sqlite-scanner 0.1.1.
	shown string

	// real is the same place with every link resolved.
	real string

	isFolder bool

	// others are the names below shown that are roots themselves, by the path
	// of the folder they are in. This walk leaves them out. To leave out the
	// inner root's own walk instead would lose its files where a folder in
	// between may not be read. Nil where there are none.
	others map[string]map[string]bool
}

// resolved is what came of the paths as given.
type resolved struct {
	roots    []*root
	problems []*fs.PathError
	denied   int // how many may not be read
}

// resolveRoots turns the paths as given into roots, each place once. Places are
// compared by their real path, so a hard link is a place of its own.
func resolveRoots(given []string) resolved {
	var all resolved
	byReal := make(map[string]*root)
	for _, path := range given {
		r, err := resolveRoot(path)
		switch {
		case errors.Is(err, fs.ErrPermission):
			all.denied++ // and skipped like any other path that may not be read
		case err != nil:
			all.problems = append(all.problems, pathError(path, err))
		case r != nil && byReal[r.real] == nil:
			byReal[r.real] = r
			all.roots = append(all.roots, r)
		}
	}
	for _, inner := range all.roots {
		noteOverlap(inner, byReal)
	}
	return all
}

// resolveRoot returns nil, and no error, for what is never opened: a FIFO, a
// device, a socket.
func resolveRoot(given string) (*root, error) {
	if given == "" {
		given = "." // as in sqlite-scanner 0.1.1
	}
	resolved, err := filepath.EvalSymlinks(given)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(resolved)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, nil
	}
	shown, real, err := absolute(resolved, info)
	if err != nil {
		return nil, err
	}
	return &root{shown: shown, real: real, isFolder: info.IsDir()}, nil
}

// absolute makes a path without links absolute, for printing and for real. The
// two differ where $PWD has a link in it.
func absolute(resolved string, info fs.FileInfo) (shown, real string, err error) {
	shown, err = filepath.Abs(resolved)
	if err != nil {
		return "", "", err
	}
	if real, err = filepath.EvalSymlinks(shown); err == nil {
		if there, err := os.Lstat(real); err == nil && os.SameFile(there, info) {
			return shown, real, nil
		}
	}
	// A path that begins with .. goes up from where the current folder really
	// is; Abs took it to go up from where $PWD says.
	here, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	if here, err = filepath.EvalSymlinks(here); err != nil {
		return "", "", err
	}
	real = filepath.Join(here, resolved)
	return real, real, nil
}

// noteOverlap tells the nearest root around inner, if there is one, to leave
// inner out. Roots further out never get that far.
func noteOverlap(inner *root, byReal map[string]*root) {
	below := ""
	for at := inner.real; filepath.Dir(at) != at; at = filepath.Dir(at) {
		below = filepath.Join(filepath.Base(at), below)
		outer := byReal[filepath.Dir(at)]
		if outer == nil {
			continue
		}
		outer.leaveOut(filepath.Join(outer.shown, below))
		return
	}
}

// leaveOut leaves out a path below shown.
func (r *root) leaveOut(path string) {
	if r.others == nil {
		r.others = make(map[string]map[string]bool)
	}
	folder, name := filepath.Dir(path), filepath.Base(path)
	if r.others[folder] == nil {
		r.others[folder] = make(map[string]bool)
	}
	r.others[folder][name] = true
}
