package header

import (
	"encoding/binary"
	"fmt"
)

// FullLen is the length of the whole header of a database file in bytes.
const FullLen = 100

// Details is what the header of a database says about it, by section 1.3 of
// SQLite's file format document. A nil pointer and an empty string stand for a
// value that the document does not allow, or that the file does not have.
type Details struct {
	// PageSize is in bytes: a power of two from 512 to 65536.
	PageSize *int64

	// PageCount is the number of pages. It is the one in the header if that is
	// valid (section 1.3.7), and else the file's length by PageSize. Pages that
	// are in the write-ahead log only do not count.
	PageCount *int64

	// FreelistCount is how many pages are free.
	FreelistCount int64

	// Encoding of text: "UTF-8", "UTF-16le", "UTF-16be", as PRAGMA encoding
	// has it. A database in which nothing was created has none.
	Encoding string

	// JournalMode is "rollback" or "wal", by the file format's version number
	// for reading. Which kind of rollback journal is not in the file.
	JournalMode string

	// UserVersion and ApplicationID are as PRAGMA user_version and PRAGMA
	// application_id have them.
	UserVersion, ApplicationID int32

	// SchemaVersion is the schema cookie: it counts the changes of the schema.
	SchemaVersion int64

	// SchemaFormat is 1 to 4, or 0 where nothing was created.
	SchemaFormat int64

	// SQLiteVersion is that of the library which wrote last: "3.46.1".
	SQLiteVersion string
}

// Where things are in the header: the table of section 1.3.
const (
	atPageSize        = 16
	atReadVersion     = 19
	atChangeCounter   = 24
	atPageCount       = 28
	atFreelistCount   = 36
	atSchemaVersion   = 40
	atSchemaFormat    = 44
	atEncoding        = 56
	atUserVersion     = 60
	atApplicationID   = 68
	atVersionValidFor = 92
	atSQLiteVersion   = 96
)

// Parse reads the header of a database from the first FullLen bytes of a file
// of size bytes. It returns nil where head is shorter, or no database's.
func Parse(head []byte, size int64) *Details {
	if len(head) < FullLen || !IsDatabase(head) {
		return nil
	}
	number := func(at int) uint32 { return binary.BigEndian.Uint32(head[at:]) }
	d := &Details{
		PageSize:      pageSize(binary.BigEndian.Uint16(head[atPageSize:])),
		FreelistCount: int64(number(atFreelistCount)),
		Encoding:      encodings[number(atEncoding)],
		JournalMode:   journalModes[head[atReadVersion]],
		UserVersion:   int32(number(atUserVersion)),
		ApplicationID: int32(number(atApplicationID)),
		SchemaVersion: int64(number(atSchemaVersion)),
		SchemaFormat:  int64(number(atSchemaFormat)),
		SQLiteVersion: sqliteVersion(number(atSQLiteVersion)),
	}
	switch count := int64(number(atPageCount)); {
	case count > 0 && number(atChangeCounter) == number(atVersionValidFor):
		d.PageCount = &count
	case d.PageSize != nil:
		count = size / *d.PageSize
		d.PageCount = &count
	}
	return d
}

var encodings = map[uint32]string{1: "UTF-8", 2: "UTF-16le", 3: "UTF-16be"}

var journalModes = map[byte]string{1: "rollback", 2: "wal"}

// pageSize reads the field by section 1.3.2: 65536 does not fit, 1 stands for it.
func pageSize(field uint16) *int64 {
	size := int64(field)
	if size == 1 {
		size = 65536
	}
	if size < 512 || size&(size-1) != 0 {
		return nil
	}
	return &size
}

// sqliteVersion writes SQLITE_VERSION_NUMBER as people do. Version 3.7.0 was
// the first to store it.
func sqliteVersion(number uint32) string {
	if number < 3_000_000 {
		return ""
	}
	return fmt.Sprintf("%d.%d.%d", number/1_000_000, number/1000%1000, number%1000)
}
