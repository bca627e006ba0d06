// SPDX-License-Identifier: Apache-2.0
#include <fovea/core/json_writer.h>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace fovea {

namespace {

template <class Float>
std::string shortest(Float value) {
  if (!std::isfinite(value)) return "null";
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

std::string quote(std::string_view text) {
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  return nlohmann::json(text).dump(-1, ' ', false, kReplace);
}

}  // namespace

void JsonWriter::separate() {
  if (needs_comma_) text_ += ", ";
  needs_comma_ = true;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::begin_object() {
  raw("{");
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  text_ += '}';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  raw("[");
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  text_ += ']';
  needs_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  raw(quote(name));
  text_ += ": ";
  needs_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(bool value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::value(float value) { return raw(shortest(value)); }
JsonWriter& JsonWriter::value(double value) { return raw(shortest(value)); }
JsonWriter& JsonWriter::value(std::string_view value) { return raw(quote(value)); }

}  // namespace fovea
