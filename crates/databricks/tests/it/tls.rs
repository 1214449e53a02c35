use std::sync::Arc;

use databricks::{Client, Config, ConnectFailure, Error, RetryPolicy};
use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::pat;

/// What a call makes of a server on `localhost` whose certificate is for `name`, trusted or not.
async fn call(name: &str, is_trusted: bool) -> Result<String, Error> {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let private_key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private_key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = format!("https://localhost:{}", listener.local_addr().unwrap().port());

    let serve = async {
        let (stream, _) = listener.accept().await.unwrap();
        // A client that does not trust the certificate ends the handshake.
        let Ok(mut stream) = acceptor.accept(stream).await else { return };
        let mut request = [0; 4_096];
        if stream.read(&mut request).await.is_ok_and(|bytes| bytes > 0) {
            let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"name\":\"shop\"}";
            stream.write_all(reply).await.unwrap();
            stream.flush().await.unwrap();
        }
    };
    let mut config = Config::new(host.parse().unwrap(), pat());
    config.extra_roots_pem = is_trusted.then(|| certificate.pem().into_bytes());
    let apps = Client::new(config).unwrap().with_retry_policy(RetryPolicy::none()).apps();
    let (app, ()) = tokio::join!(apps.get("shop"), serve);
    app.map(|app| app.name)
}

#[tokio::test]
async fn a_certificate_under_an_extra_root_is_trusted() {
    assert_eq!(call("localhost", true).await.unwrap(), "shop");
}

#[tokio::test]
async fn an_unknown_certificate_and_one_for_another_host_are_refused() {
    for (name, is_trusted) in [("localhost", false), ("other.example.com", true)] {
        let error = call(name, is_trusted).await.unwrap_err();
        assert!(matches!(error, Error::Connect { failure: ConnectFailure::Tls, .. }), "{error:?}");
    }
}
