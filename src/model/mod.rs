//! (door plate of model)
