//! `pintle template`: render a chart and print the manifests.

use std::mem::ManuallyDrop;
use std::path::Path;
use std::sync::Arc;

use bstr::ByteSlice;

use super::command::{Arguments, Command};
use super::flags::{Flag, Flags, Kind};
use super::locate::{Location, locate};
use super::postrender::{self, PostRenderer};
use super::{Failure, Session, certificates, dependency, flagsets, sources};
use crate::chart::{self, Capabilities, Chart, KubeVersion, Notice, Notices};
use crate::explain;
use crate::gofmt;
use crate::release;
use crate::render::host::Offline;
use crate::render::output::{self, Role, Selection, WriteError};
use crate::render::{Cause, Compiled, Options, Release, Rendered};
use crate::template::{self as language, Env, Set};
use crate::value::{Str, Value};

/// The command.
pub const COMMAND: Command = Command {
    name: "template",
    about: "Render a chart's templates and print the manifests",
    usage: "[NAME] [CHART]",
    arguments: "The release's name, and its chart: a directory, an archive, REPOSITORY/CHART, a URL, \
                oci://REGISTRY/CHART, or embedded:CHART as in 'pintle charts'",
    takes: Arguments::AtLeast(1),
    flags: &[FLAGS, flagsets::VALUES, flagsets::CHART_PATH],
    accept,
    run: Some(run),
    ..Command::NEW
};

