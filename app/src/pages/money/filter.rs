//! The filter of the transactions, from the address and as a form.

use domain::{Account, Category, Currency, FieldError, Side, TransactionFilter};
use jiff::civil::Date;
use leptos::prelude::*;

use crate::components::{DATE_WRITTEN, SelectField, TextField, error_for, parsed, refused};

/// The filter's fields as they stand in the address; text until they are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FilterFields {
    from: String,
    to: String,
    account: String,
    category: String,
    payee: String,
    text: String,
    side: String,
    currency: String,
    import: String,
    /// What only a figure's address has, by name.
    narrowing: Vec<(&'static str, String)>,
}

impl FilterFields {
    /// Reads each field of an address by its name.
    pub(crate) fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let field = |name: &str| get(name).unwrap_or_default();
        Self {
            from: field("from"),
            to: field("to"),
            account: field("account"),
            category: field("category"),
            payee: field("payee"),
            text: field("text"),
            side: field("side"),
            currency: field("currency"),
            import: field("import"),
            narrowing: TransactionFilter::NARROWING
                .into_iter()
                .filter_map(|name| Some((name, given(&field(name))?)))
                .collect(),
        }
    }

    /// The fields that are filled in, as a form sends them.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let Self { from, to, account, category, payee, text, side, currency, import, narrowing } =
            self.clone();
        let pairs = [
            ("from", from),
            ("to", to),
            ("account", account),
            ("category", category),
            ("payee", payee),
            ("text", text),
            ("side", side),
            ("currency", currency),
            ("import", import),
        ];
        pairs.into_iter().filter(|(_, value)| !value.is_empty()).chain(narrowing).collect()
    }

    /// The filter, and what in it was refused; a refused field filters nothing.
    pub(crate) fn check(&self) -> (TransactionFilter, Vec<FieldError>) {
        let mut errors = Vec::new();
        let side = match self.side.as_str() {
            "" => None,
            "spending" => Some(Side::Spending),
            "income" => Some(Side::Income),
            _ => {
                errors.push(refused("side", "is not one of the choices"));
                None
            }
        };
        let mut filter = TransactionFilter {
            from: parsed::<Date>(&self.from, "from", DATE_WRITTEN, &mut errors),
            to: parsed::<Date>(&self.to, "to", DATE_WRITTEN, &mut errors),
            account: parsed(&self.account, "account", "is not one of yours", &mut errors),
            category: match self.category.trim() {
                "" => None,
                path => Category::new(path)
                    .map_err(|error| errors.push(refused("category", &error.to_string())))
                    .ok(),
            },
            payee: given(&self.payee),
            text: given(&self.text),
            side,
            currency: parsed::<Currency>(
                &self.currency,
                "currency",
                "must be a three-letter currency code",
                &mut errors,
            ),
            import: parsed(&self.import, "import", "is not one of yours", &mut errors),
            ..TransactionFilter::default()
        };
        for (name, text) in &self.narrowing {
            errors.extend(filter.narrow(name, text).err().map(|message| refused(name, message)));
        }
        (filter, errors)
    }
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The filter as a form that leads to the filtered page.
#[component]
pub(super) fn FilterForm(
    fields: FilterFields,
    errors: Vec<FieldError>,
    accounts: Vec<Account>,
    currencies: Vec<Currency>,
) -> impl IntoView {
    let is_filtered = fields != FilterFields::default();
    let accounts: Vec<(String, String)> =
        accounts.into_iter().map(|account| (account.id.to_string(), account.name)).collect();
    let sides = [("spending", "Spending"), ("income", "Income")]
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .to_vec();
    let codes: Vec<(String, String)> =
        currencies.iter().map(|currency| (currency.code().to_owned(), currency.code().to_owned())).collect();
    view! {
        <form class="filter" method="get" action="/money" aria-label="Filter transactions">
            <div class="fields">
                <TextField name="text" label="Text" value=fields.text error=error_for(&errors, "text") />
                <TextField
                    name="category"
                    label="Category"
                    value=fields.category
                    list="categories"
                    error=error_for(&errors, "category")
                />
                <TextField name="from" label="From" kind="date" value=fields.from error=error_for(&errors, "from") />
                <TextField name="to" label="To" kind="date" value=fields.to error=error_for(&errors, "to") />
                <SelectField name="account" label="Account" value=fields.account options=accounts empty="All accounts" />
                <SelectField name="side" label="Kind" value=fields.side options=sides empty="All kinds" />
                {(currencies.len() > 1)
                    .then(|| view! {
                        <SelectField
                            name="currency"
                            label="Currency"
                            value=fields.currency.clone()
                            options=codes
                            empty="All currencies"
                        />
                    })}
                {(!fields.payee.is_empty())
                    .then(|| view! {
                        <TextField name="payee" label="Payee" value=fields.payee.clone() error=None />
                    })}
            </div>
            {fields
                .narrowing
                .iter()
                .map(|(name, text)| view! { <input type="hidden" name=*name value=text.clone() /> })
                .collect_view()}
            {(!fields.import.is_empty()).then(|| view! { <input type="hidden" name="import" value=fields.import.clone() /> })}
            <div class="filter-actions">
                <button class="button" data-kind="primary">"Show"</button>
                {is_filtered.then(|| view! { <a class="button" data-kind="quiet" href="/money">"Show all"</a> })}
            </div>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> FilterFields {
        FilterFields::read(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn empty_fields_filter_nothing() {
        let (filter, errors) = fields(&[("from", ""), ("category", " ")]).check();
        assert_eq!((filter, errors.len()), (TransactionFilter::default(), 0));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let (_, errors) = fields(&[("from", "2024-02-30"), ("account", "x"), ("side", "left")]).check();
        let names: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(names, ["side", "from", "account"]);
    }

    #[test]
    fn the_address_of_a_figure_reads_back_as_its_filter() {
        let (filter, errors) =
            fields(&[("from", "2024-03-01"), ("category", "Food:Groceries"), ("weekdays", "sunday")]).check();
        assert_eq!(errors, []);
        assert_eq!(filter.href(), "/money?from=2024-03-01&category=Food%3AGroceries&weekdays=sunday");
    }
}
