//! Functions whose results differ from one render to the next.

use super::super::Severity;
use super::{Findings, Rule};
use crate::render::Trace;
use crate::render::trace::Outside;

const RANDOM: Rule = Rule {
    name: "nondeterministic",
    severity: Severity::Warning,
    remedy: "each upgrade changes the object: take the value from an existing Secret, or from the user",
};

const CLOCK: Rule =
    Rule { remedy: "each upgrade changes the object: take the time from the values", ..RANDOM };

const CLUSTER: Rule = Rule {
    severity: Severity::Info,
    remedy: "it gives nothing where charts are rendered without a cluster, as in GitOps: provide for that",
    ..RANDOM
};

const NETWORK: Rule = Rule { remedy: "let what uses the name resolve it", ..RANDOM };

/// Reports the calls.
pub(super) fn check(trace: &Trace, findings: &mut Findings) {
    for call in &trace.calls {
        let has = |outside| call.outside.contains(&outside);
        let (rule, why) = if has(Outside::Random) {
            (&RANDOM, "gives something else each time")
        } else if has(Outside::Clock) {
            (&CLOCK, "gives the time of the render")
        } else if has(Outside::Network) {
            (&NETWORK, "asks the DNS")
        } else if has(Outside::Cluster) {
            (&CLUSTER, "asks the cluster")
        } else {
            continue;
        };
        let text = format!("{} {why}", call.function);
        findings.in_file(rule, &call.place.file.to_string(), Some(call.place.line), text);
    }
}
