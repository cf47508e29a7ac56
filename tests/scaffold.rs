//! The scaffold of `create`, before the real Helm: each value that switches something, alone and all at once.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Values that switch parts of the scaffold.
const VALUES: &[&str] = &[
    "{}",
    "{autoscaling: {enabled: true}}",
    "{autoscaling: {enabled: true, targetCPU: null, targetMemory: 70}}",
    "{autoscaling: {enabled: true, targetCPU: null}}",
    "{config: {A: b}}",
    "{config: {A: \"1000000\"}, envFrom: [{secretRef: {name: c}}], env: [{name: D, value: e}]}",
    "{podDisruptionBudget: {enabled: false}}",
    "{podDisruptionBudget: {maxUnavailable: 25%}}",
    "{networkPolicy: {enabled: true}}",
    "{networkPolicy: {enabled: true, from: [{podSelector: {}}], egress: [{to: [{podSelector: {}}]}]}}",
    "{ingress: {enabled: true}}",
    "{ingress: {enabled: true, className: nginx, annotations: {a: b}, tls: [{hosts: [c], secretName: d}]}}",
    "{httpRoute: {enabled: true}}",
    "{httpRoute: {enabled: true, annotations: {a: b}, hostnames: [], matches: []}}",
    "{serviceAccount: {create: false}}",
    "{serviceAccount: {name: a, annotations: {b: c}, automount: true}}",
    "{service: {type: LoadBalancer, port: 8443, annotations: {a: b}}}",
    "{podAnnotations: {a: b}, podLabels: {c: d}, nodeSelector: {e: f}}",
    "{podSecurityContext: null, securityContext: null, resources: null, volumes: [], volumeMounts: []}",
    "{livenessProbe: null, readinessProbe: null, startupProbe: {tcpSocket: {port: http}}}",
    "{tolerations: [{key: a}], affinity: {nodeAffinity: {}}, imagePullSecrets: [{name: a}]}",
    "{topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ScheduleAnyway}]}",
    "{nameOverride: a, fullnameOverride: B_c.d, image: {tag: \"1.30\"}}",
];

/// Values that the schema refuses.
const MISTAKES: &[&str] = &[
    "{replicas: two}",
    "{image: {tag: 1.30}}",
    "{image: {digest: sha256:0}}",
    "{config: {A: 1}}",
    "{service: {port: 0}}",
    "{service: {type: Internal}}",
    "{ingress: {host: a}}",
    "{autoscaling: {minReplicas: 0}}",
];

fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("HOME", folder);
    command.output().expect("the program runs")
}

#[test]
fn the_scaffold_is_clean() {
    let pintle = Path::new(env!("CARGO_BIN_EXE_pintle"));
    let helm = std::env::var_os("HELM");
    if helm.is_none() {
        println!("skipped: Helm is not asked (HELM=path/to/helm)");
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for name in ["web", "Big_N.am-e", "007"] {
        assert!(run(pintle, folder, &["create", name]).status.success(), "{name}");
        for values in VALUES.iter().chain(MISTAKES) {
            fs::write(folder.join("values.yaml"), values).expect("a file can be written");
            let render = ["template", "site", name, "--values=values.yaml"];
            let ours = run(pintle, folder, &render);
            assert_eq!(ours.status.success(), VALUES.contains(values), "{name} {values}: {ours:?}");
            let Some(helm) = &helm else { continue };
            assert_eq!(run(Path::new(helm), folder, &render), ours, "{name} {values}");
            let lint = run(Path::new(helm), folder, &["lint", "--strict", "--values=values.yaml", name]);
            assert_eq!(lint.status.success(), VALUES.contains(values), "{name} {values}: {lint:?}");
        }
    }
}
