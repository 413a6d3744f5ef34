//! Argon2 in memory that is used again: what is given back after each hash, the allocator may keep, and hashes would pile up.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        Error, Result,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use std::cell::RefCell;
use subtle::ConstantTimeEq;

thread_local! {
    /// Of a thread that hashes.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// The hash of a password, with a new salt.
pub(super) fn hash(algorithm: Algorithm, version: Version, params: Params, password: &[u8]) -> Result<PasswordHash> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Error::Crypto)?;
    let salt = Salt::new(&random)?;
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let described = ParamsString::try_from(&params)?;
    compute(&Argon2::new(algorithm, version, params), password, &salt, &mut output)?;
    Ok(PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: described,
        salt: Some(salt),
        hash: Some(Output::new(&output)?),
    })
}

/// Whether the hash was made of this password. Compares in constant time.
pub(super) fn verify(password: &[u8], hash: &PasswordHash) -> Result<bool> {
    let algorithm = Algorithm::try_from(hash.algorithm.as_str())?;
    let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let mut output = [0; Output::MAX_LENGTH];
    // An output is no longer than the longest.
    let output = &mut output[..expected.len()];
    compute(&Argon2::new(algorithm, version, Params::try_from(hash)?), password, salt, output)?;
    Ok(output.ct_eq(expected.as_bytes()).into())
}

fn compute(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], output: &mut [u8]) -> Result<()> {
    let blocks = argon2.params().block_count();
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() != blocks {
            // An old hash may have asked for more than is usual: that is not kept.
            memory.truncate(blocks);
            memory.shrink_to_fit();
            memory.resize(blocks, Block::default());
        }
        argon2.hash_password_into_with_memory(password, salt, output, memory).map_err(Error::from)
    })
}
