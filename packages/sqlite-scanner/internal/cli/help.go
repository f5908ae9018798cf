package cli

// help is the answer to --help.
const help = `Usage: sqlite-scanner [OPTIONS] [PATHS...]

Find SQLite databases by the first 16 bytes of each file, whatever its name.

PATHS are folders, searched with everything below them, and single files.
Without any, the current folder. A path that is a symbolic link is followed;
links inside a folder are not. Where paths overlap, each file is found once.

Options, which may stand anywhere among the paths:

What is searched:
  --exclude GLOB     leave out files and folders that match; repeatable
  --max-depth N      go N folders deep: 1 is what lies in PATHS itself,
                     0 only those PATHS that are files
  --one-file-system  stay in the file system of each path
  --follow           follow the links inside folders, too
  --path PATH        search PATH, if no other path is given (default: .)

What is printed:
  --size             also the size of each database, in bytes
  --details          also what its header says: pages, encoding, versions, ...
  --json             one JSON document: {"entries": [{"path": ...}, ...]}
  --jsonl            one JSON object a line
  --print0           text that ends with a NUL in place of a line break
  --stats            how much was searched, and how long it took, on stderr

Others:
  --workers N        read with N workers at a time (default: one for each CPU)
  --version          print the version and exit
  -h, --help         print this help and exit
  --                 what follows are paths, even if it begins with -

Paths are printed in full, in no order, as soon as they are found. What may
not be read below PATHS is skipped with a warning on stderr. Anything else that
goes wrong is a warning, too, and the exit code is 1. Only regular files are
opened.

Names that are not UTF-8: text has their bytes as they are. JSON has U+FFFD for
each such byte in "path", and then a second member "path_bytes": the bytes of
the whole path in base64. (On Windows, unpaired surrogates, as WTF-8.)

GLOB: without a slash it is matched with names in every folder: node_modules,
'*.tmp'. With a slash inside it is matched with paths below PATHS: build/cache,
'**/cache/*.bin'. If it begins with a slash, with full paths: /proc. With a
slash at the end it matches folders only. * ? [a-z] [!a-z] never match a slash;
** stands for any number of folders. PATHS themselves are never left out.

Exit codes:
  0    done
  1    something could not be searched, or the output could not be written
  2    the options make no sense; nothing was searched
  130  interrupted (Ctrl-C); what was found until then is printed, JSON is whole

Examples:
  sqlite-scanner
  sqlite-scanner ~/projects /srv --size --exclude node_modules
  sqlite-scanner --jsonl --details / | head -n 3
  sqlite-scanner --print0 | xargs -0 ls -l
`
