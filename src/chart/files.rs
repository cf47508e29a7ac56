//! `.Files`: what templates see of a chart's files.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::BASE64;

use super::File;
use crate::glob::Glob;
use crate::value::call::{CallError, Runtime, Signature};
use crate::value::{Entries, Map, Method, Object, Str, Type, Value};
use crate::yaml;

/// Files by path: Helm's `engine.files`, a map of bytes with methods.
#[derive(Clone, Debug, Default)]
pub struct Files(Arc<BTreeMap<Str, Str>>);

/// Bytes of a line in a list of short ones, at most.
const LINE_BYTES: usize = 3 * size_of::<Value>();

impl Files {
    /// These files; of equal paths the last wins.
    pub fn new(files: &[File]) -> Files {
        Files(Arc::new(files.iter().map(|file| (file.name.clone(), file.data.clone())).collect()))
    }

    /// The bytes of `name`; none if there is no such file.
    fn bytes(&self, name: &[u8]) -> Str {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// The files whose path matches `pattern`. A pattern that is none matches all.
    fn glob(&self, pattern: &[u8]) -> Files {
        let Ok(glob) = Glob::new(pattern, b"/") else { return self.clone() };
        Files(Arc::new(
            self.0
                .iter()
                .filter(|(name, _)| glob.matches(name))
                .map(|(name, data)| (name.clone(), data.clone()))
                .collect(),
        ))
    }

    /// YAML with the last name of each path and what `text` makes of the data. Of equal names the last path wins.
    fn to_yaml(&self, text: impl Fn(&Str) -> Str) -> Str {
        let entries: Entries =
            self.0.iter().map(|(name, data)| (base(name).into(), Value::Str(text(data)))).collect();
        let mut encoded =
            yaml::encode(&Value::Map(Map::typed(Type::STRING_MAP, entries))).unwrap_or_default();
        if encoded.last() == Some(&b'\n') {
            encoded.pop();
        }
        encoded.into()
    }
}

impl From<Files> for Value {
    fn from(files: Files) -> Value {
        Value::Object(Arc::new(files))
    }
}

/// The last name of a path.
fn base(path: &[u8]) -> &[u8] {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|b| *b == b'/').next().unwrap_or(path)
}

/// The lines of `data`, without the empty one after a final newline.
fn lines(data: &[u8]) -> Value {
    if data.is_empty() {
        return Value::strings::<Str>([]);
    }
    let data = data.strip_suffix(b"\n").unwrap_or(data);
    Value::strings(data.split(|b| *b == b'\n'))
}

impl Object for Files {
    fn go_type(&self) -> Type {
        Type::Named("engine.files", &Type::Map(&Type::BYTES))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        METHODS
    }

    fn entries(&self) -> Option<Entries> {
        Some(self.0.iter().map(|(name, data)| (name.clone(), Value::Bytes(data.clone()))).collect())
    }
}

const METHODS: &[Method] = &[
    Method { name: "AsConfig", signature: Signature::new(&[], Type::String), call: as_config },
    Method { name: "AsSecrets", signature: Signature::new(&[], Type::String), call: as_secrets },
    Method { name: "Get", signature: Signature::new(&[Type::String], Type::String), call: get },
    Method { name: "GetBytes", signature: Signature::new(&[Type::String], Type::BYTES), call: get_bytes },
    Method {
        name: "Glob",
        signature: Signature::new(&[Type::String], Type::Named("engine.files", &Type::Map(&Type::BYTES))),
        call: glob,
    },
    Method { name: "Lines", signature: Signature::new(&[Type::String], Type::STRINGS), call: get_lines },
];

type Result = std::result::Result<Value, CallError>;

fn as_config(receiver: &Value, runtime: &mut dyn Runtime, _: &[Value]) -> Result {
    let files = of(receiver)?;
    pay(files, runtime)?;
    Ok(Value::Str(files.to_yaml(Str::clone)))
}

fn as_secrets(receiver: &Value, runtime: &mut dyn Runtime, _: &[Value]) -> Result {
    let files = of(receiver)?;
    pay(files, runtime)?;
    Ok(Value::Str(files.to_yaml(|data| BASE64.encode(data).into())))
}

fn get(receiver: &Value, _: &mut dyn Runtime, args: &[Value]) -> Result {
    Ok(Value::Str(of(receiver)?.bytes(name(args))))
}

fn get_bytes(receiver: &Value, _: &mut dyn Runtime, args: &[Value]) -> Result {
    Ok(Value::Bytes(of(receiver)?.bytes(name(args))))
}

fn glob(receiver: &Value, runtime: &mut dyn Runtime, args: &[Value]) -> Result {
    let files = of(receiver)?;
    // Matching reads the whole name, and a file that is found takes memory.
    runtime.charge(32 * files.0.len() as u64)?;
    Ok(files.glob(name(args)).into())
}

fn get_lines(receiver: &Value, runtime: &mut dyn Runtime, args: &[Value]) -> Result {
    let data = of(receiver)?.bytes(name(args));
    let count = memchr::memchr_iter(b'\n', &data).count() + 1;
    runtime.charge((data.len() / 16 + count) as u64)?;
    runtime.reserve((data.len() + count * LINE_BYTES) as u64)?;
    Ok(lines(&data))
}

/// Pays for YAML of all `files`.
fn pay(files: &Files, runtime: &mut dyn Runtime) -> std::result::Result<(), CallError> {
    let size: u64 = files.0.values().map(|data| data.len() as u64).sum();
    runtime.charge(size / 16)?;
    runtime.reserve(2 * size)
}

fn of(receiver: &Value) -> std::result::Result<&Files, CallError> {
    receiver.as_object().ok_or_else(|| CallError::new("not files"))
}

fn name(args: &[Value]) -> &[u8] {
    args.first().and_then(Value::as_str).map_or(&[], |name| name.as_bytes())
}
