//! The door's certificate, by a certificate authority of its own, so that clients can check it as they check the real one's.

use std::{
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// What the door shows and what clients check it against.
pub(crate) struct Identity {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) ca_pem_path: PathBuf,
}

const CA_PEM: &str = "ca.pem";
const SERVER_PEM: &str = "server.pem";

/// Draws new keys and writes `ca.pem` and `server.pem` into `dir`. The private keys stay in memory.
pub(crate) fn identity(dir: &Path, host: IpAddr) -> anyhow::Result<Identity> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;

    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.distinguished_name.push(DnType::CommonName, "Emulator certificate authority");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?)?;

    // Addresses that the door may move to.
    let loopback: Vec<_> = (1..10).map(|last| IpAddr::from([127, 0, 0, last])).collect();
    let mut names = vec!["localhost".to_owned()];
    names.extend(loopback.iter().map(IpAddr::to_string));
    if !loopback.contains(&host) {
        names.push(host.to_string());
    }
    let mut server = CertificateParams::new(names)?;
    server.distinguished_name.push(DnType::CommonName, "localhost");
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &ca)?;

    let ca_pem_path = dir.join(CA_PEM);
    fs::write(&ca_pem_path, ca.pem()).with_context(|| format!("cannot write {}", ca_pem_path.display()))?;
    fs::write(dir.join(SERVER_PEM), certificate.pem())?;

    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok(Identity { server: Arc::new(server), ca_pem_path })
}

/// Removes what [`identity`] wrote. What is gone already, or used by somebody else, is left alone.
pub(crate) fn remove(ca_pem_path: &Path) {
    let _ = fs::remove_file(ca_pem_path);
    if let Some(dir) = ca_pem_path.parent() {
        let _ = fs::remove_file(dir.join(SERVER_PEM));
        let _ = fs::remove_dir(dir);
    }
}
