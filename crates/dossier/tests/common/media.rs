//! Small media files, made by hand.

fn mp4_box(name: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(body);
    bytes
}

fn track(handler: &[u8; 4], codec: &[u8; 4], width: u32, height: u32) -> Vec<u8> {
    let mut header = vec![0; 84];
    header[76..80].copy_from_slice(&(width << 16).to_be_bytes());
    header[80..].copy_from_slice(&(height << 16).to_be_bytes());
    let samples = mp4_box(b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 16], codec, &[0; 8]]);
    let table = mp4_box(b"minf", &[&mp4_box(b"stbl", &[&samples])]);
    let handler = mp4_box(b"hdlr", &[&[0; 8], handler, &[0; 13]]);
    mp4_box(b"trak", &[&mp4_box(b"tkhd", &[&header]), &mp4_box(b"mdia", &[&handler, &table])])
}

/// An MP4 of 12.5 seconds: H.264 640 × 480 where asked, AAC, the index before or after the data.
pub fn mp4(video: bool, index_last: bool) -> Vec<u8> {
    let mut header = vec![0; 100];
    header[12..16].copy_from_slice(&600u32.to_be_bytes());
    header[16..20].copy_from_slice(&7500u32.to_be_bytes());
    let mut parts = vec![mp4_box(b"mvhd", &[&header])];
    if video {
        parts.push(track(b"vide", b"avc1", 640, 480));
    }
    parts.push(track(b"soun", b"mp4a", 0, 0));
    let index = mp4_box(b"moov", &[&parts.concat()]);
    let data = mp4_box(b"mdat", &[&[7; 3000]]);
    let start = mp4_box(b"ftyp", &[b"isom\0\0\0\0isom"]);
    if index_last { [start, data, index].concat() } else { [start, index, data].concat() }
}

fn ebml(id: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.extend((0x0100_0000_0000_0000u64 | body.len() as u64).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// A WebM of VP8 320 × 240 and Opus: 2.5 seconds stated, or live with open sizes and the last block at 1.96 seconds.
pub fn webm(live: bool) -> Vec<u8> {
    let head = ebml(b"\x1a\x45\xdf\xa3", &ebml(b"\x42\x82", b"webm"));
    let mut information = ebml(b"\x2a\xd7\xb1", &1_000_000u32.to_be_bytes());
    if !live {
        information.extend(ebml(b"\x44\x89", &2500f64.to_be_bytes()));
    }
    let picture = ebml(b"\xe0", &[ebml(b"\xb0", &320u16.to_be_bytes()), ebml(b"\xba", &240u16.to_be_bytes())].concat());
    let video = [ebml(b"\xd7", &[1]), ebml(b"\x83", &[1]), ebml(b"\x86", b"V_VP8"), picture].concat();
    let sound = [ebml(b"\xd7", &[2]), ebml(b"\x83", &[2]), ebml(b"\x86", b"A_OPUS")].concat();
    let tracks = ebml(b"\x16\x54\xae\x6b", &[ebml(b"\xae", &video), ebml(b"\xae", &sound)].concat());
    let mut body = [ebml(b"\x15\x49\xa9\x66", &information), tracks].concat();
    for second in 0..2u16 {
        let mut cluster = ebml(b"\xe7", &(second * 1000).to_be_bytes());
        for frame in 0..25u16 {
            let mut block = vec![0x81];
            block.extend((frame * 40).to_be_bytes());
            block.extend([0; 40]);
            cluster.extend(ebml(b"\xa3", &block));
        }
        body.extend(if live { open(b"\x1f\x43\xb6\x75", &cluster) } else { ebml(b"\x1f\x43\xb6\x75", &cluster) });
    }
    let segment = if live { open(b"\x18\x53\x80\x67", &body) } else { ebml(b"\x18\x53\x80\x67", &body) };
    [head, segment].concat()
}

fn open(id: &[u8], body: &[u8]) -> Vec<u8> {
    [id, &[0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], body].concat()
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [name, (body.len() as u32).to_le_bytes().as_slice(), body].concat()
}

/// A WAV of one second, 8 kHz, 8 bits.
pub fn wav() -> Vec<u8> {
    let format = [[1, 0, 1, 0].as_slice(), &8000u32.to_le_bytes(), &8000u32.to_le_bytes(), &[1, 0, 8, 0]].concat();
    chunk(b"RIFF", &[b"WAVE".to_vec(), chunk(b"fmt ", &format), chunk(b"data", &[128; 8000])].concat())
}

/// An AVI of 50 frames of 40 ms.
pub fn avi() -> Vec<u8> {
    let mut header = [0u32; 14];
    (header[0], header[4], header[8], header[9]) = (40_000, 50, 720, 576);
    let header: Vec<u8> = header.iter().flat_map(|field| field.to_le_bytes()).collect();
    let stream = |kind: &[u8]| chunk(b"LIST", &[b"strl".to_vec(), chunk(b"strh", &[kind, &[0; 48]].concat())].concat());
    let list = [b"hdrl".to_vec(), chunk(b"avih", &header), stream(b"vidsXVID"), stream(b"auds\0\0\0\0")].concat();
    let data = chunk(b"LIST", &[b"movi".to_vec(), vec![0; 2000]].concat());
    chunk(b"RIFF", &[b"AVI ".to_vec(), chunk(b"LIST", &list), data].concat())
}

/// An MP3 of 100 frames at 128 kbit/s and 44.1 kHz, behind a tag.
pub fn mp3() -> Vec<u8> {
    let mut bytes = b"ID3\x04\0\0\0\0\0\x0a".to_vec();
    bytes.extend([0; 10]);
    for _ in 0..100 {
        bytes.extend([0xff, 0xfb, 0x90, 0x00]);
        bytes.extend([0x55; 413]);
    }
    bytes
}
