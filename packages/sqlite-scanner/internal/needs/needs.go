// Package needs is for tests of what not every system has.
package needs

import (
	"fmt"
	"os"
	"testing"
)

// Skip leaves a test out, and says why. With REQUIRE_ALL=1 in the environment the test fails
// instead, so that a machine that is meant to run everything cannot pass by leaving something out.
func Skip(t testing.TB, why ...any) {
	t.Helper()
	if os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatal("REQUIRE_ALL=1, and ", fmt.Sprint(why...))
	}
	t.Skip(why...)
}
