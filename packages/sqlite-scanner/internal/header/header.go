// Package header knows how an SQLite database file begins.
package header

// Magic is the string that every SQLite 3 database file begins with, as
// section 1.3.1 of SQLite's file format document gives it.
const Magic = "SQLite format 3\x00"

// Len is the number of bytes IsDatabase needs to see.
const Len = len(Magic)

// IsDatabase reports whether a file that begins with head is an SQLite
// database. Fewer than Len bytes never are one.
func IsDatabase(head []byte) bool {
	return len(head) >= Len && string(head[:Len]) == Magic
}
