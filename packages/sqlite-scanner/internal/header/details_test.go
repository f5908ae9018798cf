package header_test

import (
	"encoding/binary"
	"reflect"
	"testing"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// written is a header as SQLite 3.46.1 writes it: two pages of 4096 bytes, one
// of them free. edit changes numbers of four bytes in it.
func written(edit map[int]uint32) []byte {
	head := make([]byte, header.FullLen)
	copy(head, header.Magic)
	copy(head[16:], []byte{0x10, 0x00, 1, 1, 0, 64, 32, 32})
	for at, value := range map[int]uint32{
		24: 7, 28: 2, 36: 1, 40: 5, 44: 4, 56: 1, 60: 42, 68: 0x47504b47, 92: 7, 96: 3_046_001,
	} {
		binary.BigEndian.PutUint32(head[at:], value)
	}
	for at, value := range edit {
		binary.BigEndian.PutUint32(head[at:], value)
	}
	return head
}

func number(n int64) *int64 { return &n }

func TestParse(t *testing.T) {
	want := header.Details{
		PageSize: number(4096), PageCount: number(2), FreelistCount: 1, Encoding: "UTF-8", JournalMode: "rollback",
		UserVersion: 42, ApplicationID: 0x47504b47, SchemaVersion: 5, SchemaFormat: 4, SQLiteVersion: "3.46.1",
	}
	for name, test := range map[string]struct {
		edit   map[int]uint32
		change func(*header.Details)
	}{
		"as it is":                     {nil, func(*header.Details) {}},
		"UTF-16le":                     {map[int]uint32{56: 2}, func(d *header.Details) { d.Encoding = "UTF-16le" }},
		"UTF-16be":                     {map[int]uint32{56: 3}, func(d *header.Details) { d.Encoding = "UTF-16be" }},
		"no encoding yet":              {map[int]uint32{56: 0}, func(d *header.Details) { d.Encoding = "" }},
		"no such encoding":             {map[int]uint32{56: 4}, func(d *header.Details) { d.Encoding = "" }},
		"65536 is written as 1":        {map[int]uint32{16: 0x0001_0101}, func(d *header.Details) { d.PageSize = number(65536) }},
		"the smallest page":            {map[int]uint32{16: 0x0200_0101}, func(d *header.Details) { d.PageSize = number(512) }},
		"the largest power of two":     {map[int]uint32{16: 0x8000_0101}, func(d *header.Details) { d.PageSize = number(32768) }},
		"too small a page":             {map[int]uint32{16: 0x0100_0101}, func(d *header.Details) { d.PageSize = nil }},
		"no page":                      {map[int]uint32{16: 0x0000_0101}, func(d *header.Details) { d.PageSize = nil }},
		"a page that is no power":      {map[int]uint32{16: 0x1001_0101}, func(d *header.Details) { d.PageSize = nil }},
		"WAL":                          {map[int]uint32{16: 0x1000_0202}, func(d *header.Details) { d.JournalMode = "wal" }},
		"writable to newer ones only":  {map[int]uint32{16: 0x1000_0302}, func(d *header.Details) { d.JournalMode = "wal" }},
		"a format of the future":       {map[int]uint32{16: 0x1000_0303}, func(d *header.Details) { d.JournalMode = "" }},
		"negative numbers":             {map[int]uint32{60: 0xffff_ffff, 68: 0x8000_0000}, func(d *header.Details) { d.UserVersion, d.ApplicationID = -1, -1<<31 }},
		"a page count of old software": {map[int]uint32{92: 6}, func(d *header.Details) { d.PageCount = number(3) }},
		"a page count of nothing":      {map[int]uint32{28: 0}, func(d *header.Details) { d.PageCount = number(3) }},
		"neither page count nor size":  {map[int]uint32{28: 0, 16: 0x0000_0101}, func(d *header.Details) { d.PageCount, d.PageSize = nil, nil }},
		"a huge page count":            {map[int]uint32{28: 0xffff_fffe}, func(d *header.Details) { d.PageCount = number(0xffff_fffe) }},
		"no version":                   {map[int]uint32{96: 0}, func(d *header.Details) { d.SQLiteVersion = "" }},
		"a version of two digits":      {map[int]uint32{96: 3_007_017}, func(d *header.Details) { d.SQLiteVersion = "3.7.17" }},
	} {
		t.Run(name, func(t *testing.T) {
			want := want
			test.change(&want)
			if got := header.Parse(written(test.edit), 3*4096); !reflect.DeepEqual(got, &want) {
				t.Errorf("got %+v, not %+v", got, want)
			}
		})
	}
}

func TestAHeaderThatIsCutOrNoHeaderIsNone(t *testing.T) {
	for length := range header.FullLen {
		if got := header.Parse(written(nil)[:length], 4096); got != nil {
			t.Fatalf("%d bytes became %+v", length, got)
		}
	}
	if got := header.Parse(make([]byte, header.FullLen), 4096); got != nil {
		t.Errorf("zeros became %+v", got)
	}
}

func FuzzParseKeepsWhatTheDocumentSays(f *testing.F) {
	f.Add(written(nil), int64(8192))
	f.Add(written(map[int]uint32{16: 0x0001_0202, 28: 0}), int64(65536))
	f.Add(written(map[int]uint32{16: 0, 56: 9, 96: 0xffff_ffff}), int64(0))
	f.Add([]byte(header.Magic), int64(16))
	f.Fuzz(func(t *testing.T, head []byte, size int64) {
		d := header.Parse(head, max(size, 0))
		if (d != nil) != (len(head) >= header.FullLen && header.IsDatabase(head)) {
			t.Fatalf("%q became %+v", head, d)
		}
		if d == nil {
			return
		}
		if d.PageSize != nil && (*d.PageSize < 512 || *d.PageSize > 65536 || *d.PageSize&(*d.PageSize-1) != 0) {
			t.Errorf("a page of %d bytes", *d.PageSize)
		}
		if d.PageCount != nil && *d.PageCount < 0 {
			t.Errorf("%d pages", *d.PageCount)
		}
		if d.PageSize != nil && d.PageCount == nil {
			t.Error("the number of pages could be known")
		}
		if d.FreelistCount < 0 || d.SchemaVersion < 0 || d.SchemaFormat < 0 {
			t.Errorf("counts below 0: %+v", d)
		}
	})
}
