// Writes the expectations of src/gofmt/tests.rs: go run printf.go
//
// Every text in the files is a JSON string with one code point for each byte.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
)

type level int

func (l level) String() string { return "L" + strconv.Itoa(int(l)) }

type pair struct {
	A any
	b string
}

type point struct{ X int }

func (p *point) GoString() string { return "newPoint()" }

// An operand and how the test builds it.
type operand struct {
	spec  any
	value any
}

func tagged(tag string, rest ...any) any { return append([]any{tag}, rest...) }

func number(tag string, value any) operand { return operand{tagged(tag, fmt.Sprint(value)), value} }

func float(f float64) operand {
	return operand{tagged("float64", strconv.FormatUint(math.Float64bits(f), 16)), f}
}

func float32_(f float32) operand {
	return operand{tagged("float32", strconv.FormatUint(uint64(math.Float32bits(f)), 16)), f}
}

func text(s string) operand { return operand{tagged("string", bytes(s)), s} }

func blob(s string) operand { return operand{tagged("bytes", bytes(s)), []byte(s)} }

func list(items ...operand) operand {
	specs, values := []any{}, []any{}
	for _, item := range items {
		specs, values = append(specs, item.spec), append(values, item.value)
	}
	return operand{tagged("list", specs), values}
}

func strs(items ...string) operand {
	specs := []any{}
	for _, item := range items {
		specs = append(specs, bytes(item))
	}
	return operand{tagged("strings", specs), append([]string{}, items...)}
}

func dict(items map[string]operand) operand {
	specs, values := map[string]any{}, map[string]any{}
	for key, item := range items {
		specs[key], values[key] = item.spec, item.value
	}
	return operand{tagged("map", specs), values}
}

var null = operand{tagged("nil"), nil}

