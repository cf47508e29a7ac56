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
    let api = find(api_version, kind)?;
    (api.deprecated <= minor_of(version)).then(|| api.warning())
}

/// What is known of the API of an object.
pub(super) fn find(version: &[u8], kind: &[u8]) -> Option<&'static Api> {
    APIS.iter().find(|api| api.version.as_bytes() == version && api.kind.as_bytes() == kind)
}

/// The minor version of a cluster, by default of the one that Helm knows best; counted on if the major version is
/// above 1, and 0 if that is below.
pub(super) fn minor_of(version: Option<&KubeVersion>) -> u64 {
    let default = Capabilities::default().kube_version;
    let version = version.unwrap_or(&default);
    let number =
        |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX);
    match number(&version.major) {
        0 => 0,
        1 => number(&version.minor),
        _ => u64::MAX,
    }
}

impl Api {
    /// An API that is deprecated, and removed, in these minor versions.
    pub(super) const fn new(
        version: &'static str,
        kind: &'static str,
        deprecated: u64,
        removed: u64,
        replacement: &'static str,
    ) -> Api {
        Api { version, kind, deprecated, removed, replacement }
    }

    /// Helm's warning.
    fn warning(&self) -> String {
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

/// What the libraries in Helm know: their generated `APILifecycle…` methods.
#[rustfmt::skip]
const APIS: &[Api] = &[
    Api::new("v1", "ComponentStatus", 19, 0, ""),
    Api::new("v1", "ComponentStatusList", 19, 0, ""),
    Api::new("v1", "Endpoints", 33, 0, "discovery.k8s.io/v1 EndpointSlice"),
    Api::new("v1", "EndpointsList", 33, 0, "discovery.k8s.io/v1 EndpointSliceList"),
    Api::new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicy", 35, 38, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBinding", 35, 38, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyBindingList", 35, 38, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "MutatingAdmissionPolicyList", 35, 38, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy", 29, 32, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBinding", 29, 32, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyBindingList", 29, 32, ""),
    Api::new("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicyList", 29, 32, ""),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicy", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy"),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBinding", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding"),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyBindingList", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBindingList"),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingAdmissionPolicyList", 37, 40, "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyList"),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1 MutatingWebhookConfiguration"),
    Api::new("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfigurationList", 16, 22, "admissionregistration.k8s.io/v1 MutatingWebhookConfigurationList"),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy", 31, 34, ""),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBinding", 31, 34, ""),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyBindingList", 31, 34, ""),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicyList", 31, 34, ""),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", 16, 22, "admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration"),
    Api::new("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfigurationList", 16, 22, "admissionregistration.k8s.io/v1 ValidatingWebhookConfigurationList"),
    Api::new("apps/v1beta1", "ControllerRevision", 8, 16, "apps/v1 ControllerRevision"),
    Api::new("apps/v1beta1", "ControllerRevisionList", 8, 16, "apps/v1 ControllerRevisionList"),
    Api::new("apps/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment"),
    Api::new("apps/v1beta1", "DeploymentList", 8, 16, "apps/v1 DeploymentList"),
    Api::new("apps/v1beta1", "DeploymentRollback", 8, 16, "apps/v1 DeploymentRollback"),
    Api::new("apps/v1beta1", "Scale", 8, 16, "autoscaling/v1 Scale"),
    Api::new("apps/v1beta1", "StatefulSet", 8, 16, "apps/v1 StatefulSet"),
    Api::new("apps/v1beta1", "StatefulSetList", 8, 16, "apps/v1 StatefulSetList"),
    Api::new("apps/v1beta2", "ControllerRevision", 9, 16, "apps/v1 ControllerRevision"),
    Api::new("apps/v1beta2", "ControllerRevisionList", 9, 16, "apps/v1 ControllerRevisionList"),
    Api::new("apps/v1beta2", "DaemonSet", 9, 16, "apps/v1 DaemonSet"),
    Api::new("apps/v1beta2", "DaemonSetList", 9, 16, "apps/v1 DaemonSetList"),
    Api::new("apps/v1beta2", "Deployment", 9, 16, "apps/v1 Deployment"),
    Api::new("apps/v1beta2", "DeploymentList", 9, 16, "apps/v1 DeploymentList"),
    Api::new("apps/v1beta2", "ReplicaSet", 9, 16, "apps/v1 ReplicaSet"),
    Api::new("apps/v1beta2", "ReplicaSetList", 9, 16, "apps/v1 ReplicaSetList"),
    Api::new("apps/v1beta2", "Scale", 9, 16, "autoscaling/v1 Scale"),
    Api::new("apps/v1beta2", "StatefulSet", 9, 16, "apps/v1 StatefulSet"),
    Api::new("apps/v1beta2", "StatefulSetList", 9, 16, "apps/v1 StatefulSetList"),
    Api::new("authentication.k8s.io/v1alpha1", "SelfSubjectReview", 29, 32, ""),
    Api::new("authentication.k8s.io/v1beta1", "SelfSubjectReview", 30, 33, ""),
    Api::new("authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1 TokenReview"),
    Api::new("authorization.k8s.io/v1beta1", "LocalSubjectAccessReview", 19, 22, "authorization.k8s.io/v1 LocalSubjectAccessReview"),
    Api::new("authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", 19, 22, "authorization.k8s.io/v1 SelfSubjectAccessReview"),
    Api::new("authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", 19, 22, "authorization.k8s.io/v1 SelfSubjectRulesReview"),
    Api::new("authorization.k8s.io/v1beta1", "SubjectAccessReview", 19, 22, "authorization.k8s.io/v1 SubjectAccessReview"),
    Api::new("batch/v1beta1", "CronJob", 21, 25, "batch/v1 CronJob"),
    Api::new("batch/v1beta1", "CronJobList", 21, 25, "batch/v1 CronJobList"),
    Api::new("certificates.k8s.io/v1alpha1", "ClusterTrustBundle", 34, 37, ""),
    Api::new("certificates.k8s.io/v1alpha1", "ClusterTrustBundleList", 34, 37, ""),
    Api::new("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1 CertificateSigningRequest"),
    Api::new("certificates.k8s.io/v1beta1", "CertificateSigningRequestList", 19, 22, "certificates.k8s.io/v1 CertificateSigningRequestList"),
    Api::new("certificates.k8s.io/v1beta1", "ClusterTrustBundle", 37, 40, "certificates.k8s.io/v1 ClusterTrustBundle"),
    Api::new("certificates.k8s.io/v1beta1", "ClusterTrustBundleList", 37, 40, "certificates.k8s.io/v1 ClusterTrustBundleList"),
    Api::new("certificates.k8s.io/v1beta1", "PodCertificateRequest", 37, 40, "certificates.k8s.io/v1 PodCertificateRequest"),
    Api::new("certificates.k8s.io/v1beta1", "PodCertificateRequestList", 37, 40, "certificates.k8s.io/v1 PodCertificateRequestList"),
    Api::new("coordination.k8s.io/v1alpha2", "LeaseCandidate", 35, 38, ""),
    Api::new("coordination.k8s.io/v1alpha2", "LeaseCandidateList", 35, 38, ""),
    Api::new("coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1 Lease"),
    Api::new("coordination.k8s.io/v1beta1", "LeaseCandidate", 36, 39, ""),
    Api::new("coordination.k8s.io/v1beta1", "LeaseCandidateList", 36, 39, ""),
    Api::new("coordination.k8s.io/v1beta1", "LeaseList", 19, 22, "coordination.k8s.io/v1 LeaseList"),
    Api::new("discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1 EndpointSlice"),
    Api::new("discovery.k8s.io/v1beta1", "EndpointSliceList", 21, 25, "discovery.k8s.io/v1 EndpointSlice"),
    Api::new("events.k8s.io/v1beta1", "Event", 22, 25, ""),
    Api::new("events.k8s.io/v1beta1", "EventList", 22, 25, ""),
    Api::new("extensions/v1beta1", "DaemonSet", 8, 16, "apps/v1 DaemonSet"),
    Api::new("extensions/v1beta1", "DaemonSetList", 8, 16, "apps/v1 DaemonSetList"),
    Api::new("extensions/v1beta1", "Deployment", 8, 16, "apps/v1 Deployment"),
    Api::new("extensions/v1beta1", "DeploymentList", 8, 16, "apps/v1 DeploymentList"),
    Api::new("extensions/v1beta1", "DeploymentRollback", 8, 16, ""),
    Api::new("extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1 Ingress"),
    Api::new("extensions/v1beta1", "IngressList", 14, 22, "networking.k8s.io/v1 IngressList"),
    Api::new("extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1 NetworkPolicy"),
    Api::new("extensions/v1beta1", "NetworkPolicyList", 9, 16, "networking.k8s.io/v1 NetworkPolicyList"),
    Api::new("extensions/v1beta1", "ReplicaSet", 8, 16, "apps/v1 ReplicaSet"),
    Api::new("extensions/v1beta1", "ReplicaSetList", 8, 16, "apps/v1 ReplicaSetList"),
    Api::new("extensions/v1beta1", "Scale", 2, 16, ""),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchemaList", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchemaList"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfigurationList", 23, 26, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfigurationList"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchema"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchemaList", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 FlowSchemaList"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfiguration"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfigurationList", 26, 29, "flowcontrol.apiserver.k8s.io/v1beta3 PriorityLevelConfigurationList"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema", 29, 32, "flowcontrol.apiserver.k8s.io/v1 FlowSchema"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchemaList", 29, 32, "flowcontrol.apiserver.k8s.io/v1 FlowSchemaList"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfiguration", 29, 32, "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration"),
    Api::new("flowcontrol.apiserver.k8s.io/v1beta3", "PriorityLevelConfigurationList", 29, 32, "flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfigurationList"),
    Api::new("lifecycle.k8s.io/v1alpha1", "Eviction", 40, 43, ""),
    Api::new("lifecycle.k8s.io/v1alpha1", "EvictionList", 40, 43, ""),
    Api::new("lifecycle.k8s.io/v1alpha1", "EvictionRequest", 40, 43, ""),
    Api::new("lifecycle.k8s.io/v1alpha1", "EvictionRequestList", 40, 43, ""),
    Api::new("networking.k8s.io/v1beta1", "IPAddress", 34, 37, ""),
    Api::new("networking.k8s.io/v1beta1", "IPAddressList", 34, 37, ""),
    Api::new("networking.k8s.io/v1beta1", "Ingress", 19, 22, "networking.k8s.io/v1 Ingress"),
    Api::new("networking.k8s.io/v1beta1", "IngressClass", 19, 22, "networking.k8s.io/v1 IngressClassList"),
    Api::new("networking.k8s.io/v1beta1", "IngressClassList", 19, 22, "networking.k8s.io/v1 IngressClassList"),
    Api::new("networking.k8s.io/v1beta1", "IngressList", 19, 22, "networking.k8s.io/v1 IngressList"),
    Api::new("networking.k8s.io/v1beta1", "ServiceCIDR", 34, 37, ""),
    Api::new("networking.k8s.io/v1beta1", "ServiceCIDRList", 34, 37, ""),
    Api::new("node.k8s.io/v1beta1", "RuntimeClass", 22, 25, ""),
    Api::new("node.k8s.io/v1beta1", "RuntimeClassList", 22, 25, ""),
    Api::new("policy/v1beta1", "Eviction", 22, 25, ""),
    Api::new("policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1 PodDisruptionBudget"),
    Api::new("policy/v1beta1", "PodDisruptionBudgetList", 21, 25, "policy/v1 PodDisruptionBudgetList"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "ClusterRole", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRole"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleBinding"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBindingList", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleBindingList"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "ClusterRoleList", 17, 22, "rbac.authorization.k8s.io/v1 ClusterRoleList"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "Role", 17, 22, "rbac.authorization.k8s.io/v1 Role"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "RoleBinding", 17, 22, "rbac.authorization.k8s.io/v1 RoleBinding"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "RoleBindingList", 17, 22, "rbac.authorization.k8s.io/v1 RoleBindingList"),
    Api::new("rbac.authorization.k8s.io/v1beta1", "RoleList", 17, 22, "rbac.authorization.k8s.io/v1 RoleList"),
    Api::new("resource.k8s.io/v1alpha3", "DeviceTaintRule", 36, 39, ""),
    Api::new("resource.k8s.io/v1alpha3", "DeviceTaintRuleList", 36, 39, ""),
    Api::new("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequest", 39, 42, ""),
    Api::new("resource.k8s.io/v1alpha3", "ResourcePoolStatusRequestList", 39, 42, ""),
    Api::new("resource.k8s.io/v1beta1", "DeviceClass", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "DeviceClassList", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceClaim", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceClaimList", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceClaimTemplate", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceClaimTemplateList", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceSlice", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta1", "ResourceSliceList", 35, 38, ""),
    Api::new("resource.k8s.io/v1beta2", "DeviceClass", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "DeviceClassList", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "DeviceTaintRule", 39, 42, ""),
    Api::new("resource.k8s.io/v1beta2", "DeviceTaintRuleList", 39, 42, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceClaim", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceClaimList", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceClaimTemplate", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceClaimTemplateList", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceSlice", 36, 39, ""),
    Api::new("resource.k8s.io/v1beta2", "ResourceSliceList", 36, 39, ""),
    Api::new("scheduling.k8s.io/v1beta1", "PodGroup", 40, 43, ""),
    Api::new("scheduling.k8s.io/v1beta1", "PodGroupList", 40, 43, ""),
    Api::new("scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1 PriorityClass"),
    Api::new("scheduling.k8s.io/v1beta1", "PriorityClassList", 14, 22, "scheduling.k8s.io/v1 PriorityClassList"),
    Api::new("scheduling.k8s.io/v1beta1", "Workload", 40, 43, ""),
    Api::new("scheduling.k8s.io/v1beta1", "WorkloadList", 40, 43, ""),
    Api::new("storage.k8s.io/v1alpha1", "CSIStorageCapacity", 21, 24, "storage.k8s.io/v1beta1 CSIStorageCapacity"),
    Api::new("storage.k8s.io/v1alpha1", "CSIStorageCapacityList", 21, 24, "storage.k8s.io/v1beta1 CSIStorageCapacityList"),
    Api::new("storage.k8s.io/v1alpha1", "VolumeAttachment", 21, 24, "storage.k8s.io/v1 VolumeAttachment"),
    Api::new("storage.k8s.io/v1alpha1", "VolumeAttachmentList", 21, 24, "storage.k8s.io/v1 VolumeAttachmentList"),
    Api::new("storage.k8s.io/v1alpha1", "VolumeAttributesClass", 32, 35, "storage.k8s.io/v1 VolumeAttributesClass"),
    Api::new("storage.k8s.io/v1alpha1", "VolumeAttributesClassList", 32, 35, "storage.k8s.io/v1 VolumeAttributesClassList"),
    Api::new("storage.k8s.io/v1beta1", "CSIDriver", 19, 22, "storage.k8s.io/v1 CSIDriver"),
    Api::new("storage.k8s.io/v1beta1", "CSIDriverList", 19, 22, "storage.k8s.io/v1 CSIDriverList"),
    Api::new("storage.k8s.io/v1beta1", "CSINode", 17, 22, "storage.k8s.io/v1 CSINode"),
    Api::new("storage.k8s.io/v1beta1", "CSINodeList", 17, 22, "storage.k8s.io/v1 CSINode"),
    Api::new("storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1 CSIStorageCapacity"),
    Api::new("storage.k8s.io/v1beta1", "CSIStorageCapacityList", 24, 27, "storage.k8s.io/v1 CSIStorageCapacityList"),
    Api::new("storage.k8s.io/v1beta1", "StorageClass", 19, 22, "storage.k8s.io/v1 StorageClass"),
    Api::new("storage.k8s.io/v1beta1", "StorageClassList", 19, 22, "storage.k8s.io/v1 StorageClassList"),
    Api::new("storage.k8s.io/v1beta1", "VolumeAttachment", 19, 22, "storage.k8s.io/v1 VolumeAttachment"),
    Api::new("storage.k8s.io/v1beta1", "VolumeAttachmentList", 19, 22, "storage.k8s.io/v1 VolumeAttachmentList"),
    Api::new("storage.k8s.io/v1beta1", "VolumeAttributesClass", 34, 37, "storage.k8s.io/v1 VolumeAttributesClass"),
    Api::new("storage.k8s.io/v1beta1", "VolumeAttributesClassList", 34, 37, "storage.k8s.io/v1 VolumeAttributesClassList"),
    Api::new("storagemigration.k8s.io/v1beta1", "StorageVersionMigration", 37, 40, "storagemigration.k8s.io/v1 StorageVersionMigration"),
    Api::new("storagemigration.k8s.io/v1beta1", "StorageVersionMigrationList", 37, 40, "storagemigration.k8s.io/v1 StorageVersionMigrationList"),
];
