//! Registries that lie, and what is shown to whom. Real ones are in `tests/registry.rs`.

mod server;

use std::ffi::OsString;
use std::path::Path;

use self::server::{Got, Reply, Server};
use super::digest::Digest;
use super::manifest::media_type;
use super::pull::Pulled;
use super::push::{Pushed, Remote, Upload};
use super::{Client, Credential, Credentials, Error, Options, Reference};
use crate::chart::Metadata;
use crate::progress::Silent;
use crate::{fsx, net};

/// A client without credentials but `own`, in `folder`.
fn client(folder: &Path, own: Option<(&str, &str)>) -> Client {
    let (username, password) = own.unwrap_or_default();
    let net = net::Options {
        username: username.to_owned(),
        password: password.to_owned(),
        ..net::Options::default()
    };
    let config = folder.join("config.json");
    let credentials = Credentials { config, docker_config: None, search_path: OsString::new() };
    Client::new(Options { credentials, plain_http: true, net }).expect("there is nothing to read")
}

const CONFIG: &str = "{\"name\":\"demo\",\"version\":\"1.0.0\",\"apiVersion\":\"v2\"}";
const LAYER: &str = "an archive, as far as registries care";

fn descriptor(media_type: &str, content: &str) -> String {
    let (digest, size) = (Digest::of(content.as_bytes()), content.len());
    format!("{{\"mediaType\":\"{media_type}\",\"digest\":\"{digest}\",\"size\":{size}}}")
}

fn manifest() -> String {
    let (config, layer) = (descriptor(media_type::CONFIG, CONFIG), descriptor(media_type::CHART, LAYER));
    format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layer}]}}")
}

fn as_manifest(content: impl Into<Vec<u8>>) -> Reply {
    Reply::ok(content).header("Content-Type", media_type::MANIFEST)
}

/// What an honest registry answers that has `manifest` under the tag `1.0.0`.
fn honest(manifest: &str, got: &Got) -> Reply {
    let path = got.line.strip_prefix("GET /v2/charts/demo/").unwrap_or_default();
    let digest = |content: &str| Digest::of(content.as_bytes()).to_string();
    match path.split_once('/') {
        Some(("manifests", name)) if name == "1.0.0" || name == digest(manifest) => as_manifest(manifest),
        Some(("blobs", name)) if name == digest(CONFIG) => Reply::ok(CONFIG),
        Some(("blobs", name)) if name == digest(LAYER) => Reply::ok(LAYER),
        _ => Reply::status(404),
    }
}

/// Pulls the chart from a server that answers as `answer` says.
fn pull(answer: impl Fn(&Got) -> Reply + Send + Sync + 'static) -> Result<Pulled, Error> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(answer);
    let reference = Reference::parse(&format!("oci://{}/charts/demo:1.0.0", server.host)).expect("it is one");
    client(folder.path(), None).pull(&reference, true, false, &|_| None, &Silent)
}

/// Pulls the chart from a registry that is honest but for what `patch` makes of the blob of the archive.
fn pull_layer(patch: fn(Reply) -> Reply) -> Result<Pulled, Error> {
    let layer = Digest::of(LAYER.as_bytes()).to_string();
    pull(move |got| match honest(&manifest(), got) {
        reply if got.line.ends_with(&layer) => patch(reply),
        reply => reply,
    })
}

#[test]
fn what_an_honest_registry_has_is_pulled() {
    let pulled = pull(|got| honest(&manifest(), got)).expect("all is well");
    assert_eq!(pulled.chart.as_deref(), Some(LAYER.as_bytes()));
    assert_eq!((pulled.name.as_str(), pulled.version.as_str()), ("demo", "1.0.0"));
    assert_eq!(pulled.digest, Digest::of(manifest().as_bytes()));

    let index = format!(
        "{{\"manifests\":[{},{}]}}",
        descriptor("application/x", "x"),
        descriptor(media_type::MANIFEST, &manifest())
    );
    let digest = Digest::of(index.as_bytes());
    let pulled = pull(move |got| match got.line.ends_with("/1.0.0") {
        true => Reply::ok(index.clone()).header("Content-Type", media_type::INDEX),
        false => honest(&manifest(), got),
    });
    let pulled = pulled.expect("the index leads to the chart");
    assert_eq!((pulled.chart.as_deref(), pulled.digest), (Some(LAYER.as_bytes()), digest));
}

