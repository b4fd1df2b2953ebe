//! Contents in an S3-compatible store, by digest: `<prefix>/<unit>/<first two digits>/<rest of the SM3>`.
//!
//! Where to and with which credentials is said as to other programs (`AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`,
//! `AWS_SECRET_ACCESS_KEY`, ...). What is sent carries its SHA-256, signed, so that a store that
//! got something else refuses it; what comes is digested by whoever asked. Requests that fail are repeated for a
//! while. All calls block and must not be made on a thread that drives the runtime.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};
use seal::{Digest, Digests};
use tokio::runtime::Handle;

use crate::content::{Stored, is_unit, no_unit, pass_on};
use crate::error::StoreError;
use crate::{TRACES, part};

type Result<T> = std::result::Result<T, StoreError>;

/// A content is sent in parts of so many bytes, ...
const PART: usize = 8 << 20;
/// ... so many of them at once.
const AT_ONCE: usize = 4;
/// Until a connection stands.
const CONNECTED: Duration = Duration::from_secs(5);
/// Until something comes.
const SILENCE: Duration = Duration::from_secs(30);
/// How often and for how long something is tried again.
const TRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

/// A bucket, or a part of one.
#[derive(Debug)]
pub struct Bucket {
    store: AmazonS3,
    prefix: Key,
    runtime: Handle,
}

impl Bucket {
    /// The bucket at `s3://bucket/prefix`. `settings` are those that the environment has; others than `AWS_...` and
    /// unknown ones are passed over. Must be called within a Tokio runtime.
    ///
    /// # Errors
    /// Where the address or the settings cannot be understood. Nothing is asked of the store yet.
    pub fn open(address: &str, settings: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let wrong = |why: String| StoreError::Content(io::Error::new(io::ErrorKind::InvalidInput, why));
        let rest = address.strip_prefix("s3://").filter(|r| !r.is_empty());
        let rest = rest.ok_or_else(|| wrong("文件存储地址应为 s3://存储桶/前缀".into()))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = Key::parse(prefix).map_err(|e| wrong(format!("文件存储地址的前缀不能使用：{e}")))?;
        // Whoever came first has chosen.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let patient =
            ClientOptions::new().with_connect_timeout(CONNECTED).with_timeout_disabled().with_read_timeout(SILENCE);
        let mut store = AmazonS3Builder::new().with_client_options(patient);
        for (name, value) in settings {
            let name = name.to_ascii_lowercase();
            if name.starts_with("aws_")
                && let Ok(known) = name.parse()
            {
                store = store.with_config(known, value);
            }
        }
        let store = store
            .with_bucket_name(bucket)
            .with_checksum_algorithm(Checksum::SHA256)
            .with_retry(RetryConfig {
                max_retries: TRIES,
                retry_timeout: PATIENCE,
                backoff: BackoffConfig { max_backoff: Duration::from_secs(4), ..BackoffConfig::default() },
            })
            .build()
            .map_err(|e| wrong(format!("文件存储的设置有误：{e}")))?;
        Ok(Self { store, prefix, runtime: Handle::current() })
    }

    /// Brings a content in from a file. What is there with this size is not sent again.
    ///
    /// # Errors
    /// Where the store cannot be used; nothing is seen there then.
    pub fn put(&self, unit: &str, sm3: &Digest, file: &Path) -> Result<()> {
        let _traced = part(|| tracing::info_span!(target: TRACES, "write to the bucket")).entered();
        let key = self.key(unit, sm3)?;
        let mut file = File::open(file)?;
        let bytes = file.metadata()?.len();
        self.runtime.block_on(async {
            match self.store.head(&key).await {
                Ok(there) if there.size == bytes => return Ok(()),
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(e) => return Err(failed(&e)),
            }
            if bytes <= PART as u64 {
                let mut all = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
                file.read_to_end(&mut all)?;
                self.store.put(&key, all.into()).await.map_err(|e| failed(&e))?;
                return Ok(());
            }
            let parts = self.store.put_multipart(&key).await.map_err(|e| failed(&e))?;
            let mut parts = WriteMultipart::new_with_chunk_size(parts, PART);
            match send(&mut parts, &mut file).await {
                Ok(()) => parts.finish().await.map(drop).map_err(|e| failed(&e)),
                Err(e) => {
                    // What was sent of it is cleaned away by the store's own rule where this fails too.
                    let _ = parts.abort().await;
                    Err(e)
                }
            }
        })
    }

