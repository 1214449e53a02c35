//! Imports: what they bring, and what is left when one is undone.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{Account, ImportId, Transaction, TransactionId};
use jiff::Timestamp;

use super::user::{ImportRows, UserState, sort_accounts};
use crate::{
    ImportsSeen, ReplacedAnchor,
    text::{storable, storable_details},
};

impl UserState {
    pub(super) fn imports_seen(&self) -> ImportsSeen {
        ImportsSeen::of(self.imports.values().map(|rows| &rows.import))
    }

    pub(super) fn commit_import(
        &mut self,
        mut import: ImportRows,
        accounts: Vec<Account>,
        transactions: Vec<Transaction>,
    ) {
        let ledger = Arc::make_mut(&mut self.ledger);
        import.anchors.reserve(accounts.len());
        for mut account in accounts {
            account.name = storable(account.name);
            account.number = account.number.map(storable);
            let there = ledger.accounts.iter_mut().find(|known| known.id == account.id);
            import.anchors.push(ReplacedAnchor {
                account_id: account.id,
                given: account.anchor,
                before: there.as_ref().and_then(|known| known.anchor),
            });
            match there {
                Some(known) => *known = account,
                None => ledger.accounts.push(account),
            }
        }
        sort_accounts(&mut ledger.accounts);

        let mut taken: HashSet<_> = ledger.transactions.iter().map(|row| row.id).collect();
        ledger.transactions.reserve(transactions.len());
        ledger.transactions.extend(transactions.into_iter().filter(|row| taken.insert(row.id)).map(
            |mut row| {
                row.payee = storable(row.payee);
                row.description = storable(row.description);
                row.external_id = row.external_id.map(storable);
                row.details = row.details.map(|details| Box::new(storable_details(*details)));
                row
            },
        ));
        // Two sorted runs: the standard sort merges them.
        ledger.transactions.sort_by_key(|row| (row.date, row.id));
        import.import.file_name = storable(import.import.file_name);
        self.imports.insert(import.import.id, import);
    }

    pub(super) fn undo_import(&mut self, import_id: ImportId, at: Timestamp) {
        let Some(rows) = self.imports.get_mut(&import_id) else { return };
        rows.import.undone_at = Some(at);
        let anchors = rows.anchors.clone();
        let listed = rows.import.account_ids.iter().copied();
        let touched: HashSet<_> = anchors.iter().map(|anchor| anchor.account_id).chain(listed).collect();

        let heirs = self.heirs();
        let ledger = Arc::make_mut(&mut self.ledger);
        for row in ledger.transactions.iter_mut().filter(|row| row.import_id == import_id) {
            if let Some((heir, line)) = heirs.get(&row.id) {
                row.import_id = *heir;
                row.line = *line;
            }
        }
        ledger.transactions.retain(|row| row.import_id != import_id);
        let used: HashSet<_> = ledger.transactions.iter().map(|row| row.account_id).collect();
        ledger.accounts.retain(|account| used.contains(&account.id) || !touched.contains(&account.id));
        for replaced in &anchors {
            self.give_back(import_id, replaced);
        }
    }

    /// The oldest of the standing imports that confirm a transaction, and its line there.
    fn heirs(&self) -> HashMap<TransactionId, (ImportId, u32)> {
        let is_standing = |rows: &&ImportRows| rows.import.undone_at.is_none();
        let mut standing: Vec<&ImportRows> = self.imports.values().filter(is_standing).collect();
        standing.sort_by_key(|rows| rows.import.age());
        let mut heirs = HashMap::new();
        for rows in standing {
            for confirmed in &rows.confirms {
                heirs.entry(confirmed.transaction_id).or_insert((rows.import.id, confirmed.line));
            }
        }
        heirs
    }

    /// Gives an account the anchor back that an undone import had replaced.
    fn give_back(&mut self, undone: ImportId, replaced: &ReplacedAnchor) {
        let Some(undone) = self.imports.get(&undone).map(|rows| rows.import.age()) else { return };
        let is_later = |rows: &&mut ImportRows| rows.import.undone_at.is_none() && rows.import.age() > undone;
        let mut later: Vec<_> = self
            .imports
            .values_mut()
            .filter(is_later)
            .filter_map(|rows| {
                let (age, confirms) = (rows.import.age(), !rows.confirms.is_empty());
                let anchor = rows.anchors.iter_mut().find(|it| it.account_id == replaced.account_id)?;
                Some((age, anchor, confirms))
            })
            .collect();
        later.sort_by_key(|(age, ..)| *age);
        if !replaced.take_back(later.into_iter().map(|(_, anchor, confirms)| (anchor, confirms))) {
            return;
        }
        let accounts = &mut Arc::make_mut(&mut self.ledger).accounts;
        let account = accounts.iter_mut().find(|account| account.id == replaced.account_id);
        if let Some(account) = account.filter(|account| account.anchor == replaced.given) {
            account.anchor = replaced.before;
        }
    }
}
