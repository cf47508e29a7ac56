//! What is wanted of a kubeconfig: the namespace of the current context, and the names of all.

use std::fmt;
use std::path::PathBuf;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};

use crate::fsx;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Kubeconfig {
    current_context: Text,
    contexts: Vec<NamedContext>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct NamedContext {
    name: Text,
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    namespace: Text,
}

/// A string; other scalars are an error, as they are to Go.
#[derive(Default)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        struct Strict;
        impl Visitor<'_> for Strict {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Text, E> {
                Ok(Text::default())
            }
        }
        deserializer.deserialize_any(Strict)
    }
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
            wanted = config.current_context.0;
        }
        contexts.extend(config.contexts);
    }
    let found = contexts.into_iter().find(|c| c.name.0 == wanted)?;
    Some(found.context.namespace.0).filter(|namespace| !namespace.is_empty())
}

/// The names of the contexts in the files that can be read.
pub fn contexts(files: &[PathBuf]) -> Vec<String> {
    let texts = files.iter().filter_map(|file| fsx::read(file).ok());
    let configs = texts.filter_map(|text| serde_yaml::from_slice::<Kubeconfig>(&text).ok());
    configs.flat_map(|config| config.contexts).map(|context| context.name.0).collect()
}
