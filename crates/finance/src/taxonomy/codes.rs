//! Merchant category codes of card schemes (ISO 18245), which some exports write as the category.

/// The category path of a code of four digits.
pub(super) fn merchant_code(text: &str) -> Option<&'static str> {
    if text.len() != 4 {
        return None;
    }
    let code: u16 = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    let at = CODES.partition_point(|&(_, last, _)| last < code);
    CODES.get(at).filter(|&&(first, _, _)| first <= code).map(|&(_, _, path)| path)
}

/// First and last code and the path for them, ascending.
const CODES: &[(u16, u16, &str)] = &[
    (742, 742, "Pets:Vet"),
    (780, 780, "Housing:Maintenance"),
    (1520, 1799, "Housing:Maintenance"),
    (3000, 3350, "Travel:Flights"),
    (3351, 3500, "Travel:Car rental"),
    (3501, 3999, "Travel:Hotels"),
    (4011, 4112, "Transport:Public transport"),
    (4121, 4121, "Transport:Taxis"),
    (4131, 4131, "Transport:Public transport"),
    (4214, 4215, "Business:Postage & shipping"),
    (4411, 4411, "Travel:Other travel"),
    (4511, 4582, "Travel:Flights"),
    (4722, 4723, "Travel:Other travel"),
    (4784, 4784, "Transport:Parking & tolls"),
    (4812, 4815, "Utilities:Phone"),
    (4816, 4816, "Utilities:Internet"),
    (4829, 4829, "Transfer"),
    (4899, 4899, "Utilities:TV"),
    (4900, 4900, "Utilities:Electricity"),
    (5200, 5261, "Housing:Maintenance"),
    (5300, 5399, "Shopping:Other shopping"),
    (5411, 5499, "Food:Groceries"),
    (5511, 5533, "Transport:Car"),
    (5541, 5542, "Transport:Fuel"),
    (5551, 5599, "Transport:Car"),
    (5611, 5699, "Shopping:Clothing"),
    (5712, 5722, "Housing:Furnishings"),
    (5732, 5732, "Shopping:Electronics"),
    (5733, 5733, "Entertainment:Hobbies"),
    (5734, 5734, "Shopping:Electronics"),
    (5735, 5735, "Subscriptions:Streaming"),
    (5811, 5812, "Food:Restaurants"),
    (5813, 5813, "Food:Alcohol & bars"),
    (5814, 5814, "Food:Restaurants"),
    (5815, 5818, "Subscriptions:Other subscriptions"),
    (5912, 5912, "Health:Pharmacy"),
    (5921, 5921, "Food:Alcohol & bars"),
    (5940, 5940, "Transport:Bicycle"),
    (5941, 5941, "Shopping:Sporting goods"),
    (5942, 5942, "Shopping:Books"),
    (5943, 5943, "Shopping:Office supplies"),
    (5944, 5944, "Shopping:Clothing"),
    (5945, 5945, "Entertainment:Hobbies"),
    (5947, 5947, "Giving:Gifts"),
    (5977, 5977, "Personal care:Cosmetics"),
    (5983, 5983, "Utilities:Gas & heating"),
    (5992, 5992, "Giving:Gifts"),
    (5994, 5994, "Subscriptions:News"),
    (5995, 5995, "Pets:Pet supplies"),
    (6010, 6011, "Cash withdrawals"),
    (6211, 6211, "Transfer:Investments"),
    (6300, 6399, "Insurance:Other insurance"),
    (6513, 6513, "Housing:Rent"),
    (7011, 7011, "Travel:Hotels"),
    (7210, 7216, "Personal care:Laundry"),
    (7230, 7230, "Personal care:Hair"),
    (7298, 7298, "Personal care:Other personal care"),
    (7311, 7311, "Business:Advertising"),
    (7372, 7375, "Subscriptions:Software"),
    (7512, 7519, "Travel:Car rental"),
    (7523, 7523, "Transport:Parking & tolls"),
    (7531, 7549, "Transport:Car"),
    (7832, 7841, "Entertainment:Cinema"),
    (7922, 7922, "Entertainment:Events"),
    (7991, 7991, "Entertainment:Events"),
    (7992, 7992, "Entertainment:Sports"),
    (7994, 7994, "Entertainment:Games"),
    (7995, 7995, "Entertainment:Other entertainment"),
    (7996, 7996, "Entertainment:Events"),
    (7997, 7997, "Health:Fitness"),
    (7998, 7999, "Entertainment:Events"),
    (8011, 8011, "Health:Doctor"),
    (8021, 8021, "Health:Dentist"),
    (8031, 8031, "Health:Doctor"),
    (8041, 8043, "Health:Eye care"),
    (8049, 8099, "Health:Doctor"),
    (8111, 8111, "Business:Legal & accounting"),
    (8211, 8299, "Education:Other education"),
    (8351, 8351, "Family:Childcare"),
    (8398, 8398, "Giving:Donations"),
    (8641, 8699, "Subscriptions:Memberships"),
    (8931, 8931, "Business:Legal & accounting"),
    (9211, 9223, "Business:Government"),
    (9311, 9311, "Taxes:Other taxes"),
    (9399, 9399, "Business:Government"),
    (9402, 9402, "Business:Postage & shipping"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::categories;

    #[test]
    fn codes_ascend_and_lead_to_known_categories() {
        assert!(CODES.windows(2).all(|pair| pair[0].1 < pair[1].0));
        for (first, last, path) in CODES {
            assert!(first <= last);
            assert!(categories().iter().any(|category| category.path() == *path), "{path}");
        }
    }

    #[test]
    fn only_four_digits_are_a_code() {
        assert_eq!(merchant_code("5812"), Some("Food:Restaurants"));
        assert_eq!(merchant_code("0742"), Some("Pets:Vet"));
        for text in ["581", "+812", "58120", "0001", "abcd"] {
            assert_eq!(merchant_code(text), None, "{text}");
        }
    }
}
