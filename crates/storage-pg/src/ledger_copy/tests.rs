use super::*;

/// A numeric in its parts.
fn written(weight: i16, sign: u16, scale: u16, digits: &[u16]) -> Vec<u8> {
    let head = [digits.len() as u16, weight.cast_unsigned(), sign, scale];
    head.iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect()
}

#[test]
fn numbers_are_read_as_they_were_written() {
    for (bytes, expected) in [
        (written(0, 0, 2, &[12, 3400]), "12.34"),
        (written(0, 0x4000, 2, &[5]), "-5.00"),
        (written(-1, 0, 2, &[100]), "0.01"),
        (written(-2, 0, 8, &[1]), "0.00000001"),
        (written(0, 0, 0, &[]), "0"),
        (written(0, 0, 2, &[]), "0.00"),
        (written(2, 0, 0, &[1]), "100000000"),
        (written(3, 0x4000, 8, &[999, 9999, 9999, 9999, 9999, 9999]), "-999999999999999.99999999"),
    ] {
        assert_eq!(numeric(&bytes).map(|number| number.to_string()).as_deref(), Some(expected));
    }
    assert_eq!(numeric(&written(0, 0xc000, 0, &[])), None, "no number");
    assert_eq!(numeric(&[0, 1, 0]), None);
}

fn user() -> UserId {
    UserId::try_from("ada".to_owned()).unwrap()
}

fn row() -> Vec<u8> {
    let amount = written(0, 0x4000, 2, &[12, 3400]);
    let fields: [Option<&[u8]>; 14] = [
        Some(b"ada"),
        Some(&[7; 16]),
        Some(&[1; 16]),
        Some(&[2; 16]),
        Some(&[0, 0, 0x20, 0x13]),
        Some(&amount),
        Some(b"EUR"),
        Some("Bäcker".as_bytes()),
        Some(b""),
        Some(b"Food:Groceries"),
        Some(b"rule"),
        None,
        Some(&[0, 0, 0, 0, 0, 0, 0, 9]),
        Some(b"\x01{\"note\": \"n\"}"),
    ];
    let mut row = 14i16.to_be_bytes().to_vec();
    for field in fields {
        row.extend(field.map_or(-1, |field| field.len() as i32).to_be_bytes());
        row.extend(field.unwrap_or_default());
    }
    row
}

fn stream() -> Vec<u8> {
    [SIGNATURE, &[0; 8], &row(), &row(), &(-1i16).to_be_bytes()].concat()
}

#[test]
fn rows_come_out_of_a_stream_wherever_it_is_cut() {
    let stream = stream();
    for size in 1..stream.len() {
        let ada = user();
        let mut reader = Reader::new(&ada);
        stream.chunks(size).for_each(|part| reader.read(part).unwrap());
        let rows = reader.finish().unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[1].date, jiff::civil::date(2022, 6, 25));
        assert_eq!((rows[1].amount.to_string(), rows[1].line), ("-12.34 EUR".to_owned(), 9));
        assert_eq!((&*rows[1].payee, rows[1].external_id.as_deref()), ("Bäcker", None));
        assert_eq!(rows[1].details.as_ref().unwrap().note, "n");
    }
}

#[test]
fn a_stream_that_is_cut_short_or_of_somebody_else_is_refused() {
    fn read(bytes: &[u8], user: &UserId) -> Result<Vec<Transaction>, PgError> {
        let mut reader = Reader::new(user);
        reader.read(bytes)?;
        reader.finish()
    }
    let (stream, ada) = (stream(), user());
    assert!((0..stream.len()).all(|end| read(&stream[..end], &ada).is_err()));
    assert!(read(&stream, &ada).is_ok());
    assert!(read(&stream, &UserId::try_from("eve".to_owned()).unwrap()).is_err());
    assert!(read(&[0; 40], &ada).is_err());
}
