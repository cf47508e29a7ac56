//! A server that says what a test wants it to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as the server got it.
#[derive(Clone, Debug, Default)]
pub struct Got {
    /// Method and target: `GET /v2/`.
    pub line: String,
    pub host: String,
    pub authorization: String,
    pub body: String,
}

/// What the server answers.
#[derive(Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The length that the server claims, if not the body's.
    pub claims: Option<usize>,
    /// Bytes without end follow the body.
    pub endless: bool,
}

impl Reply {
    pub fn ok(body: impl Into<Vec<u8>>) -> Reply {
        Reply { status: 200, body: body.into(), ..Reply::default() }
    }

    pub fn status(status: u16) -> Reply {
        Reply { status, ..Reply::default() }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    fn send(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let reason = match self.status {
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            413 => "Request Entity Too Large",
            500 => "Internal Server Error",
            _ => "",
        };
        let mut head = format!("HTTP/1.1 {} {reason}\r\nConnection: close\r\n", self.status);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !self.endless {
            head += &format!("Content-Length: {}\r\n", self.claims.unwrap_or(self.body.len()));
        }
        stream.write_all(head.as_bytes())?;
        stream.write_all(b"\r\n")?;
        stream.write_all(&self.body)?;
        if !self.endless {
            return Ok(());
        }
        loop {
            stream.write_all(&[b'x'; 4096])?;
        }
    }
}

/// A server that lives as long as the test.
pub struct Server {
    pub host: String,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Got) -> Reply + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let host = listener.local_addr().expect("it has an address").to_string();
        let got = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (got.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, answer) = (seen.clone(), answer.clone());
                thread::spawn(move || {
                    let request = read(&stream);
                    seen.lock().expect("nobody panics").push(request.clone());
                    // Clients may have enough before the end.
                    let _ = answer(&request).send(&stream);
                });
            }
        });
        Server { host, got }
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().expect("nobody panics").clone()
    }

    /// What came in `Authorization` headers.
    pub fn shown(&self) -> Vec<String> {
        self.got().into_iter().map(|got| got.authorization).filter(|shown| !shown.is_empty()).collect()
    }
}

fn read(stream: &TcpStream) -> Got {
    let mut reader = BufReader::new(stream);
    let mut line = |got: &mut Got, length: &mut usize| {
        let mut text = String::new();
        reader.read_line(&mut text).expect("requests are text");
        let text = text.trim_end();
        let lower = text.to_ascii_lowercase();
        if got.line.is_empty() {
            got.line = text.trim_end_matches(" HTTP/1.1").to_owned();
        } else if lower.starts_with("authorization: ") {
            got.authorization = text["authorization: ".len()..].to_owned();
        } else if let Some(host) = lower.strip_prefix("host: ") {
            host.clone_into(&mut got.host);
        } else if let Some(count) = lower.strip_prefix("content-length: ") {
            *length = count.parse().expect("it is a number");
        }
        !text.is_empty()
    };
    let (mut got, mut length) = (Got::default(), 0);
    while line(&mut got, &mut length) {}
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body follows");
    got.body = String::from_utf8_lossy(&body).into_owned();
    got
}
