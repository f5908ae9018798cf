package scan

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

	// place is which folder or file it is, by whatever path it was reached.
	// It is unknown for a file that has more than one name.
	place identity

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
}

// denied is how many may not be read.
func (r resolved) denied() int64 {
	var denied int64
	for _, problem := range r.problems {
		if errors.Is(problem, fs.ErrPermission) {
			denied++
		}
	}
	return denied
}

// places are those of the roots, where there are several.
func (r resolved) places() map[identity]bool {
	if len(r.roots) < 2 {
		return nil
	}
	places := make(map[identity]bool)
	for _, root := range r.roots {
		if root.place != (identity{}) {
			places[root.place] = true
		}
	}
	return places
}

// haveFiles reports whether a walk may come by a root that is a file.
func (r resolved) haveFiles() bool {
	isFile := func(root *root) bool { return !root.isFolder && root.place != (identity{}) }
	return len(r.roots) > 1 && slices.ContainsFunc(r.roots, isFile)
}

// resolveRoots turns the paths as given into roots, each place once. Places are
// compared by their real path, and by what the file system says they are, for
// those that may be written in more than one way: in large or small letters.
// Hard links are places of their own.
func resolveRoots(given []string) resolved {
	var all resolved
	known := knownRoots{byReal: make(map[string]*root), byPlace: make(map[identity]*root)}
	for _, path := range given {
		r, err := resolveRoot(path)
		switch {
		case err != nil:
			all.problems = append(all.problems, pathError(path, err))
		case r != nil && known.add(r):
			all.roots = append(all.roots, r)
		}
	}
	for _, inner := range all.roots {
		noteOverlap(inner, known.byReal)
	}
	return all
}

// knownRoots finds roots again.
type knownRoots struct {
	byReal  map[string]*root
	byPlace map[identity]*root
}

// add reports whether a root is new.
func (k knownRoots) add(r *root) bool {
	if k.byReal[r.real] != nil {
		return false
	}
	if same := k.byPlace[r.place]; same != nil {
		k.byReal[r.real] = same
		return false
	}
	k.byReal[r.real] = r
	if r.place != (identity{}) {
		k.byPlace[r.place] = r
	}
	return true
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
	if err == nil && info.Mode()&fs.ModeIrregular != 0 {
		info, err = os.Stat(resolved) // a junction of Windows: EvalSymlinks leaves it as it is
	}
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
	r := &root{shown: shown, real: real, isFolder: info.IsDir()}
	if r.isFolder || hasOneName(info) {
		// Where that cannot be found out, the path must do.
		r.place, _ = identityAt(real, info)
	}
	return r, nil
}

// absolute makes a path without links absolute, for printing and for real. The
// two differ where $PWD has a link in it.
func absolute(resolved string, info fs.FileInfo) (shown, real string, err error) {
	shown, err = filepath.Abs(resolved)
	if err != nil {
		return "", "", err
	}
	if real, err = filepath.EvalSymlinks(shown); err == nil {
		if there, err := os.Stat(real); err == nil && os.SameFile(there, info) {
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
