//! What a traced render tells of the values that templates read.

use std::sync::Arc;

use pintle::render::Trace;
use pintle::render::host::Offline;
use pintle::render::trace::{Extent, Path};
use pintle::{Capabilities, Chart, Compiled, Options, Release, Sources};

fn chart(files: &[(&str, &str)]) -> Chart {
    let files =
        files.iter().map(|(name, text)| pintle::chart::File { name: (*name).into(), data: (*text).into() });
    Chart::from_files(files.collect(), &mut Vec::new()).expect("the chart loads")
}

fn options() -> Options {
    Options {
        release: Release::new("web", "default"),
        capabilities: Arc::new(Capabilities::default()),
        skip_schema_validation: true,
    }
}

fn trace(chart: Chart, user: &Sources) -> Trace {
    let compiled = Compiled::new(Arc::new(chart));
    let values = user.merge(&|_| Err("no files here".to_owned())).expect("the values parse");
    let notices = &mut Vec::new();
    let (instance, values) = compiled.prepare(&values, notices).expect("the chart can be prepared");
    let (texts, trace) =
        compiled.execute_traced(&instance, &values, &options(), &Offline::default(), notices);
    if let Err(error) = texts {
        panic!("{error}");
    }
    trace
}

/// Values of the chart that the forms of reading are tried on.
const VALUES: &str = "\
a: {b: {c: 1, d: 2}, e: x}
l: [{p: 1, q: 2}, {p: 3}]
s: [p, q]
m: {x: {k: 1}, w: {k: 2}}
none: null
t: '{{ .Values.a.e }}'
";

/// What a template of one line reads: paths, `*` behind those read as a whole.
fn reads(template: &str) -> String {
    let helpers =
        "{{ define \"e\" }}{{ .e }}{{ end }}{{ define \"v\" }}{{ .v.c }}{{ .r.Values.a.e }}{{ end }}";
    let trace = trace(
        chart(&[
            ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            ("values.yaml", VALUES),
            ("templates/_h.tpl", helpers),
            ("templates/t.yaml", template),
        ]),
        &Sources::default(),
    );
    let mark = |extent| if extent == Extent::Whole { "*" } else { "" };
    let mut shown: Vec<String> = Vec::new();
    for (path, reads) in &trace.reads {
        let extent = reads.iter().map(|read| read.extent).max();
        shown.push(format!("{path}{}", extent.map_or("", mark)));
    }
    for missing in &trace.undefined {
        shown.push(format!("{}{}", if missing.is_guarded { "?" } else { "!" }, missing.path));
    }
    shown.join(" ")
}

