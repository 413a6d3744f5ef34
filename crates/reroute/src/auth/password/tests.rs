use super::{
    hashers::{at_once, free_turns},
    *,
};
use argon2::{Argon2, AssociatedData, ParamsBuilder};
use proptest::prelude::*;

async fn opens(password: &str, hash: &str) -> bool {
    verify(password, Some(hash)).await.expect("hashing works")
}

#[tokio::test]
async fn argon2id_as_the_reference_implementation_computes_it() {
    // github.com/P-H-C/phc-winner-argon2, src/test.c, version 0x13; that of 256 MiB asks for too much.
    for (password, hash) in [
        ("password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        ("password", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"),
        ("password", "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"),
        ("password", "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg"),
        ("password", "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw"),
        ("differentpassword", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94"),
        ("password", "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"),
    ] {
        assert!(opens(password, hash).await, "{hash}");
        assert!(!opens("Password", hash).await, "{hash}");
    }
    let too_much = "$argon2id$v=19$m=262144,t=2,p=1$c29tZXNhbHQ$eP4eyR+zqlZX1y5xCFTkw9m5GYx0L5YWwvCFvtlbLow";
    assert!(!opens("password", too_much).await);
}

#[test]
fn argon2id_as_rfc_9106_section_5_3_computes_it() {
    // Its secret and its associated data stand in no hash, so that this asks the algorithm alone.
    let data = AssociatedData::new(&[4; 12]).expect("12 bytes");
    let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).build().expect("as the RFC has them");
    let argon2 = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).expect("a short secret");
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).expect("it is computed");
    let expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
    assert_eq!(tag.map(|byte| format!("{byte:02x}")).concat(), expected);
}

#[tokio::test]
async fn bcrypt_as_openwall_computes_it() {
    // The vectors of crypt_blowfish whose passwords are text.
    for (password, hash) in [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
    ] {
        assert!(opens(password, hash).await, "{hash}");
        for version in ["$2b$", "$2y$"] {
            assert!(opens(password, &hash.replace("$2a$", version)).await, "{hash}");
        }
        assert!(!opens(password, &hash.replace("$2a$", "$2x$")).await, "the broken variant");
        assert!(!opens("u*u", hash).await, "{hash}");
        assert!(is_outdated(hash));
    }
}

#[tokio::test]
async fn attack_82_what_bcrypt_would_cut_off_is_refused() {
    // Openwall's vector: what stands behind the 72nd byte of the password was ignored.
    let hash = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
    let password = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for password in [password.to_owned(), format!("{password}chars after 72 are ignored"), "x".repeat(1000)] {
        assert!(!opens(&password, hash).await, "{}", password.len());
        assert!(!verify(&password, None).await.expect("hashing works"));
    }
    let longest = "x".repeat(71);
    let hash = bcrypt::non_truncating_hash(&longest, 4).expect("71 bytes fit");
    assert!(opens(&longest, &hash).await);
    assert!(!opens(&longest[..70], &hash).await);
    assert!(!opens(&format!("{longest}x"), &hash).await);
}

#[tokio::test]
async fn attack_83_a_zero_byte_makes_no_other_password_fit() {
    let of_bcrypt = bcrypt::non_truncating_hash("a", 4).expect("a short one");
    assert!(bcrypt::non_truncating_verify("a\0a", &of_bcrypt).expect("a short one"), "bcrypt cannot tell them apart");
    let of_argon2 = hash("a\0b").await.expect("hashing works");
    assert!(opens("a\0b", &of_argon2).await);
    for other in ["a\0a", "a\0c", "a\0", "\0a"] {
        assert!(!opens(other, &of_bcrypt).await && !opens(other, &of_argon2).await, "{other:?}");
    }
}

#[tokio::test]
async fn attack_81_the_longest_password_is_told_and_a_longer_one_refused_before_any_work() {
    let longest = "x".repeat(LONGEST);
    let of_longest = hash(&longest).await.expect("it is taken");
    assert!(opens(&longest, &of_longest).await);
    let longer = longest + "x";
    assert_eq!(hash(&longer).await.expect_err("it is refused").status(), 422);
    assert!(!opens(&longer, &of_longest).await);
}

#[tokio::test]
async fn attack_84_a_password_is_its_bytes() {
    for (set, typed) in [("Caf\u{e9}", "Cafe\u{301}"), ("\u{fb01}n", "fin"), (" a", "a"), ("a\n", "a"), ("A", "a")] {
        let made = hash(set).await.expect("hashing works");
        assert!(opens(set, &made).await && !opens(typed, &made).await, "{set:?} {typed:?}");
    }
}

