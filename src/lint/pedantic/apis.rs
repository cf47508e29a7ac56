//! Versions of APIs that the cluster does not serve any more, or not for long.

use super::super::Severity;
use super::super::deprecations::{self, Api};
use super::objects::Object;
use super::{Findings, Rule};
use crate::chart::{Instance, KubeVersion};
use crate::value::{Str, Value};
use crate::yaml::{self, Stream};

const REMOVED: Rule = Rule {
    name: "removed-api",
    severity: Severity::Error,
    remedy: "render a version that the cluster serves, chosen by .Capabilities.APIVersions if older ones count too",
};

const DEPRECATED: Rule =
    Rule { name: "deprecated-api", severity: Severity::Warning, remedy: "render the newer version" };

const FUTURE: Rule = Rule { severity: Severity::Info, ..DEPRECATED };

/// Checks the version of an object's API.
pub(super) fn check(object: &Object<'_>, version: Option<&KubeVersion>, findings: &mut Findings) {
    let Some((rule, text)) = judge(&object.api_version(), &object.kind(), version) else { return };
    // Helm's own rule says that much of the chart's own templates.
    let own = format!("{}/templates/", findings.root);
    if rule.name != DEPRECATED.name || rule.severity == Severity::Info || !object.file.starts_with(&own) {
        findings.in_object(rule, object, &["apiVersion".into()], text);
    }
}

/// Checks the definitions of custom resources that are not rendered.
pub(super) fn check_crds(instance: &Instance, version: Option<&KubeVersion>, findings: &mut Findings) {
    for crd in instance.crds() {
        let mut stream = Stream::new(&crd.file.data);
        while let Ok(Some(document)) = stream.next() {
            let Ok(Value::Map(fields)) = yaml::decode(document) else { continue };
            let text = |name: &str| match fields.get(name) {
                Some(Value::Str(text)) => text,
                _ => Str::new(),
            };
            if let Some((rule, text)) = judge(&text("apiVersion"), &text("kind"), version) {
                findings.in_file(rule, &crd.path, None, text);
            }
        }
    }
}

fn judge(api_version: &[u8], kind: &[u8], version: Option<&KubeVersion>) -> Option<(&'static Rule, String)> {
    let api = deprecations::find(api_version, kind).or_else(|| find(GONE, api_version, kind))?;
    let minor = deprecations::minor_of(version);
    let name = format!("{} {}", api.version, api.kind);
    let instead =
        if api.replacement.is_empty() { String::new() } else { format!(", use {}", api.replacement) };
    Some(if api.removed != 0 && api.removed <= minor {
        (&REMOVED, format!("{name} is not served since Kubernetes 1.{}{instead}", api.removed))
    } else if api.deprecated <= minor {
        let until = match api.removed {
            0 => String::new(),
            removed => format!(" and gone in 1.{removed}"),
        };
        (&DEPRECATED, format!("{name} is deprecated since Kubernetes 1.{}{until}{instead}", api.deprecated))
    } else {
        let until = match api.removed {
            0 => String::new(),
            removed => format!(" and be gone in 1.{removed}"),
        };
        (&FUTURE, format!("{name} will be deprecated in Kubernetes 1.{}{until}{instead}", api.deprecated))
    })
}

fn find(apis: &'static [Api], version: &[u8], kind: &[u8]) -> Option<&'static Api> {
    apis.iter().find(|api| api.version.as_bytes() == version && api.kind.as_bytes() == kind)
}

/// What the libraries in Helm do not know any more, from Kubernetes' own guide to deprecated APIs.
#[rustfmt::skip]
const GONE: &[Api] = &[
    Api::new("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1 CustomResourceDefinition"),
    Api::new("apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1 APIService"),
    Api::new("autoscaling/v2beta1", "HorizontalPodAutoscaler", 22, 25, "autoscaling/v2 HorizontalPodAutoscaler"),
    Api::new("autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2 HorizontalPodAutoscaler"),
    Api::new("batch/v2alpha1", "CronJob", 8, 21, "batch/v1 CronJob"),
    Api::new("extensions/v1beta1", "PodSecurityPolicy", 10, 16, ""),
    Api::new("policy/v1beta1", "PodSecurityPolicy", 21, 25, ""),
    Api::new("settings.k8s.io/v1alpha1", "PodPreset", 19, 20, ""),
];
