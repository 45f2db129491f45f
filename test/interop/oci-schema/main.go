// Validates a document on standard input with the OCI's own schemas: oci-schema <media type>.
package main

import (
	"fmt"
	"os"

	"github.com/opencontainers/image-spec/schema"
)

func main() {
	if err := schema.Validator(os.Args[1]).Validate(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