#[test]
fn every_form_of_reading_is_seen() {
    let mut bad = Vec::new();
    for (template, want) in [
        ("{{ .Values.a.b.c }}", "a.b.c"),
        ("{{ $.Values.a.e }}", "a.e"),
        ("{{ $v := .Values.a }}{{ $v.b.c }}", "a a.b.c"),
        ("{{ with .Values.a.b }}{{ .c }}{{ end }}", "a.b a.b.c"),
        ("{{ with .Values }}{{ .a.e }}{{ end }}", "a.e"),
        ("{{ range .Values.l }}{{ .p }}{{ end }}", "l l[] l[].p"),
        ("{{ range .Values.s }}{{ . }}{{ end }}", "s s[]"),
        ("{{ range $k, $v := .Values.m }}{{ $k }}{{ $v.k }}{{ end }}", "m m.w m.w.k m.x m.x.k"),
        ("{{ range $k, $v := .Values.m }}{{ $k }}{{ end }}", "m m.w m.x"),
        ("{{ index .Values \"a\" \"b\" \"c\" }}", "a a.b a.b.c"),
        ("{{ (index .Values.l 0).p }}", "l l[] l[].p"),
        ("{{ get .Values.a \"e\" }}{{ get .Values.a \"z\" }}", "a a.e ?a.z"),
        ("{{ dig \"b\" \"c\" 0 .Values.a }}", "a a.b a.b.c"),
        ("{{ dig \"b\" \"z\" 0 .Values.a }}", "a a.b ?a.b.z"),
        ("{{ if hasKey .Values.a \"e\" }}{{ end }}", "a a.e"),
        ("{{ pluck \"k\" .Values.m.x .Values.m.w }}", "m.w m.w.k m.x m.x.k"),
        ("{{ (pick .Values.a \"e\").e }}", "a a.e"),
        ("{{ (omit .Values.a \"e\").b.d }}", "a a.b.d"),
        ("{{ keys .Values.m }}", "m m.w m.x"),
        ("{{ default .Values.a.e .Values.gone }}", "a.e ?gone"),
        ("{{ (.Values.gone | default .Values.a).e }}", "a a.e ?gone"),
        ("{{ include \"e\" .Values.a }}", "a a.e"),
        ("{{ template \"e\" .Values.a }}", "a a.e"),
        ("{{ include \"v\" (dict \"v\" .Values.a.b \"r\" $) }}", "a.b a.b.c a.e"),
        ("{{ tpl .Values.t . }}", "a.e t"),
        ("{{ tpl \"{{ .Values.a.e }}\" . }}", "a.e"),
        ("{{ tpl \"{{ .v.e }}\" (dict \"v\" .Values.a) }}", "a a.e"),
        ("{{ toYaml .Values.a }}", "a*"),
        ("{{ .Values.a }}", "a*"),
        ("{{ toYaml .Values }}", "*"),
        ("{{ .Values.YAML }}", "*"),
        ("{{ (.Values.Table \"a.b\").c }}{{ .Values.PathValue \"a.e\" }}", "a a.b a.b.c a.e"),
        ("{{ toJson (dict \"x\" (list .Values.a.b)) }}", "a.b*"),
        ("{{ quote .Values.a.e }}", "a.e"),
        ("{{ (deepCopy .Values.a).b.c }}", "a a.b.c"),
        ("{{ (merge (dict \"z\" 1) .Values.a).b.c }}", "a a.b.c"),
        ("{{ (mergeOverwrite (deepCopy .Values.m) (dict \"x\" .Values.a.b)).x.c }}", "a.b a.b.c m m.x.c"),
        ("{{ $_ := set .Values.a \"new\" .Values.m }}{{ .Values.a.new.x.k }}", "a m m.x.k"),
        ("{{ deepEqual .Values.a.b .Values.m }}", "a.b* m*"),
        ("{{ (first .Values.l).p }}{{ (last .Values.l).p }}", "l l[].p"),
        ("{{ range rest .Values.l }}{{ .p }}{{ end }}", "l l[].p"),
        ("{{ range concat .Values.l (list) }}{{ .p }}{{ end }}", "l l[].p"),
        ("{{ if not .Values.a.b }}{{ end }}{{ len .Values.l }}", "a.b l"),
        ("{{ .Values.none }}", ""),
        ("{{ .Values.gone }}", "!gone"),
        ("{{ quote .Values.a.gone }}", "!a.gone"),
        ("{{ if .Values.gone }}{{ end }}", "?gone"),
        ("{{ if and .Values.a.e (not .Values.gone) }}{{ end }}", "a.e ?gone"),
        ("{{ $x := .Values.gone }}{{ $x }}", "?gone"),
        ("{{ range .Values.gone }}{{ end }}", "?gone"),
        ("{{ index .Values \"gone\" }}", "!gone"),
        ("{{ .Values.gone | quote }}", "!gone"),
        ("{{ tpl \"{{ .Values.gone }}\" . }}", "!gone"),
        ("{{ range .Values.l }}{{ .z }}{{ end }}", "l l[] !l[].z"),
    ] {
        let got = reads(template);
        if got != want {
            bad.push(format!("{template}\n   got {got}\n  want {want}"));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// A chart with an aliased subchart, a condition, a tag and an import.
fn umbrella() -> Chart {
    chart(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n- name: db\n  version: '*'\n  alias: store\n  \
             condition: store.run,flags.db\n  tags: [data]\n  import-values: [conf]\n",
        ),
        (
            "values.yaml",
            "image: {tag: '1', registry: ''}\nmode: a\na: {x: 1}\nb: {x: 2}\nwhole: {k: {l: 1}}\nstale: {k: {l: 1}}\n\
             anchor: &anchor {p: 1}\ncopy: *anchor\ntext: '{{ .Values.fromText }}'\nfromText: 1\nlist: [{p: 1, q: 2}]\n\
             store: {port: 1, gone: 1}\nglobal: {zone: z, area: a}\ntags: {data: true, other: true}\n\
             stored: 1\nrarely: {on: false, deep: {v: 1}}\nexports: {x: {v: 1}}\n",
        ),
        (
            "templates/_h.tpl",
            "{{ define \"image\" }}{{ .image.tag }}{{ .root.Values.image.registry }}{{ end }}",
        ),
        (
            "templates/t.yaml",
            "{{ include \"image\" (dict \"image\" .Values.image \"root\" $) }}\n\
             {{ $part := index .Values .Values.mode }}{{ $part.x }}\n\
             {{ if .Values.rarely.on }}{{ with .Values.rarely.deep }}{{ .v }}{{ end }}{{ end }}\n\
             {{ toYaml .Values.whole }}{{ toYaml .Values.copy }}{{ tpl .Values.text . }}\n\
             {{ range .Values.list }}{{ .p }}{{ end }}{{ range list \"stored\" }}{{ get $.Values . }}{{ end }}\n",
        ),
        ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
        ("charts/db/values.yaml", "port: 2\nhost: h\nold: 1\nexports: {conf: {c: 1}}\n"),
        ("charts/db/templates/t.yaml", "{{ .Values.port }}{{ .Values.host }}{{ .Values.global.zone }}\n"),
    ])
}

/// The unused keys: `place path`, with `?` and what may be meant behind unknown ones.
fn unused(chart: &dyn Fn() -> Chart, user: &Sources) -> Vec<String> {
    let all = trace(chart(), user).unused(&chart(), user);
    let show = |unused: pintle::render::trace::Unused| {
        let place = unused
            .line
            .map_or(format!("{} {}", unused.name, unused.text), |line| format!("{}:{line}", unused.name));
        let path: Vec<String> = unused.path.iter().map(ToString::to_string).collect();
        let meant: Vec<String> = unused.nearest.iter().map(ToString::to_string).collect();
        let unknown = if unused.is_unknown { format!(" ? {}", meant.join(" ")) } else { String::new() };
        format!("{place} {}{unknown}", path.join("."))
    };
    all.into_iter().map(show).collect()
}

#[test]
fn keys_that_nothing_reads_are_found() {
    let defaults = [
        "top/charts/store/values.yaml:3 store.old",
        "top/values.yaml:6 stale.k",
        "top/values.yaml:11 list.0.q",
        "top/values.yaml:12 store.gone",
        "top/values.yaml:13 global.area",
        "top/values.yaml:14 tags.other",
    ];
    assert_eq!(unused(&umbrella, &Sources::default()), defaults);
    let user = Sources {
        files: vec![(
            "mine.yaml".into(),
            b"image:\n  tag: '2'\n  tga: '2'\nimgae: {tag: 1}\nstore:\n  host: h\n  hots: h\n  run: true\nglobal:\n  \
              zone: y\nwhole: {any: 1}\nstale:\n  k: {l: 2}\nflags: {db: true}\nstored: 2\nrarely: {deep: {w: 1}}\n"
                .to_vec(),
        )],
        set: vec!["image.tag=3,store.prot=1".into(), "list[0].r=1".into()],
        json: vec![r#"a={"x":1,"z":{"k":1}}"#.into()],
        ..Sources::default()
    };
    let users = [
        "--set list[0].r=1 list.0.r ? p q",
        "--set store.prot=1 store.prot ? port",
        r#"--set-json a={"x":1,"z":{"k":1}} a.z ? x"#,
        "mine.yaml:3 image.tga ? tag",
        "mine.yaml:4 imgae ? image",
        "mine.yaml:7 store.hots ? host",
        "mine.yaml:13 stale.k",
        "mine.yaml:16 rarely.deep.w ? v",
    ];
    let found = unused(&umbrella, &user);
    assert_eq!(found[..users.len().min(found.len())], users, "{found:#?}");
}

#[test]
fn dependencies_read_values() {
    let trace = trace(umbrella(), &Sources::default());
    for (path, place) in [
        ("store.run", "top/Chart.yaml:8"),
        ("flags.db", "top/Chart.yaml:8"),
        ("tags.data", "top/Chart.yaml:9"),
        ("store.exports.conf", "top/Chart.yaml:10"),
        ("store.port", "top/charts/store/templates/t.yaml:1"),
        ("global.zone", "top/charts/store/templates/t.yaml:1"),
        ("fromText", "top/templates/t.yaml:4"),
        ("image.tag", "top/templates/_h.tpl:1"),
    ] {
        let path: Path = path.split('.').map(pintle::value::Str::from).collect::<Vec<_>>().iter().collect();
        let places = trace.reads.get(&path).map(Vec::as_slice).unwrap_or_default();
        let places: Vec<String> =
            places.iter().map(|read| format!("{}:{}", read.place.file, read.place.line)).collect();
        assert_eq!(places, [place], "{path}");
    }
}

#[test]
fn calls_to_the_outside_are_seen() {
    let template = "{{ now | date \"2006\" }}\n{{ randAlpha 3 }}{{ include \"u\" . }}\n{{ lookup \"v1\" \"Pod\" \"\" \"\" }}\n\
                    {{ genPrivateKey \"ed25519\" | len }}{{ getHostByName \"x\" }}{{ tpl \"{{ randInt 1 9 }}\" . }}\n";
    let trace = trace(
        chart(&[
            ("Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            ("templates/_h.tpl", "\n{{ define \"u\" }}{{ uuidv4 }}{{ end }}"),
            ("templates/t.yaml", template),
        ]),
        &Sources::default(),
    );
    let calls: Vec<String> = trace
        .calls
        .iter()
        .map(|call| {
            let file = call.place.file.to_string();
            format!(
                "{}:{} {} {:?}",
                file.replace("c/templates/", ""),
                call.place.line,
                call.function,
                call.outside
            )
        })
        .collect();
    assert_eq!(
        calls,
        [
            "_h.tpl:2 uuidv4 [Random]",
            "t.yaml:1 date [TimeZone]",
            "t.yaml:1 now [Clock, TimeZone]",
            "t.yaml:2 randAlpha [Random]",
            "t.yaml:3 lookup [Cluster]",
            "t.yaml:4 genPrivateKey [Random]",
            "t.yaml:4 getHostByName [Network]",
            "t.yaml:4 randInt [Random]",
        ]
    );
}

/// What is called unused in the bundled charts, each key looked up by hand in the templates.
#[test]
fn the_bundled_charts_read_their_values() {
    let charts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("charts");
    let mut folders = vec![charts];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        if !folder.join("Chart.yaml").exists() {
            let entries = std::fs::read_dir(&folder).expect("a folder").filter_map(Result::ok);
            folders.extend(entries.map(|entry| entry.path()).filter(|path| path.is_dir()));
            continue;
        }
        let chart = || Chart::load(&folder, &mut Vec::new()).expect("a bundled chart loads");
        let compiled = Compiled::new(Arc::new(chart()));
        let notices = &mut Vec::new();
        let (instance, values) = compiled.prepare(&Default::default(), notices).expect("no dependencies");
        // Some charts refuse to be rendered without the user's values. What they read is found all the same.
        let (_, trace) =
            compiled.execute_traced(&instance, &values, &options(), &Offline::default(), notices);
        let unused = trace.unused(compiled.chart(), &Sources::default());
        found.extend(unused.into_iter().map(|unused| format!("{}:{}", unused.name, unused.text)));
    }
    found.sort();
    assert_eq!(found, ["loki/values.yaml:client", "loki/values.yaml:rbac"]);
}
