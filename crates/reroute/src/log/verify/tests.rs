use super::*;
use crate::log::{
    chain::{Begins, Chain},
    event::Facts,
    kind::Kind,
    line::render,
    sink::{LogFile, Sink},
};
use proptest::prelude::*;
use std::fs;

fn secret() -> Secret {
    Secret::new("Zk3vq8Q1mWc7Jp0sXy5Rb2Ld9Nf6Hg4TtUuVvAaEeIiOo")
}

fn chain() -> Chain {
    Chain::new(&secret()).expect("there is randomness")
}

fn event(nth: usize) -> Vec<u8> {
    render(Facts::new(Kind::AuthFailure, format!("Authentication failed: {nth}")))
}

fn file(path: &Path, most: u64, keep: u32) -> Sink {
    Sink::File(LogFile::open(path, most, keep).expect("it can be opened"))
}

/// Lines of two processes that take turns on one file.
fn lines(count: usize) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    let mut writers: Vec<_> = (0..2).map(|_| (file(&path, 1 << 30, 7), chain())).collect();
    for nth in 0..count {
        let (sink, chain) = &mut writers[usize::from(nth % 3 == 1)];
        sink.append(chain, &mut [event(nth)]).expect("it is written");
    }
    fs::read(&path).expect("it is there").split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The number of the first wrong line.
fn first_wrong(lines: &[Vec<u8>]) -> Option<usize> {
    let mut checker = Checker::new(&[secret()]);
    lines.iter().position(|line| checker.check(line).is_err()).map(|at| at + 1)
}

#[test]
fn an_honest_log_of_two_processes_is_honest() {
    assert_eq!(first_wrong(&lines(20)), None);
}

#[test]
fn under_another_key_nothing_is() {
    let mut checker = Checker::new(&[Secret::new("another secret of another application, as long")]);
    assert!(checker.check(&lines(1)[0]).is_err());
}

fn old() -> Secret {
    Secret::new("Yp7mQ2wLx9Tz4Vb8Rk3Nc6Jd1Hs5Gf0AaSsDdFfGgHhJj")
}

/// Whether all lines are as they were written, for whoever knows these keys.
fn is_honest(secrets: &[Secret], lines: &[Vec<u8>]) -> bool {
    let mut checker = Checker::new(secrets);
    lines.iter().all(|line| checker.check(line).is_ok())
}

#[test]
fn attack_147_a_log_goes_on_under_a_new_key_and_is_honest_under_both() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    for secret in [old(), secret(), secret()] {
        let (mut sink, mut chain) = (file(&path, 1 << 30, 7), Chain::new(&secret).expect("there is randomness"));
        (0..3).for_each(|nth| sink.append(&mut chain, &mut [event(nth)]).expect("it is written"));
    }
    let text = fs::read(&path).expect("it is there");
    let lines: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    assert!(is_honest(&[secret(), old()], &lines));
    assert!(!is_honest(&[secret()], &lines) && !is_honest(&[old()], &lines));
}

