package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// trouble is a disk with faults, and a record of its use.
type trouble struct {
	disk
	root string

	// Faults by path below root: on opening a folder, on reading on in one
	// after its first items, on probing a file.
	onOpen, onRead, onProbe map[string]error

	// limit is what openFiles returns, if not 0.
	limit int

	mu      sync.Mutex
	probed  []string
	opened  atomic.Int32 // folders open now
	ever    atomic.Int32 // folders opened ever
	most    atomic.Int32 // folders open at a time
	madeUps map[string]bool
	devices map[string]uint64 // of folders, where they differ from the disk's

	// twins are, by path below root, files and folders that are said to be the
	// same as others, as they are where large and small letters are alike.
	twins map[string]identity
}

func (s *trouble) relative(path string) string {
	below, err := filepath.Rel(s.root, path)
	if err != nil {
		panic(err)
	}
	return filepath.ToSlash(below)
}

func (s *trouble) openFiles() int {
	if s.limit != 0 {
		return s.limit
	}
	return s.disk.openFiles()
}

func (s *trouble) madeUp(path string) bool { return s.madeUps[s.relative(path)] }

func (s *trouble) open(path string, follow bool) (folder, error) {
	return s.troubled(path, func() (folder, error) { return s.disk.open(path, follow) })
}

func (s *trouble) troubled(path string, open func() (folder, error)) (folder, error) {
	if err := s.onOpen[s.relative(path)]; err != nil {
		return nil, err
	}
	opened, err := open()
	if err != nil {
		return nil, err
	}
	s.ever.Add(1)
	if now := s.opened.Add(1); now > s.most.Load() {
		s.most.Store(now)
	}
	return &troubledFolder{folder: opened, of: s, path: path}, nil
}

func (s *trouble) probe(path string, ask ask, into *head) (answer, error) {
	if err := s.note(path); err != nil {
		return answer{}, err
	}
	return s.disk.probe(path, ask, into)
}

// note writes down that a file was looked at, and returns its fault.
func (s *trouble) note(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.probed = append(s.probed, s.relative(path))
	return s.onProbe[s.relative(path)]
}

type troubledFolder struct {
	folder
	of     *trouble
	path   string
	closed atomic.Bool
}

func (f *troubledFolder) mustBeOpen() {
	if f.closed.Load() {
		panic(f.path + " was used after it was closed")
	}
}

func (f *troubledFolder) open(name string, follow bool) (folder, error) {
	f.mustBeOpen()
	return f.of.troubled(filepath.Join(f.path, name), func() (folder, error) { return f.folder.open(name, follow) })
}

func (f *troubledFolder) read(into *batch) (bool, error) {
	f.mustBeOpen()
	more, err := f.folder.read(into)
	if fault := f.of.onRead[f.of.relative(f.path)]; fault != nil {
		return false, fault
	}
	return more, err
}

func (f *troubledFolder) identity() identity {
	if twin, ok := f.of.twins[f.of.relative(f.path)]; ok {
		return twin
	}
	id := f.folder.identity()
	if device, set := f.of.devices[f.of.relative(f.path)]; set {
		id.device = device
	}
	return id
}

func (f *troubledFolder) madeUp() bool { return f.of.madeUps[f.of.relative(f.path)] }

func (f *troubledFolder) probe(name []byte, ask ask, into *head) (answer, error) {
	f.mustBeOpen()
	if err := f.of.note(filepath.Join(f.path, string(name))); err != nil {
		return answer{}, err
	}
	got, err := f.folder.probe(name, ask, into)
	if twin, ok := f.of.twins[f.of.relative(filepath.Join(f.path, string(name)))]; ok && ask.identity {
		got.identity = twin
	}
	return got, err
}

func (f *troubledFolder) close() {
	if f.closed.Swap(true) {
		panic(f.path + " was closed twice")
	}
	f.of.opened.Add(-1)
	f.folder.close()
}

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

func TestARootThatVanishesInMidWalkIsNoWarning(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		broken := &trouble{disk: disk, root: folder, onOpen: map[string]error{".": syscall.ENOENT}}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: broken}).check(t, nil, nil)
		broken = &trouble{disk: disk, root: folder, onProbe: map[string]error{"a.db": syscall.ENOENT}}
		scanAll(t, folder, Config{Roots: []string{filepath.Join(folder, "a.db")}, disk: broken}).check(t, nil, nil)
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
				t.Skip("this system does not say which file it is: ", err)
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

func TestAHardLinkIsAFileOfItsOwn(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		folder := tree(t, "a.db")
		if err := os.Link(filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")); err != nil {
			t.Skip("no hard links here: ", err)
		}
		want := []string{"a.db", "b.db"}
		scanAll(t, folder, Config{Roots: []string{folder}, disk: disk}).check(t, want, nil)
		roots := []string{filepath.Join(folder, "a.db"), filepath.Join(folder, "b.db")}
		scanAll(t, folder, Config{Roots: roots, disk: disk}).check(t, want, nil)
	})
}

func TestAStoppedScanEndsThoughNobodyReads(t *testing.T) {
	onEachDisk(t, func(t *testing.T, disk disk) {
		const folders = 2 * eventBuffer
		var names []string
		for i := range folders {
			names = append(names, fmt.Sprintf("%d/a.db", i))
		}
		folder := tree(t, names...)
		broken := &trouble{disk: disk, root: folder}
		ctx, stop := context.WithCancel(t.Context())
		s := newScanner(ctx, Config{Workers: 1, disk: broken})
		ended := make(chan struct{})
		go func() {
			s.run([]string{folder})
			close(ended)
		}()
		<-s.events // it is under way, and must soon wait: more is found than fits
		stop()
		<-ended
		if open := broken.opened.Load(); open != 0 {
			t.Errorf("%d folders were left open", open)
		}
		if opened := broken.ever.Load(); opened >= folders {
			t.Errorf("it went on to open %d folders", opened)
		}
	})
}

func TestAnEventThatNobodyTakesHoldsUpNoStoppedScan(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	s := newScanner(ctx, Config{})
	for range eventBuffer {
		s.emit(Event{})
	}
	stop()
	s.emit(Event{}) // there is no room: it would wait for ever
}

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
