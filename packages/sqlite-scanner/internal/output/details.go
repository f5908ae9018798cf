package output

import (
	"fmt"
	"strconv"

	"github.com/go-to-wheel/go-to-wheel/packages/sqlite-scanner/internal/header"
)

// asObject writes a header as a JSON object with the same members always, null
// for what is not known; and as null if there is none.
func asObject(d *header.Details) string {
	if d == nil {
		return "null"
	}
	return object([]string{
		member("page_size", numberOrNull(d.PageSize)),
		member("page_count", numberOrNull(d.PageCount)),
		member("freelist_count", strconv.FormatInt(d.FreelistCount, 10)),
		member("encoding", textOrNull(d.Encoding)),
		member("journal_mode", textOrNull(d.JournalMode)),
		member("user_version", strconv.Itoa(int(d.UserVersion))),
		member("application_id", strconv.Itoa(int(d.ApplicationID))),
		member("schema_version", strconv.FormatInt(d.SchemaVersion, 10)),
		member("schema_format", strconv.FormatInt(d.SchemaFormat, 10)),
		member("sqlite_version", textOrNull(d.SQLiteVersion)),
	})
}

func numberOrNull(n *int64) string {
	if n == nil {
		return "null"
	}
	return strconv.FormatInt(*n, 10)
}

func textOrNull(text string) string {
	if text == "" {
		return "null"
	}
	return quoted(text)
}

// inWords writes a header for people, leaving out what is not known.
func inWords(d *header.Details) []string {
	if d == nil {
		return []string{"header cut short"}
	}
	var words []string
	if d.PageSize != nil {
		words = append(words, fmt.Sprintf("page size %d", *d.PageSize))
	}
	if d.PageCount != nil {
		words = append(words, fmt.Sprintf("%d pages", *d.PageCount))
	}
	words = append(words, fmt.Sprintf("%d free", d.FreelistCount))
	for _, known := range []string{d.Encoding, d.JournalMode} {
		if known != "" {
			words = append(words, known)
		}
	}
	words = append(words,
		fmt.Sprintf("user version %d", d.UserVersion),
		fmt.Sprintf("application id %d", d.ApplicationID),
		fmt.Sprintf("schema version %d", d.SchemaVersion),
		fmt.Sprintf("schema format %d", d.SchemaFormat))
	if d.SQLiteVersion != "" {
		words = append(words, "SQLite "+d.SQLiteVersion)
	}
	return words
}
