package scan

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func TestTasksGoToWorkersThatHaveNone(t *testing.T) {
	p := newPool(2)
	own := []task{{name: "oldest"}, {name: "old"}, {name: "new"}}
	if got := p.share(own); len(got) != 3 {
		t.Errorf("nobody waits, and %d are left", len(got))
	}
	taken := make(chan string)
	go func() {
		got, _ := p.take()
		taken <- got.name
	}()
	for p.hungry.Load() == 0 {
		runtime.Gosched() // until the worker waits
	}
	if got := p.share(own); len(got) != 1 || got[0].name != "new" {
		t.Errorf("left: %v", got)
	}
	if got := <-taken; got != "old" {
		t.Errorf("it got %q", got)
	}
	if got, ok := p.take(); !ok || got.name != "oldest" {
		t.Errorf("then there was %q", got.name)
	}
}

func TestLinksComeAfterAllElseAndFilesLast(t *testing.T) {
	p := newPool(1)
	p.later(task{do: doFile, name: "file"})
	p.later(task{do: doLink, name: "link"})
	p.give(task{name: "first"})
	for _, want := range []string{"first", "link", "file"} {
		if got, ok := p.take(); !ok || got.name != want {
			t.Errorf("%q came, not %q", got.name, want)
		}
	}
	if _, ok := p.take(); ok {
		t.Error("it did not end")
	}
}

func TestTheNumberOfWorkersHasALimit(t *testing.T) {
	const plenty = 1 << 20
	for _, test := range []struct{ asked, files, want int }{
		{-1, plenty, runtime.GOMAXPROCS(0)},
		{0, plenty, runtime.GOMAXPROCS(0)},
		{1, plenty, 1},
		{7, plenty, 7},
		{1_000_000, plenty, MaxWorkers},
		{8, reservedFiles + 4*filesPerWorker, 4},
		{8, 10, 1},
	} {
		if got := workerCount(test.asked, test.files); got != test.want {
			t.Errorf("workerCount(%d, %d) = %d, not %d", test.asked, test.files, got, test.want)
		}
	}
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
