// Package output writes databases as they are found, in the three shapes of
// sqlite-scanner: text for people, one JSON document, or JSON lines.
package output

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// Format is the shape of the output.
type Format int

const (
	// Text is one path a line, its bytes as they are on disk.
	Text Format = iota

	// JSON is one document for the whole scan: {"entries": [{"path": …}, …]}.
	JSON

	// JSONLines is one JSON object a line for each database.
	JSONLines
)

// Writer writes the entries of one scan: Begin once, Entry for each, End once.
// What Begin, all of Entry and End wrote is complete; a JSON document is valid
// with any number of entries, none too.
type Writer interface {
	Begin() error
	Entry(entry scan.Entry) error
	End() error
}

// New returns the Writer of a format, writing to w. With size set each entry
// has its size in bytes.
func New(format Format, w io.Writer, size bool) Writer {
	switch format {
	case JSON:
		return &document{w: w, size: size}
	case JSONLines:
		return lines{w: w, size: size}
	default:
		return text{w: w, size: size}
	}
}

type text struct {
	w    io.Writer
	size bool
}

func (text) Begin() error { return nil }
func (text) End() error   { return nil }

func (t text) Entry(entry scan.Entry) (err error) {
	if t.size {
		_, err = fmt.Fprintf(t.w, "%s (%d bytes)\n", entry.Path, entry.Size)
	} else {
		_, err = io.WriteString(t.w, entry.Path+"\n")
	}
	return err
}

type document struct {
	w       io.Writer
	size    bool
	started bool
}

func (d *document) Begin() error {
	_, err := io.WriteString(d.w, "{\n  \"entries\": [")
	return err
}

func (d *document) Entry(entry scan.Entry) error {
	path, err := quote(entry.Path)
	if err != nil {
		return err
	}
	comma := ","
	if !d.started {
		comma = ""
		d.started = true
	}
	if d.size {
		_, err = fmt.Fprintf(d.w, "%s\n    {\n      \"path\": %s,\n      \"size\": %d\n    }", comma, path, entry.Size)
	} else {
		_, err = fmt.Fprintf(d.w, "%s\n    {\n      \"path\": %s\n    }", comma, path)
	}
	return err
}

func (d *document) End() error {
	_, err := io.WriteString(d.w, "\n  ]\n}\n")
	return err
}

type lines struct {
	w    io.Writer
	size bool
}

func (lines) Begin() error { return nil }
func (lines) End() error   { return nil }

func (l lines) Entry(entry scan.Entry) error {
	path, err := quote(entry.Path)
	if err != nil {
		return err
	}
	if l.size {
		_, err = fmt.Fprintf(l.w, "{\"path\": %s, \"size\": %d}\n", path, entry.Size)
	} else {
		_, err = fmt.Fprintf(l.w, "{\"path\": %s}\n", path)
	}
	return err
}

// quote writes a path as a JSON string. Each byte that is not UTF-8 becomes
// U+FFFD, as in sqlite-scanner 0.1.1. Going by way of runes does that: what
// package json writes for such bytes is not the same in all versions of Go.
func quote(path string) ([]byte, error) {
	if !utf8.ValidString(path) {
		path = string([]rune(path))
	}
	return json.Marshal(path)
}
