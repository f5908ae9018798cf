// Package pictures reads GIF, JPEG and PNG files, and makes pictures smaller.
package pictures

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
)

// MaxPixels is how many pixels a picture may have to be loaded: a file of a few hundred bytes can
// claim to be so large that no memory holds it.
const MaxPixels = 200_000_000

// Facts is what the first bytes of a file tell.
type Facts struct {
	Path   string `json:"path"`
	Format string `json:"format"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Colour string `json:"colour"`
	Bytes  int64  `json:"bytes"`
}

// Probe reads no more of a file than it must to tell the facts.
func Probe(path string) (Facts, error) {
	file, err := os.Open(path)
	if err != nil {
		return Facts{}, err
	}
	defer file.Close()
	return probe(file)
}

func probe(file *os.File) (Facts, error) {
	info, err := file.Stat()
	if err != nil {
		return Facts{}, err
	}
	config, format, err := image.DecodeConfig(file)
	if err != nil {
		return Facts{}, fmt.Errorf("%s: %w", file.Name(), err)
	}
	return Facts{
		Path:   file.Name(),
		Format: format,
		Width:  config.Width,
		Height: config.Height,
		Colour: colour(config.ColorModel),
		Bytes:  info.Size(),
	}, nil
}

func colour(model color.Model) string {
	if palette, ok := model.(color.Palette); ok {
		return fmt.Sprintf("%d colours", len(palette))
	}
	switch model {
	case color.GrayModel, color.Gray16Model:
		return "grey"
	case color.CMYKModel:
		return "CMYK"
	case color.NRGBAModel, color.NRGBA64Model:
		return "colour, transparent"
	}
	return "colour"
}

// Load reads a whole picture, or its first frame, where it has several.
func Load(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	facts, err := probe(file)
	if err != nil {
		return nil, err
	}
	if int64(facts.Width)*int64(facts.Height) > MaxPixels {
		return nil, fmt.Errorf("%s: %d x %d pixels are too many", path, facts.Width, facts.Height)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return picture, nil
}

// Fit returns the picture, made small enough to fit into a square of this side. Each new pixel is
// the mean of those that it stands for.
func Fit(picture image.Image, side int) *image.RGBA {
	bounds := picture.Bounds()
	source := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	draw.Draw(source, source.Rect, picture, bounds.Min, draw.Src)
	longer := max(bounds.Dx(), bounds.Dy())
	if longer <= side {
		return source
	}
	width, height := max(1, bounds.Dx()*side/longer), max(1, bounds.Dy()*side/longer)
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			box := image.Rect(
				x*bounds.Dx()/width, y*bounds.Dy()/height,
				(x+1)*bounds.Dx()/width, (y+1)*bounds.Dy()/height,
			)
			small.SetRGBA(x, y, mean(source, box))
		}
	}
	return small
}

func mean(source *image.RGBA, box image.Rectangle) color.RGBA {
	var red, green, blue, alpha int64
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			pixel := source.RGBAAt(x, y)
			red += int64(pixel.R)
			green += int64(pixel.G)
			blue += int64(pixel.B)
			alpha += int64(pixel.A)
		}
	}
	count := int64(box.Dx()) * int64(box.Dy())
	return color.RGBA{
		R: uint8(red / count), G: uint8(green / count),
		B: uint8(blue / count), A: uint8(alpha / count),
	}
}
