package scan

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

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
			needs.Skip(t, "no hard links here: ", err)
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
