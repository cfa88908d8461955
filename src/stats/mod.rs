//! (door plate of stats)
