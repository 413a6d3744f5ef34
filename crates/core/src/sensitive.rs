//! Which names stand for what nobody else may see.

/// The words that make a name sensitive, alone or among others: `user_password`, `X-Api-Key`, `clientSecret`.
const WORDS: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "authorization",
    "cookie",
    "credential",
    "otp",
    "totp",
    "cvv",
    "cvc",
    "pin",
    "ssn",
    "jwt",
    "dsn",
];

/// Those that do so at the end of a name: `refresh_tokens` are some, `tokens_used` is a number.
const LAST_WORDS: [&str; 4] = ["secrets", "tokens", "cookies", "credentials"];

/// Two words that do so side by side; `key` alone does not.
const PAIRS: [(&str, &str); 10] = [
    ("api", "key"),
    ("private", "key"),
    ("secret", "key"),
    ("access", "key"),
    ("card", "number"),
    ("credit", "card"),
    ("session", "id"),
    ("database", "url"),
    ("redis", "url"),
    ("connection", "string"),
];

/// Those that do so also where nothing parts them from their neighbours: `userpassword`, `apikey`.
const PARTS: [&str; 6] = ["password", "passwd", "passphrase", "secret", "apikey", "creditcard"];

/// Whether a field, header or parameter of this name holds what must not be told: by its words, whatever parts them.
///
/// ```
/// use reroute_core::sensitive::is_sensitive;
///
/// for name in ["password", "userPassword", "X-Api-Key", "refresh_token", "clientSecret", "set-cookie", "userpassword"] {
///     assert!(is_sensitive(name), "{name}");
/// }
/// for name in ["key", "monkey", "author", "tokenizer", "pinned"] {
///     assert!(!is_sensitive(name), "{name}");
/// }
/// ```
pub fn is_sensitive(name: &str) -> bool {
    let words = words(name);
    let joined = words.concat();
    words.iter().any(|word| WORDS.contains(&word.as_str()))
        || words.last().is_some_and(|last| LAST_WORDS.contains(&last.as_str()))
        || words.windows(2).any(|pair| PAIRS.contains(&(pair[0].as_str(), pair[1].as_str())))
        || PARTS.iter().any(|part| joined.contains(part))
}

/// The words of a name, in lower case: parted by anything but letters and digits, where a capital follows a small letter, and before the last of
/// several capitals that a small letter follows, as in `CSRFToken`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut was_lower, mut was_upper) = (false, false);
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        let is_part = character.is_alphanumeric();
        let is_last_capital = was_upper && characters.peek().is_some_and(|next| next.is_lowercase());
        if !is_part || (character.is_uppercase() && (was_lower || is_last_capital)) {
            words.push(String::new());
        }
        was_lower = character.is_lowercase() || character.is_numeric();
        was_upper = character.is_uppercase();
        if is_part && let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn attack_135_names_are_known_by_their_words() {
        for name in [
            "PASSWORD",
            "new_password",
            "passwordConfirm",
            "APIKey",
            "api_key",
            "x-api-key",
            "Authorization",
            "otp",
            "cardNumber",
            "card number",
            "creditCard",
            "DATABASE_URL",
            "connection_string",
            "refresh_tokens",
            "CSRFToken",
            "JWTToken",
            "DBPwd",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn attack_136_others_are_let_be() {
        for name in [
            "key",
            "monkey",
            "author",
            "pinned",
            "spin",
            "tokenized",
            "keyboard",
            "session",
            "card",
            "tokens_used",
            "passenger",
        ] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_judged(name in ".{0,40}") {
            let _ = is_sensitive(&name);
        }

        #[test]
        fn what_surrounds_a_password_hides_nothing(before in "[a-z_-]{0,8}", after in "[_A-Z-]{0,8}") {
            let name = format!("{before}_password{after}");
            prop_assert!(is_sensitive(&name));
        }
    }
}
