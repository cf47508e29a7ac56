//! Writing `index.yaml`.

use super::index::{ChartVersion, Index, OUTDATED};
use crate::chart::Error;
use crate::gotime::{Time, Zone};
use crate::json;
use crate::value::{Members, Str, Value};
use crate::yaml;

/// The layout of times in JSON, and that with fractions of a second.
const RFC3339: &[u8] = b"2006-01-02T15:04:05Z07:00";
const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

impl Index {
    /// The text of an `index.yaml`, as Helm writes it, made at the time `generated`.
    ///
    /// # Errors
    /// If a text has control characters that YAML cannot hold.
    pub fn to_yaml(&self, generated: &Time) -> Result<Vec<u8>, Error> {
        yaml::encode(&self.to_value(generated)).map_err(|error| Error::new(error.to_string()))
    }

    /// The same as indented JSON.
    ///
    /// # Errors
    /// If the index is too large.
    pub fn to_json(&self, generated: &Time) -> Result<Vec<u8>, Error> {
        json::encode_indent(&self.to_value(generated), "", "  ")
            .map_err(|error| Error::new(error.to_string()))
    }

    fn to_value(&self, generated: &Time) -> Value {
        let entries = self.entries.iter();
        let entries = entries
            .map(|(name, versions)| (name.clone(), Value::list(versions.iter().map(ChartVersion::to_value))));
        Members(vec![
            ("apiVersion", Value::str("v1")),
            ("generated", time(generated)),
            ("entries", Value::map(entries)),
        ])
        .into_value()
    }
}

impl ChartVersion {
    fn to_value(&self) -> Value {
        let mut members = self.metadata.members();
        let urls = self.urls.iter().cloned().map(Value::Str);
        members.push(("urls", if self.urls.is_empty() { Value::Nil } else { Value::list(urls) }));
        let created = Time::parse(RFC3339, &self.created, &Zone::Utc).unwrap_or(Time::ZERO);
        members.push(("created", time(&created)));
        let optional = |name, text: &Str| (name, Value::Str(text.clone()));
        let rest = [("removed", Value::Bool(self.removed)), optional("digest", &self.digest)];
        let outdated = OUTDATED.iter().zip(&self.outdated).map(|(name, text)| optional(name, text));
        members.extend(rest.into_iter().chain(outdated).filter(|(_, value)| value.is_true()));
        Members(members).into_value()
    }
}

/// A time as JSON has it.
pub(super) fn text_of(time: &Time) -> Str {
    time.format(RFC3339_NANO).into()
}

fn time(time: &Time) -> Value {
    Value::Str(text_of(time))
}
