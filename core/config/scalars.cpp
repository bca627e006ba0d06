// SPDX-License-Identifier: Apache-2.0
// JSON scalars as C++ values. A number is converted from its own digits, once, so that a float is
// the nearest float to what was written.
#include "config/document.h"

#include <fovea/core/config.h>
#include <fovea/core/did_you_mean.h>

#include <charconv>
#include <cmath>

namespace fovea {

using detail::ConfigNode;
using Kind = ConfigNode::Kind;

namespace {

// "string "32" given", after what was wanted.
std::string given(const ConfigNode& node) {
  switch (node.kind) {
    case Kind::missing:
      return "nothing";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    case Kind::number:
      return node.text;
    case Kind::string:
      return "the string \"" + node.text.substr(0, 40) + "\"";
    case Kind::array:
      return "a list";
    case Kind::object:
      return "an object";
  }
  return "";
}

std::string wanted(const std::string& what, const ConfigNode& node) {
  return what + " wanted, " + given(node) + " given";
}

enum class Conversion { good, too_large, not_integral };

// The nearest value; below the smallest subnormal it is zero.
template <class Float>
Conversion to_float(const std::string& text, Float& value) {
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status == std::errc::result_out_of_range) {
    const double wide = std::strtod(text.c_str(), nullptr);  // only to tell large from small
    if (std::abs(wide) > 1) return Conversion::too_large;
    value = std::copysign(Float{0}, static_cast<Float>(wide));
  }
  return std::isfinite(value) ? Conversion::good : Conversion::too_large;
}

// Also from "1e2" and "100.0", while the value is a whole number that a double holds exactly.
template <class Integer>
Conversion to_integer(const std::string& text, Integer& value) {
  const char* const end = text.data() + text.size();
  const auto [stop, status] = std::from_chars(text.data(), end, value);
  if (status == std::errc() && stop == end) return Conversion::good;
  double wide = 0;
  if (to_float(text, wide) != Conversion::good) return Conversion::too_large;
  if (wide != std::trunc(wide)) return Conversion::not_integral;
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const bool fits = std::abs(wide) < kExact && (std::is_signed_v<Integer> || wide >= 0);
  if (!fits) return Conversion::too_large;
  value = static_cast<Integer>(wide);
  return Conversion::good;
}

std::string range_of(int64_t low, int64_t high) {
  return ">= " + std::to_string(low) + " and <= " + std::to_string(high);
}

}  // namespace

std::optional<bool> Config::read_bool() const {
  if (is_bool()) return node_->boolean;
  error(wanted("true or false", *node_));
  return std::nullopt;
}

std::optional<int64_t> Config::read_integer(int64_t low, int64_t high,
                                            const Constraint& constraint) const {
  int64_t value = 0;
  const auto result = is_number() ? to_integer(node_->text, value) : Conversion::not_integral;
  if (result == Conversion::not_integral) {
    error(wanted("an integer", *node_));
  } else if (!constraint.allows(result == Conversion::good
                                    ? static_cast<double>(value)
                                    : std::strtod(node_->text.c_str(), nullptr))) {
    error("must be " + constraint.to_string());
  } else if (result == Conversion::too_large || value < low || value > high) {
    error("must be " + range_of(low, high));
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<uint64_t> Config::read_unsigned(const Constraint& constraint) const {
  uint64_t value = 0;
  const auto result = is_number() ? to_integer(node_->text, value) : Conversion::not_integral;
  if (result == Conversion::not_integral) {
    error(wanted("an integer", *node_));
  } else if (result == Conversion::too_large) {
    error("must be >= 0 and <= 18446744073709551615");
  } else if (!constraint.allows(static_cast<double>(value))) {
    error("must be " + constraint.to_string());
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<float> Config::read_float(const Constraint& constraint) const {
  float value = 0;
  if (!is_number()) {
    error(wanted("a number", *node_));
  } else if (to_float(node_->text, value) != Conversion::good) {
    error("too large for a 32-bit float");
  } else if (!constraint.allows(double{value})) {
    error("must be " + constraint.to_string());
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<double> Config::read_double(const Constraint& constraint) const {
  double value = 0;
  if (!is_number()) {
    error(wanted("a number", *node_));
  } else if (to_float(node_->text, value) != Conversion::good) {
    error("too large");
  } else if (!constraint.allows(value)) {
    error("must be " + constraint.to_string());
  } else {
    return value;
  }
  return std::nullopt;
}

std::optional<std::string> Config::read_string(const Constraint& constraint) const {
  if (!is_string()) {
    const bool choice = !constraint.choices.empty();
    error(wanted(choice ? constraint.to_string() : "a string", *node_));
    return std::nullopt;
  }
  if (constraint.non_empty && node_->text.empty()) {
    error("must not be empty");
    return std::nullopt;
  }
  if (!constraint.allows(node_->text)) {
    const std::string hint =
        constraint.choices.empty() ? "" : did_you_mean(node_->text, constraint.choices);
    error("\"" + node_->text.substr(0, 40) + "\" is not " + constraint.to_string() + hint);
    return std::nullopt;
  }
  return node_->text;
}

}  // namespace fovea
