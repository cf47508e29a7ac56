//! A server of static files on the loopback interface.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A server of the files of a folder. It knows `ETag`s, and what it was asked for. What it answers to a path can be
/// told otherwise.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    stopped: AtomicBool,
    requests: Mutex<Vec<String>>,
    scripts: Mutex<HashMap<String, Script>>,
}

/// What a path is answered with in place of the file.
#[derive(Clone)]
pub enum Script {
    /// This status, e.g. `503 Service Unavailable`.
    Status(&'static str),
    /// A redirect to this URL.
    Redirect(String),
    /// This text.
    Body(&'static str),
    /// The start of a longer body, and the end of the connection.
    Cut(&'static str),
    /// Nothing, for longer than anybody waits.
    Stall,
    /// A body of which a byte comes now and then, for longer than anybody waits.
    Drip,
    /// The file, for this user and password (`user:password`) only.
    Protected(&'static str),
}

impl Server {
    /// Serves what is in `folder`, now and later.
    pub fn start(folder: &Path) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            stopped: AtomicBool::new(false),
            requests: Mutex::default(),
            scripts: Mutex::default(),
        });
        let server = Server { url: format!("http://{address}"), shared: shared.clone() };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::Relaxed) {
                    return;
                }
                let shared = shared.clone();
                // A client that goes away is its own business.
                thread::spawn(move || shared.answer(stream).unwrap_or_default());
            }
        });
        server
    }

    /// Answers `path` as `script` says from now on.
    pub fn script(&self, path: &str, script: Script) {
        self.shared.scripts.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), script);
    }

    /// The requests since the last call, sorted: status and path, and ` with credentials` where there were some.
    pub fn requests(&self) -> Vec<String> {
        let mut requests = self.shared.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut requests = std::mem::take(&mut *requests);
        requests.sort();
        requests
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
    }
}

impl Shared {
    fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?).lines();
        let first = lines.next().transpose()?.unwrap_or_default();
        let (mut known, mut credentials) = (None, None);
        for line in lines {
            let line = line?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            match name.to_ascii_lowercase().as_str() {
                "if-none-match" => known = Some(value.trim().to_owned()),
                "authorization" => credentials = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let path = first.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
        let script = self.scripts.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned();
        let note = |status: &str| {
            let with = if credentials.is_some() { " with credentials" } else { "" };
            let request = format!("{} {path}{with}", &status[..3]);
            self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        };
        let answer = match script {
            None => self.file(path, known.as_deref()),
            Some(Script::Protected(wanted)) => {
                let wanted = format!("Basic {}", data_encoding::BASE64.encode(wanted.as_bytes()));
                match credentials.as_ref() == Some(&wanted) {
                    true => self.file(path, known.as_deref()),
                    false => Answer::new("401 Unauthorized", ""),
                }
            }
            Some(Script::Status(status)) => Answer::new(status, "what a server says\n"),
            Some(Script::Redirect(url)) => {
                Answer { headers: format!("Location: {url}\r\n"), ..Answer::new("302 Found", "") }
            }
            Some(Script::Body(text)) => Answer::new("200 OK", text),
            Some(Script::Cut(text)) => {
                Answer { length: Some(text.len() + 1000), ..Answer::new("200 OK", text) }
            }
            Some(Script::Stall) => {
                note("000");
                thread::sleep(LONG);
                return Ok(());
            }
            Some(Script::Drip) => {
                note("200 OK");
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")?;
                let end = Instant::now() + LONG;
                while Instant::now() < end {
                    stream.write_all(b"#")?;
                    thread::sleep(Duration::from_millis(100));
                }
                return Ok(());
            }
        };
        note(answer.status);
        let length = answer.length.unwrap_or(answer.body.len());
        let (status, headers) = (answer.status, answer.headers);
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n"
        )?;
        stream.write_all(&answer.body)
    }

    /// The file at `path`, if the client does not know it.
    fn file(&self, path: &str, known: Option<&str>) -> Answer {
        let name = path.trim_start_matches('/').replace("%2B", "+");
        let Ok(body) = fs::read(self.folder.join(name)) else { return Answer::new("404 Not Found", "") };
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let tag = format!("\"{:x}\"", hasher.finish());
        let headers = format!("ETag: {tag}\r\n");
        match known == Some(tag.as_str()) {
            true => Answer { headers, ..Answer::new("304 Not Modified", "") },
            false => Answer { status: "200 OK", headers, body, length: None },
        }
    }
}

/// What is sent.
struct Answer {
    status: &'static str,
    headers: String,
    body: Vec<u8>,
    /// What is said of the length of the body, if that is a lie.
    length: Option<usize>,
}

impl Answer {
    fn new(status: &'static str, body: &str) -> Answer {
        Answer { status, headers: String::new(), body: body.as_bytes().to_vec(), length: None }
    }
}

/// Longer than anybody waits.
const LONG: Duration = Duration::from_secs(60);
