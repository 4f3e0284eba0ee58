//! The certificates that a client trusts, and its TLS configuration.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    version::TLS13,
};

use crate::record::HttpVersion;

/// The certificates that a client trusts.
#[derive(Clone, Debug)]
pub enum Trust {
    /// Any certificate: for a server that this process started, and with `--insecure`.
    Any,
    /// Certificates of these authorities, or these certificates themselves.
    Roots(Arc<RootCertStore>),
}

impl Trust {
    /// The certificates in a PEM file.
    ///
    /// # Errors
    ///
    /// The file can't be read, or has no certificate.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("--cacert {} can't be used", path.display());
        let certificates: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
        let certificates = certificates.with_context(failed)?;
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate).with_context(failed)?;
        }
        anyhow::ensure!(!roots.is_empty(), "{}: it has no certificate", failed());
        Ok(Self::Roots(roots.into()))
    }

    /// The TLS configuration of a client: TLS 1.3 and, as in browsers, each HTTP version that it may use.
    /// It resumes only sessions with the same configuration.
    pub fn client_config(&self, http_version: HttpVersion) -> Arc<ClientConfig> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13])
            .expect("the provider has TLS 1.3");
        let builder = match self {
            Self::Any => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(AnyCertificate(provider))),
            Self::Roots(roots) => builder.with_root_certificates(Arc::clone(roots)),
        };
        let mut config = builder.with_no_client_auth();
        // A client connects to one server.
        config.resumption = Resumption::in_memory_sessions(8);
        config.alpn_protocols = match http_version {
            HttpVersion::Http1 => vec![b"http/1.1".to_vec()],
            HttpVersion::Http2 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        Arc::new(config)
    }
}

/// Accepts any certificate, and verifies that the server has its key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
