// Command sqlite-scanner finds SQLite databases by their first 16 bytes.
package main

import (
	"context"
	"os"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/cli"
)

// version is set when the program is linked: -ldflags "-X main.version=0.3.0".
var version = "dev"

func main() {
	ctx, stop := cli.UntilInterrupted(context.Background())
	command := cli.Command{
		Stdout: os.Stdout, Stderr: os.Stderr, Terminal: cli.IsTerminal(os.Stderr), Version: version,
	}
	code := command.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
