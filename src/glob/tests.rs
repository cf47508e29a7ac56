use super::filepath::BadPattern;
use super::*;

/// Checks names that match, and names that do not.
fn check(pattern: &str, yes: &[&str], no: &[&str]) {
    let glob = Glob::new(pattern.as_bytes(), b"/").expect(pattern);
    for (names, expect) in [(yes, true), (no, false)] {
        for name in names {
            assert_eq!(glob.matches(name.as_bytes()), expect, "{pattern} {name}");
        }
    }
}

#[test]
fn patterns() {
    check("*.yaml", &["a.yaml", ".yaml"], &["a/b.yaml", "a.yml", ""]);
    check("**.yaml", &["a.yaml", "a/b.yaml"], &["a.yml"]);
    check("conf/*", &["conf/a", "conf/"], &["conf/a/b", "conf", "a/conf/b"]);
    check("conf/**", &["conf/a", "conf/a/b"], &["conf"]);
    check("a/*/c", &["a/b/c", "a//c"], &["a/c", "a/b/b/c"]);
    check("{a,b}/*.{x,y}", &["a/1.x", "b/2.y"], &["c/1.x", "a/1.z"]);
    check("[ab]?[!ab][a-c][!a-c]", &["a1cax", "bxcb-"], &["c1cax", "a/cax", "a1aax"]);
    check(r"a\*\{b", &["a*{b"], &["ab"]);
    check("{a", &["a"], &["{a"]);
    check("a},", &["a},"], &["a"]);
    check("", &[""], &["a"]);
}

#[test]
fn shortcuts_of_gobwas() {
    // The halves may overlap.
    check("a/**/b", &["a/x/b", "a/b"], &["ab"]);
    // Not one of two characters, but not both in sequence.
    check("[!ab][!ab]", &["aa", "xy"], &["ab", "x"]);
    // The alternative with a fixed length decides on the length of all.
    check("x{*.z,ab}", &["x.z", "xab"], &["x1.z", "xabc"]);
    // A single character need not be there if it is all.
    check("?", &["a", "é", ""], &["/", "ab"]);
}

#[test]
fn bad_patterns() {
    for (pattern, error) in [
        ("[", "unexpected end of input"),
        ("[a-", "unexpected end of input"),
        ("[a-cd]", "expected close range character"),
        ("[]", "could not parse range"),
        ("[c-a]", "hi character 'a' should be greater than lo 'c'"),
        ("\u{fffd}", "could not read rune"),
    ] {
        let result = Glob::new(pattern.as_bytes(), b"/").map(|_| ());
        assert_eq!(result.map_err(|e| e.to_string()), Err(error.to_owned()), "{pattern}");
    }
}

#[test]
fn hard_patterns_end() {
    let name = b"a".repeat(200);
    let glob = Glob::new(&[b"*a".repeat(40), b"b".to_vec()].concat(), b"/").expect("a pattern");
    assert!(!glob.matches(&name));
    let glob = Glob::new(&b"a?*".repeat(limits::GLOB_BYTES / 3), b"/").expect("a pattern");
    assert!(!glob.matches(&name));
    assert!(Glob::new(&b"{".repeat(limits::GLOB_DEPTH + 1), b"/").is_err());
}

#[test]
fn file_names() {
    for (pattern, name, expect) in [
        ("a*c", "abc", Ok(true)),
        ("a*c", "a/c", Ok(false)),
        ("*/b?[^x-z]", "a/bcd", Ok(true)),
        ("*/b?[^x-z]", "a/bcy", Ok(false)),
        ("*[a-c]*", "xxb", Ok(true)),
        (r"a\*[\-x]", "a*-", Ok(true)),
        ("?", "é", Ok(true)),
        ("[é]", "é", Ok(true)),
        ("**", "abc", Ok(true)),
        ("", "", Ok(true)),
        ("[a", "a", Err(BadPattern)),
        ("[]a]", "a", Err(BadPattern)),
        ("[a-]", "a", Err(BadPattern)),
        (r"a\", "b", Err(BadPattern)),
        ("b*[", "a", Ok(false)),
    ] {
        assert_eq!(filepath_match(pattern.as_bytes(), name.as_bytes()), expect, "{pattern} {name}");
    }
}