func bytes(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

var operands = []operand{
	null,
	{tagged("bool", true), true},
	number("int", 0), number("int", 42), number("int", -7), number("int", math.MinInt64),
	number("int", 0x1F389), number("int", 0xD800), number("int", 1<<40),
	number("int64", int64(120)), number("int8", int8(-128)), number("int32", int32(0x2603)),
	number("uint8", uint8(200)), number("uint", uint(7)), number("uint64", uint64(math.MaxUint64)),
	float(0), float(math.Copysign(0, -1)), float(2.5), float(-3.14159), float(1e21), float(123456789), float(1e-7),
	float(math.Inf(1)), float(math.Inf(-1)), float(math.NaN()), float(5e-324), float(100), float(0.00012),
	float32_(0.1), float32_(16777216),
	{tagged("complex", "2.5", "-1"), complex(2.5, -1)},
	text(""), text("abc"), text("h\u00e9\u2603\U0001F389"), text("a`b\"c\\\n\x00"), text("\xff\xe2\x98z\u00a0\ufeff"),
	blob(""), blob("hi\xff"),
	list(), list(number("int", 1), text("a b"), null, float(1.5)), list(list(number("int64", int64(3))), strs("x")),
	list(blob("ab"), operand{tagged("level", 3), level(3)}),
	strs(), strs("a", "\u00e9"),
	{tagged("ints", []int{1, 200}), []int{1, 200}},
	{tagged("nillist"), []any(nil)},
	{tagged("nilmap"), map[string]any(nil)},
	dict(map[string]operand{}), dict(map[string]operand{"z": number("int", 1), "a": null, "M": strs("q")}),
	{tagged("level", 3), level(3)},
	{tagged("pair", tagged("int", "1"), "x"), pair{1, "x"}},
	{tagged("pair", tagged("nil"), ""), pair{nil, ""}},
	{tagged("pointer", tagged("level", 2), "y"), &pair{level(2), "y"}},
	{tagged("point", 4), &point{4}},
	{tagged("nilpointer"), (*pair)(nil)},
}

var formats = strings.Fields(`%v %+v %#v %T %t %d %b %o %O %x %X %c %q %U %e %E %f %F %g %G %s %w %z %#x %#X %#o %#O
%#b %#q %+q %#+q %#U %+d %08d %-8d| %+08d %8v| %-8v| %08v| %.3v| %8.3v| %-08.3s| %.0s %.0d %.5d %8.5d| %08.5d| %#.3x
%x| %#8x| %.2x| %+.2e %08.2f %-10.1f| %+010.2f %#g %#.3g %#e %#.0f %.3g %.0g %.10g %.20f %.0f %.1x %.0x %#v| %6t|
%-6t| %06q| %6c| %-6c| %06c| %8U| %.6U| %+.3X %6.2q| %#.2q| %030.3g| %+v| %6T|`)

var extraFormats = []string{"% d", "% x", "% X", "%# x", "%# X", "% +d", "% .2f", "% 08d", "% 6x|", "% v", "%+ q", "% g", "%"}

// Formats with several operands, or none.
var calls = []struct {
	format string
	args   []operand
}{
	{"", nil}, {"%%", nil}, {"100%", nil}, {"%d", nil}, {"%5%|%-%|", nil}, {"%!", nil}, {"%\xff", nil}, {"a\xffb", nil},
	{"%d %d", []operand{number("int", 1)}},
	{"x", []operand{number("int", 1), null, text("s"), list()}},
	{"%[2]d %[1]d", []operand{number("int", 1), number("int", 2)}},
	{"%[2]d %d|%[1]d", []operand{number("int", 1), number("int", 2)}},
	{"%[3]*.[2]*[1]f|", []operand{float(12), number("int", 2), number("int", 6)}},
	{"%[5]d %d", []operand{number("int", 1)}}, {"%[0]d", []operand{number("int", 1)}},
	{"%[]d", []operand{number("int", 1)}}, {"%[x]d", []operand{number("int", 1)}}, {"%[1", []operand{number("int", 1)}},
	{"%[-1]d", []operand{number("int", 1)}}, {"%[1]2d", []operand{number("int", 1)}}, {"%[1].2d", []operand{number("int", 1)}},
	{"%[1]", []operand{number("int", 1)}}, {"%[99999999]d", []operand{number("int", 1)}}, {"%[1]%", []operand{number("int", 1)}},
	{"%[", nil}, {"%[]", nil}, {"%.[1]d", []operand{number("int", 1)}}, {"%.*[1]d", []operand{number("int", 3)}},
	{"%*d|", []operand{number("int", 5), number("int", 42)}}, {"%-*d|", []operand{number("int", 5), number("int", 42)}},
	{"%*d|", []operand{number("int", -5), number("int", 42)}}, {"%0*d|", []operand{number("int", -5), number("int", 42)}},
	{"%*d|", []operand{text("x"), number("int", 42)}}, {"%*d|", []operand{number("int", 10000001), number("int", 42)}},
	{"%*d|", []operand{number("uint8", uint8(4)), number("int", 42)}}, {"%*d", []operand{number("int", 4)}}, {"%*", nil},
	{"%.*f|", []operand{number("int", 2), float(3.14159)}}, {"%.*d|", []operand{number("int", -1), number("int", 42)}},
	{"%.*d|", []operand{null, number("int", 42)}}, {"%*.*f|", []operand{number("int", 8), number("int", 2), float(3.14159)}},
	{"%*d|", []operand{number("uint64", uint64(math.MaxUint64)), number("int", 42)}}, {"%*d|", []operand{{tagged("level", 6), level(6)}, number("int", 42)}},
	{"%.", []operand{number("int", 1)}}, {"%.d|%.3", []operand{number("int", 1)}}, {"%5.5.5d", []operand{number("int", 7)}},
	{"%.-3d", []operand{number("int", 1)}}, {"%--+5d|", []operand{number("int", 1)}}, {"%10000011d", []operand{number("int", 1)}},
	{"%☃ %\n", []operand{number("int", 1), number("int", 2)}}, {"%-010d|%+-05d|", []operand{number("int", 1), number("int", 2)}},
	{"%d%s%v%q%t", []operand{number("int", 1), text("a"), null, text("b"), {tagged("bool", false), false}}},
}

func write(name string, cases [][]any) {
	var out strings.Builder
	out.WriteString("[\n")
	for i, c := range cases {
		line, err := json.Marshal(c)
		if err != nil {
			panic(err)
		}
		out.Write(line)
		if i < len(cases)-1 {
			out.WriteString(",")
		}
		out.WriteString("\n")
	}
	out.WriteString("]\n")
	if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
		panic(err)
	}
}

