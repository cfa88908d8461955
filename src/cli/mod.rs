//! (door plate of cli)
