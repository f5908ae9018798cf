module github.com/go-to-wheel/go-to-wheel/examples/python-package

go 1.24
