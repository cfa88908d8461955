//! Whether a value is of a JSON Schema.

use regex_lite::Regex;
use serde_json::Value;

/// Whether a schema takes a value.
pub(crate) fn accepts_of(schema: &Value, value: &Value) -> bool {
    Judge { root: schema }.accepts(schema, value)
}

/// What draft 7 says of a value, for the keywords that the schema uses; panics at any other.
struct Judge<'s> {
    root: &'s Value,
}

impl Judge<'_> {
    fn accepts(&self, schema: &Value, value: &Value) -> bool {
        match schema {
            Value::Bool(all) => *all,
            Value::Object(keywords) => keywords.iter().all(|(word, rule)| self.holds(word, rule, schema, value)),
            _ => panic!("a schema is an object or a flag, not {schema}"),
        }
    }

    fn holds(&self, word: &str, rule: &Value, schema: &Value, value: &Value) -> bool {
        let bound = |holds: fn(f64, f64) -> bool| {
            value.as_f64().is_none_or(|number| holds(number, rule.as_f64().expect("a bound is a number")))
        };
        match word {
            "$schema" | "title" | "description" | "definitions" => true,
            "$ref" => {
                let pointer = rule.as_str().and_then(|text| text.strip_prefix('#')).expect("a reference within");
                self.accepts(self.root.pointer(pointer).expect("what is referred to"), value)
            }
            "anyOf" => rule.as_array().expect("a list").iter().any(|schema| self.accepts(schema, value)),
            "allOf" => rule.as_array().expect("a list").iter().all(|schema| self.accepts(schema, value)),
            "not" => !self.accepts(rule, value),
            "enum" => rule.as_array().expect("a list").contains(value),
            "const" => rule == value,
            "type" => is_of_type(rule.as_str().expect("one type"), value),
            "minimum" => bound(|number, bound| number >= bound),
            "maximum" => bound(|number, bound| number <= bound),
            "exclusiveMinimum" => bound(|number, bound| number > bound),
            "exclusiveMaximum" => bound(|number, bound| number < bound),
            "pattern" => value.as_str().is_none_or(|text| pattern(rule).is_match(text)),
            "minLength" => value.as_str().is_none_or(|text| text.chars().count() as u64 >= rule.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= rule.as_u64().unwrap()),
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| self.accepts(rule, item))),
            _ => !value.is_object() || self.holds_of_table(word, rule, schema, value),
        }
    }

    fn holds_of_table(&self, word: &str, rule: &Value, schema: &Value, value: &Value) -> bool {
        let table = value.as_object().expect("an object");
        let named = |name: &str| schema["properties"].get(name);
        let matching = |rules: &Value, name: &str| {
            let rules = rules.as_object().into_iter().flatten();
            rules.filter(|(text, _)| Regex::new(text).unwrap().is_match(name)).map(|(_, rule)| rule.clone()).collect()
        };
        match word {
            "properties" => table.iter().all(|(name, value)| named(name).is_none_or(|rule| self.accepts(rule, value))),
            "patternProperties" => table.iter().all(|(name, value)| {
                let rules: Vec<Value> = matching(rule, name);
                rules.iter().all(|rule| self.accepts(rule, value))
            }),
            "additionalProperties" => table.iter().all(|(name, value)| {
                let patterned: Vec<Value> = matching(&schema["patternProperties"], name);
                named(name).is_some() || !patterned.is_empty() || self.accepts(rule, value)
            }),
            "required" => {
                rule.as_array().expect("a list").iter().all(|name| table.contains_key(name.as_str().unwrap()))
            }
            "minProperties" => table.len() as u64 >= rule.as_u64().unwrap(),
            "maxProperties" => table.len() as u64 <= rule.as_u64().unwrap(),
            other => panic!("the judge does not know `{other}`"),
        }
    }
}

fn pattern(rule: &Value) -> Regex {
    Regex::new(rule.as_str().expect("a pattern")).expect("a pattern that can be read")
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("there is no type {other}"),
    }
}
