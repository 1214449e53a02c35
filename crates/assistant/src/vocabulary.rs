//! The English words that questions about money are made of, apart from names and dates.

use std::{collections::HashSet, sync::LazyLock};

use crate::words::{is_near, singular, slips};

/// Words that carry no name: articles, verbs, question words, and the words that intents are
/// read from.
const KNOWN: &str = "
a about above according account accounts accrued across actually add adding adds advance advise after again
ago all almost also altogether am amount amounts an and another annual annually any anything approximately are around arrive arrived as
asset assets at available average averaged averages avg away back balance balances bank banking be became because been before
began begin beginning being below best better between big bigger biggest bill bills billing board both bought
break breakdown bring broken brought budget but buy buying bought by calculate calendar came can cash categories category
categorized change changed changes charge charged charges chart cheap cheapest check checked chunk clear combined come comes coming
compare compared compares comparing comparison complete cost costed costing costs could count couple cover credit
credited current currently cut daily data date dated dates day days debit debited debits debt debts decrease
decreased deposit deposited deposits detail details did differ difference different differs display do does
doing dollar dollars done dont dough down dropped drop dropping due during each earlier earliest early earn earned
earning earnings earns either else end ended ending ends enough entire entry entries estimate euro euros even ever every everything
exact exactly exceed exceeding excluding expend expended expenditure expenditures expense expenses expensive extra
fetch few fewer figure figures final finally financial financially find first five fixed flow following for fortnight forth frequent
frequently from full fund funds further gave get gets getting give given gives giving go goes going
gone good got grand great greater greatest grew gross group grouped grown had half handed happen happened
has have havent having heading help here hey hi high higher highest history hold holding hour how
however i if im in included including income incoming increase increased individual info information inflow inflows inside instead
into is it item items itemize its just keep kind know known large larger largest last lately later latest least left
less let level life lifetime like liabilities liability line list listed listing little living log long look looking lost lot
lots low lower lowest made main make makes making many max maximum may maybe me mean median member mentioning merchant merchants
might min mine minimum minus moment money monetary month monthly months more most mostly move moved movement movements much my myself
name named near necessary need needed net new next no none normally not nothing now number numbers
occurred of off often ok okay old on once one ones only onto open or order other others our out outflow outflows outgoing
outgoings outlay outlays over overall overview own owe owed owing paid part particular past pattern patterns pay paycheck payed payee payees
paying payment payments pays per percent percentage period person place places please plus point portion position
possible pound pounds previous price prior profile profit pull purchase purchased purchases put quarter quarterly quarters
question quick quickly ran range rank ranked ranking rate ratio read real really receive received receiving recent recently
record recorded records regarding relative remain remaining report rest result retailer retailers retrieve review
right rise risen rose rough roughly row rows run said same save saved saving savings say second see seem seen sell seller sellers
send sent separate set several share she shop shopped shopping shops should show showing shown shows side
since single size skip small smaller smallest so some somebody someone something soon sort sorted spend spended
spender spending spendings spends spent split spot squander start started starting starts state statement statements
statistics stats status still stop store stores straight stuff such sum summarise summarize summary sums sure surplus
take taken takes taking tally tell than thank thanks that the their them then there these they thing things think
third this those though through throughout time times to today together told tonight too took top total totaled totalled
totally totals toward towards track transact transacted transaction transactions transfer transferred transfers trend trending
trends tried true try turn two type types typical typically under up upon us use used using usual usually value
vendor vendors versus very via view visit visited visits vs wage wages want wanted was waste wasted way we week weekly
weekend weeks well went were what whats whatever when where whether which while who whole whom whose why will wise with
withdraw withdrawal withdrawals withdrawn withdrew within without wonder wondering work worth would wow write year yearly
years yes yesterday yet you your yours zero
salary payroll pay worth networth ytd mtd vs kindly cost my me roughly thus far apart overspend overspent overspending
rich richer poor poorer healthy broke afford survive emergency runway burn living expenses cashflow flow
bunch ton quite apiece respectively beginning middle late mid calendar fiscal weekday weekdays quarter year month
analysis analyse analyze insight insights distribution allocated allocation expenditures happening habit habits history
dollars bucks usd eur gbp cent cents amounting amounted equal equals worth sum figure
cumulative running closing opening available figure exact precisely moment date particular
eat ate eaten eats dine dined drink drank consumed visit order ordered ordering subscribe cook cooked drive drove id ive whatre theres hows thats whos whens wheres isnt arent didnt doesnt hello morning afternoon evening
except excepting besides aside leaving leave counting ignoring ignore omitting omit barring minus excluded exclude excludes meant mean wo
graph graphs plot plotted charted diagram visualise visualize visualisation graphically draw bars pie lines worst employer damage burn burned burnt blow blew
already fully indeed keeps perhaps telling thru trying specific specifically actual splurged squandered totaling totalling growth fill filled filling divided divide multiplied multiply through often instead reason explain explains again thereof excluding respectively paydays payday period cycle workdays workday cancel canceling cancelling finance finances grow growing grows raise variable wasting hmm uh um erm well
anything something nothing quid tenner fiver thousand million percent xmas biggest one's splash splashed fork forked cough coughed shelled fritter frittered
safely safe unusual weird suspicious odd strange abnormal anomaly anomalies outlier outliers duplicate duplicates double forecast forecasts projection projected
predict prediction budgets budgeted goal goals subscribed recurring due reach track ordinary wonder gone negative lowest
avalanche snowball retire retires retired retiring volatility odds chance chances probability likelihood regular regularly developed
develop evolved evolve repay
fraction proportion percentages normal until till cheaper pricier forever excessively tab tabs bucks wanna gonna lemme pls plz thx u ur yo heya hiya latter trailing against throughout course
";

