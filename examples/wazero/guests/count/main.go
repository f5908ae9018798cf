// Command count is an honest guest: it reads text, and prints its most frequent words as JSON.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"
)

type word struct {
	Word  string `json:"word"`
	Times int    `json:"times"`
}

func main() {
	top := flag.Int("top", 3, "how many `words` to print")
	flag.Parse()
	words, err := count(os.Stdin)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(words[:min(max(*top, 0), len(words))])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// count returns the words of a text, the most frequent first.
func count(text io.Reader) ([]word, error) {
	times := map[string]int{}
	scanner := bufio.NewScanner(text)
	scanner.Split(bufio.ScanWords)
	for scanner.Scan() {
		times[strings.ToLower(strings.TrimFunc(scanner.Text(), unicode.IsPunct))]++
	}
	delete(times, "") // what was nothing but punctuation
	words := make([]word, 0, len(times))
	for _, key := range slices.Sorted(maps.Keys(times)) {
		words = append(words, word{key, times[key]})
	}
	slices.SortStableFunc(words, func(a, b word) int { return cmp.Compare(b.Times, a.Times) })
	return words, scanner.Err()
}
