//! stub
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading;
pub fn headline() {}
