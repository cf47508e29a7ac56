//! Which subcharts take part in a render, under which names, and what is imported from their values.

use std::sync::Arc;

use super::coalesce::{coalesce, defaults, merge_tables, scalar, table};
use super::{Chart, Dependency, Error, Instance, Metadata, Notice, Notices};
use crate::gofmt;
use crate::semver::{Constraint, Version};
use crate::stack::with_stack;
use crate::value::{Map, Str, Type, Value};

/// Chooses the subcharts of `chart` for these values of the user and imports values from them.
///
/// # Errors
/// If the values have something else than a map for a subchart.
pub fn process(chart: &Arc<Chart>, values: &Map, notices: &mut Notices) -> Result<Instance, Error> {
    let mut instance = Instance::new(chart.clone());
    choose(&mut instance, values, "", notices)?;
    import(&mut instance, notices)?;
    instance.set_paths(None);
    Ok(instance)
}

/// Checks that every dependency in `Chart.yaml` lies in `charts/`, whatever its version.
///
/// # Errors
/// If one is missing.
pub fn check(chart: &Chart) -> Result<(), Error> {
    let missing: Vec<String> = chart
        .metadata
        .dependencies()
        .iter()
        .filter(|wanted| !chart.subcharts.iter().any(|subchart| subchart.metadata.name == wanted.name))
        .map(|wanted| wanted.name.to_string())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    Err(Error::new(format!("found in Chart.yaml, but missing in charts/ directory: {missing}")))
}

/// Leaves in `chart` and below only the subcharts that these values enable, under their aliases.
///
/// `path` leads from the root to the chart, with a period at the end. `values` are those of the root, with the
/// defaults of the charts on the way: conditions are looked up there.
fn choose(chart: &mut Instance, values: &Map, path: &str, notices: &mut Notices) -> Result<(), Error> {
    if chart.metadata.dependencies.is_none() {
        return Ok(());
    }
    let metadata = Arc::make_mut(&mut chart.metadata);
    chart.subcharts = candidates(metadata, &chart.subcharts);
    for dependency in metadata.dependencies.iter_mut().flatten() {
        if !dependency.alias.is_empty() {
            dependency.name = dependency.alias.clone();
        }
        dependency.enabled = true;
    }

    let values = coalesce(chart, values, notices)?;
    let metadata = Arc::make_mut(&mut chart.metadata);
    let dependencies = metadata.dependencies.get_or_insert_default();
    apply_tags(dependencies, &values, notices);
    apply_conditions(dependencies, &values, path, notices);

    let disabled: Vec<Str> = dependencies.iter().filter(|d| !d.enabled).map(|d| d.name.clone()).collect();
    dependencies.retain(|dependency| !disabled.contains(&dependency.name));
    if dependencies.is_empty() {
        metadata.dependencies = None;
    }
    chart.subcharts.retain(|subchart| !disabled.contains(subchart.name()));
    for subchart in &mut chart.subcharts {
        let path = format!("{path}{}.", subchart.name());
        with_stack(|| choose(subchart, &values, &path, notices))?;
    }
    Ok(())
}

/// The subcharts that are not declared, then those that are, in the order of `Chart.yaml` and with their aliases.
/// A declared one whose version does not match counts as not declared.
fn candidates(metadata: &Metadata, subcharts: &[Instance]) -> Vec<Instance> {
    let fits = |wanted: &Dependency, subchart: &Instance| {
        wanted.name == *subchart.name() && is_compatible(&wanted.version, &subchart.metadata.version)
    };
    let mut found: Vec<Instance> = subcharts
        .iter()
        .filter(|subchart| !metadata.dependencies().iter().any(|wanted| fits(wanted, subchart)))
        .cloned()
        .collect();
    for wanted in metadata.dependencies() {
        let Some(mut subchart) = subcharts.iter().find(|subchart| fits(wanted, subchart)).cloned() else {
            continue;
        };
        if !wanted.alias.is_empty() {
            Arc::make_mut(&mut subchart.metadata).name = wanted.alias.clone();
        }
        found.push(subchart);
    }
    found
}

/// True if `version` is one and `constraint` allows it.
pub(super) fn is_compatible(constraint: &Str, version: &Str) -> bool {
    match (Version::parse(version), Constraint::parse(constraint)) {
        (Ok(version), Ok(constraint)) => constraint.check(&version),
        _ => false,
    }
}

