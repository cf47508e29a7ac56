//! Where the charts of a tree stand.

use super::Chart;
use crate::value::Str;

/// A chart at a place of the tree. A chart may stand at several places, under aliases.
#[derive(Clone, Debug)]
pub struct Mount<'a> {
    /// The names below the root's values that lead to the chart's; empty for the root.
    pub path: Vec<Str>,
    /// The start of its files' paths as Helm gives them, e.g. `root/charts/sub`.
    pub folder: String,
    /// The chart.
    pub chart: &'a Chart,
}

impl Mount<'_> {
    /// The chart's name, or its alias there.
    pub fn name(&self) -> &Str {
        self.path.last().unwrap_or(&self.chart.metadata.name)
    }

    /// The path of a file of the chart as Helm gives it.
    pub fn file(&self, name: &[u8]) -> String {
        format!("{}/{}", self.folder, Str::from(name))
    }
}

/// All charts of the tree, whether enabled or not, each after the one above it.
pub fn mounts(root: &Chart) -> Vec<Mount<'_>> {
    let mut found = vec![Mount { path: Vec::new(), folder: root.metadata.name.to_string(), chart: root }];
    let mut next = 0;
    while let Some(parent) = found.get(next).cloned() {
        next += 1;
        let dependencies = parent.chart.metadata.dependencies();
        for subchart in &parent.chart.subcharts {
            let own = &subchart.metadata.name;
            let mut names: Vec<&Str> = dependencies
                .iter()
                .filter(|dependency| dependency.name == *own)
                .map(|dependency| if dependency.alias.is_empty() { own } else { &dependency.alias })
                .collect();
            if names.is_empty() {
                names.push(own);
            }
            found.extend(names.into_iter().map(|name| Mount {
                path: parent.path.iter().chain([name]).cloned().collect(),
                folder: format!("{}/charts/{name}", parent.folder),
                chart: subchart,
            }));
        }
    }
    found
}

/// The chart that the file at `path`, given as Helm does, belongs to.
pub fn owner<'m, 'a>(mounts: &'m [Mount<'a>], path: &[u8]) -> Option<&'m Mount<'a>> {
    let holds = |mount: &&Mount<'_>| {
        path.strip_prefix(mount.folder.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
    };
    mounts.iter().filter(holds).max_by_key(|mount| mount.folder.len())
}

/// The text of the template at `path`.
pub fn template<'a>(mounts: &[Mount<'a>], path: &[u8]) -> Option<&'a Str> {
    let mount = owner(mounts, path)?;
    let name = &path[mount.folder.len() + 1..];
    // Of two files with one name the last counts.
    mount.chart.templates.iter().rfind(|file| *file.name == *name).map(|file| &file.data)
}
