//! Everyday spending of the household, on its credit card.

use jiff::ToSpan;

use super::{
    book::{Book, Draws, Entry, Ledgered},
    months::Month,
};

/// Spending that comes a few times a month.
struct Habit {
    category: &'static str,
    payees: &'static [&'static str],
    /// How often a month, at least and at most.
    times: (i64, i64),
    /// Cents, at least and at most.
    price: (i64, i64),
}

const fn habit(
    category: &'static str,
    payees: &'static [&'static str],
    times: (i64, i64),
    price: (i64, i64),
) -> Habit {
    Habit { category, payees, times, price }
}

const HABITS: &[Habit] = &[
    habit(
        "Food:Groceries",
        &["Greenleaf Market", "Greenleaf Market", "Harvest Lane", "Corner Pantry", "Field & Farm Co-op"],
        (9, 12),
        (21_40, 128_90),
    ),
    habit(
        "Food:Restaurants",
        &[
            "Luna Trattoria",
            "Golden Lantern",
            "Smokehouse Row",
            "Casa Verde",
            "Kumo Noodle Bar",
            "The Larder",
        ],
        (6, 9),
        (13_50, 78_00),
    ),
    habit("Food:Coffee", &["Copper Kettle", "Copper Kettle", "Moonrise Roasters"], (7, 12), (3_95, 11_60)),
    habit("Food:Alcohol & bars", &["The Crooked Oar", "Tidewater Taproom"], (0, 2), (14_00, 46_00)),
    habit("Transport:Fuel", &["Waypoint Fuel", "Summit Gas"], (2, 4), (31_20, 57_80)),
    habit("Transport:Public transport", &["Metro Line"], (1, 2), (20_00, 40_00)),
    habit("Transport:Taxis", &["Zipp Rides"], (0, 2), (9_80, 31_00)),
    habit("Transport:Parking & tolls", &["Central Garage", "Bayside Parking"], (1, 3), (4_00, 18_00)),
    habit("Health:Pharmacy", &["Clover Pharmacy"], (1, 2), (8_20, 42_00)),
    habit(
        "Shopping:Other shopping",
        &["Boxwood Online", "Boxwood Online", "Everly & Co"],
        (2, 5),
        (9_99, 118_00),
    ),
    habit("Shopping:Clothing", &["Thread & Thistle", "Wren Outfitters"], (0, 2), (24_00, 134_00)),
    habit("Shopping:Household", &["Hearth & Nook"], (0, 2), (11_00, 86_00)),
    habit("Shopping:Books", &["Paper Lantern Books"], (0, 2), (8_99, 34_00)),
    habit("Entertainment:Cinema", &["Starlight Cinema"], (0, 2), (14_50, 39_00)),
    habit("Entertainment:Events", &["Ticket Harbor"], (0, 1), (28_00, 140_00)),
    habit("Personal care:Hair", &["Juniper Hair"], (0, 1), (34_00, 72_00)),
    habit("Family:Baby & toys", &["Tumble & Play"], (0, 2), (9_50, 54_00)),
    habit("Pets:Pet supplies", &["Whisker Pantry"], (1, 1), (31_00, 68_00)),
];

