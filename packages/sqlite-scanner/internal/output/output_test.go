package output_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// write writes all of a scan.
func write(t *testing.T, format output.Format, size bool, entries ...scan.Entry) string {
	t.Helper()
	var got strings.Builder
	w := output.New(format, &got, size)
	err := w.Begin()
	for _, entry := range entries {
		err = errors.Join(err, w.Entry(entry))
	}
	if err = errors.Join(err, w.End()); err != nil {
		t.Fatal(err)
	}
	return got.String()
}

func TestEachFormatToTheByte(t *testing.T) {
	one := scan.Entry{Path: "/one.db", Size: 4096}
	two := scan.Entry{Path: "/a \"b\"\n\\c", Size: 1 << 40}
	for name, test := range map[string]struct {
		format  output.Format
		size    bool
		entries []scan.Entry
		want    string
	}{
		"text, none":       {output.Text, false, nil, ""},
		"text":             {output.Text, false, []scan.Entry{one, two}, "/one.db\n/a \"b\"\n\\c\n"},
		"text, with sizes": {output.Text, true, []scan.Entry{one, two}, "/one.db (4096 bytes)\n/a \"b\"\n\\c (1099511627776 bytes)\n"},
		"JSON, none":       {output.JSON, false, nil, "{\n  \"entries\": [\n  ]\n}\n"},
		"JSON, one": {
			output.JSON, false, []scan.Entry{one},
			"{\n  \"entries\": [\n    {\n      \"path\": \"/one.db\"\n    }\n  ]\n}\n",
		},
		"JSON, two, with sizes": {
			output.JSON, true, []scan.Entry{one, two},
			"{\n  \"entries\": [\n    {\n      \"path\": \"/one.db\",\n      \"size\": 4096\n    }," +
				"\n    {\n      \"path\": \"/a \\\"b\\\"\\n\\\\c\",\n      \"size\": 1099511627776\n    }\n  ]\n}\n",
		},
		"lines, none": {output.JSONLines, false, nil, ""},
		"lines": {
			output.JSONLines, false, []scan.Entry{one, two},
			"{\"path\": \"/one.db\"}\n{\"path\": \"/a \\\"b\\\"\\n\\\\c\"}\n",
		},
		"lines, with sizes": {
			output.JSONLines, true, []scan.Entry{one},
			"{\"path\": \"/one.db\", \"size\": 4096}\n",
		},
		"bytes that are not UTF-8": {
			output.JSONLines, false, []scan.Entry{{Path: "/\xe9\xff.db"}},
			"{\"path\": \"/\ufffd\ufffd.db\"}\n",
		},
		"a size of nothing is there still": {
			output.JSONLines, true, []scan.Entry{{Path: "/a"}},
			"{\"path\": \"/a\", \"size\": 0}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := write(t, test.format, test.size, test.entries...); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func FuzzJSONIsValidWhateverThePath(f *testing.F) {
	f.Add("/plain", "/\xff\xfe")
	f.Add("/\x00\x1f\u2028</script>", "")
	f.Fuzz(func(t *testing.T, one, two string) {
		entries := []scan.Entry{{Path: one, Size: 1}, {Path: two, Size: 2}}
		var document struct{ Entries []scan.Entry }
		if err := json.Unmarshal([]byte(write(t, output.JSON, true, entries...)), &document); err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(write(t, output.JSONLines, true, entries...), "\n")
		if len(document.Entries) != 2 || len(lines) != 3 || lines[2] != "" {
			t.Fatalf("two entries became %v and %q", document.Entries, lines)
		}
		for i, entry := range entries {
			var line scan.Entry
			if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
				t.Fatal(err)
			}
			entry.Path = string([]rune(entry.Path))
			if got := document.Entries[i]; got != entry || line != entry {
				t.Errorf("%q became %q and %q", entry, got, line)
			}
		}
	})
}

// fullAfter is a disk with room for a few writes more.
type fullAfter int

var errFull = errors.New("no room")

func (f *fullAfter) Write(p []byte) (int, error) {
	if *f--; *f < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestErrorsOfTheDiskAreReturned(t *testing.T) {
	for _, format := range []output.Format{output.Text, output.JSON, output.JSONLines} {
		for _, size := range []bool{false, true} {
			t.Run(fmt.Sprint(format, size), func(t *testing.T) {
				disk := fullAfter(1)
				w := output.New(format, &disk, size)
				err := w.Begin()
				for range 2 {
					err = errors.Join(err, w.Entry(scan.Entry{Path: "/a"}))
				}
				if !errors.Is(err, errFull) {
					t.Errorf("the error was lost: %v", err)
				}
				if err := w.End(); format == output.JSON && !errors.Is(err, errFull) {
					t.Errorf("the error of End was lost: %v", err)
				}
			})
		}
	}
}
