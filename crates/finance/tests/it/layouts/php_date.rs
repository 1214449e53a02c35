//! Dates in the notation of the layouts' date formats.

use jiff::civil::Date;

/// A day as `format` (of PHP's `date`) writes it, at a quarter past one in the afternoon.
pub fn written(day: Date, format: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut text = String::new();
    for letter in format.chars() {
        match letter {
            'd' => text += &two(day.day()),
            'j' => text += &day.day().to_string(),
            'm' => text += &two(day.month()),
            'n' => text += &day.month().to_string(),
            'M' => text += MONTHS[day.month() as usize - 1],
            'Y' => text += &day.year().to_string(),
            'y' => text += &two((day.year() % 100) as i8),
            'H' => text += "13",
            'g' => text += "1",
            'i' => text += "15",
            's' => text += "00",
            'a' => text += "pm",
            '#' => text.push('/'),
            other => text.push(other),
        }
    }
    text
}

fn two(number: i8) -> String {
    format!("{number:02}")
}
