//! The digest types and the hasher that fills them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Digest as _;

/// A text that is not a digest: it must be 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("摘要值应为64位小写十六进制数字")]
pub struct ParseDigestError;

macro_rules! digest_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// The digest with these 32 bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }

            /// The digest of one piece of content held in memory.
            #[must_use]
            pub fn of(content: &[u8]) -> Self {
                Self(<Algorithm![$name]>::digest(content).into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseDigestError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse_hex(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

macro_rules! Algorithm {
    (Digest) => {
        sm3::Sm3
    };
    (Sha256) => {
        sha2::Sha256
    };
}

digest_type! {
    /// An SM3 digest (GB/T 32905), written as 64 lower-case hexadecimal digits. Content is addressed by it.
    Digest
}

digest_type! {
    /// A SHA-256 digest, written as 64 lower-case hexadecimal digits; for partners outside the SM suite.
    Sha256
}

// Upper case is refused so that one digest has one spelling: texts are compared and used as keys.
fn parse_hex(text: &str) -> Result<[u8; 32], ParseDigestError> {
    let nibble = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(ParseDigestError),
    };
    if text.len() != 64 {
        return Err(ParseDigestError);
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Ok(bytes)
}

/// What identifies one piece of content: both digests and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Digests {
    /// SM3 of the content: its address.
    pub sm3: Digest,
    /// SHA-256 of the content.
    pub sha256: Sha256,
    /// Length in bytes.
    pub bytes: u64,
}

/// Computes both digests in one pass over content that need not fit into memory.
///
/// ```
/// let mut hasher = seal::Hasher::new();
/// hasher.update(b"ab");
/// hasher.update(b"c");
/// assert_eq!(hasher.finish(), seal::digests(b"abc"));
/// ```
#[derive(Clone, Default)]
pub struct Hasher {
    sm3: sm3::Sm3,
    sha256: sha2::Sha256,
    bytes: u64,
}

impl Hasher {
    /// A hasher that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the content.
    pub fn update(&mut self, chunk: &[u8]) {
        self.sm3.update(chunk);
        self.sha256.update(chunk);
        self.bytes += chunk.len() as u64;
    }

    /// The digests and length of all that was taken.
    #[must_use]
    pub fn finish(self) -> Digests {
        Digests {
            sm3: Digest(self.sm3.finalize().into()),
            sha256: Sha256(self.sha256.finalize().into()),
            bytes: self.bytes,
        }
    }
}

/// Both digests and the length of content held in memory.
#[must_use]
pub fn digests(content: &[u8]) -> Digests {
    let mut hasher = Hasher::new();
    hasher.update(content);
    hasher.finish()
}
