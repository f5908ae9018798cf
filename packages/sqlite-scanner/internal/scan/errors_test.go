package scan

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
)

func TestWhatMayNotBeReadIsToldAndSkipped(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		for _, denied := range []error{syscall.EACCES, syscall.EPERM} {
			folder := tree(t, "a.db", "denied.db", "locked/b.db", "half/c.db")
			broken := &trouble{
				disk: disk, root: folder,
				onOpen:  map[string]error{"locked": denied},
				onRead:  map[string]error{"half": denied},
				onProbe: map[string]error{"denied.db": denied},
			}
			got := scanAll(t, folder, Config{Roots: []string{folder}, disk: broken})
			got.check(t, []string{"a.db", filepath.Join("half", "c.db")}, []string{
				"denied.db: " + denied.Error(), "half: " + denied.Error(), "locked: " + denied.Error(),
			})
			if got.skipped != 3 {
				t.Errorf("%d of them are skipped", got.skipped)
			}
		}
	})
}

func TestWhatVanishesInMidWalkIsNoWarning(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "gone.db", "gone/b.db", "going/c.db", "d/e.db")
		broken := &trouble{
			disk: disk, root: folder,
			onOpen:  map[string]error{"gone": fs.ErrNotExist},
			onRead:  map[string]error{"going": syscall.ENOENT},
			onProbe: map[string]error{"gone.db": syscall.ENOENT},
		}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: broken}).check(t,
			[]string{"a.db", filepath.Join("d", "e.db"), filepath.Join("going", "c.db")}, nil)
	})
}

func TestAnyOtherErrorIsAWarningAndTheScanGoesOn(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "bad.db", "broken/b.db", "half/c.db", "d/e.db")
		broken := &trouble{
			disk: disk, root: folder,
			onOpen:  map[string]error{"broken": syscall.EMFILE},
			onRead:  map[string]error{"half": syscall.EIO},
			onProbe: map[string]error{"bad.db": syscall.EIO},
		}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: broken}).check(t,
			[]string{"a.db", filepath.Join("d", "e.db"), filepath.Join("half", "c.db")},
			[]string{
				"bad.db: " + syscall.EIO.Error(),
				"broken: " + syscall.EMFILE.Error(),
				"half: " + syscall.EIO.Error(),
			})
		if open := broken.opened.Load(); open != 0 {
			t.Errorf("%d folders were left open", open)
		}
	})
}
