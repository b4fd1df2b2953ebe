//! Storage: the database behind one trait, and contents in a folder by digest.

pub mod error;
pub mod repository;
pub mod rows;

pub use error::StoreError;
pub use repository::Repository;
