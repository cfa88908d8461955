//! (door plate of cli)

pub mod problems;
