//! How the charts that a chart depends on get into its `charts/` folder.

use std::path::Path;

use super::folder::{Archive, Folder};
use super::gather::Gathering;
use super::record::{Record, Records};
use super::remote::Remote;
use super::resolve::resolve;
use super::source::{self, Source};
use super::{Options, join, lock};
use crate::chart::{Chart, Dependency, Error, Lock, Notice, Notices};
use crate::download::{Downloader, Verify};
use crate::repo::Repositories;
use crate::value::Str;
use crate::{fsx, parallel};

/// Chooses the versions that a chart's dependencies mean, puts the charts into its `charts/` folder, and notes them
/// in its lock. `say` hears the lines that Helm prints meanwhile.
///
/// # Errors
/// In Helm's words. What was in `charts/` is there as before, then.
pub fn update(
    chart: &Path,
    options: &Options,
    downloader: &Downloader<'_>,
    notices: &mut Notices,
    say: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    Manager::new(chart, options, Verify::Always, downloader, notices, say)?.update()
}

/// Puts the charts that a chart's lock names into its `charts/` folder; the same as [`update`] if there is no lock.
///
/// # Errors
/// The same, and if the lock is for other dependencies.
pub fn build(
    chart: &Path,
    options: &Options,
    downloader: &Downloader<'_>,
    notices: &mut Notices,
    say: &mut dyn FnMut(&str),
) -> Result<(), Error> {
    Manager::new(chart, options, Verify::IfPossible, downloader, notices, say)?.build()
}

struct Manager<'a> {
    path: &'a Path,
    /// The chart as far as its dependencies go.
    chart: Chart,
    options: &'a Options,
    repositories: Repositories,
    records: Records,
    remote: Remote<'a>,
    notices: &'a mut Notices,
    say: &'a mut dyn FnMut(&str),
    /// No other process changes the chart's dependencies.
    _lock: Option<fsx::Lock>,
}

impl<'a> Manager<'a> {
    fn new(
        path: &'a Path,
        options: &'a Options,
        verify: Verify,
        downloader: &'a Downloader<'a>,
        notices: &'a mut Notices,
        say: &'a mut dyn FnMut(&str),
    ) -> Result<Manager<'a>, Error> {
        let info = path.metadata().map_err(|error| {
            let error = fsx::Error::new("stat", path, error);
            Error::because(format_args!("could not find {}", path.display()), error)
        })?;
        if !info.is_dir() {
            return Err(Error::new("only unpacked charts can be updated"));
        }
        // Where nothing can be locked, nobody else works on the chart either, most likely.
        let lock = fsx::lock_existing(&join(path, "Chart.yaml")).ok();
        if lock.is_some() {
            fsx::remove_left_over(path);
        }
        let chart = Chart::load_head(path, notices)?;
        let repositories = Repositories::read_or_default(&downloader.paths.repository_config);
        Ok(Manager {
            path,
            chart,
            options,
            repositories: repositories.map_err(|error| Error::new(error.to_string()))?,
            records: Records::new(options.records.clone()),
            remote: Remote::new(options, verify, downloader),
            notices,
            say,
            _lock: lock,
        })
    }

    fn is_legacy(&self) -> bool {
        self.chart.metadata.api_version == "v1"
    }

    fn update(mut self) -> Result<(), Error> {
        let Some(mut required) = self.chart.metadata.dependencies.clone() else { return Ok(()) };
        let sources = source::find(&mut required, &self.repositories, self.path)?;
        self.remote.refresh(&sources, self.say);
        let mut locked = resolve(&required, &sources, self.path, &self.remote)?;
        let file = lock::file(self.path, self.is_legacy());
        let before = self.chart.lock.as_ref().map(|lock| lock.digest.clone()).unwrap_or_default();
        if before != *lock::digest(Some(&required), Some(&locked))? {
            lock::check(&file)?;
        }
        let known = vec![None; locked.len()];
        self.fill(&mut locked, &sources, known)?;
        // Directories may have other versions by now.
        let digest = lock::digest(Some(&required), Some(&locked))?;
        if before == *digest {
            return Ok(());
        }
        let generated = lock::time(self.options.source_date_epoch);
        lock::write(&file, &Lock { generated, digest: digest.into(), dependencies: Some(locked) })
    }

    fn build(mut self) -> Result<(), Error> {
        let Some(lock) = self.chart.lock.clone() else { return self.update() };
        let mut required = self.chart.metadata.dependencies.clone();
        // Helm 2 knew the names of repositories, not their URLs.
        let helm2_digest = lock::helm2_digest(required.as_deref())?;
        source::find(required.as_deref_mut().unwrap_or_default(), &self.repositories, self.path)?;
        let digest = lock::digest(required.as_deref(), lock.dependencies.as_deref())?;
        if lock.digest != *digest && self.is_legacy() {
            self.notices.push(Notice::info(
                "warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...",
            ));
        }
        if lock.digest != *digest && (!self.is_legacy() || lock.digest != *helm2_digest) {
            return Err(Error::new(if self.is_legacy() {
                "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). \
                 Please update the dependencies"
            } else {
                "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update \
                 the dependencies with 'helm dependency update'"
            }));
        }
        let mut locked = lock.dependencies.unwrap_or_default();
        let sources = source::find(&mut locked, &self.repositories, self.path)?;
        source::check_known(&locked, &sources)?;
        let known = self.known(&locked)?;
        let unknown = sources.iter().zip(&known).filter(|(_, known)| known.is_none());
        self.remote.refresh(unknown.map(|(source, _)| source), self.say);
        self.fill(&mut locked, &sources, known)
    }

    /// Puts the dependencies, all of one version, into the folder. `known` are archives that lie there already.
    fn fill(
        &mut self,
        locked: &mut [Dependency],
        sources: &[Source],
        known: Vec<Option<Record>>,
    ) -> Result<(), Error> {
        let folder = Folder::new(join(self.path, "charts"))?;
        (self.say)(&format!("Saving {} charts", locked.len()));
        let gathering = Gathering { folder: &folder, remote: &self.remote, options: self.options };
        let archives = gathering.run(locked, sources, known, self.notices, self.say);
        let archives = archives.inspect_err(|error| (self.say)(&format!("Save error occurred:  {error}")))?;
        let all = || locked.iter().zip(sources);
        let unpacked = all().filter(|(_, source)| matches!(source, Source::Folder));
        let unpacked: Vec<Str> = unpacked.map(|(dependency, _)| dependency.name.clone()).collect();
        let lines = folder.fill(&archives.iter().flatten().collect::<Vec<_>>(), &unpacked)?;
        (self.say)("Deleting outdated charts");
        lines.iter().for_each(|line| (self.say)(line));
        for ((dependency, _), archive) in all().zip(archives).filter(|((_, source), _)| source.is_remote()) {
            if let Some(Archive { digest, file, .. }) = archive {
                self.records.put(dependency, &Record { digest, file });
            }
        }
        Ok(())
    }

    /// The archives of dependencies, all of one version, that lie in the folder and are known to be the right ones.
    fn known(&self, locked: &[Dependency]) -> Result<Vec<Option<Record>>, Error> {
        if self.remote.verifies() {
            return Ok(vec![None; locked.len()]);
        }
        let folder = Folder::new(join(self.path, "charts"))?;
        let records = &self.records;
        let record = |dependency: &Dependency| {
            records.get(dependency).filter(|record| folder.has(&record.file, &record.digest))
        };
        Ok(parallel::map(locked, record))
    }
}
