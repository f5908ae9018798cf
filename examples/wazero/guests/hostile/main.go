// Command hostile is a guest that tries to break out of its sandbox, in the way that its first
// argument names. It prints "got ..." where it succeeds, and the system's answer where not.
package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"unsafe"
)

// What WASI offers, below what Go makes of it: any file number may be tried.

//go:wasmimport wasi_snapshot_preview1 path_open
func pathOpen(folder, follow int32, path unsafe.Pointer, length, create int32, rights, inherited int64, flags int32, opened unsafe.Pointer) uint32

//go:wasmimport wasi_snapshot_preview1 sock_accept
func sockAccept(number, flags int32, accepted unsafe.Pointer) uint32

var ways = map[string]func(arguments []string){
	"read":     read,
	"write":    write,
	"secrets":  secrets,
	"connect":  connect,
	"accept":   accept,
	"loop":     loop,
	"flood":    flood,
	"whisper":  whisper,
	"allocate": allocate,
}

func main() {
	if len(os.Args) < 2 || ways[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "error: name a way out")
		os.Exit(2)
	}
	ways[os.Args[1]](os.Args[2:])
}

// read opens each path that it is given, and some that every system has.
func read(paths []string) {
	for _, path := range append(paths, "/", ".", "..", "/etc/passwd", "C:\\") {
		content, err := os.ReadFile(path)
		if err == nil {
			fmt.Printf("got %q\n", content)
		}
		fmt.Println(err)
		open(path, 0)
	}
}

// write makes a file at each path.
func write(paths []string) {
	for _, path := range paths {
		err := os.WriteFile(path, []byte("owned"), 0o600)
		if err == nil {
			fmt.Println("got", path)
		}
		fmt.Println(err)
		open(path, 1)
	}
}

// open tries a path below every folder that its host may have left open.
func open(path string, create int32) {
	for _, name := range []string{path, strings.TrimLeft(path, "/"), "../../.." + path} {
		for folder := range int32(16) {
			var opened int32
			bytes := append([]byte(name), 0)
			code := pathOpen(folder, 1, unsafe.Pointer(&bytes[0]), int32(len(name)), create, -1, -1, 0, unsafe.Pointer(&opened))
			if code == 0 {
				fmt.Println("got", name, "in", folder)
			}
		}
	}
}

// secrets looks for what its host knows: variables, and files that it was left open.
func secrets([]string) {
	for _, variable := range os.Environ() {
		// Go itself sets this one, from the folder that it believes to be in.
		if !strings.HasPrefix(variable, "PWD=") {
			fmt.Println("got", variable)
		}
	}
	for number := 3; number < 64; number++ {
		if _, err := os.NewFile(uintptr(number), "").Stat(); err == nil {
			fmt.Println("got file", number)
		}
	}
}

// connect dials each address, and sends what it knows.
func connect(addresses []string) {
	for _, address := range addresses {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			fmt.Println("got", address)
			fmt.Fprintln(connection, "all your secrets")
		}
		fmt.Println(err)
	}
}

// accept takes over any socket that its host has left open, which is all that WASI knows of
// networks.
func accept([]string) {
	for number := range int32(64) {
		var accepted int32
		code := sockAccept(number, 0, unsafe.Pointer(&accepted))
		if code == 0 {
			fmt.Println("got socket", number)
		}
		fmt.Println("error", code)
	}
}

// loop never ends.
func loop([]string) {
	for {
	}
}

// flood writes without end to its standard output.
func flood([]string) {
	for {
		fmt.Println(strings.Repeat("flood ", 1000))
	}
}

// whisper does the same to its standard error.
func whisper([]string) {
	for {
		fmt.Fprintln(os.Stderr, strings.Repeat("flood ", 1000))
	}
}

// allocate asks for memory, and uses it, until it has what no honest guest would need.
func allocate([]string) {
	var held [][]byte
	for range 12 {
		block := make([]byte, 64<<20)
		for i := 0; i < len(block); i += 4096 {
			block[i] = 1
		}
		held = append(held, block)
	}
	fmt.Println("got", len(held)*64, "MiB")
}
