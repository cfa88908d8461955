//! Numbers in order.

/// Bits of a digit, and digits of a number.
const BITS: u32 = 11;
const DIGITS: usize = 3;
/// Fewer numbers than this are sorted by comparison.
const FEW: usize = 1024;

/// Sorts numbers by `f32::total_cmp`: many of them digit by digit from the last, which takes a time proportional to their
/// count.
pub fn sort_ascending(numbers: &mut [f32]) {
    if numbers.len() < FEW {
        numbers.sort_unstable_by(f32::total_cmp);
        return;
    }
    let mut keys: Vec<u32> = numbers.iter().map(|&number| key(number)).collect();
    let mut counts = vec![[0_usize; 1 << BITS]; DIGITS];
    for &key in &keys {
        for (place, counts) in counts.iter_mut().enumerate() {
            counts[digit(key, place)] += 1;
        }
    }
    let mut sorted = vec![0; keys.len()];
    for (place, counts) in counts.iter_mut().enumerate() {
        if counts[digit(keys[0], place)] == keys.len() {
            continue;
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &key in &keys {
            let next = &mut counts[digit(key, place)];
            sorted[*next] = key;
            *next += 1;
        }
        std::mem::swap(&mut keys, &mut sorted);
    }
    numbers.iter_mut().zip(keys).for_each(|(number, key)| *number = of_key(key));
}

/// A whole number that is in the order of `f32::total_cmp`: negative numbers reversed, and below the others.
fn key(number: f32) -> u32 {
    let bits = number.to_bits();
    bits ^ if bits >> 31 == 1 { u32::MAX } else { 1 << 31 }
}

fn of_key(key: u32) -> f32 {
    f32::from_bits(key ^ if key >> 31 == 1 { 1 << 31 } else { u32::MAX })
}

fn digit(key: u32, place: usize) -> usize {
    (key >> (BITS * place as u32)) as usize & ((1 << BITS) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn many_numbers_are_in_the_order_of_a_comparison() {
        // Any bits at all, NaN and both zeros among them; and numbers most of which are the same.
        let mut random = Xoshiro256PlusPlus::seed_from_u64(11);
        for count in [1, FEW - 1, FEW, 5000] {
            let any: Vec<f32> = (0..count).map(|_| f32::from_bits(random.random())).collect();
            let same: Vec<f32> = any.iter().map(|&x| if x.to_bits() % 8 == 0 { x } else { 0.0 }).collect();
            for numbers in [any, same, vec![-0.0; count]] {
                let (mut found, mut expected) = (numbers.clone(), numbers);
                sort_ascending(&mut found);
                expected.sort_by(f32::total_cmp);
                assert!(found.iter().zip(&expected).all(|(a, b)| a.to_bits() == b.to_bits()));
            }
        }
    }
}
