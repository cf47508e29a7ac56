//! The recorded behaviour of Go (`tests/data/gotime/times.go` writes it).

use super::{Duration, Time, Zone, format_duration, parse_duration};

fn text(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

/// What the record asks for; `None` if the system has no such zone.
fn run(record: &serde_json::Value) -> Option<String> {
    let string = |key: &str| record[key].as_str().unwrap_or_default();
    let number = |key: &str| record[key].as_i64().unwrap_or_default();
    let zone = Zone::load(string("zone").as_bytes(), &Zone::Utc)?;
    let time = Time::from_unix(number("seconds"), zone.clone()).add(Duration(number("nanos")));
    Some(match string("op") {
        "format" => text(time.format(string("layout").as_bytes())),
        "parse" => match Time::parse(string("layout").as_bytes(), string("value").as_bytes(), &zone) {
            Ok(time) => format!("{}|{}|{}", text(time.to_text()), time.unix(), time.zone().name()),
            Err(error) => error,
        },
        _ => {
            let duration = Duration(parse_duration(string("value").as_bytes()).unwrap_or_default());
            let before = time.add(Duration(-duration.0));
            let epoch = Time::from_unix(0, Zone::Utc);
            let times = [
                time.add_date(number("years"), number("months"), number("days")),
                time.to_multiple_of(duration, false),
                time.to_multiple_of(duration, true),
                time.add(duration),
            ];
            let durations = [time.since(&before), before.since(&time), time.since(&epoch)];
            let civil = time.civil();
            let mut parts: Vec<String> = times.iter().map(|time| text(time.to_text())).collect();
            parts.extend(durations.iter().map(|duration| format_duration(duration.0)));
            parts.push(civil.year_day.to_string());
            parts.push(super::WEEKDAYS[civil.weekday as usize].to_owned());
            parts.push(zone.is_dst(time.unix()).to_string());
            parts.join("|")
        }
    })
}

#[test]
fn agrees_with_go() {
    for line in include_str!("../../tests/data/gotime/times.jsonl").lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("the records are JSON");
        if let Some(got) = run(&record) {
            assert_eq!(got, record["want"].as_str().unwrap_or_default(), "{line}");
        }
    }
}

#[test]
fn local_zones() {
    let shown = |variable, unix| text(Time::from_unix(unix, Zone::local(variable)).format(b"15:04 MST"));
    assert_eq!(shown(Some(""), 0), "00:00 UTC");
    assert_eq!(shown(Some("UTC"), 0), "00:00 UTC");
    assert_eq!(shown(Some("No/Where"), 0), "00:00 UTC");
    if Zone::load(b"Asia/Kolkata", &Zone::Utc).is_some() {
        assert_eq!(shown(Some(":Asia/Kolkata"), 0), "05:30 IST");
    }
    assert!(Zone::load(b"../zoneinfo/UTC", &Zone::Utc).is_none());
    assert!(Zone::load(b"/etc/localtime", &Zone::Utc).is_none());
}
