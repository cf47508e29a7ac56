//! Candidates for references to charts and for their versions, of what is on this machine.

use std::path::Path;

use super::{Before, Candidates, Directive, unheard};
use crate::chart::Chart;
use crate::cli::Session;
use crate::cli::locate::EMBEDDED;
use crate::fsx;
use crate::repo::{Index, Repositories, cache};

/// What URLs of charts begin with.
const SCHEMES: [(&str, &str); 4] = [
    ("oci://", "A chart in an OCI registry"),
    ("https://", "A chart's URL"),
    ("http://", "A chart's URL"),
    ("file://", "A chart's URL on this machine"),
];

/// What a reference to a chart may be: a repository and a chart of it, a bundled chart, a URL, and a path if that is
/// `local`.
pub(super) fn references(session: &Session<'_>, word: &str, local: bool) -> Candidates {
    let repositories = Repositories::read(&session.settings.repository_config()).unwrap_or_default();
    let is_meant = |name: &str| word.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    let files = if local { Directive::FILES } else { Directive::NO_FILES };
    if let Some(repository) = repositories.repositories.iter().find(|repository| is_meant(&repository.name)) {
        let names = names(&session.settings.repository_cache(), &repository.name);
        let references = names.iter().map(|name| format!("{}/{name}", repository.name));
        return Candidates { directive: files, ..Candidates::plain(references) };
    }
    if local && word.starts_with(EMBEDDED) {
        let names = session.settings.bundle().names().unwrap_or_default();
        return Candidates::plain(names.iter().map(|name| format!("{EMBEDDED}{name}")));
    }
    let mut candidates = Candidates::of(
        repositories
            .repositories
            .iter()
            .map(|repository| (format!("{}/", repository.name), shown(&repository.url))),
    );
    if local && !session.settings.bundle().names().unwrap_or_default().is_empty() {
        candidates.words.push((EMBEDDED.to_owned(), "A bundled chart".to_owned()));
    }
    candidates.words.extend(urls(word).words);
    candidates.words.retain(|(candidate, _)| candidate.starts_with(word));
    if local && word.is_empty() {
        candidates.words.push(("./".to_owned(), "A path from here".to_owned()));
        candidates.words.push(("/".to_owned(), "A path from the root".to_owned()));
    } else if local && !candidates.words.is_empty() {
        // Where there are candidates, shells look for no files.
        candidates.words.extend(paths(word));
    }
    let is_url = SCHEMES.iter().any(|(scheme, _)| word.starts_with(scheme));
    let no_space = is_url || !candidates.words.is_empty();
    candidates.directive = match (no_space, is_url) {
        (true, true) => Directive::NO_SPACE.and(Directive::NO_FILES),
        (true, false) => Directive::NO_SPACE.and(files),
        (false, _) => files,
    };
    candidates
}

/// What URLs begin with, unless `word` has it already.
pub(super) fn urls(word: &str) -> Candidates {
    let begun = SCHEMES.into_iter().filter(|(scheme, _)| scheme.len() > word.len());
    Candidates { directive: Directive::NO_SPACE.and(Directive::NO_FILES), ..Candidates::of(begun) }
}

/// Files and folders of the current folder that begin with `word`.
fn paths(word: &str) -> impl Iterator<Item = (String, String)> {
    let names = fsx::names(Path::new(".")).into_iter().filter_map(|name| name.into_string().ok());
    names.filter(move |name| name.starts_with(word)).map(|name| {
        let slash = if Path::new(&name).is_dir() { "/" } else { "" };
        (format!("{name}{slash}"), String::new())
    })
}

/// The names of the charts of a repository, as they are cached.
fn names(cached: &Path, repository: &str) -> Vec<String> {
    if let Ok(text) = fsx::read(&cache::charts_file(cached, repository)) {
        return String::from_utf8_lossy(&text).lines().map(str::to_owned).collect();
    }
    let index = Index::read(&cache::index_file(cached, repository), &mut unheard());
    index.map_or_else(|_| Vec::new(), |index| index.entries.keys().map(ToString::to_string).collect())
}

/// The versions of the chart that the arguments name, as they are cached.
pub(super) fn versions(session: &Session<'_>, before: &Before) -> Candidates {
    let arguments = before.flags.positional();
    let Some((repository, chart)) = arguments.last().and_then(|reference| reference.split_once('/')) else {
        return Candidates::none(Directive::NO_FILES);
    };
    let file = cache::index_file(&session.settings.repository_cache(), repository);
    let index = Index::read_chart(&file, chart, &mut unheard()).ok();
    let versions = index.and_then(|mut index| index.entries.remove(chart.as_bytes())).unwrap_or_default();
    Candidates::of(versions.iter().map(|version| {
        let installs = match version.metadata.app_version.as_bytes() {
            b"" => String::new(),
            of => format!("App: {}", String::from_utf8_lossy(of)),
        };
        (version.metadata.version.to_string(), installs)
    }))
}

/// The templates of the chart that the arguments name, if it lies on this machine.
pub(super) fn templates(before: &Before) -> Candidates {
    let arguments = before.flags.positional();
    let path = arguments.last().map(Path::new).filter(|path| fsx::exists(path));
    let chart = path.and_then(|path| Chart::load(path, &mut unheard()).ok());
    let names = chart.iter().flat_map(|chart| &chart.templates).map(|template| template.name.to_str_lossy());
    let is_partial = |name: &str| name.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
    Candidates::plain(names.filter(|name| !is_partial(name)))
}

/// A URL as a description: without credentials.
pub(super) fn shown(url: &str) -> &str {
    if url.contains('@') { "" } else { url }
}
