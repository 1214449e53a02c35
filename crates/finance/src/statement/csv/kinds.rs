//! What banks call the kind of a booking in a column of its own: it names nobody.

use std::{collections::HashSet, sync::LazyLock};

use crate::fold::fold;

const KINDS: &str = "pos|pos purchase|pos debit|pos withdrawal|point of sale purchase|point of sale|card purchase|card payment|card transaction|\
    debit card purchase|debit card payment|credit card payment|debit card|visa purchase|visa debit|visa electron|mastercard purchase|eftpos|eft|\
    purchase|payment|transfer|bank transfer|wire transfer|internal transfer|online transfer|direct debit|direct credit|direct deposit|\
    standing order|automatic payment|bill payment|bill pay|ach|ach debit|ach credit|atm|atm withdrawal|cash withdrawal|withdrawal|deposit|\
    fee|service charge|interest|salary|sal|refund|debit|credit|debit purchase|faster payment|\
    kortköp|köp|lön|överföring|insättning|uttag|autogiro|swish|betalning|kjøp|varekjøp|lønn|overføring|avtalegiro|dankort|\
    kartenzahlung|kartenkauf|lastschrift|sepa lastschrift|folgelastschrift|überweisung|dauerauftrag|gutschrift|gehalt|bargeldauszahlung|\
    girocard|debitkarte|paiement carte|paiement par carte|carte|virement|virement reçu|virement émis|prélèvement|retrait|salaire|\
    pagamento tramite pos|pagamento pos|pagobancomat pos|pagobancomat|bonifico|bonifico a vostro favore|bonifico ricevuto|stipendio|\
    addebito|addebito diretto|prelievo|accredito|compra|compra tarjeta|compra con tarjeta|pago con tarjeta|transferencia|\
    transferencia recibida|nómina|recibo|cajero|compra no débito|compra no crédito|pix|pix recebido|pix enviado|pagamento|salário|saque|\
    betaalautomaat|overboeking|incasso|sepa incasso|geldautomaat|salaris|zakup przy użyciu karty|zakup kartą|płatność kartą|\
    przelew|przelew przychodzący|przelew wychodzący|wypłata|wynagrodzenie|vásárlás kártyával|kártyás vásárlás|átutalás|jövedelem|\
    korttiosto|tilisiirto|palkka|カード|給料|給与|振込|振替|引出|預入";

static FOLDED: LazyLock<HashSet<String>> = LazyLock::new(|| KINDS.split('|').map(fold).collect());

/// Whether a text is the kind of a booking and nothing else.
pub(super) fn is_kind(text: &str) -> bool {
    text.len() <= 60 && FOLDED.contains(fold(text).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_whole_texts() {
        for text in ["POS Purchase", "Kortköp", "Pagamento tramite POS", "カード", "Zakup przy użyciu karty"]
        {
            assert!(is_kind(text), "{text}");
        }
        for text in ["POS WHOLEFDS", "Tesco", "", "Pix Maria"] {
            assert!(!is_kind(text), "{text}");
        }
    }
}
