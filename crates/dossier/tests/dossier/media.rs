//! Facts of video and sound.

use std::path::Path;

use dossier::{Checks, Class, FaultCode, Kind, MediaFact, import};

use crate::made;

fn facts(bytes: &[u8], kind: Kind) -> MediaFact {
    let found = import(bytes, "", &Checks::default());
    assert_eq!((found.kind, found.faults.as_slice()), (kind, [].as_slice()));
    found.media.unwrap()
}

fn video(milliseconds: u64, width: u32, height: u32, codec: &str) -> MediaFact {
    MediaFact {
        duration_ms: Some(milliseconds),
        width: Some(width),
        height: Some(height),
        codec: Some(codec.to_owned()),
        has_audio: true,
    }
}

fn sound(milliseconds: u64, codec: &str) -> MediaFact {
    MediaFact {
        duration_ms: Some(milliseconds),
        codec: Some(codec.to_owned()),
        has_audio: true,
        ..MediaFact::default()
    }
}

#[test]
fn facts_are_read_from_each_container() {
    for index_last in [false, true] {
        assert_eq!(facts(&made::mp4(true, index_last), Kind::Mp4), video(12_500, 640, 480, "avc1"));
        assert_eq!(facts(&made::mp4(false, index_last), Kind::M4a), sound(12_500, "mp4a"));
    }
    assert_eq!(facts(&made::webm(false), Kind::Webm), video(2_500, 320, 240, "V_VP8"));
    assert_eq!(facts(&made::webm(true), Kind::Webm), video(1_960, 320, 240, "V_VP8"));
    assert_eq!(facts(&made::avi(), Kind::Avi), video(2_000, 720, 576, "XVID"));
    assert_eq!(facts(&made::wav(), Kind::Wav), sound(1_000, "pcm"));
    assert_eq!(facts(&made::mp3(), Kind::Mp3), sound(2_612, "mp3"));
    assert_eq!((Kind::Mp4.class(), Kind::M4a.class()), (Class::Video, Class::Audio));
}

#[test]
fn a_recording_of_speech_made_by_others_is_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples/sound/speech.wav");
    assert_eq!(facts(&std::fs::read(path).unwrap(), Kind::Wav), sound(2_000, "pcm"));
}

#[test]
fn lost_ends_and_empty_containers_are_told() {
    let codes = |bytes: &[u8]| {
        import(bytes, "", &Checks::default()).faults.into_iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    let mp4 = made::mp4(true, true);
    assert_eq!(codes(&mp4[..mp4.len() - 1]), [FaultCode::Truncated]);
    assert_eq!(codes(&mp4[..2000]), [FaultCode::Truncated]);
    let wav = made::wav();
    assert_eq!(codes(&wav[..wav.len() - 10]), [FaultCode::Truncated]);
    let webm = made::webm(false);
    assert_eq!(codes(&webm[..webm.len() - 10]), [FaultCode::Truncated]);
    let mp3 = made::mp3();
    assert_eq!(codes(&mp3[..mp3.len() - 10]), [FaultCode::Truncated]);
    assert_eq!(codes(b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x02mdat"), [FaultCode::Unreadable]);
}

#[test]
fn a_live_recording_that_broke_off_plays_to_its_end() {
    let whole = made::webm(true);
    let found = import(&whole[..whole.len() - 60], "", &Checks::default());
    assert_eq!((found.faults.len(), found.faults[0].code, found.quarantined()), (1, FaultCode::Truncated, false));
    assert_eq!(found.media.and_then(|fact| fact.duration_ms), Some(1_880));
    assert!(import(&whole[..150], "", &Checks::default()).quarantined());
}

#[test]
fn sizes_left_open_by_a_streaming_recorder_are_accepted() {
    let mut wav = made::wav();
    wav[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    wav[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(facts(&wav, Kind::Wav), sound(1_000, "pcm"));
}
