//! The one macro of the language: a table of the file as a struct whose every field is a key.

/// Declares tables of the language. Each field is written once: its doc comment is the meaning shown to users,
/// its name is the key, and the expression after `=` says kind, range and default.
macro_rules! section {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident {
            $( #[doc = $meaning:expr] $(#[doc = $more:expr])* pub $field:ident : $type:ty = $kind:ident ( $($argument:tt)* ) $(. $step:ident ( $($step_argument:tt)* ))* ),* $(,)?
        }
    )+) => { $(
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( #[doc = $meaning] $(#[doc = $more])* pub $field: $type, )*
        }
    )+ };
}

pub(crate) use section;
