//! Command-line arguments and their help: the commands that read or write scenario files and simulate nothing.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Form, Overrides};

/// `ouro sources`
#[derive(Debug, Args)]
#[command(
    long_about = "Print what every number of a scenario rests on.\n\n\
        Each number with its unit and its kind: a source (id, title, publisher, date, link), a prior or an assumption \
        (the reason), or naked: neither is given. Then the share of each kind. A number with several sources has \
        a record for each in the forms for machines.",
    after_help = "\
Examples:
  ouro sources scenarios/openai-2026-06.toml | less
  # What is assumed?
  ouro sources my.toml --csv | grep ,assumed,
  # An override says nothing of its origin
  ouro sources my.toml --set lab.acme.cash=20B"
)]
pub(crate) struct SourcesArgs {
    /// Scenario file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// `ouro diff`
#[derive(Debug, Args)]
#[command(
    long_about = "Print what differs between two scenarios as they hold.\n\n\
        Key by key, with value, unit and what it rests on in both; what only one of them has is added or removed. \
        Comments, order and spelling of values make no difference.",
    after_help = "\
Exit codes:
    0  they are the same
    4  they differ
  and those of every command

Examples:
  ouro diff scenarios/minimal.toml my-variant.toml
  # What does an override change?
  ouro diff my.toml my.toml --set lab.acme.cash=20B
  ouro diff a.toml b.toml --csv > changes.csv"
)]
pub(crate) struct DiffArgs {
    /// The first scenario
    #[arg(value_name = "A")]
    pub(crate) first: PathBuf,
    /// The second scenario, to which --set applies
    #[arg(value_name = "B")]
    pub(crate) second: PathBuf,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    #[command(flatten)]
    pub(crate) form: Form,
}

/// `ouro new`
#[derive(Debug, Args)]
#[command(
    long_about = "Write a scenario to begin with.\n\n\
        Without --from: a lab with a plan and a contract, and every other key of the language as a comment with its \
        meaning and default. With it: a variant that extends FILE and says what holds there as comments. Both pass \
        `ouro check` as they are.",
    after_help = "\
Examples:
  ouro new --out my.toml
  ouro new --from scenarios/openai-2026-06.toml --out dearer.toml"
)]
pub(crate) struct NewArgs {
    /// Scenario that the new file extends
    #[arg(long, value_name = "FILE", help_heading = "Scenario")]
    pub(crate) from: Option<PathBuf>,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) force: bool,
}

/// `ouro schema`
#[derive(Debug, Args)]
#[command(
    long_about = "Write a JSON Schema of the language for editors, or its glossary.\n\n\
        Editors of TOML (Taplo, Even Better TOML) complete and check keys with it: put \
        `#:schema PATH` into the first line of a scenario. What must hold between keys only `ouro check` knows.",
    after_help = "\
Examples:
  ouro schema --out scenario.schema.json
  # Every key with form, range, default and meaning, as Markdown
  ouro schema --glossary | less"
)]
pub(crate) struct SchemaArgs {
    /// The glossary instead, as Markdown
    #[arg(long, help_heading = "Output")]
    pub(crate) glossary: bool,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) force: bool,
}