/// The words that intents are read from; typing errors in these are mended.
const MENDABLE: &str = "
account accounts average balance balances between biggest breakdown bought category categories change changed compare compared
comparison difference earned earning earnings expense expenses expensive expenditure income largest months monthly payee payees
payment payments purchase purchases received recent salary saved savings spend spending spent summary transaction transactions
total worth yesterday january february march april june july august september october november december
quarter quarters yearly weekly merchant merchants highest lowest checking credit money withdrawal withdrawals deposit
";

fn set(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// Whether a word carries no name.
pub(crate) fn is_known(word: &str) -> bool {
    known(word).is_some()
}

/// A word that carries no name, as it stands here.
pub(crate) fn known(word: &str) -> Option<&'static str> {
    static SET: LazyLock<HashSet<&str>> = LazyLock::new(|| set(KNOWN));
    SET.get(word).copied()
}

/// Short words of which two letters beside each other were swapped: `mcuh`, `waht`.
fn mend_short(word: &str) -> Option<&'static str> {
    const SHORT: [&str; 16] = [
        "how", "much", "what", "last", "this", "week", "year", "from", "show", "spend", "spent", "month",
        "have", "many", "paid", "earn",
    ];
    if is_known(word) || word.len() < 3 || !word.is_ascii() {
        return None;
    }
    let is_swapped = |known: &&&str| {
        let (a, b) = (known.as_bytes(), word.as_bytes());
        a.len() == b.len()
            && (1..a.len()).any(|at| {
                a[..at - 1] == b[..at - 1]
                    && a[at - 1] == b[at]
                    && a[at] == b[at - 1]
                    && a[at + 1..] == b[at + 1..]
            })
    };
    SHORT.iter().find(is_swapped).copied()
}

/// The word that a mistyped one stands for, if it is near exactly that sort of word.
pub(crate) fn mend(word: &str) -> Option<&'static str> {
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| set(MENDABLE).into_iter().collect());
    if let Some(mended) = mend_short(word) {
        return Some(mended);
    }
    let slips = slips(word);
    // Words of their own that stand a letter away from one above.
    let is_own = matches!(word, "pending" | "sending" | "lending" | "vending" | "expensed" | "accounting");
    if slips == 0 || is_own || is_known(word) || !word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let mut near: Vec<&str> = WORDS.iter().copied().filter(|known| is_near(word, known, slips)).collect();
    near.sort_unstable_by_key(|known| (!is_near(word, known, 1), *known));
    near.first().copied()
}

/// The word of a category that a mistyped one stands for.
pub(crate) fn mend_category(word: &str) -> Option<&'static str> {
    const MORE: &str = "groceries grocery restaurant restaurants eating dining utilities electricity insurance subscriptions
        entertainment transport transportation travel clothes clothing health medical pharmacy coffee alcohol mortgage
        internet phone salary interest education gifts donations taxes childcare fitness hobbies holidays vacation
        petrol gasoline takeaway medicine furniture electronics";
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let names = finance::categories().iter().flat_map(|category| category.name().split(' '));
        MORE.split_whitespace().chain(names.filter(|name| name.len() > 4)).collect()
    });
    let slips = slips(word);
    if slips == 0 {
        return None;
    }
    WORDS
        .iter()
        .copied()
        .find(|known| is_near(&singular(word), &singular(&known.to_lowercase()), slips.min(1)))
}
