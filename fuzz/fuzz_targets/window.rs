//! No window of the period holds more than the count, whatever the clock does forwards; no rate is read that does not read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reroute_core::{
    rate::Rate,
    window::{Log, Window},
};

fuzz_target!(|input: (&str, u8, u16, Vec<u16>)| {
    let (text, count, seconds, gaps) = input;
    if let Ok(rate) = text.parse::<Rate>() {
        assert_eq!(rate.to_string().parse(), Ok(rate));
    }
    let Some(rate) = Rate::new(u32::from(count), std::time::Duration::from_secs(seconds.into())) else { return };
    let window = Window::new(rate);
    let period = rate.period().as_nanos() as u64;
    let (mut log, mut now, mut admitted) = (Log::default(), 0u64, Vec::new());
    for gap in gaps.into_iter().take(300) {
        // Up to a quarter of the period.
        now += period / 4 * u64::from(gap) / u64::from(u16::MAX);
        if let Some(counted) = window.admit(&mut log, now).counted {
            let within = admitted.iter().rev().take_while(|time| **time + period > now).count();
            assert!(within < usize::from(count));
            if gap % 7 == 3 {
                window.refund(&mut log, counted, now);
            } else {
                admitted.push(now);
            }
        }
    }
});
