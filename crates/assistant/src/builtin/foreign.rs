//! Questions that the ledger cannot answer: to a bank, about the world, about days to come.

use domain::Side;

use super::{
    decline::Missing,
    intent::{Intent, Words, side},
    ranked,
    slots::Slots,
};
use crate::toolbox::Order;

/// Words of a bank's service, not of a ledger.
const SERVICE: &str = "apr routing pin passcode password rewards reward points redeem redeeming expire expires \
    expiration expired expiring expiry validity checkbook checkbooks checks declined decline declining freeze frozen \
    unfreeze block blocked unblock fraud fraudulent stolen stole misplaced replace replaced replacement apply \
    application applied approved exchange w2 rollover 401k topup verify verification identity activate activated \
    activation virtual disposable contactless swallowed beneficiary dispute language spell spelled spelling definition \
    define meaning weather recipe translate repeat bot robot overdraft unauthorised unauthorized recognise recognize \
    delivery deliver pending reverted hack compromised app terminate delete cancel cancelled canceled refund refunded \
    debited twice wire swift iban kyc passport forecast predict invest stocks stock calories score rating factorial \
    wrong incorrect rejected reject failed fail google crypto bitcoin locked damaged broken limits limit benefits \
    benefit questions irs 2fa biometric selfie";

/// Phrases that no question about a ledger has, whatever else it says.
const NEVER: &str = "do i have to|have to wait|i have to pay|have to do|a stop|stop on|stop all|stop payments|stop my|\
    turn off|a hold|a lost|my lost|i lost|can i spend|i can spend|max out|percentage rate|annual rate|interest rate|\
    let payments|you said|say that|by me again|the credit on|let me into|no payments|arent mine|is due|come due|bill up|\
    new insurance|make a transfer|i can pay|need to pay|could pay|have to pay|amount due|minimum due|minimum to pay|\
    due for|due on|can i make|i should pay|a payment on|make a payment|what happened|direct deposit|credit increase|\
    a choice|way for me|add my|didnt go through|not go through|gone through|next check|rate on my|made a payment|\
    bank transfer|cash deposit|deposited a|up to date with|in error|the charge of|be waived|different amount|double charged|doubly charged|charged double|its gone|is gone|gone missing|\
    not update|set this up|draw out some|a short time|did that go through|did it go through";

/// Phrases that speak of one's own money in the past.
const OWN: &str = "did i spend|have i spent|do i spend|i spent|i spend|spent on|spent at|spent in|spent for|total spent|\
    did i pay|did i last pay|have i paid|do i pay at|cost me|paid for|do i have|did i earn|do i earn|did i make|do i make|have i earned|\
    my transactions|my recent|recent transactions|my spending|my income|my salary|my balance|balance of|balance on|\
    net worth|my savings|my expenses|last transaction|transactions|how much did|how much have|spending|my purchases|\
    did i buy|i bought|did i save|my net|have i been|account balance|checking balance|savings balance|bank balance|\
    purchases|i earn|i make|months would|money going|money goes|money last|savings last|emergency fund|recent purchases|i owe|balance in|\
    my money go|i go most|i go the most|last visit|get paid|got paid|average|changed|paid to|going out|get from|i get from";

/// Shapes of questions to a service desk.
const DESK: &str = "how do i|how can i|how to|how should i|how would i|how do you|how does it|how are|what do i do|\
    what should i|should i|is it possible|do you accept|do you support|do you charge|do you offer|do you have|where can i|\
    where do i go|where is|where are|where would|will i be|when will|when do|when can|when is|when should|why|\
    what is the process|steps to|ways to|tips|advice|interest rates|credit limit|minimum payment|credit score|\
    exchange rate|not working|doesnt work|isnt working|wasnt|hasnt|havent received|didnt|cant|cannot|not been|\
    not showing|not received|not updated|never|i need help|am i able|are you|who are|who is|can i use|can i pay|\
    can i transfer|can i top|can i add|can i change|can i apply|can i withdraw|can i open|can i order|can i have a|\
    can i exchange|could i|top up|top ups|topping up|need a new|new card|a card|set up|sign up|change my|update my|\
    open an account|close my|what happens|what if|is there a fee|are there|fee for|fees for|charge me|charged me|do i get|\
    transfer money|pay my|pay the|pay a|pay bill|interest on|an extra|i was charged|charged for|was charged|been charged|\
    being charged|what currencies|which currencies|exchange rates|cash back|i dont|i did not|someone|somebody|\
    what kind of card|my card|my cards|my transfer|my top up|my top ups|due date|bill due|are due|bill is|how long|what day|what date|\
    next paycheck|tax return|tax refund|file taxes|my taxes|in taxes|taxes do|the date|today date|plus|divided|square root|\
    a fee|is there a cost|how much is it|the cost of a|set this up|must i|how can my|fee to|any fees|what fees|the fees|a charge|extra charge|charge on|insurance plan|insurance policy|health plan|\
    my health|have not|havent";