/// Helm 4's flags, and those of Helm 3 that it still takes.
const FLAGS: &[Flag] = &[
    Flag::new("api-versions", Kind::List, "Further API versions for .Capabilities.APIVersions").short('a'),
    Flag::new("atomic", Kind::Bool, "").deprecated("use --rollback-on-failure instead"),
    Flag::new("create-namespace", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("dependency-update", Kind::Bool, "Update missing dependencies before rendering"),
    Flag::new("description", Kind::Text, "Accepted; has no effect on rendering"),
    Flag::new("disable-openapi-validation", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("dry-run", Kind::OptionalText("unset"), "client (the default): without a cluster; or server"),
    Flag::new("enable-dns", Kind::Bool, "Let getHostByName ask DNS"),
    Flag::new("force", Kind::Bool, "").deprecated("use --force-replace instead"),
    Flag::new("force-conflicts", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("force-replace", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("generate-name", Kind::Bool, "Accepted; the name stays release-name, as with Helm").short('g'),
    Flag::new("hide-notes", Kind::Bool, "")
        .deprecated("this flag has no effect for 'helm template' and will be removed in Helm 5"),
    Flag::new("include-crds", Kind::Bool, "Print the files of crds/ too, before everything else"),
    Flag::new("is-upgrade", Kind::Bool, "Render as for an upgrade, not as for an install"),
    Flag::new("kube-version", Kind::Text, "Kubernetes version for .Capabilities.KubeVersion"),
    Flag::new("labels", Kind::Pairs, "Accepted; has no effect on rendering").short('l'),
    Flag::new("name-template", Kind::Text, "Go template that makes the release's name"),
    Flag::new("no-hooks", Kind::Bool, "Leave hooks out"),
    Flag::new("output-dir", Kind::Text, "Write files below this directory instead of printing"),
    postrender::FLAG,
    Flag::new("post-renderer-args", Kind::Texts, "Argument for the post-renderer"),
    Flag::new("release-name", Kind::Bool, "Put the release's name into the paths below --output-dir"),
    Flag::new("render-subchart-notes", Kind::Bool, "")
        .deprecated("this flag has no effect for 'helm template' and will be removed in Helm 5"),
    Flag::new("replace", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("rollback-on-failure", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("server-side", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("show-only", Kind::Texts, "Print the manifests of this template only").short('s'),
    Flag::new("skip-crds", Kind::Bool, "Accepted; CRDs are printed only with --include-crds"),
    Flag::new("skip-schema-validation", Kind::Bool, "Do not check values against values.schema.json"),
    Flag::new("skip-tests", Kind::Bool, "Leave hooks out that are tests"),
    Flag::new("take-ownership", Kind::Bool, "Accepted; has no effect on rendering"),
    Flag::new("timeout", Kind::Duration, "Accepted; has no effect on rendering"),
    Flag::new("validate", Kind::Bool, "").deprecated("use '--dry-run=server' instead"),
    Flag::new("wait", Kind::OptionalText("watcher"), "Accepted; has no effect on rendering"),
    Flag::new("wait-for-jobs", Kind::Bool, "Accepted; has no effect on rendering"),
];

/// Flags that exclude each other; cobra's groups, in its order.
const EXCLUSIVE: &[[&str; 2]] =
    &[["force", "force-conflicts"], ["force-replace", "force-conflicts"], ["validate", "dry-run"]];

/// Labels that only Helm itself may set on a release.
const SYSTEM_LABELS: &[&str] = &["name", "owner", "status", "version", "createdAt", "modifiedAt"];

/// Checks the values that more is to be said about than that they are texts.
fn accept(session: &mut Session<'_>, flag: Flag, value: &str, earlier: &Flags) -> Result<(), String> {
    match flag.name {
        "wait" => accept_wait(session, value),
        name if name == postrender::FLAG.name => postrender::accept(session, value, earlier),
        _ => Ok(()),
    }
}

fn accept_wait(session: &mut Session<'_>, value: &str) -> Result<(), String> {
    let strategy = match value {
        "watcher" | "hookOnly" | "legacy" => return Ok(()),
        "true" => "watcher",
        "false" => "hookOnly",
        other => {
            let given = gofmt::quote(other.as_bytes());
            return Err(format!(
                "invalid wait input {given}. Valid inputs are watcher, hookOnly, and legacy"
            ));
        }
    };
    let message =
        format!("--wait={value} is deprecated (boolean value) and can be replaced with --wait={strategy}");
    session.log(&Notice::warn(message));
    Ok(())
}

/// What is said of a chart whose dependencies are not there.
const MISSING_DEPENDENCIES: &str = "an error occurred while checking for chart dependencies. You may need to run \
                                    'helm dependency build' to fetch missing dependencies";

/// Renders and prints.
fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    check_flags(flags)?;
    let capabilities = capabilities(flags)?;
    certificates::check(flags)?;
    check_dry_run(session, flags)?;
    let version = match flags.text("version") {
        "" if flags.bool("devel") => ">0.0.0-0",
        version => version,
    };
    session.log(&Notice::debug("Original chart version").with("version", flags.text("version")));
    let (name, reference) = name_and_chart(flags)?;
    let location = locate(session, flags, reference, version)?;
    session.log(&Notice::debug("Chart path").with("path", location.to_string()));

    let post_renderer = PostRenderer::new(session, flags);
    let mut notices = Notices::new();
    let outcome =
        render(session, flags, &name, &location, capabilities, post_renderer.as_ref(), &mut notices);
    session.log_all(&notices);
    print(session, flags, &name, &outcome?)
}

/// Loads and renders the chart.
fn render(
    session: &mut Session<'_>,
    flags: &Flags,
    name: &str,
    location: &Location,
    capabilities: Capabilities,
    post_renderer: Option<&PostRenderer>,
    notices: &mut Notices,
) -> Result<Rendered, Failure> {
    let sources = sources::read(session, flags)?;
    let (color, columns) = (session.settings.color, session.settings.columns);
    let unusable = |error: chart::Error, chart: Option<&Chart>| {
        let context = explain::Context { chart, values: &sources, color, columns };
        session.explained(Failure::new(&error.message), || explain::chart_error(&error, &context))
    };
    let values = sources.merge(&|name| sources::read_one(session, name)).map_err(|e| unusable(e, None))?;
    let mut chart = Arc::new(location.load(notices).map_err(|e| unusable(e, None))?);
    check_installable(&chart, notices)?;
    match (chart::check_dependencies(&chart), location) {
        (Err(_), Location::Path(path)) if flags.bool("dependency-update") => {
            update_dependencies(session, flags, path, notices)?;
            let failed = |e: chart::Error| e.within("failed reloading chart after repo update");
            chart = Arc::new(location.load(notices).map_err(|e| unusable(failed(e), None))?);
        }
        (checked, _) => {
            checked.map_err(|e| unusable(e.within(MISSING_DEPENDENCIES), Some(&chart)))?;
        }
    }
    check_offline(flags)?;
    check_name(name, notices)?;
    let options = Options {
        release: Release {
            is_upgrade: flags.bool("is-upgrade"),
            ..Release::new(name, session.settings.namespace())
        },
        capabilities: Arc::new(capabilities),
        skip_schema_validation: flags.bool("skip-schema-validation"),
    };
    let host = Offline {
        dns: flags.bool("enable-dns"),
        time_zone: session.settings.environment().raw("TZ").map(str::to_owned),
        lint: false,
    };
    // Never dropped: the process ends soon, and takes its memory along at once.
    let compiled = ManuallyDrop::new(Compiled::new(chart.clone()));
    let files = compiled.render_files(&values, &options, &host, notices);
    if files.as_ref().err().is_none_or(|error| error.rendering) {
        check_labels(flags)?;
    }
    let rendered = match (files, post_renderer) {
        (Err(error), _) => Err(error),
        (Ok(files), None) => files.sort(notices),
        (Ok(files), Some(post_renderer)) => match post_renderer.run(files, notices) {
            Ok(files) => files.sort(notices),
            Err(message) => return Err(with_advice(session, flags, message.as_bytes(), b"")?),
        },
    };
    match rendered {
        Ok(rendered) => Ok(rendered),
        Err(error) => {
            let context = explain::Context { chart: Some(&chart), values: &sources, color, columns };
            let failure = to_failure(session, flags, &error)?;
            Err(session.explained(failure, || explain::render_error(&error, &context)))
        }
    }
}

/// Gets the dependencies of the chart at `path`. What Helm prints meanwhile among the manifests goes into the log.
fn update_dependencies(
    session: &Session<'_>,
    flags: &Flags,
    path: &Path,
    notices: &mut Notices,
) -> Result<(), Failure> {
    let mut lines = Notices::new();
    let updated =
        dependency::update(session, flags, path, notices, &mut |line| lines.push(Notice::info(line)));
    notices.extend(lines);
    updated
}

/// Fails with Helm's text. With `--debug` what was rendered goes to standard output first, even if it is broken.
fn to_failure(
    session: &mut Session<'_>,
    flags: &Flags,
    error: &crate::render::Error,
) -> Result<Failure, Failure> {
    if !error.rendering {
        return Ok(Failure::new(&error.message));
    }
    let mut rendered = Vec::new();
    if let Cause::Manifest { texts, .. } = &*error.cause {
        for (path, text) in texts.iter().filter(|(_, text)| !text.trim().is_empty()) {
            output::print(path, text, &mut rendered);
        }
    }
    with_advice(session, flags, error.message.as_bytes(), &rendered)
}

/// A failure while rendering: it comes with `rendered` (what of it `--show-only` wants), or with advice how to get that.
fn with_advice(
    session: &mut Session<'_>,
    flags: &Flags,
    message: &[u8],
    rendered: &[u8],
) -> Result<Failure, Failure> {
    if !session.settings.debug {
        let advice = b"\n\nUse --debug flag to render out invalid YAML";
        return Ok(Failure::new([message, advice].concat()));
    }
    let rendered = [rendered.trim(), b"\n"].concat();
    match flags.texts("show-only").as_slice() {
        [] => session.print(&rendered)?,
        // That a template is not there does not count beside the failure.
        patterns => session.print(&output::show_only(&rendered, patterns).unwrap_or_default())?,
    }
    Ok(Failure::new(message))
}

/// Prints the render, or writes it below `--output-dir`.
fn print(session: &mut Session<'_>, flags: &Flags, name: &str, rendered: &Rendered) -> Result<(), Failure> {
    let selection = Selection {
        crds: flags.bool("include-crds"),
        no_hooks: flags.bool("no-hooks"),
        no_tests: flags.bool("skip-tests"),
    };
    let mut documents = output::documents(rendered, &selection);
    let directory = flags.text("output-dir");
    if !directory.is_empty() {
        match output::write(&documents, directory, flags.bool("release-name").then_some(name)) {
            Ok(log) => session.print(log.as_bytes())?,
            Err(WriteError { log, role, error }) => {
                session.print(log.as_bytes())?;
                // Hooks are written when the render is over.
                return Err(match role {
                    Role::Hook => Failure::of(error),
                    Role::Crd | Role::Manifest => {
                        with_advice(session, flags, error.to_string().as_bytes(), b"")?
                    }
                });
            }
        }
        documents.clear();
    }
    match flags.texts("show-only").as_slice() {
        [] => session.print_all(output::pieces(&documents)),
        patterns => {
            let stream = output::stream(&documents);
            session.print(&output::show_only(&stream, patterns).map_err(Failure::new)?)
        }
    }
}

/// What cobra and Helm refuse before they look at the chart.
fn check_flags(flags: &Flags) -> Result<(), Failure> {
    for [first, second] in EXCLUSIVE {
        if flags.is_set(first) && flags.is_set(second) {
            let mut set = [first, second];
            set.sort_unstable();
            return Err(Failure::new(format!(
                "if any flags in the group [{first} {second}] are set none of the others can be; \
                 [{} {}] were all set",
                set[0], set[1]
            )));
        }
    }
    Ok(())
}

/// Checks what `--dry-run` says.
fn check_dry_run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    match dry_run(flags) {
        "client" | "server" => {}
        "unset" => session
            .log(&Notice::warn("--dry-run is deprecated and should be replaced with '--dry-run=client'")),
        "true" => {
            let message =
                "boolean '--dry-run=true' flag is deprecated and must be replaced with '--dry-run=client'";
            session.log(&Notice::warn(message));
        }
        other => {
            let choice = match other {
                "none" | "false" => "\"server\" or \"client\"",
                _ => "\"none\", \"server\", or \"client\"",
            };
            let given = gofmt::quote(other.as_bytes());
            return Err(Failure::new(format!("invalid dry-run value ({given}). Must be {choice}")));
        }
    }
    Ok(())
}

/// The value of `--dry-run`.
fn dry_run(flags: &Flags) -> &str {
    if flags.is_set("dry-run") { flags.text("dry-run") } else { "client" }
}

/// Refuses what needs a cluster.
fn check_offline(flags: &Flags) -> Result<(), Failure> {
    match dry_run(flags) {
        "server" => {}
        "client" if flags.bool("validate") => {}
        _ => return Ok(()),
    }
    Err(Failure::new(
        "cluster reachability check failed: kubernetes cluster unreachable: this build renders offline only; \
         use --dry-run=client",
    ))
}

fn capabilities(flags: &Flags) -> Result<Capabilities, Failure> {
    let mut capabilities = Capabilities::default();
    let version = flags.text("kube-version");
    if !version.is_empty() {
        capabilities.kube_version = KubeVersion::parse(version).map_err(Failure::of)?;
    }
    capabilities.api_versions.extend(flags.list("api-versions").into_iter().map(Str::from));
    Ok(capabilities)
}

/// The release's name and what names the chart.
fn name_and_chart(flags: &Flags) -> Result<(String, &str), Failure> {
    let template = flags.text("name-template");
    match flags.positional().as_slice() {
        [] => Err(Failure::new("no chart given")),
        [chart] if template.is_empty() => Ok(("release-name".to_owned(), chart)),
        [chart] => Ok((name_from_template(template)?, chart)),
        [_, _] if flags.bool("generate-name") => {
            Err(Failure::new("cannot set --generate-name and also specify a name"))
        }
        [_, _] if !template.is_empty() => {
            Err(Failure::new("cannot set --name-template and also specify a name"))
        }
        [name, chart] => Ok(((*name).to_owned(), chart)),
        [_, _, more @ ..] => Err(Failure::new(format!(
            "expected at most two arguments, unexpected arguments: {}",
            more.join(", ")
        ))),
    }
}

fn name_from_template(template: &str) -> Result<String, Failure> {
    let mut set = Set::new();
    set.parse("name-template", template.into()).map_err(Failure::of)?;
    let host = Offline::default();
    let name =
        language::execute(&set, "name-template", &Value::Nil, &mut Env::new(&host)).map_err(Failure::of)?;
    Ok(String::from_utf8_lossy(&name).into_owned())
}

fn check_installable(chart: &Chart, notices: &mut Notices) -> Result<(), Failure> {
    let kind = &chart.metadata.chart_type;
    if !kind.is_empty() && *kind != "application" {
        return Err(Failure::new(format!("{kind} charts are not installable")));
    }
    if chart.metadata.deprecated {
        notices.push(Notice::warn("this chart is deprecated"));
    }
    Ok(())
}

fn check_name(name: &str, notices: &mut Notices) -> Result<(), Failure> {
    let problem = if name.is_empty() {
        "no name provided".to_owned()
    } else if !release::is_name(name) {
        format!(
            "invalid release name, must match regex \
             ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must not be \
             longer than {}",
            release::MAX_NAME
        )
    } else {
        return Ok(());
    };
    let error = format!("release name {}: {problem}", gofmt::quote(name.as_bytes()));
    notices.push(Notice::error("release name check failed").with("error", &error));
    Err(Failure::new(format!("release name check failed: {error}")))
}

fn check_labels(flags: &Flags) -> Result<(), Failure> {
    if flags.pairs("labels").iter().all(|(key, _)| !SYSTEM_LABELS.contains(&key.as_str())) {
        return Ok(());
    }
    Err(Failure::new(format!(
        "user supplied labels contains system reserved label name. System labels: [{}]",
        SYSTEM_LABELS.join(" ")
    )))
}
