//! `[lab.<name>]` as written (docs/model.md, sections 2, 3, 5, 6, 7).

use crate::calendar::{Month, Span};
use crate::language::quantity::{ByName, Curve, Quantity};
use crate::language::section::section;

section! {
    /// `[lab.<name>]`: finances and plan of a lab.
    pub struct Lab {
        /// name of the lab
        pub name: String = own_name(),
        /// cash at the start
        pub cash: Quantity = money().required(),
        /// equity value at the start, including the opening cash
        pub valuation: Option<Quantity> = money().above(0.0).optional(),
        /// month of the last sale of equity before the start; default: 12 months before it
        pub last_round: Month = month().before_start(12),
        /// minimum cash: facilities are drawn below it, arrears repaid above it
        pub min_cash: Quantity = money().or(0.0),
        /// volatility of the cash flow, per square root of a year
        pub cash_volatility: Quantity = money().or(0.0),
        /// tax rate on profits
        pub tax_rate: Quantity = share().or(0.0),
        /// tax losses carried forward at the start
        pub loss_carry_forward: Quantity = money().or(0.0),
        /// sensitivity of the lab's log price to the overvaluation of the market; 1 for the first lab
        pub market_beta: Quantity = number().or(1.0),
        /// shares of the lab that entities own at the start
        pub stakes: ByName = weights().at_most(1.0).or(()),
        /// amounts that entities invested before the start
        pub invested: ByName = amounts().or(()),
        /// revenue
        pub revenue: Revenue = table(Revenue::read),
        /// revenue shares paid to others
        pub revenue_share: Vec<RevenueShare> = list("to", RevenueShare::read),
        /// need for compute
        pub compute: Compute = table(Compute::read),
        /// other costs
        pub opex: Opex = table(Opex::read),
        /// savings when cash is short
        pub austerity: Option<Austerity> = table_if_written(Austerity::read),
        /// fundamental value
        pub fundamental: Fundamental = table(Fundamental::read),
        /// funding rounds
        pub round: Option<Round> = table_if_written(Round::read),
        /// initial public offering
        pub ipo: Option<Ipo> = table_if_written(Ipo::read),
        /// dropping and renegotiation of contracts
        pub scale_back: ScaleBack = table(ScaleBack::read),
        /// rescue, distressed exchange and default
        pub resolution: Resolution = table(Resolution::read),
    }

    /// `[lab.<name>.revenue]`: planned revenue and its attainment.
    pub struct Revenue {
        /// planned revenue by year
        pub target: Curve = money_by_year().required(),
        /// quantiles of revenue over plan at a date, instead of drift and volatility
        pub attainment: Option<Attainment> = table_if_written(Attainment::read),
        /// annual drift of the log attainment
        pub drift: Quantity = rate().or(0.0),
        /// speed of mean reversion of the log attainment
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// volatility of the log attainment
        pub volatility: Quantity = volatility().or(0.0),
        /// annual fall of the log attainment while the market is frozen
        pub freeze_drag: Quantity = rate().or(0.0),
        /// annual fall of the log attainment if all planned training is missed
        pub training_drag: Quantity = rate().or(0.0),
    }

    /// `[lab.<name>.revenue.attainment]`: quantiles of revenue over plan at a date.
    pub struct Attainment {
        /// time from the start to that date
        pub after: Span = span().at_least(1).required(),
        /// median of revenue over plan at that date
        pub median: Quantity = number().above(0.0).required(),
        /// 90 % quantile of revenue over plan at that date
        pub p90: Quantity = number().above(0.0).required(),
    }

    /// `[[lab.<name>.revenue_share]]`: a share of the revenue paid to an entity.
    pub struct RevenueShare {
        /// entity that is paid
        pub to: String = name().required(),
        /// share of the revenue
        pub share: Curve = shares_by_year().required(),
        /// last month in which it is paid; default: no end
        pub until: Option<Month> = month().optional(),
        /// cap on the total paid from the start on
        pub cap: Option<Quantity> = money().optional(),
    }

    /// `[lab.<name>.compute]`: compute needed by the plan.
    pub struct Compute {
        /// planned dollars of inference per dollar of revenue
        pub inference_share: Curve = shares_by_year().at_most(f64::INFINITY).or(0.0),
        /// planned training by year
        pub training: Option<Curve> = money_by_year().optional(),
        /// elasticity of training with respect to attainment
        pub training_elasticity: Quantity = number().at_least(0.0).or(0.0),
        /// elasticity of planned training with respect to the lab's value over the value that was expected
        pub valuation_elasticity: Quantity = number().at_least(0.0).or(0.0),
        /// share of the cash beyond `keep` that is spent on training, a year
        pub reinvest: Quantity = rate().at_least(0.0).or(0.0),
        /// costs that cash is kept for, if it is reinvested
        pub keep: Quantity = months().or(24.0),
        /// process of the compute needed per dollar of revenue
        pub intensity: Intensity = table(Intensity::read),
    }

    /// `[lab.<name>.compute.intensity]`: the process of the log compute intensity.
    pub struct Intensity {
        /// annual drift of the log intensity
        pub drift: Quantity = rate().or(0.0),
        /// speed of mean reversion of the log intensity
        pub reversion: Quantity = rate().at_least(0.0).or(0.0),
        /// volatility of the log intensity
        pub volatility: Quantity = volatility().or(0.0),
    }

    /// `[lab.<name>.opex]`: costs other than compute.
    pub struct Opex {
        /// fixed costs by year; default: derived from `burn`, else none
        pub fixed: Option<Curve> = money_by_year().optional(),
        /// planned cash burn by year, from which fixed costs are derived; negative for an inflow
        pub burn: Option<Curve> = money_by_year().of_either_sign().optional(),
        /// costs per dollar of revenue
        pub of_revenue: Quantity = share().or(0.0),
    }

    /// `[lab.<name>.austerity]`: training cut when cash is short.
    pub struct Austerity {
        /// runway below which training is cut
        pub runway: Quantity = months().required(),
        /// share of training that is cut
        pub training_cut: Quantity = share().or(0.0),
        /// runway below which no training is bought on demand
        pub on_demand_runway: Quantity = months().or(0.0),
    }

    /// `[lab.<name>.fundamental]`: value of the discounted plan.
    pub struct Fundamental {
        /// required return on equity
        pub cost_of_capital: Quantity = rate().at_most(1.0).or(0.12),
        /// long-run cash margin
        pub margin: Quantity = share().at_least(-1.0).or(0.25),
        /// half-life of the convergence to that margin
        pub margin_half_life: Quantity = months().above(0.0).or(36.0),
    }

    /// `[lab.<name>.round]`: timing and size of funding rounds.
    pub struct Round {
        /// runway below which the lab seeks a round
        pub trigger: Quantity = months().or(12.0),
        /// runway that the round is sized for
        pub target_runway: Quantity = months().or(24.0),
        /// minimum time between two sales of equity
        pub gap: Span = span().or(Span::of_months(6)),
        /// largest round, as a share of the equity value
        pub max_share: Quantity = share().or(0.15),
        /// hazard at which a round below the last price succeeds
        pub down_round: Quantity = rate().at_least(0.0).or(2.0),
        /// shares of a round taken by entities; the rest is outside money
        pub participants: ByName = weights().at_most(1.0).or(()),
    }

    /// `[lab.<name>.ipo]`: the initial public offering.
    pub struct Ipo {
        /// first month in which it can happen
        pub earliest: Month = month().required(),
        /// hazard from then on
        pub rate: Quantity = rate().at_least(0.0).required(),
        /// amount raised, as a share of the equity value
        pub float: Quantity = share().required(),
        /// minimum annualised revenue
        pub min_revenue_rate: Quantity = money().or(0.0),
        /// minimum equity value
        pub min_valuation: Quantity = money().or(0.0),
    }

    /// `[lab.<name>.scale_back]`: renegotiation of commitments that cannot be dropped.
    pub struct ScaleBack {
        /// hazard of a renegotiation while dropping contracts is not enough
        pub renegotiate: Quantity = rate().at_least(0.0).or(0.0),
        /// share of the contracts cancelled by a renegotiation
        pub renegotiate_cut: Quantity = share().or(0.3),
        /// fee, as a share of one year's cancelled minimum payments
        pub renegotiate_fee: Quantity = share().at_most(f64::INFINITY).or(0.0),
    }

    /// `[lab.<name>.resolution]`: rescue, distressed exchange and default.
    pub struct Resolution {
        /// months in arrears that creditors tolerate
        pub grace: Span = span().or(Span::of_months(3)),
        /// entity that may rescue the lab
        pub sponsor: Option<String> = name().optional(),
        /// largest amount that the sponsor pays; default: no limit
        pub capacity: Option<Quantity> = money().optional(),
        /// runway that a rescue restores; default: that of a round
        pub rescue_runway: Option<Quantity> = months().optional(),
        /// probability of a rescue
        pub rescue: Quantity = probability().or(0.0),
        /// factor on that probability in a freeze
        pub rescue_frozen: Quantity = share().or(1.0),
        /// probability of a distressed exchange
        pub exchange: Quantity = probability().or(0.0),
        /// maximum number of exchanges per lab
        pub max_exchanges: u64 = count().or(1_u64),
        /// haircut of creditors in an exchange
        pub haircut: Quantity = share().or(0.4),
        /// loss given default
        pub lgd: Quantity = share().or(0.75),
    }
}
