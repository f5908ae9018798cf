module github.com/go-to-wheel/go-to-wheel/examples/several-binaries

go 1.24
