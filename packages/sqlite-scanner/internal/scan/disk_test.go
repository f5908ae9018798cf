package scan

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"testing"
)

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
