//! Scanning of tags and directives.

use super::error::Error;
use super::scan::{Scanner, TagParts, TokenKind, is_word};

impl<'a> Scanner<'a> {
    /// A tag: `!<uri>`, `!handle!suffix`, `!suffix` or `!`.
    pub(super) fn scan_tag(&mut self) -> Result<TokenKind<'a>, Error> {
        let parts = if self.byte(1) == b'<' {
            self.pos += 2;
            let uri = self.scan_uri(Vec::new(), false)?;
            if self.byte(0) != b'>' {
                return Err(self.error("did not find the expected '>'"));
            }
            self.pos += 1;
            TagParts { handle: Vec::new(), rest: uri }
        } else {
            let handle = self.scan_handle(false)?;
            if handle.len() > 1 && handle.ends_with(b"!") {
                let rest = self.scan_uri(Vec::new(), false)?;
                TagParts { handle, rest }
            } else {
                // Not a handle after all, but the start of the suffix.
                let suffix = self.scan_uri(handle[1..].to_vec(), true)?;
                match suffix.is_empty() {
                    true => TagParts { handle: suffix, rest: b"!".to_vec() },
                    false => TagParts { handle: b"!".to_vec(), rest: suffix },
                }
            }
        };
        if !self.is_blank_or_end(0) {
            return Err(self.error("did not find expected whitespace or line break"));
        }
        Ok(TokenKind::Tag(Box::new(parts)))
    }

    /// `!`, `!word` or `!word!`.
    fn scan_handle(&mut self, in_directive: bool) -> Result<Vec<u8>, Error> {
        if self.byte(0) != b'!' {
            return Err(self.error("did not find expected '!'"));
        }
        let start = self.pos;
        self.pos += 1;
        self.scan_word();
        if self.byte(0) == b'!' {
            self.pos += 1;
        } else if in_directive && self.pos - start > 1 {
            return Err(self.error("did not find expected '!'"));
        }
        Ok(self.text[start..self.pos].to_vec())
    }

    /// The characters of a URI, unescaped, behind `head`. Nothing is fine if there was something before it.
    fn scan_uri(&mut self, head: Vec<u8>, may_be_empty: bool) -> Result<Vec<u8>, Error> {
        let mut uri = head;
        let start = self.pos;
        loop {
            match self.byte(0) {
                b'%' => self.scan_escaped_character(&mut uri)?,
                b if is_word(b) || b";/?:@&=+$,.!~*'()[]".contains(&b) => {
                    uri.push(b);
                    self.pos += 1;
                }
                _ => break,
            }
        }
        if !may_be_empty && self.pos == start {
            return Err(self.error("did not find expected tag URI"));
        }
        Ok(uri)
    }

    /// One character as `%XX` for each of its bytes.
    fn scan_escaped_character(&mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut missing = None;
        while missing != Some(0) {
            let hex = |b: u8| (b as char).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.byte(0), hex(self.byte(1)), hex(self.byte(2))) else {
                return Err(self.error("did not find URI escaped octet"));
            };
            let octet = (high << 4 | low) as u8;
            let left = match (missing, octet) {
                (Some(n), 0x80..=0xBF) => n - 1,
                (Some(_), _) => return Err(self.error("found an incorrect trailing UTF-8 octet")),
                (None, 0x00..=0x7F) => 0,
                (None, 0xC0..=0xDF) => 1,
                (None, 0xE0..=0xEF) => 2,
                (None, 0xF0..=0xF7) => 3,
                (None, _) => return Err(self.error("found an incorrect leading UTF-8 octet")),
            };
            missing = Some(left);
            out.push(octet);
            self.pos += 3;
        }
        Ok(())
    }

    /// A `%YAML` or `%TAG` directive with its line.
    pub(super) fn scan_directive(&mut self) -> Result<TokenKind<'a>, Error> {
        self.pos += 1;
        let name = self.scan_word();
        if name.is_empty() {
            return Err(self.error("could not find expected directive name"));
        }
        if !self.is_blank_or_end(0) {
            return Err(self.error("found unexpected non-alphabetical character"));
        }
        let kind = match name {
            b"YAML" => {
                self.skip_blanks();
                let major = self.scan_version_number()?;
                if self.byte(0) != b'.' {
                    return Err(self.error("did not find expected digit or '.' character"));
                }
                self.pos += 1;
                TokenKind::VersionDirective(major, self.scan_version_number()?)
            }
            b"TAG" => {
                self.skip_blanks();
                let handle = self.scan_handle(true)?;
                if !self.is_blank() {
                    return Err(self.error("did not find expected whitespace"));
                }
                self.skip_blanks();
                let rest = self.scan_uri(Vec::new(), false)?;
                if !self.is_blank_or_end(0) {
                    return Err(self.error("did not find expected whitespace or line break"));
                }
                TokenKind::TagDirective(Box::new(TagParts { handle, rest }))
            }
            _ => return Err(self.error("found unknown directive name")),
        };
        self.skip_rest_of_line()?;
        Ok(kind)
    }

    fn scan_version_number(&mut self) -> Result<u8, Error> {
        let mut value = 0;
        let mut digits = 0;
        while let digit @ b'0'..=b'9' = self.byte(0) {
            digits += 1;
            if digits > 2 {
                return Err(self.error("found extremely long version number"));
            }
            value = value * 10 + (digit - b'0');
            self.pos += 1;
        }
        match digits {
            0 => Err(self.error("did not find expected version number")),
            _ => Ok(value),
        }
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.pos += 1;
        }
    }

    /// Skips blanks, a comment and the line break, behind which there must be nothing else on the line.
    pub(super) fn skip_rest_of_line(&mut self) -> Result<(), Error> {
        self.skip_blanks();
        if self.byte(0) == b'#' {
            self.skip_to_break();
        }
        if self.break_at(0) > 0 {
            self.skip_break();
        } else if !self.is_at_end() {
            return Err(self.error("did not find expected comment or line break"));
        }
        Ok(())
    }
}
