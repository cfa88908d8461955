//! Questions that a scenario cannot answer.

use super::world::Scenario;

impl Scenario {
    /// Questions that this scenario cannot answer whatever its numbers, each as the end of a sentence.
    pub fn cannot_answer(&self) -> Vec<&'static str> {
        let burst = &self.market.burst;
        let bursts = burst.fit_base_rates || burst.hazard.is_written() || !self.events.is_empty();
        let has_balance = self.entities.iter().any(|entity| entity.assets.is_some());
        let gives = !self.investments.is_empty() || !self.matchings.is_empty() || !self.warrants.is_empty();
        let takes_part = self.labs.iter().any(|lab| {
            let participants = lab.round.iter().any(|round| !round.participants.is_empty());
            participants || lab.resolution.sponsor.is_some()
        });
        let rivals = &self.rivals;
        let joins = [&rivals.demand_volatility, &rivals.share_volatility, &rivals.inherit, &rivals.relet_alone];
        let joined = self.market.one_purse || joins.iter().any(|number| number.is_written());
        let missing = [
            (!bursts, "what a burst does: only a lab's default makes one"),
            (!has_balance, "who else defaults: no entity has `assets`"),
            (!gives && !takes_part, "what circular money does: nobody invests"),
            (self.labs.len() > 1 && !joined, "what one lab does to another: there are no [rivals]"),
        ];
        missing.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_says_what_it_cannot_answer() {
        let parse = |more: &str| {
            let text = format!(
                "[scenario]\nname = \"S\"\nstart = \"2026-01\"\n[lab.acme]\ncash = \"10B USD\"\n\
                 revenue.target = {{ 2026 = 1e9 }}\n{more}"
            );
            Scenario::parse("s.toml", &text, &[]).unwrap_or_else(|problems| panic!("{problems}"))
        };
        assert_eq!(parse("").cannot_answer().len(), 3);
        assert_eq!(parse("[market.burst]\nhazard = 0.1\n").cannot_answer().len(), 2);
        let entity = "[entity.nimbus]\nassets = \"5B USD\"\nbarrier = \"1B USD\"\nasset_volatility = 0.2\n";
        assert!(!parse(entity).cannot_answer().iter().any(|what| what.starts_with("who else")));
        let second = "[lab.nova]\ncash = \"10B USD\"\nrevenue.target = { 2026 = 1e9 }\n";
        assert_eq!(parse(second).cannot_answer().len(), 4);
        assert_eq!(parse(&format!("{second}[rivals]\ninherit = 0.5\n")).cannot_answer().len(), 3);
    }
}
