//go:build !linux

package scan

func newDisk() disk { return portableDisk{} }