/// Enables what has a tag that is true, or none that is set.
fn apply_tags(dependencies: &mut [Dependency], values: &Map, notices: &mut Notices) {
    let Ok(tags) = table(values, b"tags") else { return };
    for dependency in dependencies {
        let (mut some_true, mut some_false) = (false, false);
        for tag in &dependency.tags {
            match tags.get(tag) {
                None => {}
                Some(Value::Bool(true)) => some_true = true,
                Some(Value::Bool(false)) => some_false = true,
                Some(_) => notices.push(
                    Notice::warn("returned non-bool value")
                        .with("tag", tag.to_string())
                        .with("chart", dependency.name.to_string()),
                ),
            }
        }
        dependency.enabled = some_true || !some_false;
    }
}

/// Enables or disables by the first path of the condition where there is a boolean.
fn apply_conditions(dependencies: &mut [Dependency], values: &Map, path: &str, notices: &mut Notices) {
    for dependency in dependencies {
        let condition = dependency.condition.to_string();
        for wanted in condition.trim().split(',').filter(|wanted| !wanted.is_empty()) {
            match scalar(values, format!("{path}{wanted}").as_bytes()) {
                None => {}
                Some(Value::Bool(enabled)) => {
                    dependency.enabled = enabled;
                    break;
                }
                Some(_) => notices.push(
                    Notice::warn("returned non-bool value")
                        .with("path", wanted)
                        .with("chart", dependency.name.to_string()),
                ),
            }
        }
    }
}

/// Takes over into the defaults of `chart`, and of all below it, what `import-values` says.
fn import(chart: &mut Instance, notices: &mut Notices) -> Result<(), Error> {
    for subchart in &mut chart.subcharts {
        with_stack(|| import(subchart, notices))?;
    }
    if chart.metadata.dependencies.is_none() {
        return Ok(());
    }
    let values = defaults(chart, notices)?;
    let imported = Map::new();
    for dependency in Arc::make_mut(&mut chart.metadata).dependencies.iter_mut().flatten() {
        let wanted = std::mem::take(&mut dependency.import_values);
        for item in &wanted {
            let (child, parent) = match item {
                Value::Str(name) => (format!("exports.{name}"), ".".to_owned()),
                Value::Map(pair) => (text_of(pair, "child"), text_of(pair, "parent")),
                _ => continue,
            };
            match table(&values, format!("{}.{child}", dependency.name).as_bytes()) {
                Ok(found) => merge_tables(&imported, &nested(&parent, found), notices),
                Err(name) => notices.push(missing_table(item, &dependency.name, &name)),
            }
            dependency.import_values.push(Value::Map(Map::from_entries(
                Type::String,
                [("child", Value::str(child)), ("parent", Value::str(parent))],
            )));
        }
    }
    if let Value::Map(values) = Value::Map(values).deep_copy() {
        merge_tables(&values, &imported, notices);
        chart.values = values;
    }
    Ok(())
}

/// The notice that there is nothing to import.
fn missing_table(item: &Value, chart: &Str, name: &Str) -> Notice {
    let error = format!("{} is not a table", gofmt::quote(name));
    match item {
        Value::Map(_) => {
            Notice::warn("ImportValues missing table from chart").with("chart", chart.to_string())
        }
        _ => Notice::warn("ImportValues missing table"),
    }
    .with("error", error)
}

fn text_of(pair: &Map, key: &str) -> String {
    gofmt::to_text(&pair.get(key).unwrap_or_default()).to_string()
}

