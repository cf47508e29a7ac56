//! Keeping the cached indexes of repositories fresh.

use std::path::Path;

use data_encoding::HEXLOWER;

use super::getters::Answer;
use super::{Access, Error, Getters};
use crate::chart::Notices;
use crate::limits::INDEX_BYTES;
use crate::repo::cache::{charts_file, index_file, sha256, validators_file};
use crate::repo::{Index, Repository, urls};
use crate::value::{Map, Value};
use crate::{fsx, json};

/// Makes the index of `repository` in the folder `cache` that which the server has. It is not sent again if it has
/// not changed.
///
/// # Errors
/// If it cannot be had or kept, or is no index. The cached one stays as it was then.
pub fn refresh(
    repository: &Repository,
    cache: &Path,
    getters: &Getters<'_>,
    notices: &mut Notices,
) -> Result<(), Error> {
    repository.check_name().map_err(Error::new)?;
    getters.check(&repository.url)?;
    let url = urls::resolve(&repository.url, "index.yaml").map_err(Error::new)?;
    let file = index_file(cache, &repository.name);
    let validators = Validators::read(cache, &repository.name).filter(|v| v.is_for(&url, &file));
    let headers = validators.as_ref().map(Validators::headers).unwrap_or_default();
    let answer = getters.get_if_changed(&url, &Access::of(repository), INDEX_BYTES, &headers)?;
    let Answer::Content { bytes, etag, last_modified } = answer else { return Ok(()) };
    let index = Index::parse(&bytes, &repository.url, notices).map_err(Error::of)?;
    let names: Vec<u8> = index.entries.keys().flat_map(|name| [name.as_bytes(), b"\n"].concat()).collect();
    drop(index);
    // Shells complete names from this; it is not worth an error.
    let _ = fsx::write(&charts_file(cache, &repository.name), &names);
    fsx::write(&file, &bytes).map_err(Error::of)?;
    let validators = Validators { url, etag, last_modified, digest: HEXLOWER.encode(&sha256(&bytes)) };
    validators.write(cache, &repository.name);
    Ok(())
}

/// How the server calls the state of the index that is cached.
struct Validators {
    url: String,
    etag: String,
    last_modified: String,
    /// SHA-256 of the index. Helm may have written another since.
    digest: String,
}

impl Validators {
    fn read(cache: &Path, name: &str) -> Option<Validators> {
        let text = fsx::read(&validators_file(cache, name)).ok()?;
        let value = json::decode(&text).ok()?;
        let member = |name: &str| -> Option<String> {
            value.as_map().and_then(|map: &Map| map.get(name))?.as_str()?.to_str().map(str::to_owned)
        };
        Some(Validators {
            url: member("url")?,
            etag: member("etag")?,
            last_modified: member("last_modified")?,
            digest: member("digest")?,
        })
    }

    /// True if they are about the index in `file`, and about what is at `url`.
    fn is_for(&self, url: &str, file: &Path) -> bool {
        let is_usable = |value: &str| value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        self.url == url
            && is_usable(&self.etag)
            && is_usable(&self.last_modified)
            && fsx::read_limited(file, INDEX_BYTES)
                .is_ok_and(|bytes| HEXLOWER.encode(&sha256(&bytes)) == self.digest)
    }

    fn headers(&self) -> Vec<(&'static str, &str)> {
        let headers = [("if-none-match", self.etag.as_str()), ("if-modified-since", &self.last_modified)];
        headers.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Without them the index is sent once more; that they cannot be kept is no error.
    fn write(&self, cache: &Path, name: &str) {
        let path = validators_file(cache, name);
        if self.etag.is_empty() && self.last_modified.is_empty() {
            let _ = fsx::remove_file(&path);
            return;
        }
        let members = [
            ("digest", &self.digest),
            ("etag", &self.etag),
            ("last_modified", &self.last_modified),
            ("url", &self.url),
        ];
        let value = Value::map(members.map(|(name, text)| (name, Value::str(text.as_str()))));
        if let Ok(text) = json::encode(&value, false) {
            let _ = fsx::write(&path, &text);
        }
    }
}
