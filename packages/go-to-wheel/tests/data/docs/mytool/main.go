// Command mytool says which version it is.
package main

import "os"

var version = "unset"

func main() {
	os.Stdout.WriteString("mytool " + version + "\n")
}
