//! (door plate of report)
