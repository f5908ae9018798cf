package glob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/glob"
)

func set(t *testing.T, patterns ...string) *glob.Set {
	t.Helper()
	var set glob.Set
	for _, pattern := range patterns {
		if err := set.Add(pattern); err != nil {
			t.Fatalf("%q: %v", pattern, err)
		}
	}
	return &set
}

// excluded asks as a walk of /top does; a path that ends in a slash is a
// folder's.
func excluded(set *glob.Set, below string) bool {
	isFolder := strings.HasSuffix(below, "/")
	below = strings.TrimSuffix(below, "/")
	name := below[strings.LastIndexByte(below, '/')+1:]
	return set.MatchesName(name, isFolder) || set.MatchesPath("/top/"+below, "/"+below, isFolder)
}

func TestPatterns(t *testing.T) {
	for pattern, test := range map[string]struct{ yes, no []string }{
		"a.db":                 {[]string{"a.db", "x/a.db", "x/y/a.db/"}, []string{"b.db", "xa.db", "a.db.x", "A.db"}},
		"*.db":                 {[]string{"a.db", ".db", "x/b.db"}, []string{"a.dbx", "db", "x.db/a"}},
		"a?c":                  {[]string{"abc", "a.c", "a日c"}, []string{"ac", "abbc"}},
		"[a-c]x":               {[]string{"ax", "cx"}, []string{"dx", "x"}},
		"[^a]x":                {[]string{"bx"}, []string{"ax"}},
		"[!a]x":                {[]string{"bx", "!x"}, []string{"ax"}},
		"[!a-c]*":              {[]string{"d.db", "!"}, []string{"a.db", "c"}},
		"[a!]x":                {[]string{"ax", "!x"}, []string{"bx"}},
		"[]a]x":                {[]string{"]x", "ax"}, []string{"bx", "]a]x"}},
		"[!]a]x":               {[]string{"bx"}, []string{"]x", "ax"}},
		"[^]a]x":               {[]string{"bx"}, []string{"]x", "ax"}},
		"[-a]x":                {[]string{"-x", "ax"}, []string{"bx"}},
		"[!a-]x":               {[]string{"bx"}, []string{"-x", "ax"}},
		`[\]\!]x`:              {[]string{"]x", "!x"}, []string{`\x`, "ax"}},
		`\[!a]`:                {[]string{"[!a]"}, []string{"b", "[b"}},
		"sub/[!a]*/[]x]":       {[]string{"sub/b/x", "sub/b/]"}, []string{"sub/a/x", "sub/b/y"}},
		"a]":                   {[]string{"a]"}, []string{"a"}},
		`\*`:                   {[]string{"*", "x/*"}, []string{"a"}},
		"日*":                   {[]string{"日本"}, []string{"本日"}},
		"node/":                {[]string{"node/", "x/node/"}, []string{"node", "x/node"}},
		"*s/":                  {[]string{"logs/"}, []string{"logs"}},
		"build/cache":          {[]string{"build/cache", "build/cache/"}, []string{"x/build/cache", "cache", "build", "build/cache/a"}},
		"build/*":              {[]string{"build/a", "build/.b"}, []string{"build", "build/a/b", "x/build/a"}},
		"build/*/":             {[]string{"build/a/"}, []string{"build/a"}},
		"**/cache":             {[]string{"cache", "x/cache", "x/y/cache"}, []string{"xcache", "cache/a"}},
		"**/cache/*.bin":       {[]string{"cache/a.bin", "x/cache/a.bin"}, []string{"x/cache/y/a.bin", "a.bin"}},
		"a/**":                 {[]string{"a/b", "a/b/c", "a"}, []string{"b/a"}},
		"a/**/z":               {[]string{"a/z", "a/b/z", "a/b/c/z"}, []string{"z", "a/b", "x/a/z"}},
		"**/a/**/b":            {[]string{"a/b", "x/a/y/a/b", "a/x/y/b"}, []string{"b/a", "a/x"}},
		"/top/a":               {[]string{"a", "a/"}, []string{"x/a", "top/a", "b"}},
		"/top/*/b":             {[]string{"a/b"}, []string{"b", "a/c/b"}},
		"/**/b":                {[]string{"b", "a/b"}, []string{"a"}},
		"/top/a/":              {[]string{"a/"}, []string{"a"}},
		"/other":               {nil, []string{"a", "other"}},
		"\xe9*":                {[]string{"\xe9.db"}, []string{"e.db"}},
		"**":                   {[]string{"a", "b/c"}, nil},
		strings.Repeat("a", 9): {[]string{"aaaaaaaaa"}, []string{"aaaaaaaa"}},
	} {
		t.Run(pattern, func(t *testing.T) {
			set := set(t, pattern)
			for _, path := range test.yes {
				if !excluded(set, path) {
					t.Errorf("%q is not left out", path)
				}
			}
			for _, path := range test.no {
				if excluded(set, path) {
					t.Errorf("%q is left out", path)
				}
			}
		})
	}
}

func TestSeveralPatternsLeaveOutWhatAnyOfThemDoes(t *testing.T) {
	set := set(t, "a", "*.b", "c/d", "/top/e")
	for _, path := range []string{"a", "x.b", "c/d", "e"} {
		if !excluded(set, path) {
			t.Errorf("%q is not left out", path)
		}
	}
	if excluded(set, "c") || excluded(set, "d") {
		t.Error("too much is left out")
	}
}

func TestWhatIsNoPattern(t *testing.T) {
	for _, pattern := range []string{"", "/", "//", "[", "a[", "[]", "[!]", "[^]", "[!", `[a\]`, "[b-a", "[a--", `a\`, "a/[b", "a//b", "./a", "a/..", "../a", ".", "a/./b"} {
		if err := new(glob.Set).Add(pattern); err == nil {
			t.Errorf("%q is taken", pattern)
		}
	}
}

func TestWithoutPatternsNothingIsLeftOut(t *testing.T) {
	var none *glob.Set
	if !none.Empty() || none.HasPaths() || !new(glob.Set).Empty() {
		t.Error("there are patterns")
	}
	if set := set(t, "a"); set.Empty() || set.HasPaths() {
		t.Error("a name is no path, but a pattern")
	}
	if set := set(t, "a/b"); set.Empty() || !set.HasPaths() {
		t.Error("a path is a pattern")
	}
}

// TestManyStarsEnd would not end in a year if each ** were tried with each
// number of folders.
func TestManyStarsEnd(t *testing.T) {
	set := set(t, strings.Repeat("**/a/", 40)+"b")
	done := make(chan bool)
	go func() { done <- excluded(set, strings.Repeat("a/", 200)+"c") }()
	select {
	case got := <-done:
		if got {
			t.Error("it matched")
		}
	case <-time.After(time.Minute):
		t.Fatal("it takes too long")
	}
}

func FuzzPatternsNeverPanic(f *testing.F) {
	f.Add("**/[a-z]*/x?", "a/b/xc")
	f.Add(`\`, "/")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		var set glob.Set
		if set.Add(pattern) == nil {
			excluded(&set, path)
			if set.Empty() {
				t.Errorf("%q was taken and is not there", pattern)
			}
		}
	})
}
