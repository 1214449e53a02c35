//! What columns are called: by role, in English and in a country's language.

/// English, then German, Dutch, French, Spanish, Italian, Portuguese, Polish, Czech, Norwegian,
/// Romanian, Greek.
const WORDS: &[(&str, &str)] = &[
    (
        "date_transaction",
        "Transaction date|Transaktionsdatum|Transactiedatum|Date de l'opération|Fecha de operación|Data operazione|Data da transação|Data operacji|Datum transakce|Transaksjonsdato|Data tranzacției|Ημερομηνία συναλλαγής",
    ),
    (
        "date_book",
        "Booking date|Buchungsdatum|Boekdatum|Date comptable|Fecha contable|Data contabile|Data de lançamento|Data księgowania|Datum zaúčtování|Bokført dato|Data înregistrării|Ημερομηνία καταχώρησης",
    ),
    (
        "date_process",
        "Processing date|Verarbeitungsdatum|Verwerkingsdatum|Date de traitement|Fecha de proceso|Data elaborazione|Data de processamento|Data rozliczenia|Datum zpracování|Behandlet dato|Data procesării|Ημερομηνία επεξεργασίας",
    ),
    (
        "date_payment",
        "Payment date|Zahlungsdatum|Betaaldatum|Date de paiement|Fecha de pago|Data pagamento|Data de pagamento|Data płatności|Datum platby|Betalingsdato|Data plății|Ημερομηνία πληρωμής",
    ),
    (
        "date_interest",
        "Value date|Valutadatum|Rentedatum|Date de valeur|Fecha valor|Data valuta|Data valor|Data waluty|Datum valuty|Rentedato|Data valutei|Τοκισμός από",
    ),
    (
        "date_invoice",
        "Invoice date|Rechnungsdatum|Factuurdatum|Date de facture|Fecha de factura|Data fattura|Data da fatura|Data faktury|Datum faktury|Fakturadato|Data facturii|Ημερομηνία τιμολογίου",
    ),
    ("amount", "Amount|Betrag|Bedrag|Montant|Importe|Importo|Valor|Kwota|Částka|Beløp|Suma|Ποσό"),
    ("amount_debit", "Debit|Soll|Debet|Débit|Cargo|Addebito|Débito|Obciążenia|Výdaje|Ut|Debit|Χρέωση"),
    ("amount_credit", "Credit|Haben|Credit|Crédit|Abono|Accredito|Crédito|Uznania|Příjmy|Inn|Credit|Πίστωση"),
    (
        "amount_foreign",
        "Foreign amount|Betrag in Fremdwährung|Oorspr bedrag|Montant en devise|Importe en divisa|Importo in valuta|Valor em moeda estrangeira|Kwota w walucie|Částka v cizí měně|Beløp i valuta|Suma în valută|Ποσό σε ξένο νόμισμα",
    ),
    ("currency", "Currency|Währung|Munt|Devise|Divisa|Divisa|Moeda|Waluta|Měna|Valuta|Moneda|Νόμισμα"),
    (
        "foreign-currency-code",
        "Foreign currency|Fremdwährung|Oorspr munt|Devise étrangère|Divisa extranjera|Valuta estera|Moeda estrangeira|Waluta obca|Cizí měna|Utenlandsk valuta|Valută străină|Ξένο νόμισμα",
    ),
    (
        "description",
        "Description|Verwendungszweck|Omschrijving|Libellé|Concepto|Descrizione|Descrição|Opis operacji|Popis|Beskrivelse|Descriere|Περιγραφή",
    ),
    (
        "note",
        "Notes|Bemerkung|Mededelingen|Commentaire|Observaciones|Note|Observações|Notatka|Poznámka|Melding|Observații|Σχόλια",
    ),
    (
        "opposing-name",
        "Counterparty|Name Zahlungsbeteiligter|Naam tegenpartij|Contrepartie|Beneficiario|Beneficiario|Beneficiário|Kontrahent|Název protistrany|Motpart|Beneficiar|Αντισυμβαλλόμενος",
    ),
    (
        "opposing-iban",
        "Counterparty IBAN|IBAN Zahlungsbeteiligter|Tegenrekening IBAN|IBAN contrepartie|IBAN beneficiario|IBAN beneficiario|IBAN do beneficiário|IBAN kontrahenta|IBAN protistrany|Motpartens IBAN|IBAN beneficiar|IBAN αντισυμβαλλομένου",
    ),
    (
        "opposing-number",
        "Counterparty account|Gegenkonto|Tegenrekening|Compte contrepartie|Cuenta del beneficiario|Conto beneficiario|Conta do beneficiário|Rachunek kontrahenta|Číslo protiúčtu|Motpartens konto|Cont beneficiar|Λογαριασμός αντισυμβαλλομένου",
    ),
    ("opposing-bic", "Counterparty BIC|BIC|BIC tegenpartij|BIC|BIC|BIC|BIC|BIC|BIC|BIC|BIC|BIC"),
    (
        "account-iban",
        "IBAN|IBAN Auftragskonto|IBAN rekening|IBAN du compte|IBAN de la cuenta|IBAN del conto|IBAN da conta|IBAN rachunku|IBAN účtu|IBAN|IBAN cont|IBAN λογαριασμού",
    ),
    (
        "account-number",
        "Account number|Kontonummer|Rekeningnummer|Numéro de compte|Número de cuenta|Numero conto|Número da conta|Numer rachunku|Číslo účtu|Kontonummer|Număr cont|Αριθμός λογαριασμού",
    ),
    ("account-name", "Account|Konto|Rekening|Compte|Cuenta|Conto|Conta|Rachunek|Účet|Konto|Cont|Λογαριασμός"),
    ("account-bic", "BIC|BIC Auftragskonto|BIC|BIC|BIC|BIC|BIC|BIC|BIC|BIC|BIC|BIC"),
    (
        "category-name",
        "Category|Kategorie|Categorie|Catégorie|Categoría|Categoria|Categoria|Kategoria|Kategorie|Kategori|Categorie|Κατηγορία",
    ),
    (
        "budget-name",
        "Budget|Budget|Budget|Budget|Presupuesto|Budget|Orçamento|Budżet|Rozpočet|Budsjett|Buget|Προϋπολογισμός",
    ),
    (
        "tags",
        "Type|Buchungstext|Mutatiesoort|Type d'opération|Tipo de operación|Tipo operazione|Tipo de operação|Rodzaj transakcji|Typ transakce|Transaksjonstype|Tip tranzacție|Τύπος συναλλαγής",
    ),
    (
        "external-id",
        "Transaction ID|Transaktions-ID|Volgnummer|Numéro de transaction|Identificador|ID transazione|Identificador|Numer transakcji|ID transakce|Transaksjons-ID|ID tranzacție|Αρ. συναλλαγής",
    ),
    (
        "internal_reference",
        "Reference|Referenz|Referentie|Référence|Referencia|Riferimento|Referência|Referencje|Reference|Referanse|Referință|Αναφορά",
    ),
    (
        "debit-credit",
        "Debit/Credit|Soll/Haben|Af Bij|Sens|Cargo/Abono|Dare/Avere|Débito/Crédito|Debet/Kredyt|Debet/Kredit|Debet/Kredit|Debit/Credit|Χρέωση/Πίστωση",
    ),
    ("balance", "Balance|Saldo|Saldo|Solde|Saldo|Saldo|Saldo|Saldo|Zůstatek|Saldo|Sold|Υπόλοιπο"),
];

