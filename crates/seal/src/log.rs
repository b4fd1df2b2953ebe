//! What the event log commits to.

use serde_json::Value;
use sm3::Digest as _;

use crate::{CanonicalError, Digest, canonical_json};

const CHAIN_DOMAIN: &[u8] = b"xiezhi-event-v1\0";

/// The commitment of a payload: SM3(salt ‖ canonical payload). Chain and log hold it in place of the payload, so
/// that lawful destruction removes payload and salt and leaves nothing by which the payload could be guessed.
///
/// # Errors
/// [`CanonicalError`] if the payload has no canonical form.
pub fn commitment(salt: &[u8; 16], payload: &Value) -> Result<Digest, CanonicalError> {
    Ok(digest_of(&[salt, &canonical_json(payload)?]))
}

/// The digest of an event in its chain: SM3("xiezhi-event-v1\0" ‖ digest of the event before ‖ canonical header).
/// The first event of a chain takes the digest its caller agreed on for "nothing before".
///
/// # Errors
/// [`CanonicalError`] if the header has no canonical form.
pub fn chain(previous: &Digest, header: &Value) -> Result<Digest, CanonicalError> {
    Ok(digest_of(&[CHAIN_DOMAIN, previous.as_bytes(), &canonical_json(header)?]))
}

fn digest_of(parts: &[&[u8]]) -> Digest {
    let mut hasher = sm3::Sm3::new();
    for part in parts {
        hasher.update(part);
    }
    Digest::from_bytes(hasher.finalize().into())
}
