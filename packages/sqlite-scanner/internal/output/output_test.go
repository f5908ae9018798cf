package output_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// write writes all of a scan.
func write(t *testing.T, format output.Format, fields output.Fields, entries ...scan.Entry) string {
	t.Helper()
	var got strings.Builder
	w := output.New(format, &got, fields)
	err := w.Begin()
	for _, entry := range entries {
		err = errors.Join(err, w.Entry(entry))
	}
	if err = errors.Join(err, w.End()); err != nil {
		t.Fatal(err)
	}
	return got.String()
}

var (
	plain   = output.Fields{}
	sizes   = output.Fields{Size: true}
	details = output.Fields{Details: true}
)

func number(n int64) *int64 { return &n }

func TestEachFormatToTheByte(t *testing.T) {
	one := scan.Entry{Path: "/one.db", Size: 4096}
	two := scan.Entry{Path: "/a \"b\"\n\\c", Size: 1 << 40}
	full := scan.Entry{Path: "/one.db", Size: 8192, Details: &header.Details{
		PageSize: number(4096), PageCount: number(2), FreelistCount: 1, Encoding: "UTF-8", JournalMode: "wal",
		UserVersion: -3, ApplicationID: 1196444487, SchemaVersion: 5, SchemaFormat: 4, SQLiteVersion: "3.46.1",
	}}
	empty := scan.Entry{Path: "/two.db", Details: &header.Details{}}
	none := scan.Entry{Path: "/cut.db"}
	fullObject := `{"page_size": 4096, "page_count": 2, "freelist_count": 1, "encoding": "UTF-8", "journal_mode": "wal", ` +
		`"user_version": -3, "application_id": 1196444487, "schema_version": 5, "schema_format": 4, "sqlite_version": "3.46.1"}`
	emptyObject := `{"page_size": null, "page_count": null, "freelist_count": 0, "encoding": null, "journal_mode": null, ` +
		`"user_version": 0, "application_id": 0, "schema_version": 0, "schema_format": 0, "sqlite_version": null}`
	for name, test := range map[string]struct {
		format  output.Format
		fields  output.Fields
		entries []scan.Entry
		want    string
	}{
		"text, none":       {output.Text, plain, nil, ""},
		"text":             {output.Text, plain, []scan.Entry{one, two}, "/one.db\n/a \"b\"\n\\c\n"},
		"text, with sizes": {output.Text, sizes, []scan.Entry{one, two}, "/one.db (4096 bytes)\n/a \"b\"\n\\c (1099511627776 bytes)\n"},
		"JSON, none":       {output.JSON, plain, nil, "{\n  \"entries\": [\n  ]\n}\n"},
		"JSON, one": {
			output.JSON, plain, []scan.Entry{one},
			"{\n  \"entries\": [\n    {\n      \"path\": \"/one.db\"\n    }\n  ]\n}\n",
		},
		"JSON, two, with sizes": {
			output.JSON, sizes, []scan.Entry{one, two},
			"{\n  \"entries\": [\n    {\n      \"path\": \"/one.db\",\n      \"size\": 4096\n    }," +
				"\n    {\n      \"path\": \"/a \\\"b\\\"\\n\\\\c\",\n      \"size\": 1099511627776\n    }\n  ]\n}\n",
		},
		"lines, none": {output.JSONLines, plain, nil, ""},
		"lines": {
			output.JSONLines, plain, []scan.Entry{one, two},
			"{\"path\": \"/one.db\"}\n{\"path\": \"/a \\\"b\\\"\\n\\\\c\"}\n",
		},
		"lines, with sizes": {
			output.JSONLines, sizes, []scan.Entry{one},
			"{\"path\": \"/one.db\", \"size\": 4096}\n",
		},
		"bytes that are not UTF-8": {
			output.JSONLines, plain, []scan.Entry{{Path: "/\xe9\xff.db"}},
			"{\"path\": \"/\ufffd\ufffd.db\", \"path_bytes\": \"L+n/LmRi\"}\n",
		},
		"NUL":             {output.TextNUL, plain, []scan.Entry{one, two}, "/one.db\x00/a \"b\"\n\\c\x00"},
		"NUL, with sizes": {output.TextNUL, sizes, []scan.Entry{one}, "/one.db (4096 bytes)\x00"},
		"text, with details": {
			output.Text, details, []scan.Entry{full, empty, none},
			"/one.db (page size 4096, 2 pages, 1 free, UTF-8, wal, user version -3, application id 1196444487, " +
				"schema version 5, schema format 4, SQLite 3.46.1)\n" +
				"/two.db (0 free, user version 0, application id 0, schema version 0, schema format 0)\n" +
				"/cut.db (header cut short)\n",
		},
		"text, with all": {
			output.Text, output.Fields{Size: true, Details: true}, []scan.Entry{none},
			"/cut.db (0 bytes, header cut short)\n",
		},
		"lines, with details": {
			output.JSONLines, details, []scan.Entry{full, empty, none},
			`{"path": "/one.db", "details": ` + fullObject + "}\n" +
				`{"path": "/two.db", "details": ` + emptyObject + "}\n" +
				`{"path": "/cut.db", "details": null}` + "\n",
		},
		"JSON, with all": {
			output.JSON, output.Fields{Size: true, Details: true}, []scan.Entry{full},
			"{\n  \"entries\": [\n    {\n      \"path\": \"/one.db\",\n      \"size\": 8192,\n      \"details\": " +
				fullObject + "\n    }\n  ]\n}\n",
		},
		"a size of nothing is there still": {
			output.JSONLines, sizes, []scan.Entry{{Path: "/a"}},
			"{\"path\": \"/a\", \"size\": 0}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := write(t, test.format, test.fields, test.entries...); got != test.want {
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
		type written struct {
			Path      string `json:"path"`
			PathBytes []byte `json:"path_bytes"`
			Size      int64  `json:"size"`
		}
		var document struct{ Entries []written }
		if err := json.Unmarshal([]byte(write(t, output.JSON, sizes, entries...)), &document); err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(write(t, output.JSONLines, sizes, entries...), "\n")
		if len(document.Entries) != 2 || len(lines) != 3 || lines[2] != "" {
			t.Fatalf("two entries became %v and %q", document.Entries, lines)
		}
		for i, entry := range entries {
			var line written
			if err := json.Unmarshal([]byte(lines[i]), &line); err != nil {
				t.Fatal(err)
			}
			for _, got := range []written{line, document.Entries[i]} {
				name := got.Path
				if got.PathBytes != nil {
					name = string(got.PathBytes)
				}
				if name != entry.Path || got.Size != entry.Size || got.Path != string([]rune(entry.Path)) {
					t.Errorf("%+v became %+v", entry, got)
				}
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
	for _, format := range []output.Format{output.Text, output.TextNUL, output.JSON, output.JSONLines} {
		for _, fields := range []output.Fields{plain, sizes, details} {
			t.Run(fmt.Sprint(format, fields), func(t *testing.T) {
				disk := fullAfter(1)
				w := output.New(format, &disk, fields)
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
