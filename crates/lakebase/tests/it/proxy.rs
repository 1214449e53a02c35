//! A proxy on loopback that can stop forwarding on the connections that it has, as a network device that
//! has forgotten them does.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    url: String,
    /// Counts the freezes: a connection forwards as long as there was none since it was opened.
    freezes: Arc<watch::Sender<u32>>,
}

impl Proxy {
    pub async fn start(url: &str) -> Self {
        let (credentials, rest) = url.split_once('@').expect("a URL with a user");
        let (server, database) = rest.split_once('/').expect("a URL with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let freezes = Arc::new(watch::Sender::new(0));
        tokio::spawn(accept(listener, server.to_owned(), Arc::clone(&freezes)));
        Self { url: format!("{credentials}@{address}/{database}"), freezes }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Nothing more passes on the connections that are open now. New ones work.
    pub fn freeze(&self) {
        self.freezes.send_modify(|count| *count += 1);
    }
}

async fn accept(listener: TcpListener, server: String, freezes: Arc<watch::Sender<u32>>) {
    while let Ok((client, _)) = listener.accept().await {
        let server = TcpStream::connect(&server).await.unwrap();
        let opened = *freezes.borrow();
        let (client_read, client_write) = client.into_split();
        let (server_read, server_write) = server.into_split();
        tokio::spawn(pump(client_read, server_write, freezes.subscribe(), opened));
        tokio::spawn(pump(server_read, client_write, freezes.subscribe(), opened));
    }
}

async fn pump(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    freezes: watch::Receiver<u32>,
    opened: u32,
) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if *freezes.borrow() != opened {
            // Both halves stay open, and silent.
            std::future::pending::<()>().await;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            break;
        }
    }
}
