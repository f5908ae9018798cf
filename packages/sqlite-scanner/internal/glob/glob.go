// Package glob decides which names and paths --exclude leaves out.
package glob

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Set is a number of patterns. The zero Set matches nothing.
//
// A pattern without a slash matches a name, in whatever folder. One that begins
// like an absolute path matches absolute paths, any other with a slash matches
// paths as seen from where the search began. A slash at the end lets a pattern
// match folders only. In a pattern * and ? stand for any characters and for any
// one but a slash, [a-z] for one of several, [!a-z] for any other, \ takes the meaning from the next
// character (not on Windows, where it is a slash), and ** between slashes
// stands for any number of folders, none too.
type Set struct {
	literal []pattern // names without anything special in them
	names   []pattern
	paths   []pattern
}

type pattern struct {
	parts    []string // one for a name; of a path, those between the slashes
	absolute bool
	folders  bool
}

// Add adds a pattern.
//
// The error says what is wrong with it.
func (s *Set) Add(text string) error {
	slashed := filepath.ToSlash(text)
	trimmed := strings.TrimRight(slashed, "/")
	if trimmed == "" {
		return errors.New("matches nothing")
	}
	p := pattern{folders: trimmed != slashed, absolute: isAbsolute(trimmed)}
	p.parts = strings.Split(strings.TrimPrefix(trimmed, "/"), "/")
	for i, part := range p.parts {
		if part == "" || part == "." || part == ".." {
			return fmt.Errorf("has %q between slashes, which no path has", part)
		}
		p.parts[i] = asGo(part)
		if _, err := path.Match(p.parts[i], ""); err != nil {
			return errors.New("has a [ or a \\ that nothing ends")
		}
	}
	switch {
	case p.absolute || len(p.parts) > 1:
		s.paths = append(s.paths, p)
	case strings.ContainsAny(trimmed, `*?[\`):
		s.names = append(s.names, p)
	default:
		s.literal = append(s.literal, p)
	}
	return nil
}

// asGo writes a pattern of a shell's as path.Match has it, where the two differ
// in what stands between [ and ]: ! in front is ^ there; and ] in front, and -
// at either end, stand for themselves, as POSIX has it (XCU 2.14.1, and the
// bracket expressions of XBD 9.3.5).
func asGo(part string) string {
	var text strings.Builder
	for rest := part; rest != ""; {
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			text.WriteString(rest[:2])
			rest = rest[2:]
		case rest[0] == '[':
			text.WriteByte('[')
			rest = bracket(&text, rest[1:])
		default:
			text.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	return text.String()
}

// bracket writes what follows a [, with its ], and returns what is behind it.
func bracket(text *strings.Builder, rest string) string {
	if rest != "" && (rest[0] == '!' || rest[0] == '^') {
		text.WriteByte('^')
		rest = rest[1:]
	}
	for first := true; rest != ""; first = false {
		switch {
		case rest[0] == ']' && !first:
			text.WriteByte(']')
			return rest[1:]
		case rest[0] == '\\' && len(rest) > 1:
			text.WriteByte('\\')
			rest = rest[1:]
		case rest[0] == ']', rest[0] == '-' && (first || strings.HasPrefix(rest, "-]")):
			text.WriteByte('\\')
		}
		text.WriteByte(rest[0])
		rest = rest[1:]
	}
	return ""
}

// isAbsolute reports whether a pattern begins as absolute paths do here.
func isAbsolute(slashed string) bool {
	return slashed[0] == '/' || filepath.IsAbs(filepath.FromSlash(slashed))
}

// Empty reports whether there are no patterns.
func (s *Set) Empty() bool {
	return s == nil || len(s.literal)+len(s.names)+len(s.paths) == 0
}

// MatchesName reports whether a name is left out in whatever folder it is.
func (s *Set) MatchesName(name string, isFolder bool) bool {
	for _, p := range s.literal {
		if p.parts[0] == name && (isFolder || !p.folders) {
			return true
		}
	}
	for _, p := range s.names {
		if matchPart(p.parts[0], name) && (isFolder || !p.folders) {
			return true
		}
	}
	return false
}

// HasPaths reports whether there is any use in asking MatchesPath.
func (s *Set) HasPaths() bool { return s != nil && len(s.paths) > 0 }

// MatchesPath reports whether a path is left out: full is absolute, and below
// is the part of it that comes after where the search began.
func (s *Set) MatchesPath(full, below string, isFolder bool) bool {
	var fullParts, belowParts []string
	for _, p := range s.paths {
		if p.folders && !isFolder {
			continue
		}
		if p.absolute && fullParts == nil {
			fullParts = split(full)
		}
		if !p.absolute && belowParts == nil {
			belowParts = split(below)
		}
		parts := belowParts
		if p.absolute {
			parts = fullParts
		}
		if matchParts(p.parts, parts) {
			return true
		}
	}
	return false
}

func split(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) })
}

// matchParts matches a path part by part. It tries again behind the latest **
// only, so that the time it takes is bounded however many there are.
func matchParts(pattern, parts []string) bool {
	p, at := 0, 0
	star, retry := -1, 0
	for at < len(parts) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, retry = p, at
			p++
		case p < len(pattern) && matchPart(pattern[p], parts[at]):
			p++
			at++
		case star >= 0:
			retry++
			p, at = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

// matchPart matches one name. The pattern is known to be well-formed.
func matchPart(pattern, name string) bool {
	matched, err := path.Match(pattern, name)
	return err == nil && matched
}
