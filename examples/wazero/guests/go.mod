module github.com/go-to-wheel/go-to-wheel/examples/wazero/guests

go 1.24
