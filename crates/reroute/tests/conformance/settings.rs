//! RFC 9113 §6.5: settings that are none.

use super::{
    cases::*,
    h2::frames::{ACK, INITIAL_WINDOW, SETTINGS, WINDOW_UPDATE, frame, get, settings},
    outcome::check,
};

const ENABLE_PUSH: u16 = 2;
const MAX_FRAME_SIZE: u16 = 5;

#[test]
fn frames_of_settings() {
    check([
        ends("§6.5: an acknowledgement with content", frame(SETTINGS, ACK, 0, &[0; 6]), FRAME_SIZE).plainly(),
        ends("§6.5: on a stream", frame(SETTINGS, 0, 1, &[]), PROTOCOL),
        ends("§6.5: a length that is no multiple of six", frame(SETTINGS, 0, 0, &[0; 7]), FRAME_SIZE).plainly(),
    ]);
}

#[test]
fn values_of_settings() {
    let widest = 0x7fff_ffff;
    let one_too_many = [get(1, "/held"), frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes())].concat();
    check([
        ends("§6.5.2: pushes neither wanted nor not", settings(&[(ENABLE_PUSH, 2)]), PROTOCOL),
        ends("§6.5.2: a window too large", settings(&[(INITIAL_WINDOW, widest + 1)]), FLOW_CONTROL).plainly(),
        ends("§6.5.2: frames too small", settings(&[(MAX_FRAME_SIZE, (1 << 14) - 1)]), PROTOCOL),
        ends("§6.5.2: frames too large", settings(&[(MAX_FRAME_SIZE, 1 << 24)]), PROTOCOL),
        answers(
            "§6.5.2: the largest that may be",
            [settings(&[(INITIAL_WINDOW, widest), (MAX_FRAME_SIZE, (1 << 24) - 1)]), get(1, "/hello")].concat(),
        ),
        ignores("§6.5.2: an unknown setting", settings(&[(0xffff, u32::MAX)])),
        ends(
            "§6.9.2: a window too large for a stream that is open",
            [one_too_many, settings(&[(INITIAL_WINDOW, widest)])].concat(),
            FLOW_CONTROL,
        ),
    ]);
}
