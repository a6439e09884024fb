//! The web server: the printed pages, and a channel that tells them when they are built anew. Until they are built for the
//! first time, every address shows how far that is.
//!
//! The script that listens is added to a page when it is sent, and so is the permission to connect, so that the files on disk stay as they were printed.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::{TcpListener, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response, Sse, sse};
use axum::routing::get;
use futures_util::stream;
use tokio::runtime::{self, Runtime};
use tokio::sync::watch::{self, Receiver, Sender};
use tower_http::services::{ServeDir, ServeFile};

use super::progress_page::{self, ProgressPage};
use crate::progress::Work;

/// The server-sent events that tell open pages of a new build.
pub(super) const CHANNEL: &str = "/live-reload";

/// Where the progress page has its fonts from.
pub(super) const THEME: &str = "/live-reload/theme";

/// How long the channel is silent after it has told something: an experiment may make thousands of steps a second.
const PAUSE: Duration = Duration::from_millis(200);

/// After how long a page that has lost the channel, as when the program restarts, looks for it again.
const RETRY: Duration = Duration::from_millis(500);

/// Identifies the pages that are being served: the time at which they were written, or `NONE`.
type BuildId = u64;

/// There are no pages yet.
const NONE: BuildId = 0;

/// A folder of pages that is served, and printed anew from time to time.
#[derive(Debug)]
pub(super) struct Pages {
    folder: PathBuf,
    build: Sender<BuildId>,
}

/// What an answer may depend on.
#[derive(Debug, Clone)]
struct ServerState {
    build: Receiver<BuildId>,
    work: Receiver<Work>,
    progress_page: Arc<ProgressPage>,
}

impl Pages {
    /// The pages in this folder, from the next build on or, if `former` ones are good to serve, from now on.
    pub(super) fn of(folder: PathBuf, former: bool) -> Self {
        let now = if former { build_id_of(&folder) } else { NONE };
        let (build, _) = watch::channel(now);
        Self { folder, build }
    }

    /// Whether there are any.
    pub(super) fn are_there(&self) -> bool {
        *self.build.borrow() != NONE
    }

    /// Tells the open pages that they were built anew.
    pub(super) fn rebuilt(&self) {
        self.build.send_replace(build_id_of(&self.folder));
    }

    /// Serves them on these sockets, for as long as the returned runtime lives; `work` is the progress of the build.
    pub(super) fn serve(
        &self,
        listeners: Vec<TcpListener>,
        progress_page: ProgressPage,
        work: Receiver<Work>,
    ) -> Result<Runtime> {
        let not_found = ServeFile::new(self.folder.join("404.html"));
        let theme = ServeDir::new(progress_page.theme());
        let state = ServerState {
            build: self.build.subscribe(),
            work,
            progress_page: Arc::new(progress_page),
        };
        let router = Router::new()
            .fallback_service(ServeDir::new(&self.folder).not_found_service(not_found))
            .layer(middleware::from_fn_with_state(state.clone(), page))
            .nest_service(THEME, theme)
            .route(CHANNEL, get(notify_clients))
            .with_state(state);

        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("cannot start the server")?;
        let inside = runtime.enter();
        for listener in listeners {
            listener.set_nonblocking(true)?;
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(axum::serve(listener, router.clone()).into_future());
        }
        drop(inside);
        Ok(runtime)
    }
}

/// Listens on every address of the host, so that no other program answers on one of them.
///
/// With port 0 the system chooses one.
pub(super) fn listen(host: &str, port: u16) -> Result<Vec<TcpListener>> {
    let addresses = (host, port)
        .to_socket_addrs()
        .with_context(|| format!("--host {host} is not an address of this machine"))?;
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut refused = None;
    for mut address in addresses {
        if let Some(first) = listeners.first() {
            address.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                bail!(
                    "port {port} of {host} is in use: stop the program that listens there, or choose another with --port"
                )
            }
            // A machine without IPv6 names an address that it does not have.
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if listeners.is_empty() => {
            Err(error).with_context(|| format!("cannot listen on port {port} of {host}"))
        }
        _ => {
            ensure!(!listeners.is_empty(), "{host} has no address");
            Ok(listeners)
        }
    }
}

/// The time at which the pages were written, in nanoseconds.
fn build_id_of(folder: &Path) -> BuildId {
    fs::metadata(folder.join("index.html"))
        .and_then(|index| index.modified())
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(NONE, |age| age.as_nanos() as BuildId)
}

