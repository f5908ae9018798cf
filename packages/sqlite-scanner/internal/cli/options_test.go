package cli

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	here := []string{"."}
	for name, test := range map[string]struct {
		args []string
		want options
	}{
		"nothing":             {nil, options{roots: here}},
		"a path":              {[]string{"a"}, options{roots: []string{"a"}}},
		"a flag first":        {[]string{"--size", "a"}, options{roots: []string{"a"}, size: true}},
		"a flag last":         {[]string{"a", "--size"}, options{roots: []string{"a"}, size: true}},
		"a flag between":      {[]string{"a", "--json", "b"}, options{roots: []string{"a", "b"}, json: true}},
		"the next argument":   {[]string{"a", "--workers", "3", "b"}, options{roots: []string{"a", "b"}, workers: 3}},
		"after =":             {[]string{"a", "--workers=3", "b"}, options{roots: []string{"a", "b"}, workers: 3}},
		"twice":               {[]string{"--workers=3", "--workers=4"}, options{roots: here, workers: 4}},
		"a value with =":      {[]string{"--path=a=b"}, options{roots: []string{"a=b"}}},
		"a value like a flag": {[]string{"--path", "--size"}, options{roots: []string{"--size"}}},
		"a value of --":       {[]string{"--path", "--", "--size"}, options{roots: []string{"--"}, size: true}},
		"no value":            {[]string{"--path="}, options{roots: []string{""}}},
		"switched off":        {[]string{"--size", "--size=false"}, options{roots: here}},
		"the end of flags":    {[]string{"--jsonl", "--", "--json", "--", "-h"}, options{roots: []string{"--json", "--", "-h"}, jsonl: true}},
		"the end and no path": {[]string{"--version", "--"}, options{roots: here, version: true}},
		"a dash":              {[]string{"-"}, options{roots: []string{"-"}}},
		"path and a path":     {[]string{"--path", "a", "b"}, options{roots: []string{"b"}}},
		"print0":              {[]string{"--print0"}, options{roots: here, print0: true}},
		"a depth":             {[]string{"--max-depth", "0"}, options{roots: here, maxDepth: new(int)}},
		"all about the walk":  {[]string{"--follow", "--one-file-system", "--stats"}, options{roots: here, follow: true, oneFileSystem: true, stats: true}},
		"details":             {[]string{"--details", "a"}, options{roots: []string{"a"}, details: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parse(test.args); err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("parse(%q) = %+v, %v", test.args, got, err)
			}
		})
	}
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add("--workers 3 -- -x")
	f.Add("--=\n---a\n-")
	f.Fuzz(func(t *testing.T, line string) {
		opts, err := parse(strings.Split(line, " "))
		if err == nil && len(opts.roots) == 0 {
			t.Errorf("%q: nothing to scan", line)
		}
	})
}

func TestEveryFlagIsInTheHelp(t *testing.T) {
	var opts options
	var path string
	define(&opts, &path).VisitAll(func(f *flag.Flag) {
		if !strings.Contains(help, "\n  --"+f.Name+" ") {
			t.Errorf("--%s is missing", f.Name)
		}
	})
}

func TestEveryFlagIsInTheReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var opts options
	var path string
	define(&opts, &path).VisitAll(func(f *flag.Flag) {
		if !strings.Contains(string(readme), "`--"+f.Name) {
			t.Errorf("--%s is missing", f.Name)
		}
	})
}
