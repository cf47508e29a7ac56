//! `.Capabilities`: what the cluster and Helm can do.

use std::any::Any;
use std::sync::Arc;

use super::dependencies::is_compatible;
use super::{Error, Metadata};
use crate::gofmt;
use crate::value::call::{CallError, Signature};
use crate::value::{Method, Object, Str, Type, Value};

/// The API versions that Helm knows without a cluster, in its order.
const API_VERSIONS: &str = include_str!("api_versions.txt");

/// What the cluster and Helm can do: Helm's `*common.Capabilities`.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The API versions that the cluster serves.
    pub api_versions: VersionSet,
}

impl Default for Capabilities {
    /// What Helm assumes without a cluster.
    fn default() -> Capabilities {
        Capabilities {
            kube_version: KubeVersion {
                version: "v1.37.0".into(),
                normalized: "v1.37.0".into(),
                major: "1".into(),
                minor: "37".into(),
            },
            api_versions: VersionSet(API_VERSIONS.lines().map(Str::from).collect()),
        }
    }
}

impl Capabilities {
    /// The object that templates get.
    pub fn to_value(&self) -> Value {
        Value::Object(Arc::new(self.clone()))
    }
}

/// Checks that the chart can be used with this version of Kubernetes.
///
/// # Errors
/// If its constraint says no, or is none.
pub fn check_kube_version(metadata: &Metadata, capabilities: &Capabilities) -> Result<(), Error> {
    let (wanted, found) = (&metadata.kube_version, &capabilities.kube_version);
    if wanted.is_empty() || is_compatible(wanted, &found.normalized) {
        return Ok(());
    }
    Err(Error::new(format!(
        "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
        found.version
    )))
}

/// A version of Kubernetes: Helm's `common.KubeVersion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    /// The whole version, e.g. `v1.33.4-gke.1245000`.
    pub version: Str,
    /// Its numbers, e.g. `v1.33.4`: what constraints are checked against.
    pub normalized: Str,
    /// The first number.
    pub major: Str,
    /// The second number.
    pub minor: Str,
}

impl KubeVersion {
    /// Reads the version that a user gave: two or more numbers, whatever follows them.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(text: &str) -> Result<KubeVersion, Error> {
        KubeVersion::read(text).map_err(|e| e.within(format_args!("invalid kube version '{text}'")))
    }

    fn read(text: &str) -> Result<KubeVersion, Error> {
        let quoted = gofmt::quote(text.as_bytes());
        let rest = text.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        let numbers = &rest[..numbers_len(rest)];
        if numbers.is_empty() || rest.contains('\n') {
            return Err(Error::new(format!("could not parse {quoted} as version")));
        }
        let components: Vec<&str> = numbers.split('.').collect();
        let mut parsed: Vec<u64> = Vec::with_capacity(components.len());
        if components.len() < 2 {
            return Err(Error::new(format!("illegal version string {quoted}")));
        }
        for component in components {
            let shown = gofmt::quote(component.as_bytes());
            if parsed.is_empty() && component.len() > 1 && component.starts_with('0') {
                return Err(Error::new(format!(
                    "illegal zero-prefixed version component {shown} in {quoted}"
                )));
            }
            let number = gofmt::parse_uint(component.as_bytes(), 10, 64).map_err(|error| {
                Error::because(
                    format_args!("illegal non-numeric version component {shown} in {quoted}"),
                    error,
                )
            })?;
            parsed.push(number);
        }
        let numbers: Vec<String> = parsed.iter().map(u64::to_string).collect();
        Ok(KubeVersion {
            version: if text.starts_with('v') { text.into() } else { format!("v{text}").into() },
            normalized: format!("v{}", numbers.join(".")).into(),
            major: numbers.first().map(Str::from).unwrap_or_default(),
            minor: numbers.get(1).map(Str::from).unwrap_or_default(),
        })
    }
}

/// Length of the numbers at the start of `text`, with the periods between them.
fn numbers_len(text: &str) -> usize {
    let mut len = 0;
    for component in text.split('.') {
        let digits = component.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            break;
        }
        len += usize::from(len > 0) + digits;
        if digits < component.len() {
            break;
        }
    }
    len
}

impl Object for Capabilities {
    fn go_type(&self) -> Type {
        Type::Named("*common.Capabilities", &Type::Pointer)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[Method {
            name: "Copy",
            signature: Signature::new(&[], Type::Named("*common.Capabilities", &Type::Pointer)),
            call: |receiver, _, _| receiver_of::<Capabilities>(receiver).map(Capabilities::to_value),
        }];
        METHODS
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", Value::Object(Arc::new(self.kube_version.clone()))),
            ("APIVersions", Value::Object(Arc::new(self.api_versions.clone()))),
            ("HelmVersion", Value::Object(Arc::new(HelmVersion))),
        ]
    }

    fn field(&self, name: &[u8]) -> Option<Value> {
        Some(Value::Object(match name {
            b"KubeVersion" => Arc::new(self.kube_version.clone()),
            b"APIVersions" => Arc::new(self.api_versions.clone()),
            b"HelmVersion" => Arc::new(HelmVersion),
            _ => return None,
        }))
    }
}

