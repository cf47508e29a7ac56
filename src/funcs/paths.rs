//! File paths: Go's `path`, and `path/filepath` as on Linux, which does the same.

use super::args::{pay, text};
use super::table::{Call, function};
use crate::value::call::{CallError, Function, Runtime};
use crate::value::{Type, Value};

const fn path(name: &'static str, result: Type, call: Call) -> Function {
    function(name, &[Type::String], result, call)
}

/// The functions of this family.
pub const FUNCTIONS: &[Function] = &[
    path("base", Type::String, |_, args| Ok(Value::Str(base(text(args, 0)).into()))),
    path("clean", Type::String, |runtime, args| cleaned(runtime, text(args, 0))),
    path("dir", Type::String, |runtime, args| cleaned(runtime, parent(text(args, 0)))),
    path("ext", Type::String, |_, args| Ok(Value::Str(extension(text(args, 0)).into()))),
    path("isAbs", Type::Bool, |_, args| Ok(Value::Bool(text(args, 0).starts_with(b"/")))),
    path("osBase", Type::String, |_, args| Ok(Value::Str(base(text(args, 0)).into()))),
    path("osClean", Type::String, |runtime, args| cleaned(runtime, text(args, 0))),
    path("osDir", Type::String, |runtime, args| cleaned(runtime, parent(text(args, 0)))),
    path("osExt", Type::String, |_, args| Ok(Value::Str(extension(text(args, 0)).into()))),
    path("osIsAbs", Type::Bool, |_, args| Ok(Value::Bool(text(args, 0).starts_with(b"/")))),
];

fn cleaned(runtime: &mut dyn Runtime, path: &[u8]) -> Result<Value, CallError> {
    pay(runtime, path.len())?;
    Ok(Value::Str(clean(path).into()))
}

/// The last element, without trailing slashes: `.` of nothing, `/` of slashes only.
pub fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let Some(last) = path.iter().rposition(|&b| b != b'/') else { return b"/" };
    let path = &path[..=last];
    match memchr::memrchr(b'/', path) {
        Some(slash) => &path[slash + 1..],
        None => path,
    }
}

/// All up to the last slash, that included.
pub fn parent(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(b"", |slash| &path[..=slash])
}

/// The last element from its last dot on.
pub fn extension(path: &[u8]) -> &[u8] {
    match memchr::memrchr2(b'/', b'.', path) {
        Some(at) if path[at] == b'.' => &path[at..],
        _ => b"",
    }
}

/// The shortest path that names the same: no empty elements, no `.`, and `..` only in front.
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut out = Vec::with_capacity(path.len().max(1));
    if rooted {
        out.push(b'/');
    }
    // What no `..` may remove: the root, and the `..` in front.
    let mut fixed = out.len();
    for element in path.split(|&b| b == b'/') {
        match element {
            b"" | b"." => continue,
            b".." if out.len() > fixed => {
                let slash = memchr::memrchr(b'/', &out[fixed..]).map_or(fixed, |at| fixed + at);
                out.truncate(slash);
                continue;
            }
            b".." if rooted => continue,
            _ => {}
        }
        if out.len() > usize::from(rooted) {
            out.push(b'/');
        }
        out.extend_from_slice(element);
        if element == b".." {
            fixed = out.len();
        }
    }
    if out.is_empty() {
        out.push(b'.');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_go() {
        for (path, cleaned, directory, name) in [
            ("", ".", ".", "."),
            ("/", "/", "/", "/"),
            ("//a//b/", "/a/b", "/a/b", "b"),
            ("/../a/./b/../c", "/a/c", "/a", "c"),
            ("../../a/..", "../..", "../../a", ".."),
            ("a/../..", "..", ".", ".."),
            ("a/b/../../..", "..", ".", ".."),
            ("a/.../b", "a/.../b", "a/...", "b"),
            ("./a", "a", ".", "a"),
        ] {
            assert_eq!(clean(path.as_bytes()), cleaned.as_bytes(), "clean {path}");
            assert_eq!(clean(parent(path.as_bytes())), directory.as_bytes(), "dir {path}");
            assert_eq!(base(path.as_bytes()), name.as_bytes(), "base {path}");
        }
    }
}
