// Package output writes databases as they are found, in the shapes of
// sqlite-scanner: text for people, one JSON document, or JSON lines.
package output

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// Format is the shape of the output.
type Format int

const (
	// Text is one path a line, its bytes as they are on disk.
	Text Format = iota

	// TextNUL is Text with a NUL, which no path has in it, where lines end.
	TextNUL

	// JSON is one document for the whole scan: {"entries": [{"path": …}, …]}.
	JSON

	// JSONLines is one JSON object a line for each database.
	JSONLines
)

// Fields are what is written of an entry besides its path.
type Fields struct {
	Size    bool // its size in bytes
	Details bool // what its header says
}

// Writer writes the entries of one scan: Begin once, Entry for each, End once.
// What Begin, all of Entry and End wrote is complete; a JSON document is valid
// with any number of entries, none too.
type Writer interface {
	Begin() error
	Entry(entry scan.Entry) error
	End() error
}

// New returns the Writer of a format, writing to w.
func New(format Format, w io.Writer, fields Fields) Writer {
	switch format {
	case JSON:
		return &document{w: w, fields: fields}
	case JSONLines:
		return lines{w: w, fields: fields}
	case TextNUL:
		return text{w: w, fields: fields, end: "\x00"}
	default:
		return text{w: w, fields: fields, end: "\n"}
	}
}

type text struct {
	w      io.Writer
	fields Fields
	end    string
}

func (text) Begin() error { return nil }
func (text) End() error   { return nil }

func (t text) Entry(entry scan.Entry) error {
	var notes []string
	if t.fields.Size {
		notes = append(notes, strconv.FormatInt(entry.Size, 10)+" bytes")
	}
	if t.fields.Details {
		notes = append(notes, inWords(entry.Details)...)
	}
	line := entry.Path
	if len(notes) > 0 {
		line += " (" + strings.Join(notes, ", ") + ")"
	}
	_, err := io.WriteString(t.w, line+t.end)
	return err
}

type document struct {
	w       io.Writer
	fields  Fields
	started bool
}

func (d *document) Begin() error {
	_, err := io.WriteString(d.w, "{\n  \"entries\": [")
	return err
}

func (d *document) Entry(entry scan.Entry) error {
	between := ",\n    {\n      "
	if !d.started {
		between = between[1:]
		d.started = true
	}
	inside := strings.Join(members(entry, d.fields), ",\n      ")
	_, err := io.WriteString(d.w, between+inside+"\n    }")
	return err
}

func (d *document) End() error {
	_, err := io.WriteString(d.w, "\n  ]\n}\n")
	return err
}

type lines struct {
	w      io.Writer
	fields Fields
}

func (lines) Begin() error { return nil }
func (lines) End() error   { return nil }

func (l lines) Entry(entry scan.Entry) error {
	_, err := io.WriteString(l.w, object(members(entry, l.fields))+"\n")
	return err
}

// members are an entry's members as JSON has them.
func members(entry scan.Entry, fields Fields) []string {
	all := []string{member("path", quoted(entry.Path))}
	if !utf8.ValidString(entry.Path) {
		all = append(all, member("path_bytes", quoted(base64.StdEncoding.EncodeToString([]byte(entry.Path)))))
	}
	if fields.Size {
		all = append(all, member("size", strconv.FormatInt(entry.Size, 10)))
	}
	if fields.Details {
		all = append(all, member("details", asObject(entry.Details)))
	}
	return all
}

func member(name, value string) string {
	return `"` + name + `": ` + value
}

func object(members []string) string {
	return "{" + strings.Join(members, ", ") + "}"
}

// quoted writes a string as JSON. Each byte that is not UTF-8 becomes U+FFFD, as
// in sqlite-scanner 0.1.1. Going by way of runes does that: what package json
// writes for such bytes is not the same in all versions of Go.
func quoted(text string) string {
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	json, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string has nothing that could fail
	}
	return string(json)
}