#[test]
fn attack_147_within_one_process_the_key_does_not_change() {
    let mut chain = chain();
    let mut lines = Vec::new();
    for nth in 0..4 {
        let mut line = event(nth);
        chain.seal(&mut line, if nth == 0 { Begins::Stream } else { Begins::Nothing });
        lines.push(line);
        if nth == 1 {
            chain = chain.under(&old());
        }
    }
    assert!(is_honest(&[secret(), old()], &lines[..2]));
    assert!(!is_honest(&[secret(), old()], &lines[..3]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_changed_byte_is_found_at_its_line(at in 0usize..12, place in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut lines = lines(12);
        let place = place.index(lines[at].len());
        lines[at][place] ^= flip;
        // A new end of line makes two of one: the first of them is wrong.
        prop_assert_eq!(first_wrong(&lines), Some(at + 1));
    }

    #[test]
    fn a_removed_line_is_found_where_it_was(at in 0usize..11) {
        let mut lines = lines(12);
        lines.remove(at);
        prop_assert_eq!(first_wrong(&lines), Some(at + 1));
    }

    #[test]
    fn a_line_put_in_is_found(at in 0usize..12, from in 0usize..12) {
        let mut lines = lines(12);
        let line = lines[from].clone();
        lines.insert(at, line);
        // In front of itself or behind, a line and its twin are alike.
        prop_assert_eq!(first_wrong(&lines), Some(if at == from { at + 2 } else { at + 1 }));
        let mut foreign = super::tests::lines(12);
        foreign[at] = lines[at].clone();
        prop_assert!(first_wrong(&foreign).is_some());
    }

    #[test]
    fn lines_that_changed_places_are_found(one in 0usize..12, other in 0usize..12) {
        prop_assume!(one != other);
        let mut lines = lines(12);
        lines.swap(one, other);
        prop_assert_eq!(first_wrong(&lines), Some(one.min(other) + 1));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), body in ".{0,80}") {
        let mut checker = Checker::new(&[secret()]);
        prop_assert!(checker.check(&bytes).is_err());
        let like = format!("{body},\"mac\":\"{}\"}}\n", "a".repeat(64));
        prop_assert!(checker.check(like.as_bytes()).is_err());
    }
}

#[test]
fn a_stream_is_honest_by_itself_and_among_others_and_stands_in_no_file() {
    let (mut one, mut other) = (chain(), chain());
    let line = |chain: &mut Chain, nth| {
        let mut line = event(nth);
        chain.seal(&mut line, Begins::Stream);
        line
    };
    let mut lines_of_streams = vec![line(&mut one, 1), line(&mut other, 2), line(&mut one, 3), line(&mut other, 4)];
    assert_eq!(first_wrong(&lines_of_streams), None);
    let mut mixed = lines(3);
    mixed.push(lines_of_streams[0].clone());
    assert_eq!(first_wrong(&mixed), Some(4));
    lines_of_streams.remove(0);
    assert_eq!(first_wrong(&lines_of_streams), Some(2));
}

#[test]
fn files_that_were_put_aside_go_on_one_in_the_other_and_also_stand_alone() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    let (mut sink, mut chain) = (file(&path, 2_000, 2), chain());
    for nth in 0..30 {
        sink.append(&mut chain, &mut [event(nth)]).expect("it is written");
    }
    let files = ["log.2", "log.1", "log"].map(|name| folder.path().join(name));
    assert!(!folder.path().join("log.3").exists(), "no more than two are kept");
    let honest = verify(&[secret()], &files, Some(30)).expect("they are read").expect("they are honest");
    assert_eq!(honest.seq, 30);
    verify(&[secret()], &files[2..], None).expect("it is read").expect("it is honest");
    // One of them is missing, or they are in another order.
    for wrong in [vec![&files[0], &files[2]], vec![&files[1], &files[0], &files[2]]] {
        let wrong: Vec<PathBuf> = wrong.into_iter().cloned().collect();
        let found = verify(&[secret()], &wrong, None).expect("they are read").expect_err("it is found");
        assert_eq!((found.line, &found.file), (1, &wrong[1]));
    }
    let cut = verify(&[secret()], &files, Some(31)).expect("they are read").expect_err("it is found");
    assert_eq!(cut.file, files[2]);
}

#[test]
fn a_file_of_yesterday_is_put_aside_and_all_are_kept_where_that_is_asked() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    for nth in 0..4 {
        let (mut sink, mut chain) = (file(&path, 1 << 30, 0), chain());
        sink.append(&mut chain, &mut [event(nth)]).expect("it is written");
        let yesterday = std::time::SystemTime::now() - std::time::Duration::from_secs(86_400);
        fs::File::options().append(true).open(&path).and_then(|file| file.set_modified(yesterday)).expect("it is ours");
    }
    let files = ["log.3", "log.2", "log.1", "log"].map(|name| folder.path().join(name));
    let honest = verify(&[secret()], &files, None).expect("they are read").expect("they are honest");
    assert_eq!(honest.lines, 4);
}

#[test]
fn a_line_that_was_cut_off_in_the_writing_is_taken_away_and_the_log_goes_on() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    let mut all = lines(3);
    all[2].truncate(50);
    fs::write(&path, all.concat()).expect("it is written");
    let (mut sink, mut chain) = (file(&path, 1 << 30, 7), chain());
    sink.append(&mut chain, &mut [event(9)]).expect("it is written");
    assert_eq!(verify(&[secret()], &[path], None).expect("it is read").expect("it is honest").lines, 3);
}

#[test]
#[cfg(unix)]
fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    drop(file(&path, 1 << 30, 7));
    assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    assert!(LogFile::open(folder.path(), 1, 1).is_err(), "a folder is no file");
}

#[test]
fn processes_that_write_and_put_aside_at_once_leave_one_log() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("log");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (mut sink, mut chain) = (file(&path, 20_000, 0), chain());
                for nth in 0..100 {
                    sink.append(&mut chain, &mut [event(nth), event(nth)]).expect("it is written");
                }
            });
        }
    });
    let aside = (1..).map(|nth| folder.path().join(format!("log.{nth}"))).take_while(|path| path.exists());
    let mut files: Vec<PathBuf> = aside.collect();
    assert!(files.len() > 3);
    files.reverse();
    files.push(path);
    assert_eq!(verify(&[secret()], &files, None).expect("they are read").expect("they are honest").lines, 800);
}
