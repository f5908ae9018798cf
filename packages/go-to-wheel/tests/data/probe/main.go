// Command probe tells what reached it: arguments, input, signals.
//
// Tests start it with and without the Python shim, and compare.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

// version is set by the linker.
var version = "unset"

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: probe args|echo|endless|env|exit|sleep|version|wait [...]")
		os.Exit(2)
	}
	switch rest := os.Args[2:]; os.Args[1] {
	case "args":
		printArguments(rest)
	case "echo":
		echo()
	case "endless":
		endless()
	case "env":
		printJSON(os.Environ())
	case "exit":
		exit(rest)
	case "sleep":
		fmt.Println("ready")
		time.Sleep(time.Hour)
	case "version":
		fmt.Println(version)
	case "wait":
		waitForSignal()
	default:
		fmt.Fprintln(os.Stderr, "probe: unknown command", os.Args[1])
		os.Exit(2)
	}
}

// printArguments prints each argument in hex, so that no byte of it is lost on the way.
func printArguments(arguments []string) {
	encoded := make([]string, 0, len(arguments))
	for _, argument := range arguments {
		encoded = append(encoded, hex.EncodeToString([]byte(argument)))
	}
	printJSON(encoded)
}

// echo repeats standard input line by line, each as soon as it is there.
func echo() {
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadString('\n')
		if _, failed := io.WriteString(os.Stdout, line); failed != nil || err != nil {
			return
		}
	}
}

func endless() {
	for number := 0; ; number++ {
		fmt.Println(number)
	}
}

func exit(arguments []string) {
	code, err := strconv.Atoi(arguments[0])
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "leaving with", code)
	os.Exit(code)
}

// waitForSignal says "ready", waits for a signal, prints its name and ends with code 3.
func waitForSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	fmt.Println("ready")
	fmt.Println((<-signals).String())
	os.Exit(3)
}

func printJSON(value any) {
	if err := json.NewEncoder(os.Stdout).Encode(value); err != nil {
		panic(err)
	}
}
