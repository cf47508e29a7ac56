// Says of each text in addresses.jsonl whether govalidator takes it for an address of mail, a URL, and the URL of a
// request:
//
//	go run addresses.go < addresses.jsonl > new && mv new addresses.jsonl
//
// with github.com/asaskevich/govalidator at a9d515a09cc2.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/asaskevich/govalidator"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines.Scan() {
		var record []any
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			panic(err)
		}
		text := record[0].(string)
		err := out.Encode([]any{
			text, govalidator.IsEmail(text), govalidator.IsURL(text), govalidator.IsRequestURL(text),
		})
		if err != nil {
			panic(err)
		}
	}
}
