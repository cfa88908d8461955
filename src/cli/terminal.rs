//! The terminal: colour, width, progress, Ctrl-C.
//!
//! Text is made with colours, which are removed on output to files and pipes, with `NO_COLOR` and with `--color never`.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::process;
use std::sync::{Arc, LazyLock, Once};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::exit::INTERRUPTED;
use crate::face::{Block, Error, Interrupt, Problems, Progress, Tone, significant, thousands};

/// Titles and heads of tables.
pub(crate) const BOLD: Style = Style::new().bold();
/// Secondary text.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Success.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Warnings.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default().bold();
/// Errors.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Keys and tables of the scenario.
pub(crate) const KEY: Style = AnsiColor::Cyan.on_default();

/// Width where there is no terminal.
const WIDTH: usize = 100;

/// Largest width of tables; paragraphs are narrower.
const WIDEST: usize = 200;

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

/// Prints a result. A reader that closes the pipe, as `head` does, does not change the exit code.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed.map_err(Error::io("cannot print")),
    }
}

/// Prints a message, which is no result, on standard error.
pub(crate) fn note(text: &str) {
    // A closed standard error is ignored.
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}

/// All problems of a scenario, for a person.
pub(crate) fn problems(problems: &Problems) -> String {
    super::problems::render(problems, true)
}

static INTERRUPT: LazyLock<Arc<Interrupt>> = LazyLock::new(|| Arc::new(Interrupt::new()));

/// The flag that Ctrl-C raises from now on; a second Ctrl-C ends the process.
///
/// # Errors
/// When the handler of Ctrl-C cannot be installed.
pub(crate) fn interrupt() -> Result<Arc<Interrupt>, Error> {
    static LISTENING: Once = Once::new();
    let mut heard = Ok(());
    LISTENING.call_once(|| {
        heard = ctrlc::set_handler(|| {
            if INTERRUPT.is_raised() {
                process::exit(i32::from(INTERRUPTED));
            }
            INTERRUPT.raise();
            note("\nstopping; what is finished will be reported (Ctrl-C again to stop at once)");
        });
    });
    heard.map_err(|error| Error::io("cannot install the handler of Ctrl-C")(io::Error::other(error)))?;
    Ok(Arc::clone(&INTERRUPT))
}

/// A page with its colours.
pub(crate) fn page(blocks: &[Block]) -> String {
    let mut page = String::new();
    for block in blocks {
        page.push('\n');
        if !block.title.is_empty() {
            let _ = writeln!(page, "{BOLD}{}{BOLD:#}", block.title);
        }
        for line in &block.lines {
            let style = style(line.tone);
            let _ = match line.text.as_str() {
                "" => writeln!(page),
                text => writeln!(page, "{style}{text}{style:#}"),
            };
        }
    }
    page
}

/// The colours of a tone.
fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Heads | Tone::Heading => BOLD,
        Tone::Aside => DIM,
        Tone::Warning => WARN,
        Tone::Market => AnsiColor::Magenta.on_default(),
        Tone::Funding => AnsiColor::Green.on_default(),
        Tone::Distress => AnsiColor::Yellow.on_default(),
        Tone::Loss => AnsiColor::Red.on_default(),
    }
}

/// How far a run is: on a terminal, once it has taken a second, and not when quiet.
pub(crate) struct Meter {
    bar: ProgressBar,
    begun: Instant,
    quiet: bool,
}

/// Runs that end before this show no progress.
const SOON: Duration = Duration::from_secs(1);

impl Meter {
    /// A meter of paths that shows nothing yet.
    pub(crate) fn new(quiet: bool) -> Self {
        Self::with_template("{percent:>3} %  {bar:24}  {count} paths  {rate} a second  {eta} left", quiet)
    }

    /// The same of work that is no number of paths.
    pub(crate) fn of_work(quiet: bool) -> Self {
        Self::with_template("{percent:>3} %  {bar:24}  {eta} left", quiet)
    }

    fn with_template(template: &str, quiet: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(template);
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
        if self.bar.length() != Some(progress.paths) {
            // A calibration has ended and the run begins.
            self.bar.set_length(progress.paths);
            self.bar.reset();
        }
        self.bar.set_position(progress.done.max(self.bar.position()));
        let slow = self.begun.elapsed() > SOON && progress.done < progress.paths;
        if slow && self.bar.is_hidden() {
            // Draws nothing where standard error is no terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}

impl Drop for Meter {
    /// Clears the line.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
