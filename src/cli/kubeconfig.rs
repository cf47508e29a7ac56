//! The one thing that rendering wants of a kubeconfig: the namespace of the current context.

use std::path::PathBuf;

use serde::Deserialize;

use crate::fsx;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Kubeconfig {
    current_context: String,
    contexts: Vec<NamedContext>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedContext {
    name: String,
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    namespace: String,
}

/// The namespace of `context` (or of the current one if that is empty) in the files, merged as kubectl does:
/// of equal names the first counts. `None` if there is none or a file cannot be read, as Helm has it.
pub fn namespace(files: &[PathBuf], context: &str) -> Option<String> {
    let mut wanted = context.to_owned();
    let mut contexts = Vec::new();
    for file in files {
        let Ok(text) = fsx::read(file) else { continue };
        let config: Kubeconfig = serde_yaml::from_slice(&text).ok()?;
        if wanted.is_empty() {
            wanted = config.current_context;
        }
        contexts.extend(config.contexts);
    }
    let found = contexts.into_iter().find(|c| c.name == wanted)?;
    Some(found.context.namespace).filter(|namespace| !namespace.is_empty())
}
