//! Rendered files split into objects, hooks set apart, both in the order of installation.

use std::collections::BTreeMap;

use bstr::ByteSlice;

use super::Error;
use super::engine::is_partial;
use crate::chart::{Notice, Notices};
use crate::gofmt;
use crate::value::Str;
use crate::yaml::{self, Head};

/// Rendered texts by path, in the order of paths.
pub type Texts = BTreeMap<Str, Str>;

/// An object of the release.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The template it came from.
    pub path: Str,
    /// Its YAML, as rendered.
    pub content: Str,
    /// What was read of it.
    pub head: Head,
}

/// When a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// `pre-install`
    PreInstall,
    /// `post-install`
    PostInstall,
    /// `pre-delete`
    PreDelete,
    /// `post-delete`
    PostDelete,
    /// `pre-upgrade`
    PreUpgrade,
    /// `post-upgrade`
    PostUpgrade,
    /// `pre-rollback`
    PreRollback,
    /// `post-rollback`
    PostRollback,
    /// `test`, also written `test-success`
    Test,
}

impl Event {
    fn parse(word: &str) -> Option<Event> {
        Some(match word {
            "pre-install" => Event::PreInstall,
            "post-install" => Event::PostInstall,
            "pre-delete" => Event::PreDelete,
            "post-delete" => Event::PostDelete,
            "pre-upgrade" => Event::PreUpgrade,
            "post-upgrade" => Event::PostUpgrade,
            "pre-rollback" => Event::PreRollback,
            "post-rollback" => Event::PostRollback,
            "test" | "test-success" => Event::Test,
            _ => return None,
        })
    }
}

/// An object that is applied at certain moments of a release's life.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The object.
    pub manifest: Manifest,
    /// When it runs.
    pub events: Vec<Event>,
    /// Its place among the hooks of one event.
    pub weight: i64,
    /// `helm.sh/hook-delete-policy`
    pub delete_policies: Vec<String>,
    /// `helm.sh/hook-output-log-policy`
    pub output_log_policies: Vec<String>,
}

impl Hook {
    /// True for a test of the release.
    pub fn is_test(&self) -> bool {
        self.events.contains(&Event::Test)
    }
}

/// The kinds in the order in which they are installed; unknown kinds come after them, by name.
const INSTALL_ORDER: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// Splits every file into objects, reads their heads and sorts objects and hooks by kind.
pub fn sort(texts: Texts, notices: &mut Notices) -> Result<(Vec<Manifest>, Vec<Hook>), Error> {
    let mut heads = Vec::new();
    let mut failure = None;
    'files: for (path, text) in texts.iter().filter(|(path, _)| !is_partial(path)) {
        for content in split(text) {
            match yaml::head(content) {
                Ok(head) => heads.push(head),
                Err(error) => {
                    failure = Some((path.clone(), Str::from(content), error));
                    break 'files;
                }
            }
        }
    }
    let for_debug = failure.as_ref().map(|_| texts.clone());
    let (manifests, hooks) = to_objects(texts, heads, notices);
    match failure.zip(for_debug) {
        Some(((path, content, error), texts)) => Err(Error::of_manifest(path, content, error, texts)),
        None => Ok((sorted(manifests, |m| m), sorted(hooks, |hook| &hook.manifest))),
    }
}

/// The objects in `texts` as far as there are `heads`, which are in the same order. Each text goes when its objects
/// are made: large charts have a lot of it.
fn to_objects(texts: Texts, heads: Vec<Head>, notices: &mut Notices) -> (Vec<Manifest>, Vec<Hook>) {
    let (mut manifests, mut hooks) = (Vec::new(), Vec::new());
    let mut heads = heads.into_iter();
    for (path, text) in texts.into_iter().filter(|(path, _)| !is_partial(path)) {
        for (content, head) in split(&text).zip(&mut heads) {
            let content = if content.len() == text.len() { text.clone() } else { content.into() };
            let manifest = Manifest { path: path.clone(), content, head };
            match annotation(&manifest.head, "helm.sh/hook") {
                None => manifests.push(manifest),
                Some(events) => hooks.extend(to_hook(events, manifest, notices)),
            }
        }
    }
    (manifests, hooks)
}

