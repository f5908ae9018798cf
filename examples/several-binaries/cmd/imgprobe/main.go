// Command imgprobe tells facts of pictures: format, size, colours.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/go-to-wheel/go-to-wheel/examples/several-binaries/internal/pictures"
)

func main() {
	asJSON := flag.Bool("json", false, "print one JSON object a line")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: imgprobe [-json] FILE...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	os.Exit(probe(flag.Args(), *asJSON))
}

func probe(paths []string, asJSON bool) int {
	code := 0
	lines := json.NewEncoder(os.Stdout)
	for _, path := range paths {
		facts, err := pictures.Probe(path)
		switch {
		case err != nil:
			fmt.Fprintln(os.Stderr, "imgprobe:", err)
			code = 1
		case asJSON:
			lines.Encode(facts)
		default:
			fmt.Printf("%s: %s, %d x %d, %s\n",
				facts.Path, facts.Format, facts.Width, facts.Height, facts.Colour)
		}
	}
	return code
}