#[test]
fn archives_are_held_to_size_and_digest() {
    let flip = |mut reply: Reply| {
        reply.body[3] ^= 1;
        reply
    };
    let cut = |mut reply: Reply| {
        reply.claims = Some(reply.body.len());
        reply.body.truncate(7);
        reply
    };
    let short = |mut reply: Reply| {
        reply.body.truncate(7);
        reply
    };
    let long = |mut reply: Reply| {
        reply.body.push(b'x');
        reply
    };
    let endless = |reply: Reply| Reply { endless: true, ..reply };
    let other = |reply: Reply| reply.header("Docker-Content-Digest", Digest::of(b"other").to_string());
    for (patch, problem) in [
        (flip as fn(Reply) -> Reply, ": mismatched digest: the registry sent sha256:"),
        (cut, "cannot read http://"),
        (short, ": mismatch Content-Length: 7 bytes in place of 37"),
        (long, ": mismatch Content-Length: 38 bytes in place of 37"),
        (endless, " is larger than the limit of 37 bytes"),
        (other, ": mismatched digest: the registry has sha256:"),
        (|_| Reply::status(404), ": not found"),
        (|_| Reply::status(403), ": response status code 403: Forbidden (the account may not do that"),
        (|_| Reply::ok("<html>"), ": mismatch Content-Length"),
    ] {
        let error = pull_layer(patch).expect_err(problem).to_string();
        assert!(error.starts_with("failed to perform \"Fetch\" on source: "), "{error}");
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn manifests_are_bounded_and_held_to_their_digest() {
    let with_layer = |layer: &str| {
        let config = descriptor(media_type::CONFIG, CONFIG);
        format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layer}]}}")
    };
    let sized = |size: &str| {
        with_layer(&descriptor(media_type::CHART, LAYER).replace(&LAYER.len().to_string(), size))
    };
    let of_image = manifest().replace(media_type::CONFIG, "application/vnd.oci.image.config.v1+json");
    let looped = Reply::ok(format!("{{\"manifests\":[{}]}}", descriptor(media_type::INDEX, "x")));
    let wrong = Digest::of(b"other").to_string();
    for (reply, problem) in [
        (as_manifest(sized("1099511627776")), "1099511627776 bytes are more than the limit of"),
        (as_manifest(sized("-1")), "invalid descriptor size"),
        (
            as_manifest(manifest().replace("sha256:", "sha256:../")),
            "which is none: invalid checksum digest length",
        ),
        (
            as_manifest(of_image),
            "could not load config with mediatype application/vnd.cncf.helm.config.v1+json",
        ),
        (
            as_manifest(with_layer("")),
            "manifest does not contain a layer with mediatype application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        ),
        (
            as_manifest("{\"config\":null,\"layers\":null}"),
            "manifest does not contain minimum number of descriptors (2), descriptors found: 1",
        ),
        (looped.header("Content-Type", media_type::INDEX), "could not load config with mediatype"),
        (
            as_manifest(manifest()).header("Docker-Content-Digest", wrong),
            ": mismatched digest: the registry sent",
        ),
        (
            as_manifest(manifest()).header("Docker-Content-Digest", "sha256:x"),
            "invalid response header Docker-Content-Digest: \"sha256:x\"",
        ),
        (Reply { endless: true, ..as_manifest("{\"a\":\"") }, " is larger than the limit of 4194304 bytes"),
        (Reply::ok("<html>").header("Content-Type", "text/html; charset=utf-8"), "of the type \"text/html\""),
        (
            Reply {
                status: 401,
                ..Reply::ok("{\"errors\":[{\"code\":\"NOT_YOU\",\"message\":\"go\",\"detail\":{\"a\":1}}]}")
            },
            "response status code 401: not you: go: map[a:1]",
        ),
        (Reply::status(500), "response status code 500: Internal Server Error (the registry has a problem"),
    ] {
        let error = pull(move |got| match got.line.contains("/manifests/") {
            true => reply.clone(),
            false => honest(&manifest(), got),
        });
        let error = error.expect_err(problem).to_string();
        assert!(error.contains(problem), "{error}");
    }
}

