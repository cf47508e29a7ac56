// Writes the expectations of src/gotime/tests.rs: go run times.go > times.jsonl
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"time"
	"unicode/utf8"
)

type record struct {
	Op      string `json:"op"`
	Zone    string `json:"zone"`
	Layout  string `json:"layout,omitempty"`
	Value   string `json:"value,omitempty"`
	Seconds int64  `json:"seconds,omitempty"`
	Nanos   int64  `json:"nanos,omitempty"`
	Years   int    `json:"years,omitempty"`
	Months  int    `json:"months,omitempty"`
	Days    int    `json:"days,omitempty"`
	Want    string `json:"want"`
}

var tokens = []string{"2006", "06", "01", "1", "Jan", "January", "02", "2", "_2", "002", "__2", "15", "3", "03", "4",
	"04", "5", "05", "PM", "pm", "MST", "-0700", "-07:00", "-07", "-070000", "-07:00:00", "Z0700", "Z07:00", "Z07",
	"Z070000", "Z07:00:00", ".000", ".999", ",000", ",999999", ".0", ".9999999999", "Mon", "Monday", "_2006", "Janx",
	"Monx", ".0001", " ", "-", "/", ":", "T", ", ", "é", "  ", "x", "0", "6", "7", "_"}

var zones = []string{"UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe",
	"Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran", "Europe/London", "Europe/Dublin", "Pacific/Apia",
	"Africa/Monrovia", "Etc/GMT+5", "EST5EDT", "Asia/Pyongyang", "America/Caracas", "Antarctica/Troll", "Asia/Gaza"}

var layouts = []string{time.ANSIC, time.UnixDate, time.RFC822, time.RFC822Z, time.RFC850, time.RFC1123, time.RFC3339,
	time.RFC3339Nano, time.Kitchen, time.StampMicro, time.DateTime, "2006-01-02", "2006-01-02 15:04:05 MST",
	"2006-002", "2006-01-02 -07:00 MST"}

var random = rand.New(rand.NewSource(42))

func pick[T any](from []T) T { return from[random.Intn(len(from))] }

func layout(tokensAtMost int) string {
	text := ""
	for n := 1 + random.Intn(tokensAtMost); n > 0; n-- {
		text += pick(tokens)
	}
	return text
}

func seconds() int64 {
	switch random.Intn(5) {
	case 0:
		return random.Int63n(4e9) - 2e9
	case 1:
		return random.Int63n(3e11) - 1.2e11
	case 2:
		return int64(random.Uint64())
	case 3:
		return random.Int63n(8e9)
	}
	return random.Int63n(2e9)
}

func nanos() int64 {
	return pick([]int64{0, 100000000, 120000000, 1, 999999999, random.Int63n(1e9)})
}

func load(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return location
}

func main() {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for range 250 {
		r := record{Op: "format", Zone: pick(zones), Layout: layout(8), Seconds: seconds(), Nanos: nanos()}
		r.Want = time.Unix(r.Seconds, r.Nanos).In(load(r.Zone)).Format(r.Layout)
		encoder.Encode(r)
	}
	for range 500 {
		r := record{Op: "parse", Zone: pick(zones), Layout: pick(layouts)}
		if random.Intn(2) == 0 {
			r.Layout = layout(5)
		}
		shown := pick([]string{r.Zone, pick(zones)})
		value := []byte(time.Unix(seconds(), nanos()).In(load(shown)).Format(r.Layout))
		if len(value) > 0 {
			at := random.Intn(len(value))
			switch random.Intn(4) {
			case 0:
				value[at] = pick([]byte("0123456789:-+ .TZAPM"))
			case 1:
				value = append(value[:at], value[at+1:]...)
			}
		}
		if !utf8.Valid(value) {
			continue
		}
		r.Value = string(value)
		if t, err := time.ParseInLocation(r.Layout, r.Value, load(r.Zone)); err != nil {
			r.Want = err.Error()
		} else {
			r.Want = fmt.Sprint(t, "|", t.Unix(), "|", t.Location())
		}
		encoder.Encode(r)
	}
	for range 150 {
		r := record{Op: "calculate", Zone: pick(zones), Seconds: seconds(), Nanos: nanos()}
		r.Years, r.Months, r.Days = random.Intn(41)-20, random.Intn(61)-30, random.Intn(801)-400
		t := time.Unix(r.Seconds, r.Nanos).In(load(r.Zone))
		d := time.Duration(random.Int63n(int64(1) << uint(1+random.Intn(62))))
		d = pick([]time.Duration{d, d / 1e9 * 1e9, pick([]time.Duration{1, 5, 50, 1000, 5000, 250000000, 500000000})})
		r.Value = d.String()
		before := t.Add(-d)
		r.Want = fmt.Sprint(t.AddDate(r.Years, r.Months, r.Days), "|", t.Truncate(d), "|", t.Round(d), "|", t.Add(d), "|",
			t.Sub(before), "|", before.Sub(t), "|", t.Sub(time.Unix(0, 0)), "|", t.YearDay(), "|", t.Weekday(), "|", t.IsDST())
		encoder.Encode(r)
	}
}