/// Sends the progress of the build as an event whose id is that of the pages, now and after every change of either.
async fn notify_clients(State(state): State<ServerState>) -> impl IntoResponse {
    let events = stream::unfold((state, false), async |(mut state, is_told)| {
        if is_told {
            tokio::time::sleep(PAUSE).await;
            tokio::select! {
                changed = state.build.changed() => changed.ok()?,
                changed = state.work.changed() => changed.ok()?,
            }
        }
        let number = state.build.borrow_and_update().to_string();
        let work = progress_page::text(&state.work.borrow_and_update());
        let event = sse::Event::default().id(number).retry(RETRY).data(work);
        Some((Ok::<_, Infallible>(event), (state, true)))
    });
    Sse::new(events)
}

/// The page that was asked for, or the one that waits for it.
async fn page(State(state): State<ServerState>, request: Request, next: Next) -> Response {
    let build = *state.build.borrow();
    if build != NONE {
        return add_script(next.run(request).await, build).await;
    }
    let page = state
        .progress_page
        .page(&state.work.borrow(), &script(NONE));
    let not_kept = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::SERVICE_UNAVAILABLE, not_kept, Html(page)).into_response()
}

/// Adds the script to an HTML page, and forbids browsers to keep what may be printed anew.
async fn add_script(response: Response, build: BuildId) -> Response {
    let (mut parts, body) = response.into_parts();
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let is_html = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"));
    if !is_html {
        return Response::from_parts(parts, body);
    }
    let Ok(page) = to_bytes(body, usize::MAX).await else {
        // The page was replaced while it was read; its reader will be told of the new one.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let script = script(build);
    let page = allow_live_reload(&String::from_utf8_lossy(&page));
    let page = match page.rsplit_once("</body>") {
        Some((before, after)) => format!("{before}{script}</body>{after}"),
        None => page + &script,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

/// The page with a policy that allows the script below and its connection.
fn allow_live_reload(page: &str) -> String {
    let nonce = format!("script-src 'nonce-{NONCE}'");
    page.replacen(
        "default-src 'none';",
        "default-src 'none'; connect-src 'self';",
        1,
    )
    .replacen("script-src", &nonce, 1)
}

/// Marks the script that was added here. A nonce guards against what others write into a page; this server is read by its writer alone.
pub(super) const NONCE: &str = "live-reload";

/// The script that listens, in a page of this build.
fn script(build: BuildId) -> String {
    let script = include_str!("live.js");
    format!("<script nonce=\"{NONCE}\" data-build=\"{build}\">\n{script}</script>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Reporter;
    use std::io::{Read, Write};
    use std::net::TcpStream;

    /// The answer to a request, as text.
    fn get(port: u16, path: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// A server of these pages, and its port.
    fn serve(pages: &Pages) -> (Runtime, u16) {
        let listeners = listen("127.0.0.1", 0).unwrap();
        let port = listeners[0].local_addr().unwrap().port();
        let progress_page = ProgressPage::of("A book", &pages.folder);
        let server = pages.serve(listeners, progress_page, Reporter::new().watch());
        (server.unwrap(), port)
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = listen("localhost", 0).unwrap();
        let port = taken[0].local_addr().unwrap().port();
        let message = listen("localhost", port).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("port {port} of localhost is in use")),
            "{message}"
        );
        assert!(message.contains("--port"), "{message}");
    }

    #[test]
    fn pages_are_served_with_the_script_and_other_files_without() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            (
                "index.html",
                "<meta content=\"default-src 'none'; script-src 'self'\"><body>Front</body>",
            ),
            ("404.html", "<body>Lost</body>"),
            ("book.js", "let x;"),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let pages = Pages::of(folder.path().to_owned(), true);
        let (_server, port) = serve(&pages);

        let front = get(port, "/");
        assert!(front.starts_with("HTTP/1.1 200"), "{front}");
        assert!(front.contains("cache-control: no-store"), "{front}");
        assert!(
            front.contains("<body>Front<script nonce=\"live-reload\" data-build=")
                && front.ends_with("</script></body>"),
            "{front}"
        );
        assert!(
            front.contains(
                "default-src 'none'; connect-src 'self'; script-src 'nonce-live-reload' 'self'"
            ),
            "{front}"
        );
        let lost = get(port, "/nowhere.html");
        assert!(
            lost.starts_with("HTTP/1.1 404") && lost.contains("Lost"),
            "{lost}"
        );
        assert!(get(port, "/book.js").ends_with("let x;"));
    }

    #[test]
    fn a_new_build_has_a_new_id() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index.html");
        fs::write(&index, "one").unwrap();
        let pages = Pages::of(folder.path().to_owned(), true);
        let mut reader = pages.build.subscribe();
        let first = *reader.borrow_and_update();
        let later =
            fs::metadata(&index).unwrap().modified().unwrap() + std::time::Duration::from_secs(1);
        fs::File::options()
            .write(true)
            .open(&index)
            .unwrap()
            .set_modified(later)
            .unwrap();
        pages.rebuilt();
        assert!(reader.has_changed().unwrap());
        assert_ne!(first, *reader.borrow());
    }
}
