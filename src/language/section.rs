//! The one macro of the language: a table of the file as a struct whose every field is a key.

/// Declares tables of the language. Each key is said once: its name is that of the field, its meaning for users is the
/// doc comment, and the expression after `=` says kind, range and default. Such an expression may use the fields above
/// it: a default that follows from another key is written so.
macro_rules! section {
    ($(
        $(#[doc = $about:literal])+
        $visible:vis struct $name:ident {
            $(
                #[doc = $meaning:literal]
                pub $field:ident : $type:ty = $kind:ident ( $($argument:expr),* ) $( . $step:ident ( $($value:expr),* ) )*
            ),* $(,)?
        }
    )+) => { $(
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        $visible struct $name {
            $(
                #[doc = $meaning]
                #[doc = concat!("\n\nRead as `", stringify!($kind), "()", $(".", stringify!($step), "(", stringify!($($value),*), ")",)* "`.")]
                pub $field: $type,
            )*
        }

        impl $name {
            /// Reads the table, key by key.
            pub(crate) fn read(table: &$crate::language::table::Table<'_>) -> Self {
                table.about(concat!($($about),+));
                $( let $field: $type = table.$kind(stringify!($field), $meaning $(, $argument)*) $( .$step($($value),*) )*; )*
                Self { $($field),* }
            }
        }
    )+ };
}

pub(crate) use section;
