package cli

// help is the answer to --help.
const help = `Usage: sqlite-scanner [OPTIONS] [PATHS...]

Find SQLite databases by the first 16 bytes of each file, whatever its name.

PATHS are folders, searched with everything below them, and single files.
Without any, the current folder. A path that is a symbolic link is followed;
links inside a folder are not. Where paths overlap, each file is found once.

Options, which may stand anywhere among the paths:
  --size         also print the size of each database, in bytes
  --json         print one JSON document: {"entries": [{"path": ...}, ...]}
  --jsonl        print one JSON object a line
  --workers N    read with N workers at a time (default: one for each CPU)
  --path PATH    search PATH, if no other path is given (default: .)
  --version      print the version and exit
  -h, --help     print this help and exit
  --             what follows are paths, even if it begins with -

Paths are printed in full, in no order, as soon as they are found. What may
not be read is skipped without a word. Anything else that goes wrong is a
warning on stderr, and the exit code is 1.

Exit codes:
  0  done
  1  something could not be searched, or the output could not be written
  2  the options make no sense; nothing was searched

Examples:
  sqlite-scanner
  sqlite-scanner ~/projects /srv --size
  sqlite-scanner --jsonl / | head -n 3
`
