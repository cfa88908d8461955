// The measures that a comparison shows first, in the order of reports; all others are in its full table.

const MAIN = [
  "funding_gap", "freeze_endurance", "liquidity_event", "scale_back", "renegotiation", "rescue", "distressed_exchange",
  "payment_default", "default", "burst", "default_given_burst", "default_given_no_burst", "overpaid", "overvalued", "run_up",
  "boom_and_bust", "revenue", "cash", "value", "circular_share", "provider_loss", "entity_default",
];

/** Whether a comparison shows it first. */
export function isMain(measure: string): boolean {
  return MAIN.includes(measure);
}
