//! What a provenance file says: metadata, and behind a YAML document's end the sums of files.

use bstr::ByteSlice;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::Error;
use crate::gofmt;
use crate::value::{Str, Value};
use crate::yaml::{self, Shape, Struct};

/// What separates the metadata and the sums. No line may begin with `---` in a clear-signed text.
const SEPARATOR: &[u8] = b"\n...\n";

/// The Go type that sums are read into; errors print its empty name.
const SUMS: Struct = Struct {
    name: "",
    fields: &[("files", Shape::Map(&Shape::String)), ("images", Shape::Map(&Shape::String))],
};

/// The sum of a file, as provenance files write it.
pub(super) fn sum(data: &[u8]) -> String {
    format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(data)))
}

/// The text that states the sum of `data`, an archive named `file_name` with this metadata (YAML).
///
/// # Errors
/// If the name cannot be written as YAML.
pub(super) fn compose(metadata: &[u8], file_name: &str, data: &[u8]) -> Result<Vec<u8>, Error> {
    let files = Value::map([(file_name, Value::Str(Str::from(sum(data))))]);
    let sums = yaml::encode(&Value::map([("files", files)])).map_err(|e| Error::new(e.to_string()))?;
    Ok([metadata, SEPARATOR, &sums].concat())
}

/// Checks that the sum of `data` is the one that `text` states for `file_name`, and gives it.
///
/// # Errors
/// If it is not, or the text states none.
pub(super) fn check(text: &[u8], file_name: &str, data: &[u8]) -> Result<String, Error> {
    let mut parts = text.split_str(SEPARATOR);
    let Some(sums) = parts.nth(1) else {
        return Err(Error::new("message block must have at least two parts"));
    };
    let sums = yaml::decode_as(sums, &Shape::Struct(&SUMS)).map_err(|e| Error::new(e.to_string()))?;
    let member = |value: &Value, key: &str| match value {
        Value::Map(map) => map.get(key),
        _ => None,
    };
    let stated = match member(&sums, "files").and_then(|files| member(&files, file_name)) {
        Some(Value::Str(sum)) => sum,
        // As in Go, null leaves the text empty.
        Some(_) => Str::new(),
        None => {
            let name = gofmt::quote(file_name.as_bytes());
            return Err(Error::new(format!("provenance does not contain a SHA for a file named {name}")));
        }
    };
    let sum = sum(data);
    if stated.as_bytes() != sum.as_bytes() {
        let [stated, sum] = [&stated[..], sum.as_bytes()].map(gofmt::quote);
        return Err(Error::new(format!("sha256 sum does not match for {file_name}: {stated} != {sum}")));
    }
    Ok(sum)
}