func main() {
	cases := [][]any{}
	add := func(function, format string, args []operand) {
		specs, values := []any{}, []any{}
		for _, arg := range args {
			specs, values = append(specs, arg.spec), append(values, arg.value)
		}
		var result string
		switch function {
		case "print":
			result = fmt.Sprint(values...)
		case "println":
			result = fmt.Sprintln(values...)
		default:
			result = fmt.Sprintf(format, values...)
		}
		if !strings.Contains(result, "0xc0") {
			cases = append(cases, []any{function, bytes(format), specs, bytes(result)})
		}
	}
	for i, format := range append(formats, extraFormats...) {
		for j, arg := range operands {
			// Plain verbs meet every operand; combinations of flags are sampled.
			if i < 23 || (i*7+j*3)%5 == 0 {
				add("printf", format, []operand{arg})
			}
		}
	}
	for _, call := range calls {
		add("printf", call.format, call.args)
	}
	for i, a := range operands {
		b, c := operands[(i*5+3)%len(operands)], operands[(i*11+7)%len(operands)]
		add("print", "", []operand{a, b, c})
		add("println", "", []operand{a, b, c})
	}
	add("print", "", nil)
	add("println", "", nil)
	write("printf.json", cases)

	floats := [][]any{}
	state := uint64(1)
	next := func() uint64 {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return state
	}
	values := []float64{0, 0.5, 1.5, 2.5, 0.25, 0.125, 1e22, 1e23, 5e-324, math.MaxFloat64, 2.2250738585072014e-308,
		9007199254740993, 0.3, 1.0 / 3, 4503599627370497.5, 123456.789, 999999.5, 0.99999, 9.5, 1e15, 8.5e-5, 1608295216993060.25, 2519724.25, 0x1p-44, 0x1p89, 9.995}
	for range 40 {
		values = append(values, math.Float64frombits(next()&^(1<<63)))
	}
	for range 30 {
		values = append(values, float64(next()%1000000)/float64([]int{8, 10, 100, 1000, 1024}[next()%5]))
	}
	for i, f := range values {
		row := []any{strconv.FormatUint(math.Float64bits(f), 16)}
		for j, verb := range "gefxGEX" {
			for _, precision := range []int{-1, 0, 1, 3, 17, 25} {
				if precision < 0 || (i+j+precision)%3 == 0 {
					row = append(row, []any{string(verb), precision, strconv.FormatFloat(f, byte(verb), precision, 64)})
				}
			}
		}
		row = append(row, []any{"g32", -1, strconv.FormatFloat(f, 'g', -1, 32)}, []any{"b", -1, strconv.FormatFloat(f, 'b', -1, 64)})
		floats = append(floats, row)
	}
	write("floats.json", floats)

	parses := [][]any{}
	for _, s := range []string{"", "0", "1", "-1", "+1", "+", "-", "08", "010", "0x10", "0X1f", "0b101", "0o17", "0b", "0x", "0_8", "1_000",
		"0x_1f", "_1", "1_", "1__0", "0b1_0", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"-9223372036854775809", "18446744073709551615", "18446744073709551616", "127", "128", "-128", "-129", "255", "256",
		"1.5", "1e3", " 1", "1 ", "a", "é", "\xff", "true", "T", "False", "yes", "1.", ".5", ".", "1e", "1e+5", "1E-5", "1e400",
		"-1e400", "1e-400", "inf", "-Inf", "+infinity", "nan", "+nan", "infinit", "0x1p-2", "0x1.8p1", "0x1.fffffffffffff8p0",
		"0x1.fffffffffffff7p0", "0x.8p0", "0x1", "0x.p1", "0x1p1024", "0x1p-1074", "0x1p-1075", "0x1.000001p-1075", "0x1_0p1", "1_0.5",
		"1_.5", "1e1_0", "1e_1", "0x123456789abcdef01p3", "340282356779733661637539395458142568448", "1e-45", "0.1", "3.4028236e38",
		"123456789012345678901234567890", "0.000000000000000000000000000000000000000000000000000000000000001", "--1", "1e5e5", "1.2.3"} {
		row := []any{bytes(s)}
		result := func(name string, value any, err error) {
			if err != nil {
				value = err.Error()
			}
			row = append(row, []any{name, bytes(fmt.Sprint(value))})
		}
		for _, base := range []int{0, 10, 8, 16} {
			i, err := strconv.ParseInt(s, base, 64)
			result(fmt.Sprint("base", base), i, err)
		}
		i8, err := strconv.ParseInt(s, 10, 8)
		result("int8", i8, err)
		u, err := strconv.ParseUint(s, 0, 64)
		result("uint", u, err)
		a, err := strconv.Atoi(s)
		result("atoi", a, err)
		b, err := strconv.ParseBool(s)
		result("bool", b, err)
		f, err := strconv.ParseFloat(s, 64)
		result("float64", f, err)
		f, err = strconv.ParseFloat(s, 32)
		result("float32", f, err)
		parses = append(parses, row)
	}
	write("parse.json", parses)
}
