// SPDX-License-Identifier: Apache-2.0
// What a config field may hold, as a value that parsing, listings and the JSON Schema all read.
#pragma once

#include <fovea/core/export.h>

#include <optional>
#include <string>
#include <vector>

namespace FOVEA_API fovea {

// Bounds apply to each number of a field, `choices` to each string. Combine with &&:
// above(0) && below(1).
struct Constraint {
  std::optional<double> low, high;
  bool low_open = false, high_open = false;  // the bound itself is excluded
  bool non_empty = false;                    // a string or list must have an element
  std::vector<std::string> choices;

  bool allows(double value) const;
  bool allows(const std::string& value) const;
  // "> 0 and < 1", "one of \"a\" \"b\"", "not empty"; empty when anything goes.
  std::string to_string() const;
};

Constraint at_least(double low);              // >= low
Constraint above(double low);                 // >  low
Constraint at_most(double high);              // <= high
Constraint below(double high);                // <  high
Constraint between(double low, double high);  // >= low and <= high
Constraint non_empty();
Constraint one_of(std::vector<std::string> choices);
Constraint operator&&(Constraint a, const Constraint& b);

}  // namespace fovea
