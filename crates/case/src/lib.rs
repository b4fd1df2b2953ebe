//! Matters, files, events and commands.
//!
//! A *matter* (整案) is only an identifier that ties together what each unit keeps about one case.
//! What a unit keeps is its *file* ([`FileState`]): cards, dossier catalogue, process instances,
//! messages sent and received. A file's state is a fold of its events ([`Event`]); a command
//! ([`Command`]) is decided from the state alone and answers done, or refused with every reason
//! ("already done" is recognised before, by its idempotency key).
//!
//! Not here: what the law requires (`procedure` reads that from the library), storage (`store`),
//! the transaction (`door`). This crate is pure: time, identifiers and randomness are handed in.
//!
//! Start reading at [`decide`], then [`receive`].

mod command;
mod decide;
mod destroy;
mod event;
mod input;
mod message;
mod protect;
mod receipt;
mod receive;
mod rehearse;
mod send;
mod state;
mod work;

pub use command::{
    Asker, AssignTo, Command, Decided, How, Ids, Input, Measured, NewMaterial, Protection, Reason, Refusal,
    RefusalKind, Units, Verdict, World,
};
pub use decide::{decide, may};
pub use destroy::{DESTROYED, Rest, verify_chain};
pub use event::{Actor, Effect, Event, EventError, Grant, Header, Payload, SCHEMA, genesis};
pub use message::{Message, faults};
pub use receipt::receipts;
pub use receive::{Arrival, receive};
pub use rehearse::{Acceptance, Going, Rehearsal, Staying, rehearse};
pub use send::Stays;
pub use state::FileState;
