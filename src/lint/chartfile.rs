//! `Chart.yaml`.

use super::source::Kind;
use super::{Linter, Severity, addresses};
use crate::chart::Metadata;
use crate::funcs::paths;
use crate::gofmt;
use crate::semver::Version;
use crate::value::{Map, Str, Value};
use crate::yaml;

/// The file that the findings are about.
const FILE: &str = "Chart.yaml";

/// Checks what can be said of the file alone.
pub(super) fn check(linter: &mut Linter<'_>) {
    if linter.source.kind(FILE).is_ok_and(|kind| kind == Kind::Directory) {
        linter.report(Severity::Error, FILE, "should be a file, not a directory");
    }
    let read = linter.source.read(FILE).map_err(|e| e.to_string());
    let decoded = read.and_then(|data| match Metadata::decode(&data, false) {
        Ok(fields) => Ok((data, fields)),
        Err(error) => Err(error.message),
    });
    let (data, fields) = match decoded {
        Ok(decoded) => decoded,
        Err(error) => {
            return linter.report(Severity::Error, FILE, format!("unable to parse YAML\n\t{error}"));
        }
    };
    if let Err(error) = Metadata::decode(&data, true) {
        let text = format!("failed to strictly parse chart metadata file\n\t{error}");
        linter.report(Severity::Warning, FILE, text);
    }
    let types = yaml::decode_map(&data).unwrap_or_default();
    let api_version = text(&fields, "apiVersion");
    let version = text(&fields, "version");
    let icon = text(&fields, "icon");
    let problems = [
        check_name(&text(&fields, "name")),
        check_api_version(&api_version),
        check_is_string(&types, "version"),
        check_version(&version),
        check_is_string(&types, "appVersion"),
        check_maintainers(&fields),
        check_sources(&fields),
    ];
    report_all(linter, problems);
    if icon.is_empty() {
        linter.report(Severity::Info, FILE, "icon is recommended");
    } else if !addresses::is_request_url(&icon) {
        linter.report(Severity::Error, FILE, format!("invalid icon URL '{icon}'"));
    }
    report_all(linter, [check_type(&fields, &api_version), check_dependencies(&fields, &api_version)]);
    if Version::parse_strict(&version).is_err() {
        linter.report(Severity::Warning, FILE, format!("version '{version}' is not a valid SemVerV2"));
    }
}

fn report_all(linter: &mut Linter<'_>, problems: impl IntoIterator<Item = Option<String>>) {
    for problem in problems.into_iter().flatten() {
        linter.report(Severity::Error, FILE, problem);
    }
}

fn check_name(name: &Str) -> Option<String> {
    if name.is_empty() {
        return Some("name is required".to_owned());
    }
    let invalid = || format!("chart name {} is invalid", gofmt::quote(name));
    (paths::base(name) != name.as_bytes()).then(invalid)
}

fn check_api_version(version: &Str) -> Option<String> {
    const CHOICE: &str = "The value must be either \"v1\" or \"v2\"";
    match version.as_bytes() {
        b"v1" | b"v2" => None,
        b"" => Some(format!("apiVersion is required. {CHOICE}")),
        _ => Some(format!("apiVersion '{version}' is not valid. {CHOICE}")),
    }
}

fn check_is_string(types: &Map, field: &str) -> Option<String> {
    let value = types.get(field).filter(|value| !matches!(value, Value::Str(_)))?;
    Some(format!("{field} should be of type string but it's of type {}", value.go_type()))
}

fn check_version(text: &Str) -> Option<String> {
    if text.is_empty() {
        return Some("version is required".to_owned());
    }
    let Ok(version) = Version::parse(text) else {
        return Some(format!("version '{text}' is not a valid SemVer"));
    };
    // The least version that there is.
    let is_least = [version.major, version.minor, version.patch] == [0; 3] && version.pre == "0";
    let shown = gofmt::quote(version.to_string().as_bytes());
    is_least.then(|| format!("version {shown} is less than or equal to \"0.0.0-0\""))
}

fn check_maintainers(fields: &Map) -> Option<String> {
    items(fields, "maintainers").into_iter().find_map(|maintainer| {
        let Value::Map(maintainer) = maintainer else {
            return Some("a maintainer entry is empty".to_owned());
        };
        let [name, email, url] = ["name", "email", "url"].map(|field| text(&maintainer, field));
        if name.is_empty() {
            Some("each maintainer requires a name".to_owned())
        } else if !email.is_empty() && !addresses::is_email(&email) {
            Some(format!("invalid email '{email}' for maintainer '{name}'"))
        } else if !url.is_empty() && !addresses::is_url(&url) {
            Some(format!("invalid url '{url}' for maintainer '{name}'"))
        } else {
            None
        }
    })
}

fn check_sources(fields: &Map) -> Option<String> {
    let texts =
        items(fields, "sources").into_iter().map(|source| source.as_str().cloned().unwrap_or_default());
    let invalid = texts.into_iter().find(|source| !addresses::is_request_url(source));
    invalid.map(|source| format!("invalid source URL '{source}'"))
}

fn check_type(fields: &Map, api_version: &Str) -> Option<String> {
    let wrong =
        || format!("chart type is not valid in apiVersion '{api_version}'. It is valid in apiVersion 'v2'");
    (!text(fields, "type").is_empty() && *api_version != "v2").then(wrong)
}

fn check_dependencies(fields: &Map, api_version: &Str) -> Option<String> {
    let wrong = || {
        format!(
            "dependencies are not valid in the Chart file with apiVersion '{api_version}'. They are valid in \
             apiVersion 'v2'"
        )
    };
    (!items(fields, "dependencies").is_empty() && *api_version != "v2").then(wrong)
}

/// The text of a field, empty if it is not set.
fn text(fields: &Map, name: &str) -> Str {
    fields.get(name).and_then(|value| value.as_str().cloned()).unwrap_or_default()
}

/// The items of a field that is a list.
fn items(fields: &Map, name: &str) -> Vec<Value> {
    fields.get(name).and_then(|value| Some(value.as_list()?.items().to_vec())).unwrap_or_default()
}
