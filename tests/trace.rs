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
