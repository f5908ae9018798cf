// Package twins finds files with the same content.
package twins

import (
	"cmp"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// A Group is files with the same content.
type Group struct {
	Size  int64 // of each, in bytes
	Paths []string
}

type file struct {
	path string
	info fs.FileInfo
	sum  [sha256.Size]byte
	err  error
}

// Find looks for twins of at least so many bytes in folders and everything below them. Links are
// not followed, and two names of one file (hard links) count as one. The groups that waste most
// come first. What cannot be read is told and left out.
func Find(folders []string, least int64) ([]Group, []error) {
	found, errs := walk(folders, least)
	bySize := make(map[int64][]*file)
	for _, each := range found {
		bySize[each.info.Size()] = append(bySize[each.info.Size()], each)
	}
	var candidates []*file // a file of a size that no other has needs no reading
	for _, files := range bySize {
		if files = withoutLinks(files); len(files) > 1 {
			candidates = append(candidates, files...)
		}
	}
	hashAll(candidates)
	bySum := make(map[[sha256.Size]byte]*Group)
	for _, each := range candidates {
		if each.err != nil {
			errs = append(errs, each.err)
			continue
		}
		group := bySum[each.sum]
		if group == nil {
			group = &Group{Size: each.info.Size()}
			bySum[each.sum] = group
		}
		group.Paths = append(group.Paths, each.path)
	}
	return sorted(bySum), errs
}

func walk(folders []string, least int64) (found []*file, errs []error) {
	for _, folder := range folders {
		filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.Type().IsRegular() {
				return nil
			}
			var info fs.FileInfo
			if err == nil {
				info, err = entry.Info()
			}
			if err != nil {
				errs = append(errs, err)
			} else if info.Size() >= least {
				found = append(found, &file{path: path, info: info})
			}
			return nil
		})
	}
	return found, errs
}

func withoutLinks(files []*file) []*file {
	var kept []*file
	for _, each := range files {
		isSame := func(other *file) bool { return os.SameFile(each.info, other.info) }
		if !slices.ContainsFunc(kept, isSame) {
			kept = append(kept, each)
		}
	}
	return kept
}

func hashAll(files []*file) {
	waiting := make(chan *file)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for each := range waiting {
				each.sum, each.err = hash(each.path)
			}
		}()
	}
	for _, each := range files {
		waiting <- each
	}
	close(waiting)
	workers.Wait()
}

func hash(path string) (sum [sha256.Size]byte, err error) {
	content, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer content.Close()
	digest := sha256.New()
	_, err = io.Copy(digest, content)
	copy(sum[:], digest.Sum(nil))
	return sum, err
}

func sorted(bySum map[[sha256.Size]byte]*Group) []Group {
	var groups []Group
	for _, group := range bySum {
		if len(group.Paths) > 1 {
			slices.Sort(group.Paths)
			groups = append(groups, *group)
		}
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(b.Size*int64(len(b.Paths)-1), a.Size*int64(len(a.Paths)-1)),
			cmp.Compare(a.Paths[0], b.Paths[0]),
		)
	})
	return groups
}
