// Decode is the floor of the benchmarks of stages that read files: it decodes
// every record of the named record files, with the same library as the program,
// into plain values, and does nothing else.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

func main() {
	for _, name := range os.Args[1:] {
		if err := decode(name); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

func decode(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := jsontext.NewDecoder(bufio.NewReaderSize(file, 1<<18))
	if _, err := decoder.ReadToken(); err != nil {
		return err
	}
	for decoder.PeekKind() != ']' {
		var record any
		if err := json.UnmarshalDecode(decoder, &record); err != nil {
			return err
		}
	}
	return nil
}
