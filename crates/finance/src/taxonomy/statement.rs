//! A bank's, an app's or a ledger's own words for a category, in ours.

use domain::{Category, CategoryKind};
use rust_decimal::Decimal;

use super::{
    codes,
    empty::tells_nothing,
    own_words::{below, own_words},
    phrase, without_noise, words,
};

/// The first level of a ledger's account path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Expenses,
    Income,
    /// Assets and liabilities: the row moves money between own accounts.
    Own,
    Equity,
}

/// The category that a statement's own words for a row stand for.
///
/// Knows the words of many banks and apps, merchant category codes, and account paths of
/// plain-text ledgers (`Expenses:Food:Groceries`, several joined by `|`). Words that it does not
/// know stay a category of their own, of two levels at most; income, where the row brings money
/// in. None for words that tell nothing, such as `debit` or `uncategorised`.
pub fn statement_category(text: &str, amount: Decimal) -> Option<Category> {
    let money_in = amount > Decimal::ZERO;
    if text.contains('|') {
        let parts: Vec<&str> = text.split('|').map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 {
            return joined(&parts, money_in);
        }
        return parts.first().and_then(|part| single(part, money_in));
    }
    single(text, money_in)
}

/// Several accounts stand against the row: a payroll deposit lists gross pay, taxes and more.
fn joined(parts: &[&str], money_in: bool) -> Option<Category> {
    let of = |wanted: Root| parts.iter().filter(move |part| root(part) == Some(wanted));
    let resolved = |root: Root| of(root).filter_map(|part| single(part, money_in)).collect::<Vec<_>>();
    let income =
        if money_in || of(Root::Expenses).next().is_none() { resolved(Root::Income) } else { Vec::new() };
    if let Some(first) = income.first() {
        let salary = income.iter().find(|category| category.path() == "Income:Salary");
        return Some(salary.unwrap_or(first).clone());
    }
    let expenses = resolved(Root::Expenses);
    if let Some(first) = expenses.first() {
        let all_equal = expenses.iter().all(|category| category == first);
        let one_group = expenses.iter().all(|category| category.group() == first.group());
        return match words::lookup(&phrase(first.group())) {
            Some(group) if one_group && !all_equal => Some(words::statement_leaf(group.path)),
            _ => Some(first.clone()),
        };
    }
    let own = of(Root::Own).next().is_some() || of(Root::Equity).next().is_some();
    if own { resolved(Root::Equity).pop().or(Some(Category::TRANSFER)) } else { single(parts[0], money_in) }
}

fn single(text: &str, money_in: bool) -> Option<Category> {
    // Quicken writes the other account of a transfer in brackets.
    if text.len() > 2 && text.starts_with('[') && text.ends_with(']') {
        return Some(Category::TRANSFER);
    }
    if let Some(path) = codes::merchant_code(text.trim()) {
        return Some(Category::known(path));
    }
    if let Some(category) =
        Category::new(text).ok().filter(|it| super::categories().binary_search(it).is_ok())
    {
        return Some(category);
    }
    let root = root(text);
    let mut levels: Vec<&str> = text
        .split([':', '>'])
        .map(str::trim)
        .filter(|level| level.chars().any(char::is_alphanumeric))
        .collect();
    if root.is_some() && !levels.is_empty() {
        levels.remove(0);
    }
    match root {
        Some(Root::Own) => return Some(Category::TRANSFER),
        Some(Root::Equity) => return Some(equity(&levels)),
        _ if levels.is_empty() => return None,
        _ => {}
    }
    let expected = match root {
        Some(Root::Income) => Some(CategoryKind::Income),
        Some(_) => Some(CategoryKind::Spending),
        None => None,
    };
    match known(&levels, expected, money_in) {
        Known::Category(category) => Some(category),
        Known::Nothing => None,
        Known::Unknown => own_words(&levels, expected, money_in),
    }
}

/// The first level's meaning, where the text is a path of a plain-text ledger.
fn root(text: &str) -> Option<Root> {
    let (first, _) = text.split_once(':')?;
    let first = phrase(first);
    let is = |words: &[&str]| words.contains(&first.as_str());
    if is(&["expense", "aufwendungen", "aufwand", "ausgaben", "depense", "gasto"]) {
        Some(Root::Expenses)
    } else if is(&["income", "revenue", "einnahmen", "ertrage", "einkunfte", "revenu", "ingreso"]) {
        Some(Root::Income)
    } else if is(&[
        "asset",
        "liability",
        "aktiva",
        "passiva",
        "verbindlichkeiten",
        "actif",
        "passif",
        "activo",
    ]) {
        Some(Root::Own)
    } else if is(&["equity", "eigenkapital", "capitaux", "fond propre"]) {
        Some(Root::Equity)
    } else {
        None
    }
}

