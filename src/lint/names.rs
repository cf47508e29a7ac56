//! What names objects of Kubernetes may have.

use crate::gofmt;

/// Bytes of a label of a DNS name.
const LABEL_BYTES: usize = 63;
/// Bytes of a DNS name.
const SUBDOMAIN_BYTES: usize = 253;

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const LABEL_1035: &str = "[a-z]([-a-z0-9]*[a-z0-9])?";

/// What is wrong with `name` as the `metadata.name` of an object of this kind, in the words of Kubernetes.
pub(super) fn problem(kind: &[u8], name: &[u8]) -> Option<String> {
    let problems = match kind.to_ascii_lowercase().as_slice() {
        b"service" => label_1035(name),
        b"namespace" => label(name),
        b"certificatesigningrequest" => Vec::new(),
        b"role" | b"clusterrole" | b"rolebinding" | b"clusterrolebinding" => path_segment(name),
        _ => subdomain(name),
    };
    let quoted = gofmt::quote(name);
    let problems: Vec<String> =
        problems.iter().map(|problem| format!("metadata.name: Invalid value: {quoted}: {problem}")).collect();
    let problems = match problems.as_slice() {
        [] => return None,
        [problem] => problem.clone(),
        problems => format!("[{}]", problems.join(", ")),
    };
    Some(format!("object name does not conform to Kubernetes naming requirements: {quoted}: {problems}"))
}

fn is_label(text: &[u8]) -> bool {
    let is_inner = |b: &u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    !text.is_empty() && text.iter().all(is_inner) && !text.starts_with(b"-") && !text.ends_with(b"-")
}

fn is_subdomain(text: &[u8]) -> bool {
    text.split(|b| *b == b'.').all(is_label)
}

fn too_long(name: &[u8], limit: usize) -> Option<String> {
    (name.len() > limit).then(|| format!("must be no more than {limit} characters"))
}

fn label(name: &[u8]) -> Vec<String> {
    let form = if is_label(name) {
        None
    } else if is_subdomain(name) {
        Some("must not contain dots".to_owned())
    } else {
        Some(format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
             end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL}')"
        ))
    };
    too_long(name, LABEL_BYTES).into_iter().chain(form).collect()
}

fn label_1035(name: &[u8]) -> Vec<String> {
    let form = if is_label(name) && !name.first().is_some_and(u8::is_ascii_digit) {
        None
    } else {
        Some(format!(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
             validation is '{LABEL_1035}')"
        ))
    };
    too_long(name, LABEL_BYTES).into_iter().chain(form).collect()
}

fn subdomain(name: &[u8]) -> Vec<String> {
    let form = if is_subdomain(name) {
        None
    } else {
        Some(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must \
             start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
             '{LABEL}(\\.{LABEL})*')"
        ))
    };
    too_long(name, SUBDOMAIN_BYTES).into_iter().chain(form).collect()
}

fn path_segment(name: &[u8]) -> Vec<String> {
    if let b"." | b".." = name {
        return vec![format!("may not be '{}'", String::from_utf8_lossy(name))];
    }
    let forbidden = ['/', '%'].into_iter().filter(|c| name.contains(&(*c as u8)));
    forbidden.map(|c| format!("may not contain '{c}'")).collect()
}
