package scan

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

func TestDatabasesAreFoundWhateverTheirName(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db", "sub/b.db", "sub/.hidden/c.db", "sub/d.txt", "e.sqlite")
		if err := os.Rename(filepath.Join(folder, "a.db"), filepath.Join(folder, "photo.jpg")); err != nil {
			t.Fatal(err)
		}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: disk}).check(t,
			[]string{"photo.jpg", filepath.Join("sub", ".hidden", "c.db"), filepath.Join("sub", "b.db")}, nil)
	})
}

func TestTheSizeIsThereWhenAskedFor(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		for _, size := range []bool{false, true} {
			want := int64(0)
			if size {
				want = 100
			}
			for _, root := range []string{folder, filepath.Join(folder, "a.db")} {
				for event := range Start(t.Context(), Config{Roots: []string{root}, Size: size, disk: disk}).Events {
					if event.Err != nil || event.Entry.Size != want {
						t.Errorf("size %t: %+v", size, event)
					}
				}
			}
		}
	})
}

func TestManyFilesInOneFolderAreFoundOnceEach(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		const files = 5000
		names := []string{"z/z.db"}
		for i := range files {
			names = append(names, fmt.Sprintf("%04d%s", i, []string{".db", ".txt"}[i%2]))
		}
		folder := tree(t, names...)
		for _, workers := range []int{1, 2, 8, 64} {
			watched := &trouble{disk: disk, root: folder}
			got := scanAll(t, folder, Config{Roots: []string{folder}, Workers: workers, disk: watched})
			if len(got.found) != files/2+1 || len(slices.Compact(got.found)) != files/2+1 {
				t.Errorf("%d workers: %d found", workers, len(got.found))
			}
			if len(watched.probed) != files+1 {
				t.Errorf("%d workers: %d files were looked at", workers, len(watched.probed))
			}
			if open := watched.opened.Load(); open != 0 {
				t.Errorf("%d workers: %d folders were left open", workers, open)
			}
		}
	})
}

// TestAScanFindsWhatAPlainWalkFinds compares random trees with the simplest
// code that could find the same.
func TestAScanFindsWhatAPlainWalkFinds(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		for seed := range uint64(20) {
			random := rand.New(rand.NewPCG(seed, 0))
			var names []string
			for i := range random.IntN(120) {
				name := ""
				for range random.IntN(5) {
					name += fmt.Sprintf("folder%d/", random.IntN(3))
				}
				names = append(names, fmt.Sprintf("%sfile%d%s", name, i, []string{".db", ".txt"}[random.IntN(2)]))
			}
			folder := tree(t, names...)
			roots := []string{folder}
			for _, name := range names {
				if random.IntN(10) == 0 { // overlaps: a file, or the folder it is in
					roots = append(roots, filepath.Join(folder, name), filepath.Dir(filepath.Join(folder, name)))
				}
			}
			random.Shuffle(len(roots), func(i, j int) { roots[i], roots[j] = roots[j], roots[i] })

			var want []string
			err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				content, err := os.ReadFile(path)
				if strings.HasPrefix(string(content), header.Magic) {
					want = append(want, strings.TrimPrefix(path, folder+string(filepath.Separator)))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(want)
			cfg := Config{Roots: roots, Workers: 1 + random.IntN(6), disk: disk}
			scanAll(t, folder, cfg).check(t, want, nil)
		}
	})
}

func TestAHardLinkIsAFileOfItsOwn(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		if err := os.Link(filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")); err != nil {
			needs.Skip(t, "no hard links here: ", err)
		}
		want := []string{"a.db", "b.db"}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: disk}).check(t, want, nil)
		roots := []string{filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")}
		scanAll(t, folder, Config{Roots: roots, disk: disk}).check(t, want, nil)
	})
}
