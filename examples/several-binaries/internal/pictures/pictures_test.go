package pictures

import (
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func save(t *testing.T, picture image.Image) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture.png")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestProbeTellsWhatTheFileSays(t *testing.T) {
	facts, err := Probe(save(t, image.NewGray(image.Rect(0, 0, 30, 20))))
	if err != nil {
		t.Fatal(err)
	}
	if facts.Format != "png" || facts.Width != 30 || facts.Height != 20 || facts.Colour != "grey" {
		t.Errorf("got %+v", facts)
	}
}

func TestFitKeepsShapeAndMixesColours(t *testing.T) {
	picture := image.NewRGBA(image.Rect(5, 5, 45, 25)) // left half black, right half white
	for y := 5; y < 25; y++ {
		for x := 5; x < 45; x++ {
			picture.Set(x, y, color.Gray{Y: uint8(x / 25 * 255)})
		}
	}
	small := Fit(picture, 10)
	if small.Rect != image.Rect(0, 0, 10, 5) {
		t.Errorf("got %v", small.Rect)
	}
	left, right := small.RGBAAt(0, 2), small.RGBAAt(9, 2)
	if left != (color.RGBA{A: 255}) || right != (color.RGBA{R: 255, G: 255, B: 255, A: 255}) {
		t.Errorf("got %v and %v", left, right)
	}
	if one := Fit(picture, 1); one.RGBAAt(0, 0).R != 127 {
		t.Errorf("got %v", one.RGBAAt(0, 0))
	}
}

func TestFitLeavesSmallPicturesAsTheyAre(t *testing.T) {
	if small := Fit(image.NewGray(image.Rect(0, 0, 3, 2)), 10); small.Rect.Dx() != 3 {
		t.Errorf("got %v", small.Rect)
	}
}

func TestAFileThatClaimsToBeHugeIsNotLoaded(t *testing.T) {
	path := save(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// The first chunk of a PNG file is IHDR: width and height are its first eight bytes.
	binary.BigEndian.PutUint32(content[16:], 1<<20)
	binary.BigEndian.PutUint32(content[20:], 1<<20)
	binary.BigEndian.PutUint32(content[29:], crc32.ChecksumIEEE(content[12:29]))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), "too many") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoPictureIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte("not a picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}
