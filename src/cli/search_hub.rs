//! `pintle search hub`

use super::command::Command;
use super::flags::{Flag, Flags, Kind};
use super::format::{self, OUTPUT};
use super::table::Table;
use super::{Failure, Session, search};
use crate::chart::Notice;
use crate::download::{Access, Error};
use crate::limits::HUB_BYTES;
use crate::neturl::{Part, Url, escape};
use crate::repo::urls;
use crate::value::{Map, Members, Str, Value};
use crate::{gofmt, json};

/// The command.
pub const COMMAND: Command = Command {
    name: "hub",
    about: "Search for charts in Artifact Hub, or in another hub",
    details: "Hubs with Monocular's API can be asked. Artifact Hub also knows rich queries.",
    usage: "[KEYWORD]",
    arguments: "What to search for",
    flags: &[OUTPUT, search::COMMON, FLAGS],
    accept: format::accept,
    run: Some(run),
    ..Command::NEW
};

const FLAGS: &[Flag] = &[
    Flag::new("endpoint", Kind::Text, "URL of the hub").default("https://hub.helm.sh"),
    Flag::new("list-repo-url", Kind::Bool, "Print the URL of the repository too"),
];

/// The path of the search.
const PATH: &str = "api/chartsvc/v1/charts/search";

/// A chart that a hub knows.
struct Chart {
    url: Str,
    version: Str,
    app_version: Str,
    description: Str,
    repository_url: Str,
    repository_name: Str,
}

fn run(session: &mut Session<'_>, flags: &Flags) -> Result<(), Failure> {
    let endpoint = flags.text("endpoint");
    let quoted = gofmt::quote(endpoint.as_bytes());
    let connecting =
        |problem: String| Failure::new(format!("unable to create connection to {quoted}: {problem}"));
    let hub = Url::parse(endpoint.as_bytes()).map_err(|error| connecting(error.to_string()))?;
    if hub.hostname().is_empty() {
        return Err(connecting("no hostname provided".to_owned()));
    }
    let term = escape(flags.positional().join(" ").as_bytes(), Part::QueryComponent);
    let base = urls::join(endpoint.split(['?', '#']).next().unwrap_or_default(), PATH);
    let url = format!("{base}?q={}", String::from_utf8_lossy(&term));
    let answer = session.fetch(None, |getters, _| {
        getters.check(&url)?;
        getters.get(&url, &Access::default(), HUB_BYTES)
    });
    let charts = match answer {
        Ok(answer) => charts(&answer, endpoint),
        Err(error) => return Err(failed(session, &quoted, &error)),
    };
    let list_urls = flags.bool("list-repo-url");
    let value = || Value::list(charts.iter().map(Chart::to_value));
    search::print(session, flags, charts.is_empty(), value, |width| table(&charts, width, list_urls))
}

/// Helm's text does not say why.
fn failed(session: &mut Session<'_>, endpoint: &str, error: &Error) -> Failure {
    session.log(&Notice::debug("search failed").with("error", error.to_string()));
    let failure = Failure::new(format!("unable to perform search against {endpoint}"));
    session.explained(failure, || Some(error.to_string()))
}

/// The charts in the answer of a hub; none if it is no such answer, as in Helm.
fn charts(answer: &[u8], endpoint: &str) -> Vec<Chart> {
    let answer = json::decode(answer).unwrap_or_default();
    let data = answer.as_map().and_then(|map| map.get("data")).unwrap_or_default();
    let Some(list) = data.as_list() else { return Vec::new() };
    list.items().iter().filter_map(Value::as_map).map(|chart| Chart::new(chart, endpoint)).collect()
}

impl Chart {
    fn new(chart: &Map, endpoint: &str) -> Chart {
        let text = |path: &[&str]| -> Str {
            let (last, parents) = path.split_last().unwrap_or((&"", &[]));
            let start = Some(chart.clone());
            let parent = parents.iter().fold(start, |map, name| map?.get(name)?.as_map().cloned());
            parent.and_then(|map| map.get(last)?.as_str().cloned()).unwrap_or_default()
        };
        let package = text(&["artifactHub", "packageUrl"]);
        let version = |name| text(&["relationships", "latestChartVersion", "data", name]);
        Chart {
            url: if package.is_empty() {
                format!("{endpoint}/charts/{}", text(&["id"])).into()
            } else {
                package
            },
            version: version("version"),
            app_version: version("app_version"),
            description: text(&["attributes", "description"]),
            repository_url: text(&["attributes", "repo", "url"]),
            repository_name: text(&["attributes", "repo", "name"]),
        }
    }

    fn to_value(&self) -> Value {
        let text = |text: &Str| Value::Str(text.clone());
        let repository = vec![("url", text(&self.repository_url)), ("name", text(&self.repository_name))];
        Members(vec![
            ("url", text(&self.url)),
            ("version", text(&self.version)),
            ("app_version", text(&self.app_version)),
            ("description", text(&self.description)),
            ("repository", Members(repository).into_value()),
        ])
        .into_value()
    }
}

fn table(charts: &[Chart], width: usize, list_urls: bool) -> String {
    let mut table = Table::new(width);
    let columns = if list_urls { 5 } else { 4 };
    table.row(["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION", "REPO URL"].into_iter().take(columns));
    for chart in charts {
        let texts =
            [&chart.url, &chart.version, &chart.app_version, &chart.description, &chart.repository_url];
        table.row(texts.into_iter().take(columns).map(|text| text.to_str_lossy().into_owned()));
    }
    table.text()
}
