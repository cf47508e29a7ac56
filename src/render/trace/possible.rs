//! What any render of a chart may read.

use std::collections::{BTreeMap, BTreeSet};

use crate::chart::Chart;
use crate::chart::coalesce::GLOBAL;
use crate::chart::mounts::{Mount, mounts};
use crate::stack::with_stack;
use crate::template::scan::{Scan, Templates};
use crate::value::{Map, Str, Value};

/// Scans all templates of `chart` and the charts below it, whether these take part or not, and the texts for `tpl` in
/// their values, in `values`, and in their other files.
pub(super) fn scan(chart: &Chart, values: &Map) -> Scan {
    let mut scan = Scan::new(GLOBAL);
    let mounts = mounts(chart);
    let mut numbers: BTreeMap<&[Str], usize> = BTreeMap::new();
    for mount in &mounts {
        let above = mount.path.split_last().and_then(|(_, above)| numbers.get(above).copied());
        // A chart with several aliases is scanned once, under the first.
        let first = mounts.iter().find(|other| std::ptr::eq(other.chart, mount.chart)).unwrap_or(mount);
        let number = scan.chart(mount.name(), above, first.file(b"templates").into());
        numbers.insert(&mount.path, number);
    }
    for mount in &mounts {
        for dependency in mount.chart.metadata.dependencies() {
            let is_there =
                mount.chart.subcharts.iter().any(|subchart| subchart.metadata.name == dependency.name);
            if let Some(number) = numbers.get(&*mount.path).filter(|_| !is_there) {
                scan.missing_chart(*number, dependency.alias_or_name());
            }
        }
    }
    scan.values(0, &Value::Map(values.clone()), false);
    for mount in &mounts {
        if let Some(number) = numbers.get(&*mount.path) {
            scan.values(*number, &Value::Map(mount.chart.values.clone()), true);
        }
    }
    let mut texts = Texts { numbers: &numbers, found: BTreeSet::new() };
    texts.collect(&Value::Map(values.clone()), &mut Vec::new());
    let mut templates = Templates::default();
    for (index, mount) in mounts.iter().enumerate() {
        texts.collect(&Value::Map(mount.chart.values.clone()), &mut mount.path.clone());
        // A chart with several aliases is scanned once.
        let same = |other: &&Mount<'_>| std::ptr::eq(other.chart, mount.chart);
        if mounts.iter().take(index).any(|other| same(&other)) {
            continue;
        }
        let own: Vec<usize> =
            mounts.iter().filter(same).filter_map(|other| numbers.get(&*other.path).copied()).collect();
        for file in &mount.chart.templates {
            templates.file(&mount.file(&file.name).into(), &file.data, &own);
        }
        if mount.chart.templates.iter().any(|file| memchr::memmem::find(&file.data, b"tpl").is_some()) {
            for file in mount.chart.files.iter().filter(|file| !is_document(&file.name)) {
                templates.text(&file.data, &own);
            }
        }
    }
    for (text, charts) in &texts.found {
        templates.text(text, charts);
    }
    scan.run(&templates);
    scan
}

/// True for files that people read, where templates are but examples.
fn is_document(name: &[u8]) -> bool {
    [&b".md"[..], b".gotmpl", b".txt"].iter().any(|end| name.ends_with(end)) && !name.starts_with(b"files/")
}

/// Templates in values, with the numbers of the charts that see them.
struct Texts<'m> {
    numbers: &'m BTreeMap<&'m [Str], usize>,
    found: BTreeSet<(Str, Vec<usize>)>,
}

impl Texts<'_> {
    fn collect(&mut self, value: &Value, path: &mut Vec<Str>) {
        match value {
            Value::Str(text) if memchr::memmem::find(text, b"{{").is_some() => {
                let above = (0..=path.len()).filter_map(|length| self.numbers.get(&path[..length]).copied());
                self.found.insert((text.clone(), above.collect()));
            }
            Value::Map(map) => {
                for (key, value) in map.entries().iter() {
                    path.push(key.clone());
                    with_stack(|| self.collect(value, path));
                    path.pop();
                }
            }
            Value::List(list) => {
                for item in &list.items() {
                    path.push(Str::new());
                    with_stack(|| self.collect(item, path));
                    path.pop();
                }
            }
            _ => {}
        }
    }
}
