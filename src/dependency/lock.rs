//! `Chart.lock`, or `requirements.lock` in charts of API version v1.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::join;
use crate::chart::{Dependency, Error, Lock};
use crate::gotime::{Time, Zone};
use crate::{fsx, gofmt};

/// The digest that tells whether a lock belongs to the dependencies that a chart requires.
///
/// # Errors
/// If `import-values` are too large.
pub fn digest(required: Option<&[Dependency]>, locked: Option<&[Dependency]>) -> Result<String, Error> {
    Ok(sha256(&[b"[", &*list(required)?, b",", &*list(locked)?, b"]"].concat()))
}

/// The digest that Helm 2 wrote.
///
/// # Errors
/// If `import-values` are too large.
pub fn helm2_digest(required: Option<&[Dependency]>) -> Result<String, Error> {
    Ok(sha256(&[b"{\"dependencies\":", &*list(required)?, b"}"].concat()))
}

fn sha256(text: &[u8]) -> String {
    format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(text)))
}

/// The JSON text of a list of dependencies.
fn list(dependencies: Option<&[Dependency]>) -> Result<Vec<u8>, Error> {
    let Some(dependencies) = dependencies else { return Ok(b"null".to_vec()) };
    let texts = dependencies.iter().map(Dependency::to_json).collect::<Result<Vec<_>, _>>()?;
    Ok([b"[", &*texts.join(&b','), b"]"].concat())
}

/// The file in which the chart at `chart` keeps its lock; `legacy` in charts of API version v1.
pub fn file(chart: &Path, legacy: bool) -> PathBuf {
    join(chart, if legacy { "requirements.lock" } else { "Chart.lock" })
}

/// Checks that nothing else is written in place of the lock `file`.
///
/// # Errors
/// If the file is a link, which may lead anywhere.
pub fn check(file: &Path) -> Result<(), Error> {
    if !file.symlink_metadata().is_ok_and(|info| info.is_symlink()) {
        return Ok(());
    }
    let link = file.read_link().map_err(|e| fsx::Error::new("readlink", file, e))?;
    let name = file.file_name().unwrap_or_default().display();
    let link = gofmt::quote(link.as_os_str().as_encoded_bytes());
    Err(Error::new(format!("the {name} file is a symlink to {link}")))
}

/// Writes the lock `file`.
///
/// # Errors
/// If it is a link or cannot be written.
pub fn write(file: &Path, lock: &Lock) -> Result<(), Error> {
    check(file)?;
    Ok(fsx::write(file, &lock.to_yaml()?)?)
}

/// When a lock is made: now, or at the given second since 1970.
pub fn time(second: Option<u64>) -> Time {
    match second {
        Some(second) => Time::from_unix(i64::try_from(second).unwrap_or(i64::MAX), Zone::Utc),
        None => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Time::now(i128::try_from(now.as_nanos()).unwrap_or_default(), 0, Zone::Utc)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As recorded from `helm dependency update`.
    #[test]
    fn digests_are_helms() {
        let dependency = |name: &str, version: &str, repository: &str| Dependency {
            name: name.into(),
            version: version.into(),
            repository: repository.into(),
            ..Dependency::default()
        };
        let (one, two) = ("http://127.0.0.1:18091", "http://127.0.0.1:18092/");
        let required =
            [dependency("a", "^1.0.0", one), dependency("b", "1.x", two), dependency("cc", ">=2.0.0-0", one)];
        let locked = [
            dependency("a", "1.1.0", one),
            dependency("b", "1.1.0", two),
            dependency("cc", "2.0.0-rc1", one),
        ];
        assert_eq!(
            digest(Some(&required), Some(&locked)).expect("they are small"),
            "sha256:52a372410216fd335e8cc6e8ce301e1950d2bc4c8a1e653aa547dfa66aa1d1b0"
        );
    }
}