#[tokio::test]
async fn attack_89_a_hash_of_bcrypt_cannot_ask_for_more_than_its_share() {
    let hash = bcrypt::non_truncating_hash("x", 4).expect("a short one");
    for cost in ["15", "31", "99", "00"] {
        assert!(!opens("x", &hash.replace("$04$", &format!("${cost}$"))).await, "{cost}");
    }
}

#[tokio::test]
async fn attack_86_a_turn_is_taken_until_the_work_ends_also_when_nobody_waits_for_it() {
    let mut ends = Vec::new();
    for _ in 0..at_once() {
        let (began, has_begun) = tokio::sync::oneshot::channel();
        let (end, may_end) = std::sync::mpsc::channel::<()>();
        let request = tokio::spawn(hashing(move || {
            let _ = began.send(());
            // Ends when the other half is dropped.
            let _ = may_end.recv();
            Ok(())
        }));
        has_begun.await.expect("it begins");
        request.abort();
        assert!(request.await.expect_err("nobody waits for it").is_cancelled());
        ends.push(end);
    }
    assert_eq!(free_turns(), 0, "all turns are taken");
    drop(ends);
    // The next one gets its turn.
    assert!(hashing(|| Ok(())).await.is_ok());
}

#[test]
fn attack_88_weaker_hashes_are_outdated() {
    let tail = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let is = |head: &str| is_outdated(&format!("{head}{tail}"));
    for current in ["$argon2id$v=19$m=19456,t=2,p=1", "$argon2id$v=19$m=65536,t=3,p=2"] {
        assert!(!is(current), "{current}");
    }
    for weaker in [
        "$argon2id$v=19$m=19455,t=2,p=1",
        "$argon2id$v=19$m=19456,t=1,p=1",
        "$argon2id$v=16$m=19456,t=2,p=1",
        "$argon2id$m=19456,t=2,p=1",
        "$argon2i$v=19$m=19456,t=2,p=1",
        "$argon2d$v=19$m=19456,t=2,p=1",
        "$scrypt$ln=17,r=8,p=1",
        "",
    ] {
        assert!(is(weaker), "{weaker}");
    }
}

#[tokio::test]
async fn attack_87_sixty_bytes_that_are_no_hash_open_to_nobody() {
    // RUSTSEC-2026-0199: a character of several bytes where one of the parts begins.
    for at in 0..59 {
        let mut hash = "$2b$04$EGdrhbKUv8Oc9vGiXX0HQOxSg445d458Muh7DAHskb6QbtCvdxcie".to_owned();
        hash.replace_range(at..at + 2, "é");
        assert_eq!(hash.len(), 60);
        assert!(!opens("hi", &hash).await, "{hash}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn attack_87_no_stored_text_makes_it_panic(head in r"\$(2[abxy]\$[0-9]{2}\$|argon2id\$v=19\$m=[0-9]{1,10},t=[0-9]{1,10},p=[0-9]{1,4}\$)?", tail in "\\PC{0,60}") {
        let stored = format!("{head}{tail}");
        let opened = crate::runtime::block_on(verify("hi", Some(&stored))).expect("hashing works");
        prop_assert!(!opened);
        is_outdated(&stored);
    }
}

#[cfg(feature = "common-passwords")]
mod common {
    use super::uncommon;

    #[test]
    fn what_everybody_guesses_first_is_common() {
        for password in [
            "",
            "a",
            "123456",
            "password",
            "PASSWORD",
            "Password1",
            "P@ssw0rd",
            "drowssap",
            "qwertyuiop",
            "iloveyou",
            "letmein",
            "1qaz2wsx",
            "aaaaaaaaaaaaaaaa",
            "abcdefghijkl",
            "1987-06-05",
            "Password1!",
        ] {
            assert!(uncommon(password).is_err(), "{password}");
        }
        for password in
            ["fjord-lantern-9", "Correct-Horse-7", "kX9vT2mLq8Rz", "пароль-и-ещё-слово", "🐎🔋🐎🔋🎺🐎🚀🎲🌵"]
        {
            assert!(uncommon(password).is_ok(), "{password}");
        }
    }

    #[test]
    fn a_password_that_would_take_long_is_judged_without_work() {
        let many_ways = "4@8({[<369&#!1/|0$5+7%2".to_owned();
        for password in ["a".repeat(33), "password".repeat(16), "é".repeat(128), "p@$$w0rd".repeat(100_000), many_ways]
        {
            assert!(uncommon(&password).is_ok());
        }
    }
}
