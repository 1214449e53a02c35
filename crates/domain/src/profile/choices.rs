//! The fields of a profile that offer choices.

use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $(
                #[doc = $label]
                #[serde(rename = $text)]
                $variant,
            )+
        }

        impl $name {
            /// Every choice, in the order a form lists them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The value in JSON and forms.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The words a form shows.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            pub(super) fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.as_str() == text)
            }
        }
    };
}

choice! {
    /// Marital status.
    MaritalStatus {
        Single = "single", "Single";
        Married = "married", "Married";
        Divorced = "divorced", "Divorced";
        Widowed = "widowed", "Widowed";
        Separated = "separated", "Separated";
    }
}
choice! {
    /// Employment.
    EmploymentStatus {
        EmployedFullTime = "employed_full_time", "Employed full time";
        EmployedPartTime = "employed_part_time", "Employed part time";
        SelfEmployed = "self_employed", "Self-employed";
        Unemployed = "unemployed", "Unemployed";
        Retired = "retired", "Retired";
        Student = "student", "Student";
    }
}
choice! {
    /// How much loss a person can bear.
    RiskTolerance {
        Conservative = "conservative", "Conservative";
        ModeratelyConservative = "moderately_conservative", "Moderately conservative";
        Moderate = "moderate", "Moderate";
        ModeratelyAggressive = "moderately_aggressive", "Moderately aggressive";
        Aggressive = "aggressive", "Aggressive";
    }
}
choice! {
    /// United States tax filing status.
    TaxFilingStatus {
        Single = "single", "Single";
        MarriedFilingJointly = "married_filing_jointly", "Married, filing jointly";
        MarriedFilingSeparately = "married_filing_separately", "Married, filing separately";
        HeadOfHousehold = "head_of_household", "Head of household";
        QualifyingWidow = "qualifying_widow", "Qualifying widow(er)";
    }
}