/// `values` below the names of `path`; `.` is no name. Values that are empty are not shared.
fn nested(path: &str, values: Map) -> Map {
    let values = if values.is_empty() { Map::new() } else { values };
    if path == "." {
        return values;
    }
    path.rsplit('.')
        .fold(values, |inner, name| Map::from_entries(Type::Interface, [(name, Value::Map(inner))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{File, values};
    use crate::json;

    /// Two aliases of one chart, which has a subchart of its own, beside a chart that is not declared.
    const FILES: [(&str, &str); 8] = [
        (
            "Chart.yaml",
            "apiVersion: v2\nname: top\nversion: 0.1.0\ndependencies:\n\
             - {name: db, version: 1.x, alias: main, import-values: [shared, {child: conf, parent: got.conf}]}\n\
             - {name: db, version: 1.x, alias: spare, condition: 'spare.run,x.y', tags: [t]}\n",
        ),
        (
            "values.yaml",
            "spare: {run: false}\nmain: {size: null, conf: {b: 5}}\n\
             global: {g: {deep: {a: 1}}}\ngot: {conf: {a: 0}}\n",
        ),
        (
            "charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.2.0\ndependencies:\n\
             - {name: leaf, version: '*', condition: leaf.run}\n",
        ),
        (
            "charts/db/values.yaml",
            "size: 1\nconf: {a: 1, b: 2}\nexports: {shared: {s: 1}}\nglobal: {g: {deep: {b: 2}}}\n",
        ),
        ("charts/db/charts/leaf/Chart.yaml", "apiVersion: v2\nname: leaf\nversion: 0.1.0\n"),
        ("charts/db/charts/leaf/values.yaml", "v: 1\n"),
        ("charts/extra/Chart.yaml", "apiVersion: v2\nname: extra\nversion: 0.1.0\n"),
        ("charts/extra/values.yaml", "none: null\n"),
    ];

    fn load() -> Arc<Chart> {
        let files = FILES.iter().map(|(name, data)| File { name: (*name).into(), data: (*data).into() });
        Arc::new(Chart::from_files(files.collect(), &mut Notices::new()).expect("the chart is valid"))
    }

    /// The paths of the charts that take part, and what was noted.
    fn paths(chart: &Arc<Chart>, set: &str) -> (String, Vec<String>) {
        let values = Map::new();
        crate::chart::strvals::set(set.as_bytes(), &values).expect(set);
        let mut notices = Notices::new();
        let paths = match process(chart, &values, &mut notices) {
            Ok(instance) => {
                let mut paths = Vec::new();
                collect(&instance, &mut paths);
                paths.join(" ")
            }
            Err(error) => error.to_string(),
        };
        (paths, notices.iter().map(ToString::to_string).collect())
    }

    fn collect(instance: &Instance, paths: &mut Vec<String>) {
        paths.push(instance.full_path.to_string().replace("/charts/", "/"));
        for subchart in &instance.subcharts {
            collect(subchart, paths);
        }
    }

    #[test]
    fn conditions_and_tags() {
        let chart = load();
        let all = "top top/extra top/main top/main/leaf top/spare top/spare/leaf";
        let non_bool = "level=WARN msg=\"returned non-bool value\"";
        for (set, expected, notices) in [
            ("", "top top/extra top/main top/main/leaf", vec![]),
            ("spare.run=true,tags.t=false", all, vec![]),
            ("spare.run=null,x.y=true", all, vec![format!("{non_bool} path=spare.run chart=spare")]),
            (
                "spare.run=1,tags.t=false",
                "top top/extra top/main top/main/leaf",
                vec![format!("{non_bool} path=spare.run chart=spare")],
            ),
            (
                "spare.run=1,tags.t=x",
                all,
                vec![
                    format!("{non_bool} tag=t chart=spare"),
                    format!("{non_bool} path=spare.run chart=spare"),
                ],
            ),
            ("main.leaf.run=false", "top top/extra top/main", vec![]),
            ("main=1", "type mismatch on main: %!t(int64=1)", vec![]),
        ] {
            assert_eq!(paths(&chart, set), (expected.to_owned(), notices), "{set}");
        }
    }

    #[test]
    fn values_are_imported_and_globals_shared() {
        let chart = load();
        let before = json::encode(&Value::Map(chart.values.clone()), false).expect("values are JSON");
        for _ in 0..2 {
            let mut notices = Notices::new();
            let instance = process(&chart, &Map::new(), &mut notices).expect("nothing is wrong");
            let values = coalesce(&instance, &Map::new(), &mut notices).expect("nothing is wrong");
            let shown = json::encode(&Value::Map(values), false).expect("values are JSON");
            assert_eq!(
                String::from_utf8_lossy(&shown),
                "{\"extra\":{\"global\":{\"g\":{\"deep\":{\"a\":1,\"b\":2}}}},\
                 \"global\":{\"g\":{\"deep\":{\"a\":1,\"b\":2}}},\"got\":{\"conf\":{\"a\":0,\"b\":5}},\
                 \"main\":{\"conf\":{\"a\":1,\"b\":5},\"exports\":{\"shared\":{\"s\":1}},\
                 \"global\":{\"g\":{\"deep\":{\"a\":1,\"b\":2}}},\
                 \"leaf\":{\"global\":{\"g\":{\"deep\":{\"a\":1,\"b\":2}}},\"v\":1},\"size\":1},\
                 \"s\":1,\"spare\":{\"run\":false}}"
            );
            assert_eq!(notices, []);
        }
        let after = json::encode(&Value::Map(chart.values.clone()), false).expect("values are JSON");
        assert_eq!(before, after, "a render must not change the loaded chart");
    }

    #[test]
    fn missing_tables() {
        let data = b"a: 1";
        let from = values::decode(data).expect("is YAML");
        for (item, expected) in [
            (Value::str("x"), r#"level=WARN msg="ImportValues missing table" error="\"x\" is not a table""#),
            (
                Value::Map(from),
                r#"level=WARN msg="ImportValues missing table from chart" chart=c error="\"x\" is not a table""#,
            ),
        ] {
            assert_eq!(missing_table(&item, &"c".into(), &"x".into()).to_string(), expected);
        }
    }
}