/// `objects` in the order in which their kinds are installed.
fn sorted<T>(mut objects: Vec<T>, manifest: impl Fn(&T) -> &Manifest) -> Vec<T> {
    let place = |kind: &Str| INSTALL_ORDER.iter().position(|k| kind == *k).unwrap_or(INSTALL_ORDER.len());
    let key = |m: &Manifest| {
        let place = place(&m.head.kind);
        (place, if place == INSTALL_ORDER.len() { m.head.kind.clone() } else { Str::new() })
    };
    objects.sort_by_cached_key(|object| key(manifest(object)));
    objects
}

/// The hook that the annotations describe; `None` if one of its events is unknown.
fn to_hook(events: String, manifest: Manifest, notices: &mut Notices) -> Option<Hook> {
    let Some(parsed) = words(&events).map(|word| Event::parse(&word)).collect() else {
        notices.push(Notice::info("skipping unknown hooks").with("hookTypes", events));
        return None;
    };
    let policies =
        |name: &str| annotation(&manifest.head, name).map(|v| words(&v).collect()).unwrap_or_default();
    let weight = annotation(&manifest.head, "helm.sh/hook-weight").unwrap_or_default();
    Some(Hook {
        events: parsed,
        weight: gofmt::atoi(weight.as_bytes()).unwrap_or(0),
        delete_policies: policies("helm.sh/hook-delete-policy"),
        output_log_policies: policies("helm.sh/hook-output-log-policy"),
        manifest,
    })
}

fn annotation(head: &Head, name: &str) -> Option<String> {
    let value = head.metadata.as_ref()?.annotations.get(name.as_bytes())?;
    Some(value.to_str_lossy().into_owned())
}

fn words(list: &str) -> impl Iterator<Item = String> + '_ {
    list.split(',').map(|word| word.trim().to_lowercase())
}

/// Splits a rendered file at `---` in the first column, whatever it stands in. Pieces lose the space before
/// them, not that behind; blank pieces are dropped.
pub fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text.trim_start());
    let mut at_line_start = true;
    std::iter::from_fn(move || {
        let current = rest?;
        let (piece, next) = match find_separator(current, at_line_start) {
            Some(at) => {
                let behind = &current[at + 3..];
                let blanks = behind.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                (&current[..at], Some(&behind[blanks..]))
            }
            None => (current, None),
        };
        rest = next;
        at_line_start = false;
        Some(piece)
    })
    .map(|piece| piece.trim_start())
    .filter(|piece| !piece.is_empty())
}

/// Where the next `---` at the start of a line is.
fn find_separator(text: &[u8], at_line_start: bool) -> Option<usize> {
    if at_line_start && text.starts_with(b"---") {
        return Some(0);
    }
    memchr::memmem::find(text, b"\n---").map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_helm_does() {
        for (text, want) in [
            ("", vec![]),
            ("a: 1\n", vec!["a: 1\n"]),
            ("---\na: 1\n---\nb: 2\n", vec!["a: 1\n", "b: 2\n"]),
            ("a: 1\n---d: 4", vec!["a: 1\n", "d: 4"]),
            ("a: 1\n---   # c\nb: 2", vec!["a: 1\n", "# c\nb: 2"]),
            ("a: |\n  ---\n  x\n", vec!["a: |\n  ---\n  x\n"]),
            ("\n\n---\n \n---\n  b: 2\n\n\n", vec!["b: 2\n\n\n"]),
            ("------\na: 1", vec!["---\na: 1"]),
        ] {
            let got: Vec<_> =
                split(text.as_bytes()).map(|p| String::from_utf8_lossy(p).into_owned()).collect();
            assert_eq!(got, want, "{text:?}");
        }
    }
}
