//! The interface as callers meet it: a real server on the loopback, a real database and folder.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod acts;
mod admin;
mod at_once;
mod authenticator;
mod case;
mod clients;
mod contents;
mod description;
mod destroy;
mod edge;
mod forms;
mod handovers;
mod library;
mod lists;
mod notes;
mod notices;
mod passkeys;
mod protection;
mod provider;
mod province;
mod scope;
mod shapes;
mod sign_in;
mod site;
mod spoiled;
mod table;
mod wire;
