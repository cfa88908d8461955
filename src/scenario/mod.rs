//! (door plate of scenario)
