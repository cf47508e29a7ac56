//! Versions of APIs of Kubernetes that are deprecated or gone.

use crate::chart::{Capabilities, KubeVersion};

/// A kind of objects in a version of its API that is deprecated, or will be.
#[derive(Debug)]
pub(super) struct Api {
    /// e.g. `apps/v1beta1`
    pub(super) version: &'static str,
    /// e.g. `Deployment`
    pub(super) kind: &'static str,
    /// The minor version of Kubernetes 1 that deprecates it.
    pub(super) deprecated: u64,
    /// The one that serves it no more; 0 if none is known.
    pub(super) removed: u64,
    /// Version and kind to use instead; empty if there is none.
    pub(super) replacement: &'static str,
}

/// What to say of an object with this API in a cluster of this version, in the words of Kubernetes.
pub(super) fn problem(api_version: &[u8], kind: &[u8], version: Option<&KubeVersion>) -> Option<String> {
    let api = APIS.iter().find(|api| api.version.as_bytes() == api_version && api.kind.as_bytes() == kind)?;
    let minor = match version {
        Some(version) => minor(version),
        None => minor(&Capabilities::default().kube_version),
    };
    (api.deprecated <= minor).then(|| api.warning())
}

/// The minor version, counted on if the major version is above 1, and 0 if that is below.
fn minor(version: &KubeVersion) -> u64 {
    let number =
        |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    match number(&version.major) {
        0 => 0,
        1 => number(&version.minor),
        _ => u64::MAX,
    }
}

impl Api {
    /// Helm's warning.
    pub(super) fn warning(&self) -> String {
        let mut text = format!("{} {} is deprecated in v1.{}+", self.version, self.kind, self.deprecated);
        if self.removed > 0 {
            text.push_str(&format!(", unavailable in v1.{}+", self.removed));
        }
        if !self.replacement.is_empty() {
            text.push_str(&format!("; use {}", self.replacement));
        }
        text
    }
}

const fn api(
    version: &'static str,
    kind: &'static str,
    deprecated: u64,
    removed: u64,
    replacement: &'static str,
) -> Api {
    Api { version, kind, deprecated, removed, replacement }
}

