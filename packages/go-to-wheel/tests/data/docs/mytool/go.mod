module example.com/mytool

go 1.24
