//! The words that banks head their columns with, in the languages met so far.

use std::{collections::HashMap, sync::LazyLock};

use crate::fold::fold;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Date,
    Amount,
    Debit,
    Credit,
    Direction,
    Payee,
    Description,
    Category,
    Account,
    AccountName,
    Currency,
    Balance,
    Id,
    Status,
}

/// A phrase fits a header word for word with its whole weight, as a part of it with less.
type Phrases = (Role, u8, &'static str);

/// Weights order candidates of one role: 100 is the word itself, less is a second choice.
const PHRASES: &[Phrases] = &[
    (
        Role::Date,
        100,
        "date|datum|fecha|data|dato|pvm|päivämäärä|tarih|işlem tarihi|дата|дата операции|日付|取引日|交易时间|交易日期|날짜|거래일자|ημερομηνία|ημ νία|תאריך",
    ),
    (
        Role::Date,
        98,
        "transaction date|trans date|date transaction|date of transaction|buchungstag|buchungsdatum|buchung|umsatzdatum|belegdatum|kaufdatum|transaktionsdatum|date opération|date de l opération|date d opération|date op|date de transaction|fecha operación|fecha de operación|fecha de la operación|f operación|fecha movimiento|fecha transacción|data operazione|data movimento|data operacji|data transakcji|data transação|data da transação|data do movimento|data mov|datum transakce|datum provedení|transactiedatum|transaksjonsdato|transaktionsdag|datum transakcije|tranzakció dátuma|dátum|data tranzacției|run date|trade date|利用日|ご利用日|date and time|booked at",
    ),
    (
        Role::Date,
        96,
        "booking date|completed date|completed on|finished on|date comptabilisation|date de comptabilisation|date comptable|fecha contable|data contabile|data księgowania|data lançamento|data lanc|datum zaúčtování|boekdatum|boekingsdatum|datum boeking|bokföringsdag|bokföringsdatum|bogføringsdato|bokført dato|bokføringsdato|kirjauspäivä|könyvelés dátuma|könyvelési dátum|datum knjiženja|post date|posted date|posting date|posted|date posted|posted on|entry date|effective date|settlement date|payment date|abschlussdatum|booking|дата проводки",
    ),
    (
        Role::Date,
        70,
        "created on|created at|created|started date|authorized date|date heure|date time|datetime|data ora|timestamp|time|when",
    ),
    (
        Role::Date,
        60,
        "value date|valuta|valuta date|valutadatum|wert|wertstellung|rentedatum|interest date|date valeur|date de valeur|fecha valor|f valor|data valuta|data waluty|valuteringsdag|valutadag|rentedato|valørdato|arvopäivä|értéknap|maksupäivä|дата платежа",
    ),
    (
        Role::Amount,
        100,
        "amount|betrag|bedrag|montant|importe|importo|importi|monto|valor|belopp|beløb|summa|kwota|částka|čiastka|suma|összeg|tutar|işlem tutarı|сумма|сумма операции|сумма платежа|сума|金額|金额|交易金额|금액|거래금액|ποσό|iznos|znesek|סכום|net amount|net|transaction amount|umsatz|umsatzbetrag|kwota operacji|kwota transakcji|importo operazione|montant de l opération|valor r|transaksjonsbeløp|amt|summe|importe operación|amount in account currency|bedrag eur|billing amount|määrä|määrä euroa|objem|iznos transakcije|bedrag in eur|amount usd|charge amount",
    ),
    (
        Role::Amount,
        85,
        "value|total|sum|amount eur|betrag eur|credit debit amount|debit credit amount|debit credit|credit debit|movimiento|movimento|mutatie|payment amount|price",
    ),
    (Role::Amount, 55, "gross|gross amount|brutto|einzelbetrag|利用金額|ご利用金額"),
    (
        Role::Debit,
        100,
        "debit|debits|debit amount|debet|withdrawal|withdrawals|withdrawal amount|withdrawal amt|withdrawn|money out|paid out|out|outflow|outgoing|soll|lastschrift|belastung|belastungen|débit|débito|débitos|cargo|cargos|addebito|addebiti|dare|uscite|uscita|gasto|gastos|ausgabe|ausgaben|ausgang|sortie|dépense|dépenses|ut|ut fra konto|ud|hævet|obciążenia|obciążenie|wydatki|expense|expenses|spent|spend|charge|charges|出金|支出|お支払金額|お引出し|引出額|출금|출금액|расход|списание|χρέωση|borç|saída|saídas|výdaje|zaduženje|terhelés|חובה|dr|dr amount|otto|panot otot|debito r|amount debit|amount out|af|egreso|egresos|retiro|retiros|debitare|debet amount|debit amt",
    ),
    (
        Role::Credit,
        100,
        "credit|credits|credit amount|kredit|deposit|deposits|deposit amount|deposit amt|deposited|money in|paid in|in|inflow|incoming|haben|gutschrift|gutschriften|crédit|crédito|créditos|abono|abonos|accredito|accrediti|avere|entrate|entrata|ingreso|ingresos|einnahme|einnahmen|eingang|entrée|entrées|recette|recettes|inn|inn på konto|ind|indsat|uznania|uznanie|wpływy|income|received|入金|收入|お預入れ|預入額|입금|입금액|приход|зачисление|πίστωση|alacak|entrada|entradas|příjmy|odobrenje|jóváírás|זכות|cr|cr amount|pano|credito r|amount credit|amount in|bij|depósito|depósitos|creditare|credit amt",
    ),
    (
        Role::Direction,
        100,
        "debit credit|credit debit|d c|c d|dc|cd|d k|k d|cr dr|dr cr|af bij|bij af|bij af bij|soll haben|s h|h s|credit debit indicator|debit credit indicator|creditdebitindicator|debit credit code|debit or credit|credit or debit|direction|richting|sens|sign|signe|dare avere|debet credit|收 支|收支|borç alacak|πρόσημο|πρόσημο ποσού|in out|income expense|debet kredit|credit debet",
    ),
    (
        Role::Direction,
        50,
        "transaction type|type|typ|tipo|kind|details|type of transaction|tipo movimento|tipo de movimiento|transactiontype",
    ),
    (
        Role::Balance,
        100,
        "balance|accountbalance|running balance|running bal|balance after|balance after transaction|account balance|ledger balance|closing balance|saldo|kontostand|solde|saldo na trn|saldo na mutatie|saldo po operacji|saldo po transakcji|stan konta|zůstatek|egyenleg|bakiye|остаток|баланс|残高|差引残高|余额|잔액|υπόλοιπο|sold|stanje|beholdning|יתרה|bal|saldo nach buchung|saldo contabile|konto saldo|bokfört saldo|endsaldo|zostatok",
    ),
    (
        Role::Balance,
        60,
        "available balance|saldo disponible|disponible|saldo disponibile|kullanılabilir bakiye|total balance",
    ),
    (
        Role::Payee,
        100,
        "partnername|payee|payee name|merchant|merchant name|counterparty|counterparty name|counter party|counter party name|partner name|partner|beneficiary|beneficiary name|beguenstigter zahlungspflichtiger|begünstigter zahlungspflichtiger|begünstigter auftraggeber|beguenstigter auftraggeber|auftraggeber empfänger|auftraggeber begünstigter|empfänger|zahlungsempfänger|zahlungspflichtiger|zahlungsempfänger in|name zahlungsbeteiligter|naam tegenpartij|naam omschrijving|naam|tegenpartij|contrepartie|tiers|odbiorca zleceniodawca|nadawca odbiorca|odbiorca|kontrahent|dane kontrahenta|nazwa odbiorcy|název protiúčtu|název protistrany|názov protistrany|protistrana|název obchodníka|mottagare|modtager|saaja maksaja|saajan nimi|saaja|получатель|контрагент|交易对方|利用店名|ご利用店名|sender or recipient|recipient|merchant or description|vendor|nom|nome|nombre|beneficiario|ordenante|ordenante beneficiario|partner neve|title|store|empfängername|target name",
    ),
    (
        Role::Payee,
        90,
        "name|namn|navn|nimi|név|auftraggeber|zleceniodawca|absender|sender|rubrik|maksaja|avsändare|beneficiário|establecimiento|supplier",
    ),
    (
        Role::Description,
        100,
        "description|transaction description|memo|narrative|narration|verwendungszweck|avisierungstext|text|omschrijving|libellé|libellé opération|libellé de l opération|libelle|intitulé|motif|concepto|descripción|descrizione|descrizione operazione|causale|opis|opis operacji|opis transakcji|tytuł|tytułem|tytuł operacji|popis|popis transakce|beskrivning|beskrivelse|tekst|forklaring|selite|açıklama|описание|назначение платежа|назначение|摘要|お取引内容|取引内容|내용|적요|αιτιολογία|περιγραφή|histórico|lançamento|descrição|detalii|detalii tranzacție|közlemény|remarque|opis transakcije|תיאור|תאור|desc|particulars|transaction details|transaction remarks|description 1|omschrijving 1|beschreibung|selitys|item 1|buchungsdetails|buchungstext verwendungszweck|posting text|merchant description|statement description|description 1 description 2|item1|booking text",
    ),
    (Role::Description, 85, "details"),
    (
        Role::Description,
        80,
        "payment reference|zahlungsreferenz|remarks|remark|communication|mededelingen|mededeling|zpráva pro příjemce|poznámka|viesti|message|notes|note|nota|más datos|observaciones|descrizione completa|bank description|original description|full description|raw description|reference text|описание операции|備考|商品|megjegyzés|informatie|info|additional information|beneficiary message|description 2|omschrijving 2|notes and tags|betreff|comment|comments|kommentar|commentaire|nachricht",
    ),
    (
        Role::Description,
        60,
        "buchungstext|reference|referenz|référence|referencia|activity|action|transaction|movement|umsatzart|tapahtumalaji|rodzaj transakcji|rodzaj operacji|mutatiesoort|bank desc|item2|label",
    ),
    (Role::Description, 30, "transaction type|type|typ|tipo|transaktionsart|交易类型"),
    (
        Role::Category,
        100,
        "category|kategorie|catégorie|categorie|categoría|categoria|kategoria|kategori|kategória|luokka|категория|分類|分类|カテゴリ|spending category|category name|personal finance category detailed|merchant category|expense category|hauptkategorie",
    ),
    (
        Role::Category,
        80,
        "personal finance category primary|category group category|master category|subcategory|sub category|subcategoria|unterkategorie|sous catégorie|categorie parent|category folder|categories|mcc description",
    ),
    (
        Role::Category,
        70,
        "counter account|counter accounts|counteraccount|contra account name|other account|account2|transfer account|category split",
    ),
    (
        Role::Account,
        100,
        "account|account number|account no|account nr|account num|account id|source account|source account number|auftragskonto|iban auftragskonto|own account|own iban|from account number|numéro de compte|numéro du compte|número de cuenta|nº cuenta|numero conto|numer rachunku|numer rachunku karty|číslo účtu|rekeningnummer|iban bban|compte num|comptenum|номер счета|номер карты|accountnumber|iban rekening|account iban|kontonr|口座番号|account number iban|rachunek|konto nr|card number|card no|cardnumber|account card number",
    ),
    (
        Role::Account,
        95,
        "rekening|compte|cuenta|conto|konto|rachunek|účet|tili|счет|счёт|口座|קרטיס|account iban bban|conta|wallet|kontonummer|iban|iban number|iban kontonummer|card|karte|karta",
    ),
    (
        Role::AccountName,
        100,
        "account name|account label|accountname|nom du compte|bezeichnung auftragskonto|nazwa rachunku|kontoname|product|produkt|account nickname|compte label|accountlabel|név számla",
    ),
    (Role::AccountName, 60, "account|konto|compte|cuenta"),
    (
        Role::Currency,
        100,
        "currency|currency code|währung|waehrung|munt|muntsoort|valuta|devise|divisa|moneda|moeda|waluta|měna|mena|deviza|valyuta|валюта|валюта операции|para birimi|通貨|币种|통화|νόμισμα|iso currency code|account currency|transaction currency|val|valutakod|ccy|cur|muntcode|pénznem|מטבע",
    ),
    (Role::Currency, 60, "balance currency|settlement currency"),
    (
        Role::Id,
        100,
        "transaction id|id|fitid|external id|transaction number|transaktions id|transaktionsnummer|transaction reference|reference number|reference no|reference id|record id|entry reference|unique id|uuid|txn id|transaktionsreferenz|numer transakcji|id transakcji|id transakce|id operace|volgnr|numéro de transaction|bank reference|transactionid|archivierungskennung|交易单号|交易订单号|operation id|txid|identificador|archive id|id pohybu|tx hash",
    ),
    (Role::Id, 60, "ref|ref no|order id|journal|journal number|nr ref|referenznummer"),
    (
        Role::Status,
        100,
        "status|state|transaction status|stav|stato|estado|statut|tila|статус|durum|当前状态|交易状态|stan",
    ),
];

/// Phrases that make a header mean something of another row, day or party than the booking's own.
const FOREIGN: &str = "initial|opening|begin|beginning|start|end|final|due|expiry|original|orig|foreign|local|fremd|\
    ursprungs|ursprünglicher|ursprung|converted|exchange|rate|kurs|fee|fees|tax|vat|commission|interest|counter|\
    counterparty|counterpart|contra|tegen|tegenrekening|gegenkonto|gegen|partner|payee|beneficiary|recipient|dest|\
    destination|opposing|zahlungsbeteiligter|zahlungsbeteiligten|empfänger|begünstigter|related|pending|merchant|\
    entity|icon|url|website|odbiorcy|protiúčtu|protiúčet|protistrany|mottagare|saajan|other|owner|holder|type|from|to|fra|til|\
    bank|branch|budget|quantity|price|limit|min|max|cashback|accrued|source fee|target fee|target";

/// Phrases that make a name the account holder's own, not a payee's.
const OWN: &str = "member|member name|card member|name on card|short name|account owner|account holder|cardholder|\
    cardholder name|purchased by|owner|user|holder|account name|kontoinhaber|titular|bank name|file name|username|iban name";

/// Words of headers above numbers, which are no payee's name and no text.
const NUMBERS: &str = "iban|bic|swift|number|no|nr|account|konto|kontonummer|id|code|rekening|phone|zip|country|bank|type|typ|status";

/// Where a phrase stands in a header.
pub(super) struct Meanings {
    roles: HashMap<String, Vec<(Role, u8)>>,
    foreign: Vec<String>,
    own: Vec<String>,
    numbers: Vec<String>,
}

/// The table, folded once.
pub(super) static MEANINGS: LazyLock<Meanings> = LazyLock::new(|| {
    let mut roles: HashMap<String, Vec<(Role, u8)>> = HashMap::new();
    for (role, weight, phrases) in PHRASES {
        for phrase in phrases.split('|') {
            let meanings = roles.entry(fold(phrase)).or_default();
            if !meanings.iter().any(|(known, _)| known == role) {
                meanings.push((*role, *weight));
            }
        }
    }
    let list = |words: &str| words.split('|').map(|word| fold(word.trim())).collect();
    Meanings { roles, foreign: list(FOREIGN), own: list(OWN), numbers: list(NUMBERS) }
});

impl Meanings {
    /// What a header may mean, each role with its weight; `header` is folded.
    pub(super) fn of(&self, header: &str) -> Vec<(Role, u8)> {
        if self.own.iter().any(|own| own == header) {
            let mut meanings = self.roles.get(header).cloned().unwrap_or_default();
            meanings.retain(|(role, _)| !matches!(role, Role::Payee | Role::Description));
            return meanings;
        }
        if let Some(exact) = self.roles.get(header) {
            return exact.clone();
        }
        let words: Vec<&str> = header.split(' ').filter(|word| !word.is_empty()).take(8).collect();
        let mut found: Vec<(Role, u8)> = Vec::new();
        for start in 0..words.len() {
            for end in start + 1..=words.len() {
                // `in` is money in, but not in `Saldo in CHF`.
                if end - start == 1 && words[start].len() < 4 && words[start].is_ascii() {
                    continue;
                }
                let Some(meanings) = self.roles.get(&words[start..end].join(" ")) else { continue };
                // The longer the part that is understood, the surer.
                let unsure = 10 + 8 * (words.len() - (end - start)).min(4) as u8;
                for (role, weight) in meanings {
                    let weight = weight.saturating_sub(unsure);
                    match found.iter_mut().find(|(known, _)| known == role) {
                        Some((_, best)) => *best = weight.max(*best),
                        None => found.push((*role, weight)),
                    }
                }
            }
        }
        let holds = |list: &[String]| words.iter().any(|word| list.iter().any(|listed| listed == word));
        let (is_foreign, is_number) = (holds(&self.foreign), holds(&self.numbers));
        for (role, weight) in &mut found {
            let text = matches!(role, Role::Payee | Role::Description);
            if is_foreign && !text && *role != Role::Category || is_number && text {
                *weight = weight.saturating_sub(80);
            }
        }
        found.retain(|(_, weight)| *weight >= 15);
        found
    }
}

/// A header's words: camel case parted, what stands in brackets dropped.
pub(super) fn header_words(header: &str) -> String {
    let mut plain = String::with_capacity(header.len() + 8);
    let mut depth = 0usize;
    let mut previous = ' ';
    for c in header.chars().take(200) {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => {
                if c.is_uppercase() && previous.is_lowercase() {
                    plain.push(' ');
                }
                plain.push(c);
            }
        }
        previous = c;
    }
    let words = fold(&plain);
    if words.is_empty() { fold(header) } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(header: &str) -> Option<Role> {
        let meanings = MEANINGS.of(&header_words(header));
        meanings.into_iter().max_by_key(|(_, weight)| *weight).map(|(role, _)| role)
    }

    #[test]
    fn headers_of_many_countries_are_understood() {
        for (header, role) in [
            ("Transaction Date", Role::Date),
            ("Buchungstag", Role::Date),
            ("Date de l'opération", Role::Date),
            ("TransactionDate", Role::Date),
            ("Amount (GBP)", Role::Amount),
            ("Bedrag (EUR)", Role::Amount),
            ("Kwota operacji", Role::Amount),
            ("Gutschrift in CHF", Role::Credit),
            ("Saldo in CHF", Role::Balance),
            ("Af Bij", Role::Direction),
            ("Omschrijving-1", Role::Description),
            ("Beguenstigter/Zahlungspflichtiger", Role::Payee),
            ("Spending Category", Role::Category),
            ("iso_currency_code", Role::Currency),
            ("Дата операции", Role::Date),
            ("残高", Role::Balance),
        ] {
            assert_eq!(best(header), Some(role), "{header}");
        }
    }

    #[test]
    fn another_partys_columns_are_not_the_bookings_own() {
        for header in
            ["Original Amount", "initial_balance", "Original Currency", "Partner Iban", "Fee amount"]
        {
            let meanings = MEANINGS.of(&header_words(header));
            assert!(meanings.iter().all(|(_, weight)| *weight < 50), "{header}: {meanings:?}");
        }
    }
}
