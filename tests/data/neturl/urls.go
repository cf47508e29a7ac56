// Writes urls.jsonl: what Go's net/url does. Run with the Go of the reference: go run urls.go > urls.jsonl
package main

import (
	"encoding/json"
	"net/url"
	"os"
)

var texts = []string{
	"http://EXAMPLE.com/a/../b?q=1#f", "https://user:p%40ss@h.example:8080/p%20a?x=y&z", "mailto:a@b.c",
	"//host/path", "/just/path", "path/only", "http://h", "http://[::1]:80/", "git@github.com:a/b",
	"oci://reg.example/charts", "http://h:443/", "https://h:443/", "HTTP://h/", "http://h/a b", "http://h/%zz",
	"http://h:port/", "", "http://h/ü?ü", "file:///a/b", "http://a.b/c;d?e;f", "x://y//z", "https://h?q",
	"http://h/a%2Fb", "http://us%3Aer:p%40ss@h", "http://u@", "http://u:@h", "http://u p@h", "http://a b/",
	"1http://x", ":foo", "a:b/c", "./a:b", "http://[::1", "http://[::1]x", "http://x[::1]", "http://[1.2.3.4]",
	"http://[fe80::1%25en0]:8/", "http://[fe80::1%25]", "http://[::1%25%41]", "http://[g]", "http://[1:2]",
	"http://[::1::]", "http://[12345::]", "http://[::ffff:1.2.3.4]", "http://[::01.2.3.4]", "http://a:b:c/",
	"x://a:b:1/", "http://%zz", "http://%41", "http://%C3%A9", "http://h/%2", "http://x\n", "*", "x:*", "?",
	"#", "#%zz", "http://h#a%20b!", "http://h#a b", "x:/y", "x:////y", "x:", "///a", "http:///a",
	"http://h<>\"/", "http://h/'\"<>[]^`{|}", "//h//p", "//", "http://h?a?", "http://h?%zz",
}

type line struct {
	URL   string            `json:"url"`
	Error string            `json:"error,omitempty"`
	Parts map[string]string `json:"parts,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for _, text := range texts {
		u, err := url.Parse(text)
		if err != nil {
			out.Encode(line{URL: text, Error: err.Error()})
			continue
		}
		out.Encode(line{URL: text, Parts: map[string]string{
			"scheme": u.Scheme, "opaque": u.Opaque, "user": u.User.String(), "host": u.Host,
			"hostname": u.Hostname(), "path": u.Path, "query": u.RawQuery, "fragment": u.Fragment,
			"string": u.String(),
		}})
	}
}
