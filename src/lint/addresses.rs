//! Addresses of mail and of the web, as the library `govalidator` that Helm uses knows them.

use std::sync::{Arc, LazyLock};

use crate::gofmt::unicode;
use crate::neturl::Url;
use crate::regex::Regex;

/// Bytes of the shortest URL are more than this.
const URL_BYTES: usize = 3;
/// Characters of the longest URL are fewer than this.
const URL_CHARACTERS: usize = 2083;

/// True for an address of mail.
pub(super) fn is_email(text: &[u8]) -> bool {
    static EMAIL: LazyLock<Option<Arc<Regex>>> = LazyLock::new(|| {
        const OTHER: &str = r"\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}";
        let word = format!(r"[a-zA-Z\d!#$%&'*+\-/=?^_`{{|}}~{OTHER}]+");
        let space = r"(([ \t]*\r\n)?[ \t]+)?";
        // Each character has a quote of its own before it, whatever was meant.
        let quoted = format!(
            r#"("{space}([\x01-\x08\x0b\x0c\x0e-\x1f\x7f!\x23-\x5b\x5d-\x7e{OTHER}]|\([\x01-\x09\x0b\x0c\x0d-\x7f]))*{space}""#
        );
        let label = format!(r"[a-zA-Z\d{OTHER}]([a-zA-Z\d\-._~{OTHER}]*[a-zA-Z\d{OTHER}])?");
        let last = format!(r"[a-zA-Z{OTHER}]([a-zA-Z\d\-_~{OTHER}]*[a-zA-Z{OTHER}])?");
        Regex::new(format!(r"^({word}(\.{word})*|{quoted})@({label}\.)+{last}\.?$").as_bytes()).ok()
    });
    EMAIL.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// True for a URL, whose scheme may be missing.
pub(super) fn is_url(text: &[u8]) -> bool {
    static URL: LazyLock<Option<Arc<Regex>>> = LazyLock::new(|| {
        const OCTET: &str = r"(1\d\d|2[0-4]\d|25[0-5]|\d{1,2})";
        const LETTER: &str = r"a-zA-Z\x{a1}-\x{ffff}";
        let v4 = format!(r"([1-9]\d?|1\d\d|2[01]\d|22[0-3]|24\d|25[0-5])(\.{OCTET}){{3}}");
        let inner = r"([a-zA-Z0-9][a-zA-Z0-9\-_]*[a-zA-Z0-9]([-.][a-zA-Z0-9]+)*|www\.|[a-zA-Z0-9]+([-_.]?[a-zA-Z0-9])*[a-zA-Z0-9]\.[a-zA-Z0-9]+)?";
        let host = format!(r"{inner}([{LETTER}0-9]+-?-?)*[{LETTER}0-9]+(\.[{LETTER}]+)?");
        let v6 = ipv6();
        Regex::new(
            format!(
                r"^((ftp|tcp|udp|wss?|https?)://)?(\S+@)?({v4}|\[{v6}\]|{host})\.?(:\d{{1,5}})?([/?#]\S*)?$"
            )
            .as_bytes(),
        )
        .ok()
    });
    let characters = unicode::rune_count(text);
    if characters >= URL_CHARACTERS || text.len() <= URL_BYTES || text.starts_with(b".") {
        return false;
    }
    let has_port_only = text.contains(&b':') && memchr::memmem::find(text, b"://").is_none();
    let parsed = if has_port_only { Url::parse(&[b"http://", text].concat()) } else { Url::parse(text) };
    let Ok(url) = parsed else { return false };
    let has_no_host = url.host.is_empty() && !url.path.is_empty() && !url.path.contains(&b'.');
    !url.host.starts_with(b".") && !has_no_host && URL.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// The forms of IP addresses that are written with colons.
fn ipv6() -> String {
    let group = "[0-9a-fA-F]{1,4}";
    let octet = "(25[0-5]|(2[0-4]|1?[0-9])?[0-9])";
    let v4 = format!(r"({octet}\.){{3}}{octet}");
    let mut forms = vec![format!("({group}:){{7}}{group}"), format!("({group}:){{1,7}}:")];
    forms.extend((1..=6).map(|n| format!("({group}:){{1,{}}}(:{group}){{1,{n}}}", 7 - n)));
    forms.push(format!(":((:{group}){{1,7}}|:)"));
    forms.push("fe80:(:[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+".to_owned());
    forms.push(format!("::(ffff(:0{{1,4}})?:)?{v4}"));
    forms.push(format!("({group}:){{1,4}}:{v4}"));
    format!("({})", forms.join("|"))
}

/// True for a URL with a scheme.
pub(super) fn is_request_url(text: &[u8]) -> bool {
    Url::parse_request(text).is_some_and(|url| !url.scheme.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_govalidator() {
        for record in include_str!("../../tests/data/lint/addresses.jsonl").lines() {
            let (text, email, url, request): (String, bool, bool, bool) =
                serde_json::from_str(record).expect("a record");
            let text = text.as_bytes();
            assert_eq!(
                (is_email(text), is_url(text), is_request_url(text)),
                (email, url, request),
                "{record}"
            );
        }
    }
}
