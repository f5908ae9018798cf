package scan

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/glob"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

// tree makes files below a new folder and returns the folder's path. A file
// whose name ends in .db has SQLite's header.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	folder, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := filepath.Join(folder, name)
		content := "plain text, and more than sixteen bytes of it"
		if strings.HasSuffix(name, ".db") {
			content = header.Magic + strings.Repeat("\x00", 84)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// outcome is all of a scan, sorted: paths relative to a folder.
type outcome struct {
	found    []string
	warnings []string
	skipped  int // how many of the warnings are of no more than what may not be read
}

func scanAll(t *testing.T, folder string, cfg Config) outcome {
	t.Helper()
	relative := func(path string) string { return strings.TrimPrefix(path, folder+string(filepath.Separator)) }
	var all outcome
	for event := range Start(t.Context(), cfg).Events {
		if event.Err != nil {
			all.warnings = append(all.warnings, relative(event.Err.Path)+": "+event.Err.Err.Error())
			if event.Skipped {
				all.skipped++
			}
		} else {
			all.found = append(all.found, relative(event.Entry.Path))
		}
	}
	slices.Sort(all.found)
	slices.Sort(all.warnings)
	return all
}

func (o outcome) check(t *testing.T, found, warnings []string) {
	t.Helper()
	if !slices.Equal(o.found, found) {
		t.Errorf("found %q, not %q", o.found, found)
	}
	if !slices.Equal(o.warnings, warnings) {
		t.Errorf("warned of %q, not of %q", o.warnings, warnings)
	}
}

// disks are the ways to the files that this system has.
func disks() map[string]disk {
	return map[string]disk{"this system's": newDisk(), "portable": portableDisk{}}
}

// onEachDisk runs a test with each of them.
func onEachDisk(t *testing.T, test func(t *testing.T, disk disk)) {
	for name, disk := range disks() {
		t.Run(name, func(t *testing.T) { test(t, disk) })
	}
}

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

// link makes a link, or skips the test where there are none.
func link(t *testing.T, folder, to, name string) {
	t.Helper()
	if err := os.Symlink(filepath.FromSlash(to), filepath.Join(folder, filepath.FromSlash(name))); err != nil {
		needs.Skip(t, "no links here: ", err)
	}
}
