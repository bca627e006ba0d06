// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/constraint.h>
#include <fovea/core/json_writer.h>

#include <algorithm>
#include <charconv>

namespace fovea {

namespace {
std::string number(double value) { return JsonWriter().value(value).str(); }
}  // namespace

bool Constraint::allows(double value) const {
  if (low && (low_open ? value <= *low : value < *low)) return false;
  if (high && (high_open ? value >= *high : value > *high)) return false;
  return true;
}

bool Constraint::allows(const std::string& value) const {
  if (non_empty && value.empty()) return false;
  return choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end();
}

std::string Constraint::to_string() const {
  if (!choices.empty()) {
    std::string list = "one of";
    for (const std::string& choice : choices) list += " \"" + choice + "\"";
    return list;
  }
  std::string text;
  if (low) text = (low_open ? "> " : ">= ") + number(*low);
  if (low && high) text += " and ";
  if (high) text += (high_open ? "< " : "<= ") + number(*high);
  if (text.empty() && non_empty) return "not empty";
  return text;
}

Constraint at_least(double low) {
  Constraint constraint;
  constraint.low = low;
  return constraint;
}

Constraint above(double low) {
  Constraint constraint = at_least(low);
  constraint.low_open = true;
  return constraint;
}

Constraint at_most(double high) {
  Constraint constraint;
  constraint.high = high;
  return constraint;
}

Constraint below(double high) {
  Constraint constraint = at_most(high);
  constraint.high_open = true;
  return constraint;
}

Constraint between(double low, double high) { return at_least(low) && at_most(high); }

Constraint non_empty() {
  Constraint constraint;
  constraint.non_empty = true;
  return constraint;
}

Constraint one_of(std::vector<std::string> choices) {
  Constraint constraint;
  constraint.choices = std::move(choices);
  return constraint;
}

Constraint operator&&(Constraint a, const Constraint& b) {
  if (b.low) a.low = b.low, a.low_open = b.low_open;
  if (b.high) a.high = b.high, a.high_open = b.high_open;
  if (!b.choices.empty()) a.choices = b.choices;
  a.non_empty = a.non_empty || b.non_empty;
  return a;
}

}  // namespace fovea
