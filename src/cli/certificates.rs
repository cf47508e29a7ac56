//! Certificates that flags name.

use std::path::Path;

use super::Failure;
use super::flags::Flags;
use crate::{fsx, gofmt};

/// Helm reads the certificates for registries, whether it needs them or not.
pub fn check(flags: &Flags) -> Result<(), Failure> {
    let [authority, certificate, key] = ["ca-file", "cert-file", "key-file"].map(|name| flags.text(name));
    let has_pair = !certificate.is_empty() && !key.is_empty();
    if !has_pair && authority.is_empty() && !flags.bool("insecure-skip-tls-verify") {
        return Ok(());
    }
    let unreadable = |what: &str, file: &str| match fsx::read(Path::new(file)) {
        Ok(_) => None,
        Err(error) => Some(format!("{what}: {}: {error}", gofmt::quote(file.as_bytes()))),
    };
    let pair = || {
        unreadable("unable to read cert file", certificate)
            .or_else(|| unreadable("unable to read key file", key))
    };
    let wants_pair = !certificate.is_empty() || !key.is_empty();
    let problems = [
        if wants_pair { pair() } else { None },
        if authority.is_empty() { None } else { unreadable("can't read CA file", authority) },
    ];
    let problems: Vec<String> = problems.into_iter().flatten().collect();
    if problems.is_empty() {
        return Ok(());
    }
    let problems = problems.join("\n");
    Err(Failure::new(format!("missing registry client: can't create TLS config for client: {problems}")))
}
