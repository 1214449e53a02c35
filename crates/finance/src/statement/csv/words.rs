//! The words that banks head their columns with, in the languages met so far.

use std::sync::LazyLock;

use foldhash::HashMap;

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
    Pending,
    Mcc,
}

/// A phrase fits a header word for word with its whole weight, as a part of it with less.
type Phrases = (Role, u8, &'static str);

/// Weights order candidates of one role: 100 is the word itself, less is a second choice.
const PHRASES: &[Phrases] = &[
    (
        Role::Date,
        100,
        "datums|kuupäev|kuupaev|päiväys|дата транзакции|вальер|ngày|ngày giao dịch|tanggal|วันที่|التاريخ|تاريخ|תאריך עסקה|datë|dagsetning|dáta|날자|거래일|거래일시|交易日|日期|入账日期|記帳日|記帳日期|交易日期时间|date|datum|fecha|data|dato|pvm|päivämäärä|tarih|işlem tarihi|дата|дата операции|日付|取引日|交易时间|交易日期|날짜|거래일자|ημερομηνία|ημ νία|תאריך",
    ),
    (
        Role::Date,
        98,
        "fecha de transacción|fecha de la transacción|fecha de movimiento|data da operação|data do lançamento|data de lançamento|data lançamento|data compra|data da compra|data dell operazione|transakciós dátum|transakció dátuma|tranzakció ideje|tranzakció időpontja|datum transakcie|dátum transakcie|data tranzactiei|data tranzactie|дата на транзакция|дата на операцията|дата транзакції|дата операції|дата і час операції|дата и время|дата и время операции|tehingu kuupäev|darījuma datums|operacijos data|datum prometa|datum valute transakcije|ημερομηνία συναλλαγής|ημ νία συναλλαγής|ημερομηνία κίνησης|tarih saat|ngày hiệu lực|tanggal transaksi|transaktionsdato|købsdato|köpdatum|ostopäivä|dags|dagsetning færslu|posted transactions date|transaction posting date|trans date time|date of trans|tran date|txn date|transactiondate|transaction time|transaction timestamp|purchase date|date of purchase|datum i vrijeme|achatdatum|date achat|date d achat|transaction datetime|date opé|date operation|dateop|transaction date|trans date|date transaction|date of transaction|umsatzdatum|belegdatum|kaufdatum|transaktionsdatum|date opération|date de l opération|date d opération|date op|date de transaction|fecha operación|fecha de operación|fecha de la operación|f operación|fecha movimiento|fecha transacción|data operazione|data movimento|data operacji|data transakcji|data transação|data da transação|data do movimento|data mov|datum transakce|datum provedení|transactiedatum|transaksjonsdato|transaktionsdag|datum transakcije|tranzakció dátuma|dátum|data tranzacției|run date|trade date|利用日|ご利用日|date and time|booked at",
    ),
    (
        Role::Date,
        96,
        "buchungstag|buchungsdatum|buchung|book date|booked date|date book|date booked|booked|booking day|data księgowa|data zaksięgowania|data księgowania operacji|fecha de contabilización|fecha asiento|data registrazione|data di registrazione|data di contabilizzazione|date d exécution|date de l exécution|date execution|uitvoeringsdatum|data înregistrării|data inregistrarii|rögzítés dátuma|könyvelés napja|datum izvršenja|datum izvršitve|datum knjiženja transakcije|datum zaúčtovania|dátum zaúčtovania|дата на осчетоводяване|дата обробки|дата обработки|дата зачисления|ημερομηνία καταχώρησης|işlem kayıt tarihi|kayıt tarihi|bokfört|kirjauspvm|bokførings dato|booking time|posted time|settled date|settled on|date settled|clearing date|date posted utc|booking date|completed date|completed on|finished on|date comptabilisation|date de comptabilisation|date comptable|fecha contable|data contabile|data księgowania|data lançamento|data lanc|datum zaúčtování|boekdatum|boekingsdatum|datum boeking|bokföringsdag|bokföringsdatum|bogføringsdato|bokført dato|bokføringsdato|kirjauspäivä|könyvelés dátuma|könyvelési dátum|datum knjiženja|post date|posted date|posting date|posted|date posted|posted on|entry date|effective date|settlement date|payment date|abschlussdatum|booking|дата проводки",
    ),
    (
        Role::Date,
        70,
        "created on|created at|created|started date|authorized date|date heure|date time|datetime|data ora|timestamp|time|when",
    ),
    (
        Role::Date,
        60,
        "date interest|date invoice|date process|date payment|processing date|process date|processed date|date processed|data rozliczenia|data płatności|data di pagamento|fecha de valor|fecha de proceso|fecha de pago|data processamento|data valor|data de valor|date de traitement|date de règlement|date de paiement|data valutei|datum valute|datum valuty|дата валютирования|дата валютування|вальор|valör|valörpäivä|väärtuspäev|valutos data|ημερομηνία αξίας|τοκισμός από|valör tarihi|verarbeitungsdatum|verwerkingsdatum|起息日|记账日|value day|val date|interest day|value dat|value date|valuta|valuta date|valutadatum|wert|wertstellung|rentedatum|interest date|date valeur|date de valeur|fecha valor|f valor|data valuta|data waluty|valuteringsdag|valutadag|rentedato|valørdato|arvopäivä|értéknap|maksupäivä|дата платежа",
    ),
    (
        Role::Amount,
        100,
        "amount negated|transaction amt|tran amount|txn amount|montante|summa eur|summa sek|tehingu summa|maksājuma summa|darījuma summa|operacijos suma|suma tranzacției|suma tranzactiei|suma operacji|сума операції|сума в валюті картки|сума у валюті картки|сумма в валюте счета|сумма в валюте карты|сумма списания|сума на транзакцията|сума на операцията|ποσό συναλλαγής|ποσό κίνησης|ποσό σε ευρώ|beløb i dkk|beløp i nok|belopp sek|upphæð|shuma|số tiền|jumlah|nominal|จำนวนเงิน|المبلغ|مبلغ|סכום עסקה|סכום חיוב|お取引金額|引落金額|支払金額|交易額|发生额|人民币金额|이용금액|승인금액|거래 금액|betrag eur|betrag in eur|betrag chf|montant eur|importe eur|importo eur|kwota w pln|kwota rozliczenia|kwota w walucie rachunku|částka v měně účtu|objem transakce|suma transakcie|összeg huf|tranzakció összege|tutarı|işlem tutarı tl|tutar tl|local currency amount|value gbp|valor eur|valor da transação|valor do movimento|importe de la operación|importe movimiento|importo in euro|importo eur|amount|betrag|bedrag|montant|importe|importo|importi|monto|valor|belopp|beløb|summa|kwota|částka|čiastka|suma|összeg|tutar|işlem tutarı|сумма|сумма операции|сумма платежа|сума|金額|金额|交易金额|금액|거래금액|ποσό|iznos|znesek|סכום|net amount|net|transaction amount|umsatz|umsatzbetrag|kwota operacji|kwota transakcji|importo operazione|montant de l opération|valor r|transaksjonsbeløp|amt|summe|importe operación|amount in account currency|bedrag eur|billing amount|määrä|määrä euroa|objem|iznos transakcije|bedrag in eur|amount usd|charge amount",
    ),
    (
        Role::Amount,
        85,
        "netto|neto|net|net amount|value|total|sum|amount eur|betrag eur|credit debit amount|debit credit amount|debit credit|credit debit|movimiento|movimento|mutatie|payment amount|price",
    ),
    (Role::Amount, 55, "gross|gross amount|brutto|bruto|lordo|einzelbetrag|利用金額|ご利用金額"),
    (
        Role::Debit,
        100,
        "abfluss|funds out|moneyout|outgoings|out going|payments out|payment out|debits amount|total debit|debit value|debit eur|debit huf|debiteur|bedrag af|uitgaven|uit|af bedrag|montant débit|débit euros|débit eur|monto débito|importe cargo|cargos eur|importe debe|debe|valor débito|valor debito|débito eur|saídas eur|uscite eur|importo addebito|dare eur|soll eur|lastschriften|abgang|ausgänge|abbuchung|auszahlung|auszahlungen|utgifter|uttag|utbetaling|utbetalinger|udbetaling|hævninger|veloitus|menot|menno|kulud|deebet|väljaminek|izdevumi|debets|išlaidos|debetas|výdaj|odchozí|odchozí platba|na vrub|odpis|rashod|isplata|isplate|odliv|breme|v breme|debet rsd|plăți|ieșiri|kiadás|kimenő|megterhelés|terhelés összege|дебет|расходы|списания|списано|видатки|витрата|списання|разход|разходи|χρεώσεις|αναλήψεις|ποσό χρέωσης|giden|çıkan|harcama|borç tutarı|ghi nợ|nợ|phát sinh nợ|ถอน|ถอนเงิน|مدين|سحب|חיוב|お引出金額|お引き出し|支払い|支払|引出金額|出金額|出金金額|お引出し額|支出金额|借方|借方金额|借方发生额|출금액 원|찾으신금액|지급금액|nostri debit|dépense eur|retraits|retrait|withdraw|withdrawal amount inr|debit amount inr|spent amount|amount spent|debit|debits|debit amount|debet|withdrawal|withdrawals|withdrawal amount|withdrawal amt|withdrawn|money out|paid out|out|outflow|outgoing|soll|lastschrift|belastung|belastungen|débit|débito|débitos|cargo|cargos|addebito|addebiti|dare|uscite|uscita|gasto|gastos|ausgabe|ausgaben|ausgang|sortie|dépense|dépenses|ut|ut fra konto|ud|hævet|obciążenia|obciążenie|wydatki|expense|expenses|spent|spend|charge|charges|出金|支出|お支払金額|お引出し|引出額|출금|출금액|расход|списание|χρέωση|borç|saída|saídas|výdaje|zaduženje|terhelés|חובה|dr|dr amount|otto|panot otot|debito r|amount debit|amount out|af|egreso|egresos|retiro|retiros|debitare|debet amount|debit amt",
    ),
    (
        Role::Credit,
        100,
        "zufluss|funds in|moneyin|incomings|payments in|payment in|total credit|credit value|credit eur|bedrag bij|inkomsten|bij bedrag|montant crédit|crédit euros|crédit eur|monto crédito|importe abono|abonos eur|importe haber|haber|valor crédito|valor credito|crédito eur|entradas eur|entrate eur|importo accredito|avere eur|haben eur|gutschriften eur|zugang|eingänge|einzahlung|einzahlungen|inkomster|insättning|innbetaling|innbetalinger|indbetaling|indsætninger|hyvitys|tulot|panot|kreedit|sissetulek|kredīts|ieņēmumi|kreditas|pajamos|příjem|příchozí|příchozí platba|ve prospěch|pripis|prihod|uplata|uplate|priliv|dobro|v dobro|potražuje|încasări|intrări|bevétel|bejövő|jóváírás összege|кредит|доходы|поступления|зачислено|зачисления|надходження|дохід|зарахування|приходи|πιστώσεις|καταθέσεις|ποσό πίστωσης|gelen|giren|alacak tutarı|ghi có|có|phát sinh có|ฝาก|ฝากเงิน|دائن|إيداع|お預入金額|お預け入れ|預り金額|入金額|入金金額|預入金額|お預入れ額|收入金额|贷方|贷方金额|贷方发生额|입금액 원|맡기신금액|deposit amount inr|credit amount inr|dépôts|dépôt|versement|recette eur|amount received|received amount|credit|credits|credit amount|kredit|deposit|deposits|deposit amount|deposit amt|deposited|money in|paid in|in|inflow|incoming|haben|gutschrift|gutschriften|crédit|crédito|créditos|abono|abonos|accredito|accrediti|avere|entrate|entrata|ingreso|ingresos|einnahme|einnahmen|eingang|entrée|entrées|recette|recettes|inn|inn på konto|ind|indsat|uznania|uznanie|wpływy|income|received|入金|收入|お預入れ|預入額|입금|입금액|приход|зачисление|πίστωση|alacak|entrada|entradas|příjmy|odobrenje|jóváírás|זכות|cr|cr amount|pano|credito r|amount credit|amount in|bij|depósito|depósitos|creditare|credit amt",
    ),
    (
        Role::Direction,
        100,
        "debet kredyt|débito crédito|debito credito|cargo abono|abono cargo|debit kredit|debit credit d c|debets kredīts|deebet kreedit|creditdebet|debetas kreditas|d k c|дебет кредит|приход расход|тип операции|χρέωση πίστωση|χ π|borç alacak durumu|借贷|借贷标志|收付标志|income or expense|money in out|in or out|transaction direction|flow|cdi|cr db|crdr|drcr|dbcr|debitcredit|creditdebit|soll haben kennung|soll haben kennzeichen|s h kennzeichen|bij of af|af of bij|indicateur débit crédit|indicador|debit credit|credit debit|d c|c d|dc|cd|d k|k d|cr dr|dr cr|af bij|bij af|bij af bij|soll haben|s h|h s|credit debit indicator|debit credit indicator|creditdebitindicator|debit credit code|debit or credit|credit or debit|direction|richting|sens|sign|signe|dare avere|debet credit|收 支|收支|borç alacak|πρόσημο|πρόσημο ποσού|in out|income expense|debet kredit|credit debet",
    ),
    (
        Role::Direction,
        50,
        "transaction type|type|typ|tipo|kind|details|type of transaction|tipo movimento|tipo de movimiento|transactiontype",
    ),
    (
        Role::Balance,
        100,
        "saldos|saldi|soldes|balances|saldo diario|daily balance|end of day balance|saldo eur|saldo sek|saldo final|saldo contable|saldo disponible tras movimiento|saldo após movimento|saldo após|saldo contabilístico|saldo progressivo|saldo attuale|saldo rachunku|saldo końcowe|konečný zůstatek|konečný zostatok|zůstatek po transakci|saldo efter|saldo etter|saldo efter transaktion|bogført saldo|bokført saldo|tilisaldo|saldo kontol|jääk|atlikums|likutis|stanje računa|trenutno stanje|könyvelt egyenleg|záró egyenleg|számlaegyenleg|sold final|sold după tranzacție|sold contabil|наличност|салдо|залишок|залишок після операції|остаток на счете|остаток после операции|υπόλοιπο λογαριασμού|λογιστικό υπόλοιπο|güncel bakiye|son bakiye|số dư|saldo akhir|ยอดคงเหลือ|الرصيد|יתרה בש ח|お預り残高|預金残高|账户余额|帳戶結餘|結餘|餘額|결제 후 잔액|거래후잔액|거래 후 잔액|solde après opération|solde final|solde eur|new balance|end balance|ending balance|post balance|current balance|balance gbp|account bal|remaining balance|cleared balance|closing bal|kontosaldo|kontostand nach buchung|saldo nach transaktion|balance|accountbalance|running balance|running bal|balance after|balance after transaction|account balance|ledger balance|closing balance|saldo|kontostand|solde|saldo na trn|saldo na mutatie|saldo po operacji|saldo po transakcji|stan konta|zůstatek|egyenleg|bakiye|остаток|баланс|残高|差引残高|余额|잔액|υπόλοιπο|sold|stanje|beholdning|יתרה|bal|saldo nach buchung|saldo contabile|konto saldo|bokfört saldo|endsaldo|zostatok",
    ),
    (
        Role::Balance,
        60,
        "available balance|saldo disponible|disponible|saldo disponibile|kullanılabilir bakiye|total balance",
    ),
    (
        Role::Payee,
        100,
        "opposing name|opposing account name|opposing account|destination name|other party|other party name|otherparty|tegenrekeninghouder|naam begunstigde|naam tegenrekening|naam tegenrekeninghouder|begunstigde|nom de la contrepartie|nom contrepartie|nom du bénéficiaire|bénéficiaire|bénéficiaire donneur d ordre|donneur d ordre|commerçant|marchand|enseigne|supplier found|supplierfound|comercio|establecimiento comercio|titular contrapartida|contraparte|destinatario|destinatário|ordinante|ordinante beneficiario|controparte|esercente|comerciante|nome do beneficiário|nome destinatário|estabelecimento|descrição do estabelecimento|odbiorca nadawca|nazwa kontrahenta|nazwa i adres kontrahenta|dane odbiorcy|dane odbiorcy nadawcy|nazwa odbiorcy nadawcy|nazwa nadawcy odbiorcy|nadawca|obchodník|příjemce|plátce příjemce|název příjemce|jméno protistrany|protiúčet název|názov obchodníka|meno protistrany|názov protiúčtu|partner név|kedvezményezett|közlemény partner|beneficiar|nume beneficiar|nume partener|partener|nume contrapartidă|comerciant|beneficiar ordonator|ordonator|ordonator beneficiar|saņēmējs|saņēmējs maksātājs|partneris|gavėjas|mokėtojas gavėjas|gavėjas mokėtojas|saaja maksja|saaja nimi|motpart|motpartens navn|motpartsnavn|mottaker|mottaker avsender|betalingsmottaker|mottagare avsändare|mottagarens namn|motpartsnamn|modpart|afsender modtager|modtager navn|vastaanottaja|saaja tai maksaja|vastapuoli|primatelj|primatelj platitelj|platitelj primatelj|naziv primatelja|naziv primaoca|prejemnik|prejemnik plačnik|naziv prejemnika plačnika|primalac|наименование контрагента|имя контрагента|контрагент наименование|плательщик получатель|отправитель получатель|торговая точка|мерчант|отримувач|контрагент назва|получател|наредител получател|αντισυμβαλλόμενος|δικαιούχος|έμπορος|ωφελούμενος|alıcı|alıcı adı|karşı taraf|karşı hesap adı|gönderen alıcı|karşı hesap adı soyadı|merchant dba|tên người nhận|người thụ hưởng|nama penerima|المستفيد|שם בית עסק|שם בית העסק|שם המוטב|בית עסק|加盟店名|店名|ご利用先|利用先|利用店名・商品名|お支払先|振込先|对方户名|对方名称|交易对手|商户名称|商户|收款人|收付方名称|对方账户名|對方戶名|가맹점명|이용가맹점|보낸분받는분|의뢰인 수취인|거래처|가맹점|zahlungspflichtige r|empfänger auftraggeber|empfänger zahlungspflichtiger|begünstigte r|name gegenpartei|gegenpartei|gegenpartei name|name des partners|händler|händlername|merchant description|counterparty s name|counterpart|counterpart name|counterpartname|beneficiary or cardholder|to from|from to|payer payee|payee payer|payee or payer|sender receiver|receiver|receiver name|recipient name|biller|seller|shop|retailer|transaction merchant|partnername|payee|payee name|merchant|merchant name|counterparty|counterparty name|counter party|counter party name|partner name|partner|beneficiary|beneficiary name|beguenstigter zahlungspflichtiger|begünstigter zahlungspflichtiger|begünstigter auftraggeber|beguenstigter auftraggeber|auftraggeber empfänger|auftraggeber begünstigter|empfänger|zahlungsempfänger|zahlungspflichtiger|zahlungsempfänger in|name zahlungsbeteiligter|naam tegenpartij|naam omschrijving|tegenpartij|contrepartie|tiers|odbiorca zleceniodawca|nadawca odbiorca|odbiorca|kontrahent|dane kontrahenta|nazwa odbiorcy|název protiúčtu|název protistrany|názov protistrany|protistrana|název obchodníka|mottagare|modtager|saaja maksaja|saajan nimi|saaja|получатель|контрагент|交易对方|利用店名|ご利用店名|sender or recipient|recipient|merchant or description|vendor|nom|nome|nombre|beneficiario|ordenante|ordenante beneficiario|partner neve|title|store|empfängername|target name",
    ),
    (
        Role::Payee,
        90,
        "name|naam|namn|navn|nimi|név|auftraggeber|zleceniodawca|absender|sender|rubrik|maksaja|avsändare|beneficiário|establecimiento|supplier",
    ),
    (
        Role::Description,
        100,
        "narative|transaction narrative|transaction description 1|detail|details of transaction|transaction detail|transaction information|payment details|description of transaction|desription|libellé simplifie|libelle simplifie|libellé suivi|nature de l opération|nature|détail|détails|détail de l opération|détail 1|description de l opération|omschrijving van de verrichting|details van de verrichting|mededeling 1|concepto común|concepto movimiento|concepto propio|descripción del movimiento|detalle|detalle de la operación|descripción de la operación|descrizione movimento|dettagli|dettaglio|operazione|descrição da transação|descrição do movimento|descritivo|detalhes|histórico do lançamento|título|estabelecimento descrição|opis promjene|opis plaćanja|svrha doznake|svrha|svrha plaćanja|namen|namen plačila|opis plačila|popis operace|popis obchodu|popis pohybu|účel platby|popis platby|název operace|poznámka pro mne|informácia pre príjemcu|popis transakcie|detalii operațiune|detalii operatiune|detalii tranzactie|descriere|descrierea tranzacției|descriere tranzactie|explicatii|explicații|tranzakció leírása|leírás|könyvelési megjegyzés|megnevezés|selgitus|tehingu selgitus|informācija saņēmējam|darījuma apraksts|apraksts|maksājuma mērķis|paskirtis|mokėjimo paskirtis|paaiškinimai|aprašymas|tapahtuma|tapahtumakuvaus|kuvaus|saajan tiedot|transaktion|transaktionstext|specifikation|meddelande|forklarende tekst|posteringstekst|tekst til modtager|betalingstekst|transaksjonstekst|skýring|texti|описание транзакции|детали операции|детали|назначение платежу|призначення платежу|опис|опис операції|деталі операції|основание|основание за плащане|описание на транзакцията|περιγραφή συναλλαγής|περιγραφή κίνησης|αιτιολογία συναλλαγής|işlem açıklaması|açıklamalar|işlem|işlem detayı|nội dung|diễn giải|mô tả|nội dung giao dịch|keterangan|uraian|deskripsi|uraian transaksi|รายละเอียด|รายการ|الوصف|البيان|التفاصيل|תיאור התנועה|תיאור פעולה|הפעולה|פרטים|摘要内容|お取り扱い内容|お取引|内容|取扱内容|備考摘要|交易摘要|交易说明|交易描述|说明|摘要说明|기재내용|거래내용|적요내용|사용내역|buchungsinformation|buchungs details|verwendungszweck buchungstext|zahlungsdetails|umsatztext|zweck|vwz|booking details|transaktionsbeschreibung|mitteilungen|notiz zur zahlung|description|transaction description|memo|narrative|narration|verwendungszweck|avisierungstext|text|omschrijving|libellé|libellé opération|libellé de l opération|libelle|intitulé|motif|concepto|descripción|descrizione|descrizione operazione|causale|opis|opis operacji|opis transakcji|tytuł|tytułem|tytuł operacji|popis|popis transakce|beskrivning|beskrivelse|tekst|forklaring|selite|açıklama|описание|назначение платежа|назначение|摘要|お取引内容|取引内容|내용|적요|αιτιολογία|περιγραφή|histórico|lançamento|descrição|detalii|detalii tranzacție|közlemény|remarque|opis transakcije|תיאור|תאור|desc|particulars|transaction details|transaction remarks|description 1|omschrijving 1|beschreibung|selitys|item 1|buchungsdetails|buchungstext verwendungszweck|posting text|merchant description|statement description|description 1 description 2|item1|booking text",
    ),
    (Role::Description, 85, "details"),
    (
        Role::Description,
        80,
        "concepto complementario 1|mitteilung|bemerkung|bemerkungen|observații|observações|melding|notatka|poznamka|σχόλια|примечание|примітка|komentarz|kommentarer|note to self|additional description|additional info|transaction notes|custom note|user note|meddelelse|viesti saajalle|popis pro mě|zpráva|payment reference|zahlungsreferenz|remarks|remark|communication|mededelingen|mededeling|zpráva pro příjemce|poznámka|viesti|message|notes|note|nota|más datos|observaciones|descrizione completa|bank description|original description|full description|raw description|reference text|описание операции|備考|商品|megjegyzés|informatie|info|additional information|beneficiary message|description 2|omschrijving 2|notes and tags|betreff|comment|comments|kommentar|commentaire|nachricht",
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
        "κατηγορία|kategoria wydatków|kategoria operacji|spending type|expense type|categoría de gasto|catégorie opération|categoría del movimiento|categoria movimento|moneymap|kategorie buchung|rubrique|luokitus|kategorija|kategoorija|категорія|категория операции|danh mục|kategori transaksi|类别|交易分类|消费类型|카테고리|หมวดหมู่|الفئة|קטגוריה|ענף|kategori pengeluaran|merchant category name|transaction category|categorización|category|kategorie|catégorie|categorie|categoría|categoria|kategoria|kategori|kategória|luokka|категория|分類|分类|カテゴリ|spending category|category name|personal finance category detailed|merchant category|expense category|hauptkategorie",
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
        "posted account|account number masked|λογαριασμός|αριθμός λογαριασμού|klienta konts|kliendi konto|sąskaitos nr|sąskaita|sąskaitos numeris|konta numurs|konto number|tilinumero|tilin numero|reikningur|număr cont|numar cont|contul|cont iban|cont client|iban cont|broj računa|račun|številka računa|číslo karty|číslo účtu platitele|moje číslo účtu|číslo môjho účtu|vlastní účet|számlaszám|könyvelő számlaszám|kártyaszám|número da conta|conta origem|número de conta|número do cartão|cartão|tarjeta|número de tarjeta|nº tarjeta|nº de cuenta|cuenta iban|numéro de carte|n de compte|n compte|compte bancaire|n de carte|carte|numero carta|carta|numero rapporto|rapporto|iban del conto|iban conto|numer karty|karta|kartennummer|kreditkarte|kreditkartennummer|kontonummer iban|kontonummer auftraggeber|eigenes konto|umsatzkonto|iban umsatzkonto|hesap no|hesap numarası|hesap|kart numarası|kart no|счёт списания|счет карты|рахунок|номер рахунку|картка|карта|сметка|номер на сметка|số tài khoản|nomor rekening|no rekening|rekening sumber|เลขที่บัญชี|رقم الحساب|מספר חשבון|מספר כרטיס|4 ספרות אחרונות של כרטיס האשראי|口座|カード番号|账号|账户|卡号|本方账号|帳號|계좌번호|카드번호|your account|acct no|acct|acct number|a c no|from account iban|posting account|account num masked|primary account|nro de cuenta|nro cuenta|account|account number|account no|account nr|account num|account id|source account|source account number|auftragskonto|iban auftragskonto|own account|own iban|from account number|numéro de compte|numéro du compte|número de cuenta|nº cuenta|numero conto|numer rachunku|numer rachunku karty|číslo účtu|rekeningnummer|iban bban|compte num|comptenum|номер счета|номер карты|accountnumber|iban rekening|account iban|kontonr|口座番号|account number iban|rachunek|konto nr|card number|card no|cardnumber|account card number",
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
    (
        Role::AccountName,
        60,
        "account type|type de compte|kontotyp|accounttype|tipo de cuenta|account name nickname|kontobezeichnung|account|konto|compte|cuenta",
    ),
    (
        Role::Currency,
        100,
        "valutacode|munteenheid|valuta rekening|devise du compte|devise compte|valuta conto|divisa cuenta|moeda da conta|waluta rachunku|měna účtu|mena účtu|valiuta|valūta|valuuta|valuutta|gjaldmiðill|monedă|moneda cont|valută|devizanem|pénzneme|számla devizaneme|валюта карты|валюта карти|валюта рахунку|валюта счета|валута|валута на сметката|döviz|döviz cinsi|döviz kodu|đơn vị tiền|loại tiền|mata uang|สกุลเงิน|العملة|מטבע חשבון|通貨コード|货币|交易币种|幣別|幣種|통화코드|currency name|buchungswährung|kontowährung|währungscode|moneda de la cuenta|billing currency|ccy code|curr|currency|currency code|währung|waehrung|munt|muntsoort|valuta|devise|divisa|moneda|moeda|waluta|měna|mena|deviza|valyuta|валюта|валюта операции|para birimi|通貨|币种|통화|νόμισμα|iso currency code|account currency|transaction currency|val|valutakod|ccy|cur|muntcode|pénznem|מטבע",
    ),
    (Role::Currency, 60, "balance currency|settlement currency"),
    (
        Role::Id,
        100,
        "archive code|arhīva kods|arhiveerimistunnus|arhiivitunnus|archyvo kodas|įrašo nr|kanditunnus|identifikační číslo transakce|id transakcie|identyfikator|identyfikator transakcji|identifikator|referentienummer|transactienummer|volgnummer|numéro de séquence|n de séquence|identificativo|id transazione|id tranzacție|id tranzactie|tranzakció azonosító|tranzakció azonosítója|id операции|номер операции|номер транзакції|işlem no|dekont no|fiş no|αριθμός συναλλαγής|αρ συναλλαγής|mã giao dịch|số giao dịch|取引番号|整理番号|流水号|交易流水号|交易号|거래번호|승인번호|transaktionsid|transaktions nr|bunt nr|arkivref|arkivreferanse|arkivreference|transaction uuid|transaction code id|transaction no|txn no|unique transaction id|journal id|transaction id|id|fitid|external id|transaction number|transaktions id|transaktionsnummer|transaction reference|reference number|reference no|reference id|record id|entry reference|unique id|uuid|txn id|transaktionsreferenz|numer transakcji|id transakcji|id transakce|id operace|volgnr|numéro de transaction|bank reference|transactionid|archivierungskennung|交易单号|交易订单号|operation id|txid|identificador|archive id|id pohybu|tx hash",
    ),
    (Role::Id, 60, "ref|ref no|order id|journal|journal number|nr ref|referenznummer"),
    (
        Role::Status,
        100,
        "status|booking status|buchungsstatus|transaction state|transaktionsstatus|current state|situação|situación|situazione|statut opération|stan transakcji|stav transakce|státusz|статус операции|статус операції|durumu|κατάσταση|ステータス|상태|état|staat|tila tapahtuman|state|transaction status|stav|stato|estado|statut|tila|статус|durum|当前状态|交易状态|stan",
    ),
    (Role::Status, 90, "contabilizzazione"),
    (Role::Status, 45, "info"),
    (Role::Pending, 100, "pending|is pending|ispending|pending transaction|vorgemerkt|ausstehend"),
    (
        Role::Mcc,
        100,
        "mcc|mcc code|mcc kod|mcc code merchant|merchant category code|merchantcategorycode|mcccode|sic mcc|sic code|kod mcc|код mcc|мсс|mcc код",
    ),
];

/// Phrases that make a header mean something of another row, day or party than the booking's own.
const FOREIGN: &str = "initial|opening|begin|beginning|start|end|final|due|expiry|original|orig|foreign|local|fremd|\
    ursprungs|ursprünglicher|ursprung|converted|exchange|rate|kurs|fee|fees|tax|vat|commission|interest|counter|\
    counterparty|counterpart|contra|tegen|tegenrekening|tegenrekeningnummer|opposing|gegenkonto|gegen|partner|payee|beneficiary|recipient|dest|\
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
    let mut roles: HashMap<String, Vec<(Role, u8)>> = HashMap::default();
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
