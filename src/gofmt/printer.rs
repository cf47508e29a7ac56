//! `fmt`'s printing of operands: format strings, verbs, and values of every kind.

use super::layout::{Output, Spec};
use super::unicode::decode;
use crate::limits;
use crate::stack::with_stack;
use crate::value::{Kind, Num, Object, Str, Type, Value};

/// The largest width or precision that `*` takes, and about the largest that a format may say.
const MAX_NUMBER: i64 = 1_000_000;

/// Where pointers seem to point to: Go prints addresses, which mean nothing and differ from run to run.
const ADDRESS: u64 = 0xc0_0000_0000;

/// Prints operands into an output.
#[derive(Debug)]
pub(super) struct Printer<'a> {
    out: Output<'a>,
    spec: Spec,
    /// While a wrong verb is reported: `String` and `Error` are not called then.
    erroring: bool,
    /// True if a value was too deep to print.
    pub too_deep: bool,
}

impl<'a> Printer<'a> {
    pub fn new(out: Output<'a>) -> Printer<'a> {
        Printer { out, spec: Spec::default(), erroring: false, too_deep: false }
    }

    /// True if the output was cut.
    pub fn overflow(&self) -> bool {
        self.out.overflow
    }

    /// `Fprint`: a space between operands when neither is a string.
    pub fn print(&mut self, args: &[Value]) {
        let mut after_string = true;
        for arg in args {
            let is_string = arg.kind() == Kind::String;
            if !is_string && !after_string {
                self.out.write(b" ");
            }
            self.argument(arg, 'v');
            after_string = is_string;
        }
    }

    /// Prints operands as actions of templates do: nil is `<no value>`, and pointers are looked through.
    pub fn print_indirect(&mut self, args: &[Value]) {
        let mut after_string = true;
        for arg in args {
            let is_string = matches!(arg.kind(), Kind::String | Kind::Invalid);
            if !is_string && !after_string {
                self.out.write(b" ");
            }
            match arg {
                Value::Nil => self.out.write(b"<no value>"),
                Value::Object(object) if points_to_plain_struct(object.as_ref()) => {
                    self.structure("", &object.all_fields(), 'v', 0);
                }
                _ => self.argument(arg, 'v'),
            }
            after_string = is_string;
        }
    }

    /// `Fprintln`: a space between any operands, and a final newline.
    pub fn print_line(&mut self, args: &[Value]) {
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.out.write(b" ");
            }
            self.argument(arg, 'v');
        }
        self.out.write(b"\n");
    }

    /// `Fprintf`
    pub fn print_format(&mut self, format: &[u8], args: &[Value]) {
        let mut scan = Scan { format, at: 0, args, next: 0, reordered: false, good_index: true };
        while !self.stopped() {
            let rest = scan.rest();
            let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
            self.out.write(&rest[..literal]);
            scan.at += literal;
            if scan.peek().is_none() {
                break;
            }
            scan.at += 1;
            self.directive(&mut scan);
        }
        self.spec = Spec::default();
        if !scan.reordered && scan.next < args.len() {
            self.extra(args.get(scan.next..).unwrap_or_default());
        }
    }

    /// One verb with its flags, width and precision; the `%` is behind us.
    fn directive(&mut self, scan: &mut Scan<'_>) {
        scan.good_index = true;
        self.spec = Spec::default();
        while let Some(b) = scan.peek() {
            match b {
                b'#' => self.spec.sharp = true,
                b'0' => self.spec.zero = true,
                b'+' => self.spec.plus = true,
                b'-' => self.spec.minus = true,
                b' ' => self.spec.space = true,
                _ => break,
            }
            scan.at += 1;
        }

        let mut after_index = scan.index();
        if scan.peek() == Some(b'*') {
            scan.at += 1;
            match scan.number_argument() {
                Some(width) => {
                    self.spec.width = Some(width.unsigned_abs() as usize);
                    if width < 0 {
                        self.spec.minus = true;
                        self.spec.zero = false;
                    }
                }
                None => self.out.write(b"%!(BADWIDTH)"),
            }
            after_index = false;
        } else {
            self.spec.width = scan.number(scan.format.len());
            if after_index && self.spec.width.is_some() {
                scan.good_index = false;
            }
        }

        // A point at the very end is no precision but the verb.
        if scan.peek() == Some(b'.') && scan.at + 1 < scan.format.len() {
            scan.at += 1;
            if after_index {
                scan.good_index = false;
            }
            after_index = scan.index();
            if scan.peek() == Some(b'*') {
                scan.at += 1;
                self.spec.precision = scan.number_argument().and_then(|p| usize::try_from(p).ok());
                if self.spec.precision.is_none() {
                    self.out.write(b"%!(BADPREC)");
                }
                after_index = false;
            } else {
                self.spec.precision = Some(scan.number(scan.format.len()).unwrap_or(0));
            }
        }
        if !after_index {
            scan.index();
        }

        if scan.rest().is_empty() {
            self.out.write(b"%!(NOVERB)");
            return;
        }
        let (verb, size) = decode(scan.rest());
        scan.at += size;
        match scan.args.get(scan.next) {
            _ if verb == '%' => self.out.write(b"%"),
            _ if !scan.good_index => self.complain(verb, b"BADINDEX)"),
            None => self.complain(verb, b"MISSING)"),
            Some(arg) => {
                if matches!(verb, 'v' | 'w') {
                    self.spec.sharp_v = std::mem::take(&mut self.spec.sharp);
                    self.spec.plus_v = std::mem::take(&mut self.spec.plus);
                }
                self.argument(arg, verb);
                scan.next += 1;
            }
        }
    }

    /// `%!verb(text`
    fn complain(&mut self, verb: char, text: &[u8]) {
        self.out.write(b"%!");
        self.out.write_char(verb);
        self.out.write(b"(");
        self.out.write(text);
    }

    /// The operands that no verb took.
    fn extra(&mut self, args: &[Value]) {
        self.out.write(b"%!(EXTRA ");
        for (i, arg) in args.iter().enumerate() {
            if i > 0 {
                self.out.write(b", ");
            }
            if matches!(arg, Value::Nil) {
                self.out.write(b"<nil>");
            } else {
                self.write_type(arg.go_type());
                self.out.write(b"=");
                self.argument(arg, 'v');
            }
        }
        self.out.write(b")");
    }

    fn write_type(&mut self, go_type: Type) {
        self.out.write(go_type.to_string().as_bytes());
    }

    /// An operand of a call.
    fn argument(&mut self, arg: &Value, verb: char) {
        match (arg, verb) {
            (Value::Nil, 'T' | 'v') => self.spec.pad(&mut self.out, b"<nil>"),
            (Value::Nil, _) => self.bad_verb(arg, verb, 0),
            (_, 'T') => self.spec.string(&mut self.out, arg.go_type().to_string().as_bytes()),
            (_, 'p') => self.pointer(arg, verb, 0),
            (Value::Bytes(bytes), _) => self.bytes(arg, bytes, verb, 0),
            _ => self.value(arg, verb, 0),
        }
    }

    /// True if no more output makes sense.
    fn stopped(&self) -> bool {
        self.out.overflow || self.too_deep
    }

    /// A value at `depth` below an operand.
    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        if self.stopped() {
            return;
        }
        if depth > limits::VALUE_DEPTH {
            self.too_deep = true;
            return;
        }
        match value {
            Value::Nil => self.bad_verb(value, verb, depth),
            Value::Bool(b) => match verb {
                't' | 'v' => self.spec.pad(&mut self.out, if *b { b"true" } else { b"false" }),
                _ => self.bad_verb(value, verb, depth),
            },
            Value::Int(i) | Value::Int64(i) => self.signed(value, *i, verb, depth),
            Value::Float64(f) => self.float(value, *f, 64, verb, depth),
            Value::Num(num) => self.num(value, *num, verb, depth),
            Value::Str(s) => self.string(value, s, verb, depth),
            _ => with_stack(|| self.compound(value, verb, depth)),
        }
    }

    fn compound(&mut self, value: &Value, verb: char, depth: usize) {
        // A `[]byte` operand gets here past the check of `%w`.
        if verb == 'w' && !self.erroring && (depth > 0 || !matches!(value, Value::Bytes(_))) {
            return self.bad_verb(value, verb, depth);
        }
        match value {
            Value::Bytes(bytes) if matches!(verb, 's' | 'q' | 'x' | 'X') => {
                self.bytes(value, bytes, verb, depth);
            }
            Value::Bytes(bytes) => {
                let items = bytes.iter().map(|&b| Value::Num(Num::Uint8(b)));
                self.sequence(Type::BYTES, false, items, verb, depth);
            }
            Value::List(list) => {
                self.sequence(list.go_type(), list.is_nil(), list.items().into_iter(), verb, depth);
            }
            Value::Map(map) => {
                let entries = map.entries();
                self.mapping(map.go_type(), map.is_nil(), entries.iter(), verb, depth);
            }
            Value::Object(object) => self.object(value, object.as_ref(), verb, depth),
            _ => {}
        }
    }

    fn signed(&mut self, value: &Value, i: i64, verb: char, depth: usize) {
        self.integer(value, i < 0, i.unsigned_abs(), i as u64, verb, depth);
    }

    fn unsigned(&mut self, value: &Value, u: u64, verb: char, depth: usize) {
        if verb == 'v' && self.spec.sharp_v {
            return self.hex(u, true);
        }
        self.integer(value, false, u, u, verb, depth);
    }

    /// `bits` is the value in two's complement.
    fn integer(
        &mut self,
        value: &Value,
        negative: bool,
        magnitude: u64,
        bits: u64,
        verb: char,
        depth: usize,
    ) {
        let base = match verb {
            'v' | 'd' => 10,
            'b' => 2,
            'o' | 'O' => 8,
            'x' | 'X' => 16,
            'c' => return self.spec.character(&mut self.out, bits),
            'q' => return self.spec.quoted_character(&mut self.out, bits),
            'U' => return self.spec.code_point(&mut self.out, bits),
            _ => return self.bad_verb(value, verb, depth),
        };
        self.spec.integer(&mut self.out, negative, magnitude, base, verb);
    }

    /// `u` in hexadecimal, with or without `0x` whatever the flags say.
    fn hex(&mut self, u: u64, prefix: bool) {
        Spec { sharp: prefix, ..self.spec }.integer(&mut self.out, false, u, 16, 'v');
    }

    fn float(&mut self, value: &Value, f: f64, bits: u32, verb: char, depth: usize) {
        let (layout, precision) = match verb {
            'v' => (b'g', -1),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb as u8, -1),
            'e' | 'E' | 'f' => (verb as u8, 6),
            'F' => (b'f', 6),
            _ => return self.bad_verb(value, verb, depth),
        };
        self.spec.float(&mut self.out, f, bits, layout, precision);
    }

    fn num(&mut self, value: &Value, num: Num, verb: char, depth: usize) {
        match num {
            Num::Float32(f) => self.float(value, f64::from(f), 32, verb, depth),
            Num::Complex128(re, im) => {
                if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
                    return self.bad_verb(value, verb, depth);
                }
                let plus = self.spec.plus;
                self.out.write(b"(");
                self.float(value, re, 64, verb, depth);
                self.spec.plus = true;
                self.float(value, im, 64, verb, depth);
                self.spec.plus = plus;
                self.out.write(b"i)");
            }
            _ => match (value.as_int(), value.as_uint()) {
                (Some(i), _) => self.signed(value, i, verb, depth),
                (_, Some(u)) => self.unsigned(value, u, verb, depth),
                _ => {}
            },
        }
    }

    fn string(&mut self, value: &Value, s: &[u8], verb: char, depth: usize) {
        match verb {
            'v' if self.spec.sharp_v => self.spec.quoted(&mut self.out, s),
            'v' | 's' => self.spec.string(&mut self.out, s),
            'x' | 'X' => self.spec.hex_string(&mut self.out, s, verb == 'X'),
            'q' => self.spec.quoted(&mut self.out, s),
            _ => self.bad_verb(value, verb, depth),
        }
    }

    /// A `[]byte` operand.
    fn bytes(&mut self, value: &Value, bytes: &Str, verb: char, depth: usize) {
        match verb {
            's' | 'q' | 'x' | 'X' => self.string(value, bytes, verb, depth),
            'v' | 'd' if self.spec.sharp_v => {
                self.out.write(b"[]byte{");
                for (i, &b) in bytes.iter().enumerate() {
                    if i > 0 {
                        self.out.write(b", ");
                    }
                    self.hex(u64::from(b), true);
                }
                self.out.write(b"}");
            }
            _ => self.value(value, verb, depth),
        }
    }

    /// The items of a slice.
    fn sequence(
        &mut self,
        go_type: Type,
        nil: bool,
        items: impl Iterator<Item = Value>,
        verb: char,
        depth: usize,
    ) {
        if !self.open(go_type, nil, b"[") {
            return;
        }
        let elem = go_type.elem().unwrap_or(Type::Interface);
        for (i, item) in items.enumerate() {
            if self.stopped() {
                return;
            }
            self.separate(i);
            self.element(&item, elem, verb, depth + 1);
        }
        self.out.write(if self.spec.sharp_v { b"}" } else { b"]" });
    }

    /// The entries of a map, in order.
    fn mapping<'v>(
        &mut self,
        go_type: Type,
        nil: bool,
        entries: impl Iterator<Item = (&'v Str, &'v Value)>,
        verb: char,
        depth: usize,
    ) {
        if !self.open(go_type, nil, b"map[") {
            return;
        }
        let elem = go_type.elem().unwrap_or(Type::Interface);
        for (i, (key, item)) in entries.enumerate() {
            if self.stopped() {
                return;
            }
            self.separate(i);
            self.value(&Value::Str(key.clone()), verb, depth + 1);
            self.out.write(b":");
            self.element(item, elem, verb, depth + 1);
        }
        self.out.write(if self.spec.sharp_v { b"}" } else { b"]" });
    }

    /// The fields of a struct.
    fn structure(&mut self, type_name: &str, fields: &[(&'static str, Value)], verb: char, depth: usize) {
        if self.spec.sharp_v {
            self.out.write(type_name.as_bytes());
        }
        self.out.write(b"{");
        for (i, (name, field)) in fields.iter().enumerate() {
            self.separate(i);
            if self.spec.plus_v || self.spec.sharp_v {
                self.out.write(name.as_bytes());
                self.out.write(b":");
            }
            self.element(field, Type::Interface, verb, depth + 1);
        }
        self.out.write(b"}");
    }

    /// Writes how a slice or map begins; false if that was all, as for nil in Go's syntax.
    fn open(&mut self, go_type: Type, nil: bool, bracket: &[u8]) -> bool {
        if !self.spec.sharp_v {
            self.out.write(bracket);
            return true;
        }
        self.write_type(go_type);
        self.out.write(if nil { b"(nil)" } else { b"{" });
        !nil
    }

    fn separate(&mut self, index: usize) {
        match index {
            0 => {}
            _ if self.spec.sharp_v => self.out.write(b", "),
            _ => self.out.write(b" "),
        }
    }

    /// A value in a slice, map or struct, where its static type is `elem`.
    fn element(&mut self, value: &Value, elem: Type, verb: char, depth: usize) {
        match value {
            Value::Nil if self.spec.sharp_v => {
                self.write_type(elem);
                self.out.write(b"(nil)");
            }
            Value::Nil => self.out.write(b"<nil>"),
            _ => self.value(value, verb, depth),
        }
    }

    fn object(&mut self, value: &Value, object: &dyn Object, verb: char, depth: usize) {
        if !self.erroring && self.methods(value, object, verb, depth) {
            return;
        }
        let go_type = object.go_type();
        match go_type.kind() {
            Kind::Map => {
                let entries = object.entries().unwrap_or_default();
                self.mapping(go_type, object.is_nil(), entries.iter(), verb, depth);
            }
            Kind::Slice => {
                let items = object.items().unwrap_or_default();
                self.sequence(go_type, object.is_nil(), items.into_iter(), verb, depth);
            }
            Kind::Struct => self.structure(&go_type.to_string(), &object.all_fields(), verb, depth),
            Kind::Pointer if depth == 0 && !object.is_nil() => {
                self.out.write(b"&");
                let name = go_type.to_string();
                let name = name.strip_prefix('*').unwrap_or(&name);
                self.structure(name, &object.all_fields(), verb, depth + 1);
            }
            Kind::Pointer | Kind::Func => self.pointer(value, verb, depth),
            Kind::String => {
                let text = object.to_go_string().unwrap_or_default();
                self.string(value, &text, verb, depth);
            }
            kind => match object.as_int() {
                Some(i) if is_unsigned(kind) => self.unsigned(value, i as u64, verb, depth),
                Some(i) => self.signed(value, i, verb, depth),
                None => {}
            },
        }
    }

    /// Prints by `GoString`, `Error` or `String` where Go would call them; false if it would not.
    fn methods(&mut self, value: &Value, object: &dyn Object, verb: char, depth: usize) -> bool {
        if self.spec.sharp_v {
            let Some(text) = object.to_go_syntax() else { return false };
            self.spec.string(&mut self.out, &text);
            return true;
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        let Some(text) = object.to_go_string() else { return false };
        self.string(value, &text, verb, depth);
        true
    }

    /// An address, for `%p` and for pointers that are not looked into.
    fn pointer(&mut self, value: &Value, verb: char, depth: usize) {
        if !matches!(value.kind(), Kind::Map | Kind::Slice | Kind::Pointer | Kind::Func) {
            return self.bad_verb(value, verb, depth);
        }
        let address = if value.is_nil() { 0 } else { ADDRESS };
        match verb {
            'v' if self.spec.sharp_v => {
                self.out.write(b"(");
                self.write_type(value.go_type());
                self.out.write(b")(");
                match address {
                    0 => self.out.write(b"nil"),
                    _ => self.hex(address, true),
                }
                self.out.write(b")");
            }
            'v' if address == 0 => self.spec.pad(&mut self.out, b"<nil>"),
            'v' | 'p' => self.hex(address, !self.spec.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => self.unsigned(value, address, verb, depth),
            _ => self.bad_verb(value, verb, depth),
        }
    }

    /// `%!verb(type=value)`
    fn bad_verb(&mut self, value: &Value, verb: char, depth: usize) {
        if matches!(value, Value::Nil) {
            return self.complain(verb, b"<nil>)");
        }
        self.complain(verb, value.go_type().to_string().as_bytes());
        self.out.write(b"=");
        let outer = std::mem::replace(&mut self.erroring, true);
        match value {
            Value::Bytes(bytes) if depth == 0 => self.bytes(value, bytes, 'v', depth),
            // Go starts anew, so it looks into a pointer.
            Value::Object(_) => self.value(value, 'v', 0),
            _ => self.value(value, 'v', depth),
        }
        self.erroring = outer;
        self.out.write(b")");
    }
}

/// True for a pointer to a struct that has no text of its own.
fn points_to_plain_struct(object: &dyn Object) -> bool {
    object.go_type().kind() == Kind::Pointer && !object.is_nil() && object.to_go_string().is_none()
}

fn is_unsigned(kind: Kind) -> bool {
    matches!(kind, Kind::Uint | Kind::Uint8 | Kind::Uint16 | Kind::Uint32 | Kind::Uint64)
}

/// A walk over a format string and its operands.
struct Scan<'a> {
    format: &'a [u8],
    at: usize,
    args: &'a [Value],
    /// The operand for the next verb.
    next: usize,
    /// True once an explicit index was used.
    reordered: bool,
    /// False if an index of the current verb is wrong.
    good_index: bool,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        self.format.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// Reads a decimal number before `end`. One that is too large ends the walk.
    fn number(&mut self, end: usize) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.peek().filter(|b| b.is_ascii_digit() && self.at < end) {
            let so_far = number.unwrap_or(0);
            if so_far > MAX_NUMBER {
                self.at = end;
                return None;
            }
            number = Some(so_far * 10 + i64::from(digit - b'0'));
            self.at += 1;
        }
        number.and_then(|n| usize::try_from(n).ok())
    }

    /// Takes an operand as width or precision.
    fn number_argument(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        let number = arg.as_int().or_else(|| arg.as_uint().and_then(|u| i64::try_from(u).ok()));
        number.filter(|n| (-MAX_NUMBER..=MAX_NUMBER).contains(n))
    }

    /// Reads an explicit operand index `[n]`. True if there is one, though perhaps out of range.
    fn index(&mut self) -> bool {
        let rest = self.rest();
        if rest.first() != Some(&b'[') {
            return false;
        }
        self.reordered = true;
        let close = memchr::memchr(b']', rest).filter(|_| rest.len() >= 3);
        let Some(close) = close else {
            self.good_index = false;
            self.at += 1;
            return false;
        };
        let after = self.at + close + 1;
        self.at += 1;
        let number = self.number(after - 1);
        let complete = self.at == after - 1;
        self.at = after;
        match number.filter(|_| complete) {
            Some(n) if (1..=self.args.len()).contains(&n) => {
                self.next = n - 1;
                true
            }
            valid => {
                self.good_index = false;
                valid.is_some()
            }
        }
    }
}
