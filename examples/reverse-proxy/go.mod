module github.com/go-to-wheel/go-to-wheel/examples/reverse-proxy

go 1.24