    /// Reads a content to its end and digests what came.
    ///
    /// # Errors
    /// [`StoreError::Content`] where it is not there; where the store cannot be used.
    pub fn read(&self, unit: &str, sm3: &Digest, to: &mut dyn Write) -> Result<Digests> {
        let _traced = part(|| tracing::info_span!(target: TRACES, "read from the bucket")).entered();
        let key = self.key(unit, sm3)?;
        let mut hasher = seal::Hasher::new();
        self.runtime.block_on(async {
            let mut stream = self.store.get(&key).await.map_err(|e| failed(&e))?.into_stream();
            while let Some(some) = stream.try_next().await.map_err(|e| failed(&e))? {
                pass_on(&some, &mut hasher, to)?;
            }
            Ok(hasher.finish())
        })
    }

    /// The bytes of a content that is there; none where it is not.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub fn size(&self, unit: &str, sm3: &Digest) -> Result<Option<u64>> {
        let key = self.key(unit, sm3)?;
        match self.runtime.block_on(self.store.head(&key)) {
            Ok(there) => Ok(Some(there.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(failed(&e)),
        }
    }

    /// Removes what is there, for good (where the bucket keeps no versions). What is not there is no error.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub fn remove(&self, unit: &str, sm3: &Digest) -> Result<()> {
        match self.runtime.block_on(self.store.delete(&self.key(unit, sm3)?)) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(e) => Err(failed(&e)),
        }
    }

    /// Everything that is there under names as this program gives them.
    ///
    /// # Errors
    /// Where the store cannot be used.
    pub fn stored(&self) -> Result<Vec<Stored>> {
        let all: Vec<_> = self
            .runtime
            .block_on(self.store.list(Some(&self.prefix)).try_collect())
            .map_err(|e: object_store::Error| failed(&e))?;
        let named = |meta: object_store::ObjectMeta| {
            let below: Vec<_> = meta.location.prefix_match(&self.prefix)?.map(|p| p.as_ref().to_owned()).collect();
            let [unit, first, rest] = below.as_slice() else { return None };
            let sm3 = format!("{first}{rest}").parse().ok()?;
            let written = SystemTime::from(meta.last_modified);
            Some(Stored { unit: unit.clone(), sm3: Some(sm3), bytes: meta.size, written, path: None })
        };
        Ok(all.into_iter().filter_map(named).collect())
    }

    fn key(&self, unit: &str, sm3: &Digest) -> Result<Key> {
        if !is_unit(unit) {
            return Err(no_unit());
        }
        let hex = sm3.to_string();
        let (first, rest) = hex.split_at(2);
        Ok(self.prefix.clone().join(unit).join(first).join(rest))
    }
}

async fn send(parts: &mut WriteMultipart, file: &mut File) -> Result<()> {
    let mut chunk = vec![0; PART];
    loop {
        parts.wait_for_capacity(AT_ONCE).await.map_err(|e| failed(&e))?;
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            n => parts.write(&chunk[..n]),
        }
    }
}

/// A failure of the store. Its texts name keys, units and digests, but no person.
fn failed(e: &object_store::Error) -> StoreError {
    match e {
        object_store::Error::NotFound { .. } => {
            StoreError::Content(io::Error::new(io::ErrorKind::NotFound, "文件存储中没有这份内容"))
        }
        _ => StoreError::Away(e.to_string()),
    }
}
