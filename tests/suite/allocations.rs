//! A month takes no memory: all its room is there before the first.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;

use super::worlds::{Luck, scenario, watch};
use ouroborisk::resolve::Worlds;

thread_local! {
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, which counts how often each thread takes memory.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count() {
    // A thread that ends has no counter any more.
    let _ = TAKEN.try_with(|taken| taken.set(taken.get() + 1));
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: everything is handed to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        unsafe { System.realloc(memory, layout, size) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        unsafe { System.dealloc(memory, layout) }
    }
}

/// How often this thread takes memory for something.
fn taken<T>(of: impl FnOnce() -> T) -> usize {
    let before = TAKEN.get();
    drop(of());
    TAKEN.get() - before
}

#[test]
fn memory_that_is_taken_is_counted() {
    assert_eq!(taken(|| vec![1; 7]), 1);
    assert_eq!(taken(|| vec![vec![1; 7]; 3]), 4);
    assert_eq!(taken(|| [1; 7]), 0);
}

#[test]
fn no_month_takes_memory() {
    // Between two months the engine copies the state for the one who watches; all else would be the month's.
    let text = fs::read_to_string("tests/fixtures/openai-2026-06.toml").unwrap();
    let worlds = Worlds::at_means(scenario(&text, &[]), 1).unwrap_or_else(|problems| panic!("{problems:?}"));
    let world = worlds.resolve(0).unwrap_or_else(|problems| panic!("{problems:?}")).with_yearly_endurance();
    let (mut last, mut months, mut defaults) = (0, 0, 0);
    watch(&world, &Luck::of(1), 100, |t, before, _, work| {
        if t > 0 {
            assert_eq!(TAKEN.get() - last, taken(|| before.clone()), "month {t}");
            months += 1;
        }
        defaults += usize::from(work.lab_defaulted[0] > 0.0);
        last = TAKEN.get();
    });
    assert_eq!(months, 100 * 92);
    assert!(defaults > 0, "a payment default is among the months");
}