#[test]
fn tags_are_listed_page_by_page() {
    let list = |answer: fn(&Got) -> Reply| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Server::start(answer);
        let reference = format!("oci://{}/c/demo", server.host);
        client(folder.path(), None).find(&reference, "").map(|found| found.tag)
    };
    let found = list(|got| match got.line.as_str() {
        "GET /v2/c/demo/tags/list" => Reply::ok("{\"tags\":[\"1.0.0\",\"latest\",\"v9\",\"2.0.0-rc.1\"]}")
            .header("Link", "</v2/c/demo/tags/list?last=a>; rel=\"next\""),
        "GET /v2/c/demo/tags/list?last=a" => Reply::ok("{\"tags\":[\"1.10.0_b\",\"1.9.0\"]}"),
        _ => Reply::status(404),
    });
    assert_eq!(found.expect("both pages count"), "1.10.0_b");
    let endless =
        list(|_| Reply::ok("{\"tags\":[\"1.0.0\"]}").header("Link", "</v2/c/demo/tags/list?last=x>"));
    assert!(endless.expect_err("it never ends").to_string().ends_with("the list of tags never ends"));
    let elsewhere = list(|_| Reply::ok("{\"tags\":[]}").header("Link", "<http://h/x>"));
    assert!(elsewhere.expect_err("it leads away").to_string().contains("not the same origin"));
    let none = list(|_| Reply::ok("{\"tags\":null}")).expect_err("there are none").to_string();
    assert!(none.starts_with("unable to locate any tags in provided repository: oci://127.0.0.1:"), "{none}");
    let html = list(|_| Reply::ok("<html>")).expect_err("this is no list").to_string();
    assert!(html.contains("failed to decode response: invalid character '<'"), "{html}");
}

/// The answer of a token service, and of a registry that believes it.
fn guarded(realm: &str, got: &Got) -> Reply {
    match got.line.contains("/token") {
        true if got.line.starts_with("POST") => Reply::ok("{\"access_token\":\"by-post\"}"),
        true => Reply::ok("{\"token\":\"by-get\"}"),
        false if got.authorization.starts_with("Bearer by-") => honest(&manifest(), got),
        false => {
            let challenge =
                format!("Bearer realm=\"{realm}\",service=\"s\",scope=\"repository:charts/demo:pull\"");
            Reply::status(401).header("WWW-Authenticate", challenge)
        }
    }
}

#[test]
fn tokens_are_fetched_once_with_what_there_is() {
    let refresh = "{\"auths\":{\"HOST\":{\"identitytoken\":\"secret\"}}}";
    let access = "{\"auths\":{\"HOST\":{\"registrytoken\":\"by-hand\"}}}";
    let query = "?scope=repository%3Acharts%2Fdemo%3Apull&service=s";
    for (own, config, want) in [
        (None, "", vec![format!("GET /token{query}  "), "by-get".to_owned()]),
        (Some(("u", "p")), "", vec![format!("GET /token{query} Basic dTpw "), "by-get".to_owned()]),
        (
            None,
            refresh,
            vec![
                "POST /token  client_id=oras-go&grant_type=refresh_token&refresh_token=secret&\
                 scope=repository%3Acharts%2Fdemo%3Apull&service=s"
                    .to_owned(),
                "by-post".to_owned(),
            ],
        ),
        (None, access, vec!["by-hand".to_owned()]),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let server = Server::start(|got| guarded(&format!("http://{}/token", got.host), got));
        if !config.is_empty() {
            fsx::write(&folder.path().join("config.json"), config.replace("HOST", &server.host).as_bytes())
                .expect("the file can be written");
        }
        let reference = Reference::parse(&format!("{}/charts/demo:1.0.0", server.host)).expect("it is one");
        let pulled = client(folder.path(), own).pull(&reference, true, false, &|_| None, &Silent);
        assert_eq!(pulled.expect("the token opens it").chart.as_deref(), Some(LAYER.as_bytes()));
        let got = server.got();
        let tokens = got.iter().filter(|got| got.line.contains("/token"));
        let tokens = tokens.map(|got| format!("{} {} {}", got.line, got.authorization, got.body));
        let shown = got.last().map(|got| got.authorization.replace("Bearer ", ""));
        assert_eq!(tokens.chain(shown).collect::<Vec<_>>(), want);
        assert_eq!(
            got.iter().filter(|got| got.line.ends_with("/1.0.0")).count(),
            2,
            "asked without, then with"
        );
    }
}

