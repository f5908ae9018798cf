// Command notes keeps its arguments in a database of SQLite, and tells them from there.
package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

var version = "unset" // the linker sets it

func main() {
	if len(os.Args) == 1 {
		fmt.Println(version)
		return
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string, notes []string) error {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec("create table if not exists notes (text)"); err != nil {
		return err
	}
	for _, note := range notes {
		if _, err := db.Exec("insert into notes values (?)", note); err != nil {
			return err
		}
	}
	var all string
	err = db.QueryRow("select count(*) || ': ' || group_concat(text, ', ') from notes").Scan(&all)
	if err != nil {
		return err
	}
	_, err = fmt.Println(all)
	return err
}