fn equity(levels: &[&str]) -> Category {
    let words = phrase(&levels.join(" "));
    let is_correction = ["opening", "starting", "anfang", "adjust", "correct", "imbalance"]
        .iter()
        .any(|word| words.contains(word));
    if is_correction { Category::OPENING_BALANCE } else { Category::TRANSFER }
}

/// What the table makes of a statement's words.
enum Known {
    Category(Category),
    /// The words tell nothing.
    Nothing,
    /// The words are not in the table.
    Unknown,
}

/// Looks the levels up, the most specific first, each with its parent before it alone.
fn known(levels: &[&str], expected: Option<CategoryKind>, money_in: bool) -> Known {
    let phrases: Vec<String> = levels.iter().map(|level| phrase(level)).collect();
    if phrases.iter().all(|phrase| tells_nothing(phrase)) && expected != Some(CategoryKind::Income) {
        return Known::Nothing;
    }
    for at in (0..phrases.len()).rev() {
        let is_leaf = at + 1 == phrases.len();
        let pair = (at > 0).then(|| format!("{} {}", phrases[at - 1], phrases[at]));
        let found = pair
            .and_then(|pair| words::lookup(&pair))
            .or_else(|| find(&phrases[at]))
            .map(|entry| signed(entry.path, expected, money_in))
            .filter(|path| fits(path, expected));
        let Some(path) = found else { continue };
        let is_group = !path.contains(':') && words::statement_leaf(path).path() != path;
        if is_leaf
            && is_group
            && at > 0
            && find(&phrases[at - 1]).is_some_and(|parent| !parent.path.contains(path))
        {
            // `Travel:Food` belongs to the travel; the parent's own turn comes next.
            continue;
        }
        if is_leaf || !is_group {
            return Known::Category(words::statement_leaf(path));
        }
        return Known::Category(below(path, levels[levels.len() - 1]));
    }
    Known::Unknown
}

/// A phrase as it stands, or what of it is known: `bills payment`, Plaid's
/// `food and drink groceries`, American Express' `Travel-Airline`, lists with commas.
fn find(phrase: &str) -> Option<words::Entry> {
    if let Some(entry) = words::lookup(phrase).or_else(|| words::lookup(&without_noise(phrase))) {
        return Some(entry);
    }
    let mut gaps = phrase.match_indices(' ').map(|(at, _)| at);
    gaps.find_map(|at| {
        let (head, rest) = (words::lookup(&phrase[..at])?, phrase[at + 1..].trim());
        if rest.starts_with("other ") { Some(head) } else { words::lookup(rest) }
    })
}

