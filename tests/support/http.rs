//! A server of static files on the loopback interface.

#![expect(clippy::disallowed_methods, reason = "tests work on files of their own")]

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A server of the files of a folder. It knows `ETag`s, and what it was asked for.
pub struct Server {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    folder: PathBuf,
    stopped: AtomicBool,
    requests: Mutex<Vec<String>>,
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

    /// The requests since the last call, sorted: status and path.
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
        let mut known = None;
        for line in lines {
            let line = line?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            known = line.strip_prefix("if-none-match:").map(|tag| tag.trim().to_owned()).or(known);
        }
        let path = first.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/");
        let name = path.trim_start_matches('/').replace("%2B", "+");
        let (status, tag, body) = match fs::read(self.folder.join(name)) {
            Err(_) => ("404 Not Found", String::new(), Vec::new()),
            Ok(body) => {
                let mut hasher = DefaultHasher::new();
                body.hash(&mut hasher);
                let tag = format!("\"{:x}\"", hasher.finish());
                match known == Some(tag.clone()) {
                    true => ("304 Not Modified", tag, Vec::new()),
                    false => ("200 OK", tag, body),
                }
            }
        };
        let request = format!("{} {path}", &status[..3]);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let length = body.len();
        let tag = if tag.is_empty() { tag } else { format!("ETag: {tag}\r\n") };
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{tag}Connection: close\r\n\r\n")?;
        stream.write_all(&body)
    }
}
