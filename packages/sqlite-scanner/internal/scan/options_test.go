package scan

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func TestWhatIsExcludedIsNeitherFoundNorOpened(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "b.db", "skip/c.db", "sub/skip/d.db", "sub/a.db", "sub/deep/e.db", "skip.db")
		for name, test := range map[string]struct{ patterns, found, probed []string }{
			"a name": {
				[]string{"skip"},
				slashed("a.db", "b.db", "sub/a.db", "sub/deep/e.db", "skip.db"),
				[]string{"a.db", "b.db", "skip.db", "sub/a.db", "sub/deep/e.db"},
			},
			"names of files": {
				[]string{"[ab].db"},
				slashed("skip/c.db", "sub/skip/d.db", "sub/deep/e.db", "skip.db"),
				[]string{"skip.db", "skip/c.db", "sub/deep/e.db", "sub/skip/d.db"},
			},
			"a path": {
				[]string{"sub/a.db", "sub/skip"},
				slashed("a.db", "b.db", "skip/c.db", "sub/deep/e.db", "skip.db"),
				[]string{"a.db", "b.db", "skip.db", "skip/c.db", "sub/deep/e.db"},
			},
			"a full path": {
				[]string{filepath.ToSlash(filepath.Join(folder, "sub"))},
				slashed("a.db", "b.db", "skip/c.db", "skip.db"),
				[]string{"a.db", "b.db", "skip.db", "skip/c.db"},
			},
			"folders only": {
				[]string{"s*/"},
				slashed("a.db", "b.db", "skip.db"),
				[]string{"a.db", "b.db", "skip.db"},
			},
		} {
			t.Run(name, func(t *testing.T) {
				watched := &trouble{disk: disk, root: folder}
				cfg := Config{Roots: []string{folder}, Exclude: exclude(t, test.patterns...), disk: watched}
				scanAll(t, folder, cfg).check(t, test.found, nil)
				slices.Sort(watched.probed)
				if !slices.Equal(watched.probed, test.probed) {
					t.Errorf("looked at %q", watched.probed)
				}
			})
		}
	})
}

func TestWhatIsNamedIsNeverExcluded(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "skip/a.db", "skip/skip/b.db")
		roots := []string{filepath.Join(folder, "skip"), filepath.Join(folder, "skip", "a.db")}
		scanAll(t, folder, Config{Roots: roots, Exclude: exclude(t, "skip", "a.db"), disk: disk}).check(t,
			slashed("skip/a.db"), nil)
	})
}

func TestTheDepthIsThatOfFind(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "1/b.db", "1/2/c.db", "1/2/3/d.db")
		file := filepath.Join(folder, "a.db")
		inner := filepath.Join(folder, "1", "2")
		for name, test := range map[string]struct {
			roots  []string
			depth  int
			found  []string
			opened int32
		}{
			"0: folders are left alone":    {[]string{folder}, 0, nil, 0},
			"0: a file that is named":      {[]string{folder, file}, 0, slashed("a.db"), 0},
			"1: what is right in it":       {[]string{folder}, 1, slashed("a.db"), 1},
			"2":                            {[]string{folder}, 2, slashed("a.db", "1/b.db"), 2},
			"4: all":                       {[]string{folder}, 4, slashed("a.db", "1/b.db", "1/2/c.db", "1/2/3/d.db"), 4},
			"more than there is":           {[]string{folder}, 99, slashed("a.db", "1/b.db", "1/2/c.db", "1/2/3/d.db"), 4},
			"each path has its own":        {[]string{folder, inner}, 1, slashed("a.db", "1/2/c.db"), 2},
			"of a file it does not matter": {[]string{file}, 3, slashed("a.db"), 0},
		} {
			t.Run(name, func(t *testing.T) {
				watched := &trouble{disk: disk, root: folder}
				cfg := Config{Roots: test.roots, MaxDepth: &test.depth, disk: watched}
				scanAll(t, folder, cfg).check(t, test.found, nil)
				if got := watched.ever.Load(); got != test.opened {
					t.Errorf("%d folders were opened", got)
				}
			})
		}
	})
}

func TestOneFileSystemIsNotLeft(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "mounted/b.db", "mounted/below/c.db", "sub/d.db")
		other := map[string]uint64{"mounted": 1 << 40, "mounted/below": 1 << 40}
		for _, stay := range []bool{false, true} {
			want := slashed("a.db", "mounted/b.db", "mounted/below/c.db", "sub/d.db")
			if stay {
				want = slashed("a.db", "sub/d.db")
			}
			watched := &trouble{disk: disk, root: folder, devices: other}
			scanAll(t, folder, Config{Roots: []string{folder}, OneFileSystem: stay, disk: watched}).check(t, want, nil)

			// A path that is named is in a file system of its own.
			watched = &trouble{disk: disk, root: folder, devices: other}
			roots := []string{folder, filepath.Join(folder, "mounted")}
			scanAll(t, folder, Config{Roots: roots, OneFileSystem: stay, disk: watched}).check(t,
				slashed("a.db", "mounted/b.db", "mounted/below/c.db", "sub/d.db"), nil)
		}
	})
}

func TestFoldersThatTheKernelMakesUpAreLeftAlone(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "proc/b.db", "proc/below/c.db")
		watched := &trouble{
			disk: disk, root: folder, madeUps: map[string]bool{"proc": true},
			devices: map[string]uint64{"proc": 1 << 40, "proc/below": 1 << 40},
		}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: watched}).check(t, slashed("a.db"), nil)
		if !slices.Equal(watched.probed, []string{"a.db"}) {
			t.Errorf("looked at %q", watched.probed)
		}
		roots := []string{filepath.Join(folder, "proc")}
		scanAll(t, folder, Config{Roots: roots, disk: watched}).check(t, nil, nil)
		watched.madeUps["a.db"] = true
		roots = []string{filepath.Join(folder, "a.db")}
		scanAll(t, folder, Config{Roots: roots, disk: watched}).check(t, nil, nil)
	})
}

func TestDetailsAreThereWhenAskedFor(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		short := filepath.Join(folder, "short")
		if err := os.WriteFile(short, []byte(header.Magic), 0o644); err != nil {
			t.Fatal(err)
		}
		for event := range Start(t.Context(), Config{Roots: []string{folder}, Details: true, disk: disk}).Events {
			if got := event.Entry.Details; (got == nil) != (event.Entry.Path == short) {
				t.Errorf("%s: %+v", event.Entry.Path, got)
			}
		}
	})
}

func TestTheCountsOfAScan(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "b.txt", "sub/c.db", "sub/denied.db", "locked/d.db", "empty/e.txt")
		broken := &trouble{
			disk: disk, root: folder,
			onOpen:  map[string]error{"locked": syscall.EACCES},
			onProbe: map[string]error{"sub/denied.db": syscall.EACCES},
		}
		scan := Start(t.Context(), Config{Roots: []string{folder}, disk: broken})
		for range scan.Events {
		}
		if got, want := scan.Stats(), (Stats{Folders: 3, Files: 4, Denied: 2}); got != want {
			t.Errorf("%+v, not %+v", got, want)
		}
	})
}