#[test]
fn credentials_go_to_nobody_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let other = Server::start(|_| Reply::ok("{\"token\":\"by-get\"}"));
    let realm = format!("http://{}/token", other.host);
    let registry = Server::start(move |got| guarded(&realm, got));
    let reference = Reference::parse(&format!("{}/charts/demo:1.0.0", registry.host)).expect("it is one");
    let error =
        client(folder.path(), Some(("u", "secret"))).pull(&reference, true, false, &|_| None, &Silent);
    let error = error.expect_err("the realm is elsewhere").to_string();
    assert!(error.contains("gets no credentials") && !error.contains("secret"), "{error}");
    assert!(other.got().is_empty());
    // Without credentials there is nothing to hide.
    client(folder.path(), None)
        .pull(&reference, true, false, &|_| None, &Silent)
        .expect("an anonymous token opens it");

    // A form with an identity token is not sent on.
    let other = Server::start(|_| Reply::ok("{\"access_token\":\"by-post\"}"));
    let location = format!("http://{}/token", other.host);
    let registry = Server::start(move |got| match got.line.starts_with("POST") {
        true => Reply::status(307).header("Location", location.clone()),
        false => guarded(&format!("http://{}/token", got.host), got),
    });
    let auths = format!("{{\"auths\":{{\"{}\":{{\"identitytoken\":\"secret\"}}}}}}", registry.host);
    fsx::write(&folder.path().join("config.json"), auths.as_bytes()).expect("the file can be written");
    let reference = Reference::parse(&format!("{}/charts/demo:1.0.0", registry.host)).expect("it is one");
    let error = client(folder.path(), None).pull(&reference, true, false, &|_| None, &Silent);
    let error = error.expect_err("the token service is elsewhere").to_string();
    assert!(error.contains("/token\": response status code 307"), "{error}");
    assert!(other.got().is_empty() && !error.contains("secret"), "{error}");

    let other = Server::start(|_| Reply::ok(LAYER));
    let location = format!("http://{}/blob", other.host);
    let layer = Digest::of(LAYER.as_bytes()).to_string();
    let registry = Server::start(move |got| {
        if got.authorization.is_empty() {
            return Reply::status(401).header("WWW-Authenticate", "Basic realm=\"x\"");
        }
        match got.line.ends_with(&layer) {
            true => Reply::status(307).header("Location", location.clone()),
            false => honest(&manifest(), got),
        }
    });
    let reference = Reference::parse(&format!("{}/charts/demo:1.0.0", registry.host)).expect("it is one");
    let pulled =
        client(folder.path(), Some(("u", "secret"))).pull(&reference, true, false, &|_| None, &Silent);
    assert_eq!(pulled.expect("redirects are followed").chart.as_deref(), Some(LAYER.as_bytes()));
    assert_eq!((other.got().len(), other.shown()), (1, vec![]));
    assert!(!registry.shown().is_empty());

    let error = client(folder.path(), None)
        .pull(&reference, true, false, &|_| None, &Silent)
        .expect_err("it is closed");
    let wanted = format!("basic credential not found (to log in: registry login {})", registry.host);
    assert!(error.to_string().ends_with(&wanted), "{error}");
}

#[test]
fn logins_are_kept_only_if_they_open_the_registry() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let registry = Server::start(|got| match got.authorization.as_str() {
        "Basic dTpw" => Reply::ok("{}"),
        _ => Reply::status(401).header("WWW-Authenticate", "Basic realm=\"x\""),
    });
    let login =
        |password| client(folder.path(), None).login(&registry.host, &Credential::user("u", password));
    let error = login("wrong").expect_err("the password is wrong").to_string();
    assert!(error.starts_with(&format!("authenticating to \"{}\": GET ", registry.host)), "{error}");
    assert!(!error.contains("wrong\""), "{error}");
    assert!(!fsx::exists(&folder.path().join("config.json")));
    login("p").expect("the password is right");
    let config = fsx::read(&folder.path().join("config.json")).expect("it is kept");
    assert!(String::from_utf8_lossy(&config).contains("\"auth\": \"dTpw\""));
}

