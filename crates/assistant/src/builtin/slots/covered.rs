//! Words that an answer has a place for. An everyday word that is in none of these lists may change what is asked:
//! a figure without it could answer another question.

use super::qualifiers::Asked;
use crate::{
    builtin::{decline::Missing, intent::Intent},
    vocabulary,
};

/// Words that change no figure, or that a rule of their own has judged.
const PLAIN: &str = "a about account accounts actual actually after all already also altogether am amount amounts an and \
    any anything apiece approximately are arent around as at back be been before beginning being bunch \
    but by can check could couple currently did didnt do does doing done dough during each either else \
    entire erm evening ever exact exactly extra far fetch figure figures find first for fraction from \
    full fully get gets getting give given gives go goes going gone gonna good got gross had has have \
    havent having hello help here hey heya hi hiya hmm how hows i id if im in indeed info information \
    inside instead into is isnt it item items its ive just keep keeps kind kindly know known lemme less \
    let like list listed look looking lot lots made make makes making many may maybe me might mine \
    moment money month morning much my myself name named near need needed net no not now of off ok okay \
    on one ones only or our out over overall overview own part particular per percent percentage perhaps \
    period person place please pls plus plz portion possible precisely proportion pull put question \
    quick quickly quite read real really recently record recorded records regarding respectively \
    retrieve review right rough roughly said same say see send share she show showing shown shows since \
    so some somebody someone something sort specific specifically spend spended spending spendings \
    spends spent still stuff such sum sums sure tell telling than thank thanks that thats the their them \
    then there thereof these they thing things think this those though thru thus till to together told \
    ton too took total totally totals track true try trying turn u uh um until upon ur us use used using \
    very via view wanna want wanted was way we well went were what whatever whatre whats when where \
    whether which who whole whom whos with within without wonder wondering would wow yet yo you your \
    yours";
/// Words for what goes out and what comes in.
const FLOWS: &str = "amounted amounting arrive arrived ate bank blew blow bought bring brought bucks burn burned burnt buy buying came \
    categories category cent cents charge charged charges chunk combined come comes coming complete \
    consumed cost costed costing costs cough coughed current damage date dated dates deposit deposited \
    deposits dine dined dollar dollars drank drink drop dropped dropping earn earned earning earnings \
    earns eat eaten eats employer eur euro euros everything expend expended expenditure expenditures \
    expense expenses expensive fork forked frittered gave gbp giving grand handed history income \
    incoming inflow inflows living lost merchant merchants nothing order ordered ordering outflow \
    outflows outgoing outgoings outlay outlays paid pay paycheck payed payee payees paying payment \
    payments payroll pays person pound pounds purchase purchased purchases quid ran receive received \
    receiving report retailer retailers run salary sell sent shelled shop shopped shopping shops \
    splash splashed splurged squandered statement store stores subscribe summary tab tabs take takes \
    taking tally through throughout totaled totaling totalled totalling transact transacted transaction \
    transactions up usd value vendor vendors visit visited visits wage wages waste wasted withdraw \
    withdrawal withdrawals withdrawn withdrew worth";
const RANKS: &str = "best big bigger biggest cheap cheapest frequent frequently greatest high highest large larger \
    largest least low lowest main max maximum min minimum most number often places rank ranked ranking \
    single small smaller smallest time times top worst";
const UNITS: &str = "annual annually daily day days every fortnight month monthly months quarter quarterly quarters week \
    weekday weekdays weekend weekly weeks year yearly years";
const USUAL: &str = "average averaged averages avg mean normal normally ordinary rate regular regularly typical typically \
    usual usually";
const PAIRS: &str = "above against below better between change changed changes cheaper compare compared compares \
    comparing comparison decrease decreased differ difference different differs down earlier exceed \
    expensive few fewer grew grow growing grown grows half higher increase increased last later lower more previous pricier \
    prior ratio rise risen rose saved than times trend versus vs";
const BROKEN_DOWN: &str = "across allocated allocation analyse analysis analyze bars break breakdown broken cashflow chart \
    charted develop developed diagram distribution down draw evolve evolved flow graph graphically \
    graphs group grouped individual itemize line lines month pie plot plotted separate split trend \
    trending trends visualisation visualise visualize";
const ROWS: &str = "above accrued at between bill billing bills clear count counting credit credited current date debit \
    debited debits details different earlier earliest early entries entry expensive few happen happened \
    happening history large largest last late lately latest latter least log maximum minimum moment most \
    movement movements new next number occurred off often open order possible recent row rows size \
    sorted statements time times transfer transferred transfers type types under visit visits";
const BALANCES: &str = "across add afford any asset assets available balance balances bank beginning buy buying cash clear \
    closing combined cost costs cover credit current debit debt debts deposit deposits detail details \
    end enough everything expenses figure full fund funds hold holding if left liabilities liability \
    line most networth new opening owe owed owing own pay payment pays position purchase recent remain \
    remaining rest saved saving savings sent set start status take total try value will worth yesterday";
const SAVED: &str = "aside away better break came cover earn earned end even everything expenses income keep left less living minus more \
    negative over overspend overspent put rate ratio save saved saving savings surplus than versus vs";

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
        Intent::Frequency { .. } => &[FLOWS, ROWS, UNITS, USUAL, "many often times time"],
        Intent::Average { .. } => &[FLOWS, UNITS, USUAL, "more less than"],
        Intent::Usual { .. } => &[FLOWS, UNITS, USUAL, PAIRS, "to"],
        Intent::Compare { .. } | Intent::CompareThings { .. } => &[FLOWS, UNITS, PAIRS],
        Intent::Top { .. } | Intent::Often { .. } => &[FLOWS, RANKS],
        Intent::Kinds { .. } => {
            &[FLOWS, RANKS, "many different distinct unique separate companies businesses company employers"]
        }
        Intent::Extreme { .. } => &[FLOWS, RANKS, UNITS],
        Intent::Largest { .. } => &[FLOWS, RANKS, ROWS],
        Intent::List { .. } | Intent::Count { .. } => &[FLOWS, ROWS, RANKS],
        Intent::Moved { .. } => &[
            FLOWS,
            "put away aside move moved transfer transfers transferred towards toward add send saved savings credit",
        ],
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
        || matches!(intent, Intent::List { is_one: true, .. }) && is_in("days weeks long ago")
        || names && is_in("bill bills fill filled")
        || slots.against.is_some() && is_in(PAIRS)
        || slots.n.is_some() && is_in("last latest recent past previous")
        || asked.hints.shift.is_some() && is_in(PAIRS)
        || intent == Intent::Named && is_in("bills bill same again too month months")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_of_everyday_words_each_once_and_in_order() {
        for list in [PLAIN, FLOWS, RANKS, UNITS, USUAL, PAIRS, BROKEN_DOWN, ROWS, BALANCES, SAVED] {
            let words: Vec<&str> = list.split_whitespace().collect();
            assert!(words.is_sorted_by(|a, b| a < b), "{list}");
            for word in words {
                assert!(vocabulary::is_known(word), "{word}");
            }
        }
    }
}
