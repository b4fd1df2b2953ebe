//! Where the server is, and how the way to it is protected.
//!
//! `postgres://user@host:port/name`, with `sslmode=require` (or `verify-full`) for TLS. Then the server's certificate
//! must be good for its name and come from an authority that this machine trusts, or that stands in the file which
//! `sslrootcert=` names: a way that is only encrypted leads to whoever stands in it.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{PATIENCE, SILENCE};
use crate::error::StoreError;

type Result<T> = std::result::Result<T, StoreError>;

/// How to connect.
#[derive(Clone)]
pub(super) struct Address {
    pub config: Config,
    pub tls: MakeRustlsConnect,
}

/// Without a password.
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.config.fmt(f)
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// Where it is none, or there are no authorities that could be trusted.
    pub fn read(text: &str) -> Result<Self> {
        let (text, authorities) = split(text);
        // The reason is not repeated: it may hold a part of the address, and that a password.
        let mut config = Config::from_str(&text)
            .map_err(|_| StoreError::Database("数据库地址应为 postgres://用户@主机:端口/库名".into()))?;
        let mut roots = RootCertStore::empty();
        if config.get_ssl_mode() == SslMode::Require {
            trust(&mut roots, authorities.as_deref())?;
        } else {
            config.ssl_mode(SslMode::Disable);
        }
        if config.get_application_name().is_none() {
            config.application_name("xiezhi");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE);
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| StoreError::Database(e.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { config, tls: MakeRustlsConnect::new(tls) })
    }
}

/// The address without what only other programs' readers of it know, and the file of authorities.
fn split(text: &str) -> (String, Option<String>) {
    let Some((before, query)) = text.split_once('?') else { return (text.to_owned(), None) };
    let mut authorities = None;
    let mut rest = Vec::new();
    for part in query.split('&') {
        match part.split_once('=') {
            Some(("sslrootcert", file)) => authorities = Some(file.replace("%2F", "/")),
            Some(("sslmode", "verify-full")) => rest.push("sslmode=require"),
            _ => rest.push(part),
        }
    }
    let joint = if rest.is_empty() { "" } else { "?" };
    (format!("{before}{joint}{}", rest.join("&")), authorities)
}

fn trust(roots: &mut RootCertStore, file: Option<&str>) -> Result<()> {
    let Some(file) = file else {
        let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return match added {
            0 => Err(StoreError::Database(
                "本机没有可信的证书颁发机构，请用 sslrootcert 指明数据库证书的颁发机构".into(),
            )),
            _ => Ok(()),
        };
    };
    let wrong = |why: String| StoreError::Database(format!("sslrootcert 指明的文件“{file}”不能使用：{why}"));
    for certificate in CertificateDer::pem_file_iter(Path::new(file)).map_err(|e| wrong(e.to_string()))? {
        let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
        roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("其中没有证书".into())) } else { Ok(()) }
}
