//! How the workspace is known to be the workspace.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::client::ClientError;
use crate::host::Host;

/// The crypto provider of this client; nothing process-wide is installed.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The system's roots and, if given, more.
pub(crate) fn config(host: &Host, extra_roots_pem: Option<&[u8]>) -> Result<ClientConfig, ClientError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| ClientError::Tls)?;
    // Plain HTTP never gets this far, so a machine without certificates can still use an emulator.
    if !host.is_https() {
        return Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth());
    }
    let mut extra_roots = Vec::new();
    if let Some(pem) = extra_roots_pem {
        for certificate in CertificateDer::pem_slice_iter(pem) {
            extra_roots.push(certificate.map_err(|_| ClientError::ExtraRoots)?);
        }
        if extra_roots.is_empty() {
            return Err(ClientError::ExtraRoots);
        }
    }
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra_roots, provider())
        .map_err(|_| ClientError::Roots)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}
