//! The scenario language as files: a JSON Schema for editors, a glossary for readers, a first scenario for writers. All
//! three are made from what is declared where each key is read.

mod glossary;
mod outline;
mod schema;
mod template;

pub use glossary::glossary;
pub use schema::schema;
pub use template::{template, variant};