impl Object for KubeVersion {
    fn go_type(&self) -> Type {
        Type::Named("common.KubeVersion", &Type::Struct)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    /// Methods of the pointer: they are there only where the value is a part of [`Capabilities`].
    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[
            Method {
                name: "GitVersion",
                signature: Signature::new(&[], Type::String),
                call: |receiver, _, _| Ok(Value::Str(receiver_of::<KubeVersion>(receiver)?.version.clone())),
            },
            Method {
                name: "String",
                signature: Signature::new(&[], Type::String),
                call: |receiver, _, _| {
                    Ok(Value::Str(receiver_of::<KubeVersion>(receiver)?.normalized.clone()))
                },
            },
        ];
        METHODS
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", Value::Str(self.version.clone())),
            ("Major", Value::Str(self.major.clone())),
            ("Minor", Value::Str(self.minor.clone())),
        ]
    }

    fn all_fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = self.fields();
        fields.insert(1, ("normalizedVersion", Value::Str(self.normalized.clone())));
        fields
    }
}

/// API versions in order: Helm's `common.VersionSet`.
#[derive(Clone, Debug)]
pub struct VersionSet(Arc<[Str]>);

impl VersionSet {
    /// Adds versions at the end.
    pub fn extend<S: Into<Str>>(&mut self, versions: impl IntoIterator<Item = S>) {
        self.0 = self.0.iter().cloned().chain(versions.into_iter().map(Into::into)).collect();
    }

    /// True if `version` is one of them.
    pub fn has(&self, version: &[u8]) -> bool {
        self.0.iter().any(|v| v.as_bytes() == version)
    }
}

impl Object for VersionSet {
    fn go_type(&self) -> Type {
        Type::Named("common.VersionSet", &Type::STRINGS)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn methods(&self) -> &'static [Method] {
        const METHODS: &[Method] = &[Method {
            name: "Has",
            signature: Signature::new(&[Type::String], Type::Bool),
            call: |receiver, _, args| {
                let version =
                    args.first().and_then(Value::as_str).map_or(&b""[..], |version| version.as_bytes());
                Ok(Value::Bool(receiver_of::<VersionSet>(receiver)?.has(version)))
            },
        }];
        METHODS
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.0.iter().cloned().map(Value::Str).collect())
    }
}

/// The version of Helm that charts may count on: Helm's `version.BuildInfo`.
#[derive(Clone, Copy, Debug)]
pub struct HelmVersion;

/// Field name, JSON name and value, in declaration order.
const HELM_VERSION: [(&str, &str, &str); 5] = [
    ("Version", "version", "v4.3.1"),
    ("GitCommit", "git_commit", "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff"),
    ("GitTreeState", "git_tree_state", "clean"),
    ("GoVersion", "go_version", "go1.27.2"),
    ("KubeClientVersion", "kube_client_version", "v1.37"),
];

impl HelmVersion {
    /// The field `name`; empty if there is none.
    pub fn field(self, name: &str) -> &'static str {
        HELM_VERSION.iter().find(|(field, ..)| *field == name).map_or("", |(.., value)| value)
    }
}

impl Object for HelmVersion {
    fn go_type(&self) -> Type {
        Type::Named("version.BuildInfo", &Type::Struct)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        HELM_VERSION.iter().map(|(name, _, value)| (*name, Value::from(*value))).collect()
    }

    fn json_members(&self) -> Vec<(&'static str, Value)> {
        HELM_VERSION.iter().map(|(_, name, value)| (*name, Value::from(*value))).collect()
    }
}

/// The `T` that a method was called on.
fn receiver_of<T: Object>(receiver: &Value) -> Result<&T, CallError> {
    receiver.as_object().ok_or_else(|| CallError::new("method called on another type"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kube_versions() {
        for (text, version, normalized, minor) in [
            ("1.30", "v1.30", "v1.30", "30"),
            ("v1.33.4-gke.1245000", "v1.33.4-gke.1245000", "v1.33.4", "33"),
            (" 1.30 ", "v 1.30 ", "v1.30", "30"),
            ("1.030.07", "v1.030.07", "v1.30.7", "30"),
            ("1.2.", "v1.2.", "v1.2", "2"),
        ] {
            let parsed = KubeVersion::parse(text).expect(text);
            assert_eq!(
                (&*parsed.version, &*parsed.normalized, &*parsed.minor),
                (version.as_bytes(), normalized.as_bytes(), minor.as_bytes())
            );
        }
        for (text, expected) in [
            ("1", r#"illegal version string "1""#),
            ("1..2", r#"illegal version string "1..2""#),
            ("V1.30", r#"could not parse "V1.30" as version"#),
            ("1.30\n", r#"could not parse "1.30\n" as version"#),
            ("01.30", r#"illegal zero-prefixed version component "01" in "01.30""#),
            (
                "1.99999999999999999999",
                "illegal non-numeric version component \"99999999999999999999\" in \
                 \"1.99999999999999999999\": strconv.ParseUint: parsing \"99999999999999999999\": value out of range",
            ),
        ] {
            let error = KubeVersion::parse(text).expect_err(text).to_string();
            assert_eq!(error, format!("invalid kube version '{text}': {expected}"));
        }
    }

    #[test]
    fn api_versions() {
        let mut versions = Capabilities::default().api_versions;
        assert!(versions.has(b"apps/v1") && !versions.has(b"apps/v1/Deployment") && !versions.has(b"x/v1"));
        versions.extend(["x/v1"]);
        assert!(versions.has(b"x/v1"));
        assert_eq!(versions.items().map(|items| items.len()), Some(58));
    }
}
