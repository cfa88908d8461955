//! The macro that declares a table of the language as a struct with a field per key.

/// Declares tables of the language. Each key is declared once: the name of the field is the key, the doc comment its
/// meaning for users, and the expression after `=` its kind, range and default. That expression may use the fields above
/// it, so that a default can be derived from other keys.
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
            #[allow(dead_code, reason = "of what is only a part of other tables the keys alone are read")]
            pub(crate) fn read(table: &$crate::language::table::Table<'_>) -> Self {
                table.about(concat!($($about),+));
                Self::keys(table)
            }

            /// Reads its keys in a table that may have others too.
            pub(crate) fn keys(table: &$crate::language::table::Table<'_>) -> Self {
                $( let $field: $type = table.$kind(stringify!($field), $meaning $(, $argument)*) $( .$step($($value),*) )*; )*
                Self { $($field),* }
            }
        }
    )+ };
}

pub(crate) use section;
