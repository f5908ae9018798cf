package twins

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFilesWithTheSameContentAreFound(t *testing.T) {
	folder := t.TempDir()
	second := write(t, filepath.Join(folder, "b", "second"), "same")
	first := write(t, filepath.Join(folder, "a", "first"), "same")
	write(t, filepath.Join(folder, "third"), "not the same")
	write(t, filepath.Join(folder, "fourth"), "diff")
	groups, errs := Find([]string{folder, filepath.Join(folder, "a")}, 1)
	if len(errs) > 0 || len(groups) != 1 || groups[0].Size != 4 {
		t.Fatalf("got %v, %v", groups, errs)
	}
	if !slices.Equal(groups[0].Paths, []string{first, second}) {
		t.Errorf("got %v", groups[0].Paths)
	}
}

func TestAHardLinkIsNoTwin(t *testing.T) {
	folder := t.TempDir()
	file := write(t, filepath.Join(folder, "file"), "same")
	if err := os.Link(file, filepath.Join(folder, "link")); err != nil {
		t.Skip(err)
	}
	if groups, errs := Find([]string{folder}, 1); len(groups)+len(errs) > 0 {
		t.Errorf("got %v, %v", groups, errs)
	}
}

func TestWhatCannotBeReadIsTold(t *testing.T) {
	groups, errs := Find([]string{filepath.Join(t.TempDir(), "missing")}, 1)
	if len(groups) != 0 || len(errs) != 1 {
		t.Errorf("got %v, %v", groups, errs)
	}
}
