//! SM3 against published vectors (OSCCA, through the Linux kernel's test manager).
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use seal::{Digest, Hasher, Sha256, digests};

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn sm3_agrees_with_the_published_vectors() {
    let (mut length, mut message, mut seen) = (0, Vec::new(), 0);
    for line in include_str!("vectors/sm3.txt").lines() {
        match line.split_once(" = ") {
            Some(("Len", value)) => length = value.parse::<usize>().unwrap(),
            Some(("Msg", value)) => message = bytes_of(value),
            Some(("MD", value)) => {
                assert_eq!(Digest::of(&message[..length / 8]).to_string(), value, "message of {length} bits");
                seen += 1;
            }
            _ => {}
        }
    }
    assert_eq!(seen, 6);
}

#[test]
fn known_digests_of_abc() {
    let found = digests(b"abc");
    assert_eq!(found.sm3.to_string(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_eq!(found.sha256.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((found.bytes, found.sha256), (3, Sha256::of(b"abc")));
}

#[test]
fn a_digest_has_one_spelling() {
    let digest = Digest::of(b"abc");
    let text = digest.to_string();
    assert_eq!(text.parse(), Ok(digest));
    assert_eq!(serde_json::to_value(digest).unwrap(), serde_json::json!(text));
    assert_eq!(serde_json::from_value::<Digest>(serde_json::json!(text)).unwrap(), digest);
    for wrong in [text.to_uppercase(), text[1..].to_owned(), format!("{text}0"), text.replace('6', "g"), String::new()]
    {
        assert!(wrong.parse::<Digest>().is_err(), "{wrong}");
        assert!(serde_json::from_value::<Digest>(serde_json::json!(wrong)).is_err());
    }
}

proptest::proptest! {
    #[test]
    fn chunks_do_not_matter(content: Vec<u8>, cut in 0usize..200) {
        let cut = cut.min(content.len());
        let mut hasher = Hasher::new();
        hasher.update(&content[..cut]);
        hasher.update(&content[cut..]);
        proptest::prop_assert_eq!(hasher.finish(), digests(&content));
    }

    #[test]
    fn order_of_digests_is_order_of_texts(a: [u8; 32], b: [u8; 32]) {
        let (a, b) = (Digest::from_bytes(a), Digest::from_bytes(b));
        proptest::prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }
}
