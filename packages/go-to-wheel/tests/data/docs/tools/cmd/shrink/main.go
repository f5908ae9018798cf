// Command shrink makes words small.
package main

import (
	"os"
	"strings"
)

func main() {
	os.Stdout.WriteString(strings.ToLower(strings.Join(os.Args[1:], " ")) + "\n")
}
