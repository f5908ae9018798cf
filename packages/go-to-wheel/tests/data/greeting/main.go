// Command greeting greets from C, and can do what Go leaves to the system's C libraries.
package main

/*
#include <stdlib.h>
#include "greet.h"
*/
import "C"

import (
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"unsafe"
)

var version = "unset"

func main() {
	if len(os.Args) == 3 && os.Args[1] == "look-up" {
		fmt.Println(net.LookupHost(os.Args[2]))
		_, err := x509.SystemCertPool()
		fmt.Println(err)
		return
	}
	whom := C.CString(version)
	defer C.free(unsafe.Pointer(whom))
	fmt.Println(C.GoString(C.greeting(whom)))
}
