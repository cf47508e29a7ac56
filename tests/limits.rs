//! Limits of our own: what is at one passes, what is one past it is an error.

use pintle::chart::strvals;
use pintle::limits::{RENDER_OUTPUT, RESULT_BYTES, SET_INDEX, SET_ITEMS, YAML_NODES};
use pintle::render::host::Offline;
use pintle::template::{self, Env, Set};
use pintle::value::{Map, Value};
use pintle::yaml;

fn render(text: &str) -> Result<usize, String> {
    let mut set = Set::new();
    set.parse("t", text.into()).expect("a template");
    let host = Offline::default();
    let output = template::execute(&set, "t", &Value::Nil, &mut Env::new(&host));
    output.map(|output| output.len()).map_err(|error| error.to_string())
}

#[test]
fn nodes_of_yaml() {
    let list = |items: usize| format!("[{}]", "0,".repeat(items));
    // The list is a node too.
    assert!(yaml::decode(list(YAML_NODES - 1).as_bytes()).is_ok());
    let error = yaml::decode(list(YAML_NODES).as_bytes()).expect_err("too many nodes");
    assert!(error.is_limit(), "{error}");
}

#[test]
fn items_of_set() {
    let full = usize::try_from(SET_INDEX).expect("a small number") + 1;
    let rest = SET_ITEMS - full;
    let text = |rest: usize| format!("a[{SET_INDEX}]=1,b[{}]=1", rest - 1);
    assert!(strvals::set(text(rest).as_bytes(), &Map::new()).is_ok());
    let error = strvals::set(format!("{},c[0]=1", text(rest)).as_bytes(), &Map::new());
    assert!(error.expect_err("too many items").to_string().contains("items"));
}

#[test]
fn bytes_of_results_and_output() {
    let repeat = |bytes: usize| format!("{{{{ repeat {bytes} `x` | len }}}}");
    assert!(render(&repeat(RESULT_BYTES)).is_ok());
    assert!(render(&repeat(RESULT_BYTES + 1)).expect_err("too long").contains("bytes of one value"));

    let output = usize::try_from(RENDER_OUTPUT).expect("it fits");
    let text = |more: &str| {
        format!(
            "{{{{ $x := repeat 1048576 `x` }}}}{{{{ range {} }}}}{{{{ $x }}}}{{{{ end }}}}{more}",
            output >> 20
        )
    };
    assert_eq!(render(&text("")), Ok(output));
    assert!(render(&text("x")).expect_err("too long").contains("bytes of output"));
}
