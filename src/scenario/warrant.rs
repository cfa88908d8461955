//! Warrants as written: shares of a vendor that a lab earns by buying from it (docs/model.md, section 5.2).

use crate::language::quantity::Quantity;
use crate::language::section::section;

section! {
    /// `[[warrant]]`: shares of a vendor that a lab earns.
    pub struct Warrant {
        /// name of the warrant
        pub id: String = id().required(),
        /// entity whose shares they are
        pub vendor: String = name().required(),
        /// lab that earns them
        pub lab: String = name().required(),
        /// number of shares
        pub shares: Quantity = number().above(0.0).required(),
        /// price of a share at the start, in USD
        pub price: Quantity = number().above(0.0).required(),
        /// what the lab pays for a share, in USD
        pub strike: Quantity = number().at_least(0.0).or(0.0),
        /// parts that vest by themselves
        pub tranches: Vec<Tranche> = numbered(Tranche::read),
    }

    /// `[[warrant.tranches]]`: part of a warrant that vests once both its conditions hold.
    pub struct Tranche {
        /// part of the shares
        pub part: Quantity = share().required(),
        /// least that the lab has spent with the vendor's group so far
        pub spend: Quantity = money().or(0.0),
        /// least price of a share, in USD
        pub price: Quantity = number().at_least(0.0).or(0.0),
    }
}
