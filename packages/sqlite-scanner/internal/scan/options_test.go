package scan

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/glob"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// slashed makes a script's paths this system's.
func slashed(paths ...string) []string {
	for i, path := range paths {
		paths[i] = filepath.FromSlash(path)
	}
	slices.Sort(paths)
	return paths
}

func exclude(t *testing.T, patterns ...string) *glob.Set {
	t.Helper()
	var set glob.Set
	for _, pattern := range patterns {
		if err := set.Add(pattern); err != nil {
			t.Fatal(err)
		}
	}
	return &set
}

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

// link makes a link, or skips the test where there are none.
func link(t *testing.T, folder, to, name string) {
	t.Helper()
	if err := os.Symlink(filepath.FromSlash(to), filepath.Join(folder, filepath.FromSlash(name))); err != nil {
		t.Skip("no links here: ", err)
	}
}

func TestLinksAreFollowedIfAskedFor(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "in/a.db", "in/sub/b.db", "out/c.db", "out/more/d.db", "out/far/e.db", "lone.db", "text")
		link(t, folder, "../out", "in/sub/out")          // a folder outside
		link(t, folder, "../lone.db", "in/lone")         // a file outside
		link(t, folder, "../text", "in/text")            // one that is no database
		link(t, folder, "a.db", "in/same")               // a file inside
		link(t, folder, "sub", "in/again")               // a folder inside
		link(t, folder, "../..", "in/sub/up")            // up, and so a loop
		link(t, folder, ".", "in/self")                  // a smaller loop
		link(t, folder, "nowhere", "in/nowhere")         // nothing
		link(t, folder, "circle", "in/circle")           // nothing, in circles
		link(t, folder, "../../in/sub", "out/more/back") // back in, from outside
		roots := []string{filepath.Join(folder, "in")}
		for range 20 { // the order in which links are followed is not fixed
			got := scanAll(t, folder, Config{Roots: roots, Follow: true, disk: disk})
			if len(got.warnings) > 0 {
				t.Errorf("warned of %q", got.warnings)
			}
			// What has a place of its own is found there; the rest once, under
			// any path that leads to it.
			var names []string
			for _, path := range got.found {
				names = append(names, filepath.Base(path))
			}
			slices.Sort(names)
			want := []string{"a.db", "b.db", "c.db", "d.db", "e.db", "lone"}
			if got.found[0] == filepath.FromSlash("in/lone") || len(names) == 6 && names[5] == "lone.db" {
				want[5] = names[5]
			}
			if !slices.Equal(names, want) {
				t.Fatalf("found %q", got.found)
			}
			for _, own := range slashed("in/a.db", "in/sub/b.db") {
				if !slices.Contains(got.found, own) {
					t.Errorf("%s has another name: %q", own, got.found)
				}
			}
		}
		scanAll(t, folder, Config{Roots: roots, disk: disk}).check(t, slashed("in/a.db", "in/sub/b.db"), nil)
	})
}

func TestAHardLinkIsAFileOfItsOwnAlsoWhereLinksAreFollowed(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		if err := os.Link(filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")); err != nil {
			t.Skip("no hard links here: ", err)
		}
		scanAll(t, folder, Config{Roots: []string{folder}, Follow: true, disk: disk}).check(t, slashed("a.db", "b.db"), nil)
	})
}

func TestTheOtherOptionsHoldForLinksToo(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "in/a.db", "out/b.db", "out/deep/c.db")
		link(t, folder, "../out", "in/out")
		link(t, folder, "../out/b.db", "in/file")
		roots := []string{filepath.Join(folder, "in")}
		one, two := 1, 2
		for name, test := range map[string]struct {
			cfg   Config
			found []string
		}{
			"all":               {Config{}, slashed("in/a.db", "in/out/b.db", "in/out/deep/c.db")},
			"depth 1":           {Config{MaxDepth: &one}, slashed("in/a.db", "in/file")},
			"depth 2":           {Config{MaxDepth: &two}, slashed("in/a.db", "in/out/b.db")},
			"exclude a link":    {Config{Exclude: exclude(t, "out")}, slashed("in/a.db", "in/file")},
			"exclude a path":    {Config{Exclude: exclude(t, "out/deep")}, slashed("in/a.db", "in/out/b.db")},
			"exclude a folder":  {Config{Exclude: exclude(t, "deep/")}, slashed("in/a.db", "in/out/b.db")},
			"exclude link file": {Config{Exclude: exclude(t, "file", "out/")}, slashed("in/a.db")},
		} {
			t.Run(name, func(t *testing.T) {
				test.cfg.Roots, test.cfg.Follow, test.cfg.disk = roots, true, disk
				scanAll(t, folder, test.cfg).check(t, test.found, nil)
			})
		}
	})
}

