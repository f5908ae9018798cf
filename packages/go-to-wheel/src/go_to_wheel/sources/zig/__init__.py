"""Zig, which compiles the C code of Go programs."""
