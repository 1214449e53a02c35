//! Questions for what no ledger of one's own holds, by what is missing.

use super::{amounts, decline::Missing, intent::Words, odd, slots::Slots};

/// People other than the one who asks.
const OTHERS: &str = "neighbour neighbor neighbours neighbors sister brother mother father mom dad mum wife husband spouse partner friend friends \
    girlfriend boyfriend boss colleague colleagues coworker coworkers roommate flatmate parents son daughter kids uncle aunt cousin \
    americans germans people households families person household family everyone everybody others somebody someone anyone student students \
    teacher teachers engineer engineers ceo president celebrity";
/// Words that make such a person the one who is asked about.
const ACTS: &str = "do does did is are was were has have will would can could earn earns earned make makes made spend spends spent pay pays paid owe owes owed save saves saved";

/// What a sum can be divided by, or broken down by.
const UNITS: &str = "day weekend week month quarter year annum category group payee merchant vendor store shop account transaction purchase visit \
    order payment cent bank card";

/// What is missing, if the question is for something that cannot be known here.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Missing> {
    if let Some(odd) = slots.odd.or_else(|| odd::read(words, slots)) {
        return Some(odd);
    }
    let is_own = words.has("i my me mine our we us");
    if is_of_others(words) {
        return Some(Missing::OtherPeople);
    }
    if words.says("fiscal year|financial year|tax year|fy")
        && slots.periods.iter().all(|mention| mention.point.is_none())
    {
        return Some(Missing::FiscalYear);
    }
    if slots.lacks_payday {
        return Some(Missing::Payday);
    }
    if words.says("my birthday|my anniversary|my wedding|since i moved|since i started|since i met|since we met|my last job|my old job|got married|since i quit|i was born") {
        return Some(Missing::OwnDate);
    }
    let is_market = words.has(
        "stock stocks share shares bitcoin btc crypto etf index nasdaq dow euribor inflation gdp oil gold",
    ) && words.has("price prices worth rise fall rate tomorrow buy sell crash invest");
    if is_market && !is_spent(words) {
        return Some(Missing::Markets);
    }
    let is_unit = |word: &str| word == "•" || UNITS.split_whitespace().any(|unit| unit == word);
    let weekend =
        words.says("on a weekend|on a weekday|per weekday|on a saturday|on a sunday|on a monday|on a friday");
    // "Per Amazon order": a name before what is counted.
    let is_per_row = slots.has_name() && amounts::is_per_row(words, slots);
    if words.after("per").any(|word| !is_unit(word)) && !is_per_row
        || weekend && words.has("average averages usually typically typical per")
    {
        return Some(Missing::Divisor);
    }
    if is_own && words.says("per person|per head|per capita|per kid|per child|per mile|per km|per kilometre|per visit hour|per hour|an hour|per kilogram|per litre|per liter|per gallon") {
        return Some(Missing::Divisor);
    }
    // Each day of the week has a sum, and which has the most is told; what else is asked of them is not.
    if words.says("by weekday|per weekday|by day of the week|by day of week|weekday do|day of the week|which weekday|what weekday")
        && words.has("usually by per")
        && !words.has("most least highest lowest biggest")
    {
        return Some(Missing::WeekdayRank);
    }
    None
}

/// Whether somebody else's money is asked for.
fn is_of_others(words: &Words) -> bool {
    let own_household = words.says("our household|my household|our family|my family");
    let compares = words.has("average typical normal other most usual median") && words.has("person people american americans household households family families german germans others student students couple")
        && !own_household;
    let acts =
        words.follows(ACTS, "my the our your his her their an a most other average typical all", OTHERS);
    let has = words.follows("my our the your his her their", "", OTHERS)
        && words.has("balance salary income savings debt earn earns spend spends")
        && !words.has("i me");
    let theirs = words.says("did he|does he|did she|does she|did they|do they|is he|is she|has he|has she|his salary|her salary|his balance|her balance|his account|her account|her income|his income|your salary|your income|your balance|do you earn|do you spend|did you spend|do you make|you earn");
    compares || acts || has || theirs
}

/// "How much did I spend on gold in March" is about the ledger.
fn is_spent(words: &Words) -> bool {
    words.has("spend spent paid bought") && words.has("i we my")
}
