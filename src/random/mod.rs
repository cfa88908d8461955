//! (door plate of random)
