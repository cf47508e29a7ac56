//! Versions of APIs that the cluster does not serve any more, or not for long.

use super::super::deprecations::{self, Api};
use super::super::{Finding, Severity};
use super::objects::Object;
use super::{Findings, Rule};
use crate::chart::{Instance, KubeVersion};
use crate::value::{Str, Value};
use crate::yaml::{self, Stream};

const REMOVED: Rule = Rule {
    name: "removed-api",
    severity: Severity::Error,
    remedy: "the cluster refuses it, and Kubernetes has nothing in its place",
};

const DEPRECATED: Rule = Rule {
    name: "deprecated-api",
    severity: Severity::Warning,
    remedy: "Kubernetes has nothing in its place",
};

const FUTURE: Rule = Rule { severity: Severity::Info, ..DEPRECATED };

/// Checks the version of an object's API.
pub(super) fn check(object: &Object<'_>, version: Option<&KubeVersion>, findings: &mut Findings) {
    let Some(verdict) = Verdict::of(&object.api_version(), &object.kind(), version) else { return };
    // Helm's own rule warns of the chart's own templates.
    let own = format!("{}/templates/", findings.root);
    if verdict.rule.severity != DEPRECATED.severity || !object.file.starts_with(&own) {
        let finding = findings.in_object(&verdict.rule, object, &["apiVersion".into()], &verdict.text);
        verdict.advise(finding);
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
            if let Some(verdict) = Verdict::of(&text("apiVersion"), &text("kind"), version) {
                verdict.advise(findings.in_file(&verdict.rule, &crd.path, None, verdict.text.clone()));
            }
        }
    }
}

/// What is to be said of an API.
struct Verdict {
    rule: Rule,
    text: String,
    /// What to use instead; empty if there is nothing.
    replacement: &'static str,
}

impl Verdict {
    /// The verdict on a version of an API; `None` if nothing is known against it.
    fn of(api_version: &[u8], kind: &[u8], version: Option<&KubeVersion>) -> Option<Verdict> {
        let api = deprecations::find(api_version, kind).or_else(|| find(GONE, api_version, kind))?;
        let minor = deprecations::minor_of(version);
        let Api { deprecated, removed, replacement, .. } = *api;
        let (rule, verdict) = match removed {
            0 if deprecated <= minor => {
                (DEPRECATED, format!("is deprecated since Kubernetes 1.{deprecated}"))
            }
            0 => (FUTURE, format!("will be deprecated in Kubernetes 1.{deprecated}")),
            _ if removed <= minor => (REMOVED, format!("is not served since Kubernetes 1.{removed}")),
            _ if deprecated <= minor => (
                DEPRECATED,
                format!("is deprecated since Kubernetes 1.{deprecated}, and gone in 1.{removed}"),
            ),
            _ => {
                (FUTURE, format!("will be deprecated in Kubernetes 1.{deprecated}, and gone in 1.{removed}"))
            }
        };
        Some(Verdict { rule, text: format!("{} {} {verdict}", api.version, api.kind), replacement })
    }

    /// Puts what to do into the finding.
    fn advise(&self, finding: &mut Finding) {
        if !self.replacement.is_empty() {
            finding.remedy = format!("use {}", self.replacement);
        }
    }
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
