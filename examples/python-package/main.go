// Command twin-files finds files with the same content.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/go-to-wheel/go-to-wheel/examples/python-package/internal/twins"
)

func main() {
	least := flag.Int64("min-size", 1, "leave out files of fewer bytes")
	forPrograms := flag.Bool("0", false, "end each field with a NUL, and each group with another")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: twin-files [options] [FOLDER...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	folders := flag.Args()
	if len(folders) == 0 {
		folders = []string{"."}
	}
	groups, errs := twins.Find(folders, *least)
	show := forPeople
	if *forPrograms {
		show = withNULs
	}
	for _, group := range groups {
		show(group)
	}
	for _, err := range errs {
		fmt.Fprintln(os.Stderr, "twin-files:", err)
	}
	if len(errs) > 0 {
		os.Exit(1)
	}
}

func forPeople(group twins.Group) {
	fmt.Printf("%d files of %d bytes\n", len(group.Paths), group.Size)
	for _, path := range group.Paths {
		fmt.Println(" ", path)
	}
}

// withNULs prints names as they are: any byte but NUL may be in one.
func withNULs(group twins.Group) {
	fmt.Printf("%d\x00", group.Size)
	for _, path := range group.Paths {
		fmt.Printf("%s\x00", path)
	}
	fmt.Print("\x00")
}
