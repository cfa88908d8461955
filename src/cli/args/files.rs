//! Command-line arguments and their help: the commands that read or write scenario files and simulate nothing.

use std::path::PathBuf;

use clap::Args;

use super::shared::{Form, Overrides};

/// `ouro sources`
#[derive(Debug, Args)]
#[command(
    long_about = "Print the source, prior or assumption behind every number of a scenario.\n\n\
        Each number with its unit and its kind: a source (id, title, publisher, date, link), a prior or an assumption \
        (with the reason), or unsourced. Then the share of each kind. In JSON and CSV, a number with several sources \
        has one record for each.",
    after_help = "\
Examples:
  ouro sources scenarios/openai-2026-06.toml | less
  # Which numbers are assumed?
  ouro sources my.toml --csv | grep ,assumed,
  # An override is unsourced unless it names its source
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
    long_about = "Print the differences between two scenarios.\n\n\
        Key by key, with value, unit and source in both; a key that only one of them has is shown as added or removed. \
        Comments, order and the spelling of values do not count as differences.",
    after_help = "\
Exit codes:
    0  no difference
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
    long_about = "Write a scenario to start from.\n\n\
        Without --from: a lab with a plan and a contract, and every other key of the language as a comment with its \
        meaning and default. With --from: a variant that extends FILE, with the values of FILE as comments. Both pass \
        `ouro check` unchanged.",
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
    /// Replace an existing file
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) force: bool,
}

/// `ouro schema`
#[derive(Debug, Args)]
#[command(
    long_about = "Write a JSON Schema of the language for editors, or its glossary.\n\n\
        Editors of TOML (Taplo, Even Better TOML) complete and check keys with it: put \
        `#:schema PATH` into the first line of a scenario. Only `ouro check` tests rules that involve several keys.",
    after_help = "\
Examples:
  ouro schema --out scenario.schema.json
  # Every key with its form, range, default and meaning
  ouro schema --glossary | less"
)]
pub(crate) struct SchemaArgs {
    /// Write the glossary instead, as Markdown
    #[arg(long, help_heading = "Output")]
    pub(crate) glossary: bool,
    /// Where to write it [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) force: bool,
}

/// `ouro report`
#[derive(Debug, Args)]
#[command(
    long_about = "Make report.html again from the files of a result, or tell what changed between two runs.\n\n\
        Every command that writes a folder, but a sweep, puts report.html into it: one file with answer, warnings, charts, tables and \
        sources, which opens from disk and asks nothing of any network. With one folder, the report is made again from \
        the files, to the same bytes, without simulating; files that were altered are refused. With two folders of runs, the \
        report tells which inputs changed, with their sources, and how each headline moved. Where both runs have the same seed \
        and draws the error of a difference is paired, else it is that of independent runs. The scenarios may differ in \
        their first month, or have one name.",
    after_help = "\
Examples:
  ouro report outputs/openai-2026-06-93ef9662
  ouro report outputs/openai-2026-06-93ef9662 --out for-the-board.html
  # What changed from January to June?
  ouro report outputs/openai-2026-01-5c1f0a77 outputs/openai-2026-06-93ef9662
  ouro report before after --json | jq '.[1].records[] | select(.measure == \"default\")'"
)]
pub(crate) struct ReportArgs {
    /// Folder of a result; with a second one, what changed from the first to the second
    #[arg(required = true, num_args = 1..=2, value_name = "DIR")]
    pub(crate) folders: Vec<PathBuf>,
    /// Where to write the report [default: report.html in the folder; of two, beside the second]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Print what changed between two runs as JSON: the inputs, then the headlines
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}
