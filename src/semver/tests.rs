use super::*;

fn check(constraint: &str, version: &str) -> String {
    let result = Constraint::parse(constraint.as_bytes())
        .and_then(|constraint| Ok(constraint.check(&Version::parse(version.as_bytes())?)));
    result.map_or_else(|error| error.to_string(), |holds| holds.to_string())
}

#[test]
fn loose_versions() {
    for (text, expect) in [
        ("v1.2", "1.2.0"),
        ("01.2.3", "1.2.3"),
        ("1-beta.1+x.01", "1.0.0-beta.1+x.01"),
        ("18446744073709551615", "18446744073709551615.0.0"),
        ("", "invalid semantic version"),
        ("V1", "invalid semantic version"),
        ("1.2.3.4", "invalid semantic version"),
        ("1.2.3-", "invalid semantic version"),
        ("1.2.3-01", "version segment starts with 0"),
        (
            "99999999999999999999",
            "error parsing version segment: strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
        ),
    ] {
        let result = Version::parse(text.as_bytes());
        assert_eq!(result.map_or_else(|e| e.to_string(), |v| v.to_string()), expect, "{text}");
    }
}

#[test]
fn strict_versions() {
    for (text, expect) in [
        ("1.2.3-a.1+b-c", "1.2.3-a.1+b-c"),
        ("", "version string empty"),
        ("1.2", "invalid semantic version"),
        ("v1.2.3", "invalid characters in version"),
        ("1.02.3", "version segment starts with 0"),
        ("1..3", "strconv.ParseUint: parsing \"\": invalid syntax"),
        ("1.2.3+", "invalid metadata string"),
        ("1.2.3-a..b", "invalid prerelease string"),
        ("1.2.3-01", "version segment starts with 0"),
    ] {
        let result = Version::parse_strict(text.as_bytes());
        assert_eq!(result.map_or_else(|e| e.to_string(), |v| v.to_string()), expect, "{text}");
    }
}

#[test]
fn order_of_prereleases() {
    let ascending =
        ["1.0.0-2", "1.0.0-10", "1.0.0--1", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0"];
    for pair in ascending.windows(2) {
        let [a, b] = [0, 1].map(|i| Version::parse(pair[i].as_bytes()).expect(pair[i]));
        assert_eq!((a.compare(&b), b.compare(&a)), (Ordering::Less, Ordering::Greater), "{pair:?}");
    }
}

#[test]
fn constraints() {
    for (constraint, version, expect) in [
        (" >= 1.2 , <2.0 || =>3", "1.5.0", "true"),
        (" >= 1.2 , <2.0 || =>3", "2.5.0", "false"),
        ("1.2 - 1.4", "1.4.5", "true"),
        ("1.2.0 - 1.4.0 || 7 - 8", "8.1.0", "true"),
        ("5.1.2.3 - 3", "2.5.0", "improper constraint: \"5.>= 1.2.3, <= 3 \""),
        ("^*", "1.5.0", "false"),
        ("~*", "1.5.0", "true"),
        ("!=1.2.x", "1.2.7", "false"),
        (">1.2", "1.2.7", "false"),
        ("<=1.2", "1.2.7", "true"),
        (">1.2, <1.1", "1.2.0", "false"),
        ("1 || 2", "1.0.0-a", "false"),
        ("=1.0.0", "v1", "true"),
        ("^0.2", "0.3.0", "false"),
        ("^0.2.3", "0.3.0", "false"),
        (">=1.2", "1.3.0-rc.1", "false"),
        (">=1.2, <2-0", "1.3.0-rc.1", "true"),
        ("", "1.0.0", "improper constraint: \"\""),
        (">=1.0,", "1.0.0", "improper constraint: \">=1.0,\""),
        ("1.0 || 2;", "1.0.0", "improper constraint: \" 2;\""),
        ("x1", "1.0.0", "constraint parser error"),
        ("1|2", "1.0.0", "constraint parser error"),
    ] {
        assert_eq!(check(constraint, version), expect, "{constraint}");
    }
}

#[test]
fn lengths_are_limited() {
    let version = |len: usize| Version::parse(format!("1.2.3-{}", "a".repeat(len - 6)).as_bytes());
    assert!(version(256).is_ok());
    let error = version(257).expect_err("too long");
    assert_eq!(error.to_string(), "version string is too long (max 256 bytes)");
    let constraint = |len: usize| Constraint::parse(&"1 ".repeat(len.div_ceil(2)).as_bytes()[..len]);
    assert!(constraint(512).is_ok());
    let error = constraint(513).expect_err("too long");
    assert_eq!(error.to_string(), "constraint string is too long (max 512 bytes)");
}
