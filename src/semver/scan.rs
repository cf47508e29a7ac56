//! The form that versions and constraints share.

/// The parts of `v1.2.3-pre+metadata`. Only the first number is never empty.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parts<'t> {
    /// All of it.
    pub text: &'t [u8],
    /// Major, minor and patch.
    pub numbers: [&'t [u8]; 3],
    /// What follows the hyphen.
    pub pre: &'t [u8],
    /// What follows the plus sign.
    pub metadata: &'t [u8],
}

impl<'t> Parts<'t> {
    /// As much of the start of `text` as has the form of a version whose numbers are made of `is_digit`.
    pub fn scan(text: &'t [u8], is_digit: fn(&u8) -> bool) -> Option<Parts<'t>> {
        let mut rest = text.strip_prefix(b"v").unwrap_or(text);
        let mut numbers = [&b""[..]; 3];
        numbers[0] = run(&mut rest, is_digit)?;
        for number in &mut numbers[1..] {
            let Some(found) = after(&mut rest, b'.', |rest| run(rest, is_digit)) else { break };
            *number = found;
        }
        let pre = after(&mut rest, b'-', identifiers).unwrap_or_default();
        let metadata = after(&mut rest, b'+', identifiers).unwrap_or_default();
        Some(Parts { text: &text[..text.len() - rest.len()], numbers, pre, metadata })
    }
}

/// Takes the bytes of a class, at least one, off the start of `rest`.
fn run<'t>(rest: &mut &'t [u8], is_member: fn(&u8) -> bool) -> Option<&'t [u8]> {
    let length = rest.iter().take_while(|b| is_member(b)).count();
    let (found, after) = rest.split_at(length);
    *rest = after;
    (length > 0).then_some(found)
}

/// Takes `separator` and what `take` takes off the start of `rest`: both or nothing.
fn after<'t>(
    rest: &mut &'t [u8],
    separator: u8,
    take: impl FnOnce(&mut &'t [u8]) -> Option<&'t [u8]>,
) -> Option<&'t [u8]> {
    let mut ahead = rest.strip_prefix(&[separator])?;
    let found = take(&mut ahead)?;
    *rest = ahead;
    Some(found)
}

/// Takes identifiers, with periods between them, off the start of `rest`.
fn identifiers<'t>(rest: &mut &'t [u8]) -> Option<&'t [u8]> {
    let start = *rest;
    run(rest, is_identifier)?;
    while after(rest, b'.', |rest| run(rest, is_identifier)).is_some() {}
    Some(&start[..start.len() - rest.len()])
}

/// True for what prereleases and metadata are made of.
pub(super) fn is_identifier(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || *byte == b'-'
}
