use domain::{ExchangeRate, Setting, SettingId, Settings};
use jiff::civil::date;

use crate::{ChangeKind, Store, StoreError, testing::Household};

async fn save(store: &dyn Store, ada: &Household, settings: Vec<Setting>) {
    ada.write(store, ChangeKind::SettingsSaved { settings }).await;
}

pub async fn settings_are_kept_in_order_until_they_are_deleted(store: &dyn Store) {
    let ada = Household::new("ada");
    assert_eq!(*store.settings(&ada.user).await.unwrap(), Settings::default());
    let rate = Setting::ExchangeRate(ExchangeRate {
        id: SettingId::generate(&ada.clock),
        date: date(2026, 5, 1),
        from: "EUR".parse().unwrap(),
        to: "USD".parse().unwrap(),
        rate: "1.08345".parse().unwrap(),
    });
    let given = vec![
        ada.rule(2, "nul\0 and \u{202E}", "Food:Groceries"),
        ada.rule(1, "bakery", "Food:Eating out"),
        ada.budget("Food", 40_000),
        rate,
    ];
    save(store, &ada, given.clone()).await;
    let kept = store.settings(&ada.user).await.unwrap();
    assert_eq!(*kept, Settings::from_list(given.clone()));
    assert_eq!(kept.rules.iter().map(|rule| rule.position).collect::<Vec<_>>(), [1, 2]);

    for (left, setting) in (0..given.len()).rev().zip(&given) {
        let setting_id = setting.id();
        ada.write(store, ChangeKind::SettingDeleted { setting_id }).await;
        assert_eq!(store.settings(&ada.user).await.unwrap().len(), left);
        let gone = ada.apply(store, ChangeKind::SettingDeleted { setting_id }).await;
        assert!(matches!(gone, Err(StoreError::RowMissing)), "{gone:?}");
    }
    assert_eq!(kept.len(), given.len(), "what was handed out does not change");
}

pub async fn a_setting_saved_again_is_replaced(store: &dyn Store) {
    let ada = Household::new("ada");
    let (first, second) = (ada.rule(1, "first", "Food"), ada.rule(2, "second", "Food"));
    save(store, &ada, vec![first.clone(), second.clone()]).await;
    let moved = |setting: &Setting, position| match setting {
        Setting::Rule(rule) => Setting::Rule(domain::Rule { position, ..rule.clone() }),
        other => other.clone(),
    };
    save(store, &ada, vec![moved(&first, 2), moved(&second, 1)]).await;
    let rules = store.settings(&ada.user).await.unwrap().rules.clone();
    assert_eq!(rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), [second.id(), first.id()]);
}
