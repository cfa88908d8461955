//! `[lab.<name>]` as written (docs/model.md, sections 2, 3, 5, 6, 7).

use crate::calendar::{Month, Span};
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;

section! {
    /// `[lab.<name>]`: what a lab has, plans and may do.
    pub struct Lab {
        /// name of the lab
        pub name: String = own_name(),
        /// cash at the start
        pub cash: Quantity = money().required(),
        /// value of the equity at the start, with the opening cash in it
        pub valuation: Option<Quantity> = money().above(0.0).optional(),
        /// month of the last sale of equity before the start; 12 months before it if none is given
        pub last_round: Month = month().before_start(12),
        /// cash below which facilities are drawn and above which arrears are repaid
        pub min_cash: Quantity = money().or(0.0),
        /// noise of the cash flow, for the square root of a year
        pub cash_volatility: Quantity = money().or(0.0),
        /// tax on profits
        pub tax_rate: Quantity = share().or(0.0),
        /// past losses that reduce taxes
        pub loss_carry_forward: Quantity = money().or(0.0),
        /// response of the lab's price to the market; 1 for the first lab
        pub market_beta: Quantity = number().or(1.0),
        /// parts of the lab that entities own at the start
        pub stakes: ByName = weights().at_most(1.0).or(()),
        /// what entities have invested in the lab before the start
        pub invested: ByName = amounts().or(()),
        /// revenue, planned and attained
        pub revenue: Revenue = table(Revenue::read),
        /// parts of the revenue that are paid to others
        pub revenue_share: Vec<RevenueShare> = list("to", RevenueShare::read),
        /// compute that is needed
        pub compute: Compute = table(Compute::read),
        /// other costs
        pub opex: Opex = table(Opex::read),
        /// what a lab short of cash saves
        pub austerity: Option<Austerity> = table_if_written(Austerity::read),
        /// what the lab is worth without the market's opinion
        pub fundamental: Fundamental = table(Fundamental::read),
        /// funding rounds
        pub round: Option<Round> = table_if_written(Round::read),
        /// initial public offering
        pub ipo: Option<Ipo> = table_if_written(Ipo::read),
        /// contracts dropped and renegotiated
        pub scale_back: ScaleBack = table(ScaleBack::read),
        /// what happens when a lab does not pay
        pub resolution: Resolution = table(Resolution::read),
    }

    /// `[lab.<name>.revenue]`: the plan and what may come of it.
    pub struct Revenue {
        /// planned revenue by year
        pub target: Curve = money_by_year().required(),
        /// what is believed about the revenue in relation to the plan, instead of drift and volatility
        pub attainment: Option<Attainment> = table_if_written(Attainment::read),
        /// drift of the log attainment
        pub drift: Quantity = rate().or(0.0),
        /// speed of return of the log attainment, a year
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// volatility of the log attainment
        pub volatility: Quantity = volatility().or(0.0),
        /// loss of log attainment a year while the market is frozen
        pub freeze_drag: Quantity = rate().or(0.0),
        /// loss of log attainment a year when all training is missed
        pub training_drag: Quantity = rate().or(0.0),
    }

    /// `[lab.<name>.revenue.attainment]`: quantiles of revenue over plan at a date.
    pub struct Attainment {
        /// time after the start
        pub after: Span = span().at_least(1).required(),
        /// median of revenue over plan then
        pub median: Quantity = number().above(0.0).required(),
        /// 90 % quantile of revenue over plan then
        pub p90: Quantity = number().above(0.0).required(),
    }

    /// `[[lab.<name>.revenue_share]]`: a part of the revenue that goes to somebody else.
    pub struct RevenueShare {
        /// entity that is paid
        pub to: String = name().required(),
        /// part of the revenue
        pub share: Curve = shares_by_year().required(),
        /// last month in which it is paid; without it for ever
        pub until: Option<Month> = month().optional(),
        /// most that is paid in all, from the start on; without it as much as it comes to
        pub cap: Option<Quantity> = money().optional(),
    }

    /// `[lab.<name>.compute]`: compute that the plan needs.
    pub struct Compute {
        /// inference dollars for a dollar of revenue on plan
        pub inference_share: Curve = shares_by_year().at_most(f64::INFINITY).or(0.0),
        /// planned training by year; without it none
        pub training: Option<Curve> = money_by_year().optional(),
        /// response of log training to log attainment
        pub training_elasticity: Quantity = number().at_least(0.0).or(0.0),
        /// how the need for a dollar of revenue wanders
        pub intensity: Intensity = table(Intensity::read),
    }

    /// `[lab.<name>.compute.intensity]`: the process of the log compute intensity.
    pub struct Intensity {
        /// drift of the log intensity
        pub drift: Quantity = rate().or(0.0),
        /// speed of its return, a year
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// its volatility
        pub volatility: Quantity = volatility().or(0.0),
    }

    /// `[lab.<name>.opex]`: costs other than compute.
    pub struct Opex {
        /// fixed costs by year; without them and without `burn` none
        pub fixed: Option<Curve> = money_by_year().optional(),
        /// planned cash outflow by year, from which the fixed costs follow; an inflow is negative
        pub burn: Option<Curve> = money_by_year().of_either_sign().optional(),
        /// costs for a dollar of revenue
        pub of_revenue: Quantity = share().or(0.0),
    }

    /// `[lab.<name>.austerity]`: training cut when cash is short.
    pub struct Austerity {
        /// runway below which the lab saves
        pub runway: Quantity = months().required(),
        /// part of the training that is cut
        pub training_cut: Quantity = share().or(0.0),
    }

    /// `[lab.<name>.fundamental]`: the discounted plan.
    pub struct Fundamental {
        /// return that the lab's owners require
        pub cost_of_capital: Quantity = rate().at_most(1.0).or(0.12),
        /// cash margin in the long run
        pub margin: Quantity = share().at_least(-1.0).or(0.25),
        /// time in which half of the way to that margin is gone
        pub margin_half_life: Quantity = months().above(0.0).or(36.0),
    }

    /// `[lab.<name>.round]`: when a lab sells equity, and how much.
    pub struct Round {
        /// runway below which a round is sought
        pub trigger: Quantity = months().or(12.0),
        /// runway for which it is sized
        pub target_runway: Quantity = months().or(24.0),
        /// least time between two sales of equity
        pub gap: Span = span().or(Span::of_months(6)),
        /// most that is sold, as a share of the value
        pub max_share: Quantity = share().or(0.15),
        /// hazard of success of a round below the last price
        pub down_round: Quantity = rate().at_least(0.0).or(2.0),
        /// parts of a round that entities take; the rest is outside money
        pub participants: ByName = weights().at_most(1.0).or(()),
    }

    /// `[lab.<name>.ipo]`: the initial public offering.
    pub struct Ipo {
        /// first month in which it can happen
        pub earliest: Month = month().required(),
        /// hazard of it from then on
        pub rate: Quantity = rate().at_least(0.0).required(),
        /// part of the value that is raised
        pub float: Quantity = share().required(),
        /// least revenue a year
        pub min_revenue_rate: Quantity = money().or(0.0),
        /// least value of the equity
        pub min_valuation: Quantity = money().or(0.0),
    }

    /// `[lab.<name>.scale_back]`: renegotiation of what cannot be dropped.
    pub struct ScaleBack {
        /// hazard of a renegotiation while dropping is not enough
        pub renegotiate: Quantity = rate().at_least(0.0).or(0.0),
        /// part of the contracts that a renegotiation takes away
        pub renegotiate_cut: Quantity = share().or(0.3),
        /// fee for it, as a share of a year's minimum payments taken away
        pub renegotiate_fee: Quantity = share().at_most(f64::INFINITY).or(0.0),
    }

    /// `[lab.<name>.resolution]`: rescue, exchange, default.
    pub struct Resolution {
        /// months in arrears that creditors bear
        pub grace: Span = span().or(Span::of_months(3)),
        /// entity that may rescue the lab
        pub sponsor: Option<String> = name().optional(),
        /// most that the sponsor pays; without it whatever is needed
        pub capacity: Option<Quantity> = money().optional(),
        /// probability of a rescue
        pub rescue: Quantity = probability().or(0.0),
        /// factor on that probability in a freeze
        pub rescue_frozen: Quantity = share().or(1.0),
        /// probability of a distressed exchange
        pub exchange: Quantity = probability().or(0.0),
        /// most exchanges in the life of a lab
        pub max_exchanges: u64 = count().or(1_u64),
        /// part that creditors give up in an exchange
        pub haircut: Quantity = share().or(0.4),
        /// loss given default
        pub lgd: Quantity = share().or(0.75),
    }
}