#[test]
fn logins_try_both_ways_to_a_token() {
    for (by_post, want) in [(200, "Bearer by-post"), (404, "Bearer by-get")] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let registry = Server::start(move |got| match got.line.as_str() {
            "GET /v2/" if got.authorization.starts_with("Bearer by-") => Reply::ok("{}"),
            "POST /token" if by_post != 200 => Reply::status(by_post),
            _ => guarded(&format!("http://{}/token", got.host), got),
        });
        let login = client(folder.path(), None).login(&registry.host, &Credential::user("u", "p"));
        login.expect("one of both is taken");
        assert_eq!(registry.shown().pop().as_deref(), Some(want));
        assert!(
            registry.got().iter().any(|got| got.body.contains("grant_type=password&password=p&username=u"))
        );
    }
}

/// Pushes a chart to a registry that hands out tokens, wants uploads at `location` (`HOST` is its own), and answers to
/// them with `status`.
fn push(location: &'static str, status: u16) -> (Result<Pushed, Error>, Server) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let registry = Server::start(move |got| {
        let is_closed = !got.authorization.starts_with("Bearer by-");
        match got.line.split_once(' ') {
            _ if is_closed => guarded(&format!("http://{}/token", got.host), got),
            Some(("HEAD", _)) => Reply::status(404),
            Some(("POST", _)) => Reply::status(202).header("Location", location.replace("HOST", &got.host)),
            Some(("PUT", path)) if path.contains("/manifests/") => Reply::status(201),
            _ => Reply::status(status),
        }
    });
    let metadata = Metadata { name: "demo".into(), version: "1.0.0".into(), ..Metadata::default() };
    let archive = LAYER.as_bytes();
    let created = "2020-01-01T00:00:00Z".to_owned();
    let upload = Upload { metadata: &metadata, archive, provenance: Some(b"signed"), created };
    let remote = Remote::parse(&format!("oci://{}/charts", registry.host)).expect("it is one");
    (client(folder.path(), Some(("u", "p"))).push(&remote, &upload, &Silent), registry)
}

#[test]
fn charts_are_uploaded_blob_by_blob() {
    let (pushed, registry) = push("/up/1?state=x", 201);
    let report = pushed.expect("the registry takes it").report();
    assert!(
        report.starts_with(&format!("Pushed: {}/charts/demo:1.0.0\nDigest: sha256:", registry.host)),
        "{report}"
    );
    let got = registry.got();
    let lines: Vec<&str> =
        got.iter().map(|got| got.line.split([':', '%']).next().unwrap_or_default()).collect();
    let blob = [
        "HEAD /v2/charts/demo/blobs/sha256",
        "POST /v2/charts/demo/blobs/uploads/",
        "PUT /up/1?state=x&digest=sha256",
    ];
    let manifest = "HEAD /v2/charts/demo/manifests/sha256";
    let puts = ["PUT /v2/charts/demo/manifests/sha256", "PUT /v2/charts/demo/manifests/1.0.0"];
    let head = [manifest, "GET /token?scope=repository", manifest];
    assert_eq!(lines, [&head[..], &blob, &blob, &blob, &puts].concat());
    assert!(got[1].line.contains("charts%2Fdemo%3Apull%2Cpush&"), "one token for all: {}", got[1].line);
    assert!(got.iter().skip(2).all(|got| got.authorization == "Bearer by-get"));
    let bodies: Vec<&str> =
        got.iter().filter(|got| got.line.starts_with("PUT /up")).map(|got| got.body.as_str()).collect();
    assert!(bodies.contains(&LAYER) && bodies.contains(&"signed"));
    assert_eq!(bodies.last(), Some(&"{\"name\":\"demo\",\"version\":\"1.0.0\"}"));
}

#[test]
fn uploads_go_to_nobody_else() {
    for (location, status, problem) in [
        ("http://127.0.0.1:1/up", 201, "blob upload Location \"127.0.0.1:1\" is on a different host than"),
        ("", 201, "the registry does not say where to upload to"),
        ("http://HOST/up", 413, "response status code 413: Request Entity Too Large"),
        ("/up", 500, "response status code 500: Internal Server Error (the registry has a problem"),
    ] {
        let (pushed, registry) = push(location, status);
        let error = pushed.expect_err(problem).to_string();
        assert!(error.starts_with("failed to perform \"Push\" on destination: "), "{error}");
        assert!(error.contains(problem), "{error}");
        assert!(
            !registry.got().iter().any(|got| got.line.starts_with("PUT /v2")),
            "no manifest without its blobs"
        );
    }
}
