//! Words that an answer has a place for. An everyday word that is in none of these lists may change what is asked:
//! a figure without it could answer another question.

use super::qualifiers::Asked;
use crate::{
    builtin::{decline::Missing, intent::Intent},
    vocabulary,
};

/// Words that change no figure, or that a rule of their own has judged.
const PLAIN: &str = "a about account accounts actually after all any already also altogether am amount amounts an and anything app approximately are \
    arent around as at been before being be but by can check could currently did didnt do does doing done dough during each either entire \
    erm evening exact exactly far fetch figure figures find first for from full fully get gets getting give gives given go goes going gone \
    gonna good got gross had has have havent having hello help here hey heya hi hiya hmm how hows i id if im in indeed info information inside \
    instead into is isnt it item items its ive just keep keeps kind kindly know known lemme less let like list listed look looking lot lots \
    made make makes making many may maybe me might mind mine moment money month morning much my myself name named near need needed net \
    no not now of off ok okay on one ones only or our out over overall own part particular per percent percentage perhaps period person \
    place please pls plus plz portion possible precisely proportion pull put question quick quickly quite read real really recently record \
    recorded records regarding retrieve review right rough roughly same say said see send share she show showing shown shows since so some somebody \
    someone something sort spend spended spending spendings spends spent still stuff such sum sums sure tell telling thats than thank thanks that \
    the their them then there these they thing things think this those though thru thus till to together told too took total totals totally track \
    true try trying turn u uh um until upon ur us use used using very via view want wanted wanna was way we well went were what whatever \
    whatre whats when where whether which who whole whom whos with within without wonder wondering would wow yet yo you your yours \
    back bunch couple ton fraction extra else specific period overview thereof respectively apiece ever beginning";
/// Words for what goes out and what comes in.
const FLOWS: &str = "billed blew blow blown bought bring brought burn burned burnt buy buying came charge charged charges charging come \
    comes coming complete cost costed costing costs cough coughed current damage deposit deposited deposits drop dropped dropping earn \
    earned earning earnings earns eat ate eaten eats dine dined drink drank consumed employer everything expend expended expense expenses \
    expenditure expenditures fork forked frittered gave giving handed history income incoming incomings inflow inflows lose lost order ordered \
    ordering outflow outflows outgoing outgoings outlay outlays paid pay payed paying payment payments payroll pays paycheck paychecks \
    purchase purchased purchases ran receive received receiving report run salary sell sold sent shell shelled shop shopped shopping shops splash \
    splashed splurged squandered statement store stores subscribe summary tab tabs take takes taking tally totaled totalled totaling totalling \
    transaction transactions visit visited visiting visits wage wages waste wasted withdraw withdrawal withdrawals withdrawn withdrew worth \
    dollar dollars buck bucks usd eur euro euros gbp pound pounds quid cent cents grand value living expensive through date dates dated \
    nothing person merchant merchants vendor vendors retailer retailers payee payees category categories transact transacted \
    chunk amounting amounted throughout up bank combined";
const RANKS: &str = "best big bigger biggest cheap cheapest greatest heaviest high highest large larger largest least low lowest main max maximum min \
    minimum most often frequent frequently priciest small smaller smallest times time top worst single number rank ranked ranking fewest places";
const UNITS: &str = "annual annually daily day days every fortnight month monthly months quarter quarterly quarters week weekly weeks year yearly \
    years weekday weekend weekdays";
const USUAL: &str = "average averaged averages avg mean normal normally ordinary regular regularly typical typically usual usually rate generally";
const PAIRS: &str = "change changed changes cheaper compare compared compares comparing comparison decrease decreased differ difference different \
    differs down earlier exceed expensive fell few fewer grew grow grown higher increase increased lower more pricier previous prior ratio rise \
    risen rose saved times trend vs versus against between half better above below last later than";
const BROKEN_DOWN: &str = "break breakdown broken chart charted charts diagram distribution graph graphically graphs group grouped itemize \
    plot plotted split trend trending trends visualise visualize visualisation draw down bars lines pie analysis analyse analyze allocated \
    allocation separate individual individually line across month cashflow flow developed develop evolved evolve progress";
const ROWS: &str = "activity above accrued at between billing billings clear credit credited credits current date debit debited debits details earliest early earlier \
    entries entry expensive few happened happening happen history large largest last late lately latest latter least log lookup most moment movement movements \
    new next off occurred open posted recent row rows size sorted statements transfer transfers transferred type types under \
    order bill bills newest oldest older newer time times number count counting often visit visits different possible least minimum maximum";
