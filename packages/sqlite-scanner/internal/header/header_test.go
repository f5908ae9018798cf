package header_test

import (
	"strings"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

func TestIsDatabase(t *testing.T) {
	for name, test := range map[string]struct {
		head string
		want bool
	}{
		"the header alone":        {"SQLite format 3\x00", true},
		"the header and a page":   {"SQLite format 3\x00\x10\x00\x01\x01", true},
		"nothing":                 {"", false},
		"one byte short":          {"SQLite format 3", false},
		"no NUL at the end":       {"SQLite format 3 ", false},
		"another version":         {"SQLite format 2\x00", false},
		"lower case":              {"sqlite format 3\x00", false},
		"the header further on":   {"\x00SQLite format 3\x00", false},
		"an SQLite 2 file":        {"** This file contains an SQLite 2.1 database **", false},
		"a text that mentions it": {"SQLite format 3 is a file format", false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := header.IsDatabase([]byte(test.head)); got != test.want {
				t.Errorf("IsDatabase(%q) = %t", test.head, got)
			}
		})
	}
}

func FuzzIsDatabaseLooksAtTheFirstSixteenBytesOnly(f *testing.F) {
	f.Add([]byte(header.Magic))
	f.Add([]byte("SQLite format 3"))
	f.Fuzz(func(t *testing.T, head []byte) {
		if got, want := header.IsDatabase(head), strings.HasPrefix(string(head), header.Magic); got != want {
			t.Errorf("IsDatabase(%q) = %t", head, got)
		}
	})
}
