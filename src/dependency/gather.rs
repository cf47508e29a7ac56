//! The archives of the charts that a chart depends on, wherever they come from.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::Options;
use super::folder::{Archive, Folder};
use super::record::Record;
use super::remote::{Remote, Wanted, reference};
use super::resolve::{self, NotListed, constraint};
use super::source::Source;
use crate::chart::{Chart, Dependency, Error, Metadata, Notices};
use crate::download::{Access, Fetched, Listed, Place};
use crate::repo::{Repository, cache, urls};
use crate::semver::Version;
use crate::value::Str;
use crate::{net, package, parallel, registry};

/// What is needed to gather archives.
#[derive(Debug)]
pub struct Gathering<'a> {
    /// The `charts/` folder of the chart.
    pub folder: &'a Folder,
    /// The servers.
    pub remote: &'a Remote<'a>,
    /// How the user wants it.
    pub options: &'a Options,
}

/// How a dependency becomes an archive.
enum Plan {
    /// Not at all: it lies in the folder, unpacked.
    Unpacked,
    /// It is one.
    Archive(Archive),
    /// It is to be fetched.
    Fetch(Box<Wanted>),
    /// It is the same as that of another dependency.
    Same,
}

impl Gathering<'_> {
    /// The archive of each dependency that is one, all being of one version; what is there already is not fetched.
    ///
    /// # Errors
    /// In Helm's words, for the first dependency that has none.
    pub fn run(
        &self,
        locked: &mut [Dependency],
        sources: &[Source],
        known: Vec<Option<Record>>,
        notices: &mut Notices,
        say: &mut dyn FnMut(&str),
    ) -> Result<Vec<Option<Archive>>, Error> {
        let mut plans = Vec::new();
        for ((dependency, source), known) in locked.iter_mut().zip(sources).zip(known) {
            let place = net::without_password(&dependency.repository.to_str_lossy());
            let plan = match (source, known) {
                (Source::Folder, _) => {
                    say(&format!(
                        "Dependency {} did not declare a repository. Assuming it exists in the charts directory",
                        dependency.name
                    ));
                    self.check_folder(dependency)?;
                    Plan::Unpacked
                }
                (Source::Directory(path), _) => Plan::Archive(self.pack(dependency, path, notices)?),
                (_, Some(Record { digest, file })) => Plan::Archive(Archive { file, digest, bytes: None }),
                (source, None) => self.plan(dependency, source.repository())?,
            };
            let is_same = |other: &Plan| match (other, &plan) {
                (Plan::Fetch(other), Plan::Fetch(wanted)) => other.is_same(wanted),
                _ => false,
            };
            let plan = if plans.iter().any(is_same) { Plan::Same } else { plan };
            match &plan {
                Plan::Fetch(_) => say(&format!("Downloading {} from repo {place}", dependency.name)),
                Plan::Same => say(&format!("Already downloaded {} from repo {place}", dependency.name)),
                Plan::Archive(Archive { bytes: None, .. }) if source.is_remote() => {
                    say(&format!("Already downloaded {} from repo {place}", dependency.name));
                }
                Plan::Archive(_) | Plan::Unpacked => {}
            }
            plans.push(plan);
        }
        self.carry_out(locked, plans, say)
    }

    fn carry_out(
        &self,
        locked: &[Dependency],
        plans: Vec<Plan>,
        say: &mut dyn FnMut(&str),
    ) -> Result<Vec<Option<Archive>>, Error> {
        let wanted: Vec<(&Dependency, &Wanted)> = locked
            .iter()
            .zip(&plans)
            .filter_map(|(dependency, plan)| match plan {
                Plan::Fetch(wanted) => Some((dependency, &**wanted)),
                _ => None,
            })
            .collect();
        let mut fetched =
            parallel::map(&wanted, |(dependency, wanted)| self.fetch(dependency, wanted)).into_iter();
        let mut archives: Vec<Option<Archive>> = Vec::new();
        for plan in plans {
            let archive = match plan {
                Plan::Archive(archive) => Some(archive),
                Plan::Fetch(_) => match fetched.next().transpose()? {
                    Some((archive, lines)) => {
                        lines.lines().for_each(&mut *say);
                        Some(archive)
                    }
                    None => None,
                },
                Plan::Unpacked | Plan::Same => None,
            };
            let others = archives.iter().flatten();
            if let Some(archive) = &archive
                && others
                    .filter(|other| other.file == archive.file)
                    .any(|other| other.digest != archive.digest)
            {
                return Err(Error::new(format!(
                    "two different charts would be charts/{}: dependencies of the same name need different versions",
                    archive.file
                )));
            }
            archives.push(archive);
        }
        Ok(archives)
    }

    /// Checks the version of a chart that lies in the folder.
    fn check_folder(&self, dependency: &Dependency) -> Result<(), Error> {
        let Dependency { name, version, .. } = dependency;
        let path = self.folder.join(&name.to_str_lossy());
        let chart = Chart::load_head(&path, &mut Notices::new())
            .map_err(|error| error.within(format_args!("unable to load chart '{}'", path.display())))?;
        let constraint = constraint(dependency, "")?;
        let found = &chart.metadata.version;
        let parsed = Version::parse(found).map_err(|error| {
            Error::new(format!("invalid version {version} for dependency {name}: {error}"))
        })?;
        if constraint.check(&parsed) {
            return Ok(());
        }
        Err(Error::new(format!(
            "dependency {name} at version {found} does not satisfy the constraint {version}"
        )))
    }

    /// Packs the chart in a directory, and notes its version.
    fn pack(
        &self,
        dependency: &mut Dependency,
        path: &Path,
        notices: &mut Notices,
    ) -> Result<Archive, Error> {
        let options = package::Options {
            source_date_epoch: self.options.source_date_epoch,
            incomplete: true,
            ..package::Options::default()
        };
        let chart = Chart::from_directory(path, notices)?;
        let constraint = constraint(dependency, "")?;
        let version =
            Version::parse(&chart.metadata.version).map_err(|error| Error::new(error.to_string()))?;
        if !constraint.check(&version) {
            let name = &dependency.name;
            return Err(Error::new(format!("can't get a valid version for dependency {name}")));
        }
        let package = package::pack(&chart, &options)?;
        dependency.version = chart.metadata.version.clone();
        let digest = Sha256::digest(&package.bytes).into();
        let file = package.file_name();
        let bytes = if self.folder.has(&file, &digest) { None } else { Some(package.bytes) };
        Ok(Archive { file, digest, bytes })
    }

    /// How to get a chart of one version from a server.
    fn plan(&self, dependency: &Dependency, repository: Option<&Repository>) -> Result<Plan, Error> {
        let version = dependency.version.to_str_lossy();
        let Some(repository) = repository else {
            let place = Place::Registry {
                reference: reference(dependency),
                version: version.to_string(),
                listed: None,
            };
            let file = check_file(format!("{}-{version}.tgz", dependency.name), dependency)?;
            return Ok(Plan::Fetch(Box::new(Wanted { place, file })));
        };
        let not_found = |reason: &str| Error::new(format!("could not find : {reason}"));
        let versions =
            resolve::versions(dependency, repository, self.remote).map_err(|error| match error {
                NotListed::Index(error) => Error::new(error),
                NotListed::Chart => not_found("entry not found"),
            })?;
        let is_meant = |text: &Str| match (Version::parse(&dependency.version), Version::parse(text)) {
            (Ok(wanted), Ok(has)) => wanted.compare(&has).is_eq(),
            (Err(_), _) => dependency.version == *text,
            (Ok(_), Err(_)) => false,
        };
        let legitimate = versions.into_iter().find(|v| is_meant(&v.metadata.version) && !v.urls.is_empty());
        let found = legitimate.ok_or_else(|| not_found("no matching version"))?;
        let url = found.urls.first().map(|url| url.to_str_lossy()).unwrap_or_default();
        let location = urls::resolve(&repository.url, &url).map_err(|error| not_found(&error))?;
        let file = urls::base_name(&location).filter(|name| name.ends_with(".tgz"));
        let file = file.unwrap_or_else(|| format!("{}-{version}.tgz", dependency.name));
        let file = check_file(file, dependency)?;
        let digest = found.digest.to_str_lossy();
        let digest = if digest.is_empty() { None } else { Some(&*digest) };
        let digest = digest.map(cache::parse_digest).transpose().map_err(|error| not_found(&error))?;
        Ok(match digest {
            Some(digest) if !self.remote.verifies() && self.folder.has(&file, &digest) => {
                Plan::Archive(Archive { file, digest, bytes: None })
            }
            _ => {
                let Metadata { name, version, .. } = &found.metadata;
                let listed = Listed { name: name.to_string(), version: version.to_string(), digest };
                let place = if registry::is_oci(&location) {
                    Place::Registry { reference: location, version: String::new(), listed: Some(listed) }
                } else {
                    Place::Url { url: location, access: Access::of(repository), listed: Some(listed) }
                };
                Plan::Fetch(Box::new(Wanted { place, file }))
            }
        })
    }

    /// Fetches an archive and looks into it. Gives also the lines that the user should read.
    fn fetch(&self, dependency: &Dependency, wanted: &Wanted) -> Result<(Archive, String), Error> {
        let place = net::without_password(wanted.location());
        let failed =
            |error: &dyn std::fmt::Display| Error::new(format!("could not download {place}: {error}"));
        let Fetched { archive: bytes, digest, metadata, report, .. } =
            self.remote.fetch(wanted).map_err(|error| failed(&error))?;
        let read = || Metadata::of_archive(&*bytes).map_err(|error| failed(&error));
        let Metadata { name, .. } = metadata.map_or_else(read, Ok)?;
        if name != dependency.name {
            return Err(failed(&format_args!("it is the chart {name}, not {}", dependency.name)));
        }
        let bytes = if self.folder.has(&wanted.file, &digest) { None } else { Some(bytes) };
        Ok((Archive { file: wanted.file.clone(), digest, bytes }, report))
    }
}

/// Checks that the name of a file is one, and leads nowhere else.
fn check_file(file: String, dependency: &Dependency) -> Result<String, Error> {
    let is_plain = !file.starts_with('.') && !file.contains(['/', '\\', ':', '\0']);
    if is_plain {
        return Ok(file);
    }
    let name = &dependency.name;
    Err(Error::new(format!("dependency {name} cannot be saved: {file:?} is no name of a file in charts/")))
}