const BALANCES: &str = "afford available balance balances bank closing cover current enough fund funds hold holding holds left liabilities \
    liability asset assets networth owe owed owing own opening remain remaining rest saved saving savings set status value worth yesterday \
    debt debts new clear across everything line will buying purchase most recent movies take perform search if try trying figure cost costs left any beginning combined buy add credit debit detail details end position total full cash payment details kept stand stands standing \
    update expenses deposit deposits sent pays pay beginning start";
const SAVED: &str = "income left came save saved saving savings saves rate ratio keep kept break even surplus deficit overspend overspent cover \
    put away aside earn earned than more less better worse end over positive negative live lived living means than beyond everything vs versus";

/// An everyday word of the question that its answer has no place for.
pub(super) fn missing(intent: Intent, asked: &Asked<'_>) -> Option<Missing> {
    let lists = lists(intent);
    if lists.is_empty() {
        return None;
    }
    let is_in = |list: &&str, word: &str| list.split_whitespace().any(|it| it == word);
    let is_of_rows = !matches!(intent, Intent::Balance | Intent::NetWorth { .. } | Intent::Saved { .. });
    if is_of_rows && asked.slots.loose.is_some() {
        return Some(Missing::Amount);
    }
    let is_covered = |at: usize| {
        let word = &asked.tokens[at].text;
        lists.iter().chain(&[PLAIN]).any(|list| is_in(list, word))
            || word == "last" && asked.leads_to_date(at)
            || by_slots(word, intent, asked)
    };
    (0..asked.tokens.len())
        .filter(|at| !asked.taken[*at] && !is_covered(*at))
        .find_map(|at| vocabulary::known(&asked.tokens[at].text).map(Missing::Qualifier))
}

/// The words that an intent has a place for; none where its tool is asked in too many ways.
fn lists(intent: Intent) -> &'static [&'static str] {
    match intent {
        Intent::Flow { by: None, .. } | Intent::Named => &[FLOWS],
        Intent::Flow { .. } => &[FLOWS, UNITS, BROKEN_DOWN],
        Intent::Average { .. } => &[FLOWS, UNITS, USUAL, "more less than"],
        Intent::Compare { .. } | Intent::CompareThings { .. } => &[FLOWS, UNITS, PAIRS],
        Intent::Top { .. } | Intent::Often { .. } => &[FLOWS, RANKS],
        Intent::Extreme { .. } => &[FLOWS, RANKS, UNITS],
        Intent::Largest { .. } => &[FLOWS, RANKS, ROWS],
        Intent::List { .. } | Intent::Count { .. } => &[FLOWS, ROWS, RANKS],
        Intent::Share { .. } => &[FLOWS, "number rate vs versus"],
        Intent::Balance | Intent::NetWorth { .. } => &[BALANCES],
        Intent::Saved { .. } => &[SAVED, UNITS, USUAL],
        _ => &[],
    }
}

/// Whether a slot was read from a word, so that it has its place in the tool's input.
fn by_slots(word: &str, intent: Intent, asked: &Asked<'_>) -> bool {
    let slots = asked.slots;
    let is_in = |list: &str| list.split_whitespace().any(|it| it == word);
    let is_several = slots.categories.len() > 1 || !slots.more_payees.is_empty();
    let names = slots.has_name();
    slots.chart && is_in(BROKEN_DOWN)
        || (slots.is_bounded() || slots.is_threshold)
            && is_in(
                "above below bigger larger smaller between exceed exceeding higher least lower maximum max min minimum more most under upwards up once twice times everything",
            )
        || !slots.weekdays.is_empty() && is_in("every more vs versus compare compared weekday weekend")
        || is_several && is_in("both vs versus combined")
        || !slots.without.is_empty()
            && is_in(
                "places other apart aside excluded leaving leave left counting everything but net taking take",
            )
        || (slots.account.is_some() || slots.categories.iter().any(|path| path.starts_with("Cash")))
            && is_in("cash")
        || is_in("cash") && asked.words.has("burn burned burnt through blow blew")
        || names && is_in("bill bills fill filled")
        || slots.against.is_some() && is_in(PAIRS)
        || slots.n.is_some() && is_in("last latest recent past previous")
        || asked.hints.shift.is_some() && is_in(PAIRS)
        || intent == Intent::Named && is_in("bills bill same again too month months")
}
