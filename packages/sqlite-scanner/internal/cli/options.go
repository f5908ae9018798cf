package cli

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
)

// options is what the arguments ask for.
type options struct {
	roots   []string
	workers int // 0: scan chooses
	size    bool
	json    bool
	jsonl   bool
	version bool
}

func (o options) format() output.Format {
	switch {
	case o.json:
		return output.JSON
	case o.jsonl:
		return output.JSONLines
	default:
		return output.Text
	}
}

// define declares the options; path is the value of --path.
func define(opts *options, path *string) *flag.FlagSet {
	flags := flag.NewFlagSet("sqlite-scanner", flag.ContinueOnError)
	flags.BoolVar(&opts.json, "json", false, "")
	flags.BoolVar(&opts.jsonl, "jsonl", false, "")
	flags.BoolVar(&opts.size, "size", false, "")
	flags.BoolVar(&opts.version, "version", false, "")
	flags.StringVar(path, "path", ".", "")
	flags.Func("workers", "", func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return errors.New("a whole number, 1 or more")
		}
		opts.workers = n
		return nil
	})
	return flags
}

// parse reads the arguments. The error is flag.ErrHelp for --help, and
// otherwise a sentence about the argument that makes no sense.
func parse(args []string) (options, error) {
	var opts options
	var path string
	flags := define(&opts, &path)

	// flag.FlagSet.Parse would end at the first path, and take -size for
	// --size; so this takes the arguments apart, and the FlagSet the values.
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			opts.roots = append(opts.roots, args...)
			args = nil
		case arg == "-h" || arg == "--help":
			return options{}, flag.ErrHelp
		case len(arg) > 1 && arg[0] == '-':
			used, err := setFlag(flags, arg, args)
			if err != nil {
				return options{}, err
			}
			args = args[used:]
		default:
			opts.roots = append(opts.roots, arg)
		}
	}
	if len(opts.roots) == 0 {
		opts.roots = []string{path}
	}
	if opts.json && opts.jsonl {
		return options{}, errors.New("--json and --jsonl are two shapes of output: choose one")
	}
	return opts, nil
}

// setFlag sets the flag that arg names, and returns how many of the arguments
// after it were used: 1 if its value is the next one, else 0.
func setFlag(flags *flag.FlagSet, arg string, next []string) (used int, err error) {
	name, value, hasValue := strings.Cut(arg, "=")
	known := flags.Lookup(strings.TrimPrefix(name, "--"))
	if known == nil {
		return 0, fmt.Errorf("unknown option %s (a path that begins with - goes after --)", printable(name))
	}
	takes := "a value"
	if boolean, ok := known.Value.(interface{ IsBoolFlag() bool }); ok && boolean.IsBoolFlag() {
		takes = "true or false"
		if !hasValue {
			value, hasValue = "true", true
		}
	}
	if !hasValue {
		if len(next) == 0 {
			return 0, fmt.Errorf("%s needs a value", name)
		}
		value, used = next[0], 1
	}
	if err := known.Value.Set(value); err != nil {
		if name == "--workers" {
			takes = err.Error()
		}
		return 0, fmt.Errorf("%s takes %s, not %q", name, takes, value)
	}
	return used, nil
}
