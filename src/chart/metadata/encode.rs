//! Writing `Chart.yaml` and `Chart.lock`, and what registries and indexes say of a chart.

use super::{Dependency, Lock, Maintainer, Metadata};
use crate::chart::Error;
use crate::json;
use crate::value::{Members, Str, Value};
use crate::yaml;

impl Metadata {
    /// The JSON text, as Go's `json.Marshal` writes it: members in the order of the struct, none that is empty.
    ///
    /// # Errors
    /// If `import-values` are too large.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        to_json(&self.to_data())
    }

    /// The text of a `Chart.yaml`, as Helm writes it: keys are sorted, empty values left out.
    ///
    /// # Errors
    /// If a text has control characters that YAML cannot hold.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        to_yaml(&self.to_data())
    }

    /// The members that [`Metadata::to_json`] writes, e.g. for the [`Members`] of a struct that embeds this
    /// one.
    pub fn members(&self) -> Vec<(&'static str, Value)> {
        let annotations =
            self.annotations.clone().filter(|map| !map.is_empty()).map_or(Value::Nil, Value::Map);
        present([
            ("name", text(&self.name)),
            ("home", text(&self.home)),
            ("sources", texts(&self.sources)),
            ("version", text(&self.version)),
            ("description", text(&self.description)),
            ("keywords", texts(&self.keywords)),
            ("maintainers", Value::list(self.maintainers.iter().map(Maintainer::to_data))),
            ("icon", text(&self.icon)),
            ("apiVersion", text(&self.api_version)),
            ("condition", text(&self.condition)),
            ("tags", text(&self.tags)),
            ("appVersion", text(&self.app_version)),
            ("deprecated", Value::Bool(self.deprecated)),
            ("annotations", annotations),
            ("kubeVersion", text(&self.kube_version)),
            ("dependencies", Value::list(self.dependencies().iter().map(Dependency::to_data))),
            ("type", text(&self.chart_type)),
        ])
    }

    fn to_data(&self) -> Value {
        Members(self.members()).into_value()
    }
}

impl Maintainer {
    fn to_data(&self) -> Value {
        let members =
            present([("name", text(&self.name)), ("email", text(&self.email)), ("url", text(&self.url))]);
        Members(members).into_value()
    }
}

impl Dependency {
    /// The JSON text, as Go's `json.Marshal` writes it: members in the order of the struct; of the empty ones
    /// only `name` and `repository`.
    ///
    /// # Errors
    /// If `import-values` are too large.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        to_json(&self.to_data())
    }

    /// The same as YAML, with its keys sorted.
    ///
    /// # Errors
    /// If a text has control characters that YAML cannot hold.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        to_yaml(&self.to_data())
    }

    fn to_data(&self) -> Value {
        let is_required = |name| matches!(name, "name" | "repository");
        let members = [
            ("name", text(&self.name)),
            ("version", text(&self.version)),
            ("repository", text(&self.repository)),
            ("condition", text(&self.condition)),
            ("tags", texts(&self.tags)),
            ("enabled", Value::Bool(self.enabled)),
            ("import-values", Value::list(self.import_values.iter().cloned())),
            ("alias", text(&self.alias)),
        ];
        let members = members.into_iter().filter(|(name, value)| is_required(name) || value.is_true());
        Members(members.collect()).into_value()
    }
}

impl Lock {
    /// The JSON text, as Go's `json.Marshal` writes it.
    ///
    /// # Errors
    /// If `import-values` are too large.
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        to_json(&self.to_data())
    }

    /// The text of a `Chart.lock`, as Helm writes it.
    ///
    /// # Errors
    /// If a text has control characters that YAML cannot hold.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        to_yaml(&self.to_data())
    }

    fn to_data(&self) -> Value {
        let dependencies = self.dependencies.as_ref();
        let dependencies =
            dependencies.map_or(Value::Nil, |all| Value::list(all.iter().map(Dependency::to_data)));
        Members(vec![
            ("generated", self.generated.clone().into_value()),
            ("digest", text(&self.digest)),
            ("dependencies", dependencies),
        ])
        .into_value()
    }
}

/// The members that `omitempty` keeps.
fn present<const N: usize>(members: [(&'static str, Value); N]) -> Vec<(&'static str, Value)> {
    members.into_iter().filter(|(_, value)| value.is_true()).collect()
}

fn text(text: &Str) -> Value {
    Value::Str(text.clone())
}

fn texts(texts: &[Str]) -> Value {
    Value::strings(texts.iter().cloned())
}

fn to_json(value: &Value) -> Result<Vec<u8>, Error> {
    json::encode(value, true)
        .map_err(|error| Error { message: error.to_string(), cause: Some(Box::new(error)) })
}

fn to_yaml(value: &Value) -> Result<Vec<u8>, Error> {
    yaml::encode(value).map_err(|error| Error { message: error.to_string(), cause: Some(Box::new(error)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `Chart.yaml` and `Chart.lock` become, as recorded from `helm package` and `json.Marshal`.
    #[test]
    fn texts_are_gos() {
        let metadata = Metadata::read(
            b"version: 1.0.0\nname: a\napiVersion: v2\nunknown: 1\nkeywords: []\nannotations: {b: <&>, a: '1'}\n\
              maintainers: [{url: u, name: 'no'}]\ndependencies:\n- {name: d, enabled: false, tags: [t], \
              import-values: [x, {parent: p, child: c}]}\n",
        )
        .expect("the chart is valid");
        assert_eq!(
            String::from_utf8_lossy(&metadata.to_json().expect("can be written")),
            r#"{"name":"a","version":"1.0.0","maintainers":[{"name":"no","url":"u"}],"apiVersion":"v2","annotations":{"a":"1","b":"\u003c\u0026\u003e"},"dependencies":[{"name":"d","repository":"","tags":["t"],"import-values":["x",{"child":"c","parent":"p"}]}]}"#
        );
        assert_eq!(
            String::from_utf8_lossy(&metadata.to_yaml().expect("can be written")),
            "annotations:\n  a: \"1\"\n  b: <&>\napiVersion: v2\ndependencies:\n- import-values:\n  - x\n  - child: c\n    \
             parent: p\n  name: d\n  repository: \"\"\n  tags:\n  - t\nmaintainers:\n- name: \"no\"\n  url: u\nname: a\n\
             version: 1.0.0\n"
        );
        for (text, expected) in [
            ("{}", "dependencies: null\ndigest: \"\"\ngenerated: \"0001-01-01T00:00:00Z\"\n"),
            (
                "generated: 2024-01-02T03:04:05.1200+02:00\ndigest: d\ndependencies: []",
                "dependencies: []\ndigest: d\ngenerated: \"2024-01-02T03:04:05.12+02:00\"\n",
            ),
        ] {
            let lock = Lock::read(text.as_bytes()).expect("the lock is valid").expect("it says something");
            assert_eq!(String::from_utf8_lossy(&lock.to_yaml().expect("can be written")), expected);
        }
    }
}
