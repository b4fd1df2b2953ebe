//! Digests and the canonical bytes they are taken over.
//!
//! Here live the two digests every content has ([`Digest`], SM3 after GB/T 32905, and [`Sha256`]), the
//! one-pass [`Hasher`] that computes both, the [canonical form of JSON](canonical_json), and the two rules
//! of the event log: [`commitment`] of a payload and [`chain`] of headers.
//! Not here: where content is kept (`store`), what an event says (`case`), reading of files (`dossier`).
//! Keys, signatures, stamps and the Merkle log come later, in this crate.
//!
//! Start reading at [`Hasher`] and [`chain`].

mod canonical;
mod digest;
mod log;

pub use canonical::{CanonicalError, MAX_DEPTH, MAX_SAFE_INTEGER, canonical_json};
pub use digest::{Digest, Digests, Hasher, ParseDigestError, Sha256, digests};
pub use log::{chain, commitment};
