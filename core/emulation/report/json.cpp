// SPDX-License-Identifier: Apache-2.0
#include "report/json.h"

#include <cstdio>

namespace cuda_emulation {

JsonObject& JsonObject::raw(const char* key, const std::string& json) {
  if (!members_.empty()) members_ += ",";
  members_ += quoted(key) + ":" + json;
  return *this;
}

std::string JsonObject::quoted(const std::string& value) {
  std::string result = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(static_cast<unsigned char>(c)));
      result += escape;
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string JsonObject::array(const std::vector<std::string>& elements) {
  std::string result = "[";
  for (const std::string& element : elements)
    result += (&element == elements.data() ? "" : ",") + element;
  return result + "]";
}

}  // namespace cuda_emulation