/// The place of a country's language in the lists; English for the others.
fn language(path: &str) -> usize {
    const COUNTRIES: [(&str, usize); 18] = [
        ("at/", 1),
        ("de/", 1),
        ("ch/", 1),
        ("other-software/moneymoney", 1),
        ("nl/", 2),
        ("be/bnp", 2),
        ("be/", 3),
        ("fr/", 3),
        ("other-software/grisbi", 3),
        ("es/", 4),
        ("ar/", 4),
        ("it/", 5),
        ("br/", 6),
        ("pl/", 7),
        ("cz/", 8),
        ("no/", 9),
        ("ro/", 10),
        ("gr/", 11),
    ];
    COUNTRIES.iter().find(|(start, _)| path.starts_with(start)).map_or(0, |(_, language)| *language)
}

/// What a column of `role` is called: in English, or in the language of the layout's country.
pub fn head(role: &str, path: &str, english: bool) -> String {
    let role = match role {
        "date" => "date_transaction",
        "value_dat" => "date_interest",
        "narration" => "description",
        "debit_amount" => "amount_debit",
        "credit_amount" => "amount_credit",
        "closing_balance" => "balance",
        "chq/ref_number" => "internal_reference",
        "amount_negated" => "amount",
        "currency-code" | "currency-name" => "currency",
        "tags-comma" | "tags-space" => "tags",
        "rabo-debit-credit" | "ing-debit-credit" | "generic-debit-credit" => "debit-credit",
        other => other,
    };
    let language = if english { 0 } else { language(path) };
    WORDS
        .iter()
        .find(|(known, _)| *known == role)
        .and_then(|(_, words)| words.split('|').nth(language))
        .unwrap_or_default()
        .to_owned()
}