/// A payment of the same day and price each month: day, price from which month on, payee,
/// category.
type Subscription = (i8, &'static [(u32, i64)], &'static str, &'static str);

const SUBSCRIPTIONS: &[Subscription] = &[
    (4, &[(0, 15_49), (15, 17_99)], "Streamloft", "Subscriptions:Streaming"),
    (6, &[(0, 10_99)], "Tunewave", "Subscriptions:Streaming"),
    (9, &[(0, 2_99)], "Cloudnest", "Subscriptions:Software"),
    (13, &[(0, 12_00)], "The Daily Harbor", "Subscriptions:News"),
    (2, &[(0, 44_00), (16, 47_50)], "Ironwood Gym", "Health:Fitness"),
];

/// What comes in a month of the year: month, day, how likely in percent, cents, payee, category.
type Occasion = (i8, i8, u32, (i64, i64), &'static str, &'static str);

const OCCASIONS: &[Occasion] = &[
    (1, 23, 100, (120_00, 210_00), "Molar & Sons Dental", "Health:Dentist"),
    (7, 24, 100, (95_00, 180_00), "Molar & Sons Dental", "Health:Dentist"),
    (2, 9, 80, (30_00, 60_00), "Bayview Clinic", "Health:Doctor"),
    (10, 6, 80, (30_00, 60_00), "Bayview Clinic", "Health:Doctor"),
    (3, 17, 100, (185_00, 320_00), "Wheelhouse Auto", "Transport:Car"),
    (9, 19, 100, (240_00, 460_00), "Wheelhouse Auto", "Transport:Car"),
    (6, 3, 100, (118_00, 126_00), "County Vehicle Office", "Transport:Car"),
    (5, 12, 100, (148_00, 236_00), "Paws & Claws Vet", "Pets:Vet"),
    (11, 27, 100, (160_00, 690_00), "Voltage Electronics", "Shopping:Electronics"),
    (4, 21, 60, (70_00, 340_00), "Voltage Electronics", "Shopping:Electronics"),
    (3, 8, 70, (90_00, 380_00), "Oak & Linen", "Housing:Furnishings"),
    (5, 8, 100, (48_00, 84_00), "Petal Post", "Giving:Gifts"),
    (8, 15, 100, (60_00, 120_00), "Everly & Co", "Giving:Gifts"),
    (12, 6, 100, (45_00, 130_00), "Everly & Co", "Giving:Gifts"),
    (12, 14, 100, (35_00, 110_00), "Tumble & Play", "Giving:Gifts"),
    (12, 19, 100, (40_00, 150_00), "Paper Lantern Books", "Giving:Gifts"),
    // The summer holiday, booked in spring.
    (4, 2, 100, (712_00, 934_00), "Meridian Airways", "Travel:Flights"),
    (7, 8, 100, (840_00, 1_180_00), "Hotel Belvedere", "Travel:Hotels"),
    (7, 9, 100, (148_00, 260_00), "Coastline Car Hire", "Travel:Car rental"),
    (7, 10, 100, (42_00, 96_00), "Trattoria del Porto", "Food:Restaurants"),
    (7, 11, 100, (38_00, 88_00), "Osteria Bella", "Food:Restaurants"),
    (7, 12, 100, (24_00, 70_00), "Island Ferries", "Travel:Other travel"),
    (7, 15, 100, (18_00, 29_00), "Harbor Card", "Fees:Foreign transaction fees"),
    // Home for the end of the year.
    (11, 4, 100, (388_00, 540_00), "Meridian Airways", "Travel:Flights"),
    (12, 27, 100, (180_00, 320_00), "Pinecrest Lodge", "Travel:Hotels"),
];

/// Enters one month of the card, but for payments and refunds.
pub(super) fn enter(book: &mut Book, draws: &mut Draws, month: Month) {
    for habit in HABITS {
        for _ in 0..draws.whole(habit.times.0, habit.times.1) {
            let (day, payee) = (draws.day(), draws.pick(habit.payees));
            // Prices rise a little over the two years.
            let rise = 1_000 + i64::from(month.index) * 2;
            let cents = draws.price(habit.price.0, habit.price.1) * rise / 1_000;
            charge(book, month, day, cents, payee, habit.category);
        }
    }
    for (day, steps, payee, category) in SUBSCRIPTIONS {
        charge(book, month, *day, month.price(steps), payee, category);
    }
    for (number, day, percent, price, payee, category) in OCCASIONS {
        let cents = draws.price(price.0, price.1);
        if draws.chance(*percent) && *number == month.number() {
            charge(book, month, *day, cents, payee, category);
        }
    }
    if month.number() % 6 == 0 {
        let cents = draws.whole(41_00, 78_00);
        enter_row(book, month, 25, cents, "Harbor Card", "Cash back", "Income:Cashback");
    }
}

/// Sends some purchases back: the whole price returns within three weeks, to the same category.
pub(super) fn refund(book: &mut Book, draws: &mut Draws) {
    let bought: Vec<Entry> = book
        .entries
        .iter()
        .filter(|entry| matches!(entry.category, "Shopping:Clothing" | "Shopping:Other shopping"))
        .cloned()
        .collect();
    for entry in bought {
        let days = draws.whole(5, 20);
        if draws.chance(11) {
            let date = entry.date.saturating_add(days.days());
            book.enter(Entry { date, cents: -entry.cents, description: "Refund", ..entry });
        }
    }
}

fn charge(book: &mut Book, month: Month, day: i8, cents: i64, payee: &'static str, category: &'static str) {
    enter_row(book, month, day, -cents, payee, "", category);
}

fn enter_row(
    book: &mut Book,
    month: Month,
    day: i8,
    cents: i64,
    payee: &'static str,
    description: &'static str,
    category: &'static str,
) {
    let date = month.day(day);
    book.enter(Entry { account: Ledgered::Card, date, cents, payee, description, category });
}
