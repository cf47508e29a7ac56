//! The library as another program uses it.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use pintle::render::host::Offline;
use pintle::render::output::{self, Selection};
use pintle::value::Map;
use pintle::{Capabilities, Chart, Compiled, Options, Release, Sources};

fn example() -> Compiled {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/charts/lighthouse");
    Compiled::new(Arc::new(Chart::load(&path, &mut Vec::new()).expect("the example chart loads")))
}

fn values(set: &str) -> Map {
    let sources = Sources { set: vec![set.to_owned()], ..Sources::default() };
    sources.merge(&|_| Err("no files here".to_owned())).expect("the values parse")
}

fn render(chart: &Compiled, name: &str, values: &Map) -> String {
    let options = Options {
        release: Release::new(name, "default"),
        capabilities: Arc::new(Capabilities::default()),
        skip_schema_validation: false,
    };
    let rendered =
        chart.render(values, &options, &Offline::default(), &mut Vec::new()).expect("the chart renders");
    String::from_utf8(output::stream(&output::documents(&rendered, &Selection::default()))).expect("UTF-8")
}

#[test]
fn one_compiled_chart_renders_on_many_threads() {
    let chart = example();
    let sets: Vec<_> =
        (0..8).map(|n| values(&format!("replicas={n},beacon.enabled={}", n % 2 == 0))).collect();
    let expected: Vec<_> = sets.iter().map(|set| render(&chart, "web", set)).collect();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (set, want) in sets.iter().zip(&expected) {
                    assert_eq!(&render(&chart, "web", set), want);
                }
            });
        }
    });
    assert!(expected[3].contains("replicas: 3") && !expected[3].contains("CronJob"));
    assert!(expected[4].contains("replicas: 4") && expected[4].contains("CronJob"));
}

#[test]
fn renders_do_not_see_each_other() {
    let chart = Compiled::new(Arc::new(
        Chart::from_files(
            [
                ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
                ("values.yaml", "map: {}\n"),
                ("templates/a.yaml", "{{ $_ := set .Values.map .Release.Name 1 }}{{ toYaml .Values.map }}"),
            ]
            .map(|(name, data)| pintle::chart::File { name: name.into(), data: data.into() })
            .into(),
            &mut Vec::new(),
        )
        .expect("the chart loads"),
    ));
    for name in ["first", "second"] {
        let out = render(&chart, name, &Map::new());
        assert_eq!(out, format!("---\n# Source: c/templates/a.yaml\n{name}: 1\n"));
    }
}
