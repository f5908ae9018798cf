package scan

import (
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

func TestARootThatMayNotBeReadIsNotSkipped(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		for name, broken := range map[string]*trouble{
			"a folder": {onOpen: map[string]error{"sub": syscall.EACCES}},
			"its list": {onRead: map[string]error{"sub": syscall.EACCES}},
			"a file":   {onProbe: map[string]error{"sub/a.db": syscall.EACCES}},
		} {
			folder := tree(t, "sub/a.db")
			broken.disk, broken.root = disk, folder
			root := filepath.Join(folder, "sub")
			if name == "a file" {
				root = filepath.Join(root, "a.db")
			}
			got := scanAll(t, filepath.Dir(root), Config{Roots: []string{root}, disk: broken})
			if len(got.warnings) != 1 || !strings.HasSuffix(got.warnings[0], ": "+syscall.EACCES.Error()) || got.skipped > 0 {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

func TestARootThatVanishesInMidWalkIsNoWarning(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		broken := &trouble{disk: disk, root: folder, onOpen: map[string]error{".": syscall.ENOENT}}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: broken}).check(t, nil, nil)
		broken = &trouble{disk: disk, root: folder, onProbe: map[string]error{"a.db": syscall.ENOENT}}
		scanAll(t, folder, Config{Roots: []string{filepath.Join(folder, "a.db")}, disk: broken}).check(t, nil, nil)
	})
}

func TestAMissingRootIsAWarningThatNamesItAsGiven(t *testing.T) {
	folder := tree(t, "a.db")
	t.Chdir(folder)
	got := scanAll(t, folder, Config{Roots: []string{"./missing", folder, filepath.Join("a.db", "below")}})
	if !slices.Equal(got.found, []string{"a.db"}) || len(got.warnings) != 2 ||
		!strings.HasPrefix(got.warnings[0], "./missing: ") ||
		!strings.HasPrefix(got.warnings[1], filepath.Join("a.db", "below")+": ") {
		t.Errorf("%q", got)
	}
}

func TestNoRootsFindNothing(t *testing.T) {
	scanAll(t, "", Config{}).check(t, nil, nil)
}

func TestAnInnerRootIsWalkedOnceAndFromItself(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "mid/b.db", "mid/inner/c.db", "mid/inner/d/e.db")
		inner := filepath.Join(folder, "mid", "inner")
		// What lies between may not be read: the inner root is found all the same.
		broken := &trouble{disk: disk, root: folder, onOpen: map[string]error{"mid": syscall.EACCES}}
		for _, roots := range [][]string{{folder, inner}, {inner, folder}, {inner, inner, folder, filepath.Join(inner, "c.db")}} {
			scanAll(t, folder, Config{Roots: roots, disk: broken}).check(t,
				[]string{"a.db", filepath.Join("mid", "inner", "c.db"), filepath.Join("mid", "inner", "d", "e.db")},
				[]string{"mid: " + syscall.EACCES.Error()})
		}
	})
}

func TestARootIsKnownByWhateverPath(t *testing.T) {
	known := knownRoots{byReal: make(map[string]*root), byPlace: make(map[identity]*root)}
	for _, test := range []struct {
		root root
		want bool
	}{
		{root{real: "/Users/ada", place: identity{1, 2}}, true},
		{root{real: "/users/ada", place: identity{1, 2}}, false},
		{root{real: "/Users/ada", place: identity{1, 2}}, false},
		{root{real: "/Users/bob", place: identity{1, 3}}, true},
		{root{real: "/Volumes/other", place: identity{2, 2}}, true},
		{root{real: "/unknown"}, true},
		{root{real: "/unknown too"}, true},
		{root{real: "/unknown"}, false},
	} {
		if got := known.add(&test.root); got != test.want {
			t.Errorf("%s is new: %t", test.root.real, got)
		}
	}
	if got := known.byReal["/users/ada"]; got == nil || got.real != "/Users/ada" {
		t.Errorf("what lies below is left out of %+v", got)
	}
}

// TestARootIsWalkedOnceThoughItsNameIsWrittenInAnotherWay: a walk meets roots
// under names that are not those they were given by.
func TestARootIsWalkedOnceThoughItsNameIsWrittenInAnotherWay(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "SUB/b.db", "sub.d/b.db", "FILE.db", "file.d/f.db")
		place := func(name string) identity {
			path := filepath.Join(folder, filepath.FromSlash(name))
			root, err := resolveRoot(path)
			if err != nil || root.place == (identity{}) {
				needs.Skip(t, "this system does not say which file it is: ", err)
			}
			return root.place
		}
		twins := map[string]identity{"SUB": place("sub.d"), "FILE.db": place("file.d/f.db")}
		roots := []string{folder, filepath.Join(folder, "sub.d"), filepath.Join(folder, "file.d", "f.db")}
		same := &trouble{disk: disk, root: folder, twins: twins}
		for _, follow := range []bool{false, true} {
			scanAll(t, folder, Config{Roots: roots, Follow: follow, disk: same}).check(t,
				slashed("a.db", "file.d/f.db", "sub.d/b.db"), nil)
		}
		scanAll(t, folder, Config{Roots: roots[:1], disk: same}).check(t,
			slashed("FILE.db", "SUB/b.db", "a.db", "file.d/f.db", "sub.d/b.db"), nil)
	})
}

func TestOverlapsAreNotedAtTheNearestRoot(t *testing.T) {
	folder := tree(t, "a/b/c/d.db", "ab/e.db")
	at := func(path string) string { return filepath.Join(folder, filepath.FromSlash(path)) }
	all := resolveRoots([]string{at("a/b/c/d.db"), at("a"), at("a/b"), at("ab"), at("a/../a")})
	if len(all.problems) > 0 || len(all.roots) != 4 {
		t.Fatalf("%+v", all)
	}
	want := map[string][]string{at("a"): {at("a/b")}, at("a/b"): {at("a/b/c/d.db")}}
	for _, root := range all.roots {
		var got []string
		for folder, names := range root.others {
			for name := range names {
				got = append(got, filepath.Join(folder, name))
			}
		}
		if !slices.Equal(got, want[root.shown]) {
			t.Errorf("%s leaves out %q", root.shown, got)
		}
	}
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
