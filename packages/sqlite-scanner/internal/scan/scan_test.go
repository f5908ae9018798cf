package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
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
}

func scanAll(t *testing.T, folder string, cfg Config) outcome {
	t.Helper()
	relative := func(path string) string { return strings.TrimPrefix(path, folder+string(filepath.Separator)) }
	var all outcome
	for event := range Start(t.Context(), cfg) {
		if event.Err != nil {
			all.warnings = append(all.warnings, relative(event.Err.Path)+": "+event.Err.Err.Error())
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

// trouble is the operating system's files, with faults, and a record of use.
type trouble struct {
	osFileSystem
	folder string

	// Faults by path below folder: on opening a folder, on reading on in one
	// after its first items, on probing a file.
	onOpen, onNext, onProbe map[string]error

	mu     sync.Mutex
	probed []string
	open   atomic.Int32 // now
	opened atomic.Int32 // ever
}

func (s *trouble) relative(path string) string {
	below, err := filepath.Rel(s.folder, path)
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(below)
}

func (s *trouble) openFolder(path string) (folder, error) {
	if err := s.onOpen[s.relative(path)]; err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	opened, err := s.osFileSystem.openFolder(path)
	if err != nil {
		return nil, err
	}
	s.open.Add(1)
	s.opened.Add(1)
	return &troubledFolder{folder: opened, of: s, path: path}, nil
}

func (s *trouble) probe(path string, wantSize bool) (bool, int64, error) {
	s.mu.Lock()
	s.probed = append(s.probed, s.relative(path))
	s.mu.Unlock()
	if err := s.onProbe[s.relative(path)]; err != nil {
		return false, 0, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	return s.osFileSystem.probe(path, wantSize)
}

type troubledFolder struct {
	folder
	of     *trouble
	path   string
	closed atomic.Bool
}

func (f *troubledFolder) next() ([]item, error) {
	items, err := f.folder.next()
	if fault := f.of.onNext[f.of.relative(f.path)]; fault != nil {
		return items, &fs.PathError{Op: "readdirent", Path: f.path, Err: fault}
	}
	return items, err
}

func (f *troubledFolder) probe(name string, wantSize bool) (bool, int64, error) {
	if f.closed.Load() {
		panic("a file of " + f.path + " was looked at after the folder was closed")
	}
	return f.of.probe(filepath.Join(f.path, name), wantSize)
}

func (f *troubledFolder) close() {
	if f.closed.Swap(true) {
		panic(f.path + " was closed twice")
	}
	f.of.open.Add(-1)
	f.folder.close()
}

func TestDatabasesAreFoundWhateverTheirName(t *testing.T) {
	folder := tree(t, "a.db", "sub/b.db", "sub/.hidden/c.db", "sub/d.txt", "e.sqlite")
	if err := os.Rename(filepath.Join(folder, "a.db"), filepath.Join(folder, "photo.jpg")); err != nil {
		t.Fatal(err)
	}
	scanAll(t, folder, Config{Roots: []string{folder}}).check(t,
		[]string{"photo.jpg", filepath.Join("sub", ".hidden", "c.db"), filepath.Join("sub", "b.db")}, nil)
}

func TestTheSizeIsThereWhenAskedFor(t *testing.T) {
	folder := tree(t, "a.db")
	for _, size := range []bool{false, true} {
		want := int64(0)
		if size {
			want = 100
		}
		for _, root := range []string{folder, filepath.Join(folder, "a.db")} {
			for event := range Start(t.Context(), Config{Roots: []string{root}, Size: size}) {
				if event.Err != nil || event.Entry.Size != want {
					t.Errorf("size %t: %+v", size, event)
				}
			}
		}
	}
}

func TestWhatMayNotBeReadIsNoWarning(t *testing.T) {
	for _, denied := range []error{syscall.EACCES, syscall.EPERM} {
		folder := tree(t, "a.db", "denied.db", "locked/b.db", "half/c.db")
		files := &trouble{
			folder:  folder,
			onOpen:  map[string]error{"locked": denied},
			onNext:  map[string]error{"half": denied},
			onProbe: map[string]error{"denied.db": denied},
		}
		scanAll(t, folder, Config{Roots: []string{folder}, files: files}).check(t,
			[]string{"a.db", filepath.Join("half", "c.db")}, nil)
	}
}

func TestWhatVanishesInMidWalkIsNoWarning(t *testing.T) {
	folder := tree(t, "a.db", "gone.db", "gone/b.db", "going/c.db", "d/e.db")
	files := &trouble{
		folder:  folder,
		onOpen:  map[string]error{"gone": fs.ErrNotExist},
		onNext:  map[string]error{"going": syscall.ENOENT},
		onProbe: map[string]error{"gone.db": syscall.ENOENT},
	}
	scanAll(t, folder, Config{Roots: []string{folder}, files: files}).check(t,
		[]string{"a.db", filepath.Join("d", "e.db"), filepath.Join("going", "c.db")}, nil)
}

func TestARootThatVanishesInMidWalkIsNoWarning(t *testing.T) {
	folder := tree(t, "a.db")
	files := &trouble{folder: folder, onOpen: map[string]error{".": syscall.ENOENT}}
	scanAll(t, folder, Config{Roots: []string{folder}, files: files}).check(t, nil, nil)
	files = &trouble{folder: folder, onProbe: map[string]error{"a.db": syscall.ENOENT}}
	scanAll(t, folder, Config{Roots: []string{filepath.Join(folder, "a.db")}, files: files}).check(t, nil, nil)
}

func TestAnyOtherErrorIsAWarningAndTheScanGoesOn(t *testing.T) {
	folder := tree(t, "a.db", "bad.db", "broken/b.db", "half/c.db", "d/e.db")
	files := &trouble{
		folder:  folder,
		onOpen:  map[string]error{"broken": syscall.EMFILE},
		onNext:  map[string]error{"half": syscall.EIO},
		onProbe: map[string]error{"bad.db": syscall.EIO},
	}
	scanAll(t, folder, Config{Roots: []string{folder}, files: files}).check(t,
		[]string{"a.db", filepath.Join("d", "e.db"), filepath.Join("half", "c.db")},
		[]string{
			"bad.db: " + syscall.EIO.Error(),
			"broken: " + syscall.EMFILE.Error(),
			"half: " + syscall.EIO.Error(),
		})
	if open := files.open.Load(); open != 0 {
		t.Errorf("%d folders were left open", open)
	}
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

func TestManyFilesInOneFolderAreFoundOnceEach(t *testing.T) {
	const files = 5 * batch
	names := []string{"z/z.db"}
	for i := range files {
		names = append(names, fmt.Sprintf("%04d%s", i, []string{".db", ".txt"}[i%2]))
	}
	folder := tree(t, names...)
	for _, workers := range []int{1, 2, 8, 64} {
		disk := &trouble{folder: folder}
		got := scanAll(t, folder, Config{Roots: []string{folder}, Workers: workers, files: disk})
		if len(got.found) != files/2+1 || len(slices.Compact(got.found)) != files/2+1 {
			t.Errorf("%d workers: %d found", workers, len(got.found))
		}
		if len(disk.probed) != files+1 {
			t.Errorf("%d workers: %d files were looked at", workers, len(disk.probed))
		}
		if open := disk.open.Load(); open != 0 {
			t.Errorf("%d workers: %d folders were left open", workers, open)
		}
	}
}

// TestAScanFindsWhatAPlainWalkFinds compares random trees with the simplest
// code that could find the same.
func TestAScanFindsWhatAPlainWalkFinds(t *testing.T) {
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
		cfg := Config{Roots: roots, Workers: 1 + random.IntN(6)}
		scanAll(t, folder, cfg).check(t, want, nil)
	}
}

func TestAnInnerRootIsWalkedOnceAndFromItself(t *testing.T) {
	folder := tree(t, "a.db", "mid/b.db", "mid/inner/c.db", "mid/inner/d/e.db")
	inner := filepath.Join(folder, "mid", "inner")
	// What lies between may not be read: the inner root is found all the same.
	files := &trouble{folder: folder, onOpen: map[string]error{"mid": syscall.EACCES}}
	for _, roots := range [][]string{{folder, inner}, {inner, folder}, {inner, inner, folder, filepath.Join(inner, "c.db")}} {
		scanAll(t, folder, Config{Roots: roots, files: files}).check(t,
			[]string{"a.db", filepath.Join("mid", "inner", "c.db"), filepath.Join("mid", "inner", "d", "e.db")}, nil)
	}
}

func TestAHardLinkIsAFileOfItsOwn(t *testing.T) {
	folder := tree(t, "a.db")
	if err := os.Link(filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")); err != nil {
		t.Skip("no hard links here: ", err)
	}
	want := []string{"a.db", "b.db"}
	scanAll(t, folder, Config{Roots: []string{folder}}).check(t, want, nil)
	roots := []string{filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")}
	scanAll(t, folder, Config{Roots: roots}).check(t, want, nil)
}

func TestAStoppedScanEndsThoughNobodyReads(t *testing.T) {
	const folders = 2 * eventBuffer
	var names []string
	for i := range folders {
		names = append(names, fmt.Sprintf("%d/a.db", i))
	}
	folder := tree(t, names...)
	files := &trouble{folder: folder}
	ctx, stop := context.WithCancel(t.Context())
	s := newScanner(ctx, false, files)
	ended := make(chan struct{})
	go func() {
		s.run([]string{folder}, 1)
		close(ended)
	}()
	<-s.events // it is under way, and must soon wait: more is found than fits
	stop()
	<-ended
	if open := files.open.Load(); open != 0 {
		t.Errorf("%d folders were left open", open)
	}
	if opened := files.opened.Load(); opened >= folders {
		t.Errorf("it went on to open %d folders", opened)
	}
}

func TestAnEventThatNobodyTakesHoldsUpNoStoppedScan(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := newScanner(ctx, false, nil)
	for range eventBuffer {
		s.emit(Event{})
	}
	stop()
	s.emit(Event{}) // there is no room: it would wait for ever
}

func TestWorkIsOfferedToIdleWorkersOnly(t *testing.T) {
	q := newQueue()
	if q.offer(task{path: "nobody"}) {
		t.Error("there is no worker")
	}
	q.push(task{path: "first"})
	if _, ok := q.pop(); !ok {
		t.Fatal("the first task is not there")
	}
	popped := make(chan string)
	go func() {
		got, _ := q.pop()
		popped <- got.path
	}()
	for !q.offer(task{path: "offered"}) {
		runtime.Gosched() // until the worker waits
	}
	if got := <-popped; got != "offered" {
		t.Errorf("it got %q", got)
	}
	if q.offer(task{path: "one too many"}) {
		t.Error("the worker is busy")
	}
}

func TestTheNumberOfWorkersHasALimit(t *testing.T) {
	for asked, want := range map[int]int{
		-1: runtime.GOMAXPROCS(0), 0: runtime.GOMAXPROCS(0), 1: 1, 7: 7, 1_000_000: MaxWorkers,
	} {
		if got := workerCount(asked); got != want {
			t.Errorf("workerCount(%d) = %d, not %d", asked, got, want)
		}
	}
}

func TestJoin(t *testing.T) {
	for _, folder := range []string{string(filepath.Separator), t.TempDir()} {
		if got := join(folder, "a"); got != filepath.Join(folder, "a") {
			t.Errorf("join(%q, a) = %q", folder, got)
		}
	}
}

// reads plays the results of one Read after another.
type reads []struct {
	text string
	err  error
}

func (r *reads) read(p []byte) (int, error) {
	if len(*r) == 0 {
		return 0, errors.New("read on after the end")
	}
	next := (*r)[0]
	*r = (*r)[1:]
	if next.err != nil && next.err != io.EOF {
		return -1, next.err // as a system call has it
	}
	return copy(p, next.text), next.err
}

func TestReadHead(t *testing.T) {
	broken := errors.New("broken")
	for name, test := range map[string]struct {
		reads reads
		want  string
		err   error
	}{
		"all at once":             {reads{{"0123456789", nil}}, "01234567", nil},
		"in parts":                {reads{{"012", nil}, {"3456", nil}, {"789", nil}}, "01234567", nil},
		"with io.EOF":             {reads{{"012", io.EOF}}, "012", nil},
		"io.EOF alone":            {reads{{"", io.EOF}}, "", nil},
		"as the kernel says it":   {reads{{"012", nil}, {"", nil}}, "012", nil},
		"an error":                {reads{{"", broken}}, "", broken},
		"an error after a part":   {reads{{"012", nil}, {"", broken}}, "012", broken},
		"full, so no error to be": {reads{{"01234567", nil}, {"", broken}}, "01234567", nil},
	} {
		t.Run(name, func(t *testing.T) {
			head := make([]byte, 8)
			n, err := readHead(test.reads.read, head)
			if string(head[:n]) != test.want || !errors.Is(err, test.err) {
				t.Errorf("%q, %v", head[:n], err)
			}
		})
	}
}

func TestOverlapsAreNotedAtTheNearestRoot(t *testing.T) {
	folder := tree(t, "a/b/c/d.db", "ab/e.db")
	at := func(path string) string { return filepath.Join(folder, filepath.FromSlash(path)) }
	roots, problems := resolveRoots([]string{at("a/b/c/d.db"), at("a"), at("a/b"), at("ab"), at("a/../a")})
	if len(problems) > 0 || len(roots) != 4 {
		t.Fatalf("%v, %v", roots, problems)
	}
	want := map[string][]string{at("a"): {at("a/b")}, at("a/b"): {at("a/b/c/d.db")}}
	for _, root := range roots {
		if got := slices.Collect(maps.Keys(root.others)); !slices.Equal(got, want[root.shown]) {
			t.Errorf("%s leaves out %q", root.shown, got)
		}
	}
}