/// Interest and gifts are the same word whichever way the money goes.
fn signed(path: &'static str, expected: Option<CategoryKind>, money_in: bool) -> &'static str {
    let is_income = expected.map_or(money_in, |kind| kind == CategoryKind::Income);
    match path {
        "Income:Interest" if !is_income => "Fees:Interest paid",
        "Giving:Gifts" if is_income => "Income:Gifts received",
        "Housing:Rent" if expected == Some(CategoryKind::Income) => "Income:Rental",
        "Taxes" | "Taxes:Income tax" if is_income => "Income:Tax refund",
        _ => path,
    }
}

fn fits(path: &'static str, expected: Option<CategoryKind>) -> bool {
    expected.is_none_or(|kind| Category::known(path).kind() == kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str, amount: i64) -> String {
        statement_category(text, Decimal::from(amount)).map(String::from).unwrap_or_default()
    }

    #[test]
    fn ledger_paths_lead_to_our_categories() {
        for (text, amount, path) in [
            ("Expenses:Food:Groceries", -1, "Food:Groceries"),
            ("Expenses:Food:Restaurant", -1, "Food:Restaurants"),
            ("Expenses:Food:Coffee", -1, "Food:Coffee"),
            ("Expenses:Food:Alcohol", -1, "Food:Alcohol & bars"),
            ("Expenses:Home:Rent", -1, "Housing:Rent"),
            ("Expenses:Home:Electricity", -1, "Utilities:Electricity"),
            ("Expenses:Home:Internet", -1, "Utilities:Internet"),
            ("Expenses:Home:Phone", -1, "Utilities:Phone"),
            ("Expenses:Transport:Tram", -1, "Transport:Public transport"),
            ("Expenses:Financial:Fees", -1, "Fees:Bank fees"),
            ("Expenses:Health:Medical:Insurance", -1, "Insurance:Health insurance"),
            ("Expenses:Interest", -1, "Fees:Interest paid"),
            ("expenses:food:sushi", -1, "Food:Sushi"),
            ("Expenses:Food", -1, "Food:Other food"),
            ("Expenses:Food:Groceries", 5, "Food:Groceries"),
            ("Income:US:BayBook:Salary", 1, "Income:Salary"),
            ("Income:US:ETrade:Dividends", 1, "Income:Dividends"),
            ("Income:Match401k", 1, "Income:Match401k"),
            ("income:gifts", 1, "Income:Gifts received"),
            ("Liabilities:US:Chase:Slate", -1, "Transfer"),
            ("Assets:US:BofA:Checking", 1, "Transfer"),
            ("Equity:Opening-Balances", 1, "Transfer:Opening balance"),
        ] {
            assert_eq!(of(text, amount), path, "{text}");
        }
    }

    #[test]
    fn accounts_joined_are_one_category() {
        let payroll =
            "Assets:US:Fund|Expenses:Taxes:Y2014:US:Federal|Income:US:Job:GroupTermLife|Income:US:Job:Salary";
        assert_eq!(of(payroll, 1350), "Income:Salary");
        assert_eq!(of("Assets:Cash|Expenses:Food:Groceries", -20), "Food:Groceries");
        assert_eq!(of("Expenses:Food:Groceries|Expenses:Food:Restaurant", -20), "Food:Other food");
        assert_eq!(of("Assets:Cash|Liabilities:Visa", -20), "Transfer");
        assert_eq!(of("Expenses:Home:Rent", 20), "Housing:Rent");
    }

    #[test]
    fn the_words_of_banks_and_apps_are_understood() {
        for (text, amount, path) in [
            ("Food & Drink", -1, "Food:Other food"),
            ("Bills & Utilities", -1, "Utilities:Other utilities"),
            ("Gas/Automotive", -1, "Transport:Fuel"),
            ("Phone/Cable", -1, "Utilities:Phone"),
            ("Fees & Adjustments", -1, "Fees:Bank fees"),
            ("Credit Card Payment", -1, "Transfer:Card payment"),
            ("FOOD_AND_DRINK_GROCERIES", -1, "Food:Groceries"),
            ("TRANSPORTATION_TAXIS_AND_RIDE_SHARES", -1, "Transport:Taxis"),
            ("GENERAL_MERCHANDISE_OTHER_GENERAL_MERCHANDISE", -1, "Shopping:Other shopping"),
            ("INCOME_WAGES", 1, "Income:Salary"),
            ("LOAN_PAYMENTS_CREDIT_CARD_PAYMENT", -1, "Transfer:Card payment"),
            ("Bars & Restaurants", -1, "Food:Restaurants"),
            ("Everyday Expenses: Groceries", -1, "Food:Groceries"),
            ("Bills:Rent", -1, "Housing:Rent"),
            ("Bills:Natural Gas", -1, "Utilities:Gas & heating"),
            ("Travel-Airline", -1, "Travel:Flights"),
            ("Grocery Stores, Supermarkets", -1, "Food:Groceries"),
            ("5411", -1, "Food:Groceries"),
            ("[Savings]", -1, "Transfer"),
            ("Gehalt", 1, "Income:Salary"),
            ("Lebensmittel", -1, "Food:Groceries"),
            ("Loyer", -1, "Housing:Rent"),
            ("Interest", 1, "Income:Interest"),
            ("Interest", -1, "Fees:Interest paid"),
            ("Travel:Food", -1, "Travel:Food"),
            ("PERSONAL_CARE_HAIR_AND_BEAUTY", -1, "Personal care:Hair"),
            ("Misc Expenses", -1, ""),
            ("Bills", -1, "Utilities:Other utilities"),
            ("uncategorized", -1, ""),
            ("DEBIT", -1, ""),
            ("Card payment", -1, ""),
            ("Transfer:Card payment", -1, "Transfer:Card payment"),
            ("", -1, ""),
        ] {
            assert_eq!(of(text, amount), path, "{text}");
        }
    }

    #[test]
    fn unknown_words_stay_a_category_of_their_own() {
        assert_eq!(of("Model railway", -1), "Model railway");
        assert_eq!(of("MODEL_RAILWAY", -1), "Model railway");
        assert_eq!(of("Hobbyhorse: Oats : Organic", -1), "Oats:Organic");
        assert_eq!(of("WS", 1004), "Income:WS");
        assert_eq!(of("Expenses:Income:Thing", -1), "Thing");
    }

    proptest! {
        #[test]
        fn any_text_is_taken_without_loss(text in "\\PC{0,80}", amount in -5i64..5) {
            let category = statement_category(&text, Decimal::from(amount));
            if let Some(category) = category {
                prop_assert_eq!(Category::new(category.path()), Ok(category.clone()));
            }
        }
    }
}
