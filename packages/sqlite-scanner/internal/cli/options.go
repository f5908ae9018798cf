package cli

import (
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/glob"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/output"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/scan"
)

// options is what the arguments ask for.
type options struct {
	roots         []string
	workers       int // 0: scan chooses
	size          bool
	details       bool
	json          bool
	jsonl         bool
	print0        bool
	exclude       *glob.Set // nil: nothing
	maxDepth      *int      // nil: without end
	follow        bool
	oneFileSystem bool
	stats         bool
	version       bool
}

func (o *options) format() output.Format {
	switch {
	case o.json:
		return output.JSON
	case o.jsonl:
		return output.JSONLines
	case o.print0:
		return output.TextNUL
	default:
		return output.Text
	}
}

func (o *options) config() scan.Config {
	return scan.Config{
		Roots:         o.roots,
		Workers:       o.workers,
		Size:          o.size,
		Details:       o.details,
		Follow:        o.follow,
		OneFileSystem: o.oneFileSystem,
		MaxDepth:      o.maxDepth,
		Exclude:       o.exclude,
	}
}

// needs is the error of a value that an option cannot have. It says which ones
// it can.
type needs string

func (n needs) Error() string { return string(n) }

// define declares the options; path is the value of --path.
func define(opts *options, path *string) *flag.FlagSet {
	flags := flag.NewFlagSet("sqlite-scanner", flag.ContinueOnError)
	flags.BoolVar(&opts.json, "json", false, "")
	flags.BoolVar(&opts.jsonl, "jsonl", false, "")
	flags.BoolVar(&opts.print0, "print0", false, "")
	flags.BoolVar(&opts.size, "size", false, "")
	flags.BoolVar(&opts.details, "details", false, "")
	flags.BoolVar(&opts.follow, "follow", false, "")
	flags.BoolVar(&opts.oneFileSystem, "one-file-system", false, "")
	flags.BoolVar(&opts.stats, "stats", false, "")
	flags.BoolVar(&opts.version, "version", false, "")
	flags.StringVar(path, "path", ".", "")
	flags.Func("workers", "", func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return needs("a whole number, 1 or more")
		}
		opts.workers = n
		return nil
	})
	flags.Func("max-depth", "", func(value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return needs("a whole number, 0 or more")
		}
		opts.maxDepth = &n
		return nil
	})
	flags.Func("exclude", "", func(value string) error {
		if opts.exclude == nil {
			opts.exclude = new(glob.Set)
		}
		if err := opts.exclude.Add(value); err != nil {
			return fmt.Errorf("--exclude %q %w", value, err)
		}
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
	return opts, opts.contradiction()
}

func (o *options) contradiction() error {
	switch {
	case o.json && o.jsonl:
		return errors.New("--json and --jsonl are two shapes of output: choose one")
	case o.print0 && (o.json || o.jsonl):
		return errors.New("--print0 is for text: it cannot go with --json or --jsonl")
	}
	return nil
}

// setFlag sets the flag that arg names, and returns how many of the arguments
// after it were used: 1 if its value is the next one, else 0.
func setFlag(flags *flag.FlagSet, arg string, next []string) (used int, err error) {
	name, value, hasValue := strings.Cut(arg, "=")
	known := flags.Lookup(strings.TrimPrefix(name, "--"))
	if known == nil {
		return 0, fmt.Errorf("unknown option %s (a path that begins with - goes after --)", printable(name))
	}
	boolean, ok := known.Value.(interface{ IsBoolFlag() bool })
	isBool := ok && boolean.IsBoolFlag()
	if isBool && !hasValue {
		value, hasValue = "true", true
	}
	if !hasValue {
		if len(next) == 0 {
			return 0, fmt.Errorf("%s needs a value", name)
		}
		value, used = next[0], 1
	}
	err = known.Value.Set(value)
	if isBool && err != nil {
		err = needs("true or false")
	}
	if takes := needs(""); errors.As(err, &takes) {
		err = fmt.Errorf("%s takes %s, not %q", name, takes, value)
	}
	return used, err
}
