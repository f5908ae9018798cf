package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/needs"
)

// heldFile makes a file that nobody can open until release is called, by a
// lease as file servers hold them: a scan that comes by takes as long as that.
func heldFile(t *testing.T) (path string, release func()) {
	t.Helper()
	const setLease = 1024 // F_SETLEASE
	path = filepath.Join(t.TempDir(), "held.db")
	holder, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { holder.Close() })
	if _, err := holder.WriteString(header.Magic); err != nil {
		t.Fatal(err)
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, holder.Fd(), setLease, syscall.F_WRLCK); errno != 0 {
		needs.Skip(t, "no leases on this file system: ", errno)
	}
	return path, func() { holder.Close() }
}

// terminal opens a pseudo-terminal: what is written to inside comes out of
// outside.
func terminal(t *testing.T) (outside, inside *os.File) {
	t.Helper()
	outside, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		needs.Skip(t, "no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { outside.Close() })
	var number, locked int32
	for request, value := range map[uintptr]*int32{syscall.TIOCGPTN: &number, syscall.TIOCSPTLCK: &locked} {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, outside.Fd(), request, uintptr(unsafe.Pointer(value)))
		if errno != 0 {
			t.Fatal(errno)
		}
	}
	inside, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		needs.Skip(t, "no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { inside.Close() })
	return outside, inside
}

func TestALongScanShowsHowFarItIsOnATerminal(t *testing.T) {
	path, release := heldFile(t)
	outside, inside := terminal(t)
	command := exec.Command(build(t), path)
	command.Stderr = inside
	command.Env = append(os.Environ(), "TERM=xterm")
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	endsInTime(t, command)
	inside.Close() // so that reading ends when the program does

	shown := make([]byte, 4096)
	n, err := outside.Read(shown)
	release()
	if want := "0 found in 0 files"; !strings.Contains(string(shown[:n]), want) {
		t.Errorf("the terminal shows %q, %v", shown[:n], err)
	}
	if _, err := io.Copy(io.Discard, outside); err != nil && !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}
