//! The terminal: colour, width, progress, Ctrl-C.
//!
//! Text is made with colours and loses them on the way out where they are not wanted: into files and pipes, with
//! `NO_COLOR`, with `--color never`.

use std::io::Write;
use std::process;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use anyhow::Context;
use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::dispatch::INTERRUPTED;
use crate::engine::{Interrupt, Progress};
use crate::human::{significant, thousands};
use crate::language::Problems;

/// Titles and heads of tables.
pub(crate) const BOLD: Style = Style::new().bold();
/// What is secondary.
pub(crate) const DIM: Style = Style::new().dimmed();
/// What went well.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What deserves a second look.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// What is wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Keys and tables of the scenario.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();

/// Width where there is no terminal to ask.
const WIDTH: usize = 100;

/// Beyond this, lines are too long to be read.
const WIDEST: usize = 120;

/// Decides about colours for the rest of the process.
pub(crate) fn use_colour(choice: ColorChoice) {
    let choice = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

/// Columns of the terminal, within what can be read.
pub(crate) fn width() -> usize {
    let asked = comfy_table::Table::new().width().map(usize::from);
    let said = || std::env::var("COLUMNS").ok()?.parse().ok();
    asked.or_else(said).unwrap_or(WIDTH).clamp(40, WIDEST)
}

/// Prints a result.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot print")
}

/// Says something that is no result, on standard error.
pub(crate) fn note(text: &str) {
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// All problems of a scenario, for a person.
pub(crate) fn problems(problems: &Problems) -> String {
    super::problems::render(problems, true)
}

static INTERRUPT: Interrupt = Interrupt::new();

/// From now on Ctrl-C raises the flag that is returned; a second one ends the process.
///
/// # Errors
/// When the system does not let us listen.
pub(crate) fn listen() -> anyhow::Result<&'static Interrupt> {
    ctrlc::set_handler(|| {
        if INTERRUPT.is_raised() {
            process::exit(i32::from(INTERRUPTED));
        }
        INTERRUPT.raise();
        note("\nstopping; what is finished will be reported (Ctrl-C again to stop at once)");
    })
    .context("cannot listen to Ctrl-C")?;
    Ok(&INTERRUPT)
}

/// As [`listen`], however often it is asked for.
///
/// # Errors
/// As [`listen`], the first time.
pub(crate) fn interrupt() -> anyhow::Result<&'static Interrupt> {
    static LISTENING: std::sync::Once = std::sync::Once::new();
    let mut heard = Ok(&INTERRUPT);
    LISTENING.call_once(|| heard = listen());
    heard
}

/// How far a run is: on a terminal, once it has taken a second, and not when quiet.
pub(crate) struct Meter {
    bar: ProgressBar,
    begun: Instant,
    quiet: bool,
}

/// Runs that are done before this are not worth a line.
const SOON: Duration = Duration::from_secs(1);

impl Meter {
    /// A meter that shows nothing yet.
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{percent:>3} %  {bar:24}  {count} paths  {rate} a second  {eta} left");
        if let Ok(style) = style {
            bar.set_style(
                style
                    .progress_chars("━╸─")
                    .with_key("count", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                        let all = state.len().unwrap_or_default();
                        let _ = write!(out, "{} of {}", thousands(state.pos() as f64), thousands(all as f64));
                    })
                    .with_key("rate", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                        let _ = write!(out, "{}", thousands(significant(state.per_sec(), 2)));
                    }),
            );
        }
        Self { bar, begun: Instant::now(), quiet }
    }

    /// Takes note of progress, from any thread.
    pub(crate) fn show(&self, progress: Progress) {
        if self.quiet {
            return;
        }
        self.bar.set_length(progress.paths);
        self.bar.set_position(progress.done.max(self.bar.position()));
        let slow = self.begun.elapsed() > SOON && progress.done < progress.paths;
        if slow && self.bar.is_hidden() {
            // Draws nothing where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    /// Clears the line.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
