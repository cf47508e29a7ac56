// Writes regexes.jsonl: what Go's regexp does. Run with the Go of the reference: go run regexes.go > regexes.jsonl
package main

import (
	"encoding/json"
	"os"
	"regexp"
)

var texts = []string{
	"", "aaa", "baaac", "abcd", "foo bar 123", "١٢٣ é ñ", "Straße STRASSE", "K k K", "a\nb\n", "a.b", "x-1_y",
	"ΑΒΓ abc", "aéa",
}

var patterns = []string{
	`\d+`, `\w+`, `\s+`, `\bfoo\b`, `a*`, `(a|ab)(c|bcd)`, `(?U)a+`, `a+?`, `\Qa.b\E`, `\z`, `\Z`, `\C`, `x**`,
	`a{,2}`, `a{2,1}`, `a{1001}`, `a{1000}`, `[a&&b]`, `[[a]b]`, `[a-z--m]`, `[]a]`, `[^]a]`, `\012`, `\x41`,
	`\x{1F600}`, `(?P<n>a)(?<m>b)`, `(?P<n>a)(?P<n>b)`, `(?i)straße`, `(?i)k`, `(?s).+`, `(?m)^.$`, `^$`, `$`,
	`[[:alpha:]]+`, `[[:word:]]+`, `[[:^digit:]]`, `\pL+`, `\p{Greek}`, `\p{Lu}`, `\PN`, `[\d\-x]`, `(?=a)`,
	`(a)\1`, `a++`, `a|`, `|a`, `()`, `(?:)`, `*a`, `a(`, `a)`, `[z-a]`, `[a`, `\8`, `\y`, `(?x) a b`,
	`(?i:a)b`, `(?-i)a`, `\/`, `\-`, `\"`, `\_`, `{`, `a{`, `a{x}`, `}`, `.`, `\t\n\v\f\r\a`, `[\b]`, `\B`,
	`\<a`, `(?#c)a`, `\N`, `\R`, `\h`, `\u0041`, `\p{Latin}`, `\p{Script=Greek}`, `\p{Alphabetic}`, `(?P<1a>x)`,
	`(?P<n-a>x)`, `(?R)a`, `(?u)a`, `\A\d`, `[[:foo:]]`, `\cA`, `((((a))))`, `a{0}`, `(?:a{50}){50}`, `[~~]`,
	`[a||b]`, `\p{L}\p{M}*`, `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`, `(?i)[\W]`, `(?P<n`, `(?P<1n>a)`, `(?P<>a)`,
	`(?<n>b)`, `(?i-s:a.)`, `(?-)`, `(?i-)`, `(?z)a`, `(?i`, `a{0}b`, `(a){0}(b)`, `(|a)*`, `(a*)*`, `(a|b)*?c`,
	`x{2}{3}`, `a{1000}{2}`, `(a{100}){11}`, `[[:^word:]]`, `[[:word`, `\p{^L}`, `\p{greek}`, `\p{Grek}`,
	`\p{Zl}`, `\p`, `\p{`, `\x`, `\x{`, `\x{110000}`, `\x{D800}`, `[\x{D7FF}-\x{E000}]`, `\1`, `\777`, `\Qa`,
	`\Q\E+`, `\Qab\E+`, `(?i)\P{Lu}`, `[^\x{0}-\x{fffc}]`, `(?m)$`, `\b|é`, `*|a`, `a|*`, `(*)`, `^*`,
	`(?U)a+?`, `a*?b??`, `(?s).*`, `\pN|\d`, `b[\W]|\B|é`,
}

type line struct {
	Pattern string    `json:"pattern"`
	Error   string    `json:"error,omitempty"`
	Matches [][][]int `json:"matches,omitempty"` // all matches of each text
	Groups  [][]int   `json:"groups,omitempty"`  // the first match of each text with its groups
}

func main() {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.Encode(texts)
	for _, pattern := range patterns {
		re, err := regexp.Compile(pattern)
		if err != nil {
			out.Encode(line{Pattern: pattern, Error: err.Error()})
			continue
		}
		l := line{Pattern: pattern}
		for _, text := range texts {
			l.Matches = append(l.Matches, append([][]int{}, re.FindAllStringIndex(text, -1)...))
			if re.NumSubexp() > 0 {
				l.Groups = append(l.Groups, append([]int{}, re.FindStringSubmatchIndex(text)...))
			}
		}
		out.Encode(l)
	}
}
