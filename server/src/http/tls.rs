//! TLS: the server's certificate and its fingerprints.
//!
//! Only TLS 1.3: all browsers have supported it since 2020.

use std::{fmt, net::IpAddr, path::Path, sync::Arc};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, SanType,
};
use ring::digest::{SHA256, digest};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring as provider,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
        server::ParsedCertificate,
        version::TLS13,
    },
};
use url::Host;

/// The name of HTTP/2 in ALPN (RFC 9113, section 3.2).
pub const H2: &[u8] = b"h2";
/// The name of HTTP/1.1 in ALPN (RFC 7301, section 6).
const HTTP_11: &[u8] = b"http/1.1";

/// How long a generated certificate is valid: browsers accept no more than 398 days.
const VALID_DAYS: u64 = 397;

/// The TLS configuration of a server.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

impl Tls {
    /// A certificate, followed by intermediate certificates if any, and its private key, in PEM
    /// files.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the key does not match the certificate.
    pub fn from_files(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let read = |path: &Path| format!("can't read {}", path.display());
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect)
            .with_context(|| read(certificate))?;
        let key = PrivateKeyDer::from_pem_file(key).with_context(|| read(key))?;
        Self::new(chain, key)
    }

    /// Generates a self-signed certificate for these names and addresses.
    ///
    /// # Errors
    ///
    /// A name is not allowed in a certificate.
    pub fn generated(hosts: &[Host]) -> anyhow::Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        for host in hosts {
            params.subject_alt_names.push(match host {
                Host::Domain(name) => SanType::DnsName(name.as_str().try_into()?),
                Host::Ipv4(address) => SanType::IpAddress(IpAddr::V4(*address)),
                Host::Ipv6(address) => SanType::IpAddress(IpAddr::V6(*address)),
            });
        }
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, "one feed, eight transports");
        params.distinguished_name = name;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = std::time::SystemTime::now().into();
        params.not_after = params.not_before + std::time::Duration::from_secs(VALID_DAYS * 86_400);
        let certificate = params.self_signed(&key)?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        Self::new(vec![certificate.into()], key.into())
    }

    fn new(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> anyhow::Result<Self> {
        let certificate = chain
            .first()
            .cloned()
            .context("the file contains no certificate")?;
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
                .with_protocol_versions(&[&TLS13])?
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .context("the certificate or its key is not usable")?;
        config.alpn_protocols = vec![H2.into(), HTTP_11.into()];
        // Stateless session resumption: the client keeps the session, so the server needs no memory
        // for it.
        config.ticketer = provider::Ticketer::new()?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate,
        })
    }

    /// The same certificate and settings for connections that use only HTTP/1.1.
    pub fn for_http1(&self) -> Arc<ServerConfig> {
        let mut config = ServerConfig::clone(self.acceptor.config());
        config.alpn_protocols = vec![HTTP_11.into()];
        Arc::new(config)
    }

    /// Performs the handshakes.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }

    /// The SHA-256 of the certificate in the form that browsers show: hex digits with colons.
    pub fn fingerprint(&self) -> String {
        let hash = digest(&SHA256, &self.certificate);
        let bytes: Vec<_> = hash
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect();
        bytes.join(":")
    }

    /// The [hash](spki_hash) of the certificate's public key.
    ///
    /// # Errors
    ///
    /// The certificate cannot be parsed.
    pub fn spki_hash(&self) -> anyhow::Result<String> {
        spki_hash(&self.certificate)
    }
}

/// The SHA-256 of a certificate's public key (SPKI), in base64, for Chromium's
/// `--ignore-certificate-errors-spki-list`.
///
/// # Errors
///
/// The certificate cannot be parsed.
pub fn spki_hash(certificate: &CertificateDer<'_>) -> anyhow::Result<String> {
    let parsed = ParsedCertificate::try_from(certificate)?;
    let hash = digest(&SHA256, &parsed.subject_public_key_info());
    Ok(BASE64_STANDARD.encode(hash))
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use tokio_rustls::rustls::{
        RootCertStore,
        client::{WebPkiServerVerifier, danger::ServerCertVerifier},
        pki_types::{ServerName, UnixTime},
    };

    use super::*;

    fn generated() -> Tls {
        let hosts = ["localhost", "127.0.0.1", "[::1]"].map(|host| Host::parse(host).unwrap());
        Tls::generated(&hosts).unwrap()
    }

    #[test]
    fn each_generated_certificate_has_its_own_key_and_fingerprint() {
        let (one, other) = (generated(), generated());
        assert_eq!(one.fingerprint().len(), 32 * 3 - 1);
        assert_eq!(one.spki_hash().unwrap().len(), 44);
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_ne!(one.spki_hash().unwrap(), other.spki_hash().unwrap());
    }

    #[test]
    fn a_generated_certificate_is_valid_for_its_hosts_for_397_days() {
        let certificate = generated().certificate;
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let provider = Arc::new(provider::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
        let verifier = verifier.build().unwrap();
        let is_valid = |host: &str, days: u64| {
            let name = ServerName::try_from(host).unwrap();
            let now = SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap();
            let then = now + Duration::from_secs(days * 86_400 + 60);
            let then = UnixTime::since_unix_epoch(then);
            let verified = verifier.verify_server_cert(&certificate, &[], &name, &[], then);
            verified.is_ok()
        };
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(is_valid(host, 0) && is_valid(host, 396), "{host}");
            assert!(!is_valid(host, 397), "{host}");
        }
        assert!(!is_valid("evil.test", 0));
        assert!(!is_valid("192.0.2.1", 0));
    }
}
