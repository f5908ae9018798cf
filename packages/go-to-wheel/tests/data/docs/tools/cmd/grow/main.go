// Command grow makes words large.
package main

import (
	"os"
	"strings"
)

func main() {
	os.Stdout.WriteString(strings.ToUpper(strings.Join(os.Args[1:], " ")) + "\n")
}