// TestFewFoldersAreOpenAtATime walks wide and deep trees with next to no files
// to have open.
func TestFewFoldersAreOpenAtATime(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		var names []string
		for i := range 6 {
			for j := range 6 {
				names = append(names, fmt.Sprintf("%d/%d/%sa.db", i, j, strings.Repeat("deep/", 20)))
			}
		}
		folder := tree(t, names...)
		const workers = 4
		for _, limit := range []int{1, reservedFiles + workers*filesPerWorker, reservedFiles + workers*filesPerWorker + 5, 1000} {
			watched := &trouble{disk: disk, root: folder, limit: limit}
			got := scanAll(t, folder, Config{Roots: []string{folder}, Workers: workers, disk: watched})
			if !slices.Equal(got.found, slashed(names...)) || len(got.warnings) > 0 {
				t.Errorf("limit %d: found %d, warned of %q", limit, len(got.found), got.warnings)
			}
			if most := int(watched.most.Load()); most > max(2, limit-reservedFiles-workers) {
				t.Errorf("limit %d: %d folders were open", limit, most)
			}
		}
	})
}

// TestFewFoldersWaitAtATime walks a folder with many folders in it. If all of
// them were put in a queue, memory would grow with their number.
func TestFewFoldersWaitAtATime(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t)
		const folders = 5000
		for i := range folders {
			if err := os.Mkdir(filepath.Join(folder, fmt.Sprintf("folder-with-a-long-name-%04d", i)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		watched := &trouble{disk: disk, root: folder}
		s := newScanner(t.Context(), Config{Workers: 1, disk: watched})
		s.pool.give(task{do: doRoot, in: &node{root: &root{shown: folder, real: folder, isFolder: true}}})
		w := &worker{scanner: s, batch: newBatch(), head: new(head), done: &s.counters[0]}
		most := 0
		for {
			next, ok := w.next()
			if !ok {
				break
			}
			w.perform(next)
			most = max(most, len(w.own))
		}
		if got := watched.ever.Load(); got != folders+1 {
			t.Errorf("%d folders were walked", got)
		}
		if most > folders/4 {
			t.Errorf("%d tasks waited", most)
		}
	})
}

func TestAFolderReadByManyIsReadOnce(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t)
		const files = 4000
		for i := range files {
			name := fmt.Sprintf("file-with-quite-a-long-name-%04d", i)
			if err := os.WriteFile(filepath.Join(folder, name), []byte(header.Magic), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got := scanAll(t, folder, Config{Roots: []string{folder}, Workers: 8, disk: disk})
		if len(slices.Compact(got.found)) != files || len(got.found) != files {
			t.Errorf("found %d", len(got.found))
		}
	})
}

func TestTheRootOfAllIsNamedWithOneSlash(t *testing.T) {
	n := &node{root: &root{shown: string(filepath.Separator)}}
	below := &node{root: n.root, parent: n, name: "a"}
	for got, want := range map[string]string{
		n.shown():        "/",
		n.child("a"):     "/a",
		below.shown():    "/a",
		below.child("b"): "/a/b",
	} {
		if filepath.ToSlash(got) != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for mode, want := range map[fs.FileMode]kind{
		0o644:                                  kindFile,
		fs.ModeDir | 0o755:                     kindFolder,
		fs.ModeSymlink:                         kindLink,
		fs.ModeNamedPipe:                       kindOther,
		fs.ModeSocket:                          kindOther,
		fs.ModeDevice:                          kindOther,
		fs.ModeDevice | fs.ModeCharDevice:      kindOther,
		fs.ModeIrregular:                       kindOther,
		fs.ModeSetuid | 0o755:                  kindFile,
		fs.ModeDir | fs.ModeSticky | 0o777:     kindFolder,
		fs.ModeSymlink | fs.ModePerm:           kindLink,
		fs.ModeNamedPipe | fs.ModeSticky | 0o1: kindOther,
	} {
		if got := kindOf(mode); got != want {
			t.Errorf("%s is %d, not %d", mode, got, want)
		}
	}
}
