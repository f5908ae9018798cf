package cli

import (
	"runtime/debug"
	"strings"
)

// unset is the version of a program whose linker was not told one.
const unset = "dev"

// versionOf returns the version to print. A program that `go install` built
// has none from the linker; then the version of its module is in the program.
func versionOf(linked string) string {
	if linked != unset {
		return linked
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return moduleVersion(info.Main.Version)
	}
	return unset
}

// moduleVersion turns a module's version into this program's: v0.2.0 is 0.2.0.
func moduleVersion(version string) string {
	if version == "" || version == "(devel)" {
		return unset
	}
	return strings.TrimPrefix(version, "v")
}
