//! (door plate of engine)
