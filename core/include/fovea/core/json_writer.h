// SPDX-License-Identifier: Apache-2.0
// Writes strict JSON text on one line, in the order of the calls.
#pragma once

#include <fovea/core/export.h>

#include <concepts>
#include <string>
#include <string_view>

namespace FOVEA_API fovea {

// Numbers are written with the fewest digits that read back to the same bits; what JSON cannot say
// (NaN, infinities) is written as null, bytes that are not UTF-8 as U+FFFD.
//   JsonWriter json;
//   json.begin_object().key("loss").value(0.5f).end_object();   // {"loss": 0.5}
class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& value(bool value);
  JsonWriter& value(float value);
  JsonWriter& value(double value);
  JsonWriter& value(std::string_view value);
  JsonWriter& value(const char* value) { return this->value(std::string_view(value)); }
  template <std::integral Integer>
  JsonWriter& value(Integer value) {
    return raw(std::to_string(value));
  }
  // A value that is JSON text already.
  JsonWriter& raw(std::string_view json);

  const std::string& str() const { return text_; }

 private:
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

// The same JSON broken into indented lines; what fits on one line of `width` columns stays on one.
// Throws ConfigError when `json` is not JSON.
std::string format_json(std::string_view json, int width = 100);

}  // namespace fovea
