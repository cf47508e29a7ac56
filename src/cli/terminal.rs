//! What may reach a terminal of text that comes from charts.

use std::borrow::Cow;
use std::io::{self, IsTerminal};

use bstr::ByteSlice;

/// `text` with characters that command a terminal, or turn the direction of writing around, as Go's escapes.
pub(super) fn printable(text: &[u8]) -> Cow<'_, [u8]> {
    let mut shown = Vec::new();
    let mut done = 0;
    for (start, end, c) in text.char_indices() {
        if is_command(c, &text[end..]) {
            shown.extend_from_slice(&text[done..start]);
            let escape = match u32::from(c) {
                code @ ..=0x7F => format!("\\x{code:02x}"),
                code => format!("\\u{code:04x}"),
            };
            shown.extend_from_slice(escape.as_bytes());
            done = end;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    shown.extend_from_slice(&text[done..]);
    Cow::Owned(shown)
}

/// True if `c`, with `rest` behind it, is more than a character to see.
fn is_command(c: char, rest: &[u8]) -> bool {
    match c {
        '\n' | '\t' => false,
        '\r' => !rest.starts_with(b"\n"),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    }
}

/// What the user types on the terminal, which does not show it.
///
/// # Errors
/// If there is no terminal.
pub(super) fn read_password() -> io::Result<String> {
    if !io::stdin().is_terminal() {
        return Err(io::Error::other("no terminal to ask for the password on (--password-stdin reads it)"));
    }
    console::Term::stdout().read_secure_line()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_shown() {
        for (text, shown) in [
            ("a\tb\r\nü\n", "a\tb\r\nü\n"),
            ("\u{1b}[2J", "\\x1b[2J"),
            ("a\rb\u{7f}", "a\\x0db\\x7f"),
            ("\u{9b}31m", "\\u009b31m"),
            ("x\u{202e}y", "x\\u202ey"),
        ] {
            assert_eq!(&*printable(text.as_bytes()), shown.as_bytes(), "{text:?}");
        }
        assert!(matches!(printable(b"plain \xff"), Cow::Borrowed(_)));
    }
}
