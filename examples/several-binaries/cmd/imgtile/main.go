// Command imgtile puts small versions of many pictures on one sheet, a PNG file.
package main

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"runtime"
	"sync"

	"github.com/go-to-wheel/go-to-wheel/examples/several-binaries/internal/pictures"
)

// gap is the space around each picture, in pixels.
const gap = 8

func main() {
	output := flag.String("o", "sheet.png", "the file to write")
	columns := flag.Int("columns", 4, "pictures in a row")
	side := flag.Int("side", 160, "the longer side of each, in pixels")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: imgtile [options] FILE...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 || *columns < 1 || *side < 1 || *side > 4096 {
		flag.Usage()
		os.Exit(2)
	}
	sheet, err := tile(flag.Args(), min(*columns, flag.NArg()), *side)
	if err == nil {
		err = write(*output, sheet)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "imgtile:", err)
		os.Exit(1)
	}
	size := sheet.Bounds()
	fmt.Printf("%s: %d pictures, %d x %d\n", *output, flag.NArg(), size.Dx(), size.Dy())
}

func tile(paths []string, columns, side int) (image.Image, error) {
	step := side + gap
	rows := (len(paths) + columns - 1) / columns
	sheet := image.NewRGBA(image.Rect(0, 0, columns*step+gap, rows*step+gap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	errs := make([]error, len(paths))
	var group sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for number, path := range paths {
		corner := image.Pt(gap+number%columns*step, gap+number/columns*step)
		free <- struct{}{}
		group.Add(1)
		go func() {
			defer func() { <-free; group.Done() }()
			// No two of them draw on the same part of the sheet.
			errs[number] = place(sheet, path, image.Rectangle{corner, corner.Add(image.Pt(side, side))})
		}()
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return sheet, nil
}

func place(sheet draw.Image, path string, cell image.Rectangle) error {
	picture, err := pictures.Load(path)
	if err != nil {
		return err
	}
	small := pictures.Fit(picture, cell.Dx())
	middle := image.Pt((cell.Dx()-small.Rect.Dx())/2, (cell.Dy()-small.Rect.Dy())/2)
	draw.Draw(sheet, small.Rect.Add(cell.Min).Add(middle), small, image.Point{}, draw.Over)
	return nil
}

func write(path string, sheet image.Image) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(file, sheet); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