/// What the libraries in Helm know: their generated `APILifecycle…` methods.
#[rustfmt::skip]
const APIS: &[Api] = &[
    api("v1", "ComponentStatus", 19, 0, ""),
    api("v1", "ComponentStatusList", 19, 0, ""),
    api("v1", "Endpoints", 33, 0, "discovery.k8s.io/v1 EndpointSlice"),
    api("v1", "EndpointsList", 33, 0, "discovery.k8s.io/v1 EndpointSliceList"),
    api("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 35, 38, ""),
    api("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBinding", 35, 38, ""),
    api("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBindingList", 35, 38, ""),
    api("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyList", 35, 38, ""),
    api("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy", 29, 32, ""),
    api("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBinding", 29, 32, ""),
    api("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBindingList", 29, 32, ""),
    api("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyList", 29, 32, ""),
    api("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy"),
    api("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding"),
    api("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBindingList", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBindingList"),
    api("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyList", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyList"),
    api("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration"),
    api("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfigurationList", 16, 22, "admissionregistration.k8s.io/v1 MutatingWebhookConfigurationList"),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", 31, 34, ""),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding", 31, 34, ""),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBindingList", 31, 34, ""),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyList", 31, 34, ""),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration"),
    api("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfigurationList", 16, 22, "admissionregistration.k8s.io/v1 ValidatingWebhookConfigurationList"),
    api("apps/v1beta1", "ControllerRevision", 8, 16, "apps/v1 ControllerRevision"),
    api("apps/v1beta1", "ControllerRevisionList", 8, 16, "apps/v1 ControllerRevisionList"),
    api("apps/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment"),
    api("apps/v1beta1", "DeploymentList", 8, 16, "apps/v1 DeploymentList"),
    api("apps/v1beta1", "DeploymentRollback", 8, 16, "apps/v1 DeploymentRollback"),
    api("apps/v1beta1", "Scale", 8, 16, "autoscaling/v1 Scale"),
    api("apps/v1beta1", "StatefulSet", 8, 16, "apps/v1 StatefulSet"),
    api("apps/v1beta1", "StatefulSetList", 8, 16, "apps/v1 StatefulSetList"),
    api("apps/v1beta2", "ControllerRevision", 9, 16, "apps/v1 ControllerRevision"),
    api("apps/v1beta2", "ControllerRevisionList", 9, 16, "apps/v1 ControllerRevisionList"),
    api("apps/v1beta2", "DaemonSet", 9, 16, "apps/v1 DaemonSet"),
    api("apps/v1beta2", "DaemonSetList", 9, 16, "apps/v1 DaemonSetList"),
    api("apps/v1beta2", "Deployment", 9, 16, "apps/v1 Deployment"),
    api("apps/v1beta2", "DeploymentList", 9, 16, "apps/v1 DeploymentList"),
    api("apps/v1beta2", "ReplicaSet", 9, 16, "apps/v1 ReplicaSet"),
    api("apps/v1beta2", "ReplicaSetList", 9, 16, "apps/v1 ReplicaSetList"),
    api("apps/v1beta2", "Scale", 9, 16, "autoscaling/v1 Scale"),
    api("apps/v1beta2", "StatefulSet", 9, 16, "apps/v1 StatefulSet"),
    api("apps/v1beta2", "StatefulSetList", 9, 16, "apps/v1 StatefulSetList"),
    api("authentication.k8s.io/v1alpha1", "SelfSubjectReview", 29, 32, ""),
    api("authentication.k8s.io/v1beta1", "SelfSubjectReview", 30, 33, ""),
    api("authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1 TokenReview"),
    api("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview", 19, 22, "authorization.k8s.io/v1 LocalSubjectAccessReview"),
    api("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", 19, 22, "authorization.k8s.io/v1 SelfSubjectAccessReview"),
    api("authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", 19, 22, "authorization.k8s.io/v1 SelfSubjectRulesReview"),
    api("authorization.k8s.io/v1beta1", "SubjectAccessReview", 19, 22, "authorization.k8s.io/v1 SubjectAccessReview"),
    api("batch/v1beta1", "CronJob", 21, 25, "batch/v1 CronJob"),
    api("batch/v1beta1", "CronJobList", 21, 25, "batch/v1 CronJobList"),
    api("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", 34, 37, ""),
    api("certificates.k8s.io/v1alpha1", "ClusterTrustBundleList", 34, 37, ""),
    api("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1 CertificateSigningRequest"),
    api("certificates.k8s.io/v1beta1", "CertificateSigningRequestList", 19, 22, "certificates.k8s.io/v1 CertificateSigningRequestList"),
    api("certificates.k8s.io/v1beta1", "ClusterTrustBundle", 37, 40, "certificates.k8s.io/v1 ClusterTrustBundle"),
    api("certificates.k8s.io/v1beta1", "ClusterTrustBundleList", 37, 40, "certificates.k8s.io/v1 ClusterTrustBundleList"),
    api("certificates.k8s.io/v1beta1", "PodCertificateRequest", 37, 40, "certificates.k8s.io/v1 PodCertificateRequest"),
    api("certificates.k8s.io/v1beta1", "PodCertificateRequestList", 37, 40, "certificates.k8s.io/v1 PodCertificateRequestList"),
    api("coordination.k8s.io/v1alpha2", "LeaseCandidate", 35, 38, ""),
    api("coordination.k8s.io/v1alpha2", "LeaseCandidateList", 35, 38, ""),
    api("coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1 Lease"),
    api("coordination.k8s.io/v1beta1", "LeaseCandidate", 36, 39, ""),
    api("coordination.k8s.io/v1beta1", "LeaseCandidateList", 36, 39, ""),
    api("coordination.k8s.io/v1beta1", "LeaseList", 19, 22, "coordination.k8s.io/v1 LeaseList"),
    api("discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1 EndpointSlice"),
    api("discovery.k8s.io/v1beta1", "EndpointSliceList", 21, 25, "discovery.k8s.io/v1 EndpointSlice"),
    api("events.k8s.io/v1beta1", "Event", 22, 25, ""),
    api("events.k8s.io/v1beta1", "EventList", 22, 25, ""),
    api("extensions/v1beta1", "DaemonSet", 8, 16, "apps/v1 DaemonSet"),
    api("extensions/v1beta1", "DaemonSetList", 8, 16, "apps/v1 DaemonSetList"),
    api("extensions/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment"),
    api("extensions/v1beta1", "DeploymentList", 8, 16, "apps/v1 DeploymentList"),
    api("extensions/v1beta1", "DeploymentRollback", 8, 16, ""),
    api("extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1 Ingress"),
    api("extensions/v1beta1", "IngressList", 14, 22, "networking.k8s.io/v1 IngressList"),
    api("extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1 NetworkPolicy"),
    api("extensions/v1beta1", "NetworkPolicyList", 9, 16, "networking.k8s.io/v1 NetworkPolicyList"),
    api("extensions/v1beta1", "ReplicaSet", 8, 16, "apps/v1 ReplicaSet"),
    api("extensions/v1beta1", "ReplicaSetList", 8, 16, "apps/v1 ReplicaSetList"),
    api("extensions/v1beta1", "Scale", 2, 16, ""),
    api("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"),
    api("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchemaList", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchemaList"),
    api("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration"),
    api("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfigurationList", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfigurationList"),
    api("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"),
    api("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchemaList", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchemaList"),
    api("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration"),
    api("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfigurationList", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfigurationList"),
    api("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 29, 32, "flowcontrol.apiserver.k8s.io/v1 FlowSchema"),
    api("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchemaList", 29, 32, "flowcontrol.apiserver.k8s.io/v1 FlowSchemaList"),
    api("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration", 29, 32, "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration"),
    api("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfigurationList", 29, 32, "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfigurationList"),
    api("lifecycle.k8s.io/v1alpha1", "Eviction", 40, 43, ""),
    api("lifecycle.k8s.io/v1alpha1", "EvictionList", 40, 43, ""),
    api("lifecycle.k8s.io/v1alpha1", "EvictionRequest", 40, 43, ""),
    api("lifecycle.k8s.io/v1alpha1", "EvictionRequestList", 40, 43, ""),
    api("networking.k8s.io/v1beta1", "IPAddress", 34, 37, ""),
    api("networking.k8s.io/v1beta1", "IPAddressList", 34, 37, ""),
    api("networking.k8s.io/v1beta1", "Ingress", 19, 22, "networking.k8s.io/v1 Ingress"),
    api("networking.k8s.io/v1beta1", "IngressClass", 19, 22, "networking.k8s.io/v1 IngressClassList"),
    api("networking.k8s.io/v1beta1", "IngressClassList", 19, 22, "networking.k8s.io/v1 IngressClassList"),
    api("networking.k8s.io/v1beta1", "IngressList", 19, 22, "networking.k8s.io/v1 IngressList"),
    api("networking.k8s.io/v1beta1", "ServiceCIDR", 34, 37, ""),
    api("networking.k8s.io/v1beta1", "ServiceCIDRList", 34, 37, ""),
    api("node.k8s.io/v1beta1", "RuntimeClass", 22, 25, ""),
    api("node.k8s.io/v1beta1", "RuntimeClassList", 22, 25, ""),
    api("policy/v1beta1", "Eviction", 22, 25, ""),
    api("policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1 PodDisruptionBudget"),
    api("policy/v1beta1", "PodDisruptionBudgetList", 21, 25, "policy/v1 PodDisruptionBudgetList"),
    api("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRole"),
    api("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleBinding"),
    api("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBindingList", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleBindingList"),
    api("rbac.authorization.k8s.io/v1beta1", "ClusterRoleList", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleList"),
    api("rbac.authorization.k8s.io/v1beta1", "Role", 17, 22, "rbac.authorization.k8s.io/v1 Role"),
    api("rbac.authorization.k8s.io/v1beta1", "RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1 RoleBinding"),
    api("rbac.authorization.k8s.io/v1beta1", "RoleBindingList", 17, 22, "rbac.authorization.k8s.io/v1 RoleBindingList"),
    api("rbac.authorization.k8s.io/v1beta1", "RoleList", 17, 22, "rbac.authorization.k8s.io/v1 RoleList"),
    api("resource.k8s.io/v1alpha3", "DeviceTaintRule", 36, 39, ""),
    api("resource.k8s.io/v1alpha3", "DeviceTaintRuleList", 36, 39, ""),
    api("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequest", 39, 42, ""),
    api("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequestList", 39, 42, ""),
    api("resource.k8s.io/v1beta1", "DeviceClass", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "DeviceClassList", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceClaim", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceClaimList", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceClaimTemplate", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceClaimTemplateList", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceSlice", 35, 38, ""),
    api("resource.k8s.io/v1beta1", "ResourceSliceList", 35, 38, ""),
    api("resource.k8s.io/v1beta2", "DeviceClass", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "DeviceClassList", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "DeviceTaintRule", 39, 42, ""),
    api("resource.k8s.io/v1beta2", "DeviceTaintRuleList", 39, 42, ""),
    api("resource.k8s.io/v1beta2", "ResourceClaim", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "ResourceClaimList", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "ResourceClaimTemplate", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "ResourceClaimTemplateList", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "ResourceSlice", 36, 39, ""),
    api("resource.k8s.io/v1beta2", "ResourceSliceList", 36, 39, ""),
    api("scheduling.k8s.io/v1beta1", "PodGroup", 40, 43, ""),
    api("scheduling.k8s.io/v1beta1", "PodGroupList", 40, 43, ""),
    api("scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1 PriorityClass"),
    api("scheduling.k8s.io/v1beta1", "PriorityClassList", 14, 22, "scheduling.k8s.io/v1 PriorityClassList"),
    api("scheduling.k8s.io/v1beta1", "Workload", 40, 43, ""),
    api("scheduling.k8s.io/v1beta1", "WorkloadList", 40, 43, ""),
    api("storage.k8s.io/v1alpha1", "CSIStorageCapacity", 21, 24, "storage.k8s.io/v1beta1 CSIStorageCapacity"),
    api("storage.k8s.io/v1alpha1", "CSIStorageCapacityList", 21, 24, "storage.k8s.io/v1beta1 CSIStorageCapacityList"),
    api("storage.k8s.io/v1alpha1", "VolumeAttachment", 21, 24, "storage.k8s.io/v1 VolumeAttachment"),
    api("storage.k8s.io/v1alpha1", "VolumeAttachmentList", 21, 24, "storage.k8s.io/v1 VolumeAttachmentList"),
    api("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, 35, "storage.k8s.io/v1 VolumeAttributesClass"),
    api("storage.k8s.io/v1alpha1", "VolumeAttributesClassList", 32, 35, "storage.k8s.io/v1 VolumeAttributesClassList"),
    api("storage.k8s.io/v1beta1", "CSIDriver", 19, 22, "storage.k8s.io/v1 CSIDriver"),
    api("storage.k8s.io/v1beta1", "CSIDriverList", 19, 22, "storage.k8s.io/v1 CSIDriverList"),
    api("storage.k8s.io/v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1 CSINode"),
    api("storage.k8s.io/v1beta1", "CSINodeList", 17, 22, "storage.k8s.io/v1 CSINode"),
    api("storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1 CSIStorageCapacity"),
    api("storage.k8s.io/v1beta1", "CSIStorageCapacityList", 24, 27, "storage.k8s.io/v1 CSIStorageCapacityList"),
    api("storage.k8s.io/v1beta1", "StorageClass", 19, 22, "storage.k8s.io/v1 StorageClass"),
    api("storage.k8s.io/v1beta1", "StorageClassList", 19, 22, "storage.k8s.io/v1 StorageClassList"),
    api("storage.k8s.io/v1beta1", "VolumeAttachment", 19, 22, "storage.k8s.io/v1 VolumeAttachment"),
    api("storage.k8s.io/v1beta1", "VolumeAttachmentList", 19, 22, "storage.k8s.io/v1 VolumeAttachmentList"),
    api("storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1 VolumeAttributesClass"),
    api("storage.k8s.io/v1beta1", "VolumeAttributesClassList", 34, 37, "storage.k8s.io/v1 VolumeAttributesClassList"),
    api("storagemigration.k8s.io/v1beta1", "StorageVersionMigration", 37, 40, "storagemigration.k8s.io/v1 StorageVersionMigration"),
    api("storagemigration.k8s.io/v1beta1", "StorageVersionMigrationList", 37, 40, "storagemigration.k8s.io/v1 StorageVersionMigrationList"),
];