/// Words of trouble: with these, naming one's own account changes nothing.
const TROUBLE: &str = "why|hasnt|didnt|wasnt|isnt|doesnt|cant|cannot|wont|havent|not updated|not showing|not received|\
    how do i|how can i|how to|when will|when do|top up|new card|i dont|i did not|never|my transfer|can i use|should i|\
    exchange rate|pay my|charged for|an extra|a fee|fee for|next paycheck|are you|someone|are there|minimum payment|\
    change my|what day|what date|when is|my top up|my top ups|a charge|extra charge|charge on|tips|ways to|advice|yet to";

/// Whether the ledger has no answer, and why.
pub(super) fn read(words: &Words, slots: &Slots) -> Option<Intent> {
    if let Some(intent) = paydays(words) {
        return Some(intent);
    }
    let is_spent = words.has("spend spent spending transactions expenses purchases");
    let has_names = slots.has_name() || !slots.periods.is_empty();
    let is_income = slots.names_income() && !slots.periods.is_empty();
    if words.says("did i get a refund|did i get any refund|did i get any refunds|did i get refunds|did i get my refund|have i gotten a refund|have i got a refund|any refunds|refunds did i|refund did i") {
        return Some(Intent::Declined(Missing::Refunds));
    }
    if words.has(SERVICE) && !(is_spent && has_names) && !is_income {
        return Some(Intent::Foreign);
    }
    let is_past =
        words.says("did i spend|have i spent|did i pay|did i last pay|have i paid|i spent|before i pay");
    if words.says(NEVER) && !is_past {
        return Some(Intent::Foreign);
    }
    // What will be is not in the ledger; whether money will do is a question for the balance.
    let will_be = words.says(
        "will i|will my|will be|will it|going to be|going to have|going to pay|going to cost|going to spend|will cost|going to take",
    );
    if will_be && !words.has("enough cover last survive") && side(words, slots) == Side::Spending {
        return Some(Intent::Future);
    }
    let is_taxed = words.has("tax taxes")
        && !words.has("spent spend spending paid cost costs total")
        && slots.periods.is_empty();
    if is_taxed && !slots.is_bare {
        return Some(Intent::Foreign);
    }
    is_for_a_desk(words, slots).then_some(Intent::Foreign)
}

fn is_for_a_desk(words: &Words, slots: &Slots) -> bool {
    let is_ranked = ranked::is_rank(words) && words.says("did i spend|have i spent|i spent|did we spend");
    if is_ranked || slots.is_bare && slots.has_name() {
        return false;
    }
    if words.says(DESK) {
        return !words.says(OWN)
            || words.says(TROUBLE) && !words.says("before i pay|pay my amazon credit card but|did i pay|did i last pay|have i paid|did we pay|have we paid");
    }
    // Orders to move money.
    let is_order = words.opens(
        "transfer|send|move|wire|pay|deposit|put|take|order|set|remind|report|raise|lower|call|get rid|add|complete|make|stop|place",
    );
    let is_report = words.opens("report") && words.has("monthly quarterly yearly spending expense");
    let is_asked = words.has("how much list show transactions total spent spend spending");
    let is_move = words.has("transfer transferred send move")
        && words.has("from to between into")
        && words.has("account accounts checking savings");
    is_order && !is_report && !is_asked && slots.categories.is_empty() || is_move && !is_asked
}

/// When money came in: of the past there is a row, of the future there is not.
fn paydays(words: &Words) -> Option<Intent> {
    let is_pay = words.has("paycheck payday salary paid wages") || words.says("pay day|pay date|my pay");
    let asks_when = words.says(
        "when was|when i|when did|when am|when do|when my|when the|when they|what day|which day|what date|pay date|day that i|my next|\
         paycheck soon|date of my|when is the last|when the last",
    ) || words.opens("when");
    let pays_out =
        words.says("paid to|pay to|paid at|paid for|pay for|pay the|paid my|to pay|i pay|paid the");
    if !(is_pay && asks_when) || pays_out || words.has("much spend spent") {
        return None;
    }
    // When it changed is told by no single row.
    let changes = words.says("go up|went up|gone up|go down|went down|gone down")
        || words.has("raise raised rise rose risen increase increased decrease decreased change changed");
    if changes {
        return Some(Intent::Declined(Missing::OtherPeriod));
    }
    let is_past = words.has("last latest recent");
    Some(if is_past {
        Intent::List { side: Some(Side::Income), order: Order::Latest, is_one: true }
    } else {
        Intent::Foreign
    })
}
